/*
 * Backups: made, found, read again, placed; cut short, damaged, of something else; the folder of
 * them kept small. Covers proto/db/copy_file.c and copy_read.c.
 */
#include "unit.h"

#include "kukyoku/base/date.h"
#include "kukyoku/db/copy.h"
#include "kukyoku/limits.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW 1764500000000ll /* 2025-11-30T10:53:20Z */
#define TEN "kukyoku-20251130T105320Z"

struct place {
    char dir[40], from[80], out[KK_COPY_PATH_MAX], to[80];
};

static void join(char ret[KK_COPY_PATH_MAX], const char *dir, const char *name)
{
    int n = snprintf(ret, KK_COPY_PATH_MAX, "%s/%s", dir, name);

    ck_assert(n > 0 && n < KK_COPY_PATH_MAX);
}

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[KK_COPY_PATH_MAX];
    FILE *f;

    join(path, dir, name);
    f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    fclose(f);
}

static void make_db(const char *dir)
{
    char path[KK_COPY_PATH_MAX];
    sqlite3 *handle;

    join(path, dir, "state.db");
    ck_assert_int_eq(sqlite3_open(path, &handle), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(handle,
                                  "CREATE TABLE a (b BLOB); INSERT INTO a VALUES "
                                  "(zeroblob(9000)), (zeroblob(9000)), (zeroblob(9000)), "
                                  "(zeroblob(9000)), (zeroblob(9000)), (zeroblob(9000))",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(handle);
}

static void place_init(struct place *p)
{
    char folder[120];

    snprintf(p->dir, sizeof(p->dir), "/tmp/kk-copy-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(p->dir));
    snprintf(p->from, sizeof(p->from), "%s/from", p->dir);
    snprintf(p->out, sizeof(p->out), "%s/out", p->dir);
    snprintf(p->to, sizeof(p->to), "%s/to", p->dir);
    snprintf(folder, sizeof(folder), "%s/stage", p->from);
    ck_assert_int_eq(mkdir(p->from, 0755), 0);
    ck_assert_int_eq(mkdir(folder, 0755), 0);
    write_file(p->from, "device.key", "secret");
    write_file(p->from, "lock", "");
    write_file(p->from, "x.part", "half");
    write_file(p->from, ".hidden", "no");
    write_file(folder, "区 blob", "bytes\n");
    make_db(p->from);
}

static void place_fini(const struct place *p)
{
    ck_assert_int_eq(kk_copy_remove(p->dir, NULL), 0);
    ck_assert_int_ne(access(p->dir, F_OK), 0);
    ck_assert_int_eq(kk_copy_remove(p->dir, NULL), 0); /* gone is fine */
}

static void make(const struct place *p, int64_t now)
{
    KK_AUTO_FINI(kk_copy) struct kk_copy c = { .open = false };
    struct kk_error err = { 0 };

    ck_assert_int_eq(kk_copy_begin(&c, p->out, "kukyoku", now, &err), 0);
    ck_assert_int_eq(kk_copy_tree(&c, p->from, "", &err), 0);
    ck_assert_int_eq(kk_copy_file(&c, "/nowhere/file", "gone", &err), 0);
    ck_assert_int_eq(kk_copy_say(&c, kk_slice_text("log a 1\nlog b 2\n")), 0);
    ck_assert_int_eq(kk_copy_commit(&c, &err), 0);
    ck_assert_uint_gt(c.bytes, 50 * 900);
}

static int open_in(const struct place *p, const char *prefix, struct kk_error *err)
{
    KK_AUTO_FINI(kk_copy_set) struct kk_copy_set set = { .files = 0 };
    int r = kk_copy_open(p->out, prefix, &set, err);

    return r == 0 ? kk_copy_check(&set, err) : r;
}

START_TEST(names_are_times)
{
    static const char *const wrong[] = {
        "kukyoku-20251130T105360Z", "kukyoku-20251131T105320Z",  "kukyoku-20251130T105320z",
        "kukyoku-20251130T105320",  "kukyokud-20251130T105320Z", "kukyoku_20251130T105320Z",
        "kukyoku-2025113xT105320Z", "kukyoku-20251130T105320Z ", "",
    };
    char name[KK_COPY_NAME_MAX];
    int64_t ms;

    kk_copy_name("kukyoku", NOW, name);
    ck_assert_str_eq(name, TEN);
    ck_assert(kk_copy_time("kukyoku", name, &ms));
    ck_assert_int_eq(ms, NOW);
    for (size_t i = 0; i < KK_COUNT(wrong); i++)
        ck_assert(!kk_copy_time("kukyoku", wrong[i], &ms));
}
END_TEST

START_TEST(made_and_placed)
{
    KK_AUTO_FINI(kk_copy_set) struct kk_copy_set set = { .files = 0 };
    struct kk_error err = { 0 };
    char path[KK_COPY_PATH_MAX];
    struct stat st;
    struct place p;

    place_init(&p);
    make(&p, NOW - KK_DAY_MS);
    make(&p, NOW);
    ck_assert_int_eq(kk_copy_open(p.out, "kukyoku", &set, &err), 0); /* the newest of the folder */
    ck_assert_str_eq(strrchr(set.path, '/') + 1, TEN);
    ck_assert_int_eq(set.made_ms, NOW);
    ck_assert_uint_eq(set.files, 3);
    unit_assert_slice(kk_bytes_slice(&set.state), kk_slice_text("log a 1\nlog b 2\n"));
    ck_assert_int_eq(kk_copy_check(&set, &err), 0);
    ck_assert_int_eq(kk_copy_place(&set, p.to, &err), 0);
    join(path, p.to, "stage/区 blob");
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_size, 6);
    join(path, set.path, "device.key");
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(stat(set.path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0700);
    ck_assert_int_eq(kk_copy_place(&set, p.to, &err), KK_E_EXISTS); /* never over another */
    place_fini(&p);
}
END_TEST

/* As a process that was killed leaves it: no name, no manifest. */
START_TEST(cut_short)
{
    struct kk_copy left = { .open = false };
    struct kk_error err = { 0 };
    struct place p;

    place_init(&p);
    ck_assert_int_eq(kk_copy_begin(&left, p.out, "kukyoku", NOW, &err), 0);
    ck_assert_int_eq(kk_copy_tree(&left, p.from, "", &err), 0);
    ck_assert_int_eq(open_in(&p, "kukyoku", &err), KK_E_BACKUP);
    make(&p, NOW + KK_DAY_MS - 1000); /* within a day it may be somebody's still */
    ck_assert_int_eq(access(left.part, F_OK), 0);
    make(&p, NOW + 2 * KK_DAY_MS);
    ck_assert_int_ne(access(left.part, F_OK), 0);
    ck_assert_int_eq(open_in(&p, "kukyoku", &err), 0);
    kk_copy_fini(&left);
    ck_assert_int_eq(kk_copy_begin(&left, p.out, "kukyoku", NOW, &err), 0);
    kk_copy_fini(&left); /* given up in order */
    ck_assert_int_ne(access(left.part, F_OK), 0);
    place_fini(&p);
}
END_TEST

static void change_byte(const char *path, long at)
{
    FILE *f = fopen(path, "r+b");
    int was;

    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fseek(f, at, SEEK_SET), 0);
    was = fgetc(f);
    ck_assert_int_ne(was, EOF);
    ck_assert_int_eq(fseek(f, at, SEEK_SET), 0);
    ck_assert_int_ne(fputc(was ^ 1, f), EOF);
    fclose(f);
}

START_TEST(damaged)
{
    static const char *const files[] = { "device.key", "state.db", "stage/区 blob", "MANIFEST" };
    struct kk_error err = { 0 };
    char path[KK_COPY_PATH_MAX];
    struct place p;

    place_init(&p);
    make(&p, NOW);
    ck_assert_int_eq(open_in(&p, "kukyoku", &err), 0);
    join(path, p.out, TEN);
    join(p.out, path, files[_i / 3]);
    memcpy(path, p.out, sizeof(path));
    *strstr(p.out, "/" TEN) = '\0';
    if (_i % 3 == 0)
        change_byte(path, 3);
    else if (_i % 3 == 1)
        ck_assert_int_eq(truncate(path, 5), 0);
    else
        ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(open_in(&p, "kukyoku", &err), KK_E_BACKUP);
    ck_assert_str_ne(err.detail, "");
    ck_assert_str_ne(err.detail_ja, "");
    ck_assert_ptr_nonnull(strstr(err.where, p.dir));
    place_fini(&p);
}
END_TEST

START_TEST(nothing_remains_of_a_bad_one)
{
    KK_AUTO_FINI(kk_copy_set) struct kk_copy_set set = { .files = 0 };
    struct kk_error err = { 0 };
    char path[KK_COPY_PATH_MAX];
    struct place p;

    place_init(&p);
    make(&p, NOW);
    ck_assert_int_eq(kk_copy_open(p.out, "kukyoku", &set, &err), 0);
    join(path, set.path, "state.db");
    change_byte(path, 5000);
    ck_assert_int_eq(kk_copy_place(&set, p.to, &err), KK_E_BACKUP);
    ck_assert_int_ne(access(p.to, F_OK), 0);
    place_fini(&p);
}
END_TEST

START_TEST(of_something_else)
{
    struct kk_error err = { 0 };
    char path[KK_COPY_PATH_MAX];
    struct place p;

    place_init(&p);
    make(&p, NOW);
    join(path, p.out, TEN);
    memcpy(p.out, path, sizeof(path));
    ck_assert_int_eq(open_in(&p, "kukyokud", &err), KK_E_BACKUP);
    snprintf(p.out, sizeof(p.out), "%s", p.from);
    ck_assert_int_eq(open_in(&p, "kukyoku", &err), KK_E_BACKUP);
    snprintf(p.out, sizeof(p.out), "/nowhere/at/all");
    ck_assert_int_eq(open_in(&p, "kukyoku", &err), KK_E_NOT_FOUND);
    place_fini(&p);
}
END_TEST

START_TEST(a_disk_that_is_full)
{
    struct kk_copy c = { .open = false };
    struct kk_error err = { 0 };
    struct place p;

    place_init(&p);
    ck_assert_int_eq(kk_copy_begin(&c, p.out, "kukyoku", NOW, &err), 0);
    c.max_pages = 4;
    ck_assert_int_eq(kk_copy_tree(&c, p.from, "", &err), KK_E_DISK_FULL);
    kk_copy_fini(&c);
    ck_assert_int_eq(rmdir(p.out), 0); /* nothing is left in it */
    place_fini(&p);
}
END_TEST

START_TEST(a_place_that_does_not_take_it)
{
    struct kk_copy c = { .open = false };
    struct kk_error err = { 0 };
    struct place p;

    place_init(&p);
    join(p.out, p.from, "device.key/out");
    ck_assert_int_eq(kk_copy_begin(&c, p.out, "kukyoku", NOW, &err), KK_E_IO);
    ck_assert_str_eq(err.where, p.out);
    kk_copy_fini(&c);
    place_fini(&p);
}
END_TEST

START_TEST(two_in_one_second)
{
    struct kk_copy c = { .open = false };
    struct kk_error err = { 0 };
    struct place p;

    place_init(&p);
    make(&p, NOW);
    ck_assert_int_eq(kk_copy_begin(&c, p.out, "kukyoku", NOW, &err), KK_E_EXISTS);
    kk_copy_fini(&c);
    write_file(p.from, "two\nlines", "");
    ck_assert_int_eq(kk_copy_begin(&c, p.out, "kukyoku", NOW + 1000, &err), 0);
    ck_assert_int_eq(kk_copy_tree(&c, p.from, "", &err), KK_E_IO); /* no name for a manifest */
    kk_copy_fini(&c);
    place_fini(&p);
}
END_TEST

START_TEST(aside_is_a_free_name)
{
    char first[KK_COPY_PATH_MAX], second[KK_COPY_PATH_MAX], lengthy[KK_COPY_PATH_MAX];
    struct kk_error err = { 0 };
    struct place p;

    place_init(&p);
    ck_assert_int_eq(kk_copy_aside(p.from, NOW, first, &err), 0);
    ck_assert_str_eq(first + strlen(p.from), ".before-20251130T105320Z");
    write_file(p.dir, strrchr(first, '/') + 1, "");
    ck_assert_int_eq(kk_copy_aside(p.from, NOW, second, &err), 0);
    ck_assert_str_eq(second + strlen(p.from), ".before-20251130T105320Z-2");
    memset(lengthy, 'x', sizeof(lengthy) - 1);
    lengthy[sizeof(lengthy) - 1] = '\0';
    ck_assert_int_eq(kk_copy_aside(lengthy, NOW, second, &err), KK_E_IO);
    place_fini(&p);
}
END_TEST

START_TEST(the_folder_stays_small)
{
    struct kk_error err = { 0 };
    unsigned removed = 0, all = 0;
    char path[KK_COPY_PATH_MAX];
    struct place p;

    place_init(&p);
    ck_assert_int_eq(mkdir(p.out, 0700), 0);
    write_file(p.out, "kukyoku-notes.txt", "of somebody else");
    for (int day = 0; day < 60; day++) {
        char name[KK_COPY_NAME_MAX];

        kk_copy_name("kukyoku", NOW + day * KK_DAY_MS, name);
        join(path, p.out, name);
        ck_assert_int_eq(mkdir(path, 0700), 0);
        ck_assert_int_eq(kk_copy_rotate(p.out, "kukyoku", NOW + day * KK_DAY_MS, &removed, &err),
                         0);
        all += removed;
        ck_assert_int_eq(access(path, F_OK), 0);
    }
    ck_assert_uint_ge(all, 60 - 7 - 4 - 3);
    ck_assert_uint_lt(all, 60 - 7);
    join(path, p.out, "kukyoku-notes.txt");
    ck_assert_int_eq(access(path, F_OK), 0);
    place_fini(&p);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("copy", &suite);

    tcase_add_test(tcase, names_are_times);
    tcase_add_test(tcase, made_and_placed);
    tcase_add_test(tcase, cut_short);
    tcase_add_loop_test(tcase, damaged, 0, 12);
    tcase_add_test(tcase, nothing_remains_of_a_bad_one);
    tcase_add_test(tcase, of_something_else);
    tcase_add_test(tcase, a_disk_that_is_full);
    tcase_add_test(tcase, a_place_that_does_not_take_it);
    tcase_add_test(tcase, two_in_one_second);
    tcase_add_test(tcase, aside_is_a_free_name);
    tcase_add_test(tcase, the_folder_stays_small);
    return suite;
}
