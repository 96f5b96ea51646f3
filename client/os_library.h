/*
 * Libraries that few commands need are loaded when they are first needed: a command that reads no
 * workbook does not wait for one's library, nor for those that library wants itself.
 *
 *     #define KK_CLP(F) F(Clp_newModel) F(Clp_dual)
 *     KK_LIBRARY_DECLARE(kk_clp, KK_CLP)             in the header, behind the library's own
 *     KK_LIBRARY_DEFINE(kk_clp, KK_CLP, file, package)  in the one file of that name
 *
 * gives kk_clp_load(err), to be called by each user before its first kk_clp->Clp_dual(…). Any
 * thread may load; what was loaded stays until the process ends. KK_E_LIBRARY names the package.
 */
#ifndef CLIENT_OS_LIBRARY_H
#define CLIENT_OS_LIBRARY_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"

struct kk_os_library {
    const char *file; /* as the linker would write it down: "libClp.so.1" */
    const char *package;
    const char *const *functions;
    size_t count;
    bool loaded;
};
/* ret_slots: pointers to functions, one for each name. */
KK_MUST_USE int kk_os_library_load(struct kk_os_library *library, void *ret_slots,
                                   struct kk_error *err);

#define KK_LIBRARY_SLOT(name) __typeof__(name) *name;
#define KK_LIBRARY_NAME(name) #name,

#define KK_LIBRARY_DECLARE(prefix, LIST)                                                          \
    struct prefix {                                                                               \
        LIST(KK_LIBRARY_SLOT)                                                                     \
    };                                                                                            \
    extern const struct prefix *const prefix;                                                     \
    KK_MUST_USE int prefix##_load(struct kk_error *err)

#define KK_LIBRARY_DEFINE(prefix, LIST, its_file, its_package)                                    \
    static struct prefix slots;                                                                   \
    const struct prefix *const prefix = &slots;                                                   \
    int prefix##_load(struct kk_error *err)                                                       \
    {                                                                                             \
        static const char *const functions[] = { LIST(KK_LIBRARY_NAME) };                         \
        static struct kk_os_library library = { its_file, its_package, functions,                 \
                                                KK_COUNT(functions), false };                     \
                                                                                                  \
        return kk_os_library_load(&library, &slots, err);                                         \
    }

#endif
