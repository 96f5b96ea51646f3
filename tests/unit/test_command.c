/*
 * client/cmd: the command table, parsing, exit statuses, and how errors look (command.c, parse.c,
 * run.c, help.c; client/view/out.c, text.c).
 */
#include "unit.h"

#include "cmd/run.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* --- running a line --- */
struct ran {
    enum kk_exit exit;
    char *data, *talk;
};

static struct ran run(const char *const *argv)
{
    struct ran r = { 0 };
    size_t data_len, talk_len;
    int argc = 0;
    struct kk_run_streams streams = { .data = open_memstream(&r.data, &data_len),
                                      .talk = open_memstream(&r.talk, &talk_len) };

    ck_assert_ptr_nonnull(streams.data);
    ck_assert_ptr_nonnull(streams.talk);
    while (argv[argc])
        argc++;
    r.exit = kk_run(argc, argv, &streams);
    fclose(streams.data);
    fclose(streams.talk);
    return r;
}
#define RUN(...) run((const char *const[]){ "kukyoku", __VA_ARGS__, NULL })

static void drop(struct ran *r)
{
    free(r->data);
    free(r->talk);
}

/* --- the table --- */
START_TEST(every_command_is_whole)
{
    size_t count;
    const struct kk_command_row *rows = kk_command_table(&count);

    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_nonnull((void *)(uintptr_t)rows[i].run);
        ck_assert(rows[i].en[0] && rows[i].ja[0]);
        ck_assert_str_ne(rows[i].en, rows[i].ja);
        ck_assert_ptr_eq(kk_command_find(rows[i].noun, rows[i].verb), &rows[i]);
        for (size_t k = 0; k < rows[i].option_count; k++) {
            ck_assert(rows[i].options[k].name[0]);
            ck_assert(rows[i].options[k].en[0] && rows[i].options[k].ja[0]);
        }
    }
}
END_TEST

START_TEST(help_of_every_command_in_both_languages)
{
    size_t count;
    const struct kk_command_row *rows = kk_command_table(&count);

    for (size_t i = 0; i < count; i++) {
        struct ran ja = RUN("--lang", "ja", "help", rows[i].noun, rows[i].verb);
        struct ran en = RUN("--lang", "en", "help", rows[i].noun, rows[i].verb);

        if (rows[i].verb[0] == 0) {
            drop(&ja);
            drop(&en);
            ja = RUN("--lang=ja", "help", rows[i].noun);
            en = RUN("--lang=en", "help", rows[i].noun);
        }
        ck_assert_uint_eq(ja.exit, KK_EXIT_OK);
        ck_assert_uint_eq(en.exit, KK_EXIT_OK);
        ck_assert_ptr_nonnull(strstr(ja.data, rows[i].ja));
        ck_assert_ptr_nonnull(strstr(en.data, rows[i].en));
        drop(&ja);
        drop(&en);
    }
}
END_TEST

/* How many conversions a format has, and of which kind: both languages must agree. */
static void conversions(const char *format, char ret[64])
{
    size_t n = 0;

    for (const char *at = format; *at && n < 60; at++) {
        if (*at != '%')
            continue;
        at++;
        while (*at && strchr("-+ #0123456789.*lhzjt", *at))
            ret[n++] = *at++;
        ret[n++] = *at;
    }
    ret[n] = 0;
}

START_TEST(formats_agree_in_both_languages)
{
    size_t count;
    const struct kk_text_row *rows = kk_text_list(&count);
    char en[64], ja[64];

    for (size_t i = 0; i < count; i++) {
        conversions(rows[i].en, en);
        conversions(rows[i].ja, ja);
        ck_assert_msg(strcmp(en, ja) == 0, "%s: %s and %s", rows[i].id, en, ja);
    }
}
END_TEST

/* --- lines that are wrong --- */
static const struct {
    const char *argv[7];
    const char *says;
} wrong[] = {
    { { "kukyoku", "--lang=en", "hlep" }, "did you mean `help`?" },
    { { "kukyoku", "--lang=en", "release", "biuld" }, "did you mean `build`?" },
    { { "kukyoku", "--lang=en", "release" }, "`release` needs a verb: check" },
    { { "kukyoku", "--lang=en", "zzzzzz" }, "no command `zzzzzz`)" },
    { { "kukyoku", "--lang=en", "help", "--jsn" }, "did you mean `json`?" },
    { { "kukyoku", "--lang=en", "help", "-x" }, "no option `x`" },
    { { "kukyoku", "--lang=en", "record", "fields", "a", "c" }, "too many arguments: `c`" },
    { { "kukyoku", "--lang=en", "release", "check" }, "expected FILE..." },
    { { "kukyoku", "--lang=en", "record", "new" }, "usage: kukyoku record new KIND\n" },
    { { "kukyoku", "--lang=en", "issue", "show" }, "`kukyoku help issue show` explains it." },
    { { "kukyoku", "--lang=en", "help", "--quiet=1" }, "`--quiet` takes no value" },
    { { "kukyoku", "--lang=en", "help", "--home" }, "`--home` needs a value" },
    { { "kukyoku", "--lang=en", "help", "--home=a", "--home=b" }, "`--home` stands twice" },
    { { "kukyoku", "--lang=en", "release", "recall", "--out=t", "--note=n" },
      "`--scope` is needed" },
    { { "kukyoku", "--lang=en", "release", "build", "--title=t", "--out=f" },
      "--editions" },
    { { "kukyoku", "--lang=en", "release", "show", "x" }, "a whole number from 1" },
    { { "kukyoku", "--lang=en", "help", "nope" }, "no command `nope`" },
    { { "kukyoku", "--lang=en", "--progress=loud" }, "auto, never or json" },
    { { "kukyoku", "--lang=xx" }, "en" },
};

