/* Dates: against known days, leap years, the fiscal year, and days that do not exist. */
#include "unit.h"

#include "kukyoku/base/date.h"

static const struct {
    const char *day;
    int64_t ms;
    int fiscal;
} days[] = {
    { "1970-01-01", -KK_JAPAN_OFFSET, 1969 },
    { "2000-02-29", 951750000000, 1999 },
    { "2024-03-31", 1711810800000, 2023 },
    { "2024-04-01", 1711897200000, 2024 },
    { "2026-11-23", 1795359600000, 2026 },
};

START_TEST(known_days)
{
    char text[KK_DATE_TEXT];
    int64_t ms;

    ck_assert(kk_date_parse(days[_i].day, &ms));
    ck_assert_int_eq(ms, days[_i].ms);
    kk_date_of(ms, text);
    ck_assert_str_eq(text, days[_i].day);
    kk_date_of(ms + KK_DAY_MS - 1, text);
    ck_assert_str_eq(text, days[_i].day);
    ck_assert_int_eq(kk_fiscal_year_of(ms), days[_i].fiscal);
}
END_TEST

START_TEST(refused)
{
    static const char *const bad[] = { "",           "2023-02-29", "2023-2-01",   "2023-13-01",
                                       "2023-00-10", "2023-04-31", "2023-04-01x", "20a3-04-01" };
    int64_t ms;

    ck_assert(!kk_date_parse(bad[_i], &ms));
}
END_TEST

START_TEST(instants)
{
    char text[KK_INSTANT_TEXT];

    kk_instant_of(1795359600000 + (9 * 3600 + 5 * 60 + 7) * 1000, text);
    ck_assert_str_eq(text, "2026-11-23T09:05:07+09:00");
    kk_instant_of(-1, text);
    ck_assert_str_eq(text, "1970-01-01T08:59:59+09:00");
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("base_date", &suite);

    tcase_add_loop_test(tcase, known_days, 0, 5);
    tcase_add_loop_test(tcase, refused, 0, 8);
    tcase_add_test(tcase, instants);
    return suite;
}
