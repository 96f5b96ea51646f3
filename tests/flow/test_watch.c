/*
 * Lines that are held for news, on a virtual network and clock: who is woken by what, what waiting
 * costs, and a day of devices that keep in step by themselves while lines are cut, the daemon is
 * away or has no room, and a machine sleeps. Covers proto/sync/watch.c. [KS-2] [KS-3] [PL-12]
 */
#include "village.h"
#include "ward.h"

#include "kukyoku/error.h"
#include "kukyoku/record/act.h"
#include "kukyoku/record/kind.h"
#include "link/pace.h"

#include <stdio.h>

#define SEED    20261124
#define NOW     1795392000000ll /* 2026-11-23 */
#define W_SCOPE 6               /* w:14133 */
#define MINUTE  (INT64_C(60) * 1000)
#define HOUR    (60 * MINUTE)

enum { LEAD, STAFF, OTHER, OFFICER, DEVICES };

struct scene {
    struct bureau bureau;
    struct village village;
    struct ward wards[DEVICES];
    struct village_line lines[DEVICES];
    struct press_table pub;
    unsigned written;
};

static void scene_init(struct scene *s)
{
    static const enum kk_role roles[DEVICES] = { KK_ROLE_LEAD, KK_ROLE_STAFF, KK_ROLE_LEAD,
                                                 KK_ROLE_OFFICER };
    static const char *const at[DEVICES] = { "14133", "14133", "14131", "" };
    struct bureau_device *as[DEVICES];
    uint64_t seed = unit_seed(SEED);

    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, seed, NOW);
    for (size_t i = 0; i < DEVICES; i++) {
        as[i] = bureau_stranger(&s->bureau);
        bureau_approve(&s->bureau, as[i], roles[i], at[i]);
    }
    bureau_sign_roster(&s->bureau);
    press_table_init(&s->pub);
    press_fill(&s->pub, 50, 17, 100);
    bureau_publish(&s->bureau, &s->pub, NULL);
    village_init(&s->village, &s->bureau, seed + 1);
    village_hand_over(&s->village);
    for (size_t i = 0; i < DEVICES; i++)
        ward_init(&s->wards[i], &s->bureau, &as[i]->keys);
}

static void scene_fini(struct scene *s)
{
    for (size_t i = 0; i < DEVICES; i++)
        ward_fini(&s->wards[i]);
    village_fini(&s->village);
    press_table_fini(&s->pub);
    bureau_fini(&s->bureau);
}

static void publish(struct scene *s)
{
    press_fill(&s->pub, 40, 17, 777777);
    bureau_publish(&s->bureau, &s->pub, NULL);
    village_hand_over(&s->village);
}

static int sync_ward(struct scene *s, size_t i, struct village_line *ret)
{
    struct ward *w = &s->wards[i];

    w->now_ms = s->village.now_ms;
    return village_sync(&s->village, w->keys, &w->store, ret);
}

static void write_record(struct scene *s, size_t i)
{
    uint8_t rec[KK_ID_BYTES] = { 0x77 };

    rec[1] = (uint8_t)++s->written;
    s->wards[i].now_ms = s->village.now_ms;
    ward_write(&s->wards[i], W_SCOPE, 0, KK_ACT_CREATE, rec);
}

static void settle(struct village_line *l)
{
    while (village_step(l))
        continue;
}

static void hold(struct scene *s, size_t i)
{
    ck_assert_int_eq(village_watch(&s->village, &s->lines[i], s->wards[i].keys,
                                   &s->wards[i].store), 0);
    settle(&s->lines[i]);
}

static bool heard(struct scene *s, size_t i)
{
    village_stir(&s->lines[i]);
    settle(&s->lines[i]);
    return s->lines[i].watch.state == KK_WATCH_HEARD;
}

START_TEST(news_wake_those_who_read_them)
{
    struct scene s;

    scene_init(&s);
    for (size_t i = 0; i < DEVICES; i++)
        ck_assert_int_eq(sync_ward(&s, i, NULL), 0);
    for (size_t i = STAFF; i < DEVICES; i++) {
        hold(&s, i);
        ck_assert_int_eq(s.lines[i].watch.state, KK_WATCH_HOLDING);
        ck_assert(!heard(&s, i)); /* looked at, and nothing is new */
    }
    write_record(&s, LEAD);
    ck_assert_int_eq(sync_ward(&s, LEAD, NULL), 0);
    ck_assert(heard(&s, STAFF));
    ck_assert(!heard(&s, OTHER)); /* another ward's work is nobody else's business */
    ck_assert(!heard(&s, OFFICER));
    publish(&s);
    ck_assert(heard(&s, OTHER));
    ck_assert(heard(&s, OFFICER));
    for (size_t i = STAFF; i < DEVICES; i++)
        village_close(&s.lines[i]);
    scene_fini(&s);
}
END_TEST

START_TEST(whoever_is_behind_hears_at_once)
{
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(sync_ward(&s, LEAD, NULL), 0);
    publish(&s);
    hold(&s, LEAD);
    ck_assert_int_eq(s.lines[LEAD].watch.state, KK_WATCH_HEARD);
    ck_assert_uint_eq(s.lines[LEAD].asked, 0); /* WELCOME said it: nothing was held */
    village_close(&s.lines[LEAD]);
    scene_fini(&s);
}
END_TEST

