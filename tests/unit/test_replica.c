/* Replicas: a release in whole or not at all, history, repair, purge, verify, other programs. */
#include "press.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"
#include "kukyoku/error.h"
#include "replica/replica.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder for one test, with a replica, a stage and a publisher. */
struct place {
    char dir[64], db[96];
    struct kk_stage stage;
    struct kk_replica *replica;
    struct kk_keyring keys;
    struct press press;
};

static void open_replica(struct place *p, enum kk_replica_mode mode)
{
    struct kk_error err = { 0 };
    int r = kk_replica_open(p->db, kk_slice_text(p->press.scope), mode, &p->replica, &err);

    ck_assert_msg(r == 0, "%d %s %s", r, err.where, err.detail);
}

static void place_init(struct place *p, const char *scope)
{
    char stage[96];

    *p = (struct place){ 0 };
    snprintf(p->dir, sizeof(p->dir), "/tmp/kk-replica-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(p->dir));
    snprintf(p->db, sizeof(p->db), "%s/a.db", p->dir);
    snprintf(stage, sizeof(stage), "%s/stage", p->dir);
    ck_assert_int_eq(mkdir(stage, 0700), 0);
    ck_assert_int_eq(kk_stage_init(&p->stage, stage), 0);
    press_init(&p->press, scope);
    if (p->press.key.len)
        ck_assert_int_eq(
            kk_keyring_put(&p->keys, kk_slice_text(scope), p->press.epoch, p->press.key.bytes), 0);
    open_replica(p, KK_REPLICA_WRITE);
}

static void place_fini(struct place *p)
{
    char path[128];

    kk_replica_free(p->replica);
    kk_keyring_fini(&p->keys);
    press_fini(&p->press);
    kk_stage_sweep(&p->stage);
    rmdir(p->stage.dir);
    snprintf(path, sizeof(path), "%s/b.db", p->dir);
    remove(path);
    remove(p->db);
    rmdir(p->dir);
}

static struct kk_replica_job job_of(struct place *p)
{
    return (struct kk_replica_job){
        .signed_row = &p->press.row, .stage = &p->stage, .keys = &p->keys, .now_ms = 1000
    };
}

/* Fetches what is wanted until nothing is; gives how many blobs that were. */
static size_t fetch(struct place *p)
{
    struct kk_replica_job job = job_of(p);
    size_t fetched = 0;

    for (;;) {
        KK_AUTO_FINI(kk_plan) struct kk_plan plan = { 0 };

        ck_assert_int_eq(kk_replica_wants(p->replica, &job, &plan), 0);
        if (plan.count == 0)
            return fetched;
        for (size_t i = 0; i < plan.count; i++) {
            const struct press_blob *b = press_find(&p->press, plan.wants[i].ref.hash);
            bool whole = false;

            ck_assert_ptr_nonnull(b);
            ck_assert_int_eq((int)b->kind, (int)plan.wants[i].kind);
            ck_assert_int_eq(
                kk_stage_put(&p->stage, &plan.wants[i].ref, 0, kk_bytes_slice(&b->bytes), &whole),
                0);
            ck_assert(whole);
            fetched++;
        }
    }
}

static int apply(struct place *p)
{
    struct kk_replica_job job = job_of(p);
    struct kk_error err = { 0 };

    return kk_replica_apply(p->replica, &job, &err);
}

static size_t update(struct place *p)
{
    size_t fetched = fetch(p);
    bool in_step = false;

    ck_assert_int_eq(apply(p), 0);
    ck_assert_int_eq(kk_replica_in_step(p->replica, &p->press.row, &in_step), 0);
    ck_assert(in_step);
    return fetched;
}

/* --- reading by SQL --- */
static struct sqlite3_stmt *query(struct place *p, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(kk_db_handle(kk_replica_db(p->replica)), sql, -1, &s, NULL);

    ck_assert_msg(code == SQLITE_OK, "%s", kk_db_message(kk_replica_db(p->replica)));
    return s;
}

static bool column_is(sqlite3_stmt *s, int column, struct kk_slice text)
{
    return kk_slice_equal(
        kk_slice(sqlite3_column_text(s, column), (size_t)sqlite3_column_bytes(s, column)), text);
}

static void assert_row(sqlite3_stmt *s, const struct kk_obs *o)
{
    ck_assert(column_is(s, 0, o->indicator));
    ck_assert(column_is(s, 1, o->area));
    ck_assert(column_is(s, 2, o->period));
    ck_assert(column_is(s, 3, o->breakdown));
    if (o->missing == KK_MISSING_NONE)
        ck_assert_int_eq(sqlite3_column_int64(s, 4), o->value);
    else
        ck_assert_int_eq(sqlite3_column_type(s, 4), SQLITE_NULL);
    ck_assert(column_is(s, 5, kk_slice_text(kk_missing_text(o->missing))));
    ck_assert(column_is(s, 6, o->unit));
    ck_assert(column_is(s, 7, o->status));
    ck_assert(column_is(s, 8, o->method));
    ck_assert(column_is(s, 9, o->source));
    ck_assert(column_is(s, 10, o->note));
}

#define COLUMNS                                                                                    \
    "indicator, area, period, breakdown, scaled, missing, unit, status, method, source, note"

/* The table `obs` as of a release is this table, in its order. */
static void assert_table(struct place *p, uint32_t as_of, const struct press_table *t)
{
    sqlite3_stmt *s = query(p, "SELECT " COLUMNS " FROM obs WHERE as_of = ?1 "
                               "ORDER BY indicator, area, breakdown, period");

    sqlite3_bind_int64(s, 1, as_of);
    for (size_t i = 0; i < t->count; i++) {
        ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
        assert_row(s, &t->rows[i]);
    }
    ck_assert_int_eq(sqlite3_step(s), SQLITE_DONE);
    sqlite3_finalize(s);
}

static int64_t number(struct place *p, const char *sql)
{
    sqlite3_stmt *s = query(p, sql);
    int64_t value;

    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return value;
}

static void execute(struct place *p, const char *sql)
{
    char *message = NULL;
    int code = sqlite3_exec(kk_db_handle(kk_replica_db(p->replica)), sql, NULL, NULL, &message);

    ck_assert_msg(code == SQLITE_OK, "%s", message ? message : "");
}

/* --- tests --- */
#define CHAIN 5
static void run_chain(const char *scope, uint64_t seed)
{
    struct press_table tables[CHAIN];
    struct unit_entropy e;
    struct place p;
    struct kk_replica_verified verified;

    unit_entropy_init(&e, seed);
    place_init(&p, scope);
    for (size_t i = 0; i < CHAIN; i++) {
        press_table_init(&tables[i]);
        if (i == 0)
            press_random(&tables[0], &e, 900);
        else
            press_edit(&tables[i], &tables[i - 1], &e);
        press_release(&p.press, (uint32_t)i + 1, &tables[i], false);
        update(&p);
        assert_table(&p, 0, &tables[i]);
    }
    for (uint32_t i = 0; i < CHAIN; i++) {
        bool has = false;

        ck_assert_int_eq(kk_replica_has_release(p.replica, i + 1, &has), 0);
        ck_assert(has); /* also across a new base: an old one is kept */
        assert_table(&p, i + 1, &tables[i]);
    }
    ck_assert_int_eq(kk_replica_verify(p.replica, p.press.row.state, NULL, NULL, &verified), 0);
    ck_assert_uint_eq(verified.faults, 0);
    ck_assert_uint_ge(verified.rows, tables[CHAIN - 1].count);
    place_fini(&p);
    for (size_t i = 0; i < CHAIN; i++)
        press_table_fini(&tables[i]);
}

START_TEST(chains_come_in) /* [BN-20] [BN-21] [BN-22] [BN-23] [BN-24] */
{
    uint64_t seed = unit_seed(7);

    for (uint64_t i = 0; i < 4; i++) {
        run_chain("pub", seed + i);
        run_chain("r:14133", seed + i);
    }
}
END_TEST

static void random_place(struct place *p, const char *scope, struct press_table *t)
{
    struct unit_entropy e;

    unit_entropy_init(&e, 11);
    place_init(p, scope);
    press_table_init(t);
    press_random(t, &e, 1200);
    press_release(&p->press, 1, t, false);
}

START_TEST(constraints_agree_with_a_scan)
{
    static const char *const filters[] = {
        "indicator = '指標001'",
        "area = '14133-05'",
        "period = '2020-03'",
        "breakdown = 'age=0-14'",
        "indicator = '指標002' AND area = '14131-01'",
        "indicator = '指標000' AND period = '2019-02' AND breakdown = ''",
        "indicator = 'no such'",
        "area = 'no such'",
        "dataset = 'd' AND unit = '千人'",
        "dataset = 'e'",
        "indicator IN ('指標001', '指標003') AND area >= '14134'",
        "period = NULL",
    };
    struct press_table t;
    struct place p;

    random_place(&p, "pub", &t);
    update(&p);
    for (size_t i = 0; i < KK_COUNT(filters); i++) {
        char sql[512];
        int64_t by_plan, by_scan;

        snprintf(sql, sizeof(sql), "SELECT count(*) FROM obs WHERE %s", filters[i]);
        by_plan = number(&p, sql);
        /* the unary plus takes the columns from the planner: the core compares each row */
        snprintf(sql, sizeof(sql),
                 "SELECT count(*) FROM (SELECT +dataset AS dataset, +indicator AS indicator, "
                 "+area AS area, +period AS period, +breakdown AS breakdown, +unit AS unit "
                 "FROM obs LIMIT -1) WHERE %s",
                 filters[i]);
        by_scan = number(&p, sql);
        ck_assert_msg(by_plan == by_scan, "%s: %lld, not %lld", filters[i], (long long)by_plan,
                      (long long)by_scan);
    }
    ck_assert_int_eq(number(&p, "SELECT count(*) FROM obs"), (int64_t)t.count);
    ck_assert_int_eq(number(&p, "SELECT count(*) FROM obs a JOIN obs b USING (dataset, indicator, "
                                "area, breakdown, period)"),
                     (int64_t)t.count);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

static bool plan_says(struct place *p, const char *sql, const char *text)
{
    sqlite3_stmt *s = query(p, sql);
    bool found = false;

    while (sqlite3_step(s) == SQLITE_ROW)
        found = found || strstr((const char *)sqlite3_column_text(s, 3), text);
    sqlite3_finalize(s);
    return found;
}

START_TEST(order_is_not_sorted_again)
{
    struct press_table t;
    struct place p;

    random_place(&p, "pub", &t);
    update(&p);
    ck_assert(!plan_says(&p,
                         "EXPLAIN QUERY PLAN SELECT * FROM obs WHERE dataset = 'd' AND "
                         "breakdown = '' ORDER BY indicator, area, period",
                         "TEMP B-TREE"));
    ck_assert(plan_says(&p, "EXPLAIN QUERY PLAN SELECT * FROM obs ORDER BY period", "TEMP B-TREE"));
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(a_release_that_is_not_held)
{
    struct press_table t;
    struct place p;
    sqlite3_stmt *s;
    bool has = true;

    random_place(&p, "pub", &t);
    press_release(&p.press, 5, &t, true); /* a base of its own: nothing before it */
    update(&p);
    ck_assert_int_eq(kk_replica_has_release(p.replica, 4, &has), 0);
    ck_assert(!has);
    s = query(&p, "SELECT * FROM obs WHERE as_of = 4");
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ERROR);
    sqlite3_finalize(s);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(a_cut_transfer_goes_on)
{
    struct press_table t;
    struct place p;
    struct kk_replica_job job;
    KK_AUTO_FINI(kk_plan) struct kk_plan plan = { 0 };
    const struct press_blob *b;
    bool whole = true;

    random_place(&p, "pub", &t);
    job = job_of(&p);
    ck_assert_int_eq(kk_replica_wants(p.replica, &job, &plan), 0);
    ck_assert_uint_eq(plan.count, 1);
    b = press_find(&p.press, plan.wants[0].ref.hash);
    ck_assert_int_eq(kk_stage_put(&p.stage, &b->ref, 0, kk_slice(b->bytes.data, 10), &whole), 0);
    ck_assert(!whole);
    ck_assert_uint_eq(kk_stage_have(&p.stage, &b->ref), 10);
    ck_assert_int_eq(kk_stage_put(&p.stage, &b->ref, 10,
                                  kk_slice(b->bytes.data + 10, b->bytes.len - 10), &whole),
                     0);
    ck_assert(whole);
    update(&p);
    assert_table(&p, 0, &t);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(wrong_bytes_are_thrown_away)
{
    struct press_table t;
    struct place p;
    const struct press_blob *b;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bad = { 0 };

    random_place(&p, "pub", &t);
    b = press_find(&p.press, p.press.row.manifest.hash);
    ck_assert_int_eq(kk_bytes_append_slice(&bad, kk_bytes_slice(&b->bytes)), 0);
    bad.data[bad.len / 2] ^= 1;
    ck_assert_int_eq(kk_stage_put(&p.stage, &b->ref, 0, kk_bytes_slice(&bad), NULL), KK_E_HASH);
    ck_assert_uint_eq(kk_stage_have(&p.stage, &b->ref), 0);
    ck_assert_int_eq(kk_bytes_append(&bad, "x", 1), 0);
    ck_assert_int_eq(kk_stage_put(&p.stage, &b->ref, 0, kk_bytes_slice(&bad), NULL), KK_E_HASH);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(nothing_of_a_wrong_release_is_kept)
{
    struct press_table t;
    struct place p;
    struct kk_replica_held held;

    random_place(&p, "pub", &t);
    fetch(&p);
    p.press.row.state[0] ^= 1; /* the catalog signs another state */
    ck_assert_int_eq(apply(&p), KK_E_HASH);
    ck_assert_int_eq(kk_replica_held(p.replica, &held), 0);
    ck_assert_uint_eq(held.release, 0);
    ck_assert_int_eq(number(&p, "SELECT count(*) FROM blobs"), 0);
    p.press.row.state[0] ^= 1;
    ck_assert_int_eq(apply(&p), 0);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(a_scope_needs_its_key)
{
    struct press_table t;
    struct place p;
    struct kk_replica_job job;
    KK_AUTO_FINI(kk_plan) struct kk_plan plan = { 0 };

    random_place(&p, "r:14133", &t);
    fetch(&p);
    job = job_of(&p);
    job.keys = NULL;
    ck_assert_int_eq(kk_replica_wants(p.replica, &job, &plan), KK_E_KEY_UNKNOWN);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

/* --- faults of the file --- */
struct seen {
    size_t count;
    int fault;
    char indicator[KK_OBS_NAME_MAX + 1], dataset[33], scope[KK_SCOPE_NAME_MAX + 1];
};

static void note(void *user, const struct kk_replica_fault *f)
{
    struct seen *s = user;

    s->count++;
    s->fault = f->fault;
    snprintf(s->indicator, sizeof(s->indicator), "%.*s", (int)f->indicator.len,
             f->indicator.data ? (const char *)f->indicator.data : "");
    snprintf(s->dataset, sizeof(s->dataset), "%.*s", (int)f->dataset.len,
             f->dataset.data ? (const char *)f->dataset.data : "");
    snprintf(s->scope, sizeof(s->scope), "%.*s", (int)f->scope.len,
             f->scope.data ? (const char *)f->scope.data : "");
}

START_TEST(one_pack_is_repaired)
{
    struct press_table t;
    struct place p;
    struct kk_replica_verified verified;
    struct seen seen = { 0 };
    uint64_t dropped = 0;
    bool in_step = true;

    random_place(&p, "r:14133", &t);
    update(&p);
    execute(&p, "UPDATE blobs SET coded = zeroblob(length(coded)) WHERE kind = 3");
    ck_assert_int_eq(kk_replica_verify(p.replica, p.press.row.state, note, &seen, &verified), 0);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_int_eq(seen.fault, KK_E_HASH);
    ck_assert_str_eq(seen.scope, "r:14133");
    ck_assert_str_eq(seen.dataset, "d");
    ck_assert_int_eq(kk_replica_repair(p.replica, &dropped), 0);
    ck_assert_uint_eq(dropped, 1);
    ck_assert_int_eq(kk_replica_in_step(p.replica, &p.press.row, &in_step), 0);
    ck_assert(!in_step);
    ck_assert_uint_eq(update(&p), 1); /* that one alone */
    assert_table(&p, 0, &t);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

/* A forger who knows the file: another pack, with its sum, under the old name. */
START_TEST(a_forged_pack_is_named)
{
    struct press_table t, forged;
    struct place p;
    struct press other;
    struct kk_replica_verified verified;
    struct seen seen = { 0 };
    char *sql;
    char hex[2 * KK_HASH_BYTES + 1];
    uint8_t sum[KK_HASH_BYTES];
    char *coded_hex;

    random_place(&p, "pub", &t);
    update(&p);
    press_table_init(&forged);
    for (size_t i = 0; i < t.count; i++)
        press_add(&forged, &t.rows[i]);
    for (size_t i = t.count / 2; i < t.count; i++) {
        if (forged.rows[i].missing != KK_MISSING_NONE)
            continue;
        forged.rows[i].value = 99 * KK_OBS_SCALE;
        break;
    }
    press_init(&other, "pub");
    press_release(&other, 1, &forged, false);
    for (size_t i = 0; i < other.count; i++) {
        struct kk_slice coded =
            kk_slice(other.blobs[i].bytes.data + 1, other.blobs[i].bytes.len - 1);

        if (other.blobs[i].kind != KK_BLOB_PACK)
            continue;
        kk_hash_of("coded", coded, sum);
        kk_hex_encode(kk_slice(sum, sizeof(sum)), hex);
        coded_hex = malloc(2 * coded.len + 1);
        kk_hex_encode(coded, coded_hex);
        sql = sqlite3_mprintf("UPDATE blobs SET coded = x'%s', sum = x'%s' WHERE kind = 3",
                              coded_hex, hex);
        execute(&p, sql);
        sqlite3_free(sql);
        free(coded_hex);
    }
    ck_assert_int_eq(kk_replica_verify(p.replica, p.press.row.state, note, &seen, &verified), 0);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_str_eq(seen.dataset, "d");
    ck_assert_ptr_nonnull(strstr(seen.indicator, "指標"));
    press_fini(&other);
    place_fini(&p);
    press_table_fini(&t);
    press_table_fini(&forged);
}
END_TEST

START_TEST(another_state_is_told)
{
    struct press_table t;
    struct place p;
    struct kk_replica_verified verified;
    struct seen seen = { 0 };
    uint8_t state[KK_HASH_BYTES];

    random_place(&p, "pub", &t);
    update(&p);
    memcpy(state, p.press.row.state, sizeof(state));
    state[5] ^= 1;
    ck_assert_int_eq(kk_replica_verify(p.replica, state, note, &seen, &verified), 0);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_int_eq(seen.fault, KK_E_HASH);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(recalled_rows_leave_the_file) /* [BN-19] */
{
    struct press_table t, less;
    struct place p;
    bool has = true;

    random_place(&p, "pub", &t);
    update(&p);
    press_table_init(&less);
    for (size_t i = 1; i < t.count; i++)
        press_add(&less, &t.rows[i]);
    press_release(&p.press, 2, &less, false);
    update(&p);
    ck_assert_int_eq(number(&p, "SELECT count(*) FROM blobs"), 2);
    press_release(&p.press, 3, &less, true);
    update(&p);
    ck_assert_int_eq(number(&p, "SELECT count(*) FROM blobs"), 1);
    ck_assert_int_eq(number(&p, "SELECT count(*) FROM segments"), 1);
    ck_assert_int_eq(kk_replica_has_release(p.replica, 2, &has), 0);
    ck_assert(!has);
    assert_table(&p, 3, &less);
    place_fini(&p);
    press_table_fini(&t);
    press_table_fini(&less);
}
END_TEST

START_TEST(plain_tables_for_others)
{
    struct press_table t;
    struct place p;
    char path[128];
    struct kk_error err = { 0 };
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;

    random_place(&p, "pub", &t);
    update(&p);
    snprintf(path, sizeof(path), "%s/b.db", p.dir);
    ck_assert_int_eq(kk_replica_export(p.replica, path, 0, &err), 0);
    ck_assert_int_eq(kk_replica_export(p.replica, path, 0, &err), KK_E_EXISTS);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db,
                                        "SELECT " COLUMNS " FROM observations "
                                        "ORDER BY indicator, area, breakdown, period",
                                        -1, &s, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < t.count; i++) {
        ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
        assert_row(s, &t.rows[i]);
    }
    ck_assert_int_eq(sqlite3_step(s), SQLITE_DONE);
    sqlite3_finalize(s);
    sqlite3_close(db);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(a_file_belongs_to_one_scope)
{
    struct kk_replica *other = NULL;
    struct kk_error err = { 0 };
    struct place p;
    char name[KK_SCOPE_NAME_MAX + 4];

    place_init(&p, "int");
    ck_assert_int_eq(kk_replica_open(p.db, kk_slice_text("pub"), KK_REPLICA_WRITE, &other, &err),
                     KK_E_STORE);
    ck_assert_ptr_null(other);
    execute(&p, "PRAGMA user_version = 99");
    ck_assert_int_eq(kk_replica_open(p.db, kk_slice_text("int"), KK_REPLICA_WRITE, &other, &err),
                     KK_E_STORE_NEWER);
    kk_replica_file_name(kk_slice_text("r:14133"), name);
    ck_assert_str_eq(name, "r-14133.db");
    place_fini(&p);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("replica", &suite);

    tcase_add_test(c, chains_come_in);
    tcase_add_test(c, constraints_agree_with_a_scan);
    tcase_add_test(c, order_is_not_sorted_again);
    tcase_add_test(c, a_release_that_is_not_held);
    tcase_add_test(c, a_cut_transfer_goes_on);
    tcase_add_test(c, wrong_bytes_are_thrown_away);
    tcase_add_test(c, nothing_of_a_wrong_release_is_kept);
    tcase_add_test(c, a_scope_needs_its_key);
    tcase_add_test(c, one_pack_is_repaired);
    tcase_add_test(c, a_forged_pack_is_named);
    tcase_add_test(c, another_state_is_told);
    tcase_add_test(c, recalled_rows_leave_the_file);
    tcase_add_test(c, plain_tables_for_others);
    tcase_add_test(c, a_file_belongs_to_one_scope);
    return suite;
}
