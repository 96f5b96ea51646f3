/*
 * The same flows with what a client has on disk: homes, replicas, ledgers, stage. A device that is
 * cut loses its process, not its files; in the end every home holds what the log and the catalog
 * say, and `verify` finds nothing; and what a sync tells. Covers client/model/newcomers.c. [SY-1]
 * [SY-12] [BN-24]
 */
#include "office.h"

#include "model/newcomers.h"
#include "model/state.h"

#include "kukyoku/error.h"

#include <stdio.h>

#define SEED 20261124

struct scene {
    struct bureau bureau;
    struct village village;
    struct office a, b, officer;
    struct press_table pub, internal;
};

static void count_fault(void *user, const struct kk_error *fault)
{
    (void)user;
    printf("# verify: E%d %s: %s\n", -fault->fault, fault->where, fault->detail);
}

static void assert_in_step(const struct scene *s, const struct office *d, uint64_t waiting)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    struct kk_verify_report report;
    struct kk_error err = { 0 };
    struct kk_state state;

    ck_assert_int_eq(kk_home_open(d->dir, KK_HOME_READ, &h, &err), 0);
    ck_assert_int_eq(kk_model_state(&h, &state, &err), 0);
    ck_assert_uint_eq(state.roster.ver, s->bureau.roster_ver);
    ck_assert_uint_eq(state.catalog.ver, s->bureau.release);
    ck_assert_int_eq(state.grade, KK_GRADE_FRESH);
    ck_assert_uint_eq(state.waiting, waiting);
    for (size_t i = 0; i < state.scope_count; i++)
        ck_assert_msg(state.scopes[i].in_step, "%s", state.scopes[i].scope);
    ck_assert_int_eq(kk_model_verify(&h, count_fault, NULL, &report, &err), 0);
    ck_assert_uint_eq(report.faults, 0);
    ck_assert_uint_eq(report.rows, s->pub.count + s->internal.count);
}

static void assert_well(const struct scene *s, const struct office *d)
{
    assert_in_step(s, d, 0);
}

/* What a device shows of field 1, and how many values it knows. */
static size_t shown(const struct office *d, const char *scope, const uint8_t rec[KK_ID_BYTES],
                    char ret[64])
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_ledger_record r;
    struct kk_slice text = { 0 };
    size_t values = 0;
    struct office_desk k;

    kk_arena_init(&arena, 64 * 1024 * 1024);
    office_sit(&k, d, scope);
    ck_assert_int_eq(kk_ledger_record(&k.ledger, rec, &arena, &r), 1);
    for (size_t i = 0; i < r.merged.field_count; i++) {
        if (r.merged.fields[i].number != 1)
            continue;
        values = r.merged.fields[i].count;
        text = r.merged.fields[i].values[0].value;
    }
    ck_assert_uint_ge(text.len, 1);
    snprintf(ret, 64, "%.*s", (int)text.len - 1, (const char *)text.data + 1);
    office_stand(&k);
    return values;
}

/* --- the scene --- */

static void scene_init(struct scene *s)
{
    uint64_t seed = unit_seed(SEED);
    struct bureau_device *a, *b, *officer;

    *s = (struct scene){ 0 };
    /* the client's stores read the real clock, so the papers are of today */
    bureau_init(&s->bureau, seed, kk_os_now_ms());
    a = bureau_stranger(&s->bureau);
    b = bureau_stranger(&s->bureau);
    officer = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, a, KK_ROLE_LEAD, "14133");
    bureau_approve(&s->bureau, b, KK_ROLE_LEAD, "14133");
    bureau_approve(&s->bureau, officer, KK_ROLE_OFFICER, "");
    bureau_sign_roster(&s->bureau);
    press_table_init(&s->pub);
    press_table_init(&s->internal);
    press_fill(&s->pub, 800, 13, 0);
    press_fill(&s->internal, 300, 13, 0);
    bureau_publish(&s->bureau, &s->pub, &s->internal);
    village_init(&s->village, &s->bureau, seed + 1);
    village_hand_over(&s->village);
    office_init(&s->a, &s->bureau, a);
    office_init(&s->b, &s->bureau, b);
    office_init(&s->officer, &s->bureau, officer);
}

