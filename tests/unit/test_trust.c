/*
 * The verified set, offer by offer: order, floors, generations, root chains, time. Covers
 * proto/trust/held.c too. [TR-2] [TR-3] [TR-6] [TR-7] [TR-8] [TR-11]
 */
#include "desks.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/trust/trust.h"

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
        ck_assert_int_eq(desks_pin(&d, &cases[i].by), cases[i].v);
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
        v = desks_pin(&d, &desks_both_roots);
    ck_assert_int_eq(v, KK_TRUST_MALFORMED);
    ck_assert_ptr_null(kk_trust_root(d.trust));
    desks_fini(&d);
}
END_TEST

START_TEST(nothing_before_the_root)
{
    struct desks d;

    desks_init(&d);
    ck_assert_int_eq(desks_offer_root(&d, &desks_both_roots), KK_TRUST_MISSING);
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_MISSING);
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_MISSING);
    ck_assert_int_eq(desks_offer_fresh(&d, DAEMON), KK_TRUST_MISSING);
    ck_assert_ptr_null(kk_trust_role(d.trust, KK_TRUST_DAEMON));
    desks_fini(&d);
}
END_TEST

START_TEST(each_by_its_role)
{
    struct desks d;

    desks_pinned(&d);
    for (unsigned key = 0; key < DESKS_KEYS; key++) {
        ck_assert(desks_offer_roster(&d, key) ==
                  (key == REGISTRAR ? KK_TRUST_TAKEN : KK_TRUST_SIGNATURES));
        ck_assert(desks_offer_catalog(&d, key, NOW) ==
                  (key == PUBLISHER ? KK_TRUST_TAKEN : KK_TRUST_SIGNATURES));
        ck_assert(desks_offer_fresh(&d, key) ==
                  (key == DAEMON ? KK_TRUST_TAKEN : KK_TRUST_SIGNATURES));
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

    desks_pinned(&d);
    d.catalog.version.ver = 5;
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_SAME);
    d.catalog.title = kk_slice_text("another");
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_CONFLICT);
    d.catalog.version.ver = 4;
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_OLDER);
    ck_assert_int_eq(kk_trust_fault(KK_TRUST_OLDER), KK_E_ROLLBACK);
    d.catalog.version.ver = 9;
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_SAME);
    ck_assert_int_eq(desks_offer_fresh(&d, DAEMON), KK_TRUST_TAKEN);
    d.fresh.issued_ms--;
    ck_assert_int_eq(desks_offer_fresh(&d, DAEMON), KK_TRUST_OLDER);
    desks_fini(&d);
}
END_TEST

/* What fails leaves no trace: not even of the parts that were right. */
START_TEST(unsound_contents)
{
    enum kk_trust_verdict v;
    struct kk_hash_item gone[] = { { { 1 } }, { { 1 } } };
    struct desks d;

    desks_pinned(&d);
    desks_write_roster(&d, REGISTRAR);
    d.rows.data[0] ^= 1;
    fine(kk_trust_offer_roster(d.trust, kk_bytes_slice(&d.doc), kk_bytes_slice(&d.rows), NOW, &v));
    ck_assert_int_eq(v, KK_TRUST_MALFORMED);
    d.scopes[0].scope = kk_slice_text("pub"); /* pub has no key */
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_MALFORMED);
    d.scopes[0].scope = kk_slice_text("nowhere");
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_MALFORMED);
    ck_assert_ptr_null(kk_trust_roster(d.trust));
    ck_assert_ptr_null(kk_trust_devices_bytes(d.trust).data);
    d.catalog.recalled.items = gone;
    d.catalog.recalled.count = 2; /* one twice [BN-19] */
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_MALFORMED);
    d.catalog.recalled.count = 1; /* what the catalog rests on */
    d.published[0].manifest.hash[0] = 1;
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_MALFORMED);
    d.catalog.recalled.count = 0;
    d.published[0].epoch = 1; /* pub under a key */
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_MALFORMED);
    d.published[0].scope = kk_slice_text("w:14133"); /* holds no releases */
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_MALFORMED);
    d.published[0] = (struct kk_catalog_scope){ .scope = kk_slice_text("int"),
                                                .manifest = { .len = 9 } }; /* without a key */
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_MALFORMED);
    ck_assert_ptr_null(kk_trust_catalog(d.trust));
    desks_fini(&d);
}
END_TEST

