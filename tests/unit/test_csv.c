/* client/desk/csv.c: records, quotes, line ends, byte order marks, and what is wrong with them. */
#include "unit.h"

#include "desk/csv.h"

#include <stdio.h>
#include <stdlib.h>

struct seen {
    char text[2048];
    size_t len;
};

/* "line:flaw[field|field]" for each record. */
static int note(void *user, const struct kk_csv_record *record)
{
    struct seen *s = user;

    s->len += (size_t)snprintf(s->text + s->len, sizeof s->text - s->len, "%d:%d[",
                               (int)record->line, (int)record->flaw);
    for (size_t i = 0; i < record->count; i++)
        s->len += (size_t)snprintf(s->text + s->len, sizeof s->text - s->len, "%s%.*s",
                                   i ? "|" : "", (int)record->fields[i].len,
                                   (const char *)record->fields[i].data);
    s->len += (size_t)snprintf(s->text + s->len, sizeof s->text - s->len, "]");
    return 0;
}

static const struct {
    const char *file, *want;
} cases[] = {
    { "", "" },
    { "a,b\n", "1:0[a|b]" },
    { "a,b", "1:0[a|b]" },
    { "a,b\r\nc,d\r\n", "1:0[a|b]2:0[c|d]" },
    { "a,\n", "1:0[a|]" },
    { ",", "1:0[|]" },
    { "\n\na\n\n", "3:0[a]" },
    { "\r\na\n", "2:0[a]" },
    { "\xef\xbb\xbf"
      "a\n",
      "1:0[a]" },
    { "\xef\xbb"
      "a\n",
      "1:0[\xef\xbb"
      "a]" },
    { "\xef", "1:0[\xef]" },
    { "\"a,\"\"b\"\"\",c\n", "1:0[a,\"b\"|c]" },
    { "\"a\nb\",c\nd\n", "1:0[a\nb|c]3:0[d]" },
    { "\"\"\n", "1:0[]" },
    { "a\"b\nc\n", "1:1[ab]2:0[c]" },
    { "\"a\"b,c\nd\n", "1:1[ab|c]2:0[d]" },
    { "a\n\"b", "1:0[a]2:2[b]" },
    { "a\rb\n", "1:4[ab]" },
    { "a\r", "1:4[a]" },
};

static void read_in_pieces(size_t i, size_t piece, struct seen *seen)
{
    struct kk_csv *csv = calloc(1, sizeof *csv);
    struct kk_slice all = kk_slice_text(cases[i].file);

    *seen = (struct seen){ 0 };
    ck_assert_ptr_nonnull(csv);
    kk_csv_init(csv, note, seen);
    for (size_t at = 0; at < all.len; at += piece) {
        size_t len = all.len - at < piece ? all.len - at : piece;

        ck_assert_int_eq(kk_csv_feed(csv, kk_slice(all.data + at, len)), 0);
    }
    ck_assert_int_eq(kk_csv_end(csv), 0);
    free(csv);
}

START_TEST(reads_records_in_any_pieces)
{
    struct seen seen;

    for (size_t piece = 1; piece < 20; piece++) {
        read_in_pieces((size_t)_i, piece, &seen);
        ck_assert_str_eq(seen.text, cases[_i].want);
    }
}
END_TEST

static int count_long(void *user, const struct kk_csv_record *record)
{
    unsigned *seen = user;

    *seen += record->flaw == KK_CSV_LONG;
    return 0;
}

START_TEST(a_record_has_a_bound)
{
    struct kk_csv *csv = calloc(1, sizeof *csv);
    unsigned seen = 0;

    ck_assert_ptr_nonnull(csv);
    kk_csv_init(csv, count_long, &seen);
    for (int i = 0; i <= KK_CSV_BYTES_MAX; i++)
        ck_assert_int_eq(kk_csv_feed(csv, kk_slice_text("x")), 0);
    ck_assert_int_eq(kk_csv_feed(csv, kk_slice_text("\n")), 0);
    ck_assert_uint_eq(seen, 1);
    for (int i = 0; i <= KK_CSV_FIELDS_MAX; i++)
        ck_assert_int_eq(kk_csv_feed(csv, kk_slice_text("x,")), 0);
    ck_assert_int_eq(kk_csv_end(csv), 0);
    ck_assert_uint_eq(seen, 2);
    free(csv);
}
END_TEST

static int refuse(void *user, const struct kk_csv_record *record)
{
    (void)user;
    (void)record;
    return -7;
}

START_TEST(a_refusal_ends_the_reading)
{
    struct kk_csv *csv = calloc(1, sizeof *csv);

    ck_assert_ptr_nonnull(csv);
    kk_csv_init(csv, refuse, NULL);
    ck_assert_int_eq(kk_csv_feed(csv, kk_slice_text("a\nb\n")), -7);
    free(csv);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("csv", &s);

    tcase_add_loop_test(c, reads_records_in_any_pieces, 0, (int)KK_COUNT(cases));
    tcase_add_test(c, a_record_has_a_bound);
    tcase_add_test(c, a_refusal_ends_the_reading);
    return s;
}
