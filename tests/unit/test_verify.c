/* Verify and repair: what is wrong with a file is named, and only that is fetched again. */
#include "place.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"
#include "kukyoku/error.h"

#include <stdio.h>
#include <stdlib.h>

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
    struct kk_replica_repaired done = { 0 };
    bool in_step = true;

    place_random(&p, "r:14133", &t);
    place_update(&p);
    place_execute(&p, "UPDATE blobs SET coded = zeroblob(length(coded)) WHERE kind = 3");
    ck_assert_int_eq(kk_replica_verify(p.replica, p.press.row.state, note, &seen, &verified), 0);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_int_eq(seen.fault, KK_E_HASH);
    ck_assert_str_eq(seen.scope, "r:14133");
    ck_assert_str_eq(seen.dataset, KK_OBS_DATASET);
    ck_assert_int_eq(kk_replica_repair(p.replica, &done), 0);
    ck_assert_uint_eq(done.dropped, 1);
    ck_assert_uint_eq(done.mended, 0);
    ck_assert_int_eq(kk_replica_in_step(p.replica, &p.press.row, &in_step), 0);
    ck_assert(!in_step);
    ck_assert_uint_eq(place_update(&p), 1); /* that one alone */
    place_assert_table(&p, 0, &t);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

/*
 * S3: what increments made, step by step, is what a scrub computes from nothing, and what a device
 * that took only the newest release holds: the same roots, rows and state. [BN-22] [BN-24]
 */
#define STEPS 6
START_TEST(a_scrub_equals_the_increments)
{
    struct press_table t[STEPS];
    struct unit_entropy e;
    struct kk_replica_verified step, whole;
    struct seen seen = { 0 };
    struct place p;

    unit_entropy_init(&e, unit_seed(19));
    place_init(&p, _i == 0 ? "pub" : "r:14133");
    press_chain(t, STEPS, 400, &e);
    for (uint32_t i = 0; i < STEPS; i++) {
        press_release(&p.press, i + 1, &t[i], i == 3); /* one of them a recall */
        place_update(&p);
        ck_assert_int_eq(kk_replica_verify(p.replica, p.press.row.state, note, &seen, &step), 0);
        ck_assert_uint_eq(seen.count, 0);
    }
    place_anew(&p); /* another device, which was never there before */
    place_update(&p);
    ck_assert_int_eq(kk_replica_verify(p.replica, p.press.row.state, note, &seen, &whole), 0);
    ck_assert_uint_eq(seen.count, 0);
    ck_assert_uint_gt(whole.rows, 0);
    for (uint32_t i = 0; i < STEPS; i++) {
        bool has = false;

        ck_assert_int_eq(kk_replica_has_release(p.replica, i + 1, &has), 0);
        ck_assert(i + 1 < STEPS || has);
        if (has)
            place_assert_table(&p, i + 1, &t[i]);
    }
    press_chain_fini(t, STEPS);
    place_fini(&p);
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

    place_random(&p, "pub", &t);
    place_update(&p);
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
        place_execute(&p, sql);
        sqlite3_free(sql);
        free(coded_hex);
    }
    ck_assert_int_eq(kk_replica_verify(p.replica, p.press.row.state, note, &seen, &verified), 0);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_str_eq(seen.dataset, KK_OBS_DATASET);
    ck_assert_ptr_nonnull(strstr(seen.indicator, "指標"));
    press_fini(&other);
    place_fini(&p);
    press_table_fini(&t);
    press_table_fini(&forged);
}
END_TEST

/* What lists tell is not evidence, so nothing is fetched for it. */
#define LAST "WHERE indicator = (SELECT max(indicator) FROM indicators)"
static const char *const alterations[] = {
    "UPDATE indicators SET row_count = row_count + 1 " LAST,
    "UPDATE indicators SET area_count = area_count - 1 " LAST,
    "UPDATE indicators SET first = '1999' " LAST,
    "UPDATE indicators SET last = '2999' " LAST,
    "UPDATE indicators SET unit = unit || '人' " LAST,
    "UPDATE indicators SET indicator = indicator || 'z' " LAST,
    "DELETE FROM indicators " LAST,
    "INSERT INTO indicators SELECT dataset, indicator || 'z', 1, 1, first, last, unit "
    "FROM indicators " LAST,
};
START_TEST(altered_lists_are_named_and_mended)
{
    struct press_table t;
    struct place p;
    struct kk_replica_verified verified;
    struct kk_replica_repaired done = { 0 };
    struct seen seen = { 0 };

    place_random(&p, "pub", &t);
    place_update(&p);
    place_execute(&p, "CREATE TEMP TABLE before AS SELECT * FROM indicators");
    place_execute(&p, alterations[_i]);
    ck_assert_int_eq(kk_replica_verify(p.replica, p.press.row.state, note, &seen, &verified), 0);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_int_eq(seen.fault, KK_E_DERIVED);
    ck_assert_str_eq(seen.dataset, KK_OBS_DATASET);
    ck_assert_ptr_nonnull(strstr(seen.indicator, "指標"));
    ck_assert_int_eq(kk_replica_repair(p.replica, &done), 0);
    ck_assert_uint_eq(done.dropped, 0);
    ck_assert_uint_eq(done.mended, 1);
    ck_assert_int_eq(kk_replica_verify(p.replica, p.press.row.state, note, &seen, &verified), 0);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_int_eq(place_number(&p, "SELECT count(*) FROM (SELECT * FROM before EXCEPT "
                                      "SELECT * FROM indicators)"), 0);
    place_execute(&p, "DELETE FROM indicators"); /* a file of before lists decodes */
    ck_assert_int_eq(kk_replica_verify(p.replica, p.press.row.state, note, &seen, &verified), 0);
    ck_assert_uint_eq(seen.count, 1);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(another_state_is_told)
{
    struct press_table t;
    struct place p;
    struct kk_replica_verified verified;
    struct seen seen = { 0 };
    uint8_t state[KK_HASH_BYTES];

    place_random(&p, "pub", &t);
    place_update(&p);
    memcpy(state, p.press.row.state, sizeof(state));
    state[5] ^= 1;
    ck_assert_int_eq(kk_replica_verify(p.replica, state, note, &seen, &verified), 0);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_int_eq(seen.fault, KK_E_HASH);
    place_fini(&p);
    press_table_fini(&t);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("verify", &suite);

    tcase_add_loop_test(c, a_scrub_equals_the_increments, 0, 2);
    tcase_add_test(c, one_pack_is_repaired);
    tcase_add_test(c, a_forged_pack_is_named);
    tcase_add_loop_test(c, altered_lists_are_named_and_mended, 0, KK_COUNT(alterations));
    tcase_add_test(c, another_state_is_told);
    return suite;
}
