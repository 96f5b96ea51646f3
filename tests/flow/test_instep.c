/*
 * Devices brought in step by a virtual daemon: first sync, nothing new, updates, cuts at every
 * message, slow and shuffled lines, strangers, pending and revoked devices. [SY-1] … [SY-4]
 * [SY-6] … [SY-9]
 */
#include "village.h"
#include "ward.h"

#include "kukyoku/error.h"
#include "kukyoku/record/act.h"
#include "kukyoku/record/kind.h"

#include <stdio.h>

#define SEED     20261123
#define NOW      1795392000000ll /* 2026-11-23 */
#define W_SCOPE  6               /* w:14133 */
#define E_SCOPE  2               /* e:14133 */
#define NOOP_MAX 1024

struct scene {
    struct bureau bureau;
    struct village village;
    struct bureau_device *lead, *staff, *officer, *stranger;
    struct ward a, b; /* of lead and staff */
    struct press_table pub, internal;
};

static void scene_init(struct scene *s)
{
    uint64_t seed = unit_seed(SEED);

    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, seed, NOW);
    s->lead = bureau_stranger(&s->bureau);
    s->staff = bureau_stranger(&s->bureau);
    s->officer = bureau_stranger(&s->bureau);
    s->stranger = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, s->lead, KK_ROLE_LEAD, "14133");
    bureau_approve(&s->bureau, s->staff, KK_ROLE_STAFF, "14133");
    bureau_approve(&s->bureau, s->officer, KK_ROLE_OFFICER, "");
    bureau_sign_roster(&s->bureau);
    press_table_init(&s->pub);
    press_table_init(&s->internal);
    press_fill(&s->pub, 3000, 17, 100);
    press_fill(&s->internal, 500, 17, 5000);
    bureau_publish(&s->bureau, &s->pub, &s->internal);
    village_init(&s->village, &s->bureau, seed + 1);
    village_hand_over(&s->village);
    ward_init(&s->a, &s->bureau, &s->lead->keys);
    ward_init(&s->b, &s->bureau, &s->staff->keys);
}

static void scene_fini(struct scene *s)
{
    ward_fini(&s->a);
    ward_fini(&s->b);
    village_fini(&s->village);
    press_table_fini(&s->pub);
    press_table_fini(&s->internal);
    bureau_fini(&s->bureau);
}

static int run(struct scene *s, struct ward *w, struct village_line *ret)
{
    w->now_ms = s->village.now_ms;
    return village_sync(&s->village, w->keys, &w->store, ret);
}

static void next_release(struct scene *s)
{
    /* keys that stand already keep their rows; new ones come in */
    press_fill(&s->pub, 40, 17, 777777);
    const struct kk_obs row = press_row("new", "14133", "2021", s->bureau.release);

    press_add(&s->pub, &row);
    press_sort(&s->pub);
    bureau_publish(&s->bureau, &s->pub, NULL);
    village_hand_over(&s->village);
}

static void assert_in_step(const struct scene *s, const struct ward *w)
{
    ck_assert_uint_eq(kk_trust_roster(w->trust)->version.ver, s->bureau.roster_ver);
    ck_assert_uint_eq(kk_trust_catalog(w->trust)->version.ver, s->bureau.release);
    ck_assert_uint_eq(w->applied.ver, s->bureau.release);
    ck_assert_mem_eq(w->states[1], s->bureau.pub.row.state, KK_HASH_BYTES);
    ck_assert_mem_eq(w->states[0], s->bureau.internal.row.state, KK_HASH_BYTES);
}

