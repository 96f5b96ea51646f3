/*
 * The verified set, offer by offer: order, floors, generations, root chains, time. Covers
 * proto/trust/held.c too. [TR-2] [TR-3] [TR-6] [TR-7] [TR-8] [TR-11]
 */
#include "unit.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/trust/trust.h"

#define NOW   1795359600000 /* 2026-11-23 */
#define LATER (NOW + 400 * KK_DAY_MS)
#define ROLES 4
#define KEYS  6 /* two of root, then one for each other role, then a thief's */
#define THIEF 5

/* The desks: keys by number, and what the next documents say. */
struct desks {
    uint8_t secret[KEYS][KK_SIGN_SECRET];
    struct kk_hash_item keys[KEYS], root_keys[2], transport[1];
    struct kk_root_role roles[ROLES];
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

static void fine(int r)
{
    ck_assert_int_eq(r, 0);
}

static void roles_init(struct desks *d)
{
    d->root_keys[0] = d->keys[0];
    d->root_keys[1] = d->keys[1];
    for (unsigned i = 0; i < ROLES; i++) {
        d->roles[i] = (struct kk_root_role){ .role = i, .gen = 1, .threshold = 1 };
        d->roles[i].keys.items = i == 0 ? d->root_keys : &d->keys[i + 1];
        d->roles[i].keys.count = i == 0 ? 2 : 1;
    }
    d->roles[0].threshold = 2;
}

static void desks_init(struct desks *d)
{
    struct kk_grades grades = { 10, 31 };

    *d = (struct desks){ .transport = { { .id = { 5 } } } };
    for (uint8_t i = 0; i < KEYS; i++) {
        uint8_t seed[KK_KEY_BYTES] = { 3, i };

        kk_sign_keys(seed, d->secret[i], d->keys[i].id);
    }
    roles_init(d);
    d->root = (struct kk_root){ .ver = 1, .issued_ms = NOW,
                                .expires_ms = LATER,
                                .city = kk_slice_text("川崎市"),
                                .roles = { d->roles, ROLES },
                                .transport = { d->transport, 1 } };
    d->scopes[0] = (struct kk_roster_scope){ .scope = kk_slice_text("int"),
                                             .epoch = 1,
                                             .wraps = { .len = 9 } };
    d->published[0] =
        (struct kk_catalog_scope){ .scope = kk_slice_text("pub"), .manifest = { .len = 9 } };
    d->roster = (struct kk_roster){
        .version = { 1, 1 }, .issued_ms = NOW, .expires_ms = LATER,
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

static void desks_fini(struct desks *d)
{
    kk_trust_free(d->trust);
    kk_bytes_fini(&d->rows);
    kk_bytes_fini(&d->doc);
}

/* Whose signature stands at index 0, 1 … */
struct signers {
    unsigned keys[3];
    size_t count;
};
static const struct signers both_roots = { { 0, 1 }, 2 };

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

static enum kk_trust_verdict offer_root(struct desks *d, const struct signers *by)
{
    enum kk_trust_verdict v;

    write_root(d, by);
    fine(kk_trust_offer_root(d->trust, kk_bytes_slice(&d->doc), NOW, &v));
    return v;
}

static enum kk_trust_verdict pin(struct desks *d, const struct signers *by)
{
    enum kk_trust_verdict v;

    write_root(d, by);
    fine(kk_trust_pin(d->trust, kk_bytes_slice(&d->doc), &v));
    return v;
}

static void pinned(struct desks *d)
{
    desks_init(d);
    ck_assert_int_eq(pin(d, &both_roots), KK_TRUST_TAKEN);
}

static void write_roster(struct desks *d, unsigned key)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };

    kk_bytes_clear(&d->rows);
    fine(kk_shape_encode(&kk_shape_devices, &d->devices, &d->rows));
    d->roster.devices.len = d->rows.len;
    kk_hash_of("blob", kk_bytes_slice(&d->rows), d->roster.devices.hash);
    fine(kk_shape_encode(&kk_shape_roster, &d->roster, &payload));
    sign(d, KK_DOC_ROSTER, &payload, &(struct signers){ { key }, 1 });
}

static enum kk_trust_verdict offer_roster(struct desks *d, unsigned key)
{
    enum kk_trust_verdict v;

