/*
 * Settings of either program: what every type takes and refuses, in both languages, and where a
 * value stands. The files around it: test_config.c (daemon), test_prefs.c (client).
 * Covers proto/conf/conf.c. [CF-1]
 */
#include "unit.h"

#include "kukyoku/base/bytes.h"
#include "kukyoku/conf/conf.h"

#include <stdio.h>

struct things {
    struct kk_conf read;
    char *must, *may, *door;
    int64_t count, on;
    struct kk_conf_list many;
};

static const struct kk_conf_row rows[] = {
    { "one", "must", KK_CONF_PATH, offsetof(struct things, must), 0, 0, "" },
    { "one", "may", KK_CONF_FILE, offsetof(struct things, may), 0, 0, "" },
    { "one", "door", KK_CONF_LOCAL, offsetof(struct things, door), 0, 0, "" },
    { "two", "count", KK_CONF_INT, offsetof(struct things, count), 1, 9, "3" },
    { "two", "on", KK_CONF_BOOL, offsetof(struct things, on), 0, 1, "yes" },
    { "two", "many", KK_CONF_LIST, offsetof(struct things, many), 1, 8, "" },
};
static const struct kk_conf_table table = { rows, KK_COUNT(rows) };

static struct things begin(void)
{
    struct things t = { .read = { .file_count = 0 } };

    ck_assert_int_eq(kk_conf_default(&table, &t.read), 0);
    return t;
}

static int take(struct things *t, const char *path, const char *text, struct kk_error *err)
{
    struct kk_conf_file file = { "/etc/k/main.ini", path, kk_slice_text(text) };

    return kk_conf_read(&table, &t->read, &file, err);
}

START_TEST(every_type)
{
    struct things t = begin();
    struct kk_error err = { 0 };

    ck_assert_int_eq(t.count, 3);
    ck_assert_int_eq(t.on, 1);
    ck_assert_int_eq(take(&t, "/etc/k/main.ini",
                          "[one]\nmust = a/b ; beside the file\nmay = /c\ndoor = [::1]:7\n"
                          "[two]\ncount = 9\non = no\nmany = x\nmany = y\n",
                          &err), 0);
    ck_assert_str_eq(t.must, "/etc/k/a/b");
    ck_assert_str_eq(t.may, "/c");
    ck_assert_str_eq(t.door, "[::1]:7");
    ck_assert_int_eq(t.count, 9);
    ck_assert_int_eq(t.on, 0);
    ck_assert_uint_eq(t.many.count, 2);
    ck_assert_int_eq(kk_conf_whole(&table, &t.read, "main.ini", &err), 0);
    kk_conf_fini(&table, &t.read);
    ck_assert_ptr_null(t.must);
}
END_TEST

START_TEST(a_later_text_counts)
{
    struct things t = begin();
    struct kk_error err = { 0 };

    ck_assert_int_eq(take(&t, "1", "[one]\nmust = a\nmay = b\n[two]\nmany = x\nmany = y\n", &err),
                     0);
    ck_assert_int_eq(take(&t, "2", "\n[one]\nmay =\n[two]\nmany = z\n", &err), 0);
    ck_assert_str_eq(t.must, "/etc/k/a");
    ck_assert_ptr_null(t.may); /* taken back */
    ck_assert_uint_eq(t.many.count, 1);
    ck_assert_str_eq(t.many.items[0], "z");
    ck_assert_uint_eq(t.read.at[1].file, 2);
    ck_assert_int_eq(t.read.at[1].line, 3);
    kk_conf_fini(&table, &t.read);
}
END_TEST

#define LONG_50  "01234567890123456789012345678901234567890123456789"
#define LONG_100 LONG_50 LONG_50

static const struct {
    const char *text, *where, *en, *ja;
} wrong[] = {
    { "[two]\ncuont = 3\n", "p:2", "did you mean \"count\"", "\"count\" ではありませんか" },
    { "[two]\nmust = 3\n", "p:2", "belongs to [one]", "[one] の設定です" },
    { "[two]\nzzzzzzzzz = 3\n", "p:2", "unknown key", "という設定はありません" },
    { "[tow]\ncount = 3\n", "p:2", "did you mean [two]", "[two] ではありませんか" },
    { "[zzzzzz]\ncount = 3\n", "p:2", "there are [one] [two]", "[one] [two] です" },
    { "[two]\ncount = 0\n", "p:2", "1 … 9", "1 … 9" },
    { "[two]\ncount = 10\n", "p:2", "1 … 9", "1 … 9" },
    { "[two]\ncount = \n", "p:2", "1 … 9", "1 … 9" },
    { "[two]\non = true\n", "p:2", "\"yes\" or \"no\"", "yes か no" },
    { "[one]\nmust =\n", "p:2", "a path is needed", "パスが必要です" },
    { "[one]\ndoor = 10.0.0.1:7\n", "p:2", "127.0.0.1:PORT", "127.0.0.1:ポート" },
    { "[one]\nmay = a\nmay = b\n", "p:3", "given twice", "二度あります" },
    { "[one]\nnothing\n", "p:2", "key = value", "名前 = 値" },
    { "[one]\npassphrase = hello\n", "p:2", "a secret never stands", "秘密は設定ファイルに" },
    { "[one]\n\nmay = " LONG_100 LONG_100 "\n", "p:3", "too long", "長すぎます" },
    { "[one]\nmay = \xff\n", "p", "UTF-8", "UTF-8" },
    { "[two]\nmany = 1\nmany = 2\nmany = 3\nmany = 4\nmany = 5\nmany = 6\nmany = 7\nmany = 8\n"
      "many = 9\n", "p:10", "too many", "多すぎます" },
};