START_TEST(first_then_nothing_new)
{
    struct village_line line;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(run(&s, &s.a, &line), 0);
    assert_in_step(&s, &s.a);
    ck_assert(!line.sync.counts.same);
    ck_assert_uint_eq(line.sync.counts.documents, 2);
    ck_assert_uint_eq(line.round_trips, 15); /* requests; those of one kind go together */
    printf("# first copy: %u messages, %u requests, %llu bytes\n", line.messages,
           line.round_trips, (unsigned long long)line.bytes);
    ck_assert_int_eq(run(&s, &s.a, &line), 0);
    ck_assert(line.sync.counts.same);
    printf("# nothing new: %u requests, %llu bytes\n", line.round_trips,
           (unsigned long long)line.bytes);
    /* one request after the handshake: two round trips after connect */
    ck_assert_uint_eq(line.round_trips, 1);
    ck_assert_uint_le(line.bytes, NOOP_MAX);
    assert_in_step(&s, &s.a);
    scene_fini(&s);
}
END_TEST

START_TEST(update_brings_what_changed)
{
    struct village_line first, update;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(run(&s, &s.a, &first), 0);
    next_release(&s);
    ck_assert_int_eq(run(&s, &s.a, &update), 0);
    assert_in_step(&s, &s.a);
    printf("# update: %llu bytes of %llu\n", (unsigned long long)update.bytes,
           (unsigned long long)first.bytes);
    ck_assert_uint_lt(update.bytes, first.bytes);
    ck_assert_uint_eq(update.sync.counts.documents, 1);
    scene_fini(&s);
}
END_TEST

/* A device that was away for several roots, rosters and releases. */
START_TEST(long_absence)
{
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    for (int i = 0; i < 5; i++) {
        bureau_sign_root(&s.bureau);
        bureau_sign_roster(&s.bureau);
        next_release(&s);
    }
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    ck_assert_uint_eq(kk_trust_root(s.a.trust)->ver, 6);
    assert_in_step(&s, &s.a);
    ck_assert_int_eq(run(&s, &s.b, NULL), 0);
    ward_assert_equal(&s.a, &s.b);
    scene_fini(&s);
}
END_TEST

static void write_some(struct scene *s, struct ward *w, size_t scope, unsigned kind, int count)
{
    for (int i = 0; i < count; i++) {
        uint8_t rec[KK_ID_BYTES];

        kk_entropy_fill(&s->bureau.entropy.entropy, rec, sizeof(rec));
        ward_write(w, scope, kind, scope == E_SCOPE ? KK_ACT_SUBMIT : KK_ACT_CREATE, rec);
    }
}

START_TEST(records_of_two_devices_meet)
{
    struct village_line line;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    ck_assert_int_eq(run(&s, &s.b, NULL), 0);
    write_some(&s, &s.a, W_SCOPE, 0, 5);
    write_some(&s, &s.b, W_SCOPE, 0, 3);
    write_some(&s, &s.a, E_SCOPE, KK_KIND_CASE, 2);
    ck_assert_int_eq(run(&s, &s.a, &line), 0);
    ck_assert_uint_eq(line.sync.counts.pushed, 7);
    ck_assert_int_eq(run(&s, &s.b, &line), 0);
    ck_assert_uint_eq(line.sync.counts.pushed, 3);
    ck_assert_uint_eq(s.b.logs[W_SCOPE].count, 8);
    ck_assert_int_eq(run(&s, &s.a, &line), 0);
    ward_assert_equal(&s.a, &s.b);
    for (size_t i = 1; i <= 8; i++)
        ck_assert_uint_eq(s.a.logs[W_SCOPE].what[i].verdict, KK_WIRE_OK);
    /* and now nobody has anything to say */
    ck_assert_int_eq(run(&s, &s.a, &line), 0);
    ck_assert(line.sync.counts.same);
    ck_assert_uint_le(line.bytes, NOOP_MAX);
    ck_assert_int_eq(run(&s, &s.b, &line), 0);
    ck_assert(line.sync.counts.same);
    scene_fini(&s);
}
END_TEST

