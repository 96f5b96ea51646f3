/*
 * A daemon restored to an older store meets devices that know more: what any of them has comes
 * back, nothing twice, nobody raises an alarm; what nobody gave back goes on in a new era: the
 * flow of proto/sync/returns.c on both ends. [ER-3] [ER-4] [ER-5] [ER-6] [ER-7] [ER-8]
 */
#include "office.h"

#include "model/state.h"
#include "replica/glance.h"

#include "kukyoku/db/backup.h"
#include "kukyoku/error.h"

#include <stdio.h>
#include <stdlib.h>

#define SEED  20261129
#define SCOPE "w:14133"

struct scene {
    struct bureau bureau;
    struct village village;
    struct office a, b, c;
    char dir[64];
    unsigned copies;
    unsigned records; /* written so far, by all */
};

static void path_of(const struct scene *s, const char *name, char ret[128])
{
    snprintf(ret, 128, "%s/%s-%u", s->dir, name, s->copies);
}

static void scene_init(struct scene *s)
{
    uint64_t seed = unit_seed(SEED);
    struct bureau_device *d[3];
    char path[128];

    *s = (struct scene){ .copies = 0 };
    snprintf(s->dir, sizeof(s->dir), "/tmp/kukyoku-flow-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(s->dir));
    bureau_init(&s->bureau, seed, kk_os_now_ms());
    for (size_t i = 0; i < KK_COUNT(d); i++) {
        d[i] = bureau_stranger(&s->bureau);
        bureau_approve(&s->bureau, d[i], KK_ROLE_LEAD, "14133");
    }
    bureau_sign_roster(&s->bureau);
    village_init(&s->village, &s->bureau, seed + 1);
    path_of(s, "store", path);
    village_store(&s->village, path);
    village_hand_over(&s->village);
    office_init(&s->a, &s->bureau, d[0]);
    office_init(&s->b, &s->bureau, d[1]);
    office_init(&s->c, &s->bureau, d[2]);
    ck_assert_int_eq(office_sync(&s->a, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->b, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->c, &s->village, NULL), 0);
}

static void scene_fini(struct scene *s)
{
    office_fini(&s->a);
    office_fini(&s->b);
    office_fini(&s->c);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
    unit_remove_folder(s->dir);
}

static void write(struct scene *s, struct office *o)
{
    uint8_t rec[KK_ID_BYTES] = { 1 };

    rec[1] = (uint8_t)++s->records;
    office_write(o, SCOPE, rec, KK_ACT_CREATE, "text");
}

static struct kk_sync_counts sync(struct scene *s, struct office *o)
{
    struct village_line line;

    ck_assert_int_eq(office_sync(o, &s->village, &line), 0);
    return line.sync.counts;
}

static void backup(struct scene *s)
{
    char from[128], to[128];
    struct kk_error err = { 0 };

    path_of(s, "store", from);
    path_of(s, "backup", to);
    ck_assert_int_eq(kk_db_backup(from, to, 0, &err), 0);
}

/* The store is lost; the backup takes its place, as `kukyokud --restore` does it. */
static void restore(struct scene *s)
{
    char from[128], to[128];
    struct kk_error err = { 0 };

    path_of(s, "backup", from);
    s->copies++;
    path_of(s, "store", to);
    ck_assert_int_eq(kk_db_backup(from, to, 0, &err), 0);
    village_store(&s->village, to);
    ck_assert_int_eq(kk_relay_begin(s->village.relay), 0);
    ck_assert_int_eq(kk_relay_mark_restored(s->village.store, s->village.now_ms,
                                            kk_slice_text(to)),
                     0);
    ck_assert_int_eq(kk_relay_commit(s->village.relay), 0);
}

static uint64_t end_of_log(const struct scene *s)
{
    struct kk_log_head head;

    ck_assert_int_ge(s->village.store->engine->log_find(s->village.store, kk_slice_text(SCOPE),
                                                        &head),
                     0);
    return head.gsn;
}

static int by_scope(const void *a, const void *b)
{
    const struct kk_era *x = a, *y = b;
    int order = kk_slice_compare(x->scope, y->scope);

    return order ? order : (x->era > y->era) - (x->era < y->era);
}

static const char *lasting(struct kk_slice name)
{
    for (size_t i = 0; i < BUREAU_SCOPES; i++) {
        if (kk_slice_is(name, bureau_scope(i)))
            return bureau_scope(i);
    }
    return NULL;
}

/* What the registrar makes of the daemon's own word; back: entries that the eras leave out. */
static void sign_eras(struct scene *s, uint64_t number, uint64_t back)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_recovery recovery;

    kk_arena_init(&arena, 64 * 1024);
    ck_assert_int_eq(kk_relay_recovery(s->village.relay, &arena, &recovery), 0);
    for (size_t i = 0; i < recovery.heads.count; i++) {
        const struct kk_head *head = &recovery.heads.items[i];
        struct kk_era *era = &s->bureau.eras[s->bureau.era_count];

        if (!kk_slice_is(head->scope, SCOPE))
            continue; /* one log is enough here: the others stay closed */
        *era = (struct kk_era){ .scope = kk_slice_text(lasting(head->scope)), .era = number,
                                .after_gsn = head->gsn - back };
        memcpy(era->head, head->head, KK_HASH_BYTES);
        if (back)
            ck_assert_int_eq(s->village.store->engine->entry_head(
                                 s->village.store, era->scope, era->after_gsn, era->head),
                             1);
        memcpy(era->recovery, recovery.id, KK_ID_BYTES);
        s->bureau.era_count++;
    }
    qsort(s->bureau.eras, s->bureau.era_count, sizeof(s->bureau.eras[0]), by_scope);
    bureau_sign_roster(&s->bureau);
}

