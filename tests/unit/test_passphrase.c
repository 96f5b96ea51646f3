/*
 * The passphrase of a folder's keys: set, changed, taken away; a wrong one, a file that others may
 * read, a change that was cut short. client/home/passphrase.c [TR-18]
 */
#include "unit.h"

#include "home/passphrase.h"

#include "kukyoku/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define OLD "とても長い合言葉"
#define NEW "another long one"

static const char *const names[] = { "desk.key", "scopes.key", "sign.key" };
static const char *const kinds[] = { "desk", "scopes", "sign" };

struct folder {
    char dir[64];
};

static void path_of(const struct folder *f, size_t i, char ret[128])
{
    snprintf(ret, 128, "%s/%s", f->dir, names[i]);
}

static void put(const struct folder *f, size_t i, struct kk_slice passphrase)
{
    struct kk_error err = { 0 };
    char path[128];

    path_of(f, i, path);
    ck_assert_int_eq(kk_key_write(path, kinds[i], kk_slice_text(kinds[i]), passphrase, &err), 0);
}

static void init(struct folder *f)
{
    snprintf(f->dir, sizeof(f->dir), "/tmp/kukyoku-passphrase-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(f->dir));
    for (size_t i = 0; i < KK_COUNT(names); i++)
        put(f, i, kk_slice(NULL, 0));
}

static void fini(const struct folder *f)
{
    char path[128];

    for (size_t i = 0; i < KK_COUNT(names); i++) {
        path_of(f, i, path);
        unlink(path);
    }
    ck_assert_int_eq(rmdir(f->dir), 0); /* and nothing else was left there */
}

/* What key i says when it is opened with the passphrase. */
static int opens(const struct folder *f, size_t i, struct kk_slice passphrase)
{
    struct kk_bytes plain = { 0 };
    struct kk_error err = { 0 };
    char path[128];
    int r;

    path_of(f, i, path);
    r = kk_key_read(path, kinds[i], passphrase, &plain, &err);
    if (r == 0)
        unit_assert_slice(kk_bytes_slice(&plain), kk_slice_text(kinds[i]));
    kk_os_wipe(&plain);
    return r;
}

static int change(const struct folder *f, const char *old, const char *new, unsigned *ret)
{
    struct kk_passphrase_change how = { .old = old ? kk_slice_text(old) : kk_slice(NULL, 0),
                                        .new = new ? kk_slice_text(new) : kk_slice(NULL, 0) };
    struct kk_error err = { 0 };

    return kk_passphrase_change(f->dir, &how, ret, &err);
}

START_TEST(through_its_life)
{
    struct kk_passphrase_look look;
    struct kk_error err = { 0 };
    struct folder f;
    struct stat st;
    char path[128];
    unsigned changed;

    init(&f);
    ck_assert_int_eq(kk_passphrase_look(f.dir, &look, &err), 0);
    ck_assert(look.keys == 3 && look.locked == 0);
    ck_assert_int_eq(change(&f, NULL, OLD, &changed), 0);
    ck_assert_uint_eq(changed, 3);
    for (size_t i = 0; i < KK_COUNT(names); i++) {
        path_of(&f, i, path);
        ck_assert_int_eq(stat(path, &st), 0);
        ck_assert_uint_eq(st.st_mode & 0777, 0600);
        ck_assert_int_eq(opens(&f, i, kk_slice(NULL, 0)), KK_E_PASSPHRASE);
        ck_assert_int_eq(opens(&f, i, kk_slice_text(OLD)), 0);
    }
    ck_assert_int_eq(kk_passphrase_look(f.dir, &look, &err), 0);
    ck_assert(look.keys == 3 && look.locked == 3);
    ck_assert_int_eq(kk_passphrase_try(f.dir, kk_slice_text(OLD), &err), 0);
    ck_assert_int_eq(kk_passphrase_try(f.dir, kk_slice_text(NEW), &err), KK_E_PASSPHRASE);
    ck_assert_int_eq(change(&f, OLD, NEW, &changed), 0);
    ck_assert_int_eq(opens(&f, 1, kk_slice_text(OLD)), KK_E_PASSPHRASE);
    ck_assert_int_eq(change(&f, NEW, NULL, &changed), 0);
    ck_assert_uint_eq(changed, 3);
    ck_assert_int_eq(opens(&f, 0, kk_slice(NULL, 0)), 0);
    ck_assert_int_eq(change(&f, NULL, NULL, &changed), 0);
    ck_assert_uint_eq(changed, 0);
    fini(&f);
}
END_TEST

static void read_all(const struct folder *f, struct kk_bytes *out)
{
    struct kk_error err = { 0 };
    char path[128];

    for (size_t i = 0; i < KK_COUNT(names); i++) {
        path_of(f, i, path);
        ck_assert_int_eq(kk_os_file_read(path, 4096, out, &err), 0);
    }
}

/* One key under another passphrase, one that others may read, one that is damaged: none changes. */
START_TEST(all_or_none)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes before = { 0 }, after = { 0 };
    struct kk_passphrase_change dry = { .new = kk_slice_text(OLD), .check_only = true };
    struct kk_error err = { 0 };
    struct folder f;
    char path[128];
    unsigned changed;

    init(&f);
    path_of(&f, 2, path);
    put(&f, 2, kk_slice_text("quite another one"));
    read_all(&f, &before);
    ck_assert_int_eq(change(&f, NULL, OLD, &changed), KK_E_PASSPHRASE);
    ck_assert_int_eq(change(&f, NEW, OLD, &changed), KK_E_PASSPHRASE);
    ck_assert_int_eq(change(&f, NULL, NULL, &changed), KK_E_PASSPHRASE);
    ck_assert_uint_eq(changed, 0);
    dry.old = kk_slice_text("quite another one");
    ck_assert_int_eq(kk_passphrase_change(f.dir, &dry, &changed, &err), 0);
    ck_assert_uint_eq(changed, 3);
    read_all(&f, &after);
    unit_assert_slice(kk_bytes_slice(&after), kk_bytes_slice(&before));
    ck_assert_int_eq(chmod(path, 0640), 0);
    ck_assert_int_eq(change(&f, "quite another one", OLD, &changed), KK_E_KEY_MODE);
    ck_assert_int_eq(chmod(path, 0600), 0);
    ck_assert_int_eq(truncate(path, 20), 0);
    ck_assert_int_eq(change(&f, "quite another one", OLD, &changed), KK_E_SHAPE);
    ck_assert_int_eq(opens(&f, 0, kk_slice(NULL, 0)), 0);
    fini(&f);
}
END_TEST

