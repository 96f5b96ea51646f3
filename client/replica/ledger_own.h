/* What this device wrote: waiting, set aside or refused; and what the log has taken. */
#ifndef REPLICA_LEDGER_OWN_H
#define REPLICA_LEDGER_OWN_H

#include "replica/ledger.h"

/* Received since then, and at most so many. */
struct kk_ledger_span {
    int64_t since_ms;
    uint64_t limit;
};
/*
 * Own operations that wait, were set aside, or stand in the log as refused: each with its record,
 * in the order in which they were made; the outbox first. Anything but 0 ends it; fn may write.
 */
typedef int kk_ledger_own_fn(void *user, const struct kk_ledger_record *record,
                             const struct kk_ledger_op *op);
KK_MUST_USE int kk_ledger_own(const struct kk_ledger *l, struct kk_arena *arena,
                              kk_ledger_own_fn *fn, void *user);
/* Own operations for which there is a receipt and that the log holds, the newest first. */
KK_MUST_USE int kk_ledger_sent(const struct kk_ledger *l, struct kk_arena *arena,
                               const struct kk_ledger_span *which, kk_ledger_own_fn *fn,
                               void *user);
/* The last of the chain at hand that the daemon took and the log lacks yet, or zeros. [SY-16] */
KK_MUST_USE int kk_ledger_numbered(const struct kk_ledger *l, struct kk_chain *ret);
/* Takes one that was set aside out of the outbox; others stay. */
KK_MUST_USE int kk_ledger_forget(const struct kk_ledger *l, const uint8_t op_id[KK_HASH_BYTES]);

#endif
