/* client/desk/template.c: next year's periods, each cell once. [DK-6] */
#include "unit.h"

#include "desk/template.h"

#include <stdlib.h>

static const struct {
    const char *period, *next; /* NULL: it has none */
} periods[] = {
    { "2025", "2026" },
    { "FY2025", "FY2026" },
    { "2025-10", "2026-10" },
    { "2025-10-01", "2026-10-01" },
    { "2024-02-29", "2025-02-28" },
    { "2023-02-28", "2024-02-28" },
    { "FY2024/FY2025", "FY2025/FY2026" },
    { "2024-02-29/2024-03-31", "2025-02-28/2025-03-31" },
    { "1999", "2000" },
    { "9999", NULL },
    { "2024/", NULL },
    { "R7", NULL },
    { "", NULL },
};

START_TEST(a_year_later)
{
    char next[KK_PERIOD_TEXT];
    bool has = kk_period_next_year(kk_slice_text(periods[_i].period), next);

    ck_assert_int_eq(has, periods[_i].next != NULL);
    if (has)
        ck_assert_str_eq(next, periods[_i].next);
}
END_TEST

static int count_row(void *user, const struct kk_obs *row)
{
    (void)row;
    ++*(int *)user;
    return 0;
}

/* What two scopes have, and what two areas have become, are one cell to fill in. */
START_TEST(each_cell_once)
{
    static const char *const areas[] = { "14133", "14131", "14133", "14132", "14131" };
    struct kk_template *t = calloc(1, sizeof *t);
    int rows = 0;

    ck_assert_ptr_nonnull(t);
    kk_template_init(t);
    for (size_t i = 0; i < KK_COUNT(areas); i++) {
        const struct kk_obs o = { .indicator = kk_slice_text("a"),
                                  .area = kk_slice_text(areas[i]),
                                  .period = kk_slice_text("2026"),
                                  .breakdown = kk_slice_text(""),
                                  .missing = KK_MISSING_UNKNOWN };

        ck_assert_int_eq(kk_tidy_take_obs(&t->rows, &o, i + 1), 0);
    }
    ck_assert_int_eq(kk_tidy_end(&t->rows), 0);
    ck_assert_int_eq(kk_template_each(t, count_row, &rows), 0);
    ck_assert_int_eq(rows, 3);
    kk_template_fini(t);
    free(t);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("template", &s);

    tcase_add_loop_test(c, a_year_later, 0, KK_COUNT(periods));
    tcase_add_test(c, each_cell_once);
    return s;
}
