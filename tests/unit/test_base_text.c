/* Hexadecimal, fingerprints, and UTF-8 at each of its edges. */
#include "unit.h"

#include "kukyoku/base/text.h"

#include <stdio.h>

START_TEST(hexadecimal)
{
    uint8_t all[256], back[256];
    char text[513];

    for (unsigned i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    kk_hex_encode(kk_slice(all, 256), text);
    ck_assert_uint_eq(strlen(text), 512);
    ck_assert(strncmp(text, "000102", 6) == 0);
    ck_assert(kk_hex_decode(text, back, 256));
    ck_assert_mem_eq(back, all, 256);
    ck_assert(kk_hex_decode("aBCdeF", back, 3));
    ck_assert_mem_eq(back, "\xab\xcd\xef", 3);
    ck_assert(kk_hex_decode("", back, 0));
}
END_TEST

START_TEST(no_hexadecimal)
{
    static const char *const bad[] = { "0", "000", "0g", "g0", " 0", "0:", "/0", "@0", "`0" };
    uint8_t kept = 0x5a;

    for (size_t i = 0; i < KK_COUNT(bad); i++)
        ck_assert(!kk_hex_decode(bad[i], &kept, 1));
    ck_assert_uint_eq(kept, 0x5a);
}
END_TEST

/* Against base32 of Python's base64 module, lower case. */
START_TEST(fingerprints)
{
    char text[KK_FINGERPRINT_TEXT];
    uint8_t id[16];

    ck_assert(kk_hex_decode("00070e151c232a31383f000000000000", id, 16));
    kk_fingerprint(kk_slice(id, 16), text);
    ck_assert_str_eq(text, "aadq-4fi4-emvd");
    memset(id, 0xff, sizeof(id));
    kk_fingerprint(kk_slice(id, 8), text);
    ck_assert_str_eq(text, "7777-7777-7777");
}
END_TEST

static const struct {
    const char *bytes;
    size_t len;
    bool valid;
} texts[] = {
    { "", 0, true },
    { "\x01\x7f", 2, true },
    { "\x00", 1, false },
    { "a\x00", 2, false },
    { "\xc2\x80", 2, true },
    { "\xdf\xbf", 2, true },
    { "\xc1\xbf", 2, false }, /* overlong */
    { "\xc0\x80", 2, false },
    { "\xe0\xa0\x80", 3, true },
    { "\xe0\x9f\xbf", 3, false }, /* overlong */
    { "\xed\x9f\xbf", 3, true },
    { "\xed\xa0\x80", 3, false }, /* surrogates */
    { "\xed\xbf\xbf", 3, false },
    { "\xee\x80\x80", 3, true },
    { "\xef\xbf\xbf", 3, true },
    { "\xf0\x90\x80\x80", 4, true },
    { "\xf0\x8f\xbf\xbf", 4, false }, /* overlong */
    { "\xf4\x8f\xbf\xbf", 4, true },
    { "\xf4\x90\x80\x80", 4, false }, /* past U+10FFFF */
    { "\xf5\x80\x80\x80", 4, false },
    { "\xf8\x88\x80\x80\x80", 5, false },
    { "\xff", 1, false },
    { "\x80", 1, false },
    { "\xbf", 1, false },
    { "\xe5\x8c", 2, false }, /* cut */
    { "\xe5\x8c\xba\xe5", 4, false },
    { "\xe5\x8c\x41", 3, false },
    { "\xf0\xa0\xae\x41", 4, false },
    { "\xc2\xc2", 2, false },
};

/* [EN-8] */
START_TEST(utf8)
{
    ck_assert_msg(kk_utf8_valid(kk_slice(texts[_i].bytes, texts[_i].len)) == texts[_i].valid,
                  "text %d", _i);
}
END_TEST

/* Every code point there is, and none that is not. */
START_TEST(utf8_whole)
{
    for (uint32_t c = 0x800; c <= 0xffff; c++) {
        uint8_t b[3] = { (uint8_t)(0xe0 | c >> 12), (uint8_t)(0x80 | (c >> 6 & 0x3f)),
                         (uint8_t)(0x80 | (c & 0x3f)) };
        bool surrogate = c >= 0xd800 && c <= 0xdfff;

        if (kk_utf8_valid(kk_slice(b, 3)) == surrogate)
            ck_abort_msg("U+%04X", (unsigned)c);
    }
}
END_TEST

static const struct {
    int64_t value;
    unsigned decimals;
    const char *want;
} decimals[] = {
    { 0, 4, "0" },           { 12345, 0, "12345" },      { 12345, 4, "1.2345" },
    { -10500, 4, "-1.05" },  { 70000, 4, "7" },          { -1, 4, "-0.0001" },
    { INT64_MAX, 4, "922337203685477.5807" },            { INT64_MIN, 0, "-9223372036854775808" },
};

START_TEST(decimal)
{
    char text[KK_DECIMAL_TEXT];

    kk_decimal_text(decimals[_i].value, decimals[_i].decimals, text);
    ck_assert_str_eq(text, decimals[_i].want);
}
END_TEST

START_TEST(distances)
{
    char longer[KK_DISTANCE_MAX + 2];

    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    ck_assert_uint_eq(kk_text_distance(kk_slice_text(""), kk_slice_text("")), 0);
    ck_assert_uint_eq(kk_text_distance(kk_slice_text("abc"), kk_slice_text("")), 3);
    ck_assert_uint_eq(kk_text_distance(kk_slice_text("list"), kk_slice_text("lsit")), 1);
    ck_assert_uint_eq(kk_text_distance(kk_slice_text("kitten"), kk_slice_text("sitting")), 3);
    ck_assert_uint_eq(kk_text_distance(kk_slice_text(longer), kk_slice_text(longer)),
                      KK_DISTANCE_MAX);
}
END_TEST

/* One of each length, the edges of what is for private use, and a text that is cut. */
START_TEST(code_points)
{
    static const uint32_t want[] = { 'a', 0xe9, 0x533a, 0xe000, 0xf8ff, 0x20bb7, 0x10fffd };
    struct kk_slice text = kk_slice_text("aé区\xee\x80\x80\xef\xa3\xbf𠮷\xf4\x8f\xbf\xbd");
    struct kk_slice cut = kk_slice("\xe5\x8c", 2);

    for (size_t i = 0; i < KK_COUNT(want); i++)
        ck_assert_uint_eq(kk_utf8_take(&text), want[i]);
    ck_assert_uint_eq(text.len, 0);
    kk_ignore((int)kk_utf8_take(&cut)); /* whatever it is: it ends there */
    ck_assert_uint_eq(cut.len, 0);
}
END_TEST

static const struct {
    const char *text;
    bool holds;
} privates[] = {
    { "", false },
    { "区局 é 𠮷 髙﨑", false },
    { "区\xee\x80\x80", true },        /* U+E000 */
    { "\xef\xa3\xbf局", true },        /* U+F8FF */
    { "\xed\x9f\xbf", false },         /* U+D7FF */
    { "\xef\xa4\x80", false },         /* U+F900 */
    { "\xf3\xb0\x80\x80", true },      /* U+F0000 */
    { "\xf3\xbf\xbf\xbe", false },     /* U+FFFFE */
    { "\xf4\x8f\xbf\xbd", true },      /* U+10FFFD */
    { "\xf3\xa0\x84\x80", false },     /* U+E0100, a variation selector */
};

START_TEST(private_use)
{
    ck_assert(kk_utf8_private(kk_slice_text(privates[_i].text)) == privates[_i].holds);
}
END_TEST

static const struct {
    const char *text, *mended;
} cuts[] = {
    { "", "" },
    { "区局", "区局" },
    { "区\xe5\xb1", "区" },              /* cut */
    { "\xe5\xb1区\xff", "区" },          /* and before */
    { "a\x1b[31m\nb\x7f", "a?[31m?b?" }, /* nothing reaches a terminal */
    { "\xed\xa0\x80x", "x" },
};

START_TEST(mended)
{
    char text[32];

    snprintf(text, sizeof(text), "%s", cuts[_i].text);
    kk_utf8_mend(text);
    ck_assert_str_eq(text, cuts[_i].mended);
}
END_TEST

static const char *name_at(const void *list, size_t i)
{
    return ((const char *const *)list)[i];
}

START_TEST(nearest)
{
    static const char *const names[] = { "build", "approve", "publish", "list", "健康", NULL };

    ck_assert_str_eq(kk_text_nearest("biuld", name_at, names), "build");
    ck_assert_str_eq(kk_text_nearest("aprove", name_at, names), "approve");
    ck_assert_str_eq(kk_text_nearest("lst", name_at, names), "list");
    ck_assert_str_eq(kk_text_nearest("健庶", name_at, names), "健康");
    ck_assert_ptr_null(kk_text_nearest("transfer", name_at, names));
    ck_assert_ptr_null(kk_text_nearest("", name_at, names));
}
END_TEST

START_TEST(line_by_line)
{
    struct kk_slice rest = kk_slice_text("a\n\nbc"), line;

    ck_assert(kk_text_line(&rest, &line) && kk_slice_is(line, "a"));
    ck_assert(kk_text_line(&rest, &line) && kk_slice_is(line, ""));
    ck_assert(kk_text_line(&rest, &line) && kk_slice_is(line, "bc"));
    ck_assert(!kk_text_line(&rest, &line));
    ck_assert_uint_eq(line.len, 0);
    rest = kk_slice_text("a\n");
    ck_assert(kk_text_line(&rest, &line) && kk_slice_is(line, "a"));
    ck_assert(!kk_text_line(&rest, &line));
    rest = kk_slice(NULL, 0);
    ck_assert(!kk_text_line(&rest, &line));
}
END_TEST

START_TEST(a_tail_has_something_before_it)
{
    ck_assert(kk_text_ends("w-14133.db", ".db"));
    ck_assert(!kk_text_ends(".db", ".db"));
    ck_assert(!kk_text_ends("db", ".db"));
    ck_assert(!kk_text_ends("w.db-wal", ".db"));
    ck_assert(!kk_text_ends("", ".db"));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("base_text", &suite);

    tcase_add_test(tcase, hexadecimal);
    tcase_add_test(tcase, no_hexadecimal);
    tcase_add_test(tcase, fingerprints);
    tcase_add_loop_test(tcase, utf8, 0, (int)KK_COUNT(texts));
    tcase_add_test(tcase, utf8_whole);
    tcase_add_test(tcase, code_points);
    tcase_add_loop_test(tcase, mended, 0, (int)KK_COUNT(cuts));
    tcase_add_loop_test(tcase, private_use, 0, (int)KK_COUNT(privates));
    tcase_add_test(tcase, distances);
    tcase_add_test(tcase, nearest);
    tcase_add_loop_test(tcase, decimal, 0, (int)KK_COUNT(decimals));
    tcase_add_test(tcase, line_by_line);
    tcase_add_test(tcase, a_tail_has_something_before_it);
    return suite;
}
