/*
 * client/guard/attack.c, component.c, bounds.c and what they stand on (facts.c, relations.c,
 * table.c, breakdowns.c, declared.c): what a reader can find out. Figures of households: 川崎市
 * (sources in tests/data/public.csv). [DC-2] [DC-3] [DC-4] [DC-5]
 */
#include "guarding.h"

#include <math.h>

#define SMALL_RULES "[indicator]\n* = normal\n"

/* 麻生区 on 2008-04-01 was on no page; the city and the six other wards were. */
#define HOUSEHOLDS_2008                                                                           \
    { "pub", "households 14130 2008-04-01 = 633924" },                                            \
        { "pub", "households 14131 2008-04-01 = 101480" },                                        \
        { "pub", "households 14132 2008-04-01 = 66812" },                                         \
        { "pub", "households 14134 2008-04-01 = 97595" },                                         \
        { "pub", "households 14135 2008-04-01 = 100783" },                                        \
        { "pub", "households 14136 2008-04-01 = 88889" },                                         \
        { "pub", "households 14137 2008-04-01 = x" }

START_TEST(asao_is_found_by_subtraction)
{
    static const struct guarding_row rows[] = { HOUSEHOLDS_2008,
                                                { "pub", "households 14133 2008-04-01 = 110753" } };
    struct guarding g;
    struct kk_bytes why = { 0 };

    guarding_init(&g, "");
    guarding_release(&g, rows, KK_COUNT(rows));
    guarding_attack(&g);
    const struct kk_guarded *asao = guarding_find(&g, "pub", "households 14137 2008-04-01");
    ck_assert(asao && asao->broken);
    ck_assert_double_eq_tol(asao->least, 67612, 1e-6);
    ck_assert_double_eq_tol(asao->most, 67612, 1e-6);
    ck_assert_uint_eq(asao->proof_count, 1);
    ck_assert_int_eq(kk_relation_text(&g.relations, &g.facts, g.attack.proofs[asao->proof], &why),
                     0);
    unit_assert_slice(kk_bytes_slice(&why),
                      kk_slice_text("households 14130 2008-04-01 = 14131 + 14132 + 14133 + 14134 + "
                                    "14135 + 14136 + 14137"));
    kk_bytes_fini(&why);
    guarding_fini(&g);
}
END_TEST

START_TEST(a_second_ward_covers_it)
{
    static const struct guarding_row rows[] = { HOUSEHOLDS_2008,
                                                { "pub", "households 14133 2008-04-01 = x" } };
    struct guarding g;

    guarding_init(&g, "");
    guarding_release(&g, rows, KK_COUNT(rows));
    guarding_attack(&g);
    ck_assert_uint_eq(g.attack.broken, 0);
    guarding_fini(&g);
}
END_TEST

/* Each ward reads its own number, so one of two concealed wards knows the other's. */
START_TEST(a_ward_that_reads_its_own)
{
    static const struct guarding_row rows[] = {
        { "pub", "cases 14130 2020 = 100" },  { "pub", "cases 14131 2020 = 20" },
        { "pub", "cases 14132 2020 = x" },    { "pub", "cases 14133 2020 = x" },
        { "pub", "cases 14134 2020 = 20" },   { "pub", "cases 14135 2020 = 20" },
        { "pub", "cases 14136 2020 = 13" },   { "pub", "cases 14137 2020 = 12" },
        { "r:14132", "cases 14132 2020 = 8" }, { "r:14133", "cases 14133 2020 = 7" },
    };
    struct guarding g;

    guarding_init(&g, "");
    guarding_release(&g, rows, KK_COUNT(rows));
    guarding_attack(&g);
    ck_assert(!guarding_find(&g, "pub", "cases 14133 2020")->broken);
    ck_assert(!guarding_find(&g, "int", "cases 14132 2020")->broken);
    ck_assert(guarding_find(&g, "r:14132", "cases 14133 2020")->broken);
    ck_assert(guarding_find(&g, "r:14133", "cases 14132 2020")->broken);
    ck_assert_ptr_null(guarding_find(&g, "r:14132", "cases 14132 2020"));
    ck_assert_ptr_null(guarding_find(&g, "r:14131", "cases 14133 2020"));
    guarding_fini(&g);
}
END_TEST

