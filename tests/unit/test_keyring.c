/* Scope keys: kept in order, found by scope and epoch, wiped. */
#include "unit.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"
#include "kukyoku/trust/keyring.h"

#define EPOCHS 40

START_TEST(order_and_finding)
{
    static const char *const scopes[] = { "w:14133", "b", "int", "e:14133" };
    KK_AUTO_FINI(kk_keyring) struct kk_keyring k = { 0 };
    uint8_t key[KK_KEY_BYTES] = { 0 };
    uint32_t epoch;

    for (uint32_t n = 0; n < EPOCHS; n++) {
        for (size_t i = 0; i < KK_COUNT(scopes); i++) {
            key[0] = (uint8_t)i;
            key[1] = (uint8_t)(n * 7 % EPOCHS);
            ck_assert_int_eq(kk_keyring_put(&k, kk_slice_text(scopes[i]), n * 7 % EPOCHS + 1, key),
                             0);
        }
    }
    ck_assert_uint_eq(k.count, EPOCHS * KK_COUNT(scopes));
    for (size_t i = 1; i < k.count; i++) {
        int order = strcmp(k.items[i - 1].scope, k.items[i].scope);

        ck_assert(order < 0 || (order == 0 && k.items[i - 1].epoch < k.items[i].epoch));
    }
    ck_assert_uint_eq(kk_keyring_find(&k, kk_slice_text("int"), 5)[0], 2);
    ck_assert_uint_eq(kk_keyring_find(&k, kk_slice_text("int"), 5)[1], 4);
    ck_assert_ptr_null(kk_keyring_find(&k, kk_slice_text("int"), EPOCHS + 1));
    ck_assert_ptr_null(kk_keyring_find(&k, kk_slice_text("in"), 5));
    ck_assert_uint_eq(kk_keyring_newest(&k, kk_slice_text("b"), &epoch)[1], EPOCHS - 1);
    ck_assert_uint_eq(epoch, EPOCHS);
    ck_assert_ptr_null(kk_keyring_newest(&k, kk_slice_text("e:14136"), &epoch));
    ck_assert_uint_eq(epoch, 0);
}
END_TEST

START_TEST(replaced)
{
    KK_AUTO_FINI(kk_keyring) struct kk_keyring k = { 0 };
    uint8_t one[KK_KEY_BYTES] = { 1 }, two[KK_KEY_BYTES] = { 2 };

    ck_assert_int_eq(kk_keyring_put(&k, kk_slice_text("int"), 1, one), 0);
    ck_assert_int_eq(kk_keyring_put(&k, kk_slice_text("int"), 1, two), 0);
    ck_assert_uint_eq(k.count, 1);
    ck_assert_mem_eq(kk_keyring_find(&k, kk_slice_text("int"), 1), two, sizeof(two));
    kk_keyring_fini(&k);
    kk_keyring_fini(&k);
    ck_assert_ptr_null(k.items);
}
END_TEST

START_TEST(memory_short)
{
    KK_AUTO_FINI(kk_keyring) struct kk_keyring k = { 0 };
    uint8_t key[KK_KEY_BYTES] = { 1 };

    kk_alloc_fail_at(1);
    ck_assert_int_eq(kk_keyring_put(&k, kk_slice_text("int"), 1, key), KK_E_MEMORY);
    kk_alloc_fail_at(0);
    ck_assert_uint_eq(k.count, 0);
}
END_TEST

START_TEST(key_ids)
{
    uint8_t a[KK_KEY_BYTES] = { 1 }, b[KK_KEY_BYTES] = { 2 };
    uint8_t id[KK_ID_BYTES], other[KK_ID_BYTES];

    kk_key_id(a, id);
    kk_key_id(b, other);
    ck_assert_mem_ne(id, other, sizeof(id));
    kk_key_id(a, other);
    ck_assert_mem_eq(id, other, sizeof(id));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("keyring", &suite);

    tcase_add_test(tcase, order_and_finding);
    tcase_add_test(tcase, replaced);
    tcase_add_test(tcase, memory_short);
    tcase_add_test(tcase, key_ids);
    return suite;
}
