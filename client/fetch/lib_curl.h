/* What is used of libcurl, loaded when the first mirror is asked (os_library.h). */
#ifndef FETCH_LIB_CURL_H
#define FETCH_LIB_CURL_H

#include "os_library.h"

#define CURL_DISABLE_TYPECHECK /* its macros know no calls through pointers */
#include <curl/curl.h>

#define KK_CURL(F)          \
    F(curl_easy_cleanup)    \
    F(curl_easy_getinfo)    \
    F(curl_easy_init)       \
    F(curl_easy_perform)    \
    F(curl_easy_setopt)     \
    F(curl_easy_strerror)   \
    F(curl_free)            \
    F(curl_global_init)     \
    F(curl_slist_append)    \
    F(curl_slist_free_all)  \
    F(curl_strnequal)       \
    F(curl_url)             \
    F(curl_url_cleanup)     \
    F(curl_url_get)         \
    F(curl_url_set)
KK_LIBRARY_DECLARE(kk_curl, KK_CURL);

#endif
