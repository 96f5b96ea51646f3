/* libxlsxwriter is loaded here (lib_xlsxwriter.h). */
#include "view/lib_xlsxwriter.h"

KK_LIBRARY_DEFINE(kk_lxw, KK_LXW, KK_SONAME_XLSXWRITER, "libxlsxwriter4")