START_TEST(revoked_while_it_waits)
{
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(sync_ward(&s, STAFF, NULL), 0);
    hold(&s, STAFF);
    bureau_revoke(&s.bureau, &s.bureau.devices[STAFF]);
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    village_stir(&s.lines[STAFF]);
    settle(&s.lines[STAFF]);
    ck_assert(s.lines[STAFF].over);
    ck_assert_int_eq(s.lines[STAFF].fault, KK_E_REVOKED);
    village_close(&s.lines[STAFF]);
    scene_fini(&s);
}
END_TEST

/* Both ends are woken for their deadlines alone; what they say is delivered. */
static unsigned wake(struct village_line *l, int64_t now_ms)
{
    struct kk_session *ends[] = { &l->client, &l->server };
    struct kk_session_event e;
    unsigned woken = 0;

    for (size_t i = 0; i < 2; i++) {
        if (l->over || kk_session_deadline(ends[i]) > now_ms)
            continue;
        woken += i == 0;
        kk_session_tick(ends[i], now_ms, &e);
        l->over = l->over || e.what == KK_SESSION_CLOSED;
    }
    settle(l);
    return woken;
}

static int64_t next_wake(const struct village_line *l)
{
    int64_t a = kk_session_deadline(&l->client), b = kk_session_deadline(&l->server);

    return a < b ? a : b;
}

START_TEST(an_hour_of_silence)
{
    unsigned wakes = 0;
    uint64_t bytes;
    int64_t began;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(sync_ward(&s, LEAD, NULL), 0);
    hold(&s, LEAD);
    began = s.village.now_ms;
    bytes = s.lines[LEAD].bytes;
    while (!s.lines[LEAD].over) {
        s.village.now_ms = next_wake(&s.lines[LEAD]);
        wakes += wake(&s.lines[LEAD], s.village.now_ms);
        ck_assert_uint_le(wakes, 200);
    }
    printf("# an hour of waiting: %u wake-ups of the device, %llu bytes, %u looks of the daemon\n",
           wakes, (unsigned long long)(s.lines[LEAD].bytes - bytes), s.lines[LEAD].asked);
    ck_assert_int_ge(s.village.now_ms - began, HOUR); /* [FR-5] a held WATCH does not shorten it */
    ck_assert_int_le(s.village.now_ms - began, HOUR + MINUTE);
    ck_assert_uint_eq(s.lines[LEAD].asked, 1);
    ck_assert_uint_le(s.lines[LEAD].bytes - bytes, 16 * 1024);
    village_close(&s.lines[LEAD]);
    scene_fini(&s);
}
END_TEST

/* --- a day --- */

/* A device that keeps itself in step: what model/keep.c does, by the clock of the village. */
struct agent {
    struct kk_pace pace;
    bool holds; /* a line is held; else it waits for `at` and syncs */
    int64_t at;
    unsigned syncs, failures, wakes;
};
struct day {
    struct scene scene;
    struct agent agents[DEVICES];
    struct unit_entropy entropy;
    int64_t away_from, away_to; /* the daemon is stopped */
    int64_t busy_from, busy_to; /* it has no room, and names 40 s */
    bool stirred;
};

static bool between(int64_t now_ms, int64_t from, int64_t to)
{
    return now_ms >= from && now_ms < to;
}

static void agent_sync(struct day *d, size_t i)
{
    struct agent *a = &d->agents[i];
    struct scene *s = &d->scene;
    int64_t now = s->village.now_ms;
    bool away = between(now, d->away_from, d->away_to);
    bool busy = between(now, d->busy_from, d->busy_to);
    struct village_line line = { .fault = 0 };
    int r = away ? KK_E_NETWORK : busy ? KK_E_PEER_BUSY : sync_ward(s, i, &line);

    a->syncs++;
    if (r < 0) {
        a->failures++;
        a->at = s->village.now_ms + kk_pace_failed(&a->pace, busy ? 40 : 0);
        return;
    }
    d->stirred = d->stirred || line.sync.counts.pushed > 0;
    kk_pace_synced(&a->pace, !line.sync.counts.same);
    hold(s, i);
    a->holds = true;
    a->at = s->village.now_ms + kk_pace_listen(&a->pace);
}

/* The line ended, or it is time: what comes next. */
static void agent_ends(struct day *d, size_t i, bool lost)
{
    struct agent *a = &d->agents[i];
    bool news = d->scene.lines[i].watch.state == KK_WATCH_HEARD;
    int64_t wait = news ? kk_pace_noted(&a->pace) : lost ? kk_pace_failed(&a->pace, 0) : 0;

    village_close(&d->scene.lines[i]);
    a->holds = false;
    a->at = d->scene.village.now_ms + wait;
}