/* Two leads submit one issue offline: the first in order opens the case, the second is told. */
START_TEST(one_case_from_two_devices)
{
    static const uint8_t issue[KK_ID_BYTES] = { 1, 2, 3 };
    uint8_t rec[KK_ID_BYTES];
    struct scene s;

    scene_init(&s);
    bureau_approve(&s.bureau, s.staff, KK_ROLE_LEAD, "14133");
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    ck_assert_int_eq(run(&s, &s.b, NULL), 0);
    kk_case_id(issue, rec);
    ward_write(&s.a, E_SCOPE, KK_KIND_CASE, KK_ACT_SUBMIT, rec);
    ward_write(&s.b, E_SCOPE, KK_KIND_CASE, KK_ACT_SUBMIT, rec);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    ck_assert_int_eq(run(&s, &s.b, NULL), 0);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    ck_assert_uint_eq(s.a.logs[E_SCOPE].count, 2);
    ck_assert_uint_eq(s.a.logs[E_SCOPE].what[1].verdict, KK_WIRE_OK);
    ck_assert_uint_eq(s.a.logs[E_SCOPE].what[2].verdict, KK_WIRE_STATE);
    ward_assert_equal(&s.a, &s.b);
    scene_fini(&s);
}
END_TEST

/* An operation that nobody can order is set aside; what follows in other scopes goes on. */
START_TEST(refused_operation_does_not_block)
{
    struct village_line line;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    write_some(&s, &s.a, E_SCOPE, KK_KIND_CASE, 1);
    write_some(&s, &s.a, W_SCOPE, 0, 2);
    s.a.logs[E_SCOPE].out[0].sig[5] ^= 1;
    ck_assert_int_eq(run(&s, &s.a, &line), 0);
    ck_assert_uint_eq(line.sync.counts.refused, 1);
    ck_assert_uint_eq(line.sync.counts.pushed, 2);
    ck_assert_uint_eq(s.a.logs[E_SCOPE].out[0].refused, KK_WIRE_SIG);
    ck_assert_uint_eq(s.a.logs[E_SCOPE].count, 0);
    ck_assert_uint_eq(s.a.logs[W_SCOPE].count, 2);
    scene_fini(&s);
}
END_TEST

/*
 * The line is cut after the n-th message, for every n; the device dies with it. The next sync goes
 * on from what was kept, and in the end the device holds what one that was never cut holds.
 */
START_TEST(cut_at_every_message)
{
    struct village_line whole;
    struct scene s;
    unsigned last;

    scene_init(&s);
    ck_assert_int_eq(run(&s, &s.b, &whole), 0);
    last = whole.messages;
    for (unsigned n = 1; n < last; n++) {
        struct ward w;

        ward_init(&w, &s.bureau, &s.lead->keys);
        s.village.cut_after = n;
        ck_assert_int_eq(run(&s, &w, NULL), KK_E_CUT);
        ward_crash(&w);
        s.village.cut_after = 0;
        ck_assert_int_eq(run(&s, &w, NULL), 0);
        assert_in_step(&s, &w);
        ward_fini(&w);
    }
    scene_fini(&s);
}
END_TEST

/* Cut again and again after only n messages: each run must leave the next one less to do. */
START_TEST(short_lines_add_up)
{
    struct scene s;
    unsigned runs = 0;
    int r = KK_E_CUT;

    scene_init(&s);
    s.village.cut_after = 3 + KK_REQUESTS_IN_FLIGHT_MAX; /* HELLO, WELCOME, and one answer */
    while (r == KK_E_CUT && runs++ < 200) {
        r = run(&s, &s.a, NULL);
        ward_crash(&s.a);
    }
    ck_assert_int_eq(r, 0);
    assert_in_step(&s, &s.a);
    scene_fini(&s);
}
END_TEST

/* A PUSH whose answer was lost comes again, and counts once. */
START_TEST(cut_while_pushing)
{
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    ck_assert_int_eq(run(&s, &s.b, NULL), 0);
    for (unsigned n = 1; n < 24; n++) {
        write_some(&s, &s.a, W_SCOPE, 0, 2);
        s.village.cut_after = n;
        kk_ignore(run(&s, &s.a, NULL)); /* late cuts miss it */
        ward_crash(&s.a);
        s.village.cut_after = 0;
        ck_assert_int_eq(run(&s, &s.a, NULL), 0);
        ck_assert_uint_eq(s.a.logs[W_SCOPE].count, 2 * n);
    }
    ck_assert_int_eq(run(&s, &s.b, NULL), 0);
    ward_assert_equal(&s.a, &s.b);
    scene_fini(&s);
}
END_TEST