static void scene_fini(struct scene *s)
{
    office_fini(&s->a);
    office_fini(&s->b);
    office_fini(&s->officer);
    village_fini(&s->village);
    press_table_fini(&s->pub);
    press_table_fini(&s->internal);
    bureau_fini(&s->bureau);
}

START_TEST(first_update_nothing)
{
    struct village_line line;
    struct kk_obs row;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(office_sync(&s.a, &s.village, &line), 0);
    assert_well(&s, &s.a);
    row = press_row("new", "14133", "2021", 7);
    press_add(&s.pub, &row);
    press_sort(&s.pub);
    bureau_publish(&s.bureau, &s.pub, NULL);
    village_hand_over(&s.village);
    ck_assert_int_eq(office_sync(&s.a, &s.village, &line), 0);
    assert_well(&s, &s.a);
    ck_assert_int_eq(office_sync(&s.a, &s.village, &line), 0);
    ck_assert(line.sync.counts.same);
    ck_assert_uint_le(line.bytes, 1024);
    scene_fini(&s);
}
END_TEST

START_TEST(cut_at_every_message)
{
    struct village_line whole;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(office_sync(&s.b, &s.village, &whole), 0);
    for (unsigned n = 1; n < whole.messages; n++) {
        struct office d;

        office_init(&d, &s.bureau, s.a.as);
        s.village.cut_after = n;
        ck_assert_int_eq(office_sync(&d, &s.village, NULL), KK_E_CUT);
        s.village.cut_after = 0;
        ck_assert_int_eq(office_sync(&d, &s.village, NULL), 0);
        assert_well(&s, &d);
        office_fini(&d);
    }
    scene_fini(&s);
}
END_TEST

/* Both edit one field while apart: both see one value, the same, and that there are two. */
START_TEST(conflict_is_seen_by_both)
{
    static const uint8_t rec[KK_ID_BYTES] = { 9, 8, 7 };
    char of_a[64], of_b[64];
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), 0);
    office_write(&s.a, "w:14133", rec, KK_ACT_CREATE, "first");
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), 0);
    ck_assert_uint_eq(shown(&s.b, "w:14133", rec, of_b), 1);
    ck_assert_str_eq(of_b, "first");
    office_write(&s.a, "w:14133", rec, KK_ACT_EDIT, "of a");
    office_write(&s.b, "w:14133", rec, KK_ACT_EDIT, "of b");
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), 0);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_uint_eq(shown(&s.a, "w:14133", rec, of_a), 2);
    ck_assert_uint_eq(shown(&s.b, "w:14133", rec, of_b), 2);
    ck_assert_str_eq(of_a, of_b);
    /* an edit that knows both resolves it */
    office_write(&s.b, "w:14133", rec, KK_ACT_EDIT, "agreed");
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), 0);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_uint_eq(shown(&s.a, "w:14133", rec, of_a), 1);
    ck_assert_str_eq(of_a, "agreed");
    assert_well(&s, &s.a);
    assert_well(&s, &s.b);
    scene_fini(&s);
}
END_TEST

static struct kk_track track_of(const struct office *d, const uint8_t rec[KK_ID_BYTES])
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_ledger_record r;
    struct kk_track track;
    struct office_desk k;

    kk_arena_init(&arena, 64 * 1024 * 1024);
    office_sit(&k, d, "e:14133");
    ck_assert_int_eq(kk_ledger_record(&k.ledger, rec, &arena, &r), 1);
    track = r.track;
    office_stand(&k);
    return track;
}

/* The ward acts, then the bureau; both sync, and both see the state. */
static void turn(struct scene *s, struct office *d, const uint8_t rec[KK_ID_BYTES], unsigned act,
                 enum kk_case_state after)
{
    office_write(d, "e:14133", rec, act, kk_act_name(act));
    ck_assert_int_eq(office_sync(d, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->a, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->officer, &s->village, NULL), 0);
    ck_assert_uint_eq(track_of(&s->a, rec).state, after);
    ck_assert_uint_eq(track_of(&s->officer, rec).state, after);
}