/* [TR-10] through the offer itself: what was held stays held. */
START_TEST(history_stays)
{
    struct kk_device_span span = { .from = { 1, 1 }, .role = KK_ROLE_OFFICER,
                                   .status = KK_STATUS_ACTIVE };
    struct kk_device_row row = { .sign = { 1 }, .noise = { 2 }, .wrap = { 3 },
                                 .label = kk_slice_text("one"), .history = { &span, 1 } };
    struct kk_era era = { .scope = kk_slice_text("int"), .era = 1, .recovery = { 1 } };
    struct kk_device_row twice[2];
    enum kk_trust_verdict v;
    struct desks d;

    desks_pinned(&d);
    d.roster.eras.items = &era;
    d.roster.eras.count = 1;
    d.devices.rows.items = &row;
    d.devices.rows.count = 1;
    d.roster.settings.tv = 2;
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    d.roster.version.ver = 2;
    d.devices.rows.count = 0;
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_HISTORY);
    d.devices.rows.count = 1;
    row.label = kk_slice_text("two");
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_HISTORY);
    row.label = kk_slice_text("one");
    d.roster.settings.tv = 1; /* a log whose tables fall is taken by nobody [RL-5] */
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_HISTORY);
    d.roster.settings.tv = 2;
    d.roster.eras.count = 0; /* [ER-2] */
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_HISTORY);
    ck_assert_uint_eq(kk_trust_roster(d.trust)->version.ver, 1);
    d.roster.eras.count = 1;
    desks_write_roster(&d, REGISTRAR);
    /* sound rows of the same length, which the roster never named */
    row.label = kk_slice_text("two");
    kk_bytes_clear(&d.rows);
    fine(kk_shape_encode(&kk_shape_devices, &d.devices, &d.rows));
    ck_assert_uint_eq(d.rows.len, d.roster.devices.len);
    fine(kk_trust_offer_roster(d.trust, kk_bytes_slice(&d.doc), kk_bytes_slice(&d.rows), NOW, &v));
    ck_assert_int_eq(v, KK_TRUST_MALFORMED);
    row.label = kk_slice_text("one");
    d.devices.rows.items = twice;
    d.devices.rows.count = 2;
    twice[0] = twice[1] = row;
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_MALFORMED);
    d.devices.rows.count = 1;
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    desks_fini(&d);
}
END_TEST

/* --- root chains and generations --- */
START_TEST(root_chain)
{
    struct desks d;

    desks_pinned(&d);
    ck_assert_int_eq(desks_offer_root(&d, &desks_both_roots), KK_TRUST_SAME);
    d.root.city = kk_slice_text("別の市");
    ck_assert_int_eq(desks_offer_root(&d, &desks_both_roots), KK_TRUST_CONFLICT);
    d.root.ver = 3;
    ck_assert_int_eq(desks_offer_root(&d, &desks_both_roots), KK_TRUST_GAP);
    d.root.ver = 2;
    ck_assert_int_eq(desks_offer_root(&d, &(struct signers){ { 0 }, 1 }), KK_TRUST_SIGNATURES);
    ck_assert_int_eq(desks_offer_root(&d, &desks_both_roots), KK_TRUST_TAKEN);
    d.root.ver = 1;
    ck_assert_int_eq(desks_offer_root(&d, &desks_both_roots), KK_TRUST_OLDER);
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

    desks_pinned(&d);
    d.root.ver = 2;
    d.root_keys[0] = d.keys[THIEF];
    d.root_keys[1] = d.keys[DAEMON];
    ck_assert_int_eq(desks_offer_root(&d, &old), KK_TRUST_SIGNATURES);
    ck_assert_int_eq(desks_offer_root(&d, &new), KK_TRUST_SIGNATURES);
    d.root_keys[0] = d.keys[0]; /* one stays: it signs for both sets */
    d.root_keys[1] = d.keys[THIEF];
    d.roles[0].threshold = 1;
    ck_assert_int_eq(desks_offer_root(&d, &desks_both_roots), KK_TRUST_TAKEN);
    desks_fini(&d);
}
END_TEST

/* A thief runs ver up to its end; a root with the next generation makes the catalog usable again.
 */
START_TEST(fast_forward)
{
    struct desks d;

    desks_pinned(&d);
    d.catalog.version.ver = UINT32_MAX;
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    d.root.ver = 2;
    d.roles[2].gen = 2;
    d.roles[2].keys.items = &d.keys[THIEF]; /* the new key, whatever its name here */
    ck_assert_int_eq(desks_offer_root(&d, &desks_both_roots), KK_TRUST_TAKEN);
    ck_assert(kk_trust_flags(d.trust, NOW).catalog_replaced);
    d.catalog.version = (struct kk_ver){ 1, UINT32_MAX };
    d.catalog.title = kk_slice_text("again the thief");
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_SIGNATURES);
    d.catalog.version = (struct kk_ver){ 2, 1 };
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_SIGNATURES);
    ck_assert_int_eq(desks_offer_catalog(&d, THIEF, NOW), KK_TRUST_TAKEN);
    ck_assert(!kk_trust_flags(d.trust, NOW).catalog_replaced);
    ck_assert_uint_eq(kk_trust_role_of(d.trust, KK_TRUST_PUBLISHER, 1)->gen, 1);
    ck_assert_ptr_null(kk_trust_role_of(d.trust, KK_TRUST_PUBLISHER, 3));
    d.root.ver = 3;
    d.roles[2].gen = 1; /* no way back */
    ck_assert_int_eq(desks_offer_root(&d, &desks_both_roots), KK_TRUST_MALFORMED);
    desks_fini(&d);
}
END_TEST

