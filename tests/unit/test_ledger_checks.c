/* client/replica/ledger_checks.c: one wrong signature among many, wherever it stands, is found. */
#include "replica/ledger_checks.h"

#include "unit.h"

#include "kukyoku/error.h"

#include <sodium.h>

#define MANY 200 /* several jobs, the last of them not full */

static uint8_t public[KK_KEY_BYTES], secret[KK_SIGN_SECRET];

static void make_keys(void)
{
    ck_assert_int_ge(sodium_init(), 0);
    ck_assert_int_eq(crypto_sign_keypair(public, secret), 0);
}

/* MANY headers; the signature of one is wrong, or of none where wrong is MANY. */
static bool all_right(size_t wrong)
{
    struct ledger_checks c = { .crew = NULL };

    for (size_t i = 0; i < MANY; i++) {
        struct kk_bytes header = { 0 };
        uint8_t sig[KK_SIG_BYTES];

        ck_assert_int_eq(kk_bytes_append(&header, &i, sizeof(i)), 0);
        ck_assert_int_eq(kk_op_sign(kk_bytes_slice(&header), secret, sig), 0);
        sig[7] ^= i == wrong;
        ck_assert_int_eq(ledger_checks_add(&c, &header, sig, public), 0);
        ck_assert_ptr_null(header.data);
    }
    return ledger_checks_end(&c);
}

START_TEST(one_wrong_signature_is_found)
{
    static const size_t places[] = { 0, 15, 16, 100, MANY - 1 };

    for (size_t i = 0; i < KK_COUNT(places); i++)
        ck_assert(!all_right(places[i]));
}
END_TEST

START_TEST(right_ones_are_right)
{
    struct ledger_checks none = { .crew = NULL };

    ck_assert(all_right(MANY));
    ck_assert(ledger_checks_end(&none));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("ledger_checks", &suite);

    tcase_add_unchecked_fixture(c, make_keys, NULL);
    tcase_add_test(c, one_wrong_signature_is_found);
    tcase_add_test(c, right_ones_are_right);
    return suite;
}
