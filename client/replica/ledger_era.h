/*
 * Eras of a log (ledger_era.c), and what goes back to a daemon that was restored (ledger_return.c).
 */
#ifndef REPLICA_LEDGER_ERA_H
#define REPLICA_LEDGER_ERA_H

#include "replica/ledger.h"

struct kk_ledger_cut {
    uint64_t after_gsn, entries, own;
};
/*
 * Takes off what stands behind the beginning of a newer era: kept aside, own operations wait once
 * more. *ret is zeros where nothing does. KK_E_ERA where the era fits another log. [ER-7]
 */
KK_MUST_USE int kk_ledger_cut(const struct kk_ledger *l, int64_t now_ms, struct kk_ledger_cut *ret,
                              struct kk_error *err);
/* Entries from `from` on up to a head that the daemon signed, in one frame: 1, or 0. [ER-4] */
KK_MUST_USE int kk_ledger_return(const struct kk_ledger *l, uint64_t from, struct kk_arena *arena,
                                 struct kk_msg_recover *ret);
/* What was cut off and not handed in yet: 1 and *ret_last, which names the last of them, or 0. */
KK_MUST_USE int kk_ledger_return_cut(const struct kk_ledger *l, struct kk_arena *arena,
                                     struct kk_msg_recover *ret, int64_t *ret_last);
/* What others wrote of it and no log holds again, as a file carries it. [MD-4] */
KK_MUST_USE int kk_ledger_carry_cut(const struct kk_ledger *l, kk_carried_fn *fn, void *user);
KK_MUST_USE int kk_ledger_cut_returned(const struct kk_ledger *l, int64_t last);
struct kk_ledger_lost {
    uint64_t cut, own, missing; /* cut off ever; of those own; not in the log again */
    int64_t cut_ms;             /* of the last; 0: never */
};
KK_MUST_USE int kk_ledger_lost(const struct kk_ledger *l, struct kk_ledger_lost *ret);

#endif