START_TEST(a_case_from_submission_to_scheme)
{
    static const uint8_t issue[KK_ID_BYTES] = { 5, 5 };
    uint8_t rec[KK_ID_BYTES], named[1][KK_HASH_BYTES];
    struct kk_ledger_draft confirm = { .kind = KK_KIND_CASE, .act = KK_ACT_CONFIRM, .refs = NULL };
    struct scene s;

    scene_init(&s);
    kk_case_id(issue, rec);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_int_eq(office_sync(&s.officer, &s.village, NULL), 0);
    turn(&s, &s.a, rec, KK_ACT_SUBMIT, KK_CASE_SUBMITTED);
    turn(&s, &s.officer, rec, KK_ACT_RECEIVE, KK_CASE_RECEIVED);
    turn(&s, &s.officer, rec, KK_ACT_REVIEW, KK_CASE_IN_REVIEW);
    turn(&s, &s.officer, rec, KK_ACT_ASK, KK_CASE_NEED_INFO);
    turn(&s, &s.a, rec, KK_ACT_REPLY, KK_CASE_IN_REVIEW);
    turn(&s, &s.officer, rec, KK_ACT_NEGOTIATE, KK_CASE_NEGOTIATING);
    turn(&s, &s.officer, rec, KK_ACT_PROPOSE_BUILT, KK_CASE_NEGOTIATING);
    memcpy(confirm.rec, rec, KK_ID_BYTES);
    memcpy(named[0], track_of(&s.a, rec).proposal, KK_HASH_BYTES);
    confirm.refs = (const uint8_t(*)[KK_HASH_BYTES])named;
    confirm.ref_count = 1;
    /* who proposed can't confirm: refused before it is signed */
    ck_assert_int_eq(office_try_write(&s.officer, "e:14133", confirm, "yes"), KK_E_ROLE);
    ck_assert_int_eq(office_try_write(&s.a, "e:14133", confirm, "yes"), 0);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_int_eq(office_sync(&s.officer, &s.village, NULL), 0);
    ck_assert_uint_eq(track_of(&s.officer, rec).state, KK_CASE_BUILT);
    assert_well(&s, &s.a);
    assert_well(&s, &s.officer);
    scene_fini(&s);
}
END_TEST

/* Two leads submit one issue while apart: one case, and the second is told why it came too late. */
START_TEST(submitted_twice)
{
    static const uint8_t issue[KK_ID_BYTES] = { 6 };
    uint8_t rec[KK_ID_BYTES];
    struct scene s;

    scene_init(&s);
    kk_case_id(issue, rec);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), 0);
    office_write(&s.a, "e:14133", rec, KK_ACT_SUBMIT, "text of a");
    office_write(&s.b, "e:14133", rec, KK_ACT_SUBMIT, "text of b");
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), 0);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_uint_eq(track_of(&s.a, rec).attempt, 1);
    ck_assert_uint_eq(track_of(&s.b, rec).attempt, 1);
    assert_well(&s, &s.a);
    assert_well(&s, &s.b);
    scene_fini(&s);
}
END_TEST

/* Pushed, the answer lost, the process gone: it comes again and counts once. */
/* Cut behind the catalog, before its figures: nothing is damaged, and `verify` knows it. */
START_TEST(cut_before_the_figures)
{
    struct scene s;
    uint64_t waiting = 0, rows;

    scene_init(&s);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    rows = s.pub.count + s.internal.count;
    press_table_fini(&s.pub);
    press_table_init(&s.pub);
    press_fill(&s.pub, 820, 13, 5);
    bureau_publish(&s.bureau, &s.pub, NULL);
    village_hand_over(&s.village);
    for (unsigned n = 4; waiting == 0 && n < 40; n++) {
        KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
        struct kk_verify_report report;
        struct kk_error err = { 0 };

        s.village.cut_after = n;
        ck_assert_int_ne(office_sync(&s.a, &s.village, NULL), 0);
        ck_assert_int_eq(kk_home_open(s.a.dir, KK_HOME_READ, &h, &err), 0);
        ck_assert_int_eq(kk_model_verify(&h, count_fault, NULL, &report, &err), 0);
        ck_assert_uint_eq(report.faults, 0);
        ck_assert_uint_eq(report.rows, rows);
        waiting = report.waiting;
    }
    ck_assert_uint_eq(waiting, 1);
    s.village.cut_after = 0;
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    assert_well(&s, &s.a);
    scene_fini(&s);
}
END_TEST