START_TEST(usage_errors_end_with_2)
{
    struct ran r = run(wrong[_i].argv);

    ck_assert_uint_eq(r.exit, KK_EXIT_USAGE);
    ck_assert_msg(strstr(r.talk, wrong[_i].says) != NULL, "%s", r.talk);
    ck_assert_ptr_nonnull(strstr(r.talk, "[E7001]"));
    ck_assert_str_eq(r.data, "");
    drop(&r);
}
END_TEST

START_TEST(errors_as_json_are_one_object)
{
    struct ran r = RUN("--json", "--lang=ja", "hlep");
    json_t *whole = json_loads(r.talk, 0, NULL);
    json_t *e = json_object_get(whole, "error");

    ck_assert_ptr_nonnull(e);
    ck_assert_str_eq(json_string_value(json_object_get(e, "code")), "E7001");
    ck_assert_str_eq(json_string_value(json_object_get(e, "name")), "USAGE");
    ck_assert_int_eq(json_integer_value(json_object_get(e, "exit")), 2);
    ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(e, "detail")), "hlep"));
    ck_assert_ptr_nonnull(json_object_get(e, "remedy"));
    json_decref(whole);
    drop(&r);
}
END_TEST

START_TEST(errors_for_people)
{
    struct ran r = RUN("--lang=ja", "hlep");

    ck_assert_str_eq(r.talk, "エラー [E7001] コマンドの指定が正しくありません"
                             "（「hlep」というコマンドはありません。「help」のことですか）\n"
                             "対処: `kukyoku help` でコマンドの一覧を、`kukyokud --help` で"
                     "サーバーの指定を表示します。\n");
    drop(&r);
}
END_TEST

START_TEST(options_stand_anywhere)
{
    struct ran r = RUN("help", "--json", "help", "--lang", "en");
    json_t *row = json_loads(r.data, 0, NULL);

    ck_assert_uint_eq(r.exit, KK_EXIT_OK);
    ck_assert_str_eq(json_string_value(json_object_get(row, "noun")), "help");
    json_decref(row);
    drop(&r);
    r = RUN("help", "--", "--json");
    ck_assert_uint_eq(r.exit, KK_EXIT_USAGE); /* an argument now: no such command */
    drop(&r);
}
END_TEST

START_TEST(version_and_bare_call)
{
    struct ran r = RUN("--version");

    ck_assert_str_eq(r.data, "kukyoku " KUKYOKU_VERSION "\n");
    drop(&r);
    r = RUN("--lang=en");
    ck_assert_uint_eq(r.exit, KK_EXIT_OK);
    ck_assert_ptr_nonnull(strstr(r.data, "usage: kukyoku"));
    drop(&r);
}
END_TEST

/* --- statuses --- */
START_TEST(the_more_urgent_status_wins)
{
    static const enum kk_exit order[] = { KK_EXIT_VERIFY,      KK_EXIT_DENIED,    KK_EXIT_NEWER,
                                          KK_EXIT_CONFLICT,    KK_EXIT_INTERRUPTED,
                                          KK_EXIT_LOCKED,      KK_EXIT_USAGE,     KK_EXIT_FAILED,
                                          KK_EXIT_TEMPORARY,   KK_EXIT_WARNINGS,  KK_EXIT_OK,
                                          KK_EXIT_UNCHANGED };

    for (size_t i = 0; i < KK_COUNT(order); i++) {
        for (size_t k = i; k < KK_COUNT(order); k++) {
            ck_assert_uint_eq(kk_exit_combine(order[i], order[k]), order[i]);
            ck_assert_uint_eq(kk_exit_combine(order[k], order[i]), order[i]);
        }
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("command", &s);

    tcase_add_test(c, every_command_is_whole);
    tcase_add_test(c, help_of_every_command_in_both_languages);
    tcase_add_test(c, formats_agree_in_both_languages);
    tcase_add_loop_test(c, usage_errors_end_with_2, 0, (int)KK_COUNT(wrong));
    tcase_add_test(c, errors_as_json_are_one_object);
    tcase_add_test(c, errors_for_people);
    tcase_add_test(c, options_stand_anywhere);
    tcase_add_test(c, version_and_bare_call);
    tcase_add_test(c, the_more_urgent_status_wins);
    return s;
}