/* 2016-05-01: the page prints 700,824, its seven wards add up to 700,842. */
static const struct guarding_row households_2016[] = {
    { "pub", "households 14130 2016-05-01 = 700824" },
    { "pub", "households 14131 2016-05-01 = 111698" },
    { "pub", "households 14132 2016-05-01 = 76182" },
    { "pub", "households 14133 2016-05-01 = 125108" },
    { "pub", "households 14134 2016-05-01 = 109131" },
    { "pub", "households 14135 2016-05-01 = 107852" },
    { "pub", "households 14136 2016-05-01 = 95887" },
    { "pub", "households 14137 2016-05-01 = 74984" },
};

START_TEST(printed_totals_are_kept_and_flagged)
{
    struct guarding_row rows[10];
    struct guarding g;

    memcpy(rows, households_2016, sizeof households_2016);
    guarding_init(&g, "");
    guarding_release(&g, rows, 8);
    guarding_attack(&g);
    ck_assert_uint_eq(g.attack.broken, 0);
    ck_assert_uint_eq(g.relations.count, 1);
    ck_assert_double_eq_tol(g.relations.items[0].printed, 18, 1e-6);
    guarding_fini(&g);
    /* Concealed in pub, known to the ward: the program stays feasible around the true number. */
    rows[7].text = "households 14137 2016-05-01 = x";
    rows[8] = (struct guarding_row){ "r:14137", "households 14137 2016-05-01 = 74984" };
    guarding_init(&g, "");
    guarding_release(&g, rows, 9);
    guarding_attack(&g);
    const struct kk_guarded *asao = guarding_find(&g, "pub", "households 14137 2016-05-01");
    ck_assert_double_eq_tol(asao->least, 74966 - 18, 1e-6);
    ck_assert_double_eq_tol(asao->most, 74966 + 18, 1e-6);
    ck_assert_uint_eq(g.attack.given_count, 0);
    guarding_fini(&g);
}
END_TEST

/* Nobody told the desk the numbers: the rows give way as little as they can. */
START_TEST(impossible_rows_give_way)
{
    static const struct guarding_row rows[] = {
        { "pub", "a 14130 2020 = 10" }, { "pub", "a 14131 2020 = 50" },
        { "pub", "a 14132 2020 = x" },  { "pub", "a 14133 2020 = x" },
        { "pub", "a 14134 2020 = 0" },  { "pub", "a 14135 2020 = 0" },
        { "pub", "a 14136 2020 = 0" },  { "pub", "a 14137 2020 = 0" },
    };
    struct guarding g;

    guarding_init(&g, "");
    guarding_release(&g, rows, KK_COUNT(rows));
    guarding_attack(&g);
    ck_assert_uint_eq(g.attack.given_count, 1);
    ck_assert_double_eq_tol(g.attack.given_way[0].by, 40, 1e-4);
    guarding_fini(&g);
}
END_TEST

/* Totals that stand nowhere follow from those above and beside them. */
static const struct guarding_row untold[] = {
    { "pub", "a 14130 2020 = 100" },  { "pub", "a 14131 2020 = 20" },
    { "pub", "a 14132 2020 = 20" },   { "pub", "a 14134 2020 = 10" },
    { "pub", "a 14135 2020 = 10" },   { "pub", "a 14136 2020 = 10" },
    { "pub", "a 14137 2020 = 10" },   { "pub", "a 14133-01 2020 = 15" },
    { "pub", "a 14133-02 2020 = x" },
};

