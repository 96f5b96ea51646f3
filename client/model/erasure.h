/*
 * Erasing what a record says ([RL-28]): a signed act that a lead or an officer writes, after which
 * nobody can open the bodies that it names; who did it, when and why stays. And which records
 * have stood longer than the roster's retention asks for.
 */
#ifndef MODEL_ERASURE_H
#define MODEL_ERASURE_H

#include "model/record.h"

struct kk_erasure {
    uint8_t refs[KK_OP_REFS_MAX][KK_HASH_BYTES];
    size_t count; /* 0: the whole record */
};
/* Adds the operation with that receipt number. KK_E_NOT_FOUND, KK_E_USAGE where it can't go. */
KK_MUST_USE int kk_erasure_add(struct kk_records *r, const struct kk_record *record, uint64_t gsn,
                               struct kk_erasure *e);
/* Records that were made from this one and stay as they are: its copy for all wards, its case. */
typedef int kk_erasure_fn(void *user, const struct kk_record *left);
KK_MUST_USE int kk_erasure_copies(struct kk_records *r, const struct kk_record *record,
                                  kk_erasure_fn *fn, void *user);

/*
 * After a sync or import: drafts about records that are erased go; with `look` it is also checked
 * that no body is missing which nobody erased: KK_E_BODY_MISSING, err names the first. [RL-30]
 */
KK_MUST_USE int kk_erasure_settle(struct kk_replicas *r, bool look, struct kk_error *err);

/*
 * Over, untouched since, and the years of the roster have gone by since the end of the fiscal year
 * in which it was touched last. false where the roster sets none. *ret_ms: when it was touched.
 */
bool kk_retention_over(const struct kk_roster *roster, const struct kk_record *record,
                       int64_t now_ms, int64_t *ret_ms);
/* Every record of these that is over so long; to a ward its own, not the copies of all wards. */
typedef int kk_retention_fn(void *user, const struct kk_record *record, int64_t touched_ms);
KK_MUST_USE int kk_retention_each(struct kk_records *r, kk_retention_fn *fn, void *user);

#endif
