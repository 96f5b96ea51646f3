/* The desks of an authority in memory: keys by number, the next documents, and a device's trust. */
#ifndef TESTS_DESKS_H
#define TESTS_DESKS_H

#include "unit.h"

#include "kukyoku/base/date.h"
#include "kukyoku/trust/trust.h"

#define NOW   1795359600000 /* 2026-11-23 */
#define LATER (NOW + 400 * KK_DAY_MS)
#define DESKS_ROLES 4
#define DESKS_KEYS  6 /* two of root, then one for each other role, then a thief's */
#define THIEF 5

/* The desks: keys by number, and what the next documents say. */
struct desks {
    uint8_t secret[DESKS_KEYS][KK_SIGN_SECRET];
    struct kk_hash_item keys[DESKS_KEYS], root_keys[2], transport[1];
    struct kk_root_role roles[DESKS_ROLES];
    struct kk_roster_scope scopes[1];
    struct kk_catalog_scope published[1];
    struct kk_root root;
    struct kk_roster roster;
    struct kk_catalog catalog;
    struct kk_fresh fresh;
    struct kk_devices devices;
    struct kk_bytes rows, doc;
    struct kk_trust *trust;
};

/* Whose signature stands at index 0, 1 … */
struct signers {
    unsigned keys[3];
    size_t count;
};
extern const struct signers desks_both_roots;
/* Keys by number: 2 registrar, 3 publisher, 4 daemon. */
enum { REGISTRAR = 2, PUBLISHER, DAEMON };

static inline void fine(int r)
{
    ck_assert_int_eq(r, 0);
}

void desks_init(struct desks *d);
void desks_fini(struct desks *d);
enum kk_trust_verdict desks_pin(struct desks *d, const struct signers *by);
void desks_pinned(struct desks *d); /* with the root as it stands, signed by both */
/* Each signs what stands in d and offers it. */
enum kk_trust_verdict desks_offer_root(struct desks *d, const struct signers *by);
enum kk_trust_verdict desks_offer_roster(struct desks *d, unsigned key);
enum kk_trust_verdict desks_offer_catalog(struct desks *d, unsigned key, int64_t clock_ms);
enum kk_trust_verdict desks_offer_fresh(struct desks *d, unsigned key);
/* The roster and its rows, signed into d->doc and d->rows. */
void desks_write_roster(struct desks *d, unsigned key);

#endif
