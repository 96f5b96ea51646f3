/* Clp is loaded here (lib_clp.h). */
#include "guard/lib_clp.h"

KK_LIBRARY_DEFINE(kk_clp, KK_CLP, KK_SONAME_CLP, "coinor-libclp1")
