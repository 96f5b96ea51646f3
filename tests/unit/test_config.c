/*
 * kukyokud.ini: every key from the table, paths beside the file, and each way to be wrong with
 * file, line and reason. Covers daemon/config/config.c. [DM-15]
 */
#include "unit.h"

#include "config/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define WHOLE                                                                                     \
    "[daemon]\ndesk = desk\nstore = /var/store.db\nspool = spool\nlisten = 127.0.0.1:1\n"         \
    "listen = [::1]:2\n"

static char dir[40], path[60];

static void setup(void)
{
    snprintf(dir, sizeof(dir), "/tmp/kukyoku-config-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/k.ini", dir);
}

static void teardown(void)
{
    unit_remove_folder(dir);
}

static int read_text(const char *text, struct kk_config *ret, struct kk_error *err)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
    return kk_config_read(path, ret, err);
}

START_TEST(all_of_it)
{
    KK_AUTO_FINI(kk_config) struct kk_config c = { 0 };
    struct kk_error err = { 0 };
    char desk[80];

    ck_assert_int_eq(read_text("# a comment\n" WHOLE "[limits]\nsessions = 7\n", &c, &err), 0);
    snprintf(desk, sizeof(desk), "%s/desk", dir);
    ck_assert_str_eq(c.desk, desk); /* beside the file */
    ck_assert_str_eq(c.store, "/var/store.db");
    ck_assert_uint_eq(c.listen.count, 2);
    ck_assert_str_eq(c.listen.items[1], "[::1]:2");
    ck_assert_int_eq(c.sessions, 7);
    ck_assert_int_eq(c.handshakes, 100); /* otherwise */
}
END_TEST

static const struct {
    const char *text, *where, *why;
} wrong[] = {
    { WHOLE "colour = red\n", "k.ini:7", "colour" },
    { WHOLE "[limits]\nsesions = 7\n", "k.ini:8", "sessions" }, /* the nearest name */
    { WHOLE "[limits]\nsessions = 0\n", "k.ini:8", "60000" },
    { WHOLE "[limits]\nsessions = many\n", "k.ini:8", "sessions" },
    { WHOLE "[limits]\nsessions = 5 6\n", "k.ini:8", "sessions" },
    { WHOLE "[limit]\nsessions = 7\n", "k.ini:8", "limit" },
    { WHOLE "[limits]\nhandshakes_per_sorce = 1\n", "k.ini:8", "handshakes_per_source" },
    { WHOLE "[limit]\n\nsessions = 7\n", "k.ini:9", "did you mean [limits]" },
    { WHOLE "[colours]\nred = 7\n", "k.ini:8", "[daemon] [limits]" },
    { "[limits]\ndesk = d\n", "k.ini:2", "belongs to [daemon]" },
    { WHOLE "ops = 0.0.0.0:9730\n", "k.ini:7", "127.0.0.1:PORT" },
    { WHOLE "ops = 127.0.0.1.example:9730\n", "k.ini:7", "127.0.0.1:PORT" },
    { WHOLE "ops = 127.0.0.1:65536\n", "k.ini:7", "127.0.0.1:PORT" },
    { WHOLE "ops = 127.0.0.1:-1\n", "k.ini:7", "127.0.0.1:PORT" },
    { WHOLE "ops = 127.0.0.1:\n", "k.ini:7", "127.0.0.1:PORT" },
    { WHOLE "ops = [::1]:9730x\n", "k.ini:7", "127.0.0.1:PORT" },
    { WHOLE "no sense\n", "k.ini:7", "key = value" },
    { WHOLE "desk = again\n", "k.ini:7", "desk" },
    { "[daemon]\ndesk = desk\nstore = s\nspool = p\n", "k.ini", "listen" },
    { "", "k.ini", "desk" },
    { WHOLE "[limits]\noutbound_soft = 66000\noutbound_hard = 66084\n", "k.ini", "outbound_hard" },
};

START_TEST(file_line_and_reason)
{
    KK_AUTO_FINI(kk_config) struct kk_config c = { 0 };
    struct kk_error err = { 0 };

    ck_assert_int_eq(read_text(wrong[_i].text, &c, &err), KK_E_CONFIG);
    ck_assert_msg(strstr(err.where, wrong[_i].where) != NULL, "%s: %s", err.where, err.detail);
    ck_assert_msg(strstr(err.detail, wrong[_i].why) != NULL, "%s: %s", err.where, err.detail);
}
END_TEST

