/*
 * What an erase took away of the records of one scope, and what is missing without one: a body may
 * go only together with a signed act that says who took it, and why ([RL-28], [RL-30]).
 */
#ifndef REPLICA_LEDGER_ERASE_H
#define REPLICA_LEDGER_ERASE_H

#include "replica/ledger.h"

/* The act that took the body of this operation; op NULL: that of the whole record. NULL: none. */
const struct kk_ledger_op *kk_ledger_erased_by(const struct kk_ledger_record *rec,
                                               const struct kk_ledger_op *op);

struct kk_ledger_missing {
    uint64_t count; /* entries without a body that no act erased */
    uint64_t first; /* the number of the first one */
};
/* Over the whole log; an auditor, who has no bodies, misses none. */
KK_MUST_USE int kk_ledger_bodies(const struct kk_ledger *l, struct kk_ledger_missing *ret);

#endif
