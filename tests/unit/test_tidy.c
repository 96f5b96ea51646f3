/* client/desk/tidy.c, tidy_field.c: notation of fields, every reason, order, doubles. [DK-4] */
#include "unit.h"

#include "desk/tidy.h"
#include "kukyoku/base/bytes.h"

#include <stdio.h>
#include <stdlib.h>

#define HEAD "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"

static void read_text(struct kk_tidy *t, const char *text)
{
    kk_tidy_init(t);
    ck_assert_int_eq(kk_tidy_feed(t, kk_slice_text(text)), 0);
    ck_assert_int_eq(kk_tidy_end(t), 0);
}

static const struct {
    enum kk_tidy_reason reason;
    int line, column; /* column -1: the row */
    const char *file;
} bad[] = {
    { KK_TIDY_BAD_HEADER, 1, -1, "" },
    { KK_TIDY_BAD_HEADER, 1, KK_TIDY_PERIOD, "indicator,area\nx,14133\n" },
    { KK_TIDY_BAD_HEADER, 1, KK_TIDY_AREA,
      "indicator,place,period,breakdown,value,missing,unit,status,method,source,note\n" },
    { KK_TIDY_BAD_HEADER, 1, -1,
      "indicator,area,period,breakdown,value,missing,unit,status,method,source,note,more\n" },
    { KK_TIDY_BAD_BARE_CR, 1, -1, "indicator,area\rx,14133\r" },
    { KK_TIDY_BAD_EMPTY, 2, -1, HEAD },
    { KK_TIDY_BAD_RAGGED, 2, -1, HEAD "a,14133,2020,,1\n" },
    { KK_TIDY_BAD_RAGGED, 2, -1, HEAD "a,14133,2020,,1,,,,,,,\n" },
    { KK_TIDY_BAD_STRAY_QUOTE, 2, -1, HEAD "a\"b,14133,2020,,1,,,,,,\n" },
    { KK_TIDY_BAD_OPEN_QUOTE, 2, -1, HEAD "\"a,14133,2020,,1,,,,,,\n" },
    { KK_TIDY_BAD_BARE_CR, 2, -1, HEAD "a,14133,2020,,1,,,,,,\rb" },
    { KK_TIDY_BAD_UTF8, 2, KK_TIDY_NOTE, HEAD "a,14133,2020,,1,,,,,,\x83\x65\n" },
    { KK_TIDY_BAD_UTF8, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,\xff,,,,,,\n" },
    { KK_TIDY_BAD_CONTROL, 2, KK_TIDY_NOTE, HEAD "a,14133,2020,,1,,,,,,\"x\ny\"\n" },
    { KK_TIDY_BAD_CONTROL, 2, KK_TIDY_NOTE, HEAD "a,14133,2020,,1,,,,,,\x1b$B\n" },
    { KK_TIDY_BAD_SPACES, 2, KK_TIDY_UNIT, HEAD "a,14133,2020,,1,,人 ,,,,\n" },
    { KK_TIDY_BAD_INDICATOR, 2, KK_TIDY_INDICATOR, HEAD ",14133,2020,,1,,,,,,\n" },
    { KK_TIDY_BAD_AREA, 2, KK_TIDY_AREA, HEAD "a,中原区,2020,,1,,,,,,\n" },
    { KK_TIDY_BAD_PERIOD, 2, KK_TIDY_PERIOD, HEAD "a,14133,2020-13,,1,,,,,,\n" },
    { KK_TIDY_BAD_ERA, 2, KK_TIDY_PERIOD, HEAD "a,14133,H31.5.1,,1,,,,,,\n" },
    { KK_TIDY_BAD_ERA, 2, KK_TIDY_PERIOD, HEAD "a,14133,令和6年4月31日,,1,,,,,,\n" },
    { KK_TIDY_BAD_ERA, 2, KK_TIDY_PERIOD, HEAD "a,14133,2025-02-29,,1,,,,,,\n" },
    { KK_TIDY_BAD_PERIOD, 2, KK_TIDY_PERIOD, HEAD "a,14133,Total,,1,,,,,,\n" },
    { KK_TIDY_BAD_SERIAL, 2, KK_TIDY_PERIOD, HEAD "a,14133,46023,,1,,,,,,\n" },
    { KK_TIDY_BAD_PERIOD, 2, KK_TIDY_PERIOD, HEAD "a,14133,14133,,1,,,,,,\n" },
    { KK_TIDY_BAD_MARK, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,−,,,,,,\n" },
    { KK_TIDY_BAD_MARK, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,…,,,,,,\n" },
    { KK_TIDY_BAD_MARK, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,X,,,,,,\n" },
    { KK_TIDY_BAD_NUMBER, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,多数,,,,,,\n" },
    { KK_TIDY_BAD_BREAKDOWN, 2, KK_TIDY_BREAKDOWN, HEAD "a,14133,2020,sex,1,,,,,,\n" },
    { KK_TIDY_BAD_FULL_WIDTH, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,１２３,,,,,,\n" },
    { KK_TIDY_BAD_SUFFIX, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,１２人,,,,,,\n" },
    { KK_TIDY_BAD_THOUSANDS, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,\"1,234\",,,,,,\n" },
    { KK_TIDY_BAD_DECIMALS, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,1.00001,,,,,,\n" },
    { KK_TIDY_BAD_TRIANGLE, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,△7,,,,,,\n" },
    { KK_TIDY_BAD_SUFFIX, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,12人,,,,,,\n" },
    { KK_TIDY_BAD_SUFFIX, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,1.234567%,,,,,,\n" },
    { KK_TIDY_BAD_NUMBER, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,1e5,,,,,,\n" },
    { KK_TIDY_BAD_NUMBER_RANGE, 2, KK_TIDY_VALUE,
      HEAD "a,14133,2020,,9999999999999999999,,,,,,\n" },
    { KK_TIDY_BAD_BOTH, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,1,x,,,,,\n" },
    { KK_TIDY_BAD_NEITHER, 2, KK_TIDY_VALUE, HEAD "a,14133,2020,,,,,,,,\n" },
    { KK_TIDY_BAD_MISSING, 2, KK_TIDY_MISSING, HEAD "a,14133,2020,,,z,,,,,\n" },
    { KK_TIDY_BAD_STATUS, 2, KK_TIDY_STATUS, HEAD "a,14133,2020,,1,,,A,,,\n" },
    { KK_TIDY_BAD_DUPLICATE, 4, -1,
      HEAD "a,14133,2020,,1,,,,,,\na,14133,2021,,1,,,,,,\na,14133,2020,,2,,,,,,\n" },
};

START_TEST(every_reason_has_its_place)
{
    struct kk_tidy *t = calloc(1, sizeof *t);

    ck_assert_ptr_nonnull(t);
    read_text(t, bad[_i].file);
    ck_assert_uint_eq(t->issue_total, 1);
    ck_assert_uint_eq(t->issues[0].reason, bad[_i].reason);
    ck_assert_uint_eq(t->issues[0].line, (unsigned)bad[_i].line);
    ck_assert_uint_eq(t->issues[0].column,
                      bad[_i].column < 0 ? KK_TIDY_COLUMN_COUNT : (unsigned)bad[_i].column);
    ck_assert_uint_eq(t->by_reason[bad[_i].reason], 1);
    kk_tidy_fini(t);
    free(t);
}
END_TEST

START_TEST(what_is_meant_is_told)
{
    struct kk_tidy *t = calloc(1, sizeof *t);

    ck_assert_ptr_nonnull(t);
    read_text(t, HEAD "a,14133,46023,,1,,,,,,\na,14133\n");
    ck_assert_uint_eq(t->issue_count, 2);
    ck_assert_str_eq(t->issues[0].hint, "2026-01-01");
    ck_assert_str_eq(t->issues[1].hint, "2 ≠ 11");
    kk_tidy_fini(t);
    free(t);
}
END_TEST

START_TEST(long_texts_and_records)
{
    struct kk_tidy *t = calloc(1, sizeof *t);
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };

    ck_assert_ptr_nonnull(t);
    ck_assert_int_eq(kk_bytes_append_text(&file, HEAD), 0);
    ck_assert_int_eq(kk_bytes_format(&file, "a,14133,2020,,1,,,,,,%01001d\n", 0), 0);
    ck_assert_int_eq(kk_bytes_format(&file, "a,14133,2021,,1,,,,,,%020000d\n", 0), 0);
    kk_tidy_init(t);
    ck_assert_int_eq(kk_tidy_feed(t, kk_bytes_slice(&file)), 0);
    ck_assert_int_eq(kk_tidy_end(t), 0);
    ck_assert_uint_eq(t->by_reason[KK_TIDY_BAD_LONG_TEXT], 1);
    ck_assert_uint_eq(t->by_reason[KK_TIDY_BAD_LONG_RECORD], 1);
    kk_tidy_fini(t);
    free(t);
}
END_TEST

START_TEST(issues_are_capped_but_counted)
{
    struct kk_tidy *t = calloc(1, sizeof *t);

    ck_assert_ptr_nonnull(t);
    kk_tidy_init(t);
    ck_assert_int_eq(kk_tidy_feed(t, kk_slice_text(HEAD)), 0);
    for (int i = 0; i < KK_TIDY_ISSUES_MAX + 5; i++)
        ck_assert_int_eq(kk_tidy_feed(t, kk_slice_text("a,b,2020,,1,,,,,,\n")), 0);
    ck_assert_int_eq(kk_tidy_end(t), 0);
    ck_assert_uint_eq(t->issue_count, KK_TIDY_ISSUES_MAX);
    ck_assert_uint_eq(t->by_reason[KK_TIDY_BAD_AREA], KK_TIDY_ISSUES_MAX + 5);
    ck_assert_str_eq(t->issues[0].value, "b");
    kk_tidy_fini(t);
    free(t);
}
END_TEST

static int list(void *user, const struct kk_obs *row)
{
    struct kk_bytes *out = user;

    return kk_bytes_format(out, "%.*s %.*s %.*s %.*s %lld %s;", (int)row->indicator.len,
                           (const char *)row->indicator.data, (int)row->area.len,
                           (const char *)row->area.data, (int)row->breakdown.len,
                           row->breakdown.len ? (const char *)row->breakdown.data : "",
                           (int)row->period.len, (const char *)row->period.data,
                           (long long)row->value, kk_missing_text(row->missing));
}

START_TEST(rows_come_in_order)
{
    struct kk_tidy *t = calloc(1, sizeof *t);
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };

    ck_assert_ptr_nonnull(t);
    read_text(t, "\xef\xbb\xbf" HEAD "b,14133,2020,,1.5,,人,,,,\n"
                 "a,14133,2021,sex=m,-3,,人,p,,,\na,14133,2021,,,x,人,,,,\n"
                 "a,14133,2020,,0,,人,,,,\na,14131,2020,,7.1234,,人,,,,\n");
    ck_assert_uint_eq(t->issue_total, 0);
    ck_assert_int_eq(kk_tidy_each(t, list, &out), 0);
    unit_assert_slice(kk_bytes_slice(&out),
                      kk_slice_text("a 14131  2020 71234 ;a 14133  2020 0 ;a 14133  2021 0 x;"
                                    "a 14133 sex=m 2021 -30000 ;b 14133  2020 15000 ;"));
    kk_tidy_fini(t);
    free(t);
}
END_TEST

static const struct {
    const char *text;
    bool area, period, breakdown;
} notations[] = {
    { "14133", true, false, false },
    { "14133-01", true, false, false },
    { "14133-0001000", true, false, false },
    { "M1404", true, false, false },
    { "1413", false, true, false }, /* a year */
    { "14133-1", false, false, false },
    { "2020", false, true, false },
    { "FY2020", false, true, false },
    { "2020-02-29", false, true, false },
    { "2021-02-29", false, false, false },
    { "2020-10", false, true, false },
    { "2020-00", false, false, false },
    { "2020/2021", false, true, false },
    { "2021/2020", false, false, false },
    { "2020/2020-10", false, false, false },
    { "2020/", false, false, false },
    { "", false, false, true },
    { "age=65-", false, false, true },
    { "age=65-;sex=f", false, false, true },
    { "sex=f;age=65-", false, false, false },
    { "age=1;age=2", false, false, false },
    { "age=65-;", false, false, false },
    { ";age=65-", false, false, false },
    { "age=", false, false, false },
    { "Age=1", false, false, false },
    { "a=b=c", false, false, false },
    { "dim=総数", false, false, true },
};

START_TEST(notation_of_fields)
{
    struct kk_slice text = kk_slice_text(notations[_i].text);

    ck_assert_int_eq(kk_area_valid(text), notations[_i].area);
    ck_assert_int_eq(kk_period_valid(text), notations[_i].period);
    ck_assert_int_eq(kk_breakdown_valid(text), notations[_i].breakdown);
}
END_TEST

static const struct {
    const char *text;
    int64_t value;
} numbers[] = {
    { "0", 0 },
    { "-0.5", -5000 },
    { "1.2340", 12340 },
    { "57646075230342.3487", 576460752303423487 },
};

START_TEST(exact_numbers)
{
    enum kk_tidy_reason reason;
    int64_t value;

    for (size_t i = 0; i < KK_COUNT(numbers); i++) {
        ck_assert(kk_number_parse(kk_slice_text(numbers[i].text), &value, &reason));
        ck_assert_int_eq(value, numbers[i].value);
    }
    ck_assert(!kk_number_parse(kk_slice_text("57646075230342.3488"), &value, &reason));
    ck_assert(!kk_number_parse(kk_slice_text("-0"), &value, &reason));
    ck_assert(!kk_number_parse(kk_slice_text("007"), &value, &reason));
    ck_assert(!kk_number_parse(kk_slice_text("1."), &value, &reason));
    ck_assert(!kk_number_parse(kk_slice_text(".5"), &value, &reason));
    ck_assert(!kk_number_parse(kk_slice_text("+5"), &value, &reason));
    ck_assert(!kk_number_parse(kk_slice_text("-"), &value, &reason));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("tidy", &s);

    tcase_add_loop_test(c, every_reason_has_its_place, 0, (int)KK_COUNT(bad));
    tcase_add_test(c, what_is_meant_is_told);
    tcase_add_test(c, long_texts_and_records);
    tcase_add_test(c, issues_are_capped_but_counted);
    tcase_add_test(c, rows_come_in_order);
    tcase_add_loop_test(c, notation_of_fields, 0, (int)KK_COUNT(notations));
    tcase_add_test(c, exact_numbers);
    return s;
}
