/* What is used of libmicrohttpd, loaded when the page is opened (os_library.h). */
#ifndef SERVE_LIB_MICROHTTPD_H
#define SERVE_LIB_MICROHTTPD_H

#include "os_library.h"

#include <microhttpd.h>

#define KK_MHD(F)                                           \
    F(MHD_add_response_header)                              \
    F(MHD_create_response_from_buffer)                      \
    F(MHD_create_response_from_buffer_with_free_callback)   \
    F(MHD_destroy_response)                                 \
    F(MHD_get_connection_values)                            \
    F(MHD_get_daemon_info)                                  \
    F(MHD_get_timeout)                                      \
    F(MHD_lookup_connection_value)                          \
    F(MHD_queue_response)                                   \
    F(MHD_quiesce_daemon)                                   \
    F(MHD_resume_connection)                                \
    F(MHD_run)                                              \
    F(MHD_start_daemon)                                     \
    F(MHD_stop_daemon)                                      \
    F(MHD_suspend_connection)
KK_LIBRARY_DECLARE(kk_mhd, KK_MHD);

#endif