    write_roster(d, key);
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

static enum kk_trust_verdict offer_catalog(struct desks *d, unsigned key, int64_t clock_ms)
{
    enum kk_trust_verdict v;

    write_catalog(d, key);
    fine(kk_trust_offer_catalog(d->trust, kk_bytes_slice(&d->doc), clock_ms, &v));
    return v;
}

static enum kk_trust_verdict offer_fresh(struct desks *d, unsigned key)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    enum kk_trust_verdict v;

    fine(kk_shape_encode(&kk_shape_fresh, &d->fresh, &payload));
    sign(d, KK_DOC_FRESH, &payload, &(struct signers){ { key }, 1 });
    fine(kk_trust_offer_fresh(d->trust, kk_bytes_slice(&d->doc), NOW, &v));
    return v;
}

/* Keys by number: 2 registrar, 3 publisher, 4 daemon. */
enum { REGISTRAR = 2, PUBLISHER, DAEMON };

/* --- pinning and the order of documents --- */
START_TEST(pinning)
{
    static const struct {
        struct signers by;
        enum kk_trust_verdict v;
    } cases[] = {
        { { { 0, 1 }, 2 }, KK_TRUST_TAKEN },
        { { { 0 }, 1 }, KK_TRUST_SIGNATURES },
        { { { 0, 0 }, 2 }, KK_TRUST_SIGNATURES }, /* one person, two places */
        { { { THIEF, THIEF }, 2 }, KK_TRUST_SIGNATURES },
    };
    struct desks d;

    for (size_t i = 0; i < KK_COUNT(cases); i++) {
        desks_init(&d);
        ck_assert_int_eq(pin(&d, &cases[i].by), cases[i].v);
        ck_assert_uint_eq(kk_trust_root_count(d.trust), cases[i].v == KK_TRUST_TAKEN);
        desks_fini(&d);
    }
}
END_TEST

enum root_fault { ROLE_TWICE, KEY_TWICE, THRESHOLD_TOO_HIGH, NO_DOCUMENT, ROOT_FAULTS };

START_TEST(unsound_roots)
{
    enum kk_trust_verdict v;
    struct desks d;

    desks_init(&d);
    if (_i == ROLE_TWICE)
        d.roles[2].role = 1;
    if (_i == KEY_TWICE)
        d.root_keys[1] = d.root_keys[0];
    if (_i == THRESHOLD_TOO_HIGH)
        d.roles[3].threshold = 2;
    if (_i == NO_DOCUMENT)
        fine(kk_trust_pin(d.trust, kk_slice_text("root"), &v));
    else
        v = pin(&d, &both_roots);
    ck_assert_int_eq(v, KK_TRUST_MALFORMED);
    ck_assert_ptr_null(kk_trust_root(d.trust));
    desks_fini(&d);
}
END_TEST

START_TEST(nothing_before_the_root)
{
    struct desks d;

    desks_init(&d);
    ck_assert_int_eq(offer_root(&d, &both_roots), KK_TRUST_MISSING);
    ck_assert_int_eq(offer_roster(&d, REGISTRAR), KK_TRUST_MISSING);
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_MISSING);
    ck_assert_int_eq(offer_fresh(&d, DAEMON), KK_TRUST_MISSING);
    ck_assert_ptr_null(kk_trust_role(d.trust, KK_TRUST_DAEMON));
    desks_fini(&d);
}
END_TEST

