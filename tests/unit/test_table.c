/* client/view/table.c: columns align by East Asian width; numbers; nothing moves the cursor. */
#include "unit.h"

#include "view/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <uniwidth.h>

static char *printed(struct kk_table *t)
{
    char *text = NULL;
    size_t len;
    FILE *file = open_memstream(&text, &len);
    struct kk_out out = { .data = file, .talk = file };

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(kk_table_print(t, &out), 0);
    fclose(file);
    kk_table_fini(t);
    return text;
}

START_TEST(wide_and_narrow_characters_align)
{
    struct kk_table t = { 0 };

    kk_table_column(&t, "地域", KK_ALIGN_LEFT);
    kk_table_column(&t, "人口", KK_ALIGN_RIGHT);
    kk_table_column(&t, "注", KK_ALIGN_LEFT);
    kk_table_cell(&t, "中原区");
    kk_table_cell(&t, "263,785");
    kk_table_cell(&t, "①");
    kk_table_cell(&t, "ﾅｶﾊﾗ");
    kk_table_cell(&t, "x");
    kk_table_cell(&t, "");
    kk_table_cell(&t, "Ⅲ—a");
    kk_table_cell(&t, "−");
    kk_table_cell(&t, "b");
    char *text = printed(&t);
    ck_assert_str_eq(text, "地域       人口  注\n"
                           "中原区  263,785  ①\n"
                           "ﾅｶﾊﾗ          x\n"
                           "Ⅲ—a        −  b\n");
    free(text);
}
END_TEST

START_TEST(widths)
{
    ck_assert_int_eq(kk_text_width("①Ⅲ—"), 6);
    ck_assert_int_eq(kk_text_width("ｶﾅ"), 2);
    ck_assert_int_eq(kk_text_width("区局"), 4);
    ck_assert_int_eq(kk_text_width("aカなー漢1"), 10);
    ck_assert_int_eq(kk_text_width("か\u3099ｶ"), 3); /* a mark that stands on the letter before */
    ck_assert_int_eq(kk_text_width("abc"), 3);
}
END_TEST

/* What is known without a look-up is what libunistring would say. */
START_TEST(widths_of_three_bytes)
{
    for (unsigned code = 0x800; code < 0x10000; code++) {
        const char text[] = { (char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3f)),
                              (char)(0x80 | (code & 0x3f)), 0 };

        if (code < 0xd800 || code > 0xdfff)
            ck_assert_int_eq(kk_text_width(text),
                             u8_strwidth((const uint8_t *)text, "EUC-JP"));
    }
}
END_TEST

START_TEST(control_characters_become_spaces)
{
    struct kk_table t = { 0 };

    kk_table_column(&t, "a", KK_ALIGN_LEFT);
    for (int i = 0; i < 2; i++)
        kk_table_cell(&t, "x\033[2J\ny");
    char *text = printed(&t);
    ck_assert_str_eq(text, "a\nx [2J y\nx [2J y\n");
    free(text);
}
END_TEST

static void name_cell(struct kk_table *t, const char *key, const char *name, size_t *made)
{
    if (kk_table_again(t, kk_slice_text(key)))
        return;
    *made += 1;
    kk_table_cell(t, name);
}

/* A key of one column says nothing of another. */
START_TEST(a_name_is_made_once)
{
    struct kk_table t = { 0 };
    size_t made = 0;

    kk_table_column(&t, "a", KK_ALIGN_LEFT);
    kk_table_column(&t, "b", KK_ALIGN_RIGHT);
    for (int i = 0; i < 3; i++) {
        name_cell(&t, "2019", "令和元年", &made);
        name_cell(&t, "2019", "x", &made);
        name_cell(&t, "2020", "令和2年", &made);
        name_cell(&t, "", "", &made);
    }
    ck_assert_uint_eq(made, 4);
    char *text = printed(&t);
    ck_assert_str_eq(text, "a         b\n"
                           "令和元年  x\n令和2年\n"
                           "令和元年  x\n令和2年\n"
                           "令和元年  x\n令和2年\n");
    free(text);
}
END_TEST

/* However many keys there are, each has its own name in each column. */
START_TEST(names_are_not_mixed_up)
{
    struct kk_table t = { 0 };
    char key[16], name[32], *text, *at;
    size_t made = 0;

    for (int c = 0; c < KK_TABLE_COLUMNS_MAX; c++)
        kk_table_column(&t, "", KK_ALIGN_LEFT);
    kk_table_reserve(&t, 10);
    for (int i = 0; i < 300 * KK_TABLE_COLUMNS_MAX; i++) {
        snprintf(key, sizeof key, "k%d", i / KK_TABLE_COLUMNS_MAX / 4);
        snprintf(name, sizeof name, "%s,%d", key, i % KK_TABLE_COLUMNS_MAX);
        name_cell(&t, key, name, &made);
    }
    ck_assert_uint_lt(made, t.count);
    text = at = printed(&t);
    for (int i = 0; i < 300 * KK_TABLE_COLUMNS_MAX; i++) {
        snprintf(name, sizeof name, "k%d,%d", i / KK_TABLE_COLUMNS_MAX / 4,
                 i % KK_TABLE_COLUMNS_MAX);
        at += strspn(at, " \n");
        ck_assert_uint_eq(strcspn(at, " \n"), strlen(name));
        ck_assert_int_eq(strncmp(at, name, strlen(name)), 0);
        at += strlen(name);
    }
    free(text);
}
END_TEST

START_TEST(an_empty_table_says_so)
{
    struct kk_table t = { 0 };

    kk_table_column(&t, "a", KK_ALIGN_LEFT);
    kk_table_column(&t, "", KK_ALIGN_LEFT);
    char *text = printed(&t);
    ck_assert_str_eq(text, "a\n（該当なし）\n");
    free(text);
}
END_TEST

static const struct {
    int64_t value;
    unsigned decimals;
    const char *want;
} numbers[] = {
    { 0, 0, "0" },
    { 999, 0, "999" },
    { 1000, 0, "1,000" },
    { -1234567, 0, "-1,234,567" },
    { 12345678, 4, "1,234.5678" },
    { 12300, 4, "1.23" },
    { -5, 4, "-0.0005" },
    { 10000000, 4, "1,000" },
    { INT64_MIN, 0, "-9,223,372,036,854,775,808" },
};

START_TEST(numbers_with_thousands)
{
    char text[KK_NUMBER_TEXT];

    kk_number_text(numbers[_i].value, numbers[_i].decimals, text);
    ck_assert_str_eq(text, numbers[_i].want);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("table", &s);

    tcase_add_test(c, wide_and_narrow_characters_align);
    tcase_add_test(c, widths);
    tcase_add_test(c, widths_of_three_bytes);
    tcase_add_test(c, control_characters_become_spaces);
    tcase_add_test(c, a_name_is_made_once);
    tcase_add_test(c, names_are_not_mixed_up);
    tcase_add_test(c, an_empty_table_says_so);
    tcase_add_loop_test(c, numbers_with_thousands, 0, (int)KK_COUNT(numbers));
    return s;
}