static void begin_era(struct scene *s, uint64_t number)
{
    sign_eras(s, number, 0);
    village_hand_over(&s->village);
}

static void told(void *user, const struct kk_error *fault)
{
    (void)user;
    printf("# verify: E%d %s: %s\n", -fault->fault, fault->where, fault->detail);
}

/* Every record once, nothing waits, all of it holds, and no proof against the daemon was made. */
static void assert_whole(const struct scene *s, const struct office *o, uint64_t entries)
{
    KK_AUTO_FINI(kk_home) struct kk_home h = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    uint8_t low[KK_ID_BYTES] = { 0 }, high[KK_ID_BYTES];
    struct kk_verify_report report;
    struct kk_ledger_ids ids;
    struct kk_error err = { 0 };
    struct kk_state state;
    struct office_desk k;

    memset(high, 0xff, sizeof(high));
    kk_arena_init(&arena, 1024 * 1024);
    ck_assert_int_eq(kk_home_open(o->dir, KK_HOME_READ, &h, &err), 0);
    ck_assert_int_eq(kk_model_state(&h, &state, &err), 0);
    ck_assert_uint_eq(state.waiting, 0);
    ck_assert_uint_eq(state.refused, 0);
    ck_assert_uint_eq(state.lost.missing, 0);
    ck_assert_int_eq(kk_model_verify(&h, told, NULL, &report, &err), 0);
    ck_assert_uint_eq(report.faults, 0);
    ck_assert_uint_eq(report.entries, entries);
    office_sit(&k, o, SCOPE);
    ck_assert_int_eq(kk_ledger_between(&k.ledger, low, high, &arena, &ids), 0);
    office_stand(&k);
    ck_assert_uint_eq(ids.count, s->records);
}