START_TEST(a_ward_that_nobody_printed)
{
    static const char *const settings[] = { "", "[areas]\n14133 = 14133-01 14133-02\n" };
    struct guarding g;

    for (size_t i = 0; i < KK_COUNT(settings); i++) {
        guarding_init(&g, settings[i]);
        guarding_release(&g, untold, KK_COUNT(untold));
        guarding_attack(&g);
        const struct kk_guarded *area = guarding_find(&g, "pub", "a 14133-02 2020");
        ck_assert(area && area->broken);
        ck_assert_double_eq_tol(area->least, 5, 1e-6);
        ck_assert_double_eq_tol(area->most, 5, 1e-6);
        ck_assert_uint_eq(area->proof_count, 2);
        guarding_fini(&g);
    }
}
END_TEST

/* The city and its areas, and no ward at all. */
START_TEST(wards_that_nobody_printed)
{
    static const struct guarding_row rows[] = {
        { "pub", "a 14130 2020 = 130" },   { "pub", "a 14131-01 2020 = 20" },
        { "pub", "a 14132-01 2020 = 20" }, { "pub", "a 14133-01 2020 = 20" },
        { "pub", "a 14134-01 2020 = 10" }, { "pub", "a 14135-01 2020 = 10" },
        { "pub", "a 14136-01 2020 = 10" }, { "pub", "a 14137-01 2020 = x" },
        { "int", "a 14137-02 2020 = 4" },  { "pub", "a 14137-02 2020 = x" },
    };
    struct guarding g;

    guarding_init(&g, "");
    guarding_release(&g, rows, KK_COUNT(rows));
    guarding_attack(&g);
    ck_assert(!guarding_find(&g, "pub", "a 14137-01 2020")->broken);
    const struct kk_guarded *area = guarding_find(&g, "int", "a 14137-01 2020");
    ck_assert(area->broken);
    ck_assert_double_eq_tol(area->least, 36, 1e-6);
    guarding_fini(&g);
}
END_TEST

/* Areas that hang on nothing that was told make no relations. */
START_TEST(areas_without_a_total)
{
    static const struct guarding_row rows[] = { { "pub", "a 14133-01 2020 = 15" },
                                                { "pub", "a 14133-02 2020 = x" } };
    struct guarding g;

    guarding_init(&g, "");
    guarding_release(&g, rows, KK_COUNT(rows));
    ck_assert_uint_eq(g.relations.count, 0);
    guarding_fini(&g);
}
END_TEST

START_TEST(an_earlier_release_is_remembered)
{
    static const struct guarding_row first[] = { { "pub", "a 14133-01 2020 = 7" },
                                                 { "pub", "b 14133 2020 = 40" },
                                                 { "pub", "b 14133-01 2020 = 7" },
                                                 { "pub", "b 14133-02 2020 = x" } };
    static const struct guarding_row second[] = { { "pub", "a 14133-01 2020 = x" },
                                                  { "pub", "b 14133-01 2020 = x" },
                                                  { "pub", "b 14133-02 2020 = x" } };
    struct guarding g;

    guarding_init(&g, "");
    guarding_release(&g, first, KK_COUNT(first));
    guarding_release(&g, second, KK_COUNT(second));
    guarding_attack(&g);
    const struct kk_guarded *a = guarding_find(&g, "pub", "a 14133-01 2020");
    ck_assert(a && a->broken && a->concealment == KK_CONCEALED_OUT);
    const struct kk_guarded *b = guarding_find(&g, "pub", "b 14133-02 2020");
    ck_assert(b && b->broken);
    ck_assert_double_eq_tol(b->least, 33, 1e-6);
    guarding_fini(&g);
}
END_TEST

