/* Texts by number and back; the order of the texts beside that of the numbers. */
#include "kukyoku/bundle/dict.h"

#include "kukyoku/error.h"
#include "unit.h"

#include <stdio.h>

START_TEST(numbers_stay)
{
    KK_AUTO_FINI(kk_dict) struct kk_dict d;
    char text[16];
    uint16_t code;

    kk_dict_init(&d);
    ck_assert_int_eq(kk_dict_find(&d, kk_slice_text("a")), -1);
    for (unsigned i = 0; i < 3000; i++) {
        snprintf(text, sizeof(text), "t%u", (i * 7919) % 3000);
        ck_assert_int_eq(kk_dict_add(&d, kk_slice_text(text), &code), 0);
        ck_assert_uint_eq(code, i);
    }
    for (unsigned i = 0; i < 3000; i++) {
        snprintf(text, sizeof(text), "t%u", (i * 7919) % 3000);
        ck_assert_int_eq(kk_dict_find(&d, kk_slice_text(text)), (int)i);
        for (int last = -1; last <= 1; last++) { /* right, wrong, and no code at all */
            ck_assert_int_eq(
                kk_dict_add_near(&d, kk_slice_text(text), (uint16_t)((int)i + last), &code), 0);
            ck_assert_uint_eq(code, i);
        }
        ck_assert_int_eq(kk_dict_add(&d, kk_slice_text(text), &code), 0);
        ck_assert_uint_eq(code, i);
    }
    ck_assert_uint_eq(d.count, 3000);
}
END_TEST

START_TEST(ranks_follow_texts)
{
    static const char *const texts[] = { "b", "", "区", "ba", "a" };
    static const uint16_t ranks[] = { 2, 0, 4, 3, 1 };
    KK_AUTO_FINI(kk_dict) struct kk_dict d;
    uint16_t code;

    kk_dict_init(&d);
    for (size_t i = 0; i < KK_COUNT(texts); i++)
        ck_assert_int_eq(kk_dict_add(&d, kk_slice_text(texts[i]), &code), 0);
    ck_assert_int_eq(kk_dict_sort(&d), 0);
    ck_assert_mem_eq(d.rank, ranks, sizeof(ranks));
    ck_assert_int_eq(kk_dict_add(&d, kk_slice_text("aa"), &code), 0);
    ck_assert_int_eq(kk_dict_sort(&d), 0);
    ck_assert_uint_eq(d.rank[5], 2);
    ck_assert_uint_eq(d.rank[2], 5);
}
END_TEST

START_TEST(it_is_bounded)
{
    KK_AUTO_FINI(kk_dict) struct kk_dict d;
    uint16_t code;

    kk_dict_init(&d);
    for (uint32_t i = 0; i < KK_DICT_MAX; i++)
        ck_assert_int_eq(kk_dict_add(&d, kk_slice(&i, sizeof(i)), &code), 0);
    ck_assert_int_eq(kk_dict_add(&d, kk_slice_text("one more"), &code), KK_E_ROW_LIMIT);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("dict", &suite);

    tcase_add_test(c, numbers_stay);
    tcase_add_test(c, ranks_follow_texts);
    tcase_add_test(c, it_is_bounded);
    return suite;
}