START_TEST(slow_line_in_small_pieces)
{
    struct scene s;

    scene_init(&s);
    s.village.piece_max = 700;
    s.village.delay_max = 40;
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    assert_in_step(&s, &s.a);
    scene_fini(&s);
}
END_TEST

/* Two devices at once, their messages interleaved by a seed; both end with the same log. */
START_TEST(two_lines_interleaved)
{
    struct village_line x, y;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    ck_assert_int_eq(run(&s, &s.b, NULL), 0);
    s.village.piece_max = 900;
    for (int round = 0; round < 6; round++) {
        bool more_x = true, more_y = true;

        write_some(&s, &s.a, W_SCOPE, 0, 3);
        write_some(&s, &s.b, W_SCOPE, 0, 2);
        ck_assert_int_eq(village_open(&s.village, &x, s.a.keys, &s.a.store), 0);
        ck_assert_int_eq(village_open(&s.village, &y, s.b.keys, &s.b.store), 0);
        while (more_x || more_y) {
            if (more_x && (!more_y || unit_random(&s.village.entropy) % 2))
                more_x = village_step(&x);
            else
                more_y = village_step(&y);
        }
        ck_assert(kk_sync_done(&x.sync) && kk_sync_done(&y.sync));
        ck_assert_int_eq(x.fault, 0);
        ck_assert_int_eq(y.fault, 0);
        village_close(&x);
        village_close(&y);
    }
    s.village.piece_max = 0;
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    ck_assert_int_eq(run(&s, &s.b, NULL), 0);
    ck_assert_uint_eq(s.a.logs[W_SCOPE].count, 30);
    ward_assert_equal(&s.a, &s.b);
    scene_fini(&s);
}
END_TEST

START_TEST(stranger_is_not_answered)
{
    struct ward w;
    struct scene s;

    scene_init(&s);
    ward_init(&w, &s.bureau, &s.stranger->keys);
    ck_assert_int_lt(run(&s, &w, NULL), 0);
    ck_assert_ptr_null(kk_trust_roster(w.trust));
    ward_fini(&w);
    scene_fini(&s);
}
END_TEST

/* Revoked: told so inside the session, gets nothing; the others go on under the new keys. */
START_TEST(revoked_device)
{
    struct village_line line;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    ck_assert_int_eq(run(&s, &s.b, NULL), 0);
    write_some(&s, &s.a, W_SCOPE, 0, 1);
    bureau_revoke(&s.bureau, s.lead);
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    ck_assert_int_eq(run(&s, &s.a, &line), KK_E_REVOKED);
    ck_assert_uint_eq(kk_trust_roster(s.a.trust)->version.ver, 1);
    ck_assert_int_eq(run(&s, &s.b, &line), 0);
    ck_assert_uint_eq(kk_trust_roster(s.b.trust)->version.ver, 2);
    ck_assert_uint_eq(s.b.logs[W_SCOPE].count, 0);
    write_some(&s, &s.b, W_SCOPE, 0, 1); /* sealed under epoch 2 */
    ck_assert_int_eq(run(&s, &s.b, &line), 0);
    ck_assert_uint_eq(s.b.logs[W_SCOPE].what[1].verdict, KK_WIRE_OK);
    scene_fini(&s);
}
END_TEST

