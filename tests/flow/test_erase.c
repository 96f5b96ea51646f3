/*
 * What a record says goes, at the daemon and at every device, also at those that come late; that it
 * was there stays, and every chain, head and verdict can be computed as before. A body that is
 * missing without such an act is told. Covers daemon/relay/erase.c, client/replica/ledger_erase.c,
 * client/model/erasure.c. [RL-28] [RL-29] [RL-30] [DM-21]
 */
#include "office.h"

#include "home/drafts.h"
#include "model/erasure.h"
#include "replica/ledger_erase.h"

#include "kukyoku/base/date.h"
#include "kukyoku/db/backup.h"
#include "kukyoku/error.h"
#include "kukyoku/wire/packer.h"

#include <stdio.h>
#include <stdlib.h>

#define SEED  20261129
#define SCOPE "w:14133"
#define OPS   8

static const uint8_t rec[KK_ID_BYTES] = { 0xe1 }, other[KK_ID_BYTES] = { 0xe2 };

struct scene {
    struct bureau bureau;
    struct village village;
    struct office a, b, late;
    char dir[64], store[96];
    uint8_t bodies[OPS][24]; /* the first bytes of each sealed body as the daemon had it: a nonce */
    size_t count;
};

static void scene_init(struct scene *s)
{
    struct bureau_device *d[3];

    *s = (struct scene){ .count = 0 };
    snprintf(s->dir, sizeof(s->dir), "/tmp/kukyoku-flow-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(s->dir));
    snprintf(s->store, sizeof(s->store), "%s/store", s->dir);
    bureau_init(&s->bureau, unit_seed(SEED), kk_os_now_ms());
    s->bureau.tv = KK_TV_ERASE;
    for (size_t i = 0; i < KK_COUNT(d); i++) {
        d[i] = bureau_stranger(&s->bureau);
        bureau_approve(&s->bureau, d[i], KK_ROLE_LEAD, "14133");
    }
    bureau_sign_roster(&s->bureau);
    village_init(&s->village, &s->bureau, SEED + 1);
    village_store(&s->village, s->store);
    village_hand_over(&s->village);
    office_init(&s->a, &s->bureau, d[0]);
    office_init(&s->b, &s->bureau, d[1]);
    office_init(&s->late, &s->bureau, d[2]);
}

static void scene_fini(struct scene *s)
{
    office_fini(&s->a);
    office_fini(&s->b);
    office_fini(&s->late);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
    unit_remove_folder(s->dir);
}

static void sync(struct scene *s, struct office *o)
{
    ck_assert_int_eq(office_sync(o, &s->village, NULL), 0);
}

static void both(struct scene *s)
{
    sync(s, &s->a);
    sync(s, &s->b);
    sync(s, &s->a);
}

static int on_entry(void *user, const struct kk_store_entry *e)
{
    struct scene *s = user;

    ck_assert_uint_lt(s->count, OPS);
    if (e->body.data)
        memcpy(s->bodies[s->count], e->body.data, sizeof(s->bodies[0]));
    s->count++;
    return 0;
}

/* The store's entries from the first on: which of them have a body, as "1101". */
static void remember(struct scene *s, char ret[OPS + 1])
{
    struct kk_store *store = s->village.store;
    static const uint8_t none[24];

    s->count = 0;
    memset(s->bodies, 0, sizeof(s->bodies));
    ck_assert_int_eq(store->engine->entry_each(
                         store, &(struct kk_store_range){ kk_slice_text(SCOPE), 1, OPS }, on_entry,
                         s),
                     0);
    for (size_t i = 0; i < s->count; i++)
        ret[i] = memcmp(s->bodies[i], none, sizeof(none)) ? '1' : '0';
    ret[s->count] = '\0';
}

static void daemon_has(struct scene *s, const char *bodies)
{
    struct scene now = { .village = s->village };
    char has[OPS + 1];

    remember(&now, has);
    ck_assert_str_eq(has, bodies);
}

static bool file_holds(const char *path, const uint8_t *what, size_t len)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };

    if (kk_os_file_read(path, (size_t)64 * 1024 * 1024, &bytes, NULL) < 0)
        return false;
    for (size_t i = 0; i + len <= bytes.len; i++) {
        if (memcmp(bytes.data + i, what, len) == 0)
            return true;
    }
    return false;
}

