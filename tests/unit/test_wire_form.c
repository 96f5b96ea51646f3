/* The form gate: each refusal at its place, the edges of counts and depth, and every cut. */
#include "unit.h"

#include "kukyoku/base/bytes.h"
#include "kukyoku/base/text.h"
#include "kukyoku/limits.h"
#include "kukyoku/wire/form.h"
#include "kukyoku/wire/packer.h"

/* [EN-1] … [EN-9] */
static const struct {
    const char *hex;
    enum kk_form form;
    size_t at;
} cases[] = {
    { "c0", KK_FORM_OK, 0 },
    { "a3e58cba", KK_FORM_OK, 0 },
    { "82000102c0", KK_FORM_OK, 0 },
    { "81cf7fffffffffffffff00", KK_FORM_OK, 0 },
    { "d38000000000000000", KK_FORM_OK, 0 },
    { "", KK_FORM_SHORT, 0 },
    { "c4", KK_FORM_SHORT, 0 },
    { "c40201", KK_FORM_SHORT, 0 },
    { "92c0a261", KK_FORM_SHORT, 2 },
    { "cd01", KK_FORM_SHORT, 0 },
    { "c0c0", KK_FORM_TRAILING, 1 },
    { "9000", KK_FORM_TRAILING, 1 },
    { "cc7f", KK_FORM_NONCANON, 0 },
    { "92c0d0e0", KK_FORM_NONCANON, 2 },
    { "d91f00", KK_FORM_NONCANON, 0 },
    { "dc000f", KK_FORM_NONCANON, 0 },
    { "cf8000000000000000", KK_FORM_NONCANON, 0 },
    { "c1", KK_FORM_FORBIDDEN, 0 },
    { "91ca00000000", KK_FORM_FORBIDDEN, 1 },
    { "cb0000000000000000", KK_FORM_FORBIDDEN, 0 },
    { "d40100", KK_FORM_FORBIDDEN, 0 },
    { "c70001", KK_FORM_FORBIDDEN, 0 },
    { "9191919191919190", KK_FORM_OK, 0 },
    { "919191919191919190", KK_FORM_DEPTH, 8 },
    { "92c0", KK_FORM_COUNT, 0 },
    { "8100", KK_FORM_COUNT, 0 },
    { "dd0fffffff", KK_FORM_COUNT, 0 },
    { "dfffffffff", KK_FORM_COUNT, 0 },
    { "dd7fffffffdd7fffffffc0", KK_FORM_COUNT, 0 },
    { "9392c0c0c0", KK_FORM_COUNT, 1 }, /* each count fits alone, their sum does not */
    { "81c000", KK_FORM_KEY, 1 },
    { "81ff00", KK_FORM_KEY, 1 },
    { "81a16100", KK_FORM_KEY, 1 },
    { "8201000100", KK_FORM_KEY, 3 },
    { "8202000100", KK_FORM_KEY, 3 },
    { "819000", KK_FORM_KEY, 1 },
    { "a180", KK_FORM_UTF8, 0 },
    { "a100", KK_FORM_UTF8, 0 },
    { "a3eda080", KK_FORM_UTF8, 0 },
    { "91a2c080", KK_FORM_UTF8, 1 },
};

START_TEST(verdicts)
{
    uint8_t bytes[64];
    size_t len = strlen(cases[_i].hex) / 2, at = 0;

    ck_assert(kk_hex_decode(cases[_i].hex, bytes, len));
    ck_assert_msg(kk_form_check(kk_slice(bytes, len), &at) == cases[_i].form, "%s: not %s",
                  cases[_i].hex, kk_form_name(cases[_i].form));
    ck_assert_uint_eq(at, cases[_i].at);
    /* the place may be left out */
    ck_assert(kk_form_check(kk_slice(bytes, len), NULL) == cases[_i].form);
}
END_TEST

/* Depth counts arrays and maps alike, also where the innermost is empty. [EN-6] */
START_TEST(depth)
{
    for (size_t deep = 1; deep <= KK_FORM_DEPTH_MAX + 2; deep++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };

        for (size_t i = 1; i < deep; i++) {
            ck_assert_int_eq(i % 2 ? kk_pack_array(&b, 1) : kk_pack_map(&b, 1), 0);
            if (i % 2 == 0)
                ck_assert_int_eq(kk_pack_int(&b, 7), 0);
        }
        ck_assert_int_eq(kk_pack_array(&b, 0), 0);
        ck_assert(kk_form_check(kk_bytes_slice(&b), NULL) ==
                  (deep <= KK_FORM_DEPTH_MAX ? KK_FORM_OK : KK_FORM_DEPTH));
    }
}
END_TEST

/* A value cut anywhere is refused, and so is one with a byte more. [EN-5] [EN-7] */
START_TEST(every_cut)
{
    static const char hex[] = "940582010a4095a3e58cbac403010203cd0123d1ff00c3d920"
                              "61616161616161616161616161616161"
                              "61616161616161616161616161616161c0";
    uint8_t bytes[sizeof(hex) / 2 + 1] = { 0 };
    size_t len = sizeof(hex) / 2;

    ck_assert(kk_hex_decode(hex, bytes, len));
    /* a number, a map of two (10, and an array under an extension key), a text, nil */
    ck_assert_str_eq(kk_form_name(kk_form_check(kk_slice(bytes, len), NULL)), "well formed");
    for (size_t cut = 0; cut < len; cut++) {
        enum kk_form form = kk_form_check(kk_slice(bytes, cut), NULL);

        ck_assert(form == KK_FORM_SHORT || form == KK_FORM_COUNT);
    }
    ck_assert(kk_form_check(kk_slice(bytes, len + 1), NULL) == KK_FORM_TRAILING);
}
END_TEST

/* Whatever single byte is changed, the gate ends and stays inside the bytes (under ASan). */
START_TEST(any_three_bytes)
{
    unsigned accepted = 0;

    for (unsigned n = 0; n < 1u << 24; n += 61) {
        uint8_t bytes[3] = { (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };
        size_t at = 99;
        enum kk_form form = kk_form_check(kk_slice(bytes, 3), &at);

        accepted += form == KK_FORM_OK;
        ck_assert(form == KK_FORM_OK ? at == 99 : at <= 3);
    }
    ck_assert_uint_gt(accepted, 0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("wire_form", &suite);

    tcase_add_loop_test(tcase, verdicts, 0, (int)KK_COUNT(cases));
    tcase_add_test(tcase, depth);
    tcase_add_test(tcase, every_cut);
    tcase_add_test(tcase, any_three_bytes);
    return suite;
}
