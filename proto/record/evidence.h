/* What receipts and proofs of forks have in common: roots that hold, heads that they signed. */
#ifndef RECORD_EVIDENCE_H
#define RECORD_EVIDENCE_H

#include "kukyoku/record/log.h"

/*
 * The chain of roots holds from the one that the reader believes. Those before it are left out: a
 * root vouches for what comes after it, and anybody can make one that it seems to come after.
 */
KK_MUST_USE int evidence_roots(const struct kk_root_item *roots, size_t count,
                               const uint8_t trusted[KK_HASH_BYTES], struct kk_trust *trust,
                               bool *ret_ok);
/* 1 where a daemon key of any of these roots signed it, 0, or KK_E_MEMORY. */
KK_MUST_USE int evidence_head(const struct kk_head *head, const struct kk_trust *trust);

#endif