/* The index of lists, brought on to its end: every record of the log and the outbox, no other. */
static void lists_are_whole(const struct office *o)
{
    static const uint8_t low[KK_ID_BYTES] = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    const struct kk_glance_query any = { .kind = 0 };
    struct kk_ledger_ids listed, held;
    uint8_t high[KK_ID_BYTES];
    struct office_desk k;
    uint64_t lacks;
    int r;

    memset(high, 0xff, sizeof(high));
    kk_arena_init(&arena, 1024 * 1024);
    office_sit(&k, o, SCOPE);
    do {
        r = kk_glance_refresh(&k.ledger, 3, false);
    } while (r > 0);
    ck_assert_int_eq(r, 0);
    ck_assert_int_eq(kk_glance_lacks(&k.ledger, &lacks), 0);
    ck_assert_uint_eq(lacks, 0);
    ck_assert_int_eq(kk_glance_find(&k.ledger, &any, &arena, &listed), 0);
    ck_assert_int_eq(kk_ledger_between(&k.ledger, low, high, &arena, &held), 0);
    ck_assert_uint_eq(listed.count, held.count);
    for (size_t i = 0; i < held.count; i++) {
        bool found = false;

        for (size_t n = 0; n < listed.count; n++)
            found = found || memcmp(listed.ids[n], held.ids[i], KK_ID_BYTES) == 0;
        ck_assert(found);
    }
    office_stand(&k);
}

static void all_in_step(struct scene *s)
{
    uint64_t entries = end_of_log(s);

    for (int round = 0; round < 2; round++) {
        sync(s, &s->a);
        sync(s, &s->b);
        sync(s, &s->c);
    }
    ck_assert_uint_eq(entries, s->records);
    assert_whole(s, &s->a, entries);
    assert_whole(s, &s->b, entries);
    assert_whole(s, &s->c, entries);
    lists_are_whole(&s->a);
    lists_are_whole(&s->b);
    lists_are_whole(&s->c);
}

/* Three entries that all have, and a backup; then four more: b has one of them, a all, c none. */
static void more_than_the_backup(struct scene *s)
{
    for (int i = 0; i < 3; i++)
        write(s, i % 2 ? &s->a : &s->b);
    for (int round = 0; round < 2; round++) {
        sync(s, &s->b);
        sync(s, &s->a);
        sync(s, &s->c);
    }
    backup(s);
    write(s, &s->b);
    sync(s, &s->b);
    for (int i = 0; i < 3; i++)
        write(s, &s->a);
    sync(s, &s->a);
    ck_assert_uint_eq(end_of_log(s), 7);
}

START_TEST(everything_comes_back)
{
    struct kk_sync_counts counts;
    unsigned logs;
    struct scene s;

    scene_init(&s);
    more_than_the_backup(&s);
    restore(&s);
    ck_assert_uint_eq(end_of_log(&s), 3);
    ck_assert_int_eq(kk_relay_recovering(s.village.relay, &logs), 0);
    ck_assert_uint_gt(logs, 0);
    write(&s, &s.c); /* who has nothing to give comes first, with something new */
    counts = sync(&s, &s.c);
    ck_assert(counts.held);
    ck_assert_uint_eq(counts.refused, 0);
    ck_assert_uint_eq(end_of_log(&s), 3);
    ck_assert_uint_eq(sync(&s, &s.b).returned, 1);
    write(&s, &s.a);
    counts = sync(&s, &s.a);
    ck_assert_uint_eq(counts.returned, 3);
    ck_assert(counts.held);
    ck_assert_uint_eq(end_of_log(&s), 7);
    ck_assert_uint_eq(sync(&s, &s.a).returned, 0); /* and nothing a second time */
    sync(&s, &s.b);
    village_restart(&s.village); /* what it waits for is in the store */
    ck_assert(sync(&s, &s.a).held);
    begin_era(&s, 1);
    ck_assert(!sync(&s, &s.a).held);
    ck_assert_uint_eq(end_of_log(&s), 8);
    sync(&s, &s.c);
    all_in_step(&s);
    scene_fini(&s);
}
END_TEST

