/* The allocator: zeroed memory, products that overflow, and the n-th allocation that fails. */
#include "unit.h"

#include "kukyoku/base/alloc.h"

#include <signal.h>

START_TEST(zeroed)
{
    uint8_t *p = kk_alloc(4096);

    ck_assert_ptr_nonnull(p);
    for (size_t i = 0; i < 4096; i++)
        ck_assert_uint_eq(p[i], 0);
    kk_free(p);
    kk_free(NULL);
    p = kk_alloc(0);
    ck_assert_ptr_nonnull(p); /* NULL always means that memory is short */
    kk_free(p);
}
END_TEST

START_TEST(overflow)
{
    ck_assert_ptr_null(kk_alloc_array(SIZE_MAX / 2 + 1, 2));
    ck_assert_ptr_null(kk_alloc_array(2, SIZE_MAX));
    ck_assert_ptr_null(kk_text_dup("x", SIZE_MAX));
}
END_TEST

START_TEST(growing)
{
    char *p = kk_text_dup("abcdef", 3), *q;

    ck_assert_str_eq(p, "abc");
    q = kk_realloc(p, 100);
    ck_assert_ptr_nonnull(q);
    ck_assert_str_eq(q, "abc");
    kk_free(q);
    q = kk_text_dup(NULL, 0);
    ck_assert_str_eq(q, "");
    kk_free(q);
}
END_TEST

START_TEST(nth_fails)
{
    void *first, *second, *old;

    kk_alloc_fail_at(3);
    first = kk_alloc(1);
    second = kk_alloc_array(1, 1);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_null(kk_alloc(1));
    ck_assert_ptr_null(kk_text_dup("a", 1)); /* and all after it */
    old = kk_realloc(first, 2);
    ck_assert_ptr_null(old);
    kk_alloc_fail_at(0);
    old = kk_realloc(first, 2); /* the old block stayed valid */
    ck_assert_ptr_nonnull(old);
    kk_free(old);
    kk_free(second);
}
END_TEST

START_TEST(a_bug_aborts)
{
    kk_assert_failed("never", "file.c", 7);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("base_alloc", &suite);

    tcase_add_test(tcase, zeroed);
    tcase_add_test(tcase, overflow);
    tcase_add_test(tcase, growing);
    tcase_add_test(tcase, nth_fails);
    if (unit_forks())
        tcase_add_test_raise_signal(tcase, a_bug_aborts, SIGABRT);
    return suite;
}
