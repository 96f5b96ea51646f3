/*
 * What a ledger proves to others: receipts of its entries, stretches up to a signed head, all of it
 * without bodies. And the check of a log that somebody else exported. [RL-7] [RL-19] [RL-24]
 */
#ifndef REPLICA_LEDGER_PROVE_H
#define REPLICA_LEDGER_PROVE_H

#include "replica/ledger.h"

/* All in the arena or borrowed from l->trust. KK_E_NOT_FOUND: the log has no such entry. */
KK_MUST_USE int kk_ledger_prove(const struct kk_ledger *l, uint64_t gsn, struct kk_arena *arena,
                                struct kk_receipt *ret);
/* From that entry to the newest signed head; past the end the head alone. The log has entries. */
KK_MUST_USE int kk_ledger_strand(const struct kk_ledger *l, uint64_t from, struct kk_arena *arena,
                                 struct kk_strand *ret);
/* Root documents as evidence carries them: the whole chain that is held. */
KK_MUST_USE int kk_evidence_roots(const struct kk_trust *trust, struct kk_arena *arena,
                                  struct kk_root_item **ret, size_t *ret_count);

/* Entries from `from` on, as an auditor gets them; valid during the call. */
typedef int kk_audit_entry_fn(void *user, const struct kk_audit_entry *entry);
KK_MUST_USE int kk_ledger_each_entry(const struct kk_ledger *l, uint64_t from,
                                     kk_audit_entry_fn *fn, void *user);
/* The newest head that the daemon signed, its texts in the arena: 1, or 0 for an empty log. */
KK_MUST_USE int kk_ledger_signed_head(const struct kk_ledger *l, struct kk_arena *arena,
                                      struct kk_head *ret);
/*
 * An own or foreign operation of the log had seen another head than the log has: 1 and the proof
 * of the first one, or 0. Looked for from entry `from` on.
 */
KK_MUST_USE int kk_ledger_seen_otherwise(const struct kk_ledger *l, uint64_t from,
                                         struct kk_arena *arena, struct kk_fork *ret);

/* --- a log that came in a file (ledger_audit.c) --- */
struct kk_audit;
/* trust: roots and roster of the file. Borrowed: trust, scope. */
KK_MUST_USE int kk_audit_new(const struct kk_trust *trust, const struct kk_head *head,
                             struct kk_audit **ret, struct kk_error *err);
/* Admits its entries one by one with every check of a reader. err names the entry. */
KK_MUST_USE int kk_audit_page(struct kk_audit *a, const struct kk_audit_page *page,
                              struct kk_error *err);
/* They lead to the head that the daemon signed. */
KK_MUST_USE int kk_audit_end(const struct kk_audit *a, struct kk_error *err);
/* The stretch behind an entry, to the head; valid as long as a and the arena. */
KK_MUST_USE int kk_audit_strand(const struct kk_audit *a, uint64_t behind, struct kk_arena *arena,
                                struct kk_strand *ret);
void kk_audit_free(struct kk_audit *a);
KK_DEFINE_FREE(kk_audit)

#endif