START_TEST(each_by_its_role)
{
    struct desks d;

    pinned(&d);
    for (unsigned key = 0; key < KEYS; key++) {
        ck_assert(offer_roster(&d, key) ==
                  (key == REGISTRAR ? KK_TRUST_TAKEN : KK_TRUST_SIGNATURES));
        ck_assert(offer_catalog(&d, key, NOW) ==
                  (key == PUBLISHER ? KK_TRUST_TAKEN : KK_TRUST_SIGNATURES));
        ck_assert(offer_fresh(&d, key) == (key == DAEMON ? KK_TRUST_TAKEN : KK_TRUST_SIGNATURES));
    }
    ck_assert_uint_eq(kk_trust_roster(d.trust)->version.ver, 1);
    ck_assert_uint_eq(kk_trust_catalog(d.trust)->version.ver, 1);
    ck_assert_uint_eq(kk_trust_fresh(d.trust)->issued_ms, NOW);
    ck_assert_uint_eq(kk_trust_view(d.trust)->devices->rows.count, 0);
    desks_fini(&d);
}
END_TEST

/* --- floors --- */
START_TEST(floors)
{
    struct desks d;

    pinned(&d);
    d.catalog.version.ver = 5;
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_SAME);
    d.catalog.title = kk_slice_text("another");
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_CONFLICT);
    d.catalog.version.ver = 4;
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_OLDER);
    ck_assert_int_eq(kk_trust_fault(KK_TRUST_OLDER), KK_E_ROLLBACK);
    d.catalog.version.ver = 9;
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    ck_assert_int_eq(offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    ck_assert_int_eq(offer_roster(&d, REGISTRAR), KK_TRUST_SAME);
    ck_assert_int_eq(offer_fresh(&d, DAEMON), KK_TRUST_TAKEN);
    d.fresh.issued_ms--;
    ck_assert_int_eq(offer_fresh(&d, DAEMON), KK_TRUST_OLDER);
    desks_fini(&d);
}
END_TEST

/* What fails leaves no trace: not even of the parts that were right. */
START_TEST(unsound_contents)
{
    enum kk_trust_verdict v;
    struct desks d;

    pinned(&d);
    write_roster(&d, REGISTRAR);
    d.rows.data[0] ^= 1;
    fine(kk_trust_offer_roster(d.trust, kk_bytes_slice(&d.doc), kk_bytes_slice(&d.rows), NOW, &v));
    ck_assert_int_eq(v, KK_TRUST_MALFORMED);
    d.scopes[0].scope = kk_slice_text("pub"); /* pub has no key */
    ck_assert_int_eq(offer_roster(&d, REGISTRAR), KK_TRUST_MALFORMED);
    d.scopes[0].scope = kk_slice_text("nowhere");
    ck_assert_int_eq(offer_roster(&d, REGISTRAR), KK_TRUST_MALFORMED);
    ck_assert_ptr_null(kk_trust_roster(d.trust));
    ck_assert_ptr_null(kk_trust_devices_bytes(d.trust).data);
    d.published[0].epoch = 1; /* pub under a key */
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_MALFORMED);
    d.published[0].scope = kk_slice_text("w:14133"); /* holds no releases */
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_MALFORMED);
    d.published[0] = (struct kk_catalog_scope){ .scope = kk_slice_text("int"),
                                                .manifest = { .len = 9 } }; /* without a key */
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_MALFORMED);
    ck_assert_ptr_null(kk_trust_catalog(d.trust));
    desks_fini(&d);
}
END_TEST

/* --- root chains and generations --- */
START_TEST(root_chain)
{
    struct desks d;

    pinned(&d);
    ck_assert_int_eq(offer_root(&d, &both_roots), KK_TRUST_SAME);
    d.root.city = kk_slice_text("別の市");
    ck_assert_int_eq(offer_root(&d, &both_roots), KK_TRUST_CONFLICT);
    d.root.ver = 3;
    ck_assert_int_eq(offer_root(&d, &both_roots), KK_TRUST_GAP);
    d.root.ver = 2;
    ck_assert_int_eq(offer_root(&d, &(struct signers){ { 0 }, 1 }), KK_TRUST_SIGNATURES);
    ck_assert_int_eq(offer_root(&d, &both_roots), KK_TRUST_TAKEN);
    d.root.ver = 1;
    ck_assert_int_eq(offer_root(&d, &both_roots), KK_TRUST_OLDER);
    ck_assert_uint_eq(kk_trust_root_count(d.trust), 2);
    ck_assert_uint_eq(kk_trust_root_at(d.trust, 1)->ver, 2);
    desks_fini(&d);
}
END_TEST

