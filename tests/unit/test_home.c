/*
 * Homes: keys, documents, papers and facts on disk; what is believed after a restart; what was
 * tampered with. client/home/home.c, keys.c, papers.c
 */
#include "ward.h"

#include "home/home.h"

#include "kukyoku/base/text.h"
#include "kukyoku/error.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW 1795392000000ll

struct place {
    char dir[64];
    struct bureau bureau;
    struct bureau_device *lead;
};

static void path_of(const struct place *p, const char *name, char ret[128])
{
    snprintf(ret, 128, "%s/%s", p->dir, name);
}

static void init(struct place *p)
{
    *p = (struct place){ 0 };
    snprintf(p->dir, sizeof(p->dir), "/tmp/kukyoku-home-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(p->dir));
    bureau_init(&p->bureau, unit_seed(9), NOW);
    p->lead = bureau_stranger(&p->bureau);
    bureau_approve(&p->bureau, p->lead, KK_ROLE_LEAD, "14133");
    bureau_sign_roster(&p->bureau);
}

static void fini(struct place *p)
{
    static const char *const names[] = { "state.db", "state.db-journal", "device.key",
                                         "sign.key", "lock" };
    char path[128];

    for (size_t i = 0; i < KK_COUNT(names); i++) {
        path_of(p, names[i], path);
        unlink(path);
    }
    ck_assert_int_eq(rmdir(p->dir), 0); /* and nothing else was left there */
    bureau_fini(&p->bureau);
}

static int open_home(const struct place *p, enum kk_home_mode mode, struct kk_home *ret)
{
    struct kk_error err = { 0 };

    return kk_home_open(p->dir, mode, ret, &err);
}

/* Enrolled, with the documents of the bureau and the wraps of its scopes. */
static void move_in(struct place *p, struct kk_slice passphrase)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    enum kk_trust_verdict verdict;
    struct kk_error err = { 0 };

    ck_assert_int_eq(open_home(p, KK_HOME_WRITE, &h), 0);
    ck_assert_int_eq(kk_home_keys_write(&h, &p->lead->keys, passphrase, &err), 0);
    ck_assert_int_eq(kk_trust_pin(h.trust, kk_bytes_slice(&p->bureau.root_doc), &verdict), 0);
    ck_assert_int_eq(kk_trust_offer_roster(h.trust, kk_bytes_slice(&p->bureau.roster_doc),
                                           kk_bytes_slice(&p->bureau.devices_blob), NOW,
                                           &verdict),
                     0);
    ck_assert_int_eq(verdict, KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_home_keep(&h), 0);
    for (size_t i = 0; i < BUREAU_SCOPES; i++) {
        const struct kk_roster_scope *s = &kk_trust_roster(h.trust)->scopes.items[i];

        ck_assert_int_eq(kk_home_paper_put(&h, s->wraps.hash, kk_bytes_slice(&p->bureau.wraps[i])),
                         0);
    }
}

START_TEST(no_home_yet)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    struct place p;

    init(&p);
    ck_assert_int_eq(open_home(&p, KK_HOME_READ, &h), KK_E_HOME);
    ck_assert_int_eq(open_home(&p, KK_HOME_WRITE, &h), 0);
    ck_assert(!h.enrolled);
    ck_assert_ptr_null(kk_trust_root(h.trust));
    ck_assert_ptr_null(kk_home_span(&h));
    kk_home_fini(&h);
    ck_assert_int_eq(open_home(&p, KK_HOME_READ, &h), 0);
    fini(&p);
}
END_TEST

