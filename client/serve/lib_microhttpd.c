/* libmicrohttpd is loaded here (lib_microhttpd.h). */
#include "serve/lib_microhttpd.h"

KK_LIBRARY_DEFINE(kk_mhd, KK_MHD, KK_SONAME_MICROHTTPD, "libmicrohttpd12")