/* What a stolen daemon key said of the year 2099 falls with the key. */
START_TEST(daemon_key_replaced)
{
    struct desks d;

    desks_pinned(&d);
    d.fresh.issued_ms = NOW + 73 * 365 * KK_DAY_MS;
    ck_assert_int_eq(desks_offer_fresh(&d, DAEMON), KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_trust_now(d.trust, NOW), NOW); /* and it never moved the clock */
    d.root.ver = 2;
    d.roles[3].gen = 2;
    d.roles[3].keys.items = &d.keys[THIEF];
    ck_assert_int_eq(desks_offer_root(&d, &desks_both_roots), KK_TRUST_TAKEN);
    ck_assert_ptr_null(kk_trust_fresh(d.trust));
    d.fresh.issued_ms = NOW;
    ck_assert_int_eq(desks_offer_fresh(&d, DAEMON), KK_TRUST_SIGNATURES);
    ck_assert_int_eq(desks_offer_fresh(&d, THIEF), KK_TRUST_TAKEN);
    desks_fini(&d);
}
END_TEST

START_TEST(long_offline)
{
    struct desks d;

    desks_pinned(&d);
    for (uint32_t ver = 2; ver <= 12; ver++) { /* all but the last have expired long ago */
        d.root.ver = ver;
        d.root.expires_ms = ver == 12 ? LATER : NOW - 1;
        ck_assert_int_eq(desks_offer_root(&d, &desks_both_roots), KK_TRUST_TAKEN);
    }
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    desks_fini(&d);
}
END_TEST

START_TEST(expired_root)
{
    struct desks d;

    desks_init(&d);
    d.root.expires_ms = NOW;
    ck_assert_int_eq(desks_pin(&d, &desks_both_roots), KK_TRUST_TAKEN);
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    d.catalog.version.ver++;
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW + 1), KK_TRUST_EXPIRED);
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

    desks_pinned(&d);
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    d.root.ver = 2;
    d.roles[2].gen = 2;
    d.roles[2].keys.items = &d.keys[THIEF];
    ck_assert_int_eq(desks_offer_root(&d, &desks_both_roots), KK_TRUST_TAKEN);
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

/* [MI-6] For a reader without a device: the roster counts, no device is known by it. */
START_TEST(bare_roster)
{
    KK_AUTO_FREE(kk_trust) struct kk_trust *again = kk_trust_new();
    enum kk_trust_verdict v;
    struct desks d;
    int64_t since = 0;

    desks_pinned(&d);
    desks_write_roster(&d, PUBLISHER);
    fine(kk_trust_offer_bare_roster(d.trust, kk_bytes_slice(&d.doc), NOW, &v));
    ck_assert_int_eq(v, KK_TRUST_SIGNATURES);
    ck_assert_ptr_null(kk_trust_roster(d.trust));
    d.roster.version.ver = 5;
    desks_write_roster(&d, REGISTRAR);
    fine(kk_trust_offer_bare_roster(d.trust, kk_bytes_slice(&d.doc), NOW, &v));
    ck_assert_int_eq(v, KK_TRUST_TAKEN);
    ck_assert_uint_eq(kk_trust_roster(d.trust)->version.ver, 5);
    ck_assert_uint_eq(kk_trust_view(d.trust)->devices->rows.count, 0);
    ck_assert_uint_eq(kk_trust_devices_bytes(d.trust).len, 0);
    ck_assert_ptr_null(kk_roster_row(kk_trust_view(d.trust), d.rows.data));
    ck_assert_int_eq(desks_offer_fresh(&d, DAEMON), KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_trust_grade(d.trust, NOW, false, &since), KK_GRADE_FRESH);
    fine(kk_trust_restore(again, KK_DOC_ROOT, kk_trust_root_bytes(d.trust, 0), kk_slice(NULL, 0),
                          &v));
    fine(kk_trust_restore_bare_roster(again, kk_trust_bytes(d.trust, KK_DOC_ROSTER), &v));
    ck_assert_int_eq(v, KK_TRUST_TAKEN);
    d.roster.version.ver = 4;
    desks_write_roster(&d, REGISTRAR);
    fine(kk_trust_offer_bare_roster(d.trust, kk_bytes_slice(&d.doc), NOW, &v));
    ck_assert_int_eq(v, KK_TRUST_OLDER);
    desks_fini(&d);
}
END_TEST