static int count_one(void *user, const uint8_t id[KK_ID_BYTES], const struct kk_device_row *row)
{
    uint8_t *last = user;

    (void)row;
    memcpy(last, id, KK_ID_BYTES);
    last[KK_ID_BYTES]++;
    return 0;
}

/* How many are told, and that the last of them is this one. */
static unsigned newcomers(const struct office *o, const struct bureau_device *who)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    uint8_t last[KK_ID_BYTES + 1] = { 0 };
    struct kk_error err = { 0 };

    ck_assert_int_eq(kk_home_open(o->dir, KK_HOME_WRITE, &h, &err), 0);
    ck_assert_int_eq(kk_newcomers_tell(&h, count_one, last, &err), 0);
    if (last[KK_ID_BYTES])
        ck_assert_mem_eq(last, who->keys.id, KK_ID_BYTES);
    return last[KK_ID_BYTES];
}

/* A device that is let in is told to its ward, once, and to no other office. [TR-21] */
START_TEST(who_is_new)
{
    struct bureau_device *spy;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_int_eq(office_sync(&s.officer, &s.village, NULL), 0);
    ck_assert_uint_eq(newcomers(&s.a, NULL), 0); /* all are as new as itself */
    ck_assert_uint_eq(newcomers(&s.officer, NULL), 0);
    spy = bureau_stranger(&s.bureau);
    bureau_approve(&s.bureau, spy, KK_ROLE_STAFF, "14133");
    bureau_approve(&s.bureau, bureau_stranger(&s.bureau), KK_ROLE_STAFF, "14136");
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_int_eq(office_sync(&s.officer, &s.village, NULL), 0);
    ck_assert_uint_eq(newcomers(&s.a, spy), 1);
    ck_assert_uint_eq(newcomers(&s.a, spy), 0);
    ck_assert_uint_eq(newcomers(&s.officer, NULL), 0);
    bureau_sign_roster(&s.bureau); /* nothing but a newer number */
    village_hand_over(&s.village);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_uint_eq(newcomers(&s.a, NULL), 0);
    scene_fini(&s);
}
END_TEST

START_TEST(cut_while_pushing)
{
    struct scene s;
    unsigned written = 0;

    scene_init(&s);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    for (unsigned n = 1; n < 16; n++) {
        uint8_t rec[KK_ID_BYTES] = { 1, (uint8_t)n };
        struct kk_log_head head;
        struct office_desk k;

        office_write(&s.a, "w:14133", rec, KK_ACT_CREATE, "once");
        written++;
        s.village.cut_after = n;
        kk_ignore(office_sync(&s.a, &s.village, NULL)); /* late cuts miss it */
        s.village.cut_after = 0;
        ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
        office_sit(&k, &s.a, "w:14133");
        ck_assert_int_eq(kk_ledger_head(&k.ledger, &head), 0);
        office_stand(&k);
        ck_assert_uint_eq(head.gsn, written);
    }
    assert_well(&s, &s.a);
    scene_fini(&s);
}
END_TEST

/* A second daemon with the same keys and papers, and a log of its own. */
static void other_history(struct scene *s, struct village *other, int entries)
{
    struct village first = s->village;

    village_init(other, &s->bureau, 99);
    village_hand_over(other);
    s->village = *other;
    s->village.service = kk_service_of(s->village.relay);
    ck_assert_int_eq(office_sync(&s->b, &s->village, NULL), 0);
    for (int i = 0; i < entries; i++) {
        uint8_t rec[KK_ID_BYTES] = { 77, (uint8_t)(i + 1) };

        office_write(&s->b, "w:14133", rec, KK_ACT_CREATE, "elsewhere");
    }
    ck_assert_int_eq(office_sync(&s->b, &s->village, NULL), 0);
    s->village = first;
}

