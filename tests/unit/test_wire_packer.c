/* The packer: shortest forms at every edge, and nothing half written when memory is short. */
#include "unit.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"
#include "kukyoku/wire/cursor.h"
#include "kukyoku/wire/form.h"
#include "kukyoku/wire/packer.h"

static void number_and_back(int64_t want)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };
    struct kk_cursor c;
    int64_t got;

    ck_assert_int_eq(kk_pack_int(&b, want), 0);
    ck_assert_int_eq(kk_form_check(kk_bytes_slice(&b), NULL), KK_FORM_OK);
    c = kk_cursor(kk_bytes_slice(&b));
    ck_assert_int_eq(kk_cursor_int(&c, &got), 0);
    ck_assert_int_eq(got, want);
}

/* Around every power of two, both signs: the gate takes it, the cursor gives it back. [EN-3] */
START_TEST(numbers)
{
    for (int bit = 0; bit < 64; bit++) {
        for (int near = -2; near <= 2; near++) {
            uint64_t n = ((uint64_t)1 << bit) + (uint64_t)near;

            number_and_back((int64_t)n);
            number_and_back((int64_t)(0 - n));
        }
    }
}
END_TEST

/* Around the edges of the length forms. [EN-3] */
START_TEST(lengths)
{
    static const size_t edges[] = { 0, 1, 31, 32, 255, 256, 65535, 65536 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes long_text = { 0 };
    uint8_t *at;

    ck_assert_int_eq(kk_bytes_extend(&long_text, 65536, &at), 0);
    memset(at, 'k', 65536);
    for (size_t i = 0; i < KK_COUNT(edges); i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };
        struct kk_slice want = kk_slice(at, edges[i]), text, bytes;
        struct kk_cursor c;

        ck_assert_int_eq(kk_pack_array(&b, 2), 0);
        ck_assert_int_eq(kk_pack_text(&b, want), 0);
        ck_assert_int_eq(kk_pack_bytes(&b, want), 0);
        ck_assert_int_eq(kk_form_check(kk_bytes_slice(&b), NULL), KK_FORM_OK);
        c = (struct kk_cursor){ .at = b.data + 1, .end = b.data + b.len };
        ck_assert_int_eq(kk_cursor_text(&c, &text), 0);
        ck_assert_int_eq(kk_cursor_bytes(&c, &bytes), 0);
        unit_assert_slice(text, want);
        unit_assert_slice(bytes, want);
    }
}
END_TEST

START_TEST(counts)
{
    static const size_t edges[] = { 0, 1, 15, 16, 65535, 65536 };

    for (size_t i = 0; i < KK_COUNT(edges); i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };

        ck_assert_int_eq(kk_pack_array(&b, edges[i]), 0);
        for (size_t k = 0; k < edges[i]; k++)
            ck_assert_int_eq(kk_pack_nil(&b), 0);
        ck_assert_int_eq(kk_form_check(kk_bytes_slice(&b), NULL), KK_FORM_OK);
        kk_bytes_clear(&b);
        ck_assert_int_eq(kk_pack_map(&b, edges[i]), 0);
        for (size_t k = 0; k < edges[i]; k++) {
            ck_assert_int_eq(kk_pack_int(&b, (int64_t)k), 0);
            ck_assert_int_eq(kk_pack_nil(&b), 0);
        }
        ck_assert_int_eq(kk_form_check(kk_bytes_slice(&b), NULL), KK_FORM_OK);
    }
}
END_TEST

START_TEST(memory_short)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };
    uint8_t big[4096] = { 0 };

    ck_assert_int_eq(kk_pack_int(&b, 1), 0);
    ck_assert_int_eq(kk_bytes_reserve(&b, 8), 0); /* the head fits, the body does not */
    kk_alloc_fail_at(1);
    ck_assert_int_eq(kk_pack_bytes(&b, kk_slice(big, sizeof(big))), KK_E_MEMORY);
    ck_assert_uint_eq(b.len, 1);
    ck_assert_int_eq(kk_pack_text(&b, kk_slice(big, sizeof(big))), KK_E_MEMORY);
    ck_assert_uint_eq(b.len, 1);
    b.cap = b.len; /* nothing fits */
    ck_assert_int_eq(kk_pack_nil(&b), KK_E_MEMORY);
    ck_assert_int_eq(kk_pack_bool(&b, true), KK_E_MEMORY);
    ck_assert_int_eq(kk_pack_int(&b, -1), KK_E_MEMORY);
    ck_assert_int_eq(kk_pack_array(&b, 1), KK_E_MEMORY);
    ck_assert_int_eq(kk_pack_map(&b, 1), KK_E_MEMORY);
    ck_assert_uint_eq(b.len, 1);
    kk_alloc_fail_at(0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("wire_packer", &suite);

    tcase_add_test(tcase, numbers);
    tcase_add_test(tcase, lengths);
    tcase_add_test(tcase, counts);
    tcase_add_test(tcase, memory_short);
    return suite;
}
