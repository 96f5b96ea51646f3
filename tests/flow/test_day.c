/*
 * A day of a bureau and two wards: fifty devices that their timers wake, which sleep, write, lose
 * the line and believe wrong clocks; a daemon that is restarted, is away, and has no room for a
 * while; a release in the morning. Nobody calls by hand. By the next morning every device has
 * everything, each act stands in the log once, no device was woken more often than its timer says,
 * and a look at nothing new stays a small one. [RL-9] [SY-2] [SY-8]
 *
 * KK_SEED gives another day.
 */
#include "office.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/wire/packer.h"

#include <stdio.h>

#define DEVICES  50
#define OFFICERS 2
#define MINUTE   (INT64_C(60) * 1000)
#define HOUR     (60 * MINUTE)
#define DAY      (24 * HOUR)
#define START    (INT64_C(1795392000000) - 9 * HOUR) /* a Monday, midnight in Japan */
/* kukyoku-sync.timer: half-hourly from 8:00 to 18:30, up to ten minutes later */
#define SLOT       (30 * MINUTE)
#define SLOT_FIRST 16
#define SLOT_LAST  37
#define DELAY_MAX  (10 * MINUTE)
#define SLOTS      (SLOT_LAST - SLOT_FIRST + 1)
/* what went wrong at the daemon, in hours of the day */
#define AWAY_FROM (12 * HOUR + 50 * MINUTE)
#define AWAY_TO   (13 * HOUR + 35 * MINUTE)
#define FULL_FROM (15 * HOUR)
#define FULL_TO   (15 * HOUR + 45 * MINUTE)
#define RELEASE   (10 * HOUR + 5 * MINUTE)
#define RESTART   (11 * HOUR + 7 * MINUTE)
#define JUMP      (14 * HOUR)
#define IDLE_BYTES 1024
#define IDLE_MESSAGES 8

static const char *const wards[] = { "14131", "14133" };
static const char *const ledgers[] = { "w:14131", "w:14133" };

struct device {
    struct office office;
    size_t ward; /* of `wards`; past them: the bureau */
    int64_t wake_ms, sleep_from, sleep_to, skew;
    unsigned wakes, failed;
};
struct day {
    struct bureau bureau;
    struct village village;
    struct press_table pub, internal;
    struct device devices[DEVICES];
    struct unit_entropy entropy;
    const struct kk_store_engine *engine; /* the one with room */
    struct kk_store_engine full;
    uint64_t written[2]; /* by ward */
    unsigned cut, idle;
    bool away, published, restarted, jumped;
};

static int64_t chance(struct day *d, int64_t below)
{
    return (int64_t)(unit_random(&d->entropy) % (uint64_t)below);
}

/* --- timers, as systemd keeps them --- */

/* The first slot after `now`, with a delay of its own. */
static int64_t next_slot(struct day *d, int64_t now)
{
    int64_t of_day = (now - START) % DAY, day = now - of_day, slot = of_day / SLOT + 1;

    if (slot < SLOT_FIRST)
        slot = SLOT_FIRST;
    if (slot > SLOT_LAST) {
        slot = SLOT_FIRST;
        day += DAY;
    }
    return day + slot * SLOT + chance(d, DELAY_MAX);
}

/* What was missed while the machine slept is made up for once, when it wakes. */
static void set_timer(struct day *d, struct device *v)
{
    v->wake_ms = next_slot(d, d->village.now_ms);
    if (v->wake_ms >= v->sleep_from && v->wake_ms < v->sleep_to)
        v->wake_ms = v->sleep_to + chance(d, DELAY_MAX);
}

/* --- the daemon's troubles --- */

static int no_room(struct kk_store *s, const struct kk_store_entry *entry,
                   const struct kk_log_head *head, const struct kk_op *op)
{
    (void)s;
    (void)entry;
    (void)head;
    (void)op;
    return KK_E_DISK_FULL;
}

static void publish(struct day *d)
{
    struct kk_obs row = press_row("new", "14133", "2026", 7);

    press_add(&d->pub, &row);
    press_sort(&d->pub);
    bureau_publish(&d->bureau, &d->pub, NULL);
    village_hand_over(&d->village);
    d->published = true;
}

/* What the hour brings; the devices learn of it when they call. */
static void trouble(struct day *d)
{
    int64_t at = d->village.now_ms - START;
    bool full = at >= FULL_FROM && at < FULL_TO;

    d->away = at >= AWAY_FROM && at < AWAY_TO;
    d->village.store->engine = full ? &d->full : d->engine;
    if (at >= RELEASE && !d->published)
        publish(d);
    if (at >= RESTART && !d->restarted) {
        village_restart(&d->village);
        d->restarted = true;
    }
    if (at >= JUMP && !d->jumped) {
        d->devices[3].skew = 400 * DAY;
        d->devices[4].skew = -40 * DAY;
        d->jumped = true;
    }
}

