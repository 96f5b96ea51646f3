/* Device keys: the id is the hash of the public ones, and files give back what they took. [TR-1] */
#include "unit.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/trust/device.h"
#include "kukyoku/trust/sign.h"

#include <sodium.h>

START_TEST(id_from_keys)
{
    uint8_t joined[3 * KK_KEY_BYTES], hash[KK_HASH_BYTES], other[KK_ID_BYTES];
    KK_AUTO_FINI(kk_device_keys) struct kk_device_keys k;
    struct unit_entropy e;

    unit_entropy_init(&e, 1);
    kk_device_keys_generate(&k, &e.entropy);
    memcpy(joined, k.sign, KK_KEY_BYTES);
    memcpy(joined + KK_KEY_BYTES, k.noise, KK_KEY_BYTES);
    memcpy(joined + 2 * KK_KEY_BYTES, k.wrap, KK_KEY_BYTES);
    kk_hash_of("dev", kk_slice(joined, sizeof(joined)), hash);
    ck_assert_mem_eq(k.id, hash, KK_ID_BYTES);
    kk_device_id(k.sign, k.wrap, k.noise, other);
    ck_assert_mem_ne(k.id, other, KK_ID_BYTES);
    ck_assert_mem_ne(k.noise, k.wrap, KK_KEY_BYTES);
}
END_TEST

START_TEST(there_and_back)
{
    KK_AUTO_FINI(kk_device_keys) struct kk_device_keys k, back;
    struct kk_key_device secrets = { 0 };
    struct kk_key_sign seed = { 0 };
    struct unit_entropy e;

    unit_entropy_init(&e, 2);
    kk_device_keys_generate(&k, &e.entropy);
    ck_assert(k.can_sign);
    kk_device_keys_save(&k, &secrets, &seed);
    kk_device_keys_load(&back, &secrets);
    ck_assert(!back.can_sign);
    ck_assert_mem_eq(back.id, k.id, KK_ID_BYTES);
    ck_assert_mem_eq(back.noise, k.noise, KK_KEY_BYTES);
    ck_assert(kk_device_keys_unlock(&back, &seed));
    ck_assert_mem_eq(back.sign_secret, k.sign_secret, KK_SIGN_SECRET);
}
END_TEST

START_TEST(the_seed_of_another)
{
    KK_AUTO_FINI(kk_device_keys) struct kk_device_keys k, other;
    struct kk_key_device secrets = { 0 }, others = { 0 };
    struct kk_key_sign seed = { 0 }, wrong = { 0 };
    uint8_t none[KK_SIGN_SECRET] = { 0 };
    struct unit_entropy e;

    unit_entropy_init(&e, 3);
    kk_device_keys_generate(&k, &e.entropy);
    kk_device_keys_generate(&other, &e.entropy);
    kk_device_keys_save(&k, &secrets, &seed);
    kk_device_keys_save(&other, &others, &wrong);
    kk_device_keys_fini(&k);
    ck_assert_mem_eq(k.sign_secret, none, sizeof(none)); /* wiped */
    kk_device_keys_load(&k, &secrets);
    ck_assert(!kk_device_keys_unlock(&k, &wrong));
    ck_assert(!k.can_sign);
    ck_assert_mem_eq(k.sign_secret, none, sizeof(none));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("device", &suite);

    tcase_add_test(tcase, id_from_keys);
    tcase_add_test(tcase, there_and_back);
    tcase_add_test(tcase, the_seed_of_another);
    return suite;
}
