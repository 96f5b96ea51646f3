/*
 * The judgement of the doctor (client/model/doctor_judge.c, doctor.c, doctor_fix.c): a device that
 * is well, then each check made to fail, one fact at a time.
 */
#include "unit.h"

#include "model/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#define NOW 1795392000000ll
#define DAY (24 * 60 * 60 * 1000ll)

static void make_well(struct kk_doctor_facts *f)
{
    *f = (struct kk_doctor_facts){ .now_ms = NOW };
    f->folder = (struct kk_os_place){ .there = true, .is_dir = true, .own = true, .mode = 0700,
                                      .free_bytes = 4ull << 30, .all_bytes = 8ull << 30 };
    f->encrypted = KK_OS_YES;
    f->file_count = 1;
    f->files[0] = (struct kk_doctor_file){ .name = "state.db",
                                           .is = { .version = 3, .whole = true },
                                           .known = 3,
                                           .own = true };
    f->sign_key = true;
    f->signed_ms = NOW - DAY;
    f->root_expires = f->roster_expires = f->catalog_expires = NOW + 90 * DAY;
    f->release = 12;
    f->signers = f->needed = 2;
    f->state.verify_ms = NOW - 100 * DAY;
    snprintf(f->state.program, sizeof f->state.program, "%s", KUKYOKU_VERSION);
    f->state.enrolled = true;
    f->state.grade = KK_GRADE_FRESH;
    f->state.since_ms = f->state.sync_ms = f->state.sync_tried_ms = NOW - DAY / 4;
    f->state.backup_ms = NOW - 35 * DAY;
    f->state.restore_test_ms = NOW - 100 * DAY;
    f->port = true;
    snprintf(f->font, sizeof f->font, "BIZUDGothic-Regular.ttf");
    snprintf(f->codeset, sizeof f->codeset, "UTF-8");
    f->ward_count = 1;
    snprintf(f->wards[0].ward, sizeof f->wards[0].ward, "14133");
    f->wards[0].leads = 2;
}

START_TEST(a_device_that_is_well_is_called_so)
{
    struct kk_finding found[KK_CHECK_COUNT];
    struct kk_doctor_facts f;

    make_well(&f);
    kk_doctor_judge(&f, found);
    for (size_t i = 0; i < KK_CHECK_COUNT; i++)
        ck_assert_msg(found[i].result == KK_FINDING_OK, "%s: %s",
                      kk_check_row((enum kk_check)i)->name, found[i].en);
}
END_TEST