/* The registrar does not wait; a comes when c has written in the new era. b never comes. */
START_TEST(what_comes_too_late_is_ordered_anew)
{
    struct kk_sync_counts counts;
    struct scene s;

    scene_init(&s);
    more_than_the_backup(&s);
    sync(&s, &s.a);
    write(&s, &s.a); /* it has seen what will be lost, and travels with that head [ER-6] */
    sync(&s, &s.a);
    lists_are_whole(&s.a); /* up to what is cut off then */
    restore(&s);
    begin_era(&s, 1);
    write(&s, &s.c);
    sync(&s, &s.c);
    ck_assert_uint_eq(end_of_log(&s), 4);
    write(&s, &s.a);
    counts = sync(&s, &s.a);
    ck_assert_uint_eq(counts.returned, 5); /* its own four, and that of b */
    ck_assert_uint_eq(end_of_log(&s), 10);
    all_in_step(&s);
    scene_fini(&s);
}
END_TEST

/* More than a frame holds goes back page by page, each under a head of its own; from any place. */
START_TEST(many_pages)
{
    struct scene s;

    scene_init(&s);
    write(&s, &s.a);
    sync(&s, &s.a);
    backup(&s);
    for (int i = 0; i < 10; i++)
        write(&s, &s.a);
    sync(&s, &s.a);
    sync(&s, &s.b); /* whose log ends in the middle of a page of a's */
    for (int i = 0; i < 180; i++)
        write(&s, &s.a);
    sync(&s, &s.a);
    sync(&s, &s.c);
    restore(&s);
    ck_assert_uint_eq(sync(&s, &s.b).returned, 10);
    ck_assert_uint_eq(sync(&s, &s.c).returned, 180);
    ck_assert_uint_eq(end_of_log(&s), 191);
    begin_era(&s, 1);
    all_in_step(&s);
    scene_fini(&s);
}
END_TEST

/* Restored once more, to the same old backup: over the era that was, to the next one. */
START_TEST(restored_twice)
{
    struct scene s;
    char was[128], is[128];

    scene_init(&s);
    more_than_the_backup(&s);
    path_of(&s, "backup", was);
    restore(&s);
    begin_era(&s, 1);
    write(&s, &s.c);
    sync(&s, &s.c);
    sync(&s, &s.a);
    ck_assert_uint_eq(end_of_log(&s), 8);
    path_of(&s, "backup", is);
    ck_assert_int_eq(rename(was, is), 0);
    restore(&s);
    ck_assert_uint_eq(end_of_log(&s), 3);
    /* its entries were judged by a roster that this store has never seen */
    ck_assert_uint_eq(sync(&s, &s.a).returned, 0);
    village_hand_over(&s.village);
    sync(&s, &s.b); /* which never heard of the first era: its one entry more is cut off */
    ck_assert_uint_eq(end_of_log(&s), 3);
    ck_assert_uint_eq(sync(&s, &s.a).returned, 5);
    ck_assert_uint_eq(end_of_log(&s), 8);
    begin_era(&s, 2);
    write(&s, &s.b);
    sync(&s, &s.b);
    all_in_step(&s);
    scene_fini(&s);
}
END_TEST

static int try_roster(struct scene *s)
{
    enum kk_trust_verdict verdict;
    int r;

    ck_assert_int_eq(kk_relay_begin(s->village.relay), 0);
    r = kk_relay_adopt(s->village.relay, kk_bytes_slice(&s->bureau.roster_doc),
                       kk_bytes_slice(&s->bureau.devices_blob), &verdict);
    kk_relay_rollback(s->village.relay);
    return r;
}

/* Signed from an older word of the daemon, or behind what it never had: not taken. [ER-5] */
START_TEST(eras_that_do_not_fit)
{
    struct scene s;
    uint8_t right;

    scene_init(&s);
    more_than_the_backup(&s);
    restore(&s);
    sync(&s, &s.a);
    sign_eras(&s, 1, 2);
    ck_assert_int_eq(try_roster(&s), KK_E_ERA_LATE);
    s.bureau.era_count = 0;
    sign_eras(&s, 1, 0);
    right = s.bureau.eras[0].head[0];
    s.bureau.eras[0].head[0] ^= 1;
    bureau_sign_roster(&s.bureau);
    ck_assert_int_eq(try_roster(&s), KK_E_ERA);
    write(&s, &s.a);
    ck_assert(sync(&s, &s.a).held);
    s.bureau.eras[0].head[0] = right;
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    ck_assert(!sync(&s, &s.a).held);
    scene_fini(&s);
}
END_TEST

