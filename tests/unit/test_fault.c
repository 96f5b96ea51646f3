/* client/view/fault.c: a fault in one line, with what is known of it. */
#include "unit.h"

#include "view/fault.h"

START_TEST(all_that_is_known_stands_in_one_line)
{
    struct kk_error err = { 0 };
    char text[KK_FAULT_TEXT];

    kk_ignore(kk_error_say(&err, KK_E_HASH, "pub/2", "row %d", "%d行目", 3));
    ck_assert_str_eq(kk_fault_text(&err, KK_LANG_EN, text),
                     "[E3004] pub/2: the content differs from its signed hash (row 3)");
    ck_assert_str_eq(kk_fault_text(&err, KK_LANG_JA, text),
                     "[E3004] pub/2: 内容が署名されたハッシュと一致しません（3行目）");
}
END_TEST

START_TEST(what_is_not_known_leaves_no_brackets)
{
    struct kk_error err = { .fault = KK_E_HASH };
    char text[KK_FAULT_TEXT];

    ck_assert_str_eq(kk_fault_text(&err, KK_LANG_EN, text),
                     "[E3004] the content differs from its signed hash");
}
END_TEST

/* The longest of the list with the longest place and reason is not cut. */
START_TEST(nothing_is_cut)
{
    struct kk_error err = { 0 };
    char text[KK_FAULT_TEXT];
    size_t count;
    const struct kk_error_info *list = kk_error_list(&count);

    memset(err.where, 'w', sizeof(err.where) - 1);
    memset(err.detail, 'd', sizeof(err.detail) - 1);
    memset(err.detail_ja, 'd', sizeof(err.detail_ja) - 1);
    for (size_t i = 0; i < count; i++) {
        err.fault = list[i].fault;
        kk_fault_text(&err, KK_LANG_EN, text);
        ck_assert_int_eq(text[strlen(text) - 1], ')');
        kk_fault_text(&err, KK_LANG_JA, text);
        ck_assert_ptr_nonnull(strstr(text, "）"));
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("fault", &s);

    tcase_add_test(c, all_that_is_known_stands_in_one_line);
    tcase_add_test(c, what_is_not_known_leaves_no_brackets);
    tcase_add_test(c, nothing_is_cut);
    return s;
}