/* One fact made wrong: S(CHECK, RESULT, what is set). */
#define WRONGS(S)                                                                                 \
    S(FOLDER, FAIL, f->folder.there = false)                                                      \
    S(FOLDER, FAIL, f->folder.is_dir = false)                                                     \
    S(FOLDER, FAIL, f->folder_fault = KK_E_IO)                                                    \
    S(FOLDER, FAIL, f->home.fault = KK_E_HOME)                                                    \
    S(OWNER, FAIL, f->folder.own = false)                                                         \
    S(MODE, WARN, f->folder.mode = 0750)                                                          \
    S(SHARE, FAIL, f->folder.network = true)                                                      \
    S(SPACE, FAIL, f->folder.read_only = true)                                                    \
    S(SPACE, FAIL, f->folder.free_bytes = 1 << 20)                                                \
    S(SPACE, WARN, f->folder.free_bytes = 100 << 20)                                              \
    S(LEFTOVERS, WARN, f->leftovers = 2)                                                          \
    S(ENCRYPTION, WARN, f->encrypted = KK_OS_NO)                                                  \
    S(ENCRYPTION, UNKNOWN, (f->encrypted = KK_OS_UNKNOWN, f->hidden = KK_OS_HIDDEN_CONTAINER))    \
    S(ENCRYPTION, UNKNOWN, (f->encrypted = KK_OS_UNKNOWN, f->hidden = KK_OS_HIDDEN_DEVICE))       \
    S(LOCK, WARN, f->lock.held = true)                                                            \
    S(LOCK, WARN, (f->lock.held = true, f->lock.process = 7))                                     \
    S(LOCK, FAIL, (f->lock.held = f->lock.halted = true, f->lock.process = 7))                    \
    S(LOCK, UNKNOWN, f->lock_fault = KK_E_IO)                                                     \
    S(SETTINGS, FAIL, kk_error_say(&f->settings, KK_E_CONFIG, "k.ini:2", "unknown", "不明"))      \
    S(SYNC_LOCK, FAIL, (f->sync_lock.held = f->sync_lock.halted = true))                          \
    S(SYNC_LOCK, OK, (f->sync_lock.held = true, f->sync_lock.process = 7))                        \
    S(SYNC_LOCK, UNKNOWN, f->sync_lock_fault = KK_E_IO)                                           \
    S(FSYNC, WARN, f->probe_ms = 200)                                                             \
    S(FSYNC, OK, f->probe_ms = 199)                                                               \
    S(FSYNC, UNKNOWN, f->probe_fault = KK_E_IO)                                                   \
    S(INTEGRITY, FAIL, f->files[0].is.whole = false)                                              \
    S(INTEGRITY, UNKNOWN, f->files[0].fault = KK_E_LOCKED)                                        \
    S(SCHEMA, FAIL, f->files[0].is.version = 4)                                                   \
    S(SCHEMA, FAIL, f->files[0].own = false)                                                      \
    S(SCHEMA, WARN, f->files[0].is.version = 2)                                                   \
    S(VERIFIED, WARN, f->state.verify_ms = NOW - 101 * DAY)                                       \
    S(VERIFIED, FAIL, f->state.verify_faults = 1)                                                 \
    S(VERIFIED, UNKNOWN, f->state.verify_ms = 0)                                                  \
    S(PROGRAM, WARN, snprintf(f->state.program, sizeof f->state.program, "999"))                  \
    S(PROGRAM, WARN, snprintf(f->state.program, sizeof f->state.program, KUKYOKU_VERSION ".1"))   \
    S(PROGRAM, OK, snprintf(f->state.program, sizeof f->state.program, "0.0.99"))                 \
    S(PROGRAM, OK, f->state.program[0] = '\0')                                                    \
    S(PROGRAM, FAIL, f->home.fault = KK_E_STORE_NEWER)                                            \
    S(PROGRAM, FAIL, f->state.sync_error.fault = KK_E_PEER_VERSION)                               \
    S(PROGRAM, UNKNOWN, f->home.fault = KK_E_LOCKED)                                              \
    S(SIGNED, FAIL, f->signers = 1)                                                               \
    S(SIGNED, FAIL, snprintf(f->at_odds, sizeof f->at_odds, "pub"))                               \
    S(SIGNED, WARN, f->state.flags.catalog_replaced = true)                                       \
    S(SIGNED, UNKNOWN, f->release = 0)                                                            \
    S(CLOCK, WARN, f->signed_ms = NOW + DAY / 24)                                                 \
    S(CLOCK, FAIL, f->signed_ms = NOW + 2 * DAY)                                                  \
    S(CLOCK, UNKNOWN, f->signed_ms = 0)                                                           \
    S(SKEW, WARN, f->state.skew_ms = -DAY / 24)                                                   \
    S(SKEW, FAIL, f->state.skew_ms = 2 * DAY)                                                     \
    S(SKEW, UNKNOWN, f->state.sync_ms = 0)                                                        \
    S(KEYS, WARN, f->state.enrolled = false)                                                      \
    S(KEYS, FAIL, f->sign_key = false)                                                            \
    S(KEYS, FAIL, f->state.revoked = true)                                                        \
    S(KEY_MODE, FAIL, f->loose_keys = 1)                                                          \
    S(SCOPE_KEYS, FAIL, f->broken_wraps = 1)                                                      \
    S(TRUST, FAIL, f->home.fault = KK_E_SIGNATURE)                                                \
    S(TRUST, UNKNOWN, f->home.fault = KK_E_LOCKED)                                                \
    S(ROOT, WARN, f->root_expires = NOW + 29 * DAY)                                               \
    S(ROOT, FAIL, f->root_expires = NOW)                                                          \
    S(ROOT, UNKNOWN, f->root_expires = 0)                                                         \
    S(ROSTER, FAIL, f->roster_expires = NOW - DAY)                                                \
    S(CATALOG, FAIL, f->catalog_expires = NOW - DAY)                                              \
    S(AGE, WARN, f->state.grade = KK_GRADE_STALE)                                                 \
    S(AGE, UNKNOWN, f->state.grade = KK_GRADE_UNKNOWN)                                            \
    S(SYNC, WARN, f->state.sync_error.fault = KK_E_NETWORK)                                       \
    S(SYNC, UNKNOWN, f->state.sync_ms = f->state.sync_tried_ms = 0)                               \
    S(OUTBOX, WARN, f->state.refused = 1)                                                         \
    S(OUTBOX, WARN, (f->state.waiting = 1, f->state.sync_ms = NOW - 2 * DAY))                     \
    S(CONFLICTS, WARN, f->state.conflicts = 1)                                                    \
    S(RETENTION, WARN, (f->past_years = 2, f->years = 5))                                         \
    S(BACKUP, WARN, f->state.backup_ms = NOW - 36 * DAY)                                          \
    S(BACKUP, UNKNOWN, f->state.backup_ms = 0)                                                    \
    S(RESTORE_TEST, WARN, f->state.restore_test_ms = NOW - 101 * DAY)                             \
    S(RESTORE_TEST, WARN, f->state.restore_test_ms = 0)                                           \
    S(RESTORE_TEST, UNKNOWN, f->state.restore_test_ms = f->state.backup_ms = 0)                   \
    S(PROXY, WARN, f->proxied = true)                                                             \
    S(RECOVERY, WARN, f->state.held = true)                                                       \
    S(RECOVERY, WARN, (f->state.lost.cut = 2, f->state.lost.missing = 1))                         \
    S(PORT, FAIL, f->port = false)                                                                \
    S(FONT, WARN, f->font[0] = '\0')                                                              \
    S(LOCALE, WARN, f->codeset[0] = '\0')                                                         \
    S(LOCALE, WARN, snprintf(f->codeset, sizeof f->codeset, "ANSI_X3.4-1968"))                    \
    S(DESKS, WARN, f->desks = 2)                                                                  \
    S(LEADS, WARN, f->wards[0].leads = 1)                                                         \
    S(LEADS, WARN, f->wards[0].leads = 0)                                                         \
    S(LEADS, UNKNOWN, f->ward_count = 0)

