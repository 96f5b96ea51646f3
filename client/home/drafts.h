/*
 * Drafts: records and acts that were begun and not written. They stay in state.db of this device
 * and are checked only when they are finished. Beside them: which refusals were looked after.
 */
#ifndef HOME_DRAFTS_H
#define HOME_DRAFTS_H

#include "home/home.h"

struct kk_draft {
    uint8_t id[KK_ID_BYTES];
    uint8_t rec[KK_ID_BYTES]; /* the same as id where it will be a new record */
    struct kk_slice scope;
    unsigned kind, act;       /* enum kk_kind, enum kk_act */
    struct kk_slice body;     /* the map of its fields (record/body.h) */
    struct kk_slice refs;     /* ids of operations, KK_HASH_BYTES each; of an edit that was begun
                                 here, one hash: of the fields it was begun on */
    int64_t changed_ms;
};
/* New, or with another body than before. Under the home's lock, as all that writes. */
KK_MUST_USE int kk_home_draft_put(struct kk_home *h, const struct kk_draft *draft);
KK_MUST_USE int kk_home_draft_drop(struct kk_home *h, const uint8_t id[KK_ID_BYTES]);
/* The last changed first, borrowed for the call. Anything but 0 ends it. */
typedef int kk_draft_fn(void *user, const struct kk_draft *draft);
KK_MUST_USE int kk_home_draft_each(struct kk_home *h, kk_draft_fn *fn, void *user);

KK_MUST_USE int kk_home_settle(struct kk_home *h, const uint8_t op_id[KK_HASH_BYTES]);
/* 1 or 0. */
KK_MUST_USE int kk_home_settled(struct kk_home *h, const uint8_t op_id[KK_HASH_BYTES]);

#endif
