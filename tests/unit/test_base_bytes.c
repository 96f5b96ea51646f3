/* The growing buffer, and that a failed call leaves it as it was. */
#include "unit.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"

START_TEST(growing)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };

    for (int i = 0; i < 1000; i++) {
        uint8_t byte = (uint8_t)i;

        ck_assert_int_eq(kk_bytes_append(&b, &byte, 1), 0);
    }
    ck_assert_uint_eq(b.len, 1000);
    for (size_t i = 0; i < 1000; i++)
        ck_assert_uint_eq(b.data[i], (uint8_t)i);
    kk_bytes_consume(&b, 990);
    ck_assert_uint_eq(b.len, 10);
    ck_assert_uint_eq(b.data[0], (uint8_t)990);
    kk_bytes_consume(&b, 10);
    kk_bytes_consume(&b, 0);
    ck_assert_uint_eq(b.len, 0);
}
END_TEST

START_TEST(pieces)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };
    uint8_t *at;

    ck_assert_int_eq(kk_bytes_append_text(&b, "one "), 0);
    ck_assert_int_eq(kk_bytes_append_slice(&b, kk_slice_text("two ")), 0);
    ck_assert_int_eq(kk_bytes_append_slice(&b, kk_slice(NULL, 0)), 0);
    ck_assert_int_eq(kk_bytes_format(&b, "%d+%s", 3, "four"), 0);
    ck_assert_int_eq(kk_bytes_extend(&b, 1, &at), 0);
    *at = '.';
    unit_assert_slice(kk_bytes_slice(&b), kk_slice_text("one two 3+four."));
    kk_bytes_clear(&b);
    ck_assert_uint_eq(b.len, 0);
    ck_assert_uint_gt(b.cap, 0);
    kk_bytes_fini(&b);
    kk_bytes_fini(&b);
    ck_assert_ptr_null(b.data);
}
END_TEST

START_TEST(unchanged_on_failure)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes b = { 0 };
    uint8_t *at = NULL;

    ck_assert_int_eq(kk_bytes_append_text(&b, "kept"), 0);
    ck_assert_int_eq(kk_bytes_reserve(&b, SIZE_MAX), KK_E_MEMORY);
    ck_assert_int_eq(kk_bytes_reserve(&b, SIZE_MAX / 2), KK_E_MEMORY);
    kk_alloc_fail_at(1);
    ck_assert_int_eq(kk_bytes_extend(&b, 1000, &at), KK_E_MEMORY);
    ck_assert_int_eq(kk_bytes_format(&b, "%200d", 1), KK_E_MEMORY);
    ck_assert_int_eq(kk_bytes_append(&b, &b, 100), KK_E_MEMORY);
    kk_alloc_fail_at(0);
    ck_assert_ptr_null(at);
    unit_assert_slice(kk_bytes_slice(&b), kk_slice_text("kept"));
}
END_TEST

START_TEST(order_of_slices)
{
    static const char *const sorted[] = { "", "a", "a\x01", "ab", "b", "é", "区", "𠮷" };

    for (size_t i = 0; i < KK_COUNT(sorted); i++) {
        for (size_t k = 0; k < KK_COUNT(sorted); k++) {
            int order = kk_slice_compare(kk_slice_text(sorted[i]), kk_slice_text(sorted[k]));

            ck_assert(i < k ? order < 0 : i > k ? order > 0 : order == 0);
            ck_assert(kk_slice_is(kk_slice_text(sorted[i]), sorted[k]) == (i == k));
        }
    }
    ck_assert(kk_slice_equal(kk_slice(NULL, 0), kk_slice_text("")));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("base_bytes", &suite);

    tcase_add_test(tcase, growing);
    tcase_add_test(tcase, pieces);
    tcase_add_test(tcase, unchanged_on_failure);
    tcase_add_test(tcase, order_of_slices);
    return suite;
}
