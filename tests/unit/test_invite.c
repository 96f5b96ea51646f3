/* Invitations: keys apart, requests bound to keys, handshake and invitation. [TR-14] [TR-15] */
#include "unit.h"

#include "kukyoku/error.h"
#include "kukyoku/trust/invite.h"

static const uint8_t secret[KK_KEY_BYTES] = "the secret of an invitation, 32b";

static void request(struct kk_enrol_request *q, const struct kk_device_keys *k, bool by_file)
{
    static const uint8_t binding[KK_HASH_BYTES] = { 7 };
    uint8_t file_key[KK_KEY_BYTES];

    kk_invite_file_key(secret, file_key);
    *q = (struct kk_enrol_request){ .invite = { 1, 2, 3 } };
    ck_assert_int_eq(kk_enrol_request_make(k, kk_slice_text("窓口 1"), by_file ? NULL : binding,
                                           by_file ? file_key : NULL, q),
                     0);
}

static void keys_of(struct kk_device_keys *k, uint64_t seed)
{
    struct unit_entropy e;

    unit_entropy_init(&e, seed);
    kk_device_keys_generate(k, &e.entropy);
}

START_TEST(two_keys_of_one_secret)
{
    uint8_t psk[KK_KEY_BYTES], file_key[KK_KEY_BYTES], again[KK_KEY_BYTES];

    kk_invite_psk(secret, psk);
    kk_invite_file_key(secret, file_key);
    kk_invite_psk(secret, again);
    ck_assert_mem_eq(psk, again, sizeof(psk));
    ck_assert_mem_ne(psk, file_key, sizeof(psk));
    ck_assert_mem_ne(psk, secret, sizeof(psk));
}
END_TEST

START_TEST(by_line_and_by_file)
{
    uint8_t file_key[KK_KEY_BYTES], id[KK_ID_BYTES];
    struct kk_enrol_request q;
    struct kk_device_keys k;

    keys_of(&k, 1);
    kk_invite_file_key(secret, file_key);
    for (int by_file = 0; by_file < 2; by_file++) {
        request(&q, &k, by_file);
        ck_assert_int_eq(kk_enrol_request_check(&q), 1);
        ck_assert_int_eq(kk_enrol_request_by_file(&q), by_file);
        ck_assert_int_eq(kk_enrol_request_mac_ok(&q, file_key), by_file);
        kk_enrol_request_device(&q, id);
        ck_assert_mem_eq(id, k.id, KK_ID_BYTES);
    }
}
END_TEST

/* Each field of the request, one bit of it. */
START_TEST(altered)
{
    uint8_t file_key[KK_KEY_BYTES];
    struct kk_device_keys k;

    keys_of(&k, 2);
    kk_invite_file_key(secret, file_key);
    for (int by_file = 0; by_file < 2; by_file++) {
        struct kk_enrol_request q;
        uint8_t *const fields[] = { q.sign, q.noise, q.wrap, q.binding, q.proof };

        request(&q, &k, by_file);
        for (size_t i = 0; i < KK_COUNT(fields); i++) {
            fields[i][5] ^= 4;
            ck_assert_int_eq(kk_enrol_request_check(&q), 0);
            fields[i][5] ^= 4;
        }
        ck_assert_int_eq(kk_enrol_request_check(&q), 1);
    }
}
END_TEST

/* By file the invitation and the label are bound too: by the binding, by the mac. */
START_TEST(altered_on_a_stick)
{
    uint8_t file_key[KK_KEY_BYTES], wrong[KK_KEY_BYTES];
    struct kk_enrol_request q;
    struct kk_device_keys k;

    keys_of(&k, 3);
    kk_invite_file_key(secret, file_key);
    kk_invite_psk(secret, wrong);
    request(&q, &k, true);
    ck_assert(!kk_enrol_request_mac_ok(&q, wrong));
    q.invite[0] ^= 1;
    ck_assert_int_eq(kk_enrol_request_check(&q), 0);
    ck_assert(!kk_enrol_request_mac_ok(&q, file_key));
    q.invite[0] ^= 1;
    q.label = kk_slice_text("窓口 2");
    ck_assert(!kk_enrol_request_mac_ok(&q, file_key));
    q.label = kk_slice_text("窓口 1");
    ck_assert(kk_enrol_request_mac_ok(&q, file_key));
    q.mac[31] ^= 1;
    ck_assert(!kk_enrol_request_mac_ok(&q, file_key));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("invite", &suite);

    tcase_add_test(tcase, two_keys_of_one_secret);
    tcase_add_test(tcase, by_line_and_by_file);
    tcase_add_test(tcase, altered);
    tcase_add_test(tcase, altered_on_a_stick);
    return suite;
}