START_TEST(everything_is_there_again)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    struct place p;

    init(&p);
    move_in(&p, kk_slice(NULL, 0));
    ck_assert_int_eq(open_home(&p, KK_HOME_READ, &h), 0);
    ck_assert(h.enrolled);
    ck_assert(!h.keys.can_sign);
    ck_assert_mem_eq(h.keys.id, p.lead->keys.id, KK_ID_BYTES);
    ck_assert_uint_eq(kk_trust_roster(h.trust)->version.ver, 1);
    ck_assert_int_eq((int)kk_home_span(&h)->role, KK_ROLE_LEAD);
    /* keys of the scopes it is entitled to, and of no other */
    for (size_t i = 0; i < BUREAU_SCOPES; i++) {
        struct kk_slice name = kk_slice_text(bureau_scope(i));
        const uint8_t *key = kk_keyring_find(&h.keyring, name, 1);

        ck_assert((key != NULL) == kk_device_span_has(kk_home_span(&h), name));
        if (key)
            ck_assert_mem_eq(key, kk_keyring_find(&p.bureau.keys, name, 1), KK_KEY_BYTES);
    }
    ck_assert_int_eq(kk_home_unlock(&h, kk_slice(NULL, 0), NULL), 0);
    ck_assert(h.keys.can_sign);
    fini(&p);
}
END_TEST

START_TEST(keys_are_guarded)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    struct kk_error err = { 0 };
    char path[128];
    struct place p;
    struct stat st;
    bool locked = false;

    init(&p);
    move_in(&p, kk_slice_text("春は曙"));
    path_of(&p, "sign.key", path);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(open_home(&p, KK_HOME_WRITE, &h), 0);
    ck_assert_int_eq(kk_home_locked(&h, &locked, &err), 0);
    ck_assert(locked);
    ck_assert_int_eq(kk_home_unlock(&h, kk_slice(NULL, 0), &err), KK_E_PASSPHRASE);
    ck_assert_int_eq(kk_home_unlock(&h, kk_slice_text("夏は夜"), &err), KK_E_PASSPHRASE);
    ck_assert_int_eq(kk_home_unlock(&h, kk_slice_text("春は曙"), &err), 0);
    /* a key is never replaced */
    ck_assert_int_eq(kk_home_keys_write(&h, &p.lead->keys, kk_slice(NULL, 0), &err), KK_E_EXISTS);
    kk_home_fini(&h);
    path_of(&p, "device.key", path);
    ck_assert_int_eq(chmod(path, 0640), 0);
    ck_assert_int_eq(open_home(&p, KK_HOME_READ, &h), KK_E_KEY_MODE);
    fini(&p);
}
END_TEST

/* The sign key of another device does not open in this home. */
START_TEST(keys_belong_together)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    struct bureau_device *other;
    struct kk_error err = { 0 };
    char path[128];
    struct place p;

    init(&p);
    other = bureau_stranger(&p.bureau);
    move_in(&p, kk_slice(NULL, 0));
    path_of(&p, "sign.key", path);
    unlink(path);
    ck_assert_int_eq(open_home(&p, KK_HOME_WRITE, &h), 0);
    kk_ignore(kk_home_keys_write(&h, &other->keys, kk_slice(NULL, 0), &err)); /* sign.key only */
    ck_assert_int_eq(kk_home_unlock(&h, kk_slice(NULL, 0), &err), KK_E_SHAPE);
    ck_assert(!h.keys.can_sign);
    fini(&p);
}
END_TEST

static void alter(const struct place *p, const char *sql)
{
    char path[128];
    sqlite3 *db;

    path_of(p, "state.db", path);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* A document that was altered on disk is not believed. */
START_TEST(documents_are_verified_again)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    struct place p;
    int r;

    init(&p);
    move_in(&p, kk_slice(NULL, 0));
    alter(&p, "UPDATE documents SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) || x'01'"
              " AS BLOB) WHERE kind = 1");
    r = open_home(&p, KK_HOME_READ, &h);
    ck_assert(r == KK_E_SIGNATURE || r == KK_E_SHAPE);
    fini(&p);
}
END_TEST

/* Device rows that are not the ones the roster names. */
START_TEST(rows_are_verified_again)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    struct place p;

    init(&p);
    move_in(&p, kk_slice(NULL, 0));
    alter(&p, "UPDATE papers SET bytes = CAST(bytes || x'01' AS BLOB)");
    ck_assert_int_lt(open_home(&p, KK_HOME_READ, &h), 0);
    fini(&p);
}
END_TEST

