/* Heads: every code byte, and for each width the last number that is too small for it. */
#include "unit.h"

#include "kukyoku/base/text.h"

#include "head.h"

/* Each of the 256 first bytes, followed by enough zeros: what it says alone. [EN-1] [EN-2] */
START_TEST(every_code)
{
    unsigned kinds[KK_VALUE_END + 1] = { 0 }, refused = 0;

    for (unsigned code = 0; code < 256; code++) {
        uint8_t bytes[9] = { (uint8_t)code, 0xff, 0xff, 0, 0, 0, 0, 0, 0 };
        struct kk_head h = { .kind = KK_VALUE_END };

        if (kk_head_read(kk_slice(bytes, 9), &h) == KK_FORM_OK)
            kinds[h.kind]++;
        else
            refused++;
    }
    ck_assert_uint_eq(kinds[KK_VALUE_NIL], 1);
    ck_assert_uint_eq(kinds[KK_VALUE_BOOL], 2);
    ck_assert_uint_eq(kinds[KK_VALUE_BYTES], 3);
    ck_assert_uint_eq(kinds[KK_VALUE_TEXT], 32 + 3);
    ck_assert_uint_eq(kinds[KK_VALUE_ARRAY], 16 + 2);
    ck_assert_uint_eq(kinds[KK_VALUE_MAP], 16 + 2);
    /* fixed: 128 and 32; cc cd ce fit, cf is past int64; d0 and d1 hold -1, too long; d2, d3 fit */
    ck_assert_uint_eq(kinds[KK_VALUE_INT], 160 + 3 + 2);
    ck_assert_uint_eq(kinds[KK_VALUE_END], 0);
    ck_assert_uint_eq(refused, 256 - 1 - 2 - 3 - 35 - 18 - 18 - 165);
}
END_TEST

static const struct {
    const char *hex;
    enum kk_value_kind kind;
    int64_t value;
} edges[] = {
    { "7f", KK_VALUE_INT, 127 },
    { "cc80", KK_VALUE_INT, 128 },
    { "ccff", KK_VALUE_INT, 255 },
    { "cd0100", KK_VALUE_INT, 256 },
    { "cdffff", KK_VALUE_INT, 65535 },
    { "ce00010000", KK_VALUE_INT, 65536 },
    { "ceffffffff", KK_VALUE_INT, UINT32_MAX },
    { "cf0000000100000000", KK_VALUE_INT, (int64_t)UINT32_MAX + 1 },
    { "cf7fffffffffffffff", KK_VALUE_INT, INT64_MAX },
    { "e0", KK_VALUE_INT, -32 },
    { "ff", KK_VALUE_INT, -1 },
    { "d0df", KK_VALUE_INT, -33 },
    { "d080", KK_VALUE_INT, -128 },
    { "d1ff7f", KK_VALUE_INT, -129 },
    { "d18000", KK_VALUE_INT, -32768 },
    { "d2ffff7fff", KK_VALUE_INT, -32769 },
    { "d280000000", KK_VALUE_INT, INT32_MIN },
    { "d3ffffffff7fffffff", KK_VALUE_INT, (int64_t)INT32_MIN - 1 },
    { "d38000000000000000", KK_VALUE_INT, INT64_MIN },
    { "c2", KK_VALUE_BOOL, 0 },
    { "c3", KK_VALUE_BOOL, 1 },
    { "bf", KK_VALUE_TEXT, 31 },
    { "d920", KK_VALUE_TEXT, 32 },
    { "da0100", KK_VALUE_TEXT, 256 },
    { "db00010000", KK_VALUE_TEXT, 65536 },
    { "c400", KK_VALUE_BYTES, 0 },
    { "c50100", KK_VALUE_BYTES, 256 },
    { "c600010000", KK_VALUE_BYTES, 65536 },
    { "9f", KK_VALUE_ARRAY, 15 },
    { "dc0010", KK_VALUE_ARRAY, 16 },
    { "dd00010000", KK_VALUE_ARRAY, 65536 },
    { "8f", KK_VALUE_MAP, 15 },
    { "de0010", KK_VALUE_MAP, 16 },
    { "df00010000", KK_VALUE_MAP, 65536 },
};

/* The least value of each form is read; the head cut short is SHORT. [EN-3] */
START_TEST(least_values)
{
    uint8_t bytes[16] = { 0 };
    size_t len = strlen(edges[_i].hex) / 2;
    struct kk_head h;

    ck_assert(kk_hex_decode(edges[_i].hex, bytes, len));
    ck_assert_int_eq(kk_head_read(kk_slice(bytes, len), &h), KK_FORM_OK);
    ck_assert_int_eq(h.kind, edges[_i].kind);
    ck_assert_int_eq(h.value, edges[_i].value);
    ck_assert_uint_eq(h.size, len);
    for (size_t cut = 0; cut < len; cut++)
        ck_assert_int_eq(kk_head_read(kk_slice(bytes, cut), &h), KK_FORM_SHORT);
}
END_TEST

START_TEST(one_less_is_too_long)
{
    static const char *const longer[] = {
        "cc7f",
        "cd00ff",
        "ce0000ffff",
        "cf00000000ffffffff",
        "cf8000000000000000",
        "d0e0",
        "d07f",
        "d1ff80",
        "d10001",
        "d2ffff8000",
        "d200000001",
        "d3ffffffff80000000",
        "d30000000000000001",
        "d91f",
        "da00ff",
        "db0000ffff",
        "c500ff",
        "c60000ffff",
        "dc000f",
        "dd0000ffff",
        "de000f",
        "df0000ffff",
    };
    struct kk_head h;

    for (size_t i = 0; i < KK_COUNT(longer); i++) {
        uint8_t bytes[16];
        size_t len = strlen(longer[i]) / 2;

        ck_assert(kk_hex_decode(longer[i], bytes, len));
        ck_assert_msg(kk_head_read(kk_slice(bytes, len), &h) == KK_FORM_NONCANON, "%s", longer[i]);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("wire_head", &suite);

    tcase_add_test(tcase, every_code);
    tcase_add_loop_test(tcase, least_values, 0, (int)KK_COUNT(edges));
    tcase_add_test(tcase, one_less_is_too_long);
    return suite;
}
