/* client/desk/report.c, guarded.c: a report read back makes the next desk judge alike. [DC-6] */
#include "guarding.h"

#include "desk/guarded.h"
#include "os_show.h"

#include <stdio.h>
#include <stdlib.h>

/* The desk of the build knows that 4 persons are below the threshold; the next desk sees two x. */
static const struct guarding_row build[] = {
    { "pub", "a 14133 2020 = 12" },      { "pub", "a 14133 2020 sex=f = x" },
    { "pub", "a 14133 2020 sex=m = x" }, { "desk", "a 14133 2020 sex=f = 4" },
    { "desk", "a 14133 2020 sex=m = 8" },
};
/* Who publishes something else in between makes the cell narrower: 1 to 9 no more, but width 9. */
static const struct guarding_row narrow[] = {
    { "pub", "a 14133 2020 = 12" },      { "pub", "a 14133 2020 sex=f = x" },
    { "pub", "a 14133 2020 sex=m = x" },
};

static void judge(struct kk_guard *g, const struct guarding_row *rows, size_t count,
                  const char *settings, struct kk_slice report)
{
    struct guarding t;

    ck_assert_int_eq(kk_guard_open(g), 0);
    if (report.len > 0)
        ck_assert_int_eq(kk_guard_report_rules(g, report, NULL), 0);
    else
        ck_assert_int_eq(kk_rules_read(&g->rules, kk_slice_text(settings), "t", NULL), 0);
    t.facts = g->facts;
    t.relations = g->relations;
    t.rules = g->rules;
    guarding_release(&t, rows, count);
    g->facts = t.facts;
    g->relations = t.relations;
    if (report.len > 0)
        ck_assert_int_eq(kk_guard_report_cells(g, report, NULL), 0);
}

START_TEST(the_next_desk_judges_alike)
{
    struct kk_bytes report = { 0 };
    struct kk_error err = { 0 };
    struct kk_guard one, two;

    judge(&one, build, KK_COUNT(build), "[indicator]\na = normal ; \"quoted\"\n",
          kk_slice(NULL, 0));
    ck_assert_int_eq(kk_guard_judge(&one, &err), 0);
    ck_assert_int_eq(kk_guard_report(&one, &report), 0);
    judge(&two, narrow, KK_COUNT(narrow), NULL, kk_bytes_slice(&report));
    ck_assert_int_eq(kk_guard_judge(&two, &err), 0);
    ck_assert_uint_eq(one.attack.count, two.attack.count);
    for (size_t i = 0; i < one.attack.count; i++) {
        ck_assert_uint_eq(one.attack.items[i].concealment, two.attack.items[i].concealment);
        ck_assert_uint_eq(one.attack.items[i].k, two.attack.items[i].k);
    }
    kk_bytes_fini(&report);
    kk_guard_fini(&one);
    kk_guard_fini(&two);
}
END_TEST

/* A ward has a threshold of its own, the same as that of int: the next desk knows of both. */
START_TEST(a_ward_judges_alike)
{
    static const char settings[] = "[pub]\nnormal = area 0:10\n[int]\nnormal = area 0:10\n"
                                   "[ward]\nnormal = town 0:10\n[indicator]\na = normal\n";
    static const struct guarding_row own = { "r:14133", "a 14133 2020 sex=f = x" };
    struct guarding_row first[KK_COUNT(build) + 1], second[KK_COUNT(narrow) + 1];
    struct kk_bytes report = { 0 };
    struct kk_error err = { 0 };
    struct kk_guard one, two;

    memcpy(first, build, sizeof build);
    memcpy(second, narrow, sizeof narrow);
    first[KK_COUNT(build)] = second[KK_COUNT(narrow)] = own;
    judge(&one, first, KK_COUNT(first), settings, kk_slice(NULL, 0));
    ck_assert_int_eq(kk_guard_judge(&one, &err), 0);
    ck_assert_int_eq(kk_guard_report(&one, &report), 0);
    judge(&two, second, KK_COUNT(second), NULL, kk_bytes_slice(&report));
    ck_assert_int_eq(kk_guard_judge(&two, &err), 0);
    ck_assert_uint_eq(one.attack.count, two.attack.count);
    for (size_t i = 0; i < one.attack.count; i++)
        ck_assert_uint_eq(one.attack.items[i].concealment, two.attack.items[i].concealment);
    kk_bytes_fini(&report);
    kk_guard_fini(&one);
    kk_guard_fini(&two);
}
END_TEST