/* --- the devices --- */

static void write_record(struct day *d, struct device *v)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes value = { 0 }, kind = { 0 };
    struct kk_ledger_draft draft = { .kind = KK_KIND_ISSUE, .act = KK_ACT_CREATE };
    struct kk_body body = { .count = 0 };
    struct office_desk desk;

    for (size_t i = 0; i < KK_ID_BYTES; i++)
        draft.rec[i] = (uint8_t)chance(d, 256);
    ck_assert_int_eq(kk_pack_text(&value, kk_slice_text("what was heard")), 0);
    ck_assert_int_eq(kk_pack_int(&kind, draft.kind), 0);
    ck_assert_int_eq(kk_body_set(&body, KK_FIELD_TITLE, kk_bytes_slice(&value)), 0);
    ck_assert_int_eq(kk_body_set(&body, KK_BODY_KIND, kk_bytes_slice(&kind)), 0);
    draft.body = &body;
    office_sit(&desk, &v->office, ledgers[v->ward]);
    v->office.clock.now_ms = d->village.now_ms + v->skew;
    ck_assert_int_eq(kk_ledger_write(&desk.ledger, &draft, &v->office.clock, NULL), 0);
    office_stand(&desk);
    d->written[v->ward]++;
}

/* One run of `kukyoku sync`; a line in eight is cut. */
static void call_daemon(struct day *d, struct device *v)
{
    struct village_line line = { .messages = 0 };
    bool cut = d->village.now_ms < START + DAY && chance(d, 8) == 0;
    int64_t at = d->village.now_ms;
    int r;

    d->village.cut_after = cut ? 1 + (unsigned)chance(d, 12) : 0;
    r = office_sync(&v->office, &d->village, &line);
    d->village.cut_after = 0;
    d->village.now_ms = at; /* others call at the same time */
    d->cut += r == KK_E_CUT;
    v->failed += r < 0;
    ck_assert_msg(r == 0 || cut || d->village.store->engine == &d->full, "device %d: fault %d",
                  (int)(v - d->devices), r);
    if (r == 0 && line.sync.counts.same && line.sync.counts.pushed == 0) {
        d->idle++;
        ck_assert_uint_le(line.bytes, IDLE_BYTES);
        ck_assert_uint_le(line.messages, IDLE_MESSAGES);
    }
}

static void wake(struct day *d, struct device *v)
{
    v->wakes++;
    if (v->ward < KK_COUNT(wards) && d->village.now_ms < START + DAY && chance(d, 5) == 0)
        write_record(d, v);
    if (d->away)
        v->failed++; /* nobody listens: the program ends, the timer stays */
    else
        call_daemon(d, v);
    set_timer(d, v);
}

static struct device *next_up(struct day *d)
{
    struct device *v = &d->devices[0];

    for (size_t i = 1; i < DEVICES; i++) {
        if (d->devices[i].wake_ms < v->wake_ms)
            v = &d->devices[i];
    }
    return v;
}

static void run_until(struct day *d, int64_t end_ms)
{
    for (;;) {
        struct device *v = next_up(d);

        if (v->wake_ms >= end_ms)
            break;
        d->village.now_ms = v->wake_ms;
        trouble(d);
        wake(d, v);
    }
    d->village.now_ms = end_ms;
    trouble(d);
}

/* --- beginning and end --- */

/* Every third machine sleeps for some hours; one is off the whole afternoon. */
static void set_sleep(struct day *d, size_t i)
{
    struct device *v = &d->devices[i];

    v->sleep_from = v->sleep_to = START;
    if (i % 3 == 0) {
        v->sleep_from = START + 9 * HOUR + chance(d, 6 * HOUR);
        v->sleep_to = v->sleep_from + 30 * MINUTE + chance(d, 3 * HOUR);
    }
    if (i == 7) {
        v->sleep_from = START + 12 * HOUR;
        v->sleep_to = START + DAY + 8 * HOUR;
    }
}