/* What it wrote where it was before is no longer compared: in step, it is so in one round trip. */
START_TEST(moved_device)
{
    struct village_line line;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    write_some(&s, &s.a, W_SCOPE, 0, 2);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    bureau_approve(&s.bureau, s.lead, KK_ROLE_LEAD, "14131");
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    ck_assert_int_eq(run(&s, &s.a, &line), 0);
    ck_assert(!line.sync.counts.same);
    ck_assert_int_eq(run(&s, &s.a, &line), 0);
    ck_assert(line.sync.counts.same);
    ck_assert_uint_eq(line.round_trips, 1);
    bureau_approve(&s.bureau, s.lead, KK_ROLE_LEAD, "14133"); /* and back: its chain goes on */
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    write_some(&s, &s.a, W_SCOPE, 0, 1);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    ck_assert_uint_eq(s.a.logs[W_SCOPE].count, 3);
    ck_assert_uint_eq(s.a.logs[W_SCOPE].what[2].verdict, KK_WIRE_OK);
    ck_assert_int_eq(run(&s, &s.a, &line), 0);
    ck_assert(line.sync.counts.same);
    scene_fini(&s);
}
END_TEST

/* Asked to join, not approved: only what is public; once approved, everything. */
START_TEST(pending_device)
{
    struct kk_enrol_request q = { .label = kk_slice_text("PC") };
    struct village_line line;
    struct ward w;
    struct scene s;

    scene_init(&s);
    memset(q.invite, 7, sizeof(q.invite));
    memset(q.binding, 9, sizeof(q.binding));
    memcpy(q.sign, s.stranger->keys.sign, KK_KEY_BYTES);
    memcpy(q.noise, s.stranger->keys.noise, KK_KEY_BYTES);
    memcpy(q.wrap, s.stranger->keys.wrap, KK_KEY_BYTES);
    ck_assert_int_eq(kk_relay_begin(s.village.relay), 0);
    ck_assert_int_eq(s.village.store->engine->request_put(s.village.store, &q), 0);
    ck_assert_int_eq(kk_relay_commit(s.village.relay), 0);
    ward_init(&w, &s.bureau, &s.stranger->keys);
    ck_assert_int_eq(run(&s, &w, &line), 0);
    ck_assert_int_eq(line.admission.status, KK_ADMIT_PENDING);
    ck_assert_ptr_null(kk_trust_roster(w.trust));
    ck_assert_uint_eq(w.applied.ver, 1);
    ck_assert_mem_eq(w.states[1], s.bureau.pub.row.state, KK_HASH_BYTES);
    bureau_approve(&s.bureau, s.stranger, KK_ROLE_STAFF, "14131");
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    ck_assert_int_eq(run(&s, &w, &line), 0);
    ck_assert_int_eq(line.admission.status, KK_ADMIT_OK);
    assert_in_step(&s, &w);
    ward_fini(&w);
    scene_fini(&s);
}
END_TEST

START_TEST(daemon_restarts_between)
{
    struct village_line line;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    write_some(&s, &s.a, W_SCOPE, 0, 4);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    village_restart(&s.village);
    ck_assert_int_eq(run(&s, &s.a, &line), 0);
    ck_assert(line.sync.counts.same);
    write_some(&s, &s.a, W_SCOPE, 0, 1);
    ck_assert_int_eq(run(&s, &s.a, NULL), 0);
    ck_assert_uint_eq(s.a.logs[W_SCOPE].count, 5);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("instep", &suite);

    tcase_set_timeout(c, 120);
    tcase_add_test(c, first_then_nothing_new);
    tcase_add_test(c, update_brings_what_changed);
    tcase_add_test(c, long_absence);
    tcase_add_test(c, records_of_two_devices_meet);
    tcase_add_test(c, one_case_from_two_devices);
    tcase_add_test(c, refused_operation_does_not_block);
    tcase_add_test(c, cut_at_every_message);
    tcase_add_test(c, short_lines_add_up);
    tcase_add_test(c, cut_while_pushing);
    tcase_add_test(c, slow_line_in_small_pieces);
    tcase_add_test(c, two_lines_interleaved);
    tcase_add_test(c, stranger_is_not_answered);
    tcase_add_test(c, revoked_device);
    tcase_add_test(c, moved_device);
    tcase_add_test(c, pending_device);
    tcase_add_test(c, daemon_restarts_between);
    return suite;
}