/* Older documents and papers that nobody names any more go; roots stay. */
START_TEST(only_the_newest_is_kept)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes old = { 0 };
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    uint8_t rows[KK_HASH_BYTES];
    enum kk_trust_verdict verdict;
    struct place p;

    init(&p);
    move_in(&p, kk_slice(NULL, 0));
    ck_assert_int_eq(open_home(&p, KK_HOME_WRITE, &h), 0);
    memcpy(rows, kk_trust_roster(h.trust)->devices.hash, KK_HASH_BYTES);
    bureau_sign_root(&p.bureau);
    bureau_approve(&p.bureau, p.lead, KK_ROLE_STAFF, "14133");
    bureau_sign_roster(&p.bureau);
    ck_assert_int_eq(kk_trust_offer_root(h.trust, kk_bytes_slice(&p.bureau.root_doc), NOW,
                                         &verdict),
                     0);
    ck_assert_int_eq(kk_trust_offer_roster(h.trust, kk_bytes_slice(&p.bureau.roster_doc),
                                           kk_bytes_slice(&p.bureau.devices_blob), NOW,
                                           &verdict),
                     0);
    ck_assert_int_eq(verdict, KK_TRUST_TAKEN);
    ck_assert_int_eq(kk_home_keep(&h), 0);
    ck_assert_int_eq(kk_home_paper_get(&h, rows, &old), 0);
    kk_home_fini(&h);
    ck_assert_int_eq(open_home(&p, KK_HOME_READ, &h), 0);
    ck_assert_uint_eq(kk_trust_root_count(h.trust), 2);
    ck_assert_uint_eq(kk_trust_roster(h.trust)->version.ver, 2);
    ck_assert_int_eq((int)kk_home_span(&h)->role, KK_ROLE_STAFF);
    fini(&p);
}
END_TEST

/* A wrapped key that does not open: that scope has none, the rest of the home is as ever. */
START_TEST(broken_wraps)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    char hex[2 * KK_HASH_BYTES + 1], sql[256];
    struct place p;

    init(&p);
    move_in(&p, kk_slice(NULL, 0));
    ck_assert_int_eq(open_home(&p, KK_HOME_WRITE, &h), 0);
    ck_assert_uint_eq(h.broken_wraps, 0);
    kk_hex_encode(kk_slice(kk_trust_roster(h.trust)->scopes.items[6].wraps.hash, KK_HASH_BYTES),
                  hex);
    kk_home_fini(&h);
    snprintf(sql, sizeof(sql), "UPDATE papers SET bytes = zeroblob(99) WHERE hash = x'%s'", hex);
    alter(&p, sql);
    ck_assert_int_eq(open_home(&p, KK_HOME_READ, &h), 0);
    ck_assert_uint_eq(h.broken_wraps, 1);
    ck_assert_ptr_null(kk_keyring_find(&h.keyring, kk_slice_text("w:14133"), 1));
    ck_assert_ptr_nonnull(kk_keyring_find(&h.keyring, kk_slice_text("int"), 1));
    fini(&p);
}
END_TEST

START_TEST(facts)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    struct place p;
    int64_t n = 5;

    init(&p);
    ck_assert_int_eq(open_home(&p, KK_HOME_WRITE, &h), 0);
    ck_assert_int_eq(kk_home_fact_get(&h, KK_FACT_HLC, &n, &bytes), 0);
    ck_assert_int_eq(n, 0);
    ck_assert_uint_eq(bytes.len, 0);
    ck_assert_int_eq(kk_home_fact_put(&h, KK_FACT_HLC, -7, kk_slice_text("x")), 0);
    ck_assert_int_eq(kk_home_fact_put(&h, KK_FACT_SYNC_WHY, 0, kk_slice_text("理由")), 0);
    ck_assert_int_eq(kk_home_fact_get(&h, KK_FACT_HLC, &n, &bytes), 0);
    ck_assert_int_eq(n, -7);
    unit_assert_slice(kk_bytes_slice(&bytes), kk_slice_text("x"));
    fini(&p);
}
END_TEST

