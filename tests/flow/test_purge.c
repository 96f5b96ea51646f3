/*
 * A device that the roster moves to another ward: what waited for the old one is given back in
 * words while its keys are here, the replicas of the old ward go, all else stays and goes on.
 * client/model/purge.c [SY-13]
 */
#include "office.h"

#include "model/purge.h"

#include "kukyoku/error.h"
#include "kukyoku/record/act.h"

#include <stdio.h>

#define SEED 20261129
#define LATE "夜の見守り隊"

struct scene {
    struct bureau bureau;
    struct village village;
    struct office d;
};

static void scene_init(struct scene *s)
{
    uint64_t seed = unit_seed(SEED);
    struct bureau_device *as;

    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, seed, kk_os_now_ms());
    as = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, as, KK_ROLE_LEAD, "14133");
    bureau_sign_roster(&s->bureau);
    village_init(&s->village, &s->bureau, seed + 1);
    village_hand_over(&s->village);
    office_init(&s->d, &s->bureau, as);
    ck_assert_int_eq(office_sync(&s->d, &s->village, NULL), 0);
}

static void scene_fini(struct scene *s)
{
    office_fini(&s->d);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
}

static bool there(const struct scene *s, const char *name)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", s->d.dir, name);
    return kk_os_exists(path);
}

static struct kk_purge_report purge(struct scene *s, bool check_only)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    struct kk_purge_report report = { .scopes = 0 };
    struct kk_error err = { 0 };

    ck_assert_int_eq(kk_home_open(s->d.dir, KK_HOME_WRITE, &h, &err), 0);
    ck_assert_int_eq(kk_purge(&h, KK_PURGE_LOST, check_only, &report, &err), 0);
    return report;
}

static int read_one(void *user, const char *name)
{
    struct kk_bytes *text = user;
    struct kk_error err = { 0 };
    char path[KK_OS_PATH_MAX];

    ck_assert_int_eq(kk_os_path_join((const char *)text->data, name, path), 0);
    kk_bytes_clear(text);
    ck_assert_int_eq(kk_os_file_read(path, 65536, text, &err), 0);
    return 0;
}

/* What the one file below returned/ says; empty: there is none. */
static void read_returned(const struct scene *s, struct kk_bytes *ret)
{
    char dir[KK_OS_PATH_MAX];
    struct kk_error err = { 0 };

    snprintf(dir, sizeof(dir), "%s/returned", s->d.dir);
    if (!kk_os_exists(dir))
        return;
    ck_assert_int_eq(kk_bytes_append(ret, dir, strlen(dir) + 1), 0);
    ck_assert_int_eq(kk_os_dir_list(dir, read_one, ret, &err), 0);
    ck_assert_int_eq(kk_bytes_append(ret, "", 1), 0);
}

START_TEST(moved)
{
    static const uint8_t old[KK_ID_BYTES] = { 1, 9 }, late[KK_ID_BYTES] = { 2, 9 },
                         next[KK_ID_BYTES] = { 3, 9 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    struct kk_purge_report report;
    struct scene s;

    scene_init(&s);
    office_write(&s.d, "w:14133", old, KK_ACT_CREATE, "届いた記録");
    ck_assert_int_eq(office_sync(&s.d, &s.village, NULL), 0);
    ck_assert_uint_eq(purge(&s, true).scopes, 0);
    office_write(&s.d, "w:14133", late, KK_ACT_CREATE, LATE);
    bureau_approve(&s.bureau, s.d.as, KK_ROLE_LEAD, "14131");
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    ck_assert_int_eq(office_sync(&s.d, &s.village, NULL), 0);
    ck_assert(there(&s, "w-14133.db"));
    read_returned(&s, &text);
    ck_assert_uint_gt(text.len, 0);
    ck_assert_ptr_nonnull(strstr((const char *)text.data, LATE));
    ck_assert_ptr_null(strstr((const char *)text.data, "届いた記録"));
    ck_assert_uint_ge(purge(&s, true).scopes, 1);
    ck_assert(there(&s, "w-14133.db"));
    report = purge(&s, false);
    ck_assert_uint_ge(report.scopes, 1);
    ck_assert(!there(&s, "w-14133.db") && !there(&s, "e-14133.db"));
    ck_assert(there(&s, "w-14131.db") && there(&s, "int.db"));
    ck_assert_uint_eq(purge(&s, false).scopes, 0);
    office_write(&s.d, "w:14131", next, KK_ACT_CREATE, "新しい区で");
    ck_assert_int_eq(office_sync(&s.d, &s.village, NULL), 0);
    ck_assert(!there(&s, "w-14133.db"));
    scene_fini(&s);
}
END_TEST

/* One that nobody has approved yet has lost nothing; a person may decide otherwise. */
START_TEST(nothing_lost)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    struct kk_purge_report report = { .scopes = 0 };
    struct kk_error err = { 0 };
    struct scene s;

    scene_init(&s);
    ck_assert_uint_eq(purge(&s, false).scopes, 0);
    ck_assert(there(&s, "w-14133.db"));
    ck_assert_int_eq(kk_home_open(s.d.dir, KK_HOME_WRITE, &h, &err), 0);
    ck_assert_int_eq(kk_purge(&h, KK_PURGE_ALL, false, &report, &err), 0);
    ck_assert_uint_ge(report.scopes, 3);
    ck_assert_uint_eq(report.returned, 0);
    ck_assert(!there(&s, "w-14133.db") && !there(&s, "int.db"));
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("purge", &suite);

    tcase_set_timeout(c, 120);
    tcase_add_test(c, moved);
    tcase_add_test(c, nothing_lost);
    return suite;
}
