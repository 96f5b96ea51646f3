/* What is used of libzip, loaded when the first workbook is read (os_library.h). */
#ifndef IMPORT_LIB_ZIP_H
#define IMPORT_LIB_ZIP_H

#include "os_library.h"

#include <zip.h>

#define KK_ZIP(F)               \
    F(zip_discard)              \
    F(zip_error_fini)           \
    F(zip_error_init)           \
    F(zip_fclose)               \
    F(zip_fopen)                \
    F(zip_fread)                \
    F(zip_open_from_source)     \
    F(zip_source_buffer_create) \
    F(zip_source_free)          \
    F(zip_stat)
KK_LIBRARY_DECLARE(kk_zip, KK_ZIP);

#endif