static void agent_turn(struct day *d, size_t i)
{
    struct village_line *l = &d->scene.lines[i];
    struct agent *a = &d->agents[i];
    int64_t now = d->scene.village.now_ms;

    if (!a->holds && now >= a->at) {
        a->wakes++;
        agent_sync(d, i);
        return;
    }
    if (!a->holds)
        return;
    a->wakes += wake(l, now);
    if (l->over || now >= a->at)
        agent_ends(d, i, l->over);
}

static int64_t agent_next(const struct day *d, size_t i)
{
    const struct agent *a = &d->agents[i];
    int64_t line = a->holds ? next_wake(&d->scene.lines[i]) : INT64_MAX;

    return line < a->at ? line : a->at;
}

static void look(struct day *d)
{
    if (!d->stirred)
        return;
    d->stirred = false;
    for (size_t i = 0; i < DEVICES; i++) {
        if (!d->agents[i].holds || !heard(&d->scene, i))
            continue;
        d->agents[i].wakes++;
        agent_ends(d, i, false);
    }
}

static void cut_all(struct day *d)
{
    for (size_t i = 0; i < DEVICES; i++) {
        if (d->agents[i].holds)
            agent_ends(d, i, true);
    }
}

/* Until then, from wake-up to wake-up; asleep: a device whose machine sleeps. */
static void pass(struct day *d, int64_t until, size_t asleep)
{
    struct scene *s = &d->scene;

    while (s->village.now_ms < until) {
        int64_t next = until;

        look(d);
        for (size_t i = 0; i < DEVICES; i++) {
            if (i != asleep && agent_next(d, i) < next)
                next = agent_next(d, i);
        }
        if (next > s->village.now_ms)
            s->village.now_ms = next;
        for (size_t i = 0; i < DEVICES; i++) {
            if (i != asleep)
                agent_turn(d, i);
        }
    }
    look(d);
}

static void assert_together(const struct day *d)
{
    ward_assert_equal(&d->scene.wards[LEAD], &d->scene.wards[STAFF]);
    for (size_t i = 0; i < DEVICES; i++) {
        ck_assert_uint_eq(kk_trust_catalog(d->scene.wards[i].trust)->version.ver,
                          d->scene.bureau.release);
        ck_assert_uint_eq(kk_trust_roster(d->scene.wards[i].trust)->version.ver,
                          d->scene.bureau.roster_ver);
    }
}

static void begin_day(struct day *d)
{
    *d = (struct day){ .stirred = false };
    scene_init(&d->scene);
    unit_entropy_init(&d->entropy, unit_seed(SEED) + 9);
    for (size_t i = 0; i < DEVICES; i++)
        d->agents[i] = (struct agent){ .pace = { .interval_ms = 30 * MINUTE,
                                                 .entropy = d->entropy.entropy },
                                       .at = d->scene.village.now_ms };
}

START_TEST(a_day_by_themselves)
{
    struct day d;
    int64_t from;

    begin_day(&d);
    from = d.scene.village.now_ms;
    pass(&d, from + HOUR, DEVICES);
    for (unsigned n = 0; n < 8; n++) { /* somebody writes each hour; its own sync comes by poll */
        write_record(&d.scene, n % 2 ? STAFF : LEAD);
        pass(&d, from + (2 + n) * HOUR, DEVICES);
    }
    assert_together(&d);
    d.away_from = d.scene.village.now_ms; /* the daemon is away for three hours */
    d.away_to = d.away_from + 3 * HOUR;
    village_restart(&d.scene.village);
    cut_all(&d);
    pass(&d, d.away_to + HOUR, DEVICES);
    publish(&d.scene);
    d.stirred = true;
    pass(&d, d.scene.village.now_ms + MINUTE, DEVICES);
    assert_together(&d); /* a release is everywhere within a minute */
    d.busy_from = d.scene.village.now_ms;
    d.busy_to = d.busy_from + HOUR;
    cut_all(&d);
    write_record(&d.scene, STAFF);
    pass(&d, d.busy_to + HOUR, DEVICES);
    publish(&d.scene);
    d.stirred = true;
    pass(&d, d.scene.village.now_ms + 4 * HOUR, STAFF); /* a machine sleeps through a release */
    pass(&d, from + 24 * HOUR, DEVICES);
    assert_together(&d);
    for (size_t i = 0; i < DEVICES; i++) {
        const struct agent *a = &d.agents[i];

        printf("# device %zu: %u wake-ups in 24 h, %u syncs, %u of them failed\n", i, a->wakes,
               a->syncs, a->failures);
        ck_assert_uint_le(a->wakes, 24 * 150 + a->syncs); /* a PING each 25 s, and nothing else */
        ck_assert_uint_le(a->syncs, 120);
        ck_assert_uint_ge(a->failures, 8);
        if (d.agents[i].holds)
            village_close(&d.scene.lines[i]);
    }
    scene_fini(&d.scene);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("flow_watch", &s);

    tcase_set_timeout(c, 120);
    tcase_add_test(c, news_wake_those_who_read_them);
    tcase_add_test(c, whoever_is_behind_hears_at_once);
    tcase_add_test(c, revoked_while_it_waits);
    tcase_add_test(c, an_hour_of_silence);
    tcase_add_test(c, a_day_by_themselves);
    return s;
}
