/* proto/session/seal.c: [FR-3] what was dropped, repeated, moved or altered does not open. */
#include "kukyoku/error.h"
#include "kukyoku/session/seal.h"
#include "unit.h"

#define TEXT_BYTES   5
#define SEALED_BYTES (TEXT_BYTES + KK_AEAD_TAG_BYTES)

static const struct kk_seal fresh = { .key = { 1, 2, 3 } };

static void seal_three(uint8_t ret[3][SEALED_BYTES])
{
    static const char *const texts[3] = { "one..", "two..", "three" };
    struct kk_seal s = fresh;

    for (size_t i = 0; i < 3; i++)
        kk_seal_close(&s, kk_slice("", 0), kk_slice(texts[i], TEXT_BYTES), ret[i]);
}

static int open_one(struct kk_seal *s, const uint8_t sealed[SEALED_BYTES])
{
    uint8_t plain[TEXT_BYTES];

    return kk_seal_open(s, kk_slice("", 0), kk_slice(sealed, SEALED_BYTES), plain);
}

START_TEST(in_order_opens_in_place)
{
    uint8_t sealed[3][SEALED_BYTES];
    struct kk_seal s = fresh;

    seal_three(sealed);
    for (size_t i = 0; i < 3; i++) {
        struct kk_slice one = kk_slice(sealed[i], SEALED_BYTES);

        ck_assert_int_eq(kk_seal_open(&s, kk_slice("", 0), one, sealed[i]), 0);
    }
    ck_assert_mem_eq(sealed[2], "three", TEXT_BYTES);
    ck_assert_uint_eq(s.count, 3);
}
END_TEST

START_TEST(dropped_repeated_moved)
{
    uint8_t sealed[3][SEALED_BYTES];
    struct kk_seal s = fresh;

    seal_three(sealed);
    ck_assert_int_eq(open_one(&s, sealed[1]), KK_E_PROTOCOL); /* the first was dropped, or moved */
    ck_assert_uint_eq(s.count, 0);
    ck_assert_int_eq(open_one(&s, sealed[0]), 0);
    ck_assert_int_eq(open_one(&s, sealed[0]), KK_E_PROTOCOL); /* repeated */
    ck_assert_int_eq(open_one(&s, sealed[1]), 0);
}
END_TEST

START_TEST(every_bit_counts)
{
    uint8_t sealed[3][SEALED_BYTES];

    seal_three(sealed);
    for (size_t bit = 0; bit < SEALED_BYTES * 8; bit++) {
        struct kk_seal s = fresh;

        sealed[0][bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert_int_eq(open_one(&s, sealed[0]), KK_E_PROTOCOL);
        sealed[0][bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}
END_TEST

START_TEST(shorter_than_a_tag)
{
    uint8_t sealed[3][SEALED_BYTES], plain[SEALED_BYTES];

    seal_three(sealed);
    for (size_t len = 0; len < SEALED_BYTES; len++) {
        struct kk_seal s = fresh;

        ck_assert_int_eq(kk_seal_open(&s, kk_slice("", 0), kk_slice(sealed[0], len), plain),
                         KK_E_PROTOCOL);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("seal", &suite);

    tcase_add_test(c, in_order_opens_in_place);
    tcase_add_test(c, dropped_repeated_moved);
    tcase_add_test(c, every_bit_counts);
    tcase_add_test(c, shorter_than_a_tag);
    return suite;
}
