/* Signing: the vectors of RFC 8032, however the message is cut into parts; memory that is short. */
#include "unit.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "kukyoku/error.h"
#include "kukyoku/trust/sign.h"

/* RFC 8032, 7.1: TEST 1, 2 and 3 */
static const struct {
    const char *seed, *public, *message, *sig;
} vectors[] = {
    { "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
      "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
    { "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
    { "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
      "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
};

START_TEST(rfc8032)
{
    uint8_t seed[KK_KEY_BYTES], want[KK_KEY_BYTES], sig[KK_SIG_BYTES], message[2];
    uint8_t secret[KK_SIGN_SECRET], public[KK_KEY_BYTES], got[KK_SIG_BYTES];
    size_t len = strlen(vectors[_i].message) / 2;
    struct kk_slice parts[3];

    ck_assert(kk_hex_decode(vectors[_i].seed, seed, sizeof(seed)));
    ck_assert(kk_hex_decode(vectors[_i].public, want, sizeof(want)));
    ck_assert(kk_hex_decode(vectors[_i].sig, sig, sizeof(sig)));
    ck_assert(kk_hex_decode(vectors[_i].message, message, len));
    kk_sign_keys(seed, secret, public);
    ck_assert_mem_eq(public, want, sizeof(want));
    parts[0] = kk_slice(message, len / 2);
    parts[1] = kk_slice(NULL, 0);
    parts[2] = kk_slice(message + len / 2, len - len / 2);
    ck_assert_int_eq(kk_sign(secret, parts, 3, got), 0);
    ck_assert_mem_eq(got, sig, sizeof(sig));
    ck_assert_int_eq(kk_sign_check(public, parts, 3, sig), 1);
}
END_TEST

/* Every bit of signature, message and key counts; a long message takes the other way. */
START_TEST(altered)
{
    static const size_t lengths[] = { 40, 5000 };
    uint8_t seed[KK_KEY_BYTES] = { 1 }, secret[KK_SIGN_SECRET], public[KK_KEY_BYTES];
    uint8_t sig[KK_SIG_BYTES], message[5000] = { 0 };

    kk_sign_keys(seed, secret, public);
    for (size_t n = 0; n < KK_COUNT(lengths); n++) {
        struct kk_slice part = kk_slice(message, lengths[n]);

        ck_assert_int_eq(kk_sign(secret, &part, 1, sig), 0);
        ck_assert_int_eq(kk_sign_check(public, &part, 1, sig), 1);
        for (size_t i = 0; i < KK_SIG_BYTES; i++) {
            sig[i] ^= 1;
            ck_assert_int_eq(kk_sign_check(public, &part, 1, sig), 0);
            sig[i] ^= 1;
        }
        message[lengths[n] - 1] ^= 1;
        ck_assert_int_eq(kk_sign_check(public, &part, 1, sig), 0);
        message[lengths[n] - 1] ^= 1;
        public[3] ^= 1;
        ck_assert_int_eq(kk_sign_check(public, &part, 1, sig), 0);
        public[3] ^= 1;
    }
}
END_TEST

START_TEST(memory_short)
{
    uint8_t seed[KK_KEY_BYTES] = { 1 }, secret[KK_SIGN_SECRET], public[KK_KEY_BYTES];
    uint8_t sig[KK_SIG_BYTES] = { 0 }, message[5000] = { 0 };
    struct kk_slice part = kk_slice(message, sizeof(message));

    kk_sign_keys(seed, secret, public);
    kk_alloc_fail_at(1);
    ck_assert_int_eq(kk_sign(secret, &part, 1, sig), KK_E_MEMORY);
    ck_assert_int_eq(kk_sign_check(public, &part, 1, sig), KK_E_MEMORY);
    kk_alloc_fail_at(0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("sign", &suite);

    tcase_add_loop_test(tcase, rfc8032, 0, (int)KK_COUNT(vectors));
    tcase_add_test(tcase, altered);
    tcase_add_test(tcase, memory_short);
    return suite;
}
