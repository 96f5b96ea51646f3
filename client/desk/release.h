/*
 * A release from the desks: figures become blobs and a catalog (publisher), are checked and signed
 * a second time (approver), and go out (publisher). Each step takes a file and gives a file, so
 * that the two desks need no network and share no disk. [DK-2]
 *
 *     kk_draft_open → kk_draft_scope … → kk_draft_judge → kk_draft_sign
 *     kk_release_approve → kk_release_publish
 */
#ifndef DESK_RELEASE_H
#define DESK_RELEASE_H

#include "desk/guarded.h"
#include "guard/cover.h"
#include "desk/press.h"
#include "desk/tidy.h"
#include "kukyoku/bundle/ref.h"

struct kk_release_scope_sum {
    char scope[KK_SCOPE_NAME_MAX + 1];
    uint64_t rows;                    /* after the release */
    uint64_t added, changed, dropped; /* against the one before; of a draft in the making only */
    uint64_t reference;               /* rows of reference data; of a checked release only */
    uint64_t bytes;                   /* of its new blobs */
    bool kept;                        /* as it was in the release before */
    uint8_t state[KK_HASH_BYTES];     /* of all its rows, as the catalog says; of a checked one */
};
/* How far a release is: refused by a check, checked, signed by enough, handed out by this desk. */
#define KK_RELEASE_STATES(S)                                                                      \
    S(DRAFT, "draft")                                                                             \
    S(CHECKED, "checked")                                                                         \
    S(APPROVED, "approved")                                                                       \
    S(PUBLISHED, "published")
#define KK_RELEASE_STATE_ENUM(NAME, name) KK_RELEASE_##NAME,
enum kk_release_state { KK_RELEASE_STATES(KK_RELEASE_STATE_ENUM) };
#undef KK_RELEASE_STATE_ENUM

struct kk_release_sum {
    uint32_t number;
    char title[204];
    char note[1004];
    int64_t issued_ms;
    struct kk_release_scope_sum scopes[KK_SCOPES_MAX]; /* ascending */
    size_t scope_count;
    unsigned signatures, needed;
    size_t recalled; /* blobs of earlier releases that nobody is to keep any more */
    bool again; /* publish: this desk had published it already */
    char excuse[404]; /* why it was judged without all of the releases before; "": it was not */
    char lacks[204];  /* what this desk lacks of them */
    uint8_t report[KK_HASH_BYTES]; /* of the report; zeros without one */
};
void kk_release_sum_history(struct kk_release_sum *sum, const struct kk_guard *g);

struct kk_draft {
    struct kk_press press;
    struct kk_catalog_scope rows[KK_SCOPES_MAX]; /* ascending by scope */
    struct kk_release_scope_sum sums[KK_SCOPES_MAX];
    size_t count;
    uint32_t number;
    bool changed;
    bool placed; /* its scopes were filled from working figures (working.h) */
    struct kk_ref reference; /* sorted; as the release before had it until it is set */
    bool refers;             /* it was set */
    bool recalling; /* scopes that come in leave nothing of what was before (recall.h) */
    struct kk_hash_item *recalled; /* blobs that nobody is to keep, ascending */
    size_t recalled_count;
    struct kk_editions *editions; /* borrowed; NULL: as the release before had them (editions.h) */
    struct kk_editions *practices; /* the same (practices.h) */
    struct kk_guard guard; /* its rules may be read before kk_draft_judge */
    struct kk_bytes report;
};
KK_MUST_USE int kk_draft_open(struct kk_home *home, struct kk_draft *ret, struct kk_error *err);
void kk_draft_fini(struct kk_draft *d);
KK_DEFINE_FINI(kk_draft)
/* The reference data, whole; before the scope that carries them. KK_E_REFERENCE. [RF-1] [RF-4] */
KK_MUST_USE int kk_draft_reference(struct kk_draft *d, struct kk_ref *take_reference,
                                   struct kk_error *err);
/* The rows of one scope, whole: what the release before had and these have not, goes. rows NULL:
 * as they were. */
KK_MUST_USE int kk_draft_scope(struct kk_draft *d, const char *scope, const struct kk_tidy *rows,
                               struct kk_error *err);
/* The rules: the home's settings unless some were read, over them the reference data. */
KK_MUST_USE int kk_draft_rules(struct kk_draft *d, struct kk_error *err);
/* What readers could find out, over all releases; the rules are the home's unless some were read.
 * KK_E_DISCLOSED: look at guard.attack. */
KK_MUST_USE int kk_draft_judge(struct kk_draft *d, struct kk_error *err);
/* The same, and what to conceal until nothing can be found out: guard.attack is what is left then,
 * cover.open of it broken. The draft itself stays as it is. */
KK_MUST_USE int kk_draft_cover(struct kk_draft *d, struct kk_cover *ret, struct kk_error *err);
/* The rows of a scope of the draft as they are to be written: x where it is concealed. */
KK_MUST_USE int kk_draft_covered(struct kk_draft *d, const struct kk_cover *cover,
                                 const char *scope,
                                 int (*fn)(void *user, const struct kk_obs *row), void *user);
/* Keeps at the desk which of them a threshold asks for, for the release made of those tables. */
KK_MUST_USE int kk_draft_note(struct kk_draft *d, struct kk_error *err);
struct kk_draft_words {
    const char *title, *note; /* note may be NULL */
    int64_t now_ms;
};
/* The catalog with the first signature, and all new blobs, into a file; the report beside it. Only
 * after kk_draft_judge. */
KK_MUST_USE int kk_draft_sign(struct kk_draft *d, const struct kk_draft_words *words,
                              struct kk_slice passphrase, const char *path, struct kk_error *err);
void kk_draft_sum(const struct kk_draft *d, struct kk_release_sum *ret);

/* What a file says, after every row of it was read, every hash compared, and what readers could
 * find out was judged; changes nothing. guard: after kk_guard_open, holds what was judged, nothing
 * where the desk has published it already. */
KK_MUST_USE int kk_release_inspect(struct kk_home *home, const char *path,
                                   struct kk_release_sum *ret, struct kk_guard *guard,
                                   struct kk_error *err);
/* The same, then one more signature; the result goes to `out` (which may be path).
 * KK_E_SETTINGS_DIFFER. */
KK_MUST_USE int kk_release_approve(struct kk_home *home, struct kk_slice passphrase,
                                   const char *path, const char *out, struct kk_error *err);
/* Enough signatures, and the next release of this desk: keeps it. KK_E_SIGNATURE, KK_E_DRAFT. */
KK_MUST_USE int kk_release_publish(struct kk_home *home, const char *path,
                                   struct kk_release_sum *ret, struct kk_guard *guard,
                                   struct kk_error *err);
/* What this desk has published; KK_E_NOT_FOUND. */
KK_MUST_USE int kk_release_show(struct kk_home *home, uint32_t number, struct kk_release_sum *ret,
                                struct kk_error *err);
uint32_t kk_release_newest(const struct kk_press *press); /* 0: none */

#endif