/* In the files of the daemon and of this device: the store, its log, the replica, its journal. */
static bool anywhere(const struct scene *s, const struct office *o, size_t op)
{
    static const char *const ends[] = { "", "-wal", "-journal" };
    char path[160];
    bool found = false;

    for (size_t i = 0; i < KK_COUNT(ends); i++) {
        snprintf(path, sizeof(path), "%s%s", s->store, ends[i]);
        found = found || file_holds(path, s->bodies[op], sizeof(s->bodies[op]));
        snprintf(path, sizeof(path), "%s/w-14133.db%s", o->dir, ends[i]);
        found = found || file_holds(path, s->bodies[op], sizeof(s->bodies[op]));
    }
    return found;
}

/* What the loop of the daemon does after a batch. */
static void scrub(struct scene *s)
{
    ck_assert(kk_relay_forgets(s->village.relay));
    ck_assert_int_eq(s->village.store->engine->scrub(s->village.store), 0);
    kk_relay_forgot(s->village.relay);
}

static void write(struct office *o, const uint8_t id[KK_ID_BYTES], unsigned act, const char *text)
{
    office_write(o, SCOPE, id, act, text);
}

/* The erase of a lead, with its reason; refs: what it names. */
static int erase(struct office *o, const uint8_t (*refs)[KK_HASH_BYTES], size_t count)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes why = { 0 }, kind = { 0 };
    struct kk_body body = { .count = 0 };
    struct kk_ledger_draft draft = { .kind = KK_KIND_ISSUE, .act = KK_ACT_ERASE, .refs = refs,
                                     .ref_count = count, .body = &body };
    struct office_desk k;
    int r;

    memcpy(draft.rec, rec, KK_ID_BYTES);
    ck_assert_int_eq(kk_pack_text(&why, kk_slice_text("住民の氏名")), 0);
    ck_assert_int_eq(kk_pack_int(&kind, KK_KIND_ISSUE), 0);
    ck_assert_int_eq(kk_body_set(&body, KK_FIELD_REASON, kk_bytes_slice(&why)), 0);
    ck_assert_int_eq(kk_body_set(&body, KK_BODY_KIND, kk_bytes_slice(&kind)), 0);
    office_sit(&k, o, SCOPE);
    o->clock.now_ms = kk_os_now_ms();
    r = kk_ledger_write(&k.ledger, &draft, &o->clock, NULL);
    office_stand(&k);
    return r;
}

struct seen {
    char bodies[OPS + 1];
    struct kk_ledger_record record;
    struct kk_ledger_missing missing;
    bool erased;       /* as a whole */
    char title[64];
    int verified;
};

static void look(const struct office *o, struct kk_arena *arena, struct seen *ret)
{
    struct office_desk k;
    uint64_t entries;
    const struct kk_body_field *f;
    struct kk_error err = { .fault = 0 };
    struct kk_slice text = kk_slice("", 0);

    *ret = (struct seen){ .erased = false };
    office_sit(&k, o, SCOPE);
    ck_assert_int_eq(kk_ledger_record(&k.ledger, rec, arena, &ret->record), 1);
    for (size_t i = 0; i < ret->record.op_count; i++)
        ret->bodies[i] = ret->record.ops[i].readable ? '1' : '0';
    ret->erased = kk_ledger_erased_by(&ret->record, NULL) != NULL;
    f = kk_body_find(&ret->record.body, 1);
    if (f) {
        struct kk_cursor c = kk_cursor(f->value);

        ck_assert_int_eq(kk_cursor_text(&c, &text), 0);
    }
    snprintf(ret->title, sizeof(ret->title), "%.*s", (int)text.len, (const char *)text.data);
    ck_assert_int_eq(kk_ledger_bodies(&k.ledger, &ret->missing), 0);
    ret->verified = kk_ledger_verify(&k.ledger, &entries, &err);
    office_stand(&k);
}

