/*
 * The bureau's desks in memory: root, registrar, publisher and daemon keys, the rosters and
 * catalogs they sign, the scope keys they wrap. Every document is a real one; tests hand them to a
 * relay or to a device. Nothing here may fail: what can't be made is a bug of the test.
 */
#ifndef TESTS_BUREAU_H
#define TESTS_BUREAU_H

#include "press.h"

#include "kukyoku/trust/device.h"
#include "kukyoku/trust/keyring.h"
#include "kukyoku/trust/scope.h"
#include "kukyoku/trust/trust.h"

#define BUREAU_DEVICES_MAX 56
#define BUREAU_SPANS_MAX   4
#define BUREAU_SCOPES      7 /* with keys: b, int, r of one ward, w and e of two */

struct bureau_key {
    uint8_t secret[KK_SIGN_SECRET], is[KK_KEY_BYTES];
};
/* What a span points to: spans of before stay as they were signed. */
struct bureau_post {
    char ward[6]; /* "" for the bureau */
    struct kk_scope_item scopes[BUREAU_SCOPES];
};
struct bureau_device {
    struct kk_device_keys keys;
    struct bureau_post posts[BUREAU_SPANS_MAX];
    struct kk_device_span spans[BUREAU_SPANS_MAX];
    size_t span_count;
    bool left; /* revoked: no wrap any more */
};
struct bureau {
    struct unit_entropy entropy;
    int64_t now_ms;
    struct bureau_key root[2], registrar, publisher, daemon;
    uint8_t transport_secret[KK_KEY_BYTES], transport[KK_KEY_BYTES];
    uint32_t root_ver, roster_ver, tv, release, epochs[BUREAU_SCOPES];
    struct kk_keyring keys; /* every scope key that ever was */
    struct bureau_device devices[BUREAU_DEVICES_MAX];
    size_t device_count;
    struct kk_bytes root_doc, roster_doc, devices_blob, catalog_doc, wraps[BUREAU_SCOPES];
    struct press pub, internal;
    bool has_pub, has_internal;
    struct kk_era eras[BUREAU_SCOPES * 2]; /* ascending: of the next rosters */
    size_t era_count;
};

/* Root 1 and the keys; no roster yet. */
void bureau_init(struct bureau *b, uint64_t seed, int64_t now_ms);
void bureau_fini(struct bureau *b);
KK_DEFINE_FINI(bureau)
const char *bureau_scope(size_t i); /* names ascending, i < BUREAU_SCOPES */

/* Keys of a device that nobody has approved. */
struct bureau_device *bureau_stranger(struct bureau *b);
/* The device stands in the next roster, with every scope its role and ward are entitled to.
 * Called again, it has moved. */
void bureau_approve(struct bureau *b, struct bureau_device *d, enum kk_role role,
                    const char *ward);
/* In the next roster it is revoked, and each scope it could read has a new key. */
void bureau_revoke(struct bureau *b, struct bureau_device *d);
void bureau_sign_roster(struct bureau *b); /* the next version, with rows and wraps */
/* The next root: the same keys, one number higher. */
void bureau_sign_root(struct bureau *b);
/* The next release; NULL leaves a scope as it is. int stays under the key of its first release. */
void bureau_publish(struct bureau *b, const struct press_table *pub,
                    const struct press_table *internal);
/* Signs any payload as that kind of document, with the right keys. */
void bureau_sign(struct bureau *b, enum kk_doc_kind kind, struct kk_slice payload,
                 struct kk_bytes *out);

#endif