START_TEST(an_excuse_goes_along)
{
    static const char *const bad[] = { "", "two\nlines", "a\tb" };
    struct kk_bytes report = { 0 };
    struct kk_error err = { 0 };
    struct kk_guard one, two;
    char big[402];

    judge(&one, narrow, KK_COUNT(narrow), "[indicator]\na = normal\n", kk_slice(NULL, 0));
    for (size_t i = 0; i < KK_COUNT(bad); i++)
        ck_assert_int_eq(kk_guard_excuse(&one, bad[i], &err), KK_E_USAGE);
    memset(big, 'a', sizeof big);
    big[401] = 0;
    ck_assert_int_eq(kk_guard_excuse(&one, big, &err), KK_E_USAGE);
    big[400] = 0;
    ck_assert_int_eq(kk_guard_excuse(&one, big, &err), 0);
    ck_assert_int_eq(kk_guard_excuse(&one, "引き継ぎ前の版, \"旧\"", &err), 0);
    ck_assert_int_eq(kk_guard_judge(&one, &err), 0);
    ck_assert_int_eq(kk_guard_report(&one, &report), 0);
    ck_assert_int_eq(kk_guard_open(&two), 0);
    ck_assert_int_eq(kk_guard_report_rules(&two, kk_bytes_slice(&report), &err), 0);
    unit_assert_slice(kk_bytes_slice(&two.excuse), kk_slice_text("引き継ぎ前の版, \"旧\""));
    kk_bytes_fini(&report);
    kk_guard_fini(&one);
    kk_guard_fini(&two);
}
END_TEST

/* One row, judged by settings. */
static int judge_row(const struct guarding_row *row, const char *settings, struct kk_error *err)
{
    struct kk_guard g;
    int r;

    judge(&g, row, 1, settings, kk_slice(NULL, 0));
    r = kk_guard_judge(&g, err);
    kk_guard_fini(&g);
    return r;
}

static const struct {
    struct guarding_row row;
    const char *settings, *told;
    int fault;
} placed[] = {
    { { "pub", "a 14133 2020 = 12" }, "[indicator]\na = open\n", NULL, 0 },
    { { "pub", "a 14133 2020 = 12" }, "[indicator]\nb = open\n", "a", KK_E_UNDECLARED },
    { { "pub", "a 14133 2020 = x" }, "[indicator]\nb = open\n", "a", KK_E_UNDECLARED },
    { { "pub", "a 14133 2020 = 12" }, "[indicator]\na = open int\n", "int", KK_E_OPEN_TIER },
    { { "pub", "a 14133 2020 = x" }, "[indicator]\na = open int\n", "int", KK_E_OPEN_TIER },
    { { "int", "a 14133 2020 = 12" }, "[indicator]\na = open int\n", NULL, 0 },
    { { "int", "a 14133 2020 = 12" }, "[indicator]\na = open ward\n", "ward", KK_E_OPEN_TIER },
    { { "pub", "a 14133-9000001 2020 = 12" }, "[indicator]\na = normal\n", "too fine",
      KK_E_OPEN_TIER },
    { { "r:14133", "a 14133-9000001 2020 = 12" }, "[indicator]\na = normal\n", NULL, 0 },
};

/* What may not stand where it stands is refused before anything is computed. [DC-1] */
START_TEST(where_a_figure_may_stand)
{
    struct kk_error err = { 0 };

    ck_assert_int_eq(judge_row(&placed[_i].row, placed[_i].settings, &err), placed[_i].fault);
    if (placed[_i].told)
        ck_assert_ptr_nonnull(strstr(err.detail, placed[_i].told));
}
END_TEST

