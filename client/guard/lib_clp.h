/* What is used of Clp, loaded when the first release is judged (os_library.h). */
#ifndef GUARD_LIB_CLP_H
#define GUARD_LIB_CLP_H

#include "os_library.h"

#include <Clp_C_Interface.h>

#define KK_CLP(F)               \
    F(Clp_newModel)             \
    F(Clp_deleteModel)          \
    F(Clp_setLogLevel)          \
    F(Clp_scaling)              \
    F(Clp_setPerturbation)      \
    F(Clp_dropNames)            \
    F(Clp_loadProblem)          \
    F(Clp_chgObjCoefficients)   \
    F(Clp_dual)                 \
    F(Clp_primal)               \
    F(Clp_status)               \
    F(Clp_primalColumnSolution) \
    F(Clp_dualRowSolution)
KK_LIBRARY_DECLARE(kk_clp, KK_CLP);

#endif
