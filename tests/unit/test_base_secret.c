/* Secrets: moved in, compared, wiped. */
#include "unit.h"

#include "kukyoku/base/secret.h"

START_TEST(wiped)
{
    struct kk_secret s;
    uint8_t zeros[sizeof(s)] = { 0 };

    kk_secret_init(&s, kk_slice_text("open sesame"));
    ck_assert_uint_eq(s.len, 11);
    ck_assert_mem_eq(s.bytes, "open sesame", 11);
    kk_secret_fini(&s);
    ck_assert_mem_eq(&s, zeros, sizeof(s));
    kk_secret_fini(&s);
}
END_TEST

START_TEST(scope_wipes)
{
    uint8_t left[16] = { 0 };

    memset(left, 7, sizeof(left));
    kk_secret_wipe(left + 4, 8);
    for (size_t i = 0; i < sizeof(left); i++)
        ck_assert_uint_eq(left[i], i >= 4 && i < 12 ? 0 : 7);
}
END_TEST

START_TEST(compared)
{
    ck_assert(kk_secret_equal("abcd", "abcd", 4));
    ck_assert(!kk_secret_equal("abcd", "abce", 4));
    ck_assert(kk_secret_equal("abcd", "abce", 3));
    ck_assert(kk_secret_equal("a", "b", 0));
}
END_TEST

START_TEST(entropy_is_the_owners)
{
    struct unit_entropy a, b;
    uint8_t x[40], y[40];

    unit_entropy_init(&a, 5);
    unit_entropy_init(&b, 5);
    kk_entropy_fill(&a.entropy, x, sizeof(x));
    kk_entropy_fill(&b.entropy, y, sizeof(y));
    ck_assert_mem_eq(x, y, sizeof(x));
    kk_entropy_fill(&a.entropy, x, sizeof(x));
    ck_assert_mem_ne(x, y, sizeof(x));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("base_secret", &suite);

    tcase_add_test(tcase, wiped);
    tcase_add_test(tcase, scope_wipes);
    tcase_add_test(tcase, compared);
    tcase_add_test(tcase, entropy_is_the_owners);
    return suite;
}