/* A correction makes another number; what is concealed now is not the old one. */
START_TEST(a_corrected_number_is_another)
{
    static const struct guarding_row first[] = { { "pub", "a 14133-01 2020 = 7" } };
    static const struct guarding_row second[] = { { "pub", "a 14133-01 2020 = x" },
                                                  { "r:14133", "a 14133-01 2020 = 5" } };
    struct guarding g;

    guarding_init(&g, "");
    guarding_release(&g, first, 1);
    guarding_release(&g, second, 2);
    guarding_attack(&g);
    ck_assert_uint_eq(g.attack.broken, 0);
    guarding_fini(&g);
}
END_TEST

START_TEST(a_threshold_is_guarded)
{
    static const struct guarding_row rows[] = {
        { "pub", "a 14133 2020 = 12" }, { "pub", "a 14133 2020 sex=f = x" },
        { "pub", "a 14133 2020 sex=m = x" }, { "r:14133", "a 14133 2020 sex=f = 4" },
        { "r:14133", "a 14133 2020 sex=m = 8" }, { "pub", "a 14132 2020 = 8" },
        { "pub", "a 14131 2020 = 0" },
    };
    struct guarding g;

    guarding_init(&g, SMALL_RULES);
    guarding_release(&g, rows, KK_COUNT(rows));
    guarding_attack(&g);
    const struct kk_guarded *f = guarding_find(&g, "pub", "a 14133 2020 sex=f");
    ck_assert(f && !f->broken && f->concealment == KK_CONCEALED_RULE && f->k == 10);
    const struct kk_guarded *bare = guarding_find(&g, "pub", "a 14132 2020");
    ck_assert(bare && bare->broken && bare->concealment == KK_CONCEALED_BARE);
    ck_assert_ptr_null(guarding_find(&g, "pub", "a 14131 2020")); /* 0 may be shown */
    ck_assert_ptr_null(guarding_find(&g, "r:14133", "a 14133 2020 sex=f"));
    guarding_fini(&g);
}
END_TEST

/* How far a concealed cell may lie from what readers know: at the bound, and one before it. */
static const struct {
    const char *total;
    bool known; /* a ward reads the numbers, so that a threshold is seen to ask */
    bool broken;
} widths[] = {
    /* k = 10: for all that they know it must be able to be 9, the greatest that is too small */
    { "a 14133 2020 = 9", true, false },
    { "a 14133 2020 = 8", true, true },
    /* for others' sake: ten numbers apart */
    { "a 14133 2020 = 10", false, false },
    { "a 14133 2020 = 9", false, true },
};

START_TEST(nearly_told_is_told)
{
    const struct guarding_row rows[] = {
        { "pub", widths[_i].total },         { "pub", "a 14133 2020 sex=f = x" },
        { "pub", "a 14133 2020 sex=m = x" }, { "r:14133", "a 14133 2020 sex=f = 3" },
    };
    const struct kk_guarded *f;
    struct guarding g;

    guarding_init(&g, SMALL_RULES);
    guarding_release(&g, rows, widths[_i].known ? 4 : 3);
    guarding_attack(&g);
    f = guarding_find(&g, "pub", "a 14133 2020 sex=f");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(f->concealment, widths[_i].known ? KK_CONCEALED_RULE : KK_CONCEALED_COVER);
    ck_assert_uint_eq(f->k, 10);
    ck_assert_double_eq_tol(f->least, 0, 1e-6);
    ck_assert(f->broken == widths[_i].broken);
    guarding_fini(&g);
}
END_TEST

START_TEST(ranges_of_ages_are_tiled)
{
    static const struct guarding_row rows[] = {
        { "pub", "p 14133 2020 = 300" },          { "pub", "p 14133 2020 age=0-14 = 40" },
        { "pub", "p 14133 2020 age=15-64 = 200" }, { "pub", "p 14133 2020 age=65-74 = x" },
        { "pub", "p 14133 2020 age=75- = 25" },   { "pub", "p 14133 2020 age=65- = x" },
        { "pub", "p 14133 2020 age=unknown = 3" },
    };
    struct guarding g;

    guarding_init(&g, "");
    guarding_release(&g, rows, KK_COUNT(rows));
    guarding_attack(&g);
    const struct kk_guarded *a = guarding_find(&g, "pub", "p 14133 2020 age=65-74");
    const struct kk_guarded *b = guarding_find(&g, "pub", "p 14133 2020 age=65-");
    ck_assert(a && a->broken && b && b->broken);
    ck_assert_double_eq_tol(a->least, 32, 1e-6);
    ck_assert_double_eq_tol(b->most, 57, 1e-6);
    ck_assert_uint_eq(b->proof_count, 2); /* it takes both relations */
    guarding_fini(&g);
}
END_TEST

