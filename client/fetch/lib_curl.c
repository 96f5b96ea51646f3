/* libcurl is loaded here (lib_curl.h). */
#include "fetch/lib_curl.h"

KK_LIBRARY_DEFINE(kk_curl, KK_CURL, KK_SONAME_CURL, "libcurl4")
