/*
 * Which device holds which release, as the daemon wrote it down (`kukyokud --export holders`): what
 * each said when its latest session began. [DM-19]
 */
#ifndef DESK_HOLDERS_H
#define DESK_HOLDERS_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"
#include "kukyoku/limits.h"

struct kk_holder {
    uint8_t device[KK_ID_BYTES];
    uint32_t release; /* 0: none yet */
    int64_t said_ms;
};
struct kk_holders {
    struct kk_holder *items;
    size_t count, cap;
};
/* KK_E_CSV with the line for a file of another kind; KK_E_NOT_FOUND. */
KK_MUST_USE int kk_holders_read(const char *path, struct kk_holders *ret, struct kk_error *err);
void kk_holders_fini(struct kk_holders *h);
KK_DEFINE_FINI(kk_holders)
/* NULL: it has never said. */
const struct kk_holder *kk_holders_find(const struct kk_holders *h,
                                        const uint8_t device[KK_ID_BYTES]);

#endif