/* create, edit by another, erase; the device that comes late has never seen a word of it. */
START_TEST(all_of_a_record)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct scene s;
    struct seen seen;
    char has[OPS + 1];

    kk_arena_init(&arena, (size_t)64 * 1024 * 1024);
    scene_init(&s);
    both(&s);
    write(&s.a, rec, KK_ACT_CREATE, "川崎一郎さんの件");
    both(&s);
    write(&s.b, rec, KK_ACT_EDIT, "川崎一郎さんの二件");
    write(&s.b, other, KK_ACT_CREATE, "別の件");
    both(&s);
    remember(&s, has);
    ck_assert_str_eq(has, "111");
    ck_assert(anywhere(&s, &s.a, 0) && anywhere(&s, &s.b, 1));
    write(&s.b, rec, KK_ACT_EDIT, "まだ送っていない川崎一郎さん"); /* comes too late */
    ck_assert_int_eq(erase(&s.a, NULL, 0), 0);
    sync(&s, &s.a);
    daemon_has(&s, "0011");
    scrub(&s);
    sync(&s, &s.b);
    daemon_has(&s, "00110");
    sync(&s, &s.late);
    for (size_t op = 0; op < 2; op++)
        ck_assert(!anywhere(&s, &s.a, op) && !anywhere(&s, &s.b, op) && !anywhere(&s, &s.late, op));
    ck_assert(anywhere(&s, &s.late, 2));
    sync(&s, &s.a);
    for (size_t i = 0; i < 3; i++) {
        look(i == 0 ? &s.a : i == 1 ? &s.b : &s.late, &arena, &seen);
        ck_assert_str_eq(seen.bodies, "0010");
        ck_assert(seen.erased && seen.record.track.erased && seen.record.pending == 0);
        ck_assert_str_eq(seen.title, "");
        ck_assert_uint_eq(seen.record.kind, KK_KIND_ISSUE);
        ck_assert_uint_eq(seen.record.ops[3].what.verdict, KK_WIRE_STATE);
        ck_assert_uint_eq(seen.missing.count, 0);
        ck_assert_int_eq(seen.verified, 0);
    }
    ck_assert_int_eq(erase(&s.a, NULL, 0), KK_E_STATE);
    scene_fini(&s);
}
END_TEST

/* The text of one act; the record lives on, and its other text is there. */
START_TEST(some_of_a_record)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    uint8_t named[1][KK_HASH_BYTES];
    struct scene s;
    struct seen seen;

    kk_arena_init(&arena, (size_t)64 * 1024 * 1024);
    scene_init(&s);
    both(&s);
    write(&s.a, rec, KK_ACT_CREATE, "買い物");
    both(&s);
    write(&s.b, rec, KK_ACT_EDIT, "川崎一郎さん");
    both(&s);
    look(&s.a, &arena, &seen);
    ck_assert_str_eq(seen.title, "川崎一郎さん");
    memcpy(named[0], seen.record.ops[1].id, KK_HASH_BYTES);
    ck_assert_int_eq(erase(&s.a, (const uint8_t(*)[KK_HASH_BYTES])named, 1), 0);
    both(&s);
    sync(&s, &s.late);
    daemon_has(&s, "101");
    for (size_t i = 0; i < 3; i++) {
        look(i == 0 ? &s.a : i == 1 ? &s.b : &s.late, &arena, &seen);
        ck_assert_str_eq(seen.bodies, "101");
        ck_assert(!seen.erased && !seen.record.track.erased);
        ck_assert_ptr_eq(kk_ledger_erased_by(&seen.record, &seen.record.ops[1]),
                         &seen.record.ops[2]);
        ck_assert_ptr_null(kk_ledger_erased_by(&seen.record, &seen.record.ops[0]));
        ck_assert_str_eq(seen.title, "買い物"); /* the edit that took its place says nothing now */
        ck_assert_uint_eq(seen.missing.count, 0);
        ck_assert_int_eq(seen.verified, 0);
    }
    write(&s.b, rec, KK_ACT_EDIT, "買い物の件");
    both(&s);
    daemon_has(&s, "1011");
    scene_fini(&s);
}
END_TEST