static void day_init(struct day *d, uint64_t seed)
{
    *d = (struct day){ .away = false };
    unit_entropy_init(&d->entropy, seed);
    bureau_init(&d->bureau, seed, START);
    for (size_t i = 0; i < DEVICES; i++) {
        struct bureau_device *as = bureau_stranger(&d->bureau);
        bool officer = i >= DEVICES - OFFICERS;

        d->devices[i].ward = officer ? KK_COUNT(wards) : i % KK_COUNT(wards);
        bureau_approve(&d->bureau, as,
                       officer ? KK_ROLE_OFFICER : i < 4 ? KK_ROLE_LEAD : KK_ROLE_STAFF,
                       officer ? "" : wards[d->devices[i].ward]);
    }
    bureau_sign_roster(&d->bureau);
    press_table_init(&d->pub);
    press_table_init(&d->internal);
    press_fill(&d->pub, 300, 7, 0);
    press_fill(&d->internal, 100, 7, 0);
    bureau_publish(&d->bureau, &d->pub, &d->internal);
    village_init(&d->village, &d->bureau, seed + 1);
    village_hand_over(&d->village);
    d->engine = d->village.store->engine;
    d->full = *d->engine;
    d->full.entry_add = no_room;
    for (size_t i = 0; i < DEVICES; i++) {
        office_init(&d->devices[i].office, &d->bureau, &d->bureau.devices[i]);
        ck_assert_int_eq(office_sync(&d->devices[i].office, &d->village, NULL), 0);
        set_sleep(d, i);
    }
    d->village.now_ms = START;
    for (size_t i = 0; i < DEVICES; i++)
        set_timer(d, &d->devices[i]);
}

static void day_fini(struct day *d)
{
    d->village.store->engine = d->engine;
    for (size_t i = 0; i < DEVICES; i++)
        office_fini(&d->devices[i].office);
    village_fini(&d->village);
    press_table_fini(&d->pub);
    press_table_fini(&d->internal);
    bureau_fini(&d->bureau);
}

/* Everybody's log of the ward is the daemon's, and holds what was written, once. */
static void all_have_all(struct day *d)
{
    for (size_t i = 0; i < DEVICES - OFFICERS; i++) {
        struct device *v = &d->devices[i];
        struct kk_log_head theirs, daemons;
        struct office_desk desk;

        ck_assert_int_ge(d->engine->log_find(d->village.store, kk_slice_text(ledgers[v->ward]),
                                             &daemons), 0);
        office_sit(&desk, &v->office, ledgers[v->ward]);
        ck_assert_int_eq(kk_ledger_head(&desk.ledger, &theirs), 0);
        office_stand(&desk);
        ck_assert_msg(theirs.gsn == daemons.gsn && daemons.gsn == d->written[v->ward],
                      "device %zu: %llu of %llu, %llu written", i, (unsigned long long)theirs.gsn,
                      (unsigned long long)daemons.gsn, (unsigned long long)d->written[v->ward]);
        ck_assert_mem_eq(theirs.head, daemons.head, KK_HASH_BYTES);
    }
}

/* A quiet round shows that nothing is left to be done, also of the release. */
static void all_is_quiet(struct day *d)
{
    for (size_t i = 0; i < DEVICES; i++) {
        struct village_line line;

        ck_assert_int_eq(office_sync(&d->devices[i].office, &d->village, &line), 0);
        ck_assert_msg(line.sync.counts.same, "device %zu is not in step", i);
    }
}

START_TEST(fifty_devices_a_day)
{
    struct day *d = kk_alloc(sizeof(*d));
    unsigned wakes = 0, failed = 0, most = 0;

    ck_assert_ptr_nonnull(d);
    day_init(d, unit_seed(4100));
    run_until(d, START + DAY);
    for (size_t i = 0; i < DEVICES; i++) {
        wakes += d->devices[i].wakes;
        failed += d->devices[i].failed;
        most = d->devices[i].wakes > most ? d->devices[i].wakes : most;
    }
    ck_assert_uint_le(most, SLOTS); /* troubles wake nobody more often */
    ck_assert_uint_gt(failed, DEVICES / 2);
    ck_assert_uint_gt(d->cut, 10);
    /* the next morning: their timers alone bring to all what the first ones send */
    run_until(d, START + DAY + 10 * HOUR);
    all_have_all(d);
    all_is_quiet(d);
    printf("# %u wake-ups of %d devices in 24 h, at most %u of one; %u failed, %u lines cut, %u "
           "looks at nothing new; %llu and %llu acts\n",
           wakes, DEVICES, most, failed, d->cut, d->idle, (unsigned long long)d->written[0],
           (unsigned long long)d->written[1]);
    day_fini(d);
    kk_free(d);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("day", &suite);

    tcase_set_timeout(c, 3600);
    tcase_add_test(c, fifty_devices_a_day);
    return suite;
}
