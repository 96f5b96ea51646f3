/* The arena: what it hands out stays, is zeroed and aligned, and never passes the bound. */
#include "unit.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/arena.h"

START_TEST(stays_and_is_aligned)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena a;
    uint8_t *piece[500];

    kk_arena_init(&a, 1 << 20);
    for (size_t i = 0; i < 500; i++) {
        piece[i] = kk_arena_alloc(&a, i);
        ck_assert_ptr_nonnull(piece[i]);
        ck_assert_uint_eq((uintptr_t)piece[i] % _Alignof(max_align_t), 0);
        for (size_t k = 0; k < i; k++)
            ck_assert_uint_eq(piece[i][k], 0);
        memset(piece[i], (int)i, i);
    }
    for (size_t i = 0; i < 500; i++) {
        for (size_t k = 0; k < i; k++)
            ck_assert_uint_eq(piece[i][k], (uint8_t)i);
    }
}
END_TEST

START_TEST(bound)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena a;

    kk_arena_init(&a, 1000);
    ck_assert_ptr_null(kk_arena_alloc(&a, 1001));
    ck_assert_ptr_null(kk_arena_alloc(&a, SIZE_MAX));
    ck_assert_ptr_null(kk_arena_array(&a, SIZE_MAX / 8, 16));
    ck_assert_ptr_nonnull(kk_arena_alloc(&a, 500));
    ck_assert_ptr_null(kk_arena_alloc(&a, 501));
    ck_assert_ptr_nonnull(kk_arena_alloc(&a, 400));
    ck_assert_uint_le(a.used, 1000);
    ck_assert_ptr_null(kk_arena_dup(&a, kk_slice("a long text that does not fit any more "
                                                 "because the bound has nearly been reached "
                                                 "by the two allocations before it",
                                                 112))
                           .data);
}
END_TEST

START_TEST(reuse)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena a;
    uint8_t *p;

    kk_arena_init(&a, 100000);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 90; i++) {
            p = kk_arena_alloc(&a, 1000);
            ck_assert_ptr_nonnull(p);
            ck_assert_uint_eq(p[999], 0); /* zeroed again after each reset */
            p[999] = 1;
        }
        kk_arena_reset(&a);
        ck_assert_uint_eq(a.used, 0);
    }
    kk_arena_fini(&a);
    kk_arena_reset(&a); /* an empty one may be reset */
}
END_TEST

START_TEST(copies)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena a;
    struct kk_slice copy;

    kk_arena_init(&a, 4096);
    copy = kk_arena_dup(&a, kk_slice("区局!", 6));
    unit_assert_slice(copy, kk_slice_text("区局"));
    ck_assert_str_eq((const char *)copy.data, "区局");
    copy = kk_arena_dup(&a, kk_slice(NULL, 0));
    ck_assert_ptr_nonnull(copy.data);
    ck_assert_uint_eq(copy.len, 0);
}
END_TEST

START_TEST(memory_short)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena a;

    kk_arena_init(&a, 1 << 20);
    kk_alloc_fail_at(1);
    ck_assert_ptr_null(kk_arena_alloc(&a, 1));
    kk_alloc_fail_at(0);
    ck_assert_uint_eq(a.used, 0);
    ck_assert_ptr_nonnull(kk_arena_alloc(&a, 1));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("base_arena", &suite);

    tcase_add_test(tcase, stays_and_is_aligned);
    tcase_add_test(tcase, bound);
    tcase_add_test(tcase, reuse);
    tcase_add_test(tcase, copies);
    tcase_add_test(tcase, memory_short);
    return suite;
}