static void write_beside(const char *name, const char *text)
{
    char file[80];
    FILE *f;

    snprintf(file, sizeof(file), "%s/conf.d", dir);
    mkdir(file, 0700);
    snprintf(file, sizeof(file), "%s/conf.d/%s", dir, name);
    f = fopen(file, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

START_TEST(a_folder_beside_the_file)
{
    KK_AUTO_FINI(kk_config) struct kk_config c = { 0 };
    struct kk_error err = { 0 };
    char desk[80];

    write_beside("20-b.ini", "[limits]\nsessions = 9\n[daemon]\nops =\n");
    write_beside("10-a.ini", "[limits]\nsessions = 8\npreauth = 3\n[daemon]\n"
                             "listen = 127.0.0.1:9\ndesk = other\nops = 127.0.0.1:1\n");
    write_beside("30-c.ini.bak", "no settings at all\n");
    write_beside(".40-d.ini", "no settings at all\n");
    ck_assert_msg(read_text(WHOLE "[limits]\nsessions = 7\n", &c, &err) == 0, "%s", err.detail);
    ck_assert_uint_eq(c.read.file_count, 3);
    ck_assert_ptr_null(c.ops); /* given, then taken back */
    ck_assert_int_eq(c.sessions, 9); /* the last one counts */
    ck_assert_int_eq(c.preauth, 3);
    ck_assert_uint_eq(c.listen.count, 1); /* a list as a whole */
    ck_assert_str_eq(c.listen.items[0], "127.0.0.1:9");
    snprintf(desk, sizeof(desk), "%s/other", dir);
    ck_assert_str_eq(c.desk, desk); /* from the folder of the main file on */
    write_beside("50-e.ini", "[limits]\n\nsesions = 9\n");
    kk_config_fini(&c);
    ck_assert_int_eq(kk_config_read(path, &c, &err), KK_E_CONFIG);
    ck_assert_msg(strstr(err.where, "conf.d/50-e.ini:3") != NULL, "%s", err.where);
}
END_TEST

START_TEST(where_a_value_stands)
{
    KK_AUTO_FINI(kk_config) struct kk_config c = { 0 }, again = { 0 };
    struct kk_error err = { 0 };
    char *text = NULL, want[200];
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    ck_assert_ptr_nonnull(out);
    write_beside("a.ini", "; nothing\n[limits]\nsessions = 9\n");
    ck_assert_int_eq(read_text(WHOLE, &c, &err), 0);
    kk_config_show(&c, out);
    ck_assert_int_eq(fclose(out), 0);
    snprintf(want, sizeof(want), "desk = %s/desk  ; %s:2\n", dir, path);
    ck_assert_msg(strstr(text, want) != NULL, "%s", text);
    snprintf(want, sizeof(want), "listen = [::1]:2  ; %s:6\n", path);
    ck_assert_msg(strstr(text, want) != NULL, "%s", text);
    snprintf(want, sizeof(want), "sessions = 9  ; %s/conf.d/a.ini:3\n", dir);
    ck_assert_msg(strstr(text, want) != NULL, "%s", text);
    ck_assert_msg(strstr(text, "handshakes = 100  ; default\n") != NULL, "%s", text);
    /* and it is a settings file itself */
    ck_assert_msg(read_text(text, &again, &err) == 0, "%s %s", err.where, err.detail);
    ck_assert_str_eq(again.desk, c.desk);
    (free)(text);
}
END_TEST

START_TEST(no_file)
{
    KK_AUTO_FINI(kk_config) struct kk_config c = { 0 };
    struct kk_error err = { 0 };

    ck_assert_int_eq(kk_config_read("/nowhere/k.ini", &c, &err), KK_E_IO);
    ck_assert_str_eq(err.where, "/nowhere/k.ini");
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("config", &s);

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, all_of_it);
    tcase_add_loop_test(c, file_line_and_reason, 0, (int)KK_COUNT(wrong));
    tcase_add_test(c, a_folder_beside_the_file);
    tcase_add_test(c, where_a_value_stands);
    tcase_add_test(c, no_file);
    return s;
}
