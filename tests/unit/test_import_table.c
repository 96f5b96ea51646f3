/* client/import/table.c: encodings, separators and notations of whole files. [IM-1] [IM-4] */
#include "unit.h"

#include "import/table.h"

#include <stdlib.h>

#define HEAD "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"

static struct kk_tidy *tidy;
static struct kk_table_sum sum;
static struct kk_grid grid;
static struct kk_error err;

static int read_bytes(struct kk_slice file)
{
    tidy = calloc(1, sizeof *tidy);
    ck_assert_ptr_nonnull(tidy);
    kk_tidy_init(tidy);
    const struct kk_grid_options options = { .path = "t.csv" };
    int r = kk_grid_open(file, &options, &grid, &err);

    return r < 0 ? r : kk_table_read(&grid, &(struct kk_table_options){ .mapping = NULL }, tidy,
                                 &sum, NULL);
}

static void done(void)
{
    kk_tidy_fini(tidy);
    kk_grid_fini(&grid);
    free(tidy);
}

static int is_wanted(void *user, const struct kk_obs *row)
{
    ck_assert_int_eq(row->value, -12340000);
    unit_assert_slice(row->period, kk_slice_text("2025-04-01"));
    unit_assert_slice(row->unit, kk_slice_text("人"));
    ++*(int *)user;
    return 0;
}

#define ROW(S, UNIT) "a" S "14133" S "R7.4.1" S S "\"△1,234\"" S S UNIT S S S S "\n"
#define HEAD_BY(S)                                                                                \
    "indicator" S "area" S "period" S "breakdown" S "value" S "missing" S "unit" S "status" S     \
    "method" S "source" S "note\n"
static const struct {
    enum kk_encoding encoding;
    char separator;
    const char *file;
} files[] = {
    { KK_ENCODING_UTF8, ',', HEAD ROW(",", "人") },
    { KK_ENCODING_UTF8_BOM, ',', "\xef\xbb\xbf" HEAD ROW(",", "人") },
    { KK_ENCODING_UTF8, '\t', HEAD_BY("\t") ROW("\t", "人") },
    { KK_ENCODING_UTF8, ';', HEAD_BY(";") ROW(";", "人") },
};

static void one_row(enum kk_encoding encoding, char separator)
{
    int rows = 0;

    ck_assert_str_eq(kk_encoding_name(grid.text.encoding), kk_encoding_name(encoding));
    ck_assert_int_eq(grid.separator, separator);
    ck_assert_uint_eq(sum.rewritten, 2);
    ck_assert_uint_eq(tidy->issue_total, 0);
    ck_assert_int_eq(kk_tidy_each(tidy, is_wanted, &rows), 0);
    ck_assert_int_eq(rows, 1);
    done();
}

START_TEST(one_file_in_many_dresses)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes cp932 = { 0 };
    size_t stop;

    ck_assert_int_eq(read_bytes(kk_slice_text(files[_i].file)), 0);
    one_row(files[_i].encoding, files[_i].separator);
    if (files[_i].encoding == KK_ENCODING_UTF8_BOM)
        return;
    ck_assert_int_eq(kk_encoding_to_cp932(kk_slice_text(files[_i].file), &cp932, &stop), 0);
    ck_assert_int_eq(read_bytes(kk_bytes_slice(&cp932)), 0);
    one_row(KK_ENCODING_CP932, files[_i].separator);
}
END_TEST

START_TEST(what_is_not_plain_stays_refused)
{
    ck_assert_int_eq(read_bytes(kk_slice_text(HEAD "a,14133,2020,,12人,,,,,,\n"
                                                   "a,14133,H31.5.1,,1,,,,,,\n"
                                                   "a,14133,2021,,,,,,,,\n")),
                     0);
    ck_assert_uint_eq(tidy->issue_total, 3);
    ck_assert_uint_eq(tidy->by_reason[KK_TIDY_BAD_SUFFIX], 1);
    ck_assert_uint_eq(tidy->by_reason[KK_TIDY_BAD_ERA], 1);
    ck_assert_uint_eq(tidy->by_reason[KK_TIDY_BAD_NEITHER], 1);
    ck_assert_str_eq(tidy->issues[1].value, "H31.5.1");
    ck_assert_uint_eq(tidy->issues[1].line, 3);
    done();
}
END_TEST

START_TEST(no_encoding_is_guessed)
{
    ck_assert_int_eq(read_bytes(kk_slice_text("\xff\xfe"
                                              "a")),
                     KK_E_ENCODING);
    done();
    ck_assert_int_eq(read_bytes(kk_slice_text(HEAD "a\xff\n")), KK_E_ENCODING);
    ck_assert_str_eq(err.where, "t.csv:2");
    done();
}
END_TEST

START_TEST(an_empty_file_has_no_header)
{
    ck_assert_int_eq(read_bytes(kk_slice_text("")), 0);
    ck_assert_uint_eq(tidy->by_reason[KK_TIDY_BAD_HEADER], 1);
    done();
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("import_table", &suite);

    tcase_add_loop_test(c, one_file_in_many_dresses, 0, KK_COUNT(files));
    tcase_add_test(c, what_is_not_plain_stays_refused);
    tcase_add_test(c, no_encoding_is_guessed);
    tcase_add_test(c, an_empty_file_has_no_header);
    return suite;
}