/* A new set of root keys must be signed by the old set and by itself. */
START_TEST(root_keys_replaced)
{
    static const struct signers old = { { 0, 1 }, 2 }, new = { { THIEF, DAEMON }, 2 };
    struct desks d;

    pinned(&d);
    d.root.ver = 2;
    d.root_keys[0] = d.keys[THIEF];
    d.root_keys[1] = d.keys[DAEMON];
    ck_assert_int_eq(offer_root(&d, &old), KK_TRUST_SIGNATURES);
    ck_assert_int_eq(offer_root(&d, &new), KK_TRUST_SIGNATURES);
    d.root_keys[0] = d.keys[0]; /* one stays: it signs for both sets */
    d.root_keys[1] = d.keys[THIEF];
    d.roles[0].threshold = 1;
    ck_assert_int_eq(offer_root(&d, &both_roots), KK_TRUST_TAKEN);
    desks_fini(&d);
}
END_TEST

/* A thief runs ver up to its end; a root with the next generation makes the catalog usable again.
 */
START_TEST(fast_forward)
{
    struct desks d;

    pinned(&d);
    d.catalog.version.ver = UINT32_MAX;
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    d.root.ver = 2;
    d.roles[2].gen = 2;
    d.roles[2].keys.items = &d.keys[THIEF]; /* the new key, whatever its name here */
    ck_assert_int_eq(offer_root(&d, &both_roots), KK_TRUST_TAKEN);
    ck_assert(kk_trust_flags(d.trust, NOW).catalog_replaced);
    d.catalog.version = (struct kk_ver){ 1, UINT32_MAX };
    d.catalog.title = kk_slice_text("again the thief");
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_SIGNATURES);
    d.catalog.version = (struct kk_ver){ 2, 1 };
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_SIGNATURES);
    ck_assert_int_eq(offer_catalog(&d, THIEF, NOW), KK_TRUST_TAKEN);
    ck_assert(!kk_trust_flags(d.trust, NOW).catalog_replaced);
    ck_assert_uint_eq(kk_trust_role_of(d.trust, KK_TRUST_PUBLISHER, 1)->gen, 1);
    ck_assert_ptr_null(kk_trust_role_of(d.trust, KK_TRUST_PUBLISHER, 3));
    d.root.ver = 3;
    d.roles[2].gen = 1; /* no way back */
    ck_assert_int_eq(offer_root(&d, &both_roots), KK_TRUST_MALFORMED);
    desks_fini(&d);
}
END_TEST

/* What a stolen daemon key said of the year 2099 falls with the key. */
START_TEST(daemon_key_replaced)
{
    struct desks d;

    pinned(&d);
    d.fresh.issued_ms = NOW + 73 * 365 * KK_DAY_MS;
    ck_assert_int_eq(offer_fresh(&d, DAEMON), KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_trust_now(d.trust, NOW), NOW); /* and it never moved the clock */
    d.root.ver = 2;
    d.roles[3].gen = 2;
    d.roles[3].keys.items = &d.keys[THIEF];
    ck_assert_int_eq(offer_root(&d, &both_roots), KK_TRUST_TAKEN);
    ck_assert_ptr_null(kk_trust_fresh(d.trust));
    d.fresh.issued_ms = NOW;
    ck_assert_int_eq(offer_fresh(&d, DAEMON), KK_TRUST_SIGNATURES);
    ck_assert_int_eq(offer_fresh(&d, THIEF), KK_TRUST_TAKEN);
    desks_fini(&d);
}
END_TEST

