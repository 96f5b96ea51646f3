/* client/view/age.c: each grade has its own name and its own words in both languages. */
#include "unit.h"

#include "view/age.h"

#include <string.h>

static const enum kk_grade grades[] = { KK_GRADE_UNKNOWN, KK_GRADE_FRESH, KK_GRADE_AGING,
                                        KK_GRADE_STALE };
static const char *const names[] = { "unknown", "fresh", "aging", "stale" };

START_TEST(grades_are_told_apart)
{
    for (size_t i = 0; i < KK_COUNT(grades); i++) {
        ck_assert_str_eq(kk_age_name(grades[i]), names[i]);
        ck_assert_str_ne(kk_age_text(grades[i], KK_LANG_JA), kk_age_text(grades[i], KK_LANG_EN));
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(kk_age_text(grades[i], KK_LANG_JA),
                             kk_age_text(grades[j], KK_LANG_JA));
    }
    ck_assert_str_eq(kk_age_text(KK_GRADE_STALE, KK_LANG_JA), "古い（要同期）");
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("age", &s);

    tcase_add_test(c, grades_are_told_apart);
    return s;
}
