/* Seven days, four weeks, twelve months: which backups stay, day after day for three years. */
#include "unit.h"

#include "kukyoku/base/date.h"
#include "kukyoku/db/keep.h"

#define DAYS  1100
#define START 1764500000000ll /* 2025-11-30 in Japan, a Sunday */

static int64_t at(int64_t day)
{
    return START + day * KK_DAY_MS;
}

static size_t kept_of(const int64_t *made, size_t count, int64_t now, bool *keep)
{
    size_t kept = 0;

    kk_keep_choose(&kk_keep_default, now, made, count, keep);
    for (size_t i = 0; i < count; i++)
        kept += keep[i];
    return kept;
}

START_TEST(three_years_of_days)
{
    int64_t made[64];
    bool keep[64];
    size_t count = 0;

    for (int64_t day = 0; day < DAYS; day++) {
        size_t left = 0;

        made[count++] = at(day);
        kk_keep_choose(&kk_keep_default, at(day), made, count, keep);
        ck_assert(keep[count - 1]); /* never the one just made */
        for (size_t i = 0; i < count; i++) {
            if (keep[i])
                made[left++] = made[i];
        }
        count = left;
        ck_assert_uint_le(count, 7 + 4 + 12);
    }
    for (size_t i = 0; i < 7; i++)
        ck_assert_int_eq(made[count - 1 - i], at(DAYS - 1 - (int64_t)i));
    ck_assert_int_lt(made[0], at(DAYS - 1 - 300)); /* back to the twelfth month */
    ck_assert_int_gt(made[0], at(DAYS - 1 - 370));
}
END_TEST

START_TEST(the_newest_of_a_day)
{
    int64_t made[] = { at(0), at(0) + 1, at(0) + 2, at(1), at(1) + 5 };
    bool keep[KK_COUNT(made)];

    ck_assert_uint_eq(kept_of(made, KK_COUNT(made), at(2), keep), 2);
    ck_assert(keep[2] && keep[4]);
}
END_TEST

/* Old ones go because newer ones took their place, not because time went by. */
START_TEST(a_pause_removes_nothing)
{
    int64_t made[] = { at(0), at(1), at(2), at(900) };
    bool keep[KK_COUNT(made)];

    ck_assert_uint_eq(kept_of(made, KK_COUNT(made), at(900), keep), KK_COUNT(made));
    ck_assert_uint_eq(kept_of(made, 0, at(900), keep), 0);
}
END_TEST

START_TEST(a_clock_that_was_wrong)
{
    int64_t made[16];
    bool keep[KK_COUNT(made)];

    for (int i = 0; i < 8; i++)
        made[i] = at(i);
    for (int i = 8; i < 16; i++)
        made[i] = at(10000 + i);
    kk_keep_choose(&kk_keep_default, at(7), made, KK_COUNT(made), keep);
    for (int i = 8; i < 16; i++)
        ck_assert(keep[i]);
    for (int i = 1; i < 8; i++) /* they took no place of the real ones */
        ck_assert(keep[i]);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("keep", &suite);

    tcase_add_test(tcase, three_years_of_days);
    tcase_add_test(tcase, the_newest_of_a_day);
    tcase_add_test(tcase, a_pause_removes_nothing);
    tcase_add_test(tcase, a_clock_that_was_wrong);
    return suite;
}