START_TEST(long_offline)
{
    struct desks d;

    pinned(&d);
    for (uint32_t ver = 2; ver <= 12; ver++) { /* all but the last have expired long ago */
        d.root.ver = ver;
        d.root.expires_ms = ver == 12 ? LATER : NOW - 1;
        ck_assert_int_eq(offer_root(&d, &both_roots), KK_TRUST_TAKEN);
    }
    ck_assert_int_eq(offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    desks_fini(&d);
}
END_TEST

START_TEST(expired_root)
{
    struct desks d;

    desks_init(&d);
    d.root.expires_ms = NOW;
    ck_assert_int_eq(pin(&d, &both_roots), KK_TRUST_TAKEN);
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    d.catalog.version.ver++;
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW + 1), KK_TRUST_EXPIRED);
    ck_assert_int_eq(kk_trust_fault(KK_TRUST_EXPIRED), KK_E_EXPIRED);
    ck_assert(kk_trust_flags(d.trust, NOW + 1).root_expired);
    ck_assert_ptr_nonnull(kk_trust_catalog(d.trust)); /* what is held stays readable */
    desks_fini(&d);
}
END_TEST

/* --- after a restart --- */
START_TEST(restored)
{
    KK_AUTO_FREE(kk_trust) struct kk_trust *again = kk_trust_new();
    uint8_t id[KK_HASH_BYTES], other[KK_HASH_BYTES];
    enum kk_trust_verdict v;
    struct desks d;

    pinned(&d);
    ck_assert_int_eq(offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    d.root.ver = 2;
    d.roles[2].gen = 2;
    d.roles[2].keys.items = &d.keys[THIEF];
    ck_assert_int_eq(offer_root(&d, &both_roots), KK_TRUST_TAKEN);
    for (size_t i = 0; i < kk_trust_root_count(d.trust); i++) {
        fine(kk_trust_restore(again, KK_DOC_ROOT, kk_trust_root_bytes(d.trust, i),
                              kk_slice(NULL, 0), &v));
        ck_assert_int_eq(v, KK_TRUST_TAKEN);
    }
    fine(kk_trust_restore(again, KK_DOC_ROSTER, kk_trust_bytes(d.trust, KK_DOC_ROSTER),
                          kk_trust_devices_bytes(d.trust), &v));
    ck_assert_int_eq(v, KK_TRUST_TAKEN);
    /* signed by keys that the newest root replaced: taken from the own disk, never from others */
    fine(kk_trust_offer_catalog(again, kk_trust_bytes(d.trust, KK_DOC_CATALOG), NOW, &v));
    ck_assert_int_eq(v, KK_TRUST_SIGNATURES);
    fine(kk_trust_restore(again, KK_DOC_CATALOG, kk_trust_bytes(d.trust, KK_DOC_CATALOG),
                          kk_slice(NULL, 0), &v));
    ck_assert_int_eq(v, KK_TRUST_TAKEN);
    kk_trust_root_id(d.trust, id);
    kk_trust_root_id(again, other);
    ck_assert_mem_eq(id, other, sizeof(id));
    desks_fini(&d);
}
END_TEST

/* --- time and age --- */
START_TEST(clock_and_flags)
{
    struct kk_trust_flags f;
    struct desks d;

    pinned(&d);
    ck_assert_int_eq(offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    d.catalog.issued_ms = NOW + 5;
    d.catalog.expires_ms = NOW + 10;
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_trust_now(d.trust, 0), NOW + 5); /* set back: no effect */
    ck_assert_int_eq(kk_trust_now(d.trust, NOW + 7), NOW + 7);
    f = kk_trust_flags(d.trust, NOW);
    ck_assert(!f.root_expired && !f.roster_expired && !f.catalog_expired && !f.roster_replaced);
    f = kk_trust_flags(d.trust, NOW + 11);
    ck_assert(f.catalog_expired && !f.roster_expired);
    f = kk_trust_flags(d.trust, LATER + 1);
    ck_assert(f.root_expired && f.roster_expired);
    desks_fini(&d);
}
END_TEST

static const struct {
    int64_t days;
    bool media;
    enum kk_grade grade;
} ages[] = {
    { 0, false, KK_GRADE_FRESH },  { 10, false, KK_GRADE_FRESH }, { 11, false, KK_GRADE_AGING },
    { 30, false, KK_GRADE_AGING }, { 31, false, KK_GRADE_STALE }, { 31, true, KK_GRADE_FRESH },
    { 91, true, KK_GRADE_AGING },  { 92, true, KK_GRADE_STALE },
};

START_TEST(grades)
{
    int64_t since = 0, clock = NOW + ages[_i].days * KK_DAY_MS;
    struct desks d;

    pinned(&d);
    ck_assert_int_eq(kk_trust_grade(d.trust, clock, false, &since), KK_GRADE_UNKNOWN);
    ck_assert_int_eq(offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_trust_grade(d.trust, clock, false, &since), KK_GRADE_UNKNOWN);
    ck_assert_int_eq(offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_trust_grade(d.trust, clock, ages[_i].media, &since), ages[_i].grade);
    ck_assert_int_eq(since, NOW);
    d.fresh.issued_ms = (uint64_t)clock; /* the daemon has spoken since */
    ck_assert_int_eq(offer_fresh(&d, DAEMON), KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_trust_grade(d.trust, clock, ages[_i].media, &since), KK_GRADE_FRESH);
    desks_fini(&d);
}
END_TEST

static const int64_t aheads[] = { 1, KK_TRUST_AHEAD_MS, KK_TRUST_AHEAD_MS + 1, 3650 * KK_DAY_MS };

START_TEST(a_fresh_of_the_future)
{
    bool ahead = _i > 1;
    int64_t since = 0;
    struct desks d;

    pinned(&d);
    ck_assert_int_eq(offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    d.fresh.issued_ms = (uint64_t)(NOW + aheads[_i]);
    ck_assert_int_eq(offer_fresh(&d, DAEMON), KK_TRUST_TAKEN);
    ck_assert((kk_trust_grade(d.trust, NOW, false, &since) == KK_GRADE_FRESH) == !ahead);
    ck_assert(kk_trust_flags(d.trust, NOW).fresh_ahead == ahead && since == NOW + aheads[_i]);
    desks_fini(&d);
}
END_TEST

START_TEST(names_and_faults)
{
    for (int v = KK_TRUST_TAKEN; v <= KK_TRUST_MISSING; v++) {
        ck_assert_ptr_nonnull(kk_trust_verdict_name((enum kk_trust_verdict)v));
        ck_assert((kk_trust_fault((enum kk_trust_verdict)v) == 0) == (v <= KK_TRUST_SAME));
    }
    ck_assert_int_eq(kk_trust_fault(KK_TRUST_SIGNATURES), KK_E_SIGNATURE);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("trust", &suite);

    tcase_add_test(tcase, pinning);
    tcase_add_loop_test(tcase, unsound_roots, 0, ROOT_FAULTS);
    tcase_add_test(tcase, nothing_before_the_root);
    tcase_add_test(tcase, each_by_its_role);
    tcase_add_test(tcase, floors);
    tcase_add_test(tcase, unsound_contents);
    tcase_add_test(tcase, root_chain);
    tcase_add_test(tcase, root_keys_replaced);
    tcase_add_test(tcase, fast_forward);
    tcase_add_test(tcase, daemon_key_replaced);
    tcase_add_test(tcase, long_offline);
    tcase_add_test(tcase, expired_root);
    tcase_add_test(tcase, restored);
    tcase_add_test(tcase, clock_and_flags);
    tcase_add_loop_test(tcase, grades, 0, (int)KK_COUNT(ages));
    tcase_add_loop_test(tcase, a_fresh_of_the_future, 0, KK_COUNT(aheads));
    tcase_add_test(tcase, names_and_faults);
    return suite;
}