/* --- time and age --- */
/* [TR-11] a clock set back frees nothing: each signature alone is enough to know better. */
START_TEST(now_is_not_before_a_signature)
{
    struct desks d;

    desks_pinned(&d);
    ck_assert_int_eq(kk_trust_now(d.trust, 0), NOW);
    ck_assert_int_eq(kk_trust_now(d.trust, NOW + 1), NOW + 1);
    d.roster.issued_ms = NOW + 2;
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_trust_now(d.trust, 0), NOW + 2);
    d.catalog.issued_ms = NOW + 3;
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_trust_now(d.trust, 0), NOW + 3);
    desks_fini(&d);
}
END_TEST

START_TEST(clock_and_flags)
{
    struct kk_trust_flags f;
    struct desks d;

    desks_pinned(&d);
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    d.catalog.issued_ms = NOW + 5;
    d.catalog.expires_ms = NOW + 10;
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
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

    desks_pinned(&d);
    ck_assert_int_eq(kk_trust_grade(d.trust, clock, false, &since), KK_GRADE_UNKNOWN);
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_trust_grade(d.trust, clock, false, &since), KK_GRADE_UNKNOWN);
    ck_assert_int_eq(desks_offer_catalog(&d, PUBLISHER, NOW), KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_trust_grade(d.trust, clock, ages[_i].media, &since), ages[_i].grade);
    ck_assert_int_eq(since, NOW);
    d.fresh.issued_ms = (uint64_t)clock; /* the daemon has spoken since */
    ck_assert_int_eq(desks_offer_fresh(&d, DAEMON), KK_TRUST_TAKEN);
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

    desks_pinned(&d);
    ck_assert_int_eq(desks_offer_roster(&d, REGISTRAR), KK_TRUST_TAKEN);
    d.fresh.issued_ms = (uint64_t)(NOW + aheads[_i]);
    ck_assert_int_eq(desks_offer_fresh(&d, DAEMON), KK_TRUST_TAKEN);
    ck_assert((kk_trust_grade(d.trust, NOW, false, &since) == KK_GRADE_FRESH) == !ahead);
    ck_assert(kk_trust_flags(d.trust, NOW).fresh_ahead == ahead && since == NOW + aheads[_i]);
    desks_fini(&d);
}
END_TEST

static enum kk_trust_verdict assume(struct desks *d, unsigned key)
{
    enum kk_trust_verdict v;

    desks_write_roster(d, key);
    fine(kk_trust_assume_roster(d->trust, kk_bytes_slice(&d->doc), kk_bytes_slice(&d->rows), NOW,
                                &v));
    return v;
}

/* All is asked of it but the signatures that are still to come. [TR-19] */
START_TEST(a_roster_that_is_being_signed)
{
    struct desks d;

    desks_pinned(&d);
    d.roster.version.ver = 7;
    ck_assert_int_eq(assume(&d, THIEF), KK_TRUST_TAKEN);
    ck_assert_int_eq(assume(&d, THIEF), KK_TRUST_SAME);
    d.roster.version.ver = 6;
    ck_assert_int_eq(assume(&d, REGISTRAR), KK_TRUST_OLDER);
    d.roster.version = (struct kk_ver){ 2, 8 }; /* of keys that no root names */
    ck_assert_int_eq(assume(&d, REGISTRAR), KK_TRUST_SIGNATURES);
    d.roster.version = (struct kk_ver){ 1, 8 };
    desks_write_roster(&d, REGISTRAR);
    d.rows.data[0] ^= 1;
    enum kk_trust_verdict v;
    fine(kk_trust_assume_roster(d.trust, kk_bytes_slice(&d.doc), kk_bytes_slice(&d.rows), NOW,
                                &v));
    ck_assert_int_eq(v, KK_TRUST_MALFORMED);
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
    tcase_add_test(tcase, history_stays);
    tcase_add_test(tcase, now_is_not_before_a_signature);
    tcase_add_test(tcase, root_chain);
    tcase_add_test(tcase, root_keys_replaced);
    tcase_add_test(tcase, fast_forward);
    tcase_add_test(tcase, daemon_key_replaced);
    tcase_add_test(tcase, long_offline);
    tcase_add_test(tcase, expired_root);
    tcase_add_test(tcase, restored);
    tcase_add_test(tcase, bare_roster);
    tcase_add_test(tcase, clock_and_flags);
    tcase_add_loop_test(tcase, grades, 0, (int)KK_COUNT(ages));
    tcase_add_loop_test(tcase, a_fresh_of_the_future, 0, KK_COUNT(aheads));
    tcase_add_test(tcase, a_roster_that_is_being_signed);
    tcase_add_test(tcase, names_and_faults);
    return suite;
}
