/*
 * A ward and the bureau over months, as a seed has it: three devices of a ward and an officer write
 * and act, mostly apart; lines are cut after any message; files with operations lie about, arrive
 * late, twice and out of order; others bring the log back; programs are killed while they write,
 * the daemon is restarted. In the end all replicas are equal, every act that was written stands in
 * the log once, and wrong clocks have changed nothing but what they claim. [RL-9] [RL-16] [SY-8]
 * [MD-2]
 *
 * KK_ACTS=10000 makes one long run of it, until so many acts were written; KK_SEED another; TMPDIR
 * says where. docs/benchmarks.md has the command.
 */
#include "office.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"
#include "kukyoku/error.h"
#include "kukyoku/wire/packer.h"
#include "model/media.h"
#include "spool/spool.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEVICES 4
#define RECORDS 40
#define CASES   3
/* So many times more in a long run: nobody writes a thousand acts on one case, and one that is read
 * again for each of its acts costs their square. */
#define MORE    16
#define FILES   6
#define STEPS   250
#define DAY     (INT64_C(24) * 3600 * 1000)
#define NOW     INT64_C(1795392000000)

static const char *const scopes[] = { "w:14133", "e:14133" };
static const uint32_t fields[] = { KK_FIELD_TITLE, KK_FIELD_PROBLEM, KK_FIELD_CONTENT };

/* What the clocks of the devices claim: right, and days, decades off. */
static const int64_t wrong[DEVICES] = { 3 * DAY, -3 * DAY, -NOW + DAY,
                                        INT64_C(2147483647000) - NOW };

struct world {
    struct bureau bureau;
    struct village village;
    struct office devices[DEVICES];
    const int64_t *skew; /* of each; NULL: none */
    struct unit_entropy entropy;
    char dir[64]; /* spool, and files on their way */
    uint8_t records[MORE * RECORDS][KK_ID_BYTES], cases[MORE * CASES][KK_ID_BYTES];
    size_t record_count, times; /* so many times the records and cases of a short run */
    bool going[FILES], coming[FILES]; /* files that are there */
    uint64_t written[2];              /* acts, by scope */
    uint64_t lost;                    /* acts that a killed program took with it */
    unsigned refused_files;
};

/* 0: the short run that everybody makes. */
static uint64_t acts_wanted(void)
{
    const char *given = getenv("KK_ACTS");

    return given ? strtoull(given, NULL, 10) : 0;
}

static size_t pick(struct world *w, size_t of)
{
    return (size_t)(unit_random(&w->entropy) % of);
}

static void path_of(const struct world *w, const char *name, size_t n, char ret[128])
{
    snprintf(ret, 128, "%s/%s-%zu.kkyb", w->dir, name, n);
}

static void world_init(struct world *w, uint64_t seed, const int64_t *skew)
{
    static const enum kk_role roles[DEVICES] = { KK_ROLE_LEAD, KK_ROLE_STAFF, KK_ROLE_LEAD,
                                                 KK_ROLE_OFFICER };
    struct bureau_device *as[DEVICES];
    struct kk_error err = { 0 };

    *w = (struct world){ .skew = skew, .times = acts_wanted() ? MORE : 1 };
    unit_entropy_init(&w->entropy, seed);
    bureau_init(&w->bureau, seed, NOW);
    for (size_t i = 0; i < DEVICES; i++) {
        as[i] = bureau_stranger(&w->bureau);
        bureau_approve(&w->bureau, as[i], roles[i], roles[i] == KK_ROLE_OFFICER ? "" : "14133");
    }
    bureau_sign_roster(&w->bureau);
    village_init(&w->village, &w->bureau, seed + 1);
    village_hand_over(&w->village);
    unit_make_folder("kukyoku-years", w->dir);
    ck_assert_int_eq(kk_spool_prepare(w->dir, &err), 0);
    for (size_t i = 0; i < DEVICES; i++) {
        office_init(&w->devices[i], &w->bureau, as[i]);
        ck_assert_int_eq(office_sync(&w->devices[i], &w->village, NULL), 0);
    }
    for (size_t i = 0; i < w->times * CASES; i++)
        memset(w->cases[i], 0xc0 + (int)i, KK_ID_BYTES);
}

static void world_fini(struct world *w)
{
    for (size_t i = 0; i < DEVICES; i++)
        office_fini(&w->devices[i]);
    village_fini(&w->village);
    bureau_fini(&w->bureau);
    unit_remove_folder(w->dir);
}

/* --- writing --- */