/* Three entries here, then a daemon whose log has as many, or more, others: a fork. [SY-11] */
START_TEST(two_faced_daemon)
{
    struct village other, first;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    for (int i = 0; i < 3; i++) {
        uint8_t rec[KK_ID_BYTES] = { 1, (uint8_t)(i + 1) };

        office_write(&s.a, "w:14133", rec, KK_ACT_CREATE, "here");
    }
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    other_history(&s, &other, 3);
    first = s.village;
    s.village = other;
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), KK_E_DAEMON_FORK);
    office_write(&s.a, "w:14133", (const uint8_t[KK_ID_BYTES]){ 2 }, KK_ACT_CREATE, "kept back");
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), KK_E_DAEMON_FORK);
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), 0); /* nothing of a reached it */
    s.village = first;
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    assert_in_step(&s, &s.a, 1); /* a key that has signed two histories is given nothing more */
    village_fini(&other);
    scene_fini(&s);
}
END_TEST

static uint64_t end_of_log(const struct village *v)
{
    struct kk_log_head head;

    ck_assert_int_ge(v->store->engine->log_find(v->store, kk_slice_text("w:14133"), &head), 0);
    return head.gsn;
}

/* A daemon with fewer entries gets them back; one with others is no restored daemon. [SY-11] */
START_TEST(restored_daemon)
{
    struct village other, first;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    for (int i = 0; i < 4; i++) {
        uint8_t rec[KK_ID_BYTES] = { 1, (uint8_t)(i + 1) };

        office_write(&s.a, "w:14133", rec, KK_ACT_CREATE, "here");
    }
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    first = s.village;
    for (int entries = 0; entries <= 1; entries++) {
        other_history(&s, &other, entries);
        s.village = other;
        ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), entries ? KK_E_DAEMON_FORK : 0);
        ck_assert_uint_eq(end_of_log(&s.village), entries ? 1 : 4);
        s.village = first;
        village_fini(&other);
    }
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    assert_well(&s, &s.a);
    scene_fini(&s);
}
END_TEST

/* Each of these alone is enough for `status` to ask for attention. */
START_TEST(what_is_not_well)
{
    const struct kk_state well = { .grade = KK_GRADE_FRESH };
    struct kk_state ill[] = {
        { .flags.root_expired = true },
        { .flags.roster_expired = true },
        { .flags.catalog_expired = true },
        { .flags.roster_replaced = true },
        { .flags.catalog_replaced = true },
        { .flags.fresh_ahead = true },
        { .clock_behind = true },
        { .skew_ms = KK_SKEW_WARN_MS + 1 },
        { .draining = true },
        { .skew_ms = -KK_SKEW_WARN_MS - 1 },
        { .revoked = true },
        { .held = true },
        { .lost.missing = 1 },
    };

    ck_assert(kk_state_well(&well));
    for (size_t i = 0; i < KK_COUNT(ill); i++) {
        ill[i].grade = KK_GRADE_FRESH;
        ck_assert_msg(!kk_state_well(&ill[i]), "%zu", i);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("homes", &suite);

    tcase_set_timeout(c, 300);
    tcase_add_test(c, first_update_nothing);
    tcase_add_test(c, cut_at_every_message);
    tcase_add_test(c, conflict_is_seen_by_both);
    tcase_add_test(c, a_case_from_submission_to_scheme);
    tcase_add_test(c, submitted_twice);
    tcase_add_test(c, cut_before_the_figures);
    tcase_add_test(c, who_is_new);
    tcase_add_test(c, cut_while_pushing);
    tcase_add_test(c, two_faced_daemon);
    tcase_add_test(c, restored_daemon);
    tcase_add_test(c, what_is_not_well);
    return suite;
}