static enum kk_grade graded(struct kk_home *h, int64_t clock_ms)
{
    enum kk_grade grade;
    int64_t since = 0;

    ck_assert_int_eq(kk_home_grade(h, clock_ms, &grade, &since), 0);
    ck_assert_int_eq(since, NOW);
    return grade;
}

/* The daemon's word of NOW. */
static void say_fresh(struct place *p, struct kk_home *h)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes payload = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes doc = { 0 };
    struct kk_fresh fresh = { .issued_ms = NOW, .root_ver = 1, .roster = { .ver = 1 } };
    enum kk_trust_verdict verdict;

    ck_assert_int_eq(kk_shape_encode(&kk_shape_fresh, &fresh, &payload), 0);
    bureau_sign(&p->bureau, KK_DOC_FRESH, kk_bytes_slice(&payload), &doc);
    ck_assert_int_eq(kk_trust_offer_fresh(h->trust, kk_bytes_slice(&doc), NOW, &verdict), 0);
    ck_assert_int_eq(verdict, KK_TRUST_TAKEN);
}

/* [TR-11] */
START_TEST(a_clock_set_back)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    int64_t later = NOW + 40 * KK_DAY_MS;
    struct place p;

    init(&p);
    move_in(&p, kk_slice(NULL, 0));
    ck_assert_int_eq(open_home(&p, KK_HOME_WRITE, &h), 0);
    say_fresh(&p, &h);
    ck_assert_int_eq(graded(&h, later), KK_GRADE_STALE);
    ck_assert_int_eq(graded(&h, NOW), KK_GRADE_FRESH);
    ck_assert_int_eq(kk_home_clock_seen(&h, later, false), 0);
    ck_assert_int_eq(graded(&h, NOW), KK_GRADE_STALE); /* set back: as old as it was */
    ck_assert_int_eq(kk_home_clock_seen(&h, NOW, false), 0);
    ck_assert_int_eq(graded(&h, NOW), KK_GRADE_STALE);
    ck_assert(!kk_trust_flags(h.trust, NOW).roster_expired);
    ck_assert_int_eq(kk_home_clock_seen(&h, NOW, true), 0); /* it was ahead, and was set right */
    ck_assert_int_eq(graded(&h, NOW), KK_GRADE_FRESH);
    fini(&p);
}
END_TEST

START_TEST(one_writer_at_a_time)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    struct kk_error err = { 0 };
    struct place p;

    init(&p);
    ck_assert_int_eq(open_home(&p, KK_HOME_WRITE, &h), 0);
    {
        KK_AUTO_FINI(kk_os_lock) struct kk_os_lock first = { 0 };
        struct kk_os_lock second = { 0 };

        ck_assert_int_eq(kk_home_lock(&h, &first, &err), 0);
        ck_assert_int_eq(kk_os_lock_take(&second, h.dir, 50, &err), KK_E_LOCKED);
    }
    {
        KK_AUTO_FINI(kk_os_lock) struct kk_os_lock again = { 0 };

        ck_assert_int_eq(kk_home_lock(&h, &again, &err), 0);
    }
    fini(&p);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("home", &suite);

    tcase_add_test(c, no_home_yet);
    tcase_add_test(c, everything_is_there_again);
    tcase_add_test(c, keys_are_guarded);
    tcase_add_test(c, keys_belong_together);
    tcase_add_test(c, documents_are_verified_again);
    tcase_add_test(c, rows_are_verified_again);
    tcase_add_test(c, only_the_newest_is_kept);
    tcase_add_test(c, broken_wraps);
    tcase_add_test(c, facts);
    tcase_add_test(c, a_clock_set_back);
    tcase_add_test(c, one_writer_at_a_time);
    return suite;
}