static void restore_from(struct scene *s, const char *backup)
{
    char to[96];
    struct kk_error err = { .fault = 0 };

    snprintf(to, sizeof(to), "%s/again-%zu", s->dir, strlen(backup));
    ck_assert_int_eq(kk_db_backup(backup, to, 0, &err), 0);
    memcpy(s->store, to, sizeof(to));
    village_store(&s->village, to);
    ck_assert_int_eq(kk_relay_begin(s->village.relay), 0);
    ck_assert_int_eq(kk_relay_mark_restored(s->village.store, s->village.now_ms,
                                            kk_slice_text(to)),
                     0);
    ck_assert_int_eq(kk_relay_commit(s->village.relay), 0);
}

/* From before the erase, or from before the record: what was erased does not come back. */
START_TEST(restored)
{
    struct scene s;
    char empty[96], full[96];
    struct kk_error err = { .fault = 0 };

    scene_init(&s);
    both(&s);
    snprintf(empty, sizeof(empty), "%s/empty", s.dir);
    snprintf(full, sizeof(full), "%s/fuller", s.dir);
    ck_assert_int_eq(kk_db_backup(s.store, empty, 0, &err), 0);
    write(&s.a, rec, KK_ACT_CREATE, "川崎一郎さん");
    both(&s);
    ck_assert_int_eq(kk_db_backup(s.store, full, 0, &err), 0);
    ck_assert_int_eq(erase(&s.a, NULL, 0), 0);
    both(&s);
    daemon_has(&s, "01");
    restore_from(&s, full);
    daemon_has(&s, "1");
    sync(&s, &s.b);
    daemon_has(&s, "01");
    restore_from(&s, empty);
    sync(&s, &s.a);
    daemon_has(&s, "01");
    village_restart(&s.village);
    ck_assert(kk_relay_forgets(s.village.relay)); /* looked for again, whatever became of it */
    sync(&s, &s.late);
    scene_fini(&s);
}
END_TEST

/* The daemon takes a body away by itself: it is found at the end of the log, and by `verify`. */
START_TEST(dropped_without_an_act)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_error err = { .fault = 0 };
    struct office_desk k;
    struct scene s;
    struct seen seen;

    kk_arena_init(&arena, (size_t)64 * 1024 * 1024);
    scene_init(&s);
    both(&s);
    write(&s.a, rec, KK_ACT_CREATE, "買い物");
    write(&s.a, rec, KK_ACT_EDIT, "買い物の件");
    both(&s);
    ck_assert_int_eq(kk_relay_begin(s.village.relay), 0);
    ck_assert_int_eq(
        s.village.store->engine->body_drop(s.village.store, kk_slice_text(SCOPE), 2), 0);
    ck_assert_int_eq(kk_relay_commit(s.village.relay), 0);
    sync(&s, &s.late); /* the entries are kept, for an act might have stood behind them */
    look(&s.late, &arena, &seen);
    ck_assert_uint_eq(seen.missing.count, 1);
    ck_assert_uint_eq(seen.missing.first, 2);
    ck_assert_int_eq(seen.verified, KK_E_BODY_MISSING);
    office_sit(&k, &s.late, SCOPE);
    ck_assert_int_eq(kk_erasure_settle(&k.replicas, false, &err), 0);
    ck_assert_int_eq(kk_erasure_settle(&k.replicas, true, &err), KK_E_BODY_MISSING);
    ck_assert_str_eq(err.where, SCOPE " #2");
    office_stand(&k);
    look(&s.b, &arena, &seen); /* who had it has it */
    ck_assert_uint_eq(seen.missing.count, 0);
    ck_assert_int_eq(erase(&s.a, NULL, 0), 0); /* and once somebody has erased it, all is well */
    both(&s);
    sync(&s, &s.late);
    look(&s.late, &arena, &seen);
    ck_assert_int_eq(seen.verified, 0);
    scene_fini(&s);
}
END_TEST

