/*
 * What looks personal in free text, and what does not: client/model/personal.c against sentences of
 * the kind that ward staff write.
 */
#include "unit.h"

#include "model/personal.h"

#include <stdlib.h>

static const struct {
    const char *text;
    enum kk_personal rule;
} texts[] = {
    { "", KK_PERSONAL_NOTHING },
    { "坂が多く、店が遠い", KK_PERSONAL_NOTHING },
    { "65歳以上は1,234人（2020年10月1日）", KK_PERSONAL_NOTHING },
    { "参加者は45人、3か所で月2回", KK_PERSONAL_NOTHING },
    { "番号 1234 5678 9012 の方", KK_PERSONAL_MY_NUMBER },
    { "１２３４５６７８９０１２", KK_PERSONAL_MY_NUMBER },
    { "123456789012", KK_PERSONAL_MY_NUMBER },
    { "1234567890123", KK_PERSONAL_NOTHING }, /* thirteen */
    { "8effc4b5a00f8fc5bde187905044687e", KK_PERSONAL_NOTHING }, /* an id */
    { "案件8effc4b5a00f8fc5bde187905044687e、08012345678", KK_PERSONAL_PHONE },
    { "1234567890123456123456789012345612345678901234561234567890123456", KK_PERSONAL_NOTHING },
    { "ab123456789012cd", KK_PERSONAL_MY_NUMBER }, /* no id: too short */
    { "連絡は044-200-1111まで", KK_PERSONAL_PHONE },
    { "携帯０９０－１２３４－５６７８", KK_PERSONAL_PHONE },
    { "09012345678", KK_PERSONAL_PHONE },
    { "2026-11-23", KK_PERSONAL_NOTHING },
    { "文書 30川健地第1234号", KK_PERSONAL_NOTHING },
    { "taro.kawasaki@example.jp に送付", KK_PERSONAL_MAIL },
    { "@home の考え方", KK_PERSONAL_NOTHING },
    { "小杉町3丁目245-1の家", KK_PERSONAL_ADDRESS },
    { "宮本町1番地", KK_PERSONAL_ADDRESS },
    { "1番2号", KK_PERSONAL_ADDRESS },
    { "小杉町3丁目の公園", KK_PERSONAL_NOTHING },
    { "一番の課題は移動", KK_PERSONAL_NOTHING },
    { "生年月日は記載しない", KK_PERSONAL_BIRTHDAY },
    { "昭和十年三月三日生まれ", KK_PERSONAL_BIRTHDAY },
    { "山田太郎さんが困っている", KK_PERSONAL_PERSON },
    { "田中様より", KK_PERSONAL_PERSON },
    { "佐々木氏の提案", KK_PERSONAL_PERSON },
    { "住民の皆さんと話した", KK_PERSONAL_NOTHING },
    { "民生委員さんの声", KK_PERSONAL_NOTHING },
    { "利用者様の送迎", KK_PERSONAL_NOTHING },
    { "町会長さんに相談", KK_PERSONAL_NOTHING },
    { "たくさんの人", KK_PERSONAL_NOTHING },
    { "各家庭の様子", KK_PERSONAL_NOTHING },
};

START_TEST(each_text)
{
    enum kk_personal found = kk_personal_find(kk_slice_text(texts[_i].text));

    ck_assert_msg(found == texts[_i].rule, "%s: %d instead of %d", texts[_i].text, (int)found,
                  (int)texts[_i].rule);
}
END_TEST

/* The end of a text is no place to read past. */
START_TEST(cut_anywhere)
{
    static const char all[] = "山田さん 044-200-1111 3丁目2-1 a@b.cd 1番2号 生年月日 123456789012";

    for (size_t len = 0; len < sizeof(all); len++) {
        char *copy = malloc(len + 1); /* exactly as long: a sanitizer sees a step past it */

        ck_assert_ptr_nonnull(copy);
        memcpy(copy, all, len);
        copy[len] = '\0';
        ck_assert_int_le((int)kk_personal_find(kk_slice(copy, len)), KK_PERSONAL_NOTHING);
        free(copy);
    }
}
END_TEST

START_TEST(rules_are_told)
{
    for (int rule = 0; rule < KK_PERSONAL_NOTHING; rule++) {
        const struct kk_personal_rule *r = kk_personal_rule((enum kk_personal)rule);

        ck_assert(r->en[0] && r->ja[0]);
        ck_assert_int_eq(r->sure, rule == KK_PERSONAL_MY_NUMBER);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("personal", &s);

    tcase_add_loop_test(c, each_text, 0, (int)KK_COUNT(texts));
    tcase_add_test(c, cut_anywhere);
    tcase_add_test(c, rules_are_told);
    return s;
}
