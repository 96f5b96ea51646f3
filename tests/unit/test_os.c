/* client/os_posix.c: whole files or none, private ones, folders, and one writer at a time. */
#include "unit.h"

#include "os.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/kukyoku-os-XXXXXX";
static char path[KK_OS_PATH_MAX];

static void enter(void)
{
    memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_int_eq(kk_os_path_join(dir, "file", path), 0);
}

static int drop_entry(void *user, const char *name)
{
    char entry[KK_OS_PATH_MAX];
    unsigned *count = user;

    (*count)++;
    ck_assert_int_eq(kk_os_path_join(dir, name, entry), 0);
    return remove(entry) == 0 ? 0 : KK_E_IO;
}

static unsigned leave(void)
{
    unsigned count = 0;

    ck_assert_int_eq(kk_os_dir_list(dir, drop_entry, &count, NULL), 0);
    ck_assert_int_eq(rmdir(dir), 0);
    return count;
}

START_TEST(a_file_is_written_whole_and_private)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes read = { 0 };
    struct kk_error err = { 0 };
    uint64_t size;

    enter();
    ck_assert_int_eq(kk_os_file_write(path, kk_slice_text("one"), KK_OS_PRIVATE, &err), 0);
    ck_assert_int_eq(kk_os_file_write(path, kk_slice_text("two!"), KK_OS_PRIVATE, &err), 0);
    ck_assert_int_eq(kk_os_file_check_private(path, &err), 0);
    ck_assert_int_eq(kk_os_file_read(path, 4, &read, &err), 0);
    unit_assert_slice(kk_bytes_slice(&read), kk_slice_text("two!"));
    ck_assert_int_eq(kk_os_file_size(path, &size, &err), 0);
    ck_assert_uint_eq(size, 4);
    ck_assert_int_eq(kk_os_file_read(path, 3, &read, &err), KK_E_ROW_LIMIT);
    ck_assert_int_eq(chmod(path, 0644), 0);
    ck_assert_int_eq(kk_os_file_check_private(path, &err), KK_E_KEY_MODE);
    ck_assert_uint_eq(leave(), 1);
}
END_TEST

START_TEST(what_is_not_committed_leaves_nothing)
{
    struct kk_os_writer w;
    struct kk_error err = { 0 };

    enter();
    ck_assert_int_eq(kk_os_writer_open(&w, path, KK_OS_SHARED, &err), 0);
    ck_assert_int_eq(kk_os_writer_put(&w, kk_slice_text("half"), &err), 0);
    kk_os_writer_fini(&w);
    kk_os_writer_fini(&w);
    ck_assert(!kk_os_exists(path));
    ck_assert_uint_eq(leave(), 0);
}
END_TEST

START_TEST(places_that_are_not_there)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes read = { 0 };
    struct kk_error err = { 0 };
    char deep[KK_OS_PATH_MAX];

    enter();
    ck_assert_int_eq(kk_os_file_read(path, 10, &read, &err), KK_E_NOT_FOUND);
    ck_assert(err.where[0] && err.detail[0]);
    ck_assert_int_eq(kk_os_file_remove(path, &err), 0);
    ck_assert_int_eq(kk_os_path_join(dir, "no/such/file", deep), 0);
    ck_assert_int_eq(kk_os_file_write(deep, kk_slice_text(""), KK_OS_SHARED, &err),
                     KK_E_NOT_FOUND);
    ck_assert_int_eq(kk_os_dir_make(path, &err), 0);
    ck_assert_int_eq(kk_os_dir_make(path, &err), 0);
    ck_assert_int_eq(kk_os_file_write(path, kk_slice_text(""), KK_OS_SHARED, &err), KK_E_IO);
    ck_assert_uint_eq(leave(), 1);
}
END_TEST

static int append(void *user, const char *name)
{
    char *text = user;

    memcpy(text + strlen(text), name, strlen(name) + 1);
    return 0;
}

START_TEST(entries_come_in_order)
{
    char text[64] = "", entry[KK_OS_PATH_MAX];

    enter();
    for (const char *name = "cab"; *name; name++) {
        ck_assert_int_eq(kk_os_path_join(dir, (char[]){ *name, 0 }, entry), 0);
        ck_assert_int_eq(kk_os_file_write(entry, kk_slice_text("x"), KK_OS_SHARED, NULL), 0);
    }
    ck_assert_int_eq(kk_os_dir_list(dir, append, text, NULL), 0);
    ck_assert_str_eq(text, "abc");
    leave();
}
END_TEST

START_TEST(one_writer_at_a_time)
{
    struct kk_os_lock mine = { 0 }, other = { 0 };
    struct kk_error err = { 0 };
    int64_t before;

    enter();
    ck_assert_int_eq(kk_os_lock_take(&mine, dir, 0, &err), 0);
    before = kk_os_monotonic_ms();
    ck_assert_int_eq(kk_os_lock_take(&other, dir, 150, &err), KK_E_LOCKED);
    ck_assert_int_ge(kk_os_monotonic_ms() - before, 150);
    kk_os_lock_fini(&mine);
    ck_assert_int_eq(kk_os_lock_take(&other, dir, 0, &err), 0);
    kk_os_lock_fini(&other);
    leave();
}
END_TEST

START_TEST(the_language_of_the_locale)
{
    setenv("LC_ALL", "", 1);
    setenv("LC_MESSAGES", "", 1);
    setenv("LANG", "en_GB.UTF-8", 1);
    ck_assert_str_eq(kk_os_language(), "en");
    setenv("LC_ALL", "ja_JP.UTF-8", 1);
    ck_assert_str_eq(kk_os_language(), "ja");
    setenv("LC_ALL", "C", 1);
    ck_assert_str_eq(kk_os_language(), "ja");
    unsetenv("LC_ALL");
    unsetenv("LC_MESSAGES");
    unsetenv("LANG");
    ck_assert_str_eq(kk_os_language(), "ja");
}
END_TEST

START_TEST(the_home_of_data)
{
    char home[KK_OS_PATH_MAX];

    setenv("XDG_DATA_HOME", "/x/data", 1);
    ck_assert_int_eq(kk_os_data_home(home, NULL), 0);
    ck_assert_str_eq(home, "/x/data/kukyoku");
    unsetenv("XDG_DATA_HOME");
    setenv("HOME", "/h", 1);
    ck_assert_int_eq(kk_os_data_home(home, NULL), 0);
    ck_assert_str_eq(home, "/h/.local/share/kukyoku");
    unsetenv("HOME");
    ck_assert_int_eq(kk_os_data_home(home, NULL), KK_E_NOT_FOUND);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("os", &s);

    tcase_add_test(c, a_file_is_written_whole_and_private);
    tcase_add_test(c, what_is_not_committed_leaves_nothing);
    tcase_add_test(c, places_that_are_not_there);
    tcase_add_test(c, entries_come_in_order);
    tcase_add_test(c, one_writer_at_a_time);
    tcase_add_test(c, the_language_of_the_locale);
    tcase_add_test(c, the_home_of_data);
    return s;
}
