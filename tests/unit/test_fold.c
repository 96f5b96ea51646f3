/*
 * Text as it is compared: NFKC, small letters, hiragana, single spaces; pairs of characters.
 * client/words/fold.c [SR-1]
 */
#include "unit.h"

#include "words/fold.h"

static const struct {
    const char *text, *folded;
} folds[] = {
    { "", "" },
    { "人口", "人口" },
    { "サロンと縁側", "さろんと縁側" },
    { "ｻﾛﾝ", "さろん" },
    { "ｶﾞｰﾃﾞﾝ", "がーでん" },
    { "Ａ棟　2Ｆ", "a棟 2f" },
    { "㈱①㎡", "(株)1m2" },
    { "ABC abc", "abc abc" },
    { "か\xe3\x82\x99", "が" },
    { "  前後  ", "前後 " },
    { "一\n\n二\t三", "一 二 三" },
    { "髙﨑", "髙﨑" }, /* kept apart from 高崎: NFKC leaves them */
    { "ヴァ", "ゔぁ" },
    { "全\xff角", "全角" },
    { "一 \t二 ", "一 二 " },
    { "ァヶヷヽ丂龥", "ぁゖヷヽ丂龥" }, /* the ends of what is plain */
};

START_TEST(folds_as_people_expect)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 }, again = { 0 };

    ck_assert_int_eq(kk_fold(kk_slice_text(folds[_i].text), &out), 0);
    ck_assert(kk_slice_is(kk_bytes_slice(&out), folds[_i].folded));
    ck_assert_int_eq(kk_fold(kk_bytes_slice(&out), &again), 0);
    ck_assert(kk_slice_equal(kk_bytes_slice(&again), kk_bytes_slice(&out))); /* a fixed point */
}
END_TEST

struct pairs {
    uint64_t list[8];
    size_t count;
};

static int on_pair(void *user, uint64_t pair)
{
    struct pairs *p = user;

    ck_assert_uint_lt(p->count, KK_COUNT(p->list));
    p->list[p->count++] = pair;
    return 0;
}

START_TEST(pairs_do_not_cross_spaces)
{
    struct pairs p = { .count = 0 };

    ck_assert_int_eq(kk_fold_pairs(kk_slice_text("ab c"), on_pair, &p), 0);
    ck_assert_uint_eq(p.count, 3);
    ck_assert_uint_eq(p.list[0], (uint64_t)'a' << KK_PAIR_SHIFT | 'b');
    ck_assert_uint_eq(p.list[1], (uint64_t)'b' << KK_PAIR_SHIFT);
    ck_assert_uint_eq(p.list[2], (uint64_t)'c' << KK_PAIR_SHIFT);
    p.count = 0;
    ck_assert_int_eq(kk_fold_pairs(kk_slice_text(""), on_pair, &p), 0);
    ck_assert_uint_eq(p.count, 0);
}
END_TEST

START_TEST(holds_what_stands_in_it)
{
    struct kk_slice text = kk_slice_text("aab 人口と人口動態");

    ck_assert(kk_fold_holds(text, kk_slice_text("ab")));
    ck_assert(kk_fold_holds(text, kk_slice_text("人口動")));
    ck_assert(kk_fold_holds(text, kk_slice_text("態")));
    ck_assert(kk_fold_holds(text, kk_slice_text("")));
    ck_assert(!kk_fold_holds(text, kk_slice_text("abb")));
    ck_assert(!kk_fold_holds(text, kk_slice_text("動態調査")));
    ck_assert(!kk_fold_holds(kk_slice_text(""), kk_slice_text("a")));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("fold", &suite);

    tcase_add_loop_test(c, folds_as_people_expect, 0, KK_COUNT(folds));
    tcase_add_test(c, pairs_do_not_cross_spaces);
    tcase_add_test(c, holds_what_stands_in_it);
    return suite;
}
