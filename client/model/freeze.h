/*
 * Evidence that a daemon withholds: an act that it put into a log although its author had seen a
 * newer roster or catalog, and a fresh document signed after that in which it has none so new.
 * Either the daemon keeps it back, or the author has signed what there is not; whoever makes
 * rosters and catalogs can tell which. [RL-27]
 */
#ifndef MODEL_FREEZE_H
#define MODEL_FREEZE_H

#include "model/parcel.h"
#include "model/record.h"

/* Had the author seen what the fresh, which is later, does not have? */
bool kk_freeze_shows(const struct kk_fresh *fresh, const struct kk_op_seen *seen,
                     uint64_t recv_ms);
/*
 * The receipt of the newest such act in the logs held, then the fresh document. KK_E_NOT_FOUND:
 * there is none.
 */
KK_MUST_USE int kk_freeze_prove(struct kk_records *r, struct kk_parcel *out);
/*
 * The fresh against a receipt that was verified: signed by a daemon key of the root that is
 * believed or of one behind it, and later? 1, 0 or a fault; ret_ms: when it was signed.
 */
KK_MUST_USE int kk_freeze_check(struct kk_slice fresh, const struct kk_receipt *receipt,
                                uint64_t recv_ms, const uint8_t trusted[KK_HASH_BYTES],
                                int64_t *ret_ms);

#endif