START_TEST(declared_relations_count)
{
    static const struct guarding_row rows[] = {
        { "pub", "total 14133 2020 = 50" },  { "pub", "one 14133 2020 = 20" },
        { "pub", "other 14133 2020 = x" },   { "pub", "first_count 14133 2020 = 77" },
        { "pub", "last_count 14133 2020 = x" }, { "pub", "base 14133 2020 = 400" },
        { "pub", "share 14133 2020 = 12.5 %" }, { "pub", "elderly 14133 2020 = x" },
    };
    struct guarding g;

    guarding_init(&g, "[sum]\ntotal = one other\n[same]\nlast_count = first_count\n"
                      "[rate]\nshare = elderly base 100\n");
    guarding_release(&g, rows, KK_COUNT(rows));
    guarding_attack(&g);
    ck_assert_double_eq_tol(guarding_find(&g, "pub", "other 14133 2020")->least, 30, 1e-6);
    ck_assert_double_eq_tol(guarding_find(&g, "pub", "last_count 14133 2020")->most, 77, 1e-6);
    const struct kk_guarded *elderly = guarding_find(&g, "pub", "elderly 14133 2020");
    ck_assert(elderly->broken);
    ck_assert_double_eq_tol(elderly->least, 50, 1e-6); /* 49.8 to 50.2 persons, whole ones */
    ck_assert_double_eq_tol(elderly->most, 50, 1e-6);
    guarding_fini(&g);
}
END_TEST

/* Districts that are not all of a ward bound it from below only. */
START_TEST(parts_that_are_not_all)
{
    static const struct guarding_row rows[] = {
        { "pub", "p 14132 2020 = 1000" }, { "pub", "p 14132-01 2020 = 100" },
        { "pub", "p 14132-02 2020 = 200" }, { "pub", "p 14132 2020 sex=f = 500" },
        { "pub", "p 14132-01 2020 sex=f = 50" }, { "pub", "p 14132-02 2020 sex=f = x" },
    };
    struct guarding g;

    guarding_init(&g, "");
    guarding_release(&g, rows, KK_COUNT(rows));
    guarding_attack(&g);
    const struct kk_guarded *f = guarding_find(&g, "pub", "p 14132-02 2020 sex=f");
    ck_assert(f && !f->broken);
    guarding_fini(&g);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("attack", &s);

    tcase_add_test(c, asao_is_found_by_subtraction);
    tcase_add_test(c, a_second_ward_covers_it);
    tcase_add_test(c, a_ward_that_reads_its_own);
    tcase_add_test(c, printed_totals_are_kept_and_flagged);
    tcase_add_test(c, impossible_rows_give_way);
    tcase_add_test(c, a_ward_that_nobody_printed);
    tcase_add_test(c, wards_that_nobody_printed);
    tcase_add_test(c, areas_without_a_total);
    tcase_add_test(c, an_earlier_release_is_remembered);
    tcase_add_test(c, a_corrected_number_is_another);
    tcase_add_test(c, a_threshold_is_guarded);
    tcase_add_loop_test(c, nearly_told_is_told, 0, (int)KK_COUNT(widths));
    tcase_add_test(c, ranges_of_ages_are_tiled);
    tcase_add_test(c, declared_relations_count);
    tcase_add_test(c, parts_that_are_not_all);
    return s;
}
