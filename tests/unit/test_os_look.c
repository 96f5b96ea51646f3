/* client/os_posix_look.c: places, modes, the lock and who holds it. */
#include "unit.h"

#include "os_look.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/kukyoku-look-XXXXXX";

static void enter(void)
{
    memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

START_TEST(a_place_is_described)
{
    struct kk_os_place is;
    char path[KK_OS_PATH_MAX];

    enter();
    ck_assert_int_eq(kk_os_look(dir, &is, NULL), 0);
    ck_assert(is.there && is.is_dir && is.own && !is.network && is.mode == 0700);
    ck_assert(is.all_bytes >= is.free_bytes && is.all_bytes > 0 && is.modified_ms > 0);
    ck_assert_int_eq(kk_os_path_join(dir, "none", path), 0);
    ck_assert_int_eq(kk_os_look(path, &is, NULL), 0);
    ck_assert(!is.there);
    ck_assert_int_eq(kk_os_look("/proc", &is, NULL), 0);
    ck_assert(is.there && is.own == (geteuid() == 0));
    unit_remove_folder(dir);
}
END_TEST

START_TEST(only_own_things_are_closed_and_no_link_is_followed)
{
    char path[KK_OS_PATH_MAX], link_path[KK_OS_PATH_MAX];
    struct kk_error err = { 0 };
    struct kk_os_place is;

    enter();
    ck_assert_int_eq(kk_os_path_join(dir, "a", path), 0);
    ck_assert_int_eq(kk_os_path_join(dir, "link", link_path), 0);
    ck_assert_int_eq(kk_os_file_write(path, kk_slice_text("x"), KK_OS_SHARED, &err), 0);
    ck_assert_int_eq(chmod(path, 0666), 0);
    ck_assert_int_eq(symlink(path, link_path), 0);
    ck_assert_int_lt(kk_os_tighten(link_path, &err), 0);
    ck_assert_int_eq(kk_os_look(path, &is, NULL), 0);
    ck_assert_uint_eq(is.mode, 0666);
    ck_assert_int_eq(kk_os_tighten(path, &err), 0);
    ck_assert_int_eq(kk_os_look(path, &is, NULL), 0);
    ck_assert_uint_eq(is.mode, 0600);
    ck_assert_int_eq(kk_os_tighten("/nowhere/at/all", &err), KK_E_NOT_FOUND);
    unit_remove_folder(dir);
}
END_TEST

/* A child that holds the lock until it is ended; told by a byte when it does. */
static pid_t hold(void)
{
    int told[2];
    char byte;
    pid_t child;

    ck_assert_int_eq(pipe(told), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct kk_os_lock lock = { 0 };

        if (kk_os_lock_take(&lock, dir, 0, NULL) == 0 && write(told[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    ck_assert_int_eq(read(told[0], &byte, 1), 1);
    close(told[0]);
    close(told[1]);
    return child;
}

START_TEST(who_holds_the_lock_is_told)
{
    struct kk_os_holder who;
    int status;
    pid_t child;

    enter();
    ck_assert_int_eq(kk_os_lock_look(dir, KK_OS_LOCK_HOME, &who, NULL), 0);
    ck_assert(!who.held);
    child = hold();
    ck_assert_int_eq(kk_os_lock_look(dir, KK_OS_LOCK_HOME, &who, NULL), 0);
    ck_assert(who.held && !who.halted);
    ck_assert(who.process == 0 || who.process == child);
    ck_assert_int_eq(kill(child, SIGSTOP), 0);
    ck_assert_int_eq(waitpid(child, &status, WUNTRACED), child);
    ck_assert_int_eq(kk_os_lock_look(dir, KK_OS_LOCK_HOME, &who, NULL), 0);
    ck_assert(who.held && who.halted == (who.process == child));
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(kk_os_lock_look(dir, KK_OS_LOCK_HOME, &who, NULL), 0);
    ck_assert(!who.held);
    unit_remove_folder(dir);
}
END_TEST

START_TEST(what_the_machine_offers)
{
    char font[KK_OS_NAME_MAX] = "", codeset[KK_OS_NAME_MAX];
    enum kk_os_hidden why;
    enum kk_os_answer encrypted;

    ck_assert(kk_os_port_free());
    encrypted = kk_os_encrypted("/nowhere/at/all", &why);
    ck_assert_int_eq(encrypted, KK_OS_UNKNOWN);
    ck_assert_int_ne(why, KK_OS_HIDDEN_NOT);
    ck_assert(kk_os_japanese_font(font) == (font[0] != '\0'));
    setenv("LC_ALL", "C.UTF-8", 1);
    kk_os_codeset(codeset);
    ck_assert_str_eq(codeset, "UTF-8");
    setenv("LC_ALL", "C", 1);
    kk_os_codeset(codeset);
    ck_assert_str_ne(codeset, "UTF-8");
    setenv("LC_ALL", "xx_XX.UTF-8", 1);
    kk_os_codeset(codeset);
    ck_assert_str_eq(codeset, "");
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("os_look", &s);

    tcase_add_test(c, a_place_is_described);
    tcase_add_test(c, only_own_things_are_closed_and_no_link_is_followed);
    tcase_add_test(c, who_holds_the_lock_is_told);
    tcase_add_test(c, what_the_machine_offers);
    return s;
}
