/* proto/base/language.c: which variable says it. */
#include "unit.h"

#include "kukyoku/base/language.h"

static const char *all, *messages, *lang;

static char *variable(const char *name)
{
    const char *value = strcmp(name, "LC_ALL") == 0        ? all
                        : strcmp(name, "LC_MESSAGES") == 0 ? messages
                        : strcmp(name, "LANG") == 0        ? lang
                                                           : NULL;

    return (char *)(uintptr_t)value;
}

static const struct {
    const char *all, *messages, *lang, *want;
} rows[] = {
    { NULL, NULL, NULL, "ja" },
    { NULL, NULL, "en_GB.UTF-8", "en" },
    { NULL, NULL, "C", "ja" },
    { NULL, "en", "ja_JP.UTF-8", "en" },
    { "ja_JP.UTF-8", "en", "en", "ja" },
    { "", "", "en", "en" },
};

START_TEST(the_first_that_says_something)
{
    all = rows[_i].all;
    messages = rows[_i].messages;
    lang = rows[_i].lang;
    ck_assert_str_eq(kk_language_of(variable), rows[_i].want);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("base_language", &s);

    tcase_add_loop_test(c, the_first_that_says_something, 0, (int)KK_COUNT(rows));
    return s;
}
