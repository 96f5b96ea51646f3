/* Documents by keys that a test has in its hands (desks.h). */
#include "desks.h"

#include "kukyoku/base/hash.h"

const struct signers desks_both_roots = { { 0, 1 }, 2 };

static void roles_init(struct desks *d)
{
    d->root_keys[0] = d->keys[0];
    d->root_keys[1] = d->keys[1];
    for (unsigned i = 0; i < DESKS_ROLES; i++) {
        d->roles[i] = (struct kk_root_role){ .role = i, .gen = 1, .threshold = 1 };
        d->roles[i].keys.items = i == 0 ? d->root_keys : &d->keys[i + 1];
        d->roles[i].keys.count = i == 0 ? 2 : 1;
    }
    d->roles[0].threshold = 2;
}

void desks_init(struct desks *d)
{
    struct kk_grades grades = { 10, 31 };

    *d = (struct desks){ .transport = { { .id = { 5 } } } };
    for (uint8_t i = 0; i < DESKS_KEYS; i++) {
        uint8_t seed[KK_KEY_BYTES] = { 3, i };

        kk_sign_keys(seed, d->secret[i], d->keys[i].id);
    }
    roles_init(d);
    d->root = (struct kk_root){ .ver = 1,
                                .issued_ms = NOW,
                                .expires_ms = LATER,
                                .city = kk_slice_text("川崎市"),
                                .roles = { d->roles, DESKS_ROLES },
                                .transport = { d->transport, 1 } };
    d->scopes[0] = (struct kk_roster_scope){ .scope = kk_slice_text("int"),
                                             .epoch = 1,
                                             .wraps = { .len = 9 } };
    d->published[0] =
        (struct kk_catalog_scope){ .scope = kk_slice_text("pub"), .manifest = { .len = 9 } };
    d->roster = (struct kk_roster){
        .version = { 1, 1 },
        .issued_ms = NOW,
        .expires_ms = LATER,
        .settings = { .tv = 1, .by_line = grades, .by_media = { 31, 92 }, .draining_days = 14 },
        .scopes = { d->scopes, 1 }
    };
    d->catalog = (struct kk_catalog){ .version = { 1, 1 },
                                      .issued_ms = NOW,
                                      .expires_ms = LATER,
                                      .title = kk_slice_text("第1版"),
                                      .scopes = { d->published, 1 } };
    d->fresh = (struct kk_fresh){ .issued_ms = NOW, .root_ver = 1, .roster = { 1, 1 } };
    d->trust = kk_trust_new();
    ck_assert_ptr_nonnull(d->trust);
}

void desks_fini(struct desks *d)
{
    kk_trust_free(d->trust);
    kk_bytes_fini(&d->rows);
    kk_bytes_fini(&d->doc);
}

/* d->doc becomes the value as a signed document of that kind. */
static void sign(struct desks *d, enum kk_doc_kind kind, const struct kk_bytes *payload,
                 const struct signers *by)
{
    kk_bytes_clear(&d->doc);
    fine(kk_document_new(kind, kk_bytes_slice(payload), &d->doc));
    for (unsigned i = 0; i < by->count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes more = { 0 };

        fine(kk_document_sign(kk_bytes_slice(&d->doc), i, d->secret[by->keys[i]], &more));
        kk_bytes_clear(&d->doc);
        fine(kk_bytes_append_slice(&d->doc, kk_bytes_slice(&more)));
    }
}

static void write_root(struct desks *d, const struct signers *by)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };

    fine(kk_shape_encode(&kk_shape_root, &d->root, &payload));
    sign(d, KK_DOC_ROOT, &payload, by);
}

enum kk_trust_verdict desks_offer_root(struct desks *d, const struct signers *by)
{
    enum kk_trust_verdict v;

    write_root(d, by);
    fine(kk_trust_offer_root(d->trust, kk_bytes_slice(&d->doc), NOW, &v));
    return v;
}

enum kk_trust_verdict desks_pin(struct desks *d, const struct signers *by)
{
    enum kk_trust_verdict v;

    write_root(d, by);
    fine(kk_trust_pin(d->trust, kk_bytes_slice(&d->doc), &v));
    return v;
}

void desks_pinned(struct desks *d)
{
    desks_init(d);
    ck_assert_int_eq(desks_pin(d, &desks_both_roots), KK_TRUST_TAKEN);
}

void desks_write_roster(struct desks *d, unsigned key)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };

    kk_bytes_clear(&d->rows);
    fine(kk_shape_encode(&kk_shape_devices, &d->devices, &d->rows));
    d->roster.devices.len = d->rows.len;
    kk_hash_of("blob", kk_bytes_slice(&d->rows), d->roster.devices.hash);
    fine(kk_shape_encode(&kk_shape_roster, &d->roster, &payload));
    sign(d, KK_DOC_ROSTER, &payload, &(struct signers){ { key }, 1 });
}

enum kk_trust_verdict desks_offer_roster(struct desks *d, unsigned key)
{
    enum kk_trust_verdict v;

    desks_write_roster(d, key);
    fine(kk_trust_offer_roster(d->trust, kk_bytes_slice(&d->doc), kk_bytes_slice(&d->rows), NOW,
                               &v));
    return v;
}

static void write_catalog(struct desks *d, unsigned key)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };

    fine(kk_shape_encode(&kk_shape_catalog, &d->catalog, &payload));
    sign(d, KK_DOC_CATALOG, &payload, &(struct signers){ { key }, 1 });
}

enum kk_trust_verdict desks_offer_catalog(struct desks *d, unsigned key, int64_t clock_ms)
{
    enum kk_trust_verdict v;

    write_catalog(d, key);
    fine(kk_trust_offer_catalog(d->trust, kk_bytes_slice(&d->doc), clock_ms, &v));
    return v;
}

enum kk_trust_verdict desks_offer_fresh(struct desks *d, unsigned key)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    enum kk_trust_verdict v;

    fine(kk_shape_encode(&kk_shape_fresh, &d->fresh, &payload));
    sign(d, KK_DOC_FRESH, &payload, &(struct signers){ { key }, 1 });
    fine(kk_trust_offer_fresh(d->trust, kk_bytes_slice(&d->doc), NOW, &v));
    return v;
}
