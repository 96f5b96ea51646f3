/*
 * struct kk_trust: the documents that one party holds and believes, verified in the order of
 * docs/protocol.md [TR-6]: root chain, roster with device rows, fresh, catalog. An offer changes
 * nothing unless every check has passed. The documents held are the floors: nothing older is taken.
 * Keeping the bytes on disk, in one transaction, is the owner's; after a restart it restores them.
 */
#ifndef KUKYOKU_TRUST_TRUST_H
#define KUKYOKU_TRUST_TRUST_H

#include "kukyoku/base/date.h"
#include "kukyoku/trust/document.h"
#include "kukyoku/trust/roster.h"

enum kk_trust_verdict {
    KK_TRUST_TAKEN,
    KK_TRUST_SAME,       /* the very bytes already held */
    KK_TRUST_OLDER,      /* below the floor */
    KK_TRUST_GAP,        /* a root that is not the next one */
    KK_TRUST_SIGNATURES, /* too few valid ones */
    KK_TRUST_MALFORMED,  /* form, shape or rules of the document */
    KK_TRUST_CONFLICT,   /* the version already held, with other content: evidence */
    KK_TRUST_HISTORY,    /* device rows that rewrite the past: evidence */
    KK_TRUST_EXPIRED,    /* the root has expired: no updates */
    KK_TRUST_MISSING     /* the document it rests on is not held yet */
};
const char *kk_trust_verdict_name(enum kk_trust_verdict verdict);
/* The fault that a refusal is, for commands and logs; 0 for TAKEN and SAME. */
int kk_trust_fault(enum kk_trust_verdict verdict);

struct kk_trust;
KK_MUST_USE struct kk_trust *kk_trust_new(void); /* NULL: memory */
void kk_trust_free(struct kk_trust *t);
KK_DEFINE_FREE(kk_trust)

/* All offers: 0 or KK_E_MEMORY; the answer is *ret. Bytes are copied. */
/* The first root, believed because of the invitation or file it came in. */
KK_MUST_USE int kk_trust_pin(struct kk_trust *t, struct kk_slice root, enum kk_trust_verdict *ret);
KK_MUST_USE int kk_trust_offer_root(struct kk_trust *t, struct kk_slice root, int64_t clock_ms,
                                    enum kk_trust_verdict *ret);
KK_MUST_USE int kk_trust_offer_roster(struct kk_trust *t, struct kk_slice roster,
                                      struct kk_slice devices, int64_t clock_ms,
                                      enum kk_trust_verdict *ret);
/*
 * For one who reads what is public and nothing else: the roster by itself, whose device rows never
 * go to him. Settings and versions count, no device is known by it. It never replaces one with
 * rows. [MI-6]
 */
KK_MUST_USE int kk_trust_offer_bare_roster(struct kk_trust *t, struct kk_slice roster,
                                           int64_t clock_ms, enum kk_trust_verdict *ret);
/*
 * For a desk that is asked for its signature: takes the roster as if enough keys had signed it,
 * after every other check. Never for one that is to be believed. [TR-19]
 */
KK_MUST_USE int kk_trust_assume_roster(struct kk_trust *t, struct kk_slice roster,
                                       struct kk_slice devices, int64_t clock_ms,
                                       enum kk_trust_verdict *ret);
KK_MUST_USE int kk_trust_offer_catalog(struct kk_trust *t, struct kk_slice catalog,
                                       int64_t clock_ms, enum kk_trust_verdict *ret);
KK_MUST_USE int kk_trust_offer_fresh(struct kk_trust *t, struct kk_slice fresh, int64_t clock_ms,
                                     enum kk_trust_verdict *ret);
/*
 * The same for documents from the owner's own disk, after all roots: also what was signed by keys
 * that a later root replaced, and under an expired root. roster comes with its devices; `devices`
 * is absent for the others.
 */
KK_MUST_USE int kk_trust_restore(struct kk_trust *t, enum kk_doc_kind kind, struct kk_slice bytes,
                                 struct kk_slice devices, enum kk_trust_verdict *ret);

KK_MUST_USE int kk_trust_restore_bare_roster(struct kk_trust *t, struct kk_slice roster,
                                             enum kk_trust_verdict *ret);

/*
 * --- what is held; NULL or absent when nothing is. Valid until the next offer that is TAKEN. ---
 */
const struct kk_root *kk_trust_root(const struct kk_trust *t);
const struct kk_roster *kk_trust_roster(const struct kk_trust *t);
const struct kk_roster_view *kk_trust_view(const struct kk_trust *t);
const struct kk_catalog *kk_trust_catalog(const struct kk_trust *t);
const struct kk_fresh *kk_trust_fresh(const struct kk_trust *t);
struct kk_slice kk_trust_bytes(const struct kk_trust *t, enum kk_doc_kind kind);
struct kk_slice kk_trust_devices_bytes(const struct kk_trust *t);
/* Root documents held, oldest first; *ret_count of them. */
size_t kk_trust_root_count(const struct kk_trust *t);
struct kk_slice kk_trust_root_bytes(const struct kk_trust *t, size_t index);
const struct kk_root *kk_trust_root_at(const struct kk_trust *t, size_t index);
/* The keys of a role in the newest root. */
const struct kk_root_role *kk_trust_role(const struct kk_trust *t, enum kk_trust_role role);
/* The newest keys that ever had this generation: for what was signed earlier. NULL: none. */
const struct kk_root_role *kk_trust_role_of(const struct kk_trust *t, enum kk_trust_role role,
                                            uint64_t gen);
/* H("doc", payload) of the newest root: the fingerprint on the invitation's letter. */
void kk_trust_root_id(const struct kk_trust *t, uint8_t ret[KK_HASH_BYTES]);

/* --- time and age ([TR-11]) --- */
/* max(clock, newest `issued` of a document of an offline role): a clock set back frees nothing. */
int64_t kk_trust_now(const struct kk_trust *t, int64_t clock_ms);
/* The clocks of offices differ. A fresh further ahead of this one than that has no age. */
#define KK_TRUST_AHEAD_MS KK_DAY_MS
struct kk_trust_flags {
    bool root_expired, roster_expired, catalog_expired;
    bool roster_replaced, catalog_replaced; /* signed by keys that the newest root replaced */
    bool fresh_ahead;                       /* by more than KK_TRUST_AHEAD_MS */
};
struct kk_trust_flags kk_trust_flags(const struct kk_trust *t, int64_t clock_ms);
enum kk_grade { KK_GRADE_UNKNOWN, KK_GRADE_FRESH, KK_GRADE_AGING, KK_GRADE_STALE };
/*
 * Age of `fresh`, or without one of the catalog, graded by the roster's settings. Unknown without a
 * roster or any such document (since is left alone), and of a fresh that is ahead.
 */
enum kk_grade kk_trust_grade(const struct kk_trust *t, int64_t clock_ms, bool by_media,
                             int64_t *ret_since_ms);

#endif
