/* What a file tells of what it holds, without decoding any of it. */
#include "place.h"

#include "kukyoku/error.h"

#include <stdio.h>

#define CHAIN 5

struct listing {
    size_t datasets, indicators;
    uint64_t rows, indicator_rows;
    struct kk_replica_listed last;
};

static int note_dataset(void *user, const struct kk_replica_listed *listed)
{
    struct listing *l = user;

    ck_assert(kk_slice_is(listed->dataset, KK_OBS_DATASET));
    ck_assert(kk_slice_is(listed->title, "題"));
    l->datasets++;
    l->rows += listed->rows;
    l->last = *listed;
    return 0;
}

static int note_indicator(void *user, const struct kk_replica_indicator *i)
{
    struct listing *l = user;

    ck_assert_uint_gt(i->name.len, 0);
    ck_assert_uint_le(i->areas, i->rows);
    l->indicators++;
    l->indicator_rows += i->rows;
    return 0;
}

START_TEST(what_is_held_is_listed)
{
    struct press_table t, changed;
    struct place p;
    struct listing l = { 0 };

    place_random(&p, "pub", &t);
    place_update(&p);
    press_table_init(&changed);
    for (size_t i = 1; i < t.count; i++)
        press_add(&changed, &t.rows[i]);
    press_release(&p.press, 4, &changed, false);
    place_update(&p);
    ck_assert_int_eq(kk_replica_each_dataset(p.replica, note_dataset, &l), 0);
    ck_assert_uint_eq(l.datasets, 1);
    ck_assert_uint_eq(l.rows, changed.count);
    ck_assert_uint_eq(l.last.since, 1);
    ck_assert_uint_eq(l.last.base, 1);
    ck_assert_uint_eq(l.last.newest, 4);
    place_execute(&p, "UPDATE blobs SET coded = x'00'"); /* nothing is decoded */
    ck_assert_int_eq(kk_replica_each_indicator(p.replica, note_indicator, &l), 0);
    ck_assert_uint_eq(l.indicator_rows, changed.count);
    ck_assert_uint_gt(l.indicators, 0);
    place_execute(&p, "DELETE FROM indicators");
    ck_assert_int_eq(kk_replica_each_indicator(p.replica, note_indicator, &l), KK_E_HASH);
    place_fini(&p);
    press_table_fini(&t);
    press_table_fini(&changed);
}
END_TEST

/* One text of all that is told. */
static int write_indicator(void *user, const struct kk_replica_indicator *i)
{
    const struct kk_slice texts[] = { i->name, i->first, i->last, i->unit };
    char numbers[64];
    int e = 0;

    for (size_t k = 0; e == 0 && k < KK_COUNT(texts); k++)
        e = kk_bytes_append_slice(user, texts[k]);
    snprintf(numbers, sizeof(numbers), " %llu %llu\n", (unsigned long long)i->rows,
             (unsigned long long)i->areas);
    return e < 0 ? e : kk_bytes_append_text(user, numbers);
}

START_TEST(lists_tell_what_decoding_tells)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes kept = { 0 }, decoded = { 0 };
    struct press_table tables[CHAIN];
    struct unit_entropy e;
    struct place p;

    unit_entropy_init(&e, unit_seed(11));
    place_init(&p, "pub");
    press_chain(tables, CHAIN, 900, &e);
    for (size_t i = 0; i < CHAIN; i++) {
        press_release(&p.press, (uint32_t)i + 1, &tables[i], false);
        place_update(&p);
        ck_assert_int_eq(place_number(&p, "SELECT sum(row_count) FROM indicators"),
                         (int64_t)tables[i].count);
        ck_assert_int_eq(place_number(&p, "SELECT sum(l.area_count = (SELECT count(DISTINCT area) "
                                          "FROM obs WHERE obs.indicator = l.indicator)) "
                                          "FROM indicators l"),
                         place_number(&p, "SELECT count(DISTINCT indicator) FROM obs"));
        kk_bytes_clear(&kept);
        kk_bytes_clear(&decoded);
        ck_assert_int_eq(kk_replica_each_indicator(p.replica, write_indicator, &kept), 0);
        place_execute(&p, "DELETE FROM indicators"); /* as before they were kept */
        ck_assert_int_eq(kk_replica_each_indicator(p.replica, write_indicator, &decoded), 0);
        ck_assert(kk_slice_equal(kk_bytes_slice(&kept), kk_bytes_slice(&decoded)));
    }
    place_fini(&p);
    press_chain_fini(tables, CHAIN);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("indicators", &suite);

    tcase_add_test(c, what_is_held_is_listed);
    tcase_add_test(c, lists_tell_what_decoding_tells);
    return suite;
}