/* Into the outbox, by the clock that the device believes; what can't be now is left. */
static void write_act(struct world *w, size_t d, const struct kk_ledger *ledger,
                      struct kk_ledger_draft *draft)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes value = { 0 }, kind = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct office *o = &w->devices[d];
    size_t scope = draft->kind == KK_KIND_CASE;
    struct kk_ledger_record now;
    struct kk_body body = { .count = 0 };
    char text[32];
    int r;

    snprintf(text, sizeof(text), "%llu", (unsigned long long)(unit_random(&w->entropy) % 100000));
    ck_assert_int_eq(kk_pack_text(&value, kk_slice_text(text)), 0);
    ck_assert_int_eq(kk_pack_int(&kind, draft->kind), 0);
    ck_assert_int_eq(kk_body_set(&body, fields[pick(w, KK_COUNT(fields))],
                                 kk_bytes_slice(&value)), 0);
    if (scope == 0 && draft->act == KK_ACT_CREATE)
        ck_assert_int_eq(kk_body_set(&body, KK_BODY_KIND, kk_bytes_slice(&kind)), 0);
    draft->body = &body;
    kk_arena_init(&arena, 4 * 1024 * 1024);
    r = kk_ledger_record(ledger, draft->rec, &arena, &now);
    ck_assert_int_ge(r, 0);
    draft->refs = (const uint8_t(*)[KK_HASH_BYTES]) & now.ahead.proposal;
    draft->ref_count = r > 0 && now.ahead.side != KK_SIDE_NONE;
    o->clock.now_ms = w->village.now_ms + (w->skew ? w->skew[d] : 0);
    o->clock.entropy = w->bureau.entropy.entropy;
    r = kk_ledger_write(ledger, draft, &o->clock, NULL);
    ck_assert(r == 0 || r == KK_E_STATE || r == KK_E_ROLE);
    w->written[scope] += r == 0;
}

static void write_record(struct world *w, size_t d)
{
    struct kk_ledger_draft draft = { .kind = KK_KIND_ISSUE, .act = KK_ACT_EDIT };
    size_t n = pick(w, w->times * RECORDS);
    struct office_desk k;

    if (n >= w->record_count) {
        n = w->record_count++;
        for (size_t i = 0; i < KK_ID_BYTES; i++)
            w->records[n][i] = (uint8_t)pick(w, 256);
        draft.act = KK_ACT_CREATE;
    }
    memcpy(draft.rec, w->records[n], KK_ID_BYTES);
    office_sit(&k, &w->devices[d], scopes[0]);
    write_act(w, d, &k.ledger, &draft);
    office_stand(&k);
}

/* Some act that the table has; mostly one that may be done as far as the device knows. */
static void act_on_case(struct world *w, size_t d)
{
    size_t count, tries = 1 + pick(w, 12);
    const struct kk_transition *table = kk_transitions(KK_MACHINE_CASE, KK_TV_NEWEST, &count);
    struct kk_ledger_draft draft = { .kind = KK_KIND_CASE };
    uint64_t before = w->written[1];
    struct office_desk k;

    memcpy(draft.rec, w->cases[pick(w, w->times * CASES)], KK_ID_BYTES);
    office_sit(&k, &w->devices[d], scopes[1]);
    while (tries-- > 0 && w->written[1] == before) {
        draft.act = table[pick(w, count)].act;
        write_act(w, d, &k.ledger, &draft);
    }
    office_stand(&k);
}

/* The program is killed while it writes: of acts that were not committed nothing is left. */
static void killed_writing(struct world *w, size_t d)
{
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };
    struct kk_ledger_draft draft = { .kind = KK_KIND_ISSUE, .act = KK_ACT_EDIT };
    uint64_t before = w->written[0];
    struct office_desk k;

    if (d == DEVICES - 1 || w->record_count == 0)
        return;
    office_sit(&k, &w->devices[d], scopes[0]);
    ck_assert_int_eq(kk_db_tx_begin(k.ledger.db, &tx), 0);
    for (size_t i = pick(w, 3) + 1; i-- > 0;) {
        memcpy(draft.rec, w->records[pick(w, w->record_count)], KK_ID_BYTES);
        write_act(w, d, &k.ledger, &draft);
    }
    w->lost += w->written[0] - before;
    w->written[0] = before;
    kk_db_tx_fini(&tx);
    office_stand(&k);
}

/* --- lines and files --- */

static void sync_device(struct world *w, size_t d, bool cut)
{
    int r;

    w->village.cut_after = cut ? 1 + (unsigned)pick(w, 30) : 0;
    r = office_sync(&w->devices[d], &w->village, NULL);
    w->village.cut_after = 0;
    ck_assert(r == 0 || (cut && r == KK_E_CUT));
}