static const struct wrong {
    enum kk_check check;
    enum kk_finding_result result;
} wrongs[] = {
#define WRONG_ROW(CHECK, RESULT, set) { KK_CHECK_##CHECK, KK_FINDING_##RESULT },
    WRONGS(WRONG_ROW)
};

static void make_wrong(struct kk_doctor_facts *f, size_t which)
{
    size_t at = 0;

#define WRONG_SET(CHECK, RESULT, set)                                                             \
    if (at++ == which)                                                                            \
        (void)(set);
    WRONGS(WRONG_SET)
}

START_TEST(each_check_fails_on_its_own_fact)
{
    struct kk_finding found[KK_CHECK_COUNT];
    const struct wrong *w = &wrongs[_i];
    struct kk_doctor_facts f;

    make_well(&f);
    make_wrong(&f, (size_t)_i);
    kk_doctor_judge(&f, found);
    ck_assert_msg(found[w->check].result == w->result, "%s: %s instead of %s",
                  kk_check_row(w->check)->name, kk_finding_name(found[w->check].result),
                  kk_finding_name(w->result));
    ck_assert(found[w->check].en[0] && found[w->check].ja[0]);
}
END_TEST

START_TEST(every_check_is_made_to_fail_and_told_in_both_languages)
{
    bool seen[KK_CHECK_COUNT] = { false };

    for (size_t i = 0; i < KK_COUNT(wrongs); i++)
        seen[wrongs[i].check] = seen[wrongs[i].check] || wrongs[i].result >= KK_FINDING_WARN;
    for (size_t i = 0; i < KK_CHECK_COUNT; i++) {
        const struct kk_check_row *row = kk_check_row((enum kk_check)i);

        ck_assert_msg(seen[i], "%s is never made to fail", row->name);
        ck_assert(row->en[0] && row->ja[0] && row->remedy_en[0] && row->remedy_ja[0]);
        for (size_t k = 0; k < i; k++) {
            const struct kk_check_row *other = kk_check_row((enum kk_check)k);

            ck_assert(other->code < row->code && strcmp(other->name, row->name) != 0);
        }
    }
}
END_TEST

