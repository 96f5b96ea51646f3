/* client/import/fold.c, number.c, period.c: people's notations, what is refused. [IM-2] [IM-3] */
#include "unit.h"

#include "import/notation.h"

/* want NULL: none. */
static const struct {
    const char *text, *want;
} numbers[] = {
    { "0", "0" },           { "-5", "-5" },           { "１２３", "123" },
    { "1,234", "1234" },    { "1,234,567", "1234567" }, { "１，２３４．５", "1234.5" },
    { "△7", "-7" },         { "▲1,000.25", "-1000.25" }, { "−3", "-3" },
    { "－３", "-3" },       { " 12　", "12" },        { "", NULL },
    { "1,23", NULL },       { "1234,567", NULL },     { ",123", NULL },
    { "1,2345", NULL },     { "1,234,", NULL },       { "1.234,567", NULL },
    { "12人", NULL },       { "△", NULL },            { "△-1", NULL },
    { "−0", NULL },         { "1e5", NULL },          { "1 234", NULL },
    { "…", NULL },          { "X", NULL },            { "1.00001", NULL },
    { "99999999999999999999999999999999999999999999999999999999999999999", NULL },
};

START_TEST(numbers_are_read)
{
    char got[KK_NOTATION_TEXT];
    bool read = kk_notation_number(kk_slice_text(numbers[_i].text), got);

    ck_assert_int_eq(read, numbers[_i].want != NULL);
    if (read)
        ck_assert_str_eq(got, numbers[_i].want);
}
END_TEST

static const struct {
    const char *text, *want;
} periods[] = {
    { "2020", "2020" },
    { "２０２０年", "2020" },
    { "2020年度", "FY2020" },
    { "FY2020", "FY2020" },
    { "令和7年度", "FY2025" },
    { "平成31年度", "FY2019" },
    { "令和元年", "2019" },
    { "令和元年5月1日", "2019-05-01" },
    { "令和７年４月１日", "2025-04-01" },
    { "R7.4.1", "2025-04-01" },
    { "R7/4", "2025-04" },
    { "H31.4.30", "2019-04-30" },
    { "S64.1.7", "1989-01-07" },
    { "昭和63年", "1988" },
    { "2025/4/1", "2025-04-01" },
    { "2025年10月", "2025-10" },
    { "2025-4-1", "2025-04-01" },
    { "M1.10.23", "1868-10-23" },
    { "平成24年5月1日現在", "2012-05-01" },
    { "令和６年１０月１日時点", "2024-10-01" },
    { "R 7. 4. 1", "2025-04-01" },
    { "令和2年\n10月1日", "2020-10-01" },
    { "令和6年2月末現在", "2024-02-29" },
    { "令和7年2月末", "2025-02-28" },
    { "2100年2月末", "2100-02-28" },
    { "20260401", "2026-04-01" },
    { "202604", "2026-04" },
    { "20260431", NULL },
    { "202600", NULL },
    { "20260400", NULL },
    { "令和6年13月末", NULL },
    { "令和6年現在", NULL },
    { "令和6年4月1日現在現在", NULL },
    { "令和元年4月30日", NULL }, /* still 平成 */
    { "H31.5.1", NULL },         /* already 令和 */
    { "平成32年", NULL },
    { "S64.1.8", NULL },
    { "令和0年", NULL },
    { "R7.2.29", NULL },
    { "R7.13.1", NULL },
    { "R7.4/1", NULL },
    { "2025/0/1", NULL },
    { "2025年4月1", NULL },
    { "25/4/1", NULL },
    { "FY2020/4", NULL },
    { "4/1/2025", NULL },
    { "2025年度4月", NULL },
    { "46023", NULL },
    { "", NULL },
    { "令和", NULL },
};

START_TEST(periods_are_read)
{
    char got[KK_NOTATION_TEXT];
    bool read = kk_notation_period(kk_slice_text(periods[_i].text), got);

    ck_assert_int_eq(read, periods[_i].want != NULL);
    if (read)
        ck_assert_str_eq(got, periods[_i].want);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("notation", &suite);

    tcase_add_loop_test(c, numbers_are_read, 0, KK_COUNT(numbers));
    tcase_add_loop_test(c, periods_are_read, 0, KK_COUNT(periods));
    return suite;
}