/* The machine lost its power between the first key and the second: asking again ends it. */
START_TEST(cut_short)
{
    struct folder f;
    unsigned changed;

    init(&f);
    put(&f, 0, kk_slice_text(NEW));
    put(&f, 1, kk_slice_text(OLD));
    put(&f, 2, kk_slice_text(OLD));
    ck_assert_int_eq(change(&f, OLD, NEW, &changed), 0);
    ck_assert_uint_eq(changed, 2);
    for (size_t i = 0; i < KK_COUNT(names); i++)
        ck_assert_int_eq(opens(&f, i, kk_slice_text(NEW)), 0);
    put(&f, 1, kk_slice(NULL, 0)); /* while it was taken away */
    ck_assert_int_eq(change(&f, NEW, NULL, &changed), 0);
    ck_assert_uint_eq(changed, 2);
    fini(&f);
}
END_TEST

START_TEST(long_enough)
{
    ck_assert(!kk_passphrase_long_enough(kk_slice_text("")));
    ck_assert(!kk_passphrase_long_enough(kk_slice_text("1234567")));
    ck_assert(kk_passphrase_long_enough(kk_slice_text("12345678")));
    ck_assert(!kk_passphrase_long_enough(kk_slice_text("七文字の合言葉"))); /* of 21 bytes */
    ck_assert(kk_passphrase_long_enough(kk_slice_text(OLD)));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("passphrase", &suite);

    tcase_set_timeout(c, 60); /* argon2id is slow on purpose */
    tcase_add_test(c, through_its_life);
    tcase_add_test(c, all_or_none);
    tcase_add_test(c, cut_short);
    tcase_add_test(c, long_enough);
    return suite;
}