START_TEST(refused_with_the_place)
{
    struct things t = begin();
    struct kk_error err = { 0 };

    ck_assert_int_eq(take(&t, "p", wrong[_i].text, &err), KK_E_CONFIG);
    ck_assert_str_eq(err.where, wrong[_i].where);
    ck_assert_msg(strstr(err.detail, wrong[_i].en) != NULL, "%s", err.detail);
    ck_assert_msg(strstr(err.detail_ja, wrong[_i].ja) != NULL, "%s", err.detail_ja);
    kk_conf_fini(&table, &t.read);
}
END_TEST

START_TEST(lines_at_their_bound)
{
    struct things t = begin();
    struct kk_error err = { 0 };
    char text[700] = "[one]\n# " LONG_100 LONG_100 LONG_100 "\nmay = /";
    size_t line = strlen("may = /"), at = strlen(text);

    while (line < KK_CONF_LINE_MAX - 1) { /* its end is the last byte */
        text[at++] = 'x';
        line++;
    }
    snprintf(text + at, sizeof(text) - at, "\n[two]\ncount = 4");
    ck_assert_msg(take(&t, "p", text, &err) == 0, "%s %s", err.where, err.detail);
    ck_assert_int_eq(t.count, 4); /* a last line without an end */
    ck_assert_int_eq(t.read.at[3].line, 5);
    kk_conf_fini(&table, &t.read);
}
END_TEST

START_TEST(what_is_missing)
{
    struct things t = begin();
    struct kk_error err = { 0 };

    ck_assert_int_eq(kk_conf_whole(&table, &t.read, "p", &err), KK_E_CONFIG);
    ck_assert_msg(strstr(err.detail, "must") != NULL, "%s", err.detail);
    ck_assert_int_eq(take(&t, "p", "[one]\nmust = a\n", &err), 0);
    ck_assert_int_eq(kk_conf_whole(&table, &t.read, "p", &err), KK_E_CONFIG);
    ck_assert_msg(strstr(err.detail_ja, "many") != NULL, "%s", err.detail_ja);
    kk_conf_fini(&table, &t.read);
}
END_TEST

START_TEST(too_many_files)
{
    struct things t = begin();
    struct kk_error err = { 0 };

    for (int i = 0; i < KK_CONF_FILES_MAX; i++)
        ck_assert_int_eq(take(&t, "p", "", &err), 0);
    ck_assert_int_eq(take(&t, "p", "", &err), KK_E_CONFIG);
    kk_conf_fini(&table, &t.read);
}
END_TEST

static int on_shown(void *user, const struct kk_conf_shown *shown)
{
    struct kk_bytes *out = user;

    return kk_bytes_format(out, "%s=%s@%s:%d|", shown->setting->key, shown->value,
                           shown->file ? shown->file : "-", shown->line);
}

START_TEST(shown_with_their_places)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };
    struct things t = begin();
    struct kk_error err = { 0 };

    ck_assert_int_eq(take(&t, "p", "[one]\nmust = /a\n[two]\nmany = x\nmany = y\non = no\n", &err),
                     0);
    ck_assert_int_eq(kk_conf_each(&table, &t.read, on_shown, &out), 0);
    ck_assert_int_eq(kk_bytes_append(&out, "", 1), 0);
    ck_assert_str_eq((const char *)out.data, "must=/a@p:2|may=@-:0|door=@-:0|count=3@-:0|on=no@p:6|"
                                             "many=x@p:4|many=y@p:5|");
    kk_conf_fini(&table, &t.read);
}
END_TEST

START_TEST(which_files_of_the_folder)
{
    ck_assert(kk_conf_is_file("10-a.ini"));
    ck_assert(!kk_conf_is_file(".10-a.ini"));
    ck_assert(!kk_conf_is_file("a.ini.bak"));
    ck_assert(!kk_conf_is_file(".ini"));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("conf", &s);

    tcase_add_test(c, every_type);
    tcase_add_test(c, a_later_text_counts);
    tcase_add_loop_test(c, refused_with_the_place, 0, (int)KK_COUNT(wrong));
    tcase_add_test(c, lines_at_their_bound);
    tcase_add_test(c, what_is_missing);
    tcase_add_test(c, too_many_files);
    tcase_add_test(c, shown_with_their_places);
    tcase_add_test(c, which_files_of_the_folder);
    return s;
}