/* An author who keeps the body back could lay it at the daemon's door. */
START_TEST(handed_in_without_a_body)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_push_op bare = { .body = { .len = 0 } };
    struct kk_op_context ctx = { .scope = kk_slice_text(SCOPE) };
    struct kk_pushed_op what;
    struct kk_relay_handed handed;
    struct kk_msg_push push;
    struct office_desk k;
    struct scene s;
    uint64_t detail;

    kk_arena_init(&arena, (size_t)64 * 1024 * 1024);
    scene_init(&s);
    both(&s);
    write(&s.a, rec, KK_ACT_CREATE, "買い物");
    office_sit(&k, &s.a, SCOPE);
    ck_assert_int_eq(kk_ledger_push(&k.ledger, 0, &arena, &push), 1);
    bare = push.ops.items[0];
    ctx.body = bare.body;
    kk_op_body_hash(bare.body, bare.op.body_hash);
    bare.op.body_len = bare.body.len;
    bare.body = kk_slice(NULL, 0);
    handed = (struct kk_relay_handed){ .device = s.a.as->keys.id, .scope = ctx.scope, .op = &bare };
    ck_assert_int_eq(kk_relay_begin(s.village.relay), 0);
    ck_assert_int_eq(kk_relay_order(s.village.relay, &handed, &what, &detail), KK_E_SIGNATURE);
    handed.bare = true; /* what an ended era had erased */
    ck_assert_int_eq(kk_relay_order(s.village.relay, &handed, &what, &detail), 0);
    kk_relay_rollback(s.village.relay);
    office_stand(&k);
    sync(&s, &s.a); /* with its body it goes as ever */
    daemon_has(&s, "1");
    scene_fini(&s);
}
END_TEST

/* Two bodies of a page change places: neither header is the one that was signed. [L12] */
static void swap_bodies(void *user, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_entries *page;
    struct kk_entry two[2];
    unsigned *swapped = user;

    if (m->type != KK_MSG_ENTRIES)
        return;
    page = (struct kk_msg_entries *)(uintptr_t)m->body;
    if (page->entries.count != 2)
        return;
    memcpy(two, page->entries.items, sizeof(two));
    two[0].body = page->entries.items[1].body;
    two[1].body = page->entries.items[0].body;
    page->entries.items = two;
    kk_bytes_clear(plain);
    ck_assert_int_eq(kk_message_encode(KK_MSG_ENTRIES, m->id, page, plain), 0);
    (*swapped)++;
}

START_TEST(bodies_swapped)
{
    struct scene s;
    unsigned swapped = 0;

    scene_init(&s);
    both(&s);
    write(&s.a, rec, KK_ACT_CREATE, "買い物");
    write(&s.a, other, KK_ACT_CREATE, "移動");
    both(&s);
    s.village.lie = swap_bodies;
    s.village.lie_user = &swapped;
    ck_assert_int_eq(office_sync(&s.late, &s.village, NULL), KK_E_SIGNATURE);
    ck_assert_uint_eq(swapped, 1);
    s.village.lie = NULL;
    sync(&s, &s.late);
    scene_fini(&s);
}
END_TEST

static int any_draft(void *user, const struct kk_draft *draft)
{
    (void)user;
    return draft != NULL;
}

