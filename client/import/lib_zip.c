/* libzip is loaded here (lib_zip.h). */
#include "import/lib_zip.h"

KK_LIBRARY_DEFINE(kk_zip, KK_ZIP, KK_SONAME_ZIP, "libzip4")