/* The registrar was shown another history than a has: a takes nothing off, and says so. [ER-7] */
START_TEST(an_era_of_another_history)
{
    struct kk_log_head head;
    struct office_desk k;
    struct scene s;
    char path[128];

    scene_init(&s);
    more_than_the_backup(&s);
    s.bureau.eras[0] = (struct kk_era){ .scope = kk_slice_text(SCOPE), .era = 1, .after_gsn = 3,
                                        .head = { 7 }, .recovery = { 1 } };
    s.bureau.era_count = 1;
    bureau_sign_roster(&s.bureau);
    s.copies++;
    path_of(&s, "store", path);
    village_store(&s.village, path); /* a daemon without an entry: it has nothing to compare */
    village_hand_over(&s.village);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), KK_E_ERA);
    office_sit(&k, &s.a, SCOPE);
    ck_assert_int_eq(kk_ledger_head(&k.ledger, &head), 0);
    office_stand(&k);
    ck_assert_uint_eq(head.gsn, 7);
    scene_fini(&s);
}
END_TEST

/* --- a daemon that begins an era without the registrar [ER-8] --- */

static void own_head(struct scene *s, struct kk_head *head)
{
    struct kk_log_head h = { .era = head->era + 1, .gsn = head->gsn };

    memcpy(h.head, head->head, KK_HASH_BYTES);
    kk_assert(kk_head_sign(head->scope, &h, (int64_t)head->ms, s->bureau.daemon.secret, head) == 0);
}

static void in_welcome(void *user, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_head heads[BUREAU_SCOPES];
    struct kk_msg_welcome w;

    if (m->type != KK_MSG_WELCOME)
        return;
    w = *(const struct kk_msg_welcome *)m->body;
    kk_assert(w.heads.count <= KK_COUNT(heads));
    for (size_t i = 0; i < w.heads.count; i++) {
        heads[i] = w.heads.items[i];
        own_head(user, &heads[i]);
    }
    w.heads.items = heads;
    kk_bytes_clear(plain);
    kk_assert(kk_message_encode(m->type, m->id, &w, plain) == 0);
}

static void in_entries(void *user, const struct kk_message *m, struct kk_bytes *plain)
{
    struct kk_msg_entries e;

    if (m->type != KK_MSG_ENTRIES)
        return;
    e = *(const struct kk_msg_entries *)m->body;
    own_head(user, &e.head);
    kk_bytes_clear(plain);
    kk_assert(kk_message_encode(m->type, m->id, &e, plain) == 0);
}

START_TEST(an_era_of_its_own)
{
    static const struct {
        village_lie_fn *lie;
        int fault;
    } lies[] = { { in_welcome, KK_E_ERA }, { in_entries, KK_E_HASH } };
    struct scene s;

    scene_init(&s);
    more_than_the_backup(&s);
    for (size_t i = 0; i < KK_COUNT(lies); i++) {
        s.village.lie = lies[i].lie;
        s.village.lie_user = &s;
        ck_assert_int_eq(office_sync(&s.c, &s.village, NULL), lies[i].fault);
    }
    s.village.lie = NULL;
    all_in_step(&s);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("recover", &suite);

    tcase_set_timeout(c, 300);
    tcase_add_test(c, everything_comes_back);
    tcase_add_test(c, what_comes_too_late_is_ordered_anew);
    tcase_add_test(c, many_pages);
    tcase_add_test(c, restored_twice);
    tcase_add_test(c, eras_that_do_not_fit);
    tcase_add_test(c, an_era_of_another_history);
    tcase_add_test(c, an_era_of_its_own);
    return suite;
}
