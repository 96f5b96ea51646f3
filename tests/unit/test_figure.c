/*
 * Released figures as lines: there and back, each way not to be one, and who may read which.
 * Covers proto/record/figure.c. [RL-21]
 */
#include "unit.h"

#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"
#include "kukyoku/record/figure.h"

START_TEST(there_and_back)
{
    static const char line[] =
        "r:14133 12 population_census 14133-01 2010-10-01 age=65- -7.5 人 計";
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    struct kk_figure f;

    ck_assert(kk_figure_parse(kk_slice_text(line), &f));
    unit_assert_slice(f.scope, kk_slice_text("r:14133"));
    ck_assert_uint_eq(f.release, 12);
    unit_assert_slice(f.indicator, kk_slice_text("population_census"));
    unit_assert_slice(f.area, kk_slice_text("14133-01"));
    unit_assert_slice(f.period, kk_slice_text("2010-10-01"));
    unit_assert_slice(f.breakdown, kk_slice_text("age=65-"));
    unit_assert_slice(f.value, kk_slice_text("-7.5"));
    unit_assert_slice(f.unit, kk_slice_text("人 計"));
    ck_assert_int_eq(kk_figure_write(&f, &out), 0);
    unit_assert_slice(kk_bytes_slice(&out), kk_slice_text(line));
}
END_TEST

START_TEST(nothing_is_a_dash)
{
    static const char line[] = "pub 1 population 14133 2020 - x -";
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    struct kk_figure f;

    ck_assert(kk_figure_parse(kk_slice_text(line), &f));
    ck_assert_uint_eq(f.breakdown.len, 0);
    ck_assert_uint_eq(f.unit.len, 0);
    ck_assert_int_eq(kk_figure_write(&f, &out), 0);
    unit_assert_slice(kk_bytes_slice(&out), kk_slice_text(line));
    f.area = kk_slice_text("two words");
    ck_assert_int_eq(kk_figure_write(&f, &out), KK_E_SHAPE);
    f.area = kk_slice_text("14133");
    f.value = kk_slice_text("1e9");
    ck_assert_int_eq(kk_figure_write(&f, &out), KK_E_SHAPE);
}
END_TEST

static const char *const none[] = {
    "",
    "pub",
    "pub 1 population 14133 2020 - 12",          /* no unit */
    "pub 1 population 14133 2020 - 12 ",         /* an empty one */
    "pub 1 population 14133  2020 - 12 人",      /* an empty part */
    "pub -1 population 14133 2020 - 12 人",      /* no release */
    "pub 01 population 14133 2020 - 12 人",
    "pub 4294967296 population 14133 2020 - 12 人",
    "city 1 population 14133 2020 - 12 人",      /* no scope */
    "pub 1 population 14133 2020 - twelve 人",   /* no value */
    "pub 1 population 14133 2020 - 1. 人",
    "pub 1 population 14133 2020 - .5 人",
    "pub 1 population 14133 2020 - 1.2.3 人",
    "pub 1 population 14133 2020 - - 人",
};

START_TEST(not_a_figure)
{
    struct kk_figure f;

    ck_assert_msg(!kk_figure_parse(kk_slice_text(none[_i]), &f), "%s", none[_i]);
}
END_TEST

/* A figure of the scope in a record of the other: may all who read the record read it? */
static const struct {
    const char *figure, *record;
    bool may;
} readers[] = {
    { "pub", "pub", true },          { "pub", "w:14133", true },       { "int", "pub", false },
    { "int", "int", true },          { "int", "e:14133", true },
    { "r:14133", "w:14133", true },  { "r:14133", "e:14133", true },
    { "r:14133", "b", true },        { "r:14133", "int", false },
    { "r:14133", "w:14136", false }, { "r:14133", "e:14136", false },
    { "r:14133", "pub", false },
    { "w:14133", "w:14133", false }, /* no figures rest there */
};

START_TEST(who_may_read)
{
    struct kk_figure f = { .scope = kk_slice_text(readers[_i].figure) };
    struct kk_scope record;

    ck_assert(kk_scope_parse(kk_slice_text(readers[_i].record), &record));
    ck_assert_int_eq(kk_figure_for(&f, &record), readers[_i].may);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("figure", &s);

    tcase_add_test(c, there_and_back);
    tcase_add_test(c, nothing_is_a_dash);
    tcase_add_loop_test(c, not_a_figure, 0, (int)KK_COUNT(none));
    tcase_add_loop_test(c, who_may_read, 0, (int)KK_COUNT(readers));
    return s;
}