static void open_home(const struct world *w, size_t d, struct kk_home *ret)
{
    struct kk_error err = { 0 };

    ck_assert_int_eq(kk_home_open(w->devices[d].dir, KK_HOME_WRITE, ret, &err), 0);
}

/* What waits, as a file that goes on its way. */
static void file_out(struct world *w, size_t d)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    struct kk_error err = { 0 };
    uint64_t count;
    size_t n = pick(w, FILES);
    char path[128];
    int r;

    path_of(w, "going", n, path);
    unlink(path);
    open_home(w, d, &h);
    r = kk_media_export(&h, &(struct kk_media_file){ .path = path, .approver = "" }, &count, &err);
    ck_assert(r == 0 || r == KK_E_NOT_FOUND);
    w->going[n] = r == 0;
}

static void on_file(void *user, const struct kk_spool_report *report)
{
    struct world *w = user;

    /* an older file may be missing before it: then it is refused whole and the device keeps all */
    ck_assert_msg(report->adopted || report->fault == KK_E_CHAIN, "%s", report->reason);
    w->refused_files += !report->adopted;
}

/* Some file arrives, perhaps once more. */
static void file_arrives(struct world *w)
{
    struct kk_error err = { 0 };
    size_t n = pick(w, FILES);
    char from[128], to[160];

    if (!w->going[n])
        return;
    path_of(w, "going", n, from);
    snprintf(to, sizeof(to), "%s/in/%llu.kkyb", w->dir,
             (unsigned long long)unit_random(&w->entropy));
    ck_assert_int_eq(link(from, to), 0);
    ck_assert_int_eq(kk_spool_scan(w->village.relay, w->dir, on_file, w, &err), 0);
}

/* The daemon writes one for a device now; it is read whenever. */
static void file_back(struct world *w)
{
    char path[128], hex[2 * KK_ID_BYTES + 1];
    struct kk_spool_media_for who = { .device = hex };
    struct kk_spool_media made;
    struct kk_error err = { 0 };
    size_t n = pick(w, DEVICES);

    kk_hex_encode(kk_slice(w->devices[n].as->keys.id, KK_ID_BYTES), hex);
    path_of(w, "coming", n, path);
    unlink(path);
    ck_assert_int_eq(kk_spool_export_media(w->village.relay, &who, path, &made, &err), 0);
    w->coming[n] = true;
}

static void file_in(struct world *w)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    struct kk_media_options options = { .progress = NULL };
    struct kk_media_report report;
    struct kk_error err = { 0 };
    size_t n = pick(w, DEVICES);
    char path[128];
    int r;

    if (!w->coming[n])
        return;
    path_of(w, "coming", n, path);
    open_home(w, n, &h);
    r = kk_media_import(&h, &(struct kk_media_file){ .path = path, .approver = "" }, &options,
                        &report, &err);
    ck_assert_msg(r == 0, "%d %s %s", r, err.where, err.detail);
}

static void step(struct world *w)
{
    size_t d = pick(w, DEVICES);

    w->village.now_ms += 1 + (int64_t)pick(w, 6 * 3600 * 1000);
    switch (pick(w, 20)) {
    case 0:
    case 1:
        sync_device(w, d, false);
        return;
    case 2:
    case 3:
        sync_device(w, d, true);
        return;
    case 4:
        file_out(w, d);
        return;
    case 5:
        file_arrives(w);
        return;
    case 6:
        file_back(w);
        return;
    case 7:
        file_in(w);
        return;
    case 8:
        village_restart(&w->village);
        return;
    case 9:
        killed_writing(w, d);
        return;
    default:
        break;
    }
    if (d == DEVICES - 1 || pick(w, 3) == 0)
        act_on_case(w, d);
    else
        write_record(w, d);
}

/* --- what came of it --- */

static int by_bytes(const void *a, const void *b)
{
    const struct kk_merge_value *x = a, *y = b;
    size_t len = x->value.len < y->value.len ? x->value.len : y->value.len;
    int differ = memcmp(x->value.data, y->value.data, len);

    return differ ? differ : (x->value.len > y->value.len) - (x->value.len < y->value.len);
}

/* The record without what a clock may claim: its standing, and every field's values as a set. */
static void hash_record(struct kk_hash *h, const struct kk_ledger_record *r)
{
    kk_hash_add_u64(h, r->track.state);
    kk_hash_add_u64(h, r->track.target);
    kk_hash_add_u64(h, r->track.attempt);
    for (size_t i = 0; i < r->merged.field_count; i++) {
        const struct kk_merge_field *f = &r->merged.fields[i];
        struct kk_merge_value values[64];

        ck_assert_uint_le(f->count, KK_COUNT(values));
        memcpy(values, f->values, f->count * sizeof(values[0]));
        qsort(values, f->count, sizeof(values[0]), by_bytes);
        kk_hash_add_u64(h, f->number);
        for (size_t k = 0; k < f->count; k++)
            kk_hash_add(h, values[k].value);
    }
}