/* Two desks go by the same lines, or the second one does not sign. */
START_TEST(settings_that_both_agree_on)
{
    static const struct {
        const char *own;
        int fault;
    } homes[] = {
        { "[indicator]\na = normal\n", 0 },
        { "; ours\n\n [indicator] \r\n# all\na = normal", 0 },
        { "[indicator]\na = small\n", KK_E_SETTINGS_DIFFER },
        { "[indicator]\na = normal\nb = open\n", KK_E_SETTINGS_DIFFER },
        { "[indicator]\n", KK_E_SETTINGS_DIFFER },
        { "", KK_E_SETTINGS_DIFFER },
    };
    struct kk_home *home = calloc(1, sizeof *home);
    struct kk_error err = { 0 };
    char path[KK_OS_PATH_MAX];
    struct kk_guard g;

    ck_assert_ptr_nonnull(home);
    snprintf(home->dir, sizeof home->dir, "/tmp/kukyoku-report-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(home->dir));
    ck_assert_int_eq(kk_os_path_join(home->dir, KK_GUARD_SETTINGS, path), 0);
    judge(&g, build, KK_COUNT(build), "[indicator]\na = normal\n", kk_slice(NULL, 0));
    ck_assert_int_eq(kk_guard_agrees(&g, home, &err), 0); /* the desk has none */
    for (size_t i = 0; i < KK_COUNT(homes); i++) {
        ck_assert_int_eq(kk_os_file_write(path, kk_slice_text(homes[i].own), KK_OS_SHARED, &err),
                         0);
        ck_assert_int_eq(kk_guard_agrees(&g, home, &err), homes[i].fault);
    }
    kk_guard_fini(&g);
    ck_assert_int_eq(kk_os_dir_remove(home->dir, &err), 0);
    free(home);
}
END_TEST

/* What the first desk wrote down must be what the second one finds. */
START_TEST(the_same_findings)
{
    static const char lacking[] = "history,,,,,,lacks,,,,1\n";
    struct kk_bytes report = { 0 }, less = { 0 };
    struct kk_error err = { 0 };
    struct kk_guard one, two;

    judge(&one, build, KK_COUNT(build), "[indicator]\na = normal\n", kk_slice(NULL, 0));
    ck_assert_int_eq(kk_guard_judge(&one, &err), 0);
    ck_assert_int_eq(kk_guard_report(&one, &report), 0);
    ck_assert_int_eq(kk_guard_same_report(&one, kk_bytes_slice(&report), &err), 0);
    judge(&two, narrow, 1, NULL, kk_bytes_slice(&report)); /* the total alone: nothing concealed */
    ck_assert_int_eq(kk_guard_judge(&two, &err), 0);
    ck_assert_int_eq(kk_guard_same_report(&two, kk_bytes_slice(&report), &err), KK_E_REPORT);
    ck_assert_ptr_nonnull(strstr(err.detail, "cell,pub,a,14133,2020,sex="));
    ck_assert_int_eq(kk_bytes_append_slice(&less, kk_bytes_slice(&report)), 0);
    less.len--; /* the last line is another one */
    ck_assert_int_eq(kk_guard_same_report(&one, kk_bytes_slice(&less), &err), 0);
    less.len--;
    ck_assert_int_eq(kk_guard_same_report(&one, kk_bytes_slice(&less), &err), KK_E_REPORT);
    ck_assert_int_eq(kk_bytes_append_text(&report, lacking), 0);
    ck_assert_int_eq(kk_guard_same_report(&two, kk_bytes_slice(&report), &err), 0);
    kk_bytes_fini(&report);
    kk_bytes_fini(&less);
    kk_guard_fini(&one);
    kk_guard_fini(&two);
}
END_TEST

START_TEST(what_is_no_report)
{
    static const char *const bad[] = {
        "",
        "what,view\n",
        "what,view,indicator,area,period,breakdown,why,k,least,most,detail\ncell,pub\n",
        ("what,view,indicator,area,period,breakdown,why,k,least,most,detail\n"
         "cell,\"pub,a,14133,2020,,rule,10,0,1,\n"),
    };

    for (size_t i = 0; i < KK_COUNT(bad); i++) {
        struct kk_error err = { 0 };
        struct kk_guard g;

        ck_assert_int_eq(kk_guard_open(&g), 0);
        ck_assert_int_eq(kk_guard_report_rules(&g, kk_slice_text(bad[i]), &err), KK_E_REPORT);
        ck_assert_int_eq(kk_guard_report_cells(&g, kk_slice_text(bad[i]), &err), KK_E_REPORT);
        kk_guard_fini(&g);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("report", &s);

    tcase_add_test(c, the_next_desk_judges_alike);
    tcase_add_test(c, a_ward_judges_alike);
    tcase_add_test(c, an_excuse_goes_along);
    tcase_add_loop_test(c, where_a_figure_may_stand, 0, KK_COUNT(placed));
    tcase_add_test(c, settings_that_both_agree_on);
    tcase_add_test(c, the_same_findings);
    tcase_add_test(c, what_is_no_report);
    return s;
}
