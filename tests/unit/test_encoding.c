/* client/import/encoding.c: detection, and CP932 over its whole repertoire. [IM-1] */
#include "unit.h"

#include "import/encoding.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    enum kk_encoding want;
    const char *text;
} cases[] = {
    { KK_ENCODING_UTF8, "" },
    { KK_ENCODING_UTF8, "area,14133\n" },
    { KK_ENCODING_UTF8, "中原区" },
    { KK_ENCODING_UTF8_BOM, "\xef\xbb\xbf"
                            "area" },
    { KK_ENCODING_CP932, "\x92\x86\x8c\xb4\x8b\xe6\n" }, /* 中原区 */
    { KK_ENCODING_CP932, "\xb1\xb2\xb3" },               /* half-width kana */
    { KK_ENCODING_UTF16, "\xff\xfe"
                         "a" },
    { KK_ENCODING_UTF16, "\xfe\xff"
                         "a" },
    { KK_ENCODING_JIS, "a,\x1b$BCf86\x1b(B\n" },
    { KK_ENCODING_UTF8, "a,\x1b[1m\n" },                            /* an escape of a terminal */
    { KK_ENCODING_EUC_JP, "\xb9\xe2\xc4\xc5\xb6\xe8\n" },           /* 高津区 */
    { KK_ENCODING_EUC_JP, "\xb9\xe2\xc4\xc5\n" },                   /* 高津, sound as CP932 */
    { KK_ENCODING_EUC_JP, "\xb9\xac\xb6\xe8,14132\n" },            /* 幸区, */
    { KK_ENCODING_EUC_JP, "\xa4\xab\xa4\xef\xa4\xb5\xa4\xad\n" },  /* かわさき */
    { KK_ENCODING_CP932, "\xb6\xdc\xbb\xb7,\xb1\xb2\n" },          /* half-width kana, in pairs */
    { KK_ENCODING_CP932, "\x92\x86\x8c\xb4\x8b\xe6\xa1\xa2\n" },   /* 中原区 and two marks */
    { KK_ENCODING_UTF8, "川崎市中原区と多摩区\xff" }, /* damaged, not another encoding */
    { KK_ENCODING_NONE, "a\xff" },
    { KK_ENCODING_NONE, "\x92\x86\x81" }, /* half a character at the end */
};

START_TEST(encodings_are_told)
{
    enum kk_encoding got;

    ck_assert_int_eq(kk_encoding_detect(kk_slice_text(cases[_i].text), &got), 0);
    ck_assert_str_eq(kk_encoding_name(got), kk_encoding_name(cases[_i].want));
}
END_TEST

static size_t utf8_of(unsigned point, char ret[4])
{
    if (point < 0x80) {
        ret[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        ret[0] = (char)(0xc0 | point >> 6);
        ret[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    ret[0] = (char)(0xe0 | point >> 12);
    ret[1] = (char)(0x80 | (point >> 6 & 0x3f));
    ret[2] = (char)(0x80 | (point & 0x3f));
    return 3;
}

/* Some characters have two or three codes: the code may change, the character never. */
static void there_and_back(unsigned code, unsigned point)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 }, back = { 0 }, again = { 0 };
    uint8_t bytes[2] = { (uint8_t)(code >> 8), (uint8_t)code };
    struct kk_slice given = code < 0x100 ? kk_slice(bytes + 1, 1) : kk_slice(bytes, 2);
    char want[4];
    size_t stop, len = utf8_of(point, want);

    ck_assert_int_eq(kk_encoding_from_cp932(given, &text, &stop), 0);
    ck_assert_uint_eq(stop, given.len);
    unit_assert_slice(kk_bytes_slice(&text), kk_slice(want, len));
    ck_assert_int_eq(kk_encoding_to_cp932(kk_bytes_slice(&text), &back, &stop), 0);
    ck_assert_uint_eq(stop, text.len);
    ck_assert_int_eq(kk_encoding_from_cp932(kk_bytes_slice(&back), &again, &stop), 0);
    unit_assert_slice(kk_bytes_slice(&again), kk_bytes_slice(&text));
}

START_TEST(every_character_goes_there_and_back)
{
    FILE *table = fopen(getenv("KK_CP932_TABLE"), "r");
    char line[128];
    unsigned code, point, count = 0;

    ck_assert_ptr_nonnull(table);
    while (fgets(line, sizeof line, table)) {
        if (sscanf(line, "%x %x", &code, &point) != 2)
            continue;
        there_and_back(code, point);
        count++;
    }
    fclose(table);
    ck_assert_uint_eq(count, 7787);
    for (unsigned c = 1; c < 0x80; c++)
        there_and_back(c, c);
}
END_TEST

START_TEST(what_cp932_lacks_is_named)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    size_t stop;

    ck_assert_int_eq(kk_encoding_to_cp932(kk_slice_text("中原𠮷野"), &out, &stop), 0);
    ck_assert_uint_eq(stop, 6);
    unit_assert_slice(kk_bytes_slice(&out), kk_slice("\x92\x86\x8c\xb4", 4));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("encoding", &suite);

    tcase_add_loop_test(c, encodings_are_told, 0, KK_COUNT(cases));
    tcase_add_test(c, every_character_goes_there_and_back);
    tcase_add_test(c, what_cp932_lacks_is_named);
    return suite;
}
