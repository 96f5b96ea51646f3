/* client/view/when.c: 西暦（和暦） at the borders of eras, periods, ages. */
#include "unit.h"

#include "kukyoku/base/date.h"
#include "view/when.h"

static const struct {
    const char *period, *want;
} periods[] = {
    { "2025", "2025年（令和7年）" },
    { "2019", "2019年（令和元年）" },
    { "FY2019", "2019年度（令和元年度）" },
    { "2019-04-30", "2019年（平成31年）4月30日" },
    { "2019-05-01", "2019年（令和元年）5月1日" },
    { "1989-01-07", "1989年（昭和64年）1月7日" },
    { "1989-01", "1989年（昭和64年）1月" },
    { "2020-10", "2020年（令和2年）10月" },
    { "2020/2021", "2020年（令和2年）〜2021年（令和3年）" },
    { "1800", "1800年" },
    { "anything", "anything" },
};

START_TEST(periods_in_japanese)
{
    char text[KK_WHEN_TEXT];

    kk_when_period(kk_slice_text(periods[_i].period), KK_LANG_JA, text);
    ck_assert_str_eq(text, periods[_i].want);
    kk_when_period(kk_slice_text(periods[_i].period), KK_LANG_EN, text);
    ck_assert_str_eq(text, periods[_i].period);
}
END_TEST

START_TEST(instants)
{
    char text[KK_WHEN_TEXT];
    int64_t day;

    ck_assert(kk_date_parse("2026-11-23", &day));
    kk_when_date(day, KK_LANG_JA, text);
    ck_assert_str_eq(text, "2026年（令和8年）11月23日");
    kk_when_instant(day + 9 * 3600 * 1000 + 5 * 60 * 1000, KK_LANG_EN, text);
    ck_assert_str_eq(text, "2026-11-23 09:05");
}
END_TEST

START_TEST(ages)
{
    char text[KK_WHEN_TEXT];

    kk_when_age(59000, KK_LANG_JA, text);
    ck_assert_str_eq(text, "たった今");
    kk_when_age(59 * 60000, KK_LANG_EN, text);
    ck_assert_str_eq(text, "59 min ago");
    kk_when_age(3 * 3600000, KK_LANG_JA, text);
    ck_assert_str_eq(text, "3時間前");
    kk_when_age(3 * KK_DAY_MS, KK_LANG_JA, text);
    ck_assert_str_eq(text, "3日前");
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("when", &s);

    tcase_add_loop_test(c, periods_in_japanese, 0, (int)KK_COUNT(periods));
    tcase_add_test(c, instants);
    tcase_add_test(c, ages);
    return s;
}