/* Shown the same to everybody: also which value stands first. */
static void hash_shown(struct kk_hash *h, const struct kk_ledger_record *r)
{
    for (size_t i = 0; i < r->body.count; i++) {
        kk_hash_add_u64(h, r->body.fields[i].number);
        kk_hash_add(h, r->body.fields[i].value);
    }
}

struct outcome {
    unsigned refused; /* acts that the order of the log did not let count */
    uint8_t what[KK_HASH_BYTES], shown[KK_HASH_BYTES]; /* of all records of a scope */
    struct kk_log_head head;
};

static void look(struct world *w, size_t d, size_t scope, struct outcome *ret)
{
    size_t count = scope ? w->times * CASES : w->record_count;
    struct kk_hash what, shown;
    struct office_desk k;

    ret->refused = 0;
    office_sit(&k, &w->devices[d], scopes[scope]);
    kk_hash_init(&what, "what");
    kk_hash_init(&shown, "shown");
    for (size_t i = 0; i < count; i++) {
        KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
        struct kk_ledger_record r;

        kk_arena_init(&arena, 8 * 1024 * 1024);
        if (kk_ledger_record(&k.ledger, scope ? w->cases[i] : w->records[i], &arena, &r) == 0)
            continue; /* its maker was not allowed to */
        ck_assert_uint_eq(r.pending, 0);
        for (size_t n = 0; n < r.op_count; n++)
            ret->refused += r.ops[n].what.verdict != KK_WIRE_OK;
        hash_record(&what, &r);
        hash_shown(&shown, &r);
    }
    kk_hash_done(&what, ret->what);
    kk_hash_done(&shown, ret->shown);
    ck_assert_int_eq(kk_ledger_head(&k.ledger, &ret->head), 0);
    office_stand(&k);
}

/* Everybody meets once more; then all must have the same, and all of it. */
static void settle(struct world *w, struct outcome ret[2])
{
    for (size_t round = 0; round < 2; round++) {
        for (size_t d = 0; d < DEVICES; d++)
            sync_device(w, d, false);
    }
    for (size_t scope = 0; scope < KK_COUNT(scopes); scope++) {
        for (size_t d = 0; d < DEVICES; d++) {
            struct outcome got;

            if (scope == 0 && d == DEVICES - 1)
                continue; /* the bureau reads no ward's own records */
            look(w, d, scope, d == 0 ? &ret[scope] : &got);
            if (d == 0)
                continue;
            ck_assert_mem_eq(got.what, ret[scope].what, KK_HASH_BYTES);
            ck_assert_mem_eq(got.shown, ret[scope].shown, KK_HASH_BYTES);
            ck_assert_mem_eq(got.head.head, ret[scope].head.head, KK_HASH_BYTES);
        }
        ck_assert_uint_eq(ret[scope].head.gsn, w->written[scope]); /* each once, none lost */
    }
}

static void live(uint64_t seed, const int64_t *skew, struct outcome ret[2])
{
    uint64_t wanted = acts_wanted(), steps = 0;
    struct world w;

    world_init(&w, seed, skew);
    while (wanted ? w.written[0] + w.written[1] < wanted : steps < STEPS) {
        step(&w);
        steps++;
    }
    settle(&w, ret);
    ck_assert_uint_gt(w.written[0] + w.written[1], steps / 8);
    printf("# %llu steps: %llu acts on records, %llu on cases, %u of them refused by the order, "
           "%llu killed; %u files came too early\n",
           (unsigned long long)steps, (unsigned long long)w.written[0],
           (unsigned long long)w.written[1], ret[1].refused, (unsigned long long)w.lost,
           w.refused_files);
    world_fini(&w);
}

START_TEST(all_replicas_equal)
{
    struct outcome right[2], claimed[2];
    uint64_t seed = unit_seed(900 + (uint64_t)_i);

    live(seed, NULL, right);
    live(seed, wrong, claimed);
    for (size_t scope = 0; scope < KK_COUNT(scopes); scope++) {
        ck_assert_mem_eq(right[scope].what, claimed[scope].what, KK_HASH_BYTES);
        ck_assert_uint_eq(right[scope].head.gsn, claimed[scope].head.gsn);
        ck_assert_uint_eq(right[scope].refused, claimed[scope].refused);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("simulation", &suite);

    tcase_set_timeout(c, 3600);
    tcase_add_loop_test(c, all_replicas_equal, 0, acts_wanted() ? 1 : 3);
    return suite;
}
