/* client/replica/lane.c: a large dataset, whose packs a crew decodes, row by row as it was put. */
#include "replica/lane.h"

#include "place.h"

#include "kukyoku/error.h"

#define ROWS       160000 /* in several packs */
#define INDICATORS 60

static struct place place;
static struct press_table first, second;

static void make(void)
{
    place_init(&place, "pub");
    press_table_init(&first);
    press_table_init(&second);
    press_fill(&first, ROWS, INDICATORS, 100);
    press_fill(&second, ROWS + ROWS / 10, INDICATORS, 200);
    press_release(&place.press, 1, &first, false);
    place_update(&place);
    press_release(&place.press, 2, &second, false);
    place_update(&place);
}

static void drop(void)
{
    press_table_fini(&first);
    press_table_fini(&second);
    place_fini(&place);
}

static size_t compare_group(const struct kk_lane *lane, const struct press_table *t, size_t at)
{
    const struct kk_obs_group *g = kk_lane_group(lane);

    for (size_t i = 0; i < g->count; i++) {
        struct kk_obs row;

        kk_obs_get(&lane->segment.words, g, &g->rows[i], &row);
        ck_assert_uint_lt(at + i, t->count);
        ck_assert_msg(press_row_equal(&row, &t->rows[at + i]), "row %zu", at + i);
    }
    return at + g->count;
}

static void assert_lane(uint32_t as_of, const struct press_table *t)
{
    KK_AUTO_FINI(kk_lanes) struct kk_lanes lanes = { 0 };
    struct kk_lanes_query q = { .as_of = as_of };
    size_t at = 0;

    ck_assert_int_eq(kk_lanes_open(place.replica, &q, &lanes), 0);
    ck_assert_uint_eq(lanes.count, 1);
    ck_assert_uint_gt(lanes.items[0].pack_end, 1);
    while (kk_lane_group(&lanes.items[0])) {
        at = compare_group(&lanes.items[0], t, at);
        ck_assert_int_eq(kk_lane_next(&lanes.items[0]), 0);
    }
    ck_assert_uint_eq(at, t->count);
}

START_TEST(every_row_in_its_place)
{
    assert_lane(0, &second);
    assert_lane(2, &second);
    assert_lane(1, &first);
}
END_TEST

START_TEST(one_indicator_alone)
{
    KK_AUTO_FINI(kk_lanes) struct kk_lanes lanes = { 0 };
    struct kk_lanes_query q = { .indicator = second.rows[ROWS / 2].indicator };

    ck_assert_int_eq(kk_lanes_open(place.replica, &q, &lanes), 0);
    ck_assert_uint_eq(lanes.items[0].block_count, 1);
    ck_assert(kk_slice_equal(kk_lane_group(&lanes.items[0])->indicator, q.indicator));
    ck_assert_int_eq(kk_lane_next(&lanes.items[0]), 0);
    ck_assert_ptr_null(kk_lane_group(&lanes.items[0]));
}
END_TEST

static int walk(const struct kk_lanes_query *q)
{
    KK_AUTO_FINI(kk_lanes) struct kk_lanes lanes = { 0 };
    int r = kk_lanes_open(place.replica, q, &lanes);

    while (r == 0 && kk_lane_group(&lanes.items[0]))
        r = kk_lane_next(&lanes.items[0]);
    return r;
}

/* A pack that cannot be read ends the walk, wherever it stands. */
START_TEST(a_broken_pack_is_told)
{
    struct kk_lanes_query q = { .as_of = 0 };

    place_execute(&place, "UPDATE blobs SET coded = zeroblob(64) WHERE rowid = "
                          "(SELECT max(rowid) FROM blobs WHERE kind = 3)");
    ck_assert_int_eq(walk(&q), KK_E_HASH);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("lane", &suite);

    tcase_add_unchecked_fixture(c, make, drop);
    tcase_add_test(c, every_row_in_its_place);
    tcase_add_test(c, one_indicator_alone);
    tcase_add_test(c, a_broken_pack_is_told);
    return suite;
}
