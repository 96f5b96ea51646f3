/* What is used of libcurl, loaded when a mirror is first asked (os_library.h). */
#ifndef FETCH_LIB_CURL_H
#define FETCH_LIB_CURL_H

#include "os_library.h"

/* The checks of types are macros that want to see the function's own name. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#define KK_CURL(F)        \
    F(curl_easy_cleanup)  \
    F(curl_easy_getinfo)  \
    F(curl_easy_init)     \
    F(curl_easy_perform)  \
    F(curl_easy_setopt)   \
    F(curl_easy_strerror) \
    F(curl_free)          \
    F(curl_global_init)   \
    F(curl_slist_append)  \
    F(curl_slist_free_all) \
    F(curl_strnequal)     \
    F(curl_url)           \
    F(curl_url_cleanup)   \
    F(curl_url_get)       \
    F(curl_url_set)
KK_LIBRARY_DECLARE(kk_curl, KK_CURL);

#endif
