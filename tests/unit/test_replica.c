/* Replicas: a release in whole or not at all, history, purge, other programs. */
#include "place.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"
#include "replica/figures.h"
#include "replica/lane.h"

#include <stdio.h>

#define CHAIN 5
static void run_chain(const char *scope, uint64_t seed)
{
    struct press_table tables[CHAIN];
    struct unit_entropy e;
    struct place p;
    struct kk_replica_verified verified;

    unit_entropy_init(&e, seed);
    place_init(&p, scope);
    press_chain(tables, CHAIN, 900, &e);
    for (size_t i = 0; i < CHAIN; i++) {
        press_release(&p.press, (uint32_t)i + 1, &tables[i], false);
        place_update(&p);
        place_assert_table(&p, 0, &tables[i]);
    }
    for (uint32_t i = 0; i < CHAIN; i++) {
        bool has = false;

        ck_assert_int_eq(kk_replica_has_release(p.replica, i + 1, &has), 0);
        ck_assert(has); /* also across a new base: an old one is kept */
        place_assert_table(&p, i + 1, &tables[i]);
    }
    ck_assert_int_eq(kk_replica_verify(p.replica, p.press.row.state, NULL, NULL, &verified), 0);
    ck_assert_uint_eq(verified.faults, 0);
    ck_assert_uint_ge(verified.rows, tables[CHAIN - 1].count);
    place_fini(&p);
    press_chain_fini(tables, CHAIN);
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

    place_random(&p, "pub", &t);
    place_update(&p);
    for (size_t i = 0; i < KK_COUNT(filters); i++) {
        char sql[512];
        int64_t by_plan, by_scan;

        snprintf(sql, sizeof(sql), "SELECT count(*) FROM obs WHERE %s", filters[i]);
        by_plan = place_number(&p, sql);
        /* the unary plus takes the columns from the planner: the core compares each row */
        snprintf(sql, sizeof(sql),
                 "SELECT count(*) FROM (SELECT +dataset AS dataset, +indicator AS indicator, "
                 "+area AS area, +period AS period, +breakdown AS breakdown, +unit AS unit "
                 "FROM obs LIMIT -1) WHERE %s",
                 filters[i]);
        by_scan = place_number(&p, sql);
        ck_assert_msg(by_plan == by_scan, "%s: %lld, not %lld", filters[i], (long long)by_plan,
                      (long long)by_scan);
    }
    ck_assert_int_eq(place_number(&p, "SELECT count(*) FROM obs"), (int64_t)t.count);
    ck_assert_int_eq(
        place_number(&p, "SELECT count(*) FROM obs a JOIN obs b USING (dataset, indicator, "
                         "area, breakdown, period)"),
        (int64_t)t.count);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

static bool plan_says(struct place *p, const char *sql, const char *text)
{
    sqlite3_stmt *s = place_query(p, sql);
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

    place_random(&p, "pub", &t);
    place_update(&p);
    ck_assert(!plan_says(&p,
                         "EXPLAIN QUERY PLAN SELECT * FROM obs WHERE dataset = 'd' AND "
                         "breakdown = '' ORDER BY indicator, area, period",
                         "TEMP B-TREE"));
    ck_assert(plan_says(&p, "EXPLAIN QUERY PLAN SELECT * FROM obs ORDER BY period", "TEMP B-TREE"));
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

/* What the lanes give as of a release: rows, and those of one area. */
static void count_lanes(struct place *p, uint32_t as_of, struct kk_slice area, int64_t ret[2])
{
    KK_AUTO_FINI(kk_lanes) struct kk_lanes all = { 0 };
    struct kk_lanes_query query = { .as_of = as_of };

    ret[0] = ret[1] = 0;
    ck_assert_int_eq(kk_lanes_open(p->replica, &query, &all), 0);
    for (size_t i = 0; i < all.count; i++) {
        struct kk_lane *lane = &all.items[i];
        KK_AUTO_FINI(kk_bytes) struct kk_bytes last = { 0 };

        for (const struct kk_obs_group *g; (g = kk_lane_group(lane));) {
            size_t rows;

            ck_assert(kk_slice_compare(kk_bytes_slice(&last), g->indicator) < 0);
            kk_bytes_clear(&last);
            ck_assert_int_eq(kk_bytes_append_slice(&last, g->indicator), 0);
            ret[0] += (int64_t)g->count;
            kk_lane_area(lane, area, &rows);
            ret[1] += (int64_t)rows;
            ck_assert_int_eq(kk_lane_next(lane), 0);
        }
    }
}

START_TEST(lanes_hold_what_the_table_holds)
{
    struct press_table t, changed;
    struct place p;
    struct kk_slice area;
    int64_t counts[2];

    place_random(&p, "pub", &t);
    place_update(&p);
    area = t.rows[0].area;
    press_table_init(&changed);
    for (size_t i = 1; i < t.count; i++)
        press_add(&changed, &t.rows[i]);
    press_release(&p.press, 4, &changed, false);
    place_update(&p);
    for (uint32_t as_of = 0; as_of <= 4; as_of++) {
        const struct press_table *held = as_of == 0 || as_of == 4 ? &changed : &t;
        int64_t of_area = 0;

        for (size_t i = 0; i < held->count; i++)
            of_area += kk_slice_equal(held->rows[i].area, area);
        count_lanes(&p, as_of, area, counts);
        ck_assert_int_eq(counts[0], (int64_t)held->count);
        ck_assert_int_eq(counts[1], of_area);
    }
    count_lanes(&p, 0, kk_slice_text("no such area"), counts);
    ck_assert_int_eq(counts[1], 0);
    place_fini(&p);
    press_table_fini(&t);
    press_table_fini(&changed);
}
END_TEST

static int count_row(void *user, const struct kk_obs *row)
{
    ck_assert_uint_gt(row->period.len, 0);
    ++*(size_t *)user;
    return 0;
}

/* Rows of one area, in all groups that are asked for. */
static int count_area(struct kk_replica *r, const struct kk_lanes_query *q, struct kk_slice area,
                      size_t *ret)
{
    KK_AUTO_FINI(kk_lanes) struct kk_lanes lanes = { 0 };
    int e = kk_lanes_open(r, q, &lanes);

    while (e == 0 && kk_lane_group(&lanes.items[0])) {
        size_t count;
        const struct kk_obs_row *row = kk_lane_area(&lanes.items[0], area, &count);

        ck_assert(!row == !count);
        *ret += count;
        e = kk_lane_next(&lanes.items[0]);
    }
    return e;
}

START_TEST(figures_are_asked)
{
    struct press_table t;
    struct place p;

    place_random(&p, "pub", &t);
    place_update(&p);
    for (int with = 0; with < 8; with++) { /* by indicator, by area, or one that nobody has */
        const struct kk_obs *like = &t.rows[t.count / 2];
        struct kk_lanes_query q = { .indicator = with & 1 ? like->indicator : kk_slice(NULL, 0),
                                    .dataset = KK_OBS_DATASET };
        struct kk_slice area = with & 2 ? like->area : kk_slice(NULL, 0);
        size_t want = 0, got = 0;

        if (with & 4)
            q.indicator = kk_slice_text("no such");
        for (size_t i = 0; i < t.count; i++)
            want += (!q.indicator.data || kk_slice_equal(t.rows[i].indicator, q.indicator)) &&
                    (!area.data || kk_slice_equal(t.rows[i].area, area));
        ck_assert_int_eq(area.data ? count_area(p.replica, &q, area, &got)
                                   : kk_figures_each(p.replica, &q, count_row, &got),
                         0);
        ck_assert_uint_eq(got, want);
    }
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(a_release_that_is_not_held)
{
    struct press_table t;
    struct place p;
    sqlite3_stmt *s;
    struct kk_lanes_query query = { .as_of = 4 };
    struct kk_lanes lanes;
    bool has = true;

    place_random(&p, "pub", &t);
    press_release(&p.press, 5, &t, true); /* a base of its own: nothing before it */
    place_update(&p);
    ck_assert_int_eq(kk_replica_has_release(p.replica, 4, &has), 0);
    ck_assert(!has);
    s = place_query(&p, "SELECT * FROM obs WHERE as_of = 4");
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ERROR);
    sqlite3_finalize(s);
    ck_assert_int_eq(kk_lanes_open(p.replica, &query, &lanes), KK_E_RELEASE_ABSENT);
    ck_assert_uint_eq(lanes.count, 0);
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

    place_random(&p, "pub", &t);
    job = place_job(&p);
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
    place_update(&p);
    place_assert_table(&p, 0, &t);
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

    place_random(&p, "pub", &t);
    b = press_find(&p.press, p.press.row.manifest.hash);
    ck_assert_int_eq(kk_bytes_append_slice(&bad, kk_bytes_slice(&b->bytes)), 0);
    bad.data[bad.len / 2] ^= 1;
    ck_assert_int_eq(kk_stage_put(&p.stage, &b->ref, 0, kk_bytes_slice(&bad), NULL), KK_E_HASH);
    ck_assert_uint_eq(kk_stage_have(&p.stage, &b->ref), 0);
    ck_assert_int_eq(kk_bytes_append(&bad, "x", 1), 0);
    ck_assert_int_eq(kk_stage_put(&p.stage, &b->ref, 0, kk_bytes_slice(&bad), NULL), KK_E_HASH);
    ck_assert_int_eq(kk_stage_put(&p.stage, &b->ref, 3, kk_slice("x", 1), NULL),
                     KK_E_IO); /* nothing of it is here yet */
    ck_assert_uint_eq(kk_stage_have(&p.stage, &b->ref), 0);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(nothing_of_a_wrong_release_is_kept)
{
    KK_AUTO_FINI(kk_plan) struct kk_plan plan = { 0 };
    struct kk_replica_job job;
    struct press_table t;
    struct place p;
    struct kk_replica_held held;

    place_random(&p, "pub", &t);
    place_fetch(&p);
    p.press.row.state[0] ^= 1; /* the catalog signs another state */
    job = place_job(&p);
    ck_assert_int_eq(kk_replica_wants(p.replica, &job, &plan), KK_E_HASH);
    ck_assert_int_eq(place_apply(&p), KK_E_HASH);
    ck_assert_int_eq(kk_replica_held(p.replica, &held), 0);
    ck_assert_uint_eq(held.release, 0);
    ck_assert_int_eq(place_number(&p, "SELECT count(*) FROM blobs"), 0);
    p.press.row.state[0] ^= 1;
    ck_assert_int_eq(place_apply(&p), 0);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

/* [BN-22] as signed as it is: what was held is not taken back. */
START_TEST(an_older_release)
{
    struct press_table t, u;
    struct place p;
    struct kk_catalog_scope first;
    struct kk_replica_held held;

    place_random(&p, "pub", &t);
    place_update(&p);
    first = p.press.row;
    press_table_init(&u);
    press_fill(&u, 50, 2, 9);
    press_release(&p.press, 2, &u, false);
    place_update(&p);
    p.press.row = first;
    place_fetch(&p);
    ck_assert_int_eq(place_apply(&p), KK_E_ROLLBACK);
    ck_assert_int_eq(kk_replica_held(p.replica, &held), 0);
    ck_assert_uint_eq(held.release, 2);
    place_assert_table(&p, 0, &u);
    place_fini(&p);
    press_table_fini(&t);
    press_table_fini(&u);
}
END_TEST

/* A value as a clear blob of the press; gives its name. */
static void repack(struct press *press, enum kk_blob_kind kind, const struct kk_shape *shape,
                   const void *value, struct kk_blob_ref *ret)
{
    struct press_blob b = { .kind = kind };

    ck_assert_int_eq(kk_bytes_append(&b.bytes, "\0\0", 2), 0); /* clear, not packed */
    ck_assert_int_eq(kk_shape_encode(shape, value, &b.bytes), 0);
    b.ref.len = b.bytes.len;
    kk_blob_hash(kk_bytes_slice(&b.bytes), b.ref.hash);
    press_keep(press, &b);
    kk_bytes_fini(&b.bytes);
    *ret = b.ref;
}

enum unfit { TIER, DATASET, ROWS, OLDER_INDEX, UNFIT };

static void misfit(enum unfit how, struct kk_index *index)
{
    if (how == TIER)
        index->schema.min_tier = 1;
    if (how == DATASET)
        index->schema.dataset = kk_slice_text("e");
    if (how == ROWS)
        index->rows++;
}

/* [BN-16] [BN-22] a publisher's slip, or worse: the signed state agrees, the index does not. */
START_TEST(an_index_that_does_not_fit)
{
    static const int faults[UNFIT] = { KK_E_TIER, KK_E_BUNDLE, KK_E_BUNDLE, KK_E_HASH };
    struct press_table t, u;
    struct place p;
    struct kk_segment s;
    struct kk_manifest m;
    struct kk_segment_ref ref;
    struct kk_replica_held held;
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;

    kk_arena_init(&arena, 1u << 20);
    place_random(&p, "pub", &t);
    press_segment(&p.press, &s);
    misfit((enum unfit)_i, &s.index);
    repack(&p.press, KK_BLOB_INDEX, &kk_shape_index, &s.index, &ref.index);
    kk_segment_close(&s);
    press_table_init(&u);
    press_fill(&u, 50, 2, 9);
    if (_i == OLDER_INDEX) /* sound by itself, but of the rows before */
        press_release(&p.press, 2, &u, true);
    ck_assert_int_eq(kk_manifest_read(kk_bytes_slice(&p.press.manifest), kk_slice_text("pub"),
                                      &arena, &m),
                     0);
    ref.dataset = m.segments.items[0].dataset;
    memcpy(ref.seg_root, m.segments.items[0].seg_root, KK_HASH_BYTES);
    m.segments.items = &ref;
    repack(&p.press, KK_BLOB_MANIFEST, &kk_shape_manifest, &m, &p.press.row.manifest);
    place_fetch(&p);
    ck_assert_int_eq(place_apply(&p), faults[_i]);
    ck_assert_int_eq(kk_replica_held(p.replica, &held), 0);
    ck_assert_uint_eq(held.release, 0);
    place_fini(&p);
    press_table_fini(&t);
    press_table_fini(&u);
}
END_TEST

START_TEST(a_scope_needs_its_key)
{
    struct press_table t;
    struct place p;
    struct kk_replica_job job;
    KK_AUTO_FINI(kk_plan) struct kk_plan plan = { 0 };

    place_random(&p, "r:14133", &t);
    place_fetch(&p);
    job = place_job(&p);
    job.keys = NULL;
    ck_assert_int_eq(kk_replica_wants(p.replica, &job, &plan), KK_E_KEY_UNKNOWN);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(recalled_rows_leave_the_file) /* [BN-19] */
{
    struct press_table t, less;
    struct place p;
    bool has = true;

    place_random(&p, "pub", &t);
    place_update(&p);
    press_table_init(&less);
    for (size_t i = 1; i < t.count; i++)
        press_add(&less, &t.rows[i]);
    press_release(&p.press, 2, &less, false);
    place_update(&p);
    ck_assert_int_eq(place_number(&p, "SELECT count(*) FROM blobs"), 2);
    press_release(&p.press, 3, &less, true);
    place_update(&p);
    ck_assert_int_eq(place_number(&p, "SELECT count(*) FROM blobs"), 1);
    ck_assert_int_eq(place_number(&p, "SELECT count(*) FROM segments"), 1);
    ck_assert_int_eq(kk_replica_has_release(p.replica, 2, &has), 0);
    ck_assert(!has);
    place_assert_table(&p, 3, &less);
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

    place_random(&p, "pub", &t);
    place_update(&p);
    snprintf(path, sizeof(path), "%s/b.db", p.dir);
    ck_assert_int_eq(kk_replica_export(p.replica, path, 0, &err), 0);
    ck_assert_int_eq(kk_replica_export(p.replica, path, 0, &err), KK_E_EXISTS);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db,
                                        "SELECT " PLACE_COLUMNS " FROM observations "
                                        "ORDER BY indicator, area, breakdown, period",
                                        -1, &s, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < t.count; i++) {
        ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
        place_assert_row(s, &t.rows[i]);
    }
    ck_assert_int_eq(sqlite3_step(s), SQLITE_DONE);
    sqlite3_finalize(s);
    sqlite3_close(db);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(memory_may_end_anywhere)
{
    struct press_table t;
    struct place p;
    struct kk_replica_held held;
    unsigned long n = 0;
    int r = -1;

    place_random(&p, "pub", &t);
    place_fetch(&p);
    while (r < 0) {
        kk_alloc_fail_at(++n);
        r = place_apply(&p);
        kk_alloc_fail_at(0);
        ck_assert_uint_lt(n, 5000);
        ck_assert_int_eq(kk_replica_held(p.replica, &held), 0);
        ck_assert_uint_eq(held.release, r < 0 ? 0 : 1);
    }
    ck_assert_uint_gt(n, 20);
    place_assert_table(&p, 0, &t);
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
    place_execute(&p, "PRAGMA user_version = 99");
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
    tcase_add_test(c, lanes_hold_what_the_table_holds);
    tcase_add_test(c, figures_are_asked);
    tcase_add_test(c, a_release_that_is_not_held);
    tcase_add_test(c, a_cut_transfer_goes_on);
    tcase_add_test(c, wrong_bytes_are_thrown_away);
    tcase_add_test(c, nothing_of_a_wrong_release_is_kept);
    tcase_add_test(c, an_older_release);
    tcase_add_loop_test(c, an_index_that_does_not_fit, 0, UNFIT);
    tcase_add_test(c, a_scope_needs_its_key);
    tcase_add_test(c, recalled_rows_leave_the_file);
    tcase_add_test(c, plain_tables_for_others);
    tcase_add_test(c, memory_may_end_anywhere);
    tcase_add_test(c, a_file_belongs_to_one_scope);
    return suite;
}
