/* Which addresses are mirrors, which redirects stay at a host. Covers client/fetch/address.c. */
#include "unit.h"

#include "fetch/address.h"
#include "fetch/fetch.h"

#include "kukyoku/attr.h"

#include <stdio.h>

/* [MI-4] */
START_TEST(sound_and_not)
{
    static const char *const sound[] = { "http://example.jp", "https://example.jp/",
                                         "https://example.jp:8443/city/kukyoku/",
                                         "http://127.0.0.1:1/", "http://[::1]:8080/x" };
    static const char *const unsound[] = {
        "", "example.jp", "ftp://example.jp/", "file:///etc/passwd", "http://",
        "https://user@example.jp/", "https://user:pass@example.jp/", "https://example.jp/?a=b",
        "https://example.jp/#x", "http://example.jp:99999/", "http://exa mple.jp/",
        "javascript:alert(1)"
    };
    char longest[KK_FETCH_URL_MAX + 2];

    for (size_t i = 0; i < KK_COUNT(sound); i++)
        ck_assert_msg(kk_address_sound(sound[i]), "%s", sound[i]);
    for (size_t i = 0; i < KK_COUNT(unsound); i++)
        ck_assert_msg(!kk_address_sound(unsound[i]), "%s", unsound[i]);
    memset(longest, 'a', sizeof(longest));
    memcpy(longest, "http://h/", 9);
    longest[KK_FETCH_URL_MAX + 1] = '\0';
    ck_assert(!kk_address_sound(longest));
    longest[KK_FETCH_URL_MAX] = '\0';
    ck_assert(kk_address_sound(longest));
}
END_TEST

START_TEST(stays_or_leads_away)
{
    static const struct {
        const char *from, *to;
        bool stays;
    } rows[] = {
        { "http://a.jp/x/", "http://a.jp/y/now", true },
        { "http://a.jp/", "http://A.jp:80/now", false }, /* written otherwise: not followed */
        { "http://a.jp/", "http://a.jp:80/now", true },
        { "http://a.jp/", "https://a.jp/now", true },
        { "https://a.jp/", "http://a.jp/now", false },
        { "http://a.jp:8080/", "https://a.jp/now", false },
        { "http://a.jp:8080/", "http://a.jp:8081/now", false },
        { "http://a.jp/", "http://b.jp/now", false },
        { "http://a.jp/", "http://a.jp.b.jp/now", false },
        { "http://a.jp/", "http://u@a.jp/now", false },
        { "http://a.jp/", "http://a.jp/now?x", false },
        { "http://a.jp/", "ftp://a.jp/now", false },
        { "http://a.jp/", "", false },
    };

    for (size_t i = 0; i < KK_COUNT(rows); i++)
        ck_assert_msg(kk_address_stays(rows[i].from, rows[i].to) == rows[i].stays, "%s %s",
                      rows[i].from, rows[i].to);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("address", &suite);

    tcase_add_test(c, sound_and_not);
    tcase_add_test(c, stays_or_leads_away);
    return suite;
}