/* Begun on this device alone, about what is gone: it goes, and nothing else does. */
START_TEST(drafts)
{
    struct kk_draft d = { .id = { 1 }, .scope = kk_slice_text(SCOPE), .kind = KK_KIND_ISSUE,
                          .act = KK_ACT_EDIT, .body = kk_slice("\x80", 1) };
    struct kk_error err = { .fault = 0 };
    struct office_desk k;
    struct scene s;

    scene_init(&s);
    both(&s);
    write(&s.a, rec, KK_ACT_CREATE, "買い物");
    write(&s.a, other, KK_ACT_CREATE, "移動");
    ck_assert_int_eq(erase(&s.a, NULL, 0), 0);
    office_sit(&k, &s.a, SCOPE);
    memcpy(d.rec, rec, KK_ID_BYTES);
    ck_assert_int_eq(kk_home_draft_put(&k.home, &d), 0);
    d.id[0] = 2;
    memcpy(d.rec, other, KK_ID_BYTES);
    ck_assert_int_eq(kk_home_draft_put(&k.home, &d), 0);
    ck_assert_int_eq(kk_erasure_settle(&k.replicas, true, &err), 0); /* it may be refused yet */
    ck_assert_int_eq(kk_home_draft_each(&k.home, any_draft, NULL), 1);
    office_stand(&k);
    both(&s);
    office_sit(&k, &s.a, SCOPE);
    ck_assert_int_eq(kk_erasure_settle(&k.replicas, true, &err), 0);
    ck_assert_int_eq(kk_home_draft_drop(&k.home, d.id), 0); /* the other one is there */
    ck_assert_int_eq(kk_home_draft_each(&k.home, any_draft, NULL), 0);
    office_stand(&k);
    scene_fini(&s);
}
END_TEST

/* --- retention: by the fiscal year of Japan --- */
START_TEST(years)
{
    static const struct {
        const char *touched, *now;
        unsigned years;
        bool over;
    } rows[] = {
        { "2020-04-01", "2026-03-31", 5, false }, /* FY2020, kept through FY2025 */
        { "2020-04-01", "2026-04-01", 5, true },  { "2021-03-31", "2026-04-01", 5, true },
        { "2021-04-01", "2026-04-01", 5, false }, { "2020-04-01", "2026-04-01", 0, false },
    };
    struct kk_roster roster = { .settings = { .retention_years = rows[_i].years } };
    struct kk_ledger_op op = { .pending = false };
    struct kk_record record = { .is = { .ops = &op, .op_count = 1 } };
    int64_t touched, now, told;

    ck_assert(kk_date_parse(rows[_i].touched, &touched) && kk_date_parse(rows[_i].now, &now));
    op.what.recv_ms = (uint64_t)touched;
    ck_assert(!kk_retention_over(&roster, &record, now, &told)); /* it is still open */
    record.is.ahead.closed = true;
    ck_assert(kk_retention_over(&roster, &record, now, &told) == rows[_i].over);
    ck_assert_int_eq(told, touched);
    record.is.ahead.closed = false;
    record.is.kind = KK_KIND_VOICE; /* of one day: nothing to finish */
    ck_assert(kk_retention_over(&roster, &record, now, &told) == rows[_i].over);
    record.is.ahead.erased = true;
    ck_assert(!kk_retention_over(&roster, &record, now, &told));
    ck_assert(!kk_retention_over(NULL, &record, now, &told));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("flow_erase", &suite);

    tcase_set_timeout(c, 120);
    tcase_add_test(c, all_of_a_record);
    tcase_add_test(c, some_of_a_record);
    tcase_add_test(c, restored);
    tcase_add_test(c, dropped_without_an_act);
    tcase_add_test(c, handed_in_without_a_body);
    tcase_add_test(c, bodies_swapped);
    tcase_add_test(c, drafts);
    tcase_add_loop_test(c, years, 0, 5);
    return suite;
}
