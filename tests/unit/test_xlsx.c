/* client/import/xlsx_value.c, xlsx_sheet.c: numbers, dates and places of workbooks. [IM-7] */
#include "unit.h"

#include "import/xlsx_in.h"

static const struct {
    const char *raw, *text; /* NULL: none */
} numbers[] = {
    { "0", "0" },
    { "-0", "0" },
    { "263000", "263000" },
    { "0.30000000000000004", "0.3" },
    { "1.1000000000000001", "1.1" },
    { "1E-4", "0.0001" },
    { "1.5E+3", "1500" },
    { "123456789012345", "123456789012345" },
    { "1e15", "1000000000000000" },
    { "100", "100" },
    { "-12.50", "-12.5" },
    { "1e30", NULL },
    { "nan", NULL },
    { "1 ", NULL },
    { "", NULL },
};

START_TEST(numbers_as_they_are_shown)
{
    char text[KK_XLSX_NUMBER];
    bool good = kk_xlsx_number(numbers[_i].raw, text);

    ck_assert_int_eq(good, numbers[_i].text != NULL);
    if (good)
        ck_assert_str_eq(text, numbers[_i].text);
}
END_TEST

static const struct {
    const char *serial;
    bool from_1904;
    const char *text;
} dates[] = {
    { "1", false, "1900-01-01" },
    { "59", false, "1900-02-28" },
    { "60", false, NULL }, /* a day that never was */
    { "61", false, "1900-03-01" },
    { "46023", false, "2026-01-01" },
    { "43952", false, "2020-05-01" },
    { "43952.5", false, "2020-05-01T12:00" },
    { "43952.999999", false, "2020-05-02" }, /* a minute is the finest that is shown */
    { "42490", true, "2020-05-01" },
    { "2958465", false, "9999-12-31" },
    { "2958466", false, NULL },
    { "0", false, NULL },
    { "-1", false, NULL },
    { "x", false, NULL },
};

START_TEST(serial_days)
{
    char text[KK_XLSX_NUMBER];
    bool good = kk_xlsx_date(dates[_i].serial, dates[_i].from_1904, text);

    ck_assert_int_eq(good, dates[_i].text != NULL);
    if (good)
        ck_assert_str_eq(text, dates[_i].text);
}
END_TEST

static const struct {
    const char *code;
    bool dates;
} formats[] = {
    { "General", false },
    { "#,##0", false },
    { "0.00E+00", false },
    { "[Red]#,##0", false },
    { "0\"days\"", false },
    { "0_d", false },
    { "\\d0", false },
    { "yyyy/m/d", true },
    { "[$-411]ggge\"年\"m\"月\"d\"日\"", true },
    { "[h]:mm", true },
};

START_TEST(formats_that_show_dates)
{
    ck_assert_int_eq(kk_xlsx_format_dates(formats[_i].code), formats[_i].dates);
}
END_TEST

START_TEST(places)
{
    static const struct {
        unsigned column;
        const char *name;
    } wanted[] = { { 1, "A7" }, { 26, "Z7" }, { 27, "AA7" }, { 702, "ZZ7" }, { 16384, "XFD7" } };
    char name[KK_XLSX_CELL];

    for (size_t i = 0; i < KK_COUNT(wanted); i++) {
        kk_xlsx_cell_name(7, wanted[i].column, name);
        ck_assert_str_eq(name, wanted[i].name);
    }
    ck_assert(kk_xlsx_builtin_dates(14) && kk_xlsx_builtin_dates(57));
    ck_assert(!kk_xlsx_builtin_dates(0) && !kk_xlsx_builtin_dates(49));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("xlsx", &suite);

    tcase_add_loop_test(c, numbers_as_they_are_shown, 0, (int)KK_COUNT(numbers));
    tcase_add_loop_test(c, serial_days, 0, (int)KK_COUNT(dates));
    tcase_add_loop_test(c, formats_that_show_dates, 0, (int)KK_COUNT(formats));
    tcase_add_test(c, places);
    return suite;
}