START_TEST(a_proxy_that_stands_in_the_way)
{
    ck_assert(!kk_doctor_proxied(NULL, NULL));
    ck_assert(!kk_doctor_proxied("", NULL));
    ck_assert(kk_doctor_proxied("http://proxy:8080", NULL));
    ck_assert(kk_doctor_proxied("http://proxy:8080", "city.example"));
    ck_assert(kk_doctor_proxied("http://proxy:8080", "localhost"));
    ck_assert(!kk_doctor_proxied("http://proxy:8080", "localhost,127.0.0.1"));
    ck_assert(!kk_doctor_proxied("http://proxy:8080", "*"));
}
END_TEST

START_TEST(desks_together_on_purpose_are_fine)
{
    struct kk_finding found[KK_CHECK_COUNT];
    struct kk_doctor_facts f;

    make_well(&f);
    f.desks = 8;
    f.demo = true;
    kk_doctor_judge(&f, found);
    ck_assert_int_eq(found[KK_CHECK_DESKS].result, KK_FINDING_OK);
}
END_TEST

START_TEST(what_was_left_behind_is_known_by_name_and_age)
{
    static const char name[] = "device.key.0123456789abcdef.part";

    ck_assert(kk_doctor_leftover(name, NOW - DAY, NOW));
    ck_assert(!kk_doctor_leftover(name, NOW - 1000, NOW));
    ck_assert(!kk_doctor_leftover(".0123456789abcdef.part", NOW - DAY, NOW));
    ck_assert(!kk_doctor_leftover("a.0123456789abcdeX.part", NOW - DAY, NOW));
    ck_assert(!kk_doctor_leftover("a.0123456789abcdef.parts", NOW - DAY, NOW));
    ck_assert(!kk_doctor_leftover("thesis.part", NOW - DAY, NOW));
    ck_assert(!kk_doctor_leftover("", NOW - DAY, NOW));
}
END_TEST

static void put(const char *dir, const char *name, mode_t mode, time_t at, char ret[128])
{
    struct utimbuf times = { .actime = at, .modtime = at };

    snprintf(ret, 128, "%s/%s", dir, name);
    ck_assert_int_eq(kk_os_file_write(ret, kk_slice_text("x"), KK_OS_PRIVATE, NULL), 0);
    ck_assert_int_eq(chmod(ret, mode), 0);
    ck_assert_int_eq(utime(ret, &times), 0);
}

START_TEST(only_what_is_safe_is_put_right)
{
    char dir[] = "/tmp/kukyoku-doctor-XXXXXX";
    char key[128], old[128], own[128], lock[128];
    struct kk_error err = { 0 };
    unsigned changed;
    struct stat st;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    put(dir, "device.key", 0644, 0, key);
    put(dir, "x.kkyb.0123456789abcdef.part", 0600, 0, old);
    put(dir, "notes.txt", 0644, 0, own);
    ck_assert_int_eq(chmod(dir, 0755), 0);
    ck_assert_int_eq(kk_doctor_fix(dir, &changed, &err), 0);
    ck_assert_uint_eq(changed, 3);
    ck_assert_int_eq(stat(dir, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0700);
    ck_assert_int_eq(stat(key, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(stat(own, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0644);
    ck_assert(!kk_os_exists(old));
    ck_assert_int_eq(kk_doctor_fix(dir, &changed, &err), 0);
    ck_assert_uint_eq(changed, 0);
    snprintf(lock, sizeof lock, "%s/lock", dir);
    ck_assert_int_eq(unlink(key) | unlink(own) | unlink(lock) | rmdir(dir), 0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("doctor", &s);

    tcase_add_test(c, a_device_that_is_well_is_called_so);
    tcase_add_loop_test(c, each_check_fails_on_its_own_fact, 0, (int)KK_COUNT(wrongs));
    tcase_add_test(c, every_check_is_made_to_fail_and_told_in_both_languages);
    tcase_add_test(c, a_proxy_that_stands_in_the_way);
    tcase_add_test(c, desks_together_on_purpose_are_fine);
    tcase_add_test(c, what_was_left_behind_is_known_by_name_and_age);
    tcase_add_test(c, only_what_is_safe_is_put_right);
    return s;
}
