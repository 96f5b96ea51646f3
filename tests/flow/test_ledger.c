/*
 * The log as a device keeps it, from a daemon that lies about it: a page is kept whole or not at
 * all; a verdict that is not that of the tables ends the taking and is kept as a complaint; what
 * waits is shown on top and judged beforehand; what it wrote itself comes back without bodies, and
 * is held against its outbox. And a file that somebody changed: verification finds it. Covers
 * client/replica/ledger.c, client/replica/ledger_chains.c, client/replica/ledger_take.c,
 * client/replica/ledger_verify.c, client/replica/ledger_write.c, client/replica/ledger_read.c,
 * client/replica/ledger_push.c. [RL-5] [RL-16] [RL-17] [RL-18] [SY-16]
 */
#include "office.h"

#include "replica/ledger_chains.h"
#include "replica/ledger_erase.h"

#include "kukyoku/error.h"
#include "replica/ledger_prove.h"

#include <sqlite3.h>
#include <stdio.h>

#define SEED  20261126
#define SCOPE "w:14133"

struct scene {
    struct bureau bureau;
    struct village village;
    struct office a, b;
};

static void scene_init(struct scene *s)
{
    uint64_t seed = unit_seed(SEED);
    struct bureau_device *a, *b;

    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, seed, kk_os_now_ms()); /* the client's stores read the real clock */
    a = bureau_stranger(&s->bureau);
    b = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, a, KK_ROLE_LEAD, "14133");
    bureau_approve(&s->bureau, b, KK_ROLE_STAFF, "14133");
    s->bureau.tv = KK_TV_NEWEST;
    bureau_sign_roster(&s->bureau);
    bureau_sign_roster(&s->bureau); /* so that there is an older one */
    village_init(&s->village, &s->bureau, seed + 1);
    village_hand_over(&s->village);
    office_init(&s->a, &s->bureau, a);
    office_init(&s->b, &s->bureau, b);
    ck_assert_int_eq(office_sync(&s->a, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->b, &s->village, NULL), 0);
}

static void scene_fini(struct scene *s)
{
    office_fini(&s->a);
    office_fini(&s->b);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
}

static void write_own(struct scene *s, int count)
{
    for (int i = 0; i < count; i++) {
        uint8_t rec[KK_ID_BYTES] = { 1, (uint8_t)(i / 250), (uint8_t)(i % 250) };

        office_write(&s->a, SCOPE, rec, KK_ACT_CREATE, "見守りの担い手が足りない");
    }
}

static void write_some(struct scene *s, int count)
{
    write_own(s, count);
    ck_assert_int_eq(office_sync(&s->a, &s->village, NULL), 0);
}

static uint64_t held(const struct office *o)
{
    struct kk_log_head head;
    struct office_desk k;

    office_sit(&k, o, SCOPE);
    ck_assert_int_eq(kk_ledger_head(&k.ledger, &head), 0);
    office_stand(&k);
    return head.gsn;
}

/* Bodies that are not here though nobody erased them. */
static uint64_t missing(const struct office *o)
{
    struct kk_ledger_missing m;
    struct office_desk k;

    office_sit(&k, o, SCOPE);
    ck_assert_int_eq(kk_ledger_bodies(&k.ledger, &m), 0);
    office_stand(&k);
    return m.count;
}

static int verified(const struct office *o)
{
    struct kk_error err = { 0 };
    struct office_desk k;
    uint64_t entries;
    int r;

    office_sit(&k, o, SCOPE);
    r = kk_ledger_verify(&k.ledger, &entries, &err);
    office_stand(&k);
    ck_assert(r == 0 || strncmp(err.where, SCOPE, strlen(SCOPE)) == 0);
    return r;
}

/* --- a daemon that lies --- */

struct lie {
    void (*change)(struct kk_msg_entries *e, struct kk_entry *copies);
    bool last_page; /* only there */
};

static void tell(void *user, const struct kk_message *m, struct kk_bytes *plain)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes other = { 0 };
    struct kk_entry copies[KK_ENTRIES_PER_LOG_MAX];
    struct kk_msg_entries e;
    const struct lie *l = user;

    if (m->type != KK_MSG_ENTRIES)
        return;
    e = *(const struct kk_msg_entries *)m->body;
    if (e.entries.count == 0 || (l->last_page && e.more))
        return;
    kk_assert(e.entries.count <= KK_COUNT(copies));
    memcpy(copies, e.entries.items, e.entries.count * sizeof(*copies));
    e.entries.items = copies;
    l->change(&e, copies);
    kk_assert(kk_message_encode(KK_MSG_ENTRIES, m->id, &e, &other) == 0);
    kk_bytes_clear(plain);
    kk_assert(kk_bytes_append_slice(plain, kk_bytes_slice(&other)) == 0);
}

static void last_is_missing(struct kk_msg_entries *e, struct kk_entry *copies)
{
    (void)copies;
    e->entries.count--;
}
static void first_is_missing(struct kk_msg_entries *e, struct kk_entry *copies)
{
    e->entries.items = copies + 1;
    e->entries.count--;
}
static void other_author(struct kk_msg_entries *e, struct kk_entry *copies)
{
    copies[e->entries.count - 1].sig[5] ^= 1;
}
static void other_record(struct kk_msg_entries *e, struct kk_entry *copies)
{
    copies[e->entries.count - 1].op.rec[0] ^= 1;
}
static void other_time(struct kk_msg_entries *e, struct kk_entry *copies)
{
    copies[e->entries.count - 1].recv_ms++;
}
static void swapped(struct kk_msg_entries *e, struct kk_entry *copies)
{
    struct kk_entry first = copies[0];

    (void)e;
    copies[0] = copies[1];
    copies[1] = first;
    copies[0].gsn = 1;
    copies[1].gsn = 2;
}
static void head_of_another(struct kk_msg_entries *e, struct kk_entry *copies)
{
    (void)copies;
    e->head.sig[0] ^= 1;
}
static void later_roster(struct kk_msg_entries *e, struct kk_entry *copies)
{
    copies[e->entries.count - 1].rv.ver += 100;
}
static void newer_tables(struct kk_msg_entries *e, struct kk_entry *copies)
{
    copies[e->entries.count - 1].tv = 99;
}
/* The author stood under it as well: only the entry before says that it is wrong. [RL-5] */
static void older_roster(struct kk_msg_entries *e, struct kk_entry *copies)
{
    copies[e->entries.count - 1].rv.ver--;
}
static void older_tables(struct kk_msg_entries *e, struct kk_entry *copies)
{
    copies[e->entries.count - 1].tv--;
}
static void refused_instead(struct kk_msg_entries *e, struct kk_entry *copies)
{
    copies[e->entries.count - 1].verdict = KK_WIRE_ROLE;
}

static void no_body(struct kk_msg_entries *e, struct kk_entry *copies)
{
    for (size_t i = 0; i < e->entries.count; i++) {
        if (!copies[i].body.data)
            continue;
        kk_op_body_hash(copies[i].body, copies[i].op.body_hash);
        copies[i].op.body_len = copies[i].body.len;
        copies[i].body = kk_slice(NULL, 0);
    }
}

static const struct {
    void (*change)(struct kk_msg_entries *e, struct kk_entry *copies);
    int fault;
    bool complaint;
} lies[] = {
    { last_is_missing, KK_E_HASH, false },     { first_is_missing, KK_E_CHAIN, false },
    { other_author, KK_E_SIGNATURE, false },   { other_record, KK_E_SIGNATURE, false },
    { other_time, KK_E_HASH, false },          { swapped, KK_E_SIGNATURE, false },
    { head_of_another, KK_E_SIGNATURE, false }, { later_roster, KK_E_SIGNATURE, false },
    { newer_tables, KK_E_STORE_NEWER, false }, { refused_instead, KK_E_VERDICT, true },
    { older_roster, KK_E_VERDICT, true },      { older_tables, KK_E_VERDICT, true },
};

START_TEST(a_page_whole_or_not_at_all)
{
    struct lie lie = { .change = lies[_i].change };
    enum kk_wire_code own = KK_WIRE_PROTO;
    struct office_desk k;
    struct scene s;

    scene_init(&s);
    write_some(&s, 3);
    s.village.lie = tell;
    s.village.lie_user = &lie;
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), lies[_i].fault);
    ck_assert_uint_eq(held(&s.b), 0); /* the sound entries before it neither */
    office_sit(&k, &s.b, SCOPE);
    ck_assert_int_eq(kk_ledger_complaint(&k.ledger, 3, &own), lies[_i].complaint);
    office_stand(&k);
    ck_assert_int_eq(own, lies[_i].complaint ? KK_WIRE_OK : KK_WIRE_PROTO);
    s.village.lie = NULL;
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), 0);
    ck_assert_uint_eq(held(&s.b), 3);
    ck_assert_int_eq(verified(&s.b), 0);
    scene_fini(&s);
}
END_TEST

/* The same of entries that come back to their author: most is in its outbox, all is checked. */
START_TEST(a_page_of_its_own)
{
    struct lie lie = { .change = lies[_i].change };
    enum kk_wire_code own = KK_WIRE_PROTO;
    struct office_desk k;
    struct scene s;

    scene_init(&s);
    s.village.lie = tell;
    s.village.lie_user = &lie;
    write_own(&s, 3);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), lies[_i].fault);
    ck_assert_uint_eq(held(&s.a), 0);
    office_sit(&k, &s.a, SCOPE);
    ck_assert_int_eq(kk_ledger_complaint(&k.ledger, 3, &own), lies[_i].complaint);
    office_stand(&k);
    s.village.lie = NULL;
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_uint_eq(held(&s.a), 3);
    ck_assert_int_eq(verified(&s.a), 0);
    ck_assert_uint_eq(missing(&s.a), 0);
    scene_fini(&s);
}
END_TEST

/* What came on the line: entries with a body, and without. */
struct counted {
    unsigned with, without;
    bool bare; /* take all bodies away, too */
};

static void count_bodies(void *user, const struct kk_message *m, struct kk_bytes *plain)
{
    struct counted *c = user;
    struct lie bare = { .change = no_body };
    const struct kk_msg_entries *e = m->body;

    if (m->type != KK_MSG_ENTRIES)
        return;
    for (size_t i = 0; i < e->entries.count; i++) {
        c->with += e->entries.items[i].body.data != NULL;
        c->without += e->entries.items[i].body.data == NULL;
    }
    if (c->bare)
        tell(&bare, m, plain);
}

/*
 * Three of its own come without bodies, two of a colleague's with theirs, and all are kept whole;
 * so they are where the daemon leaves more out than it may, but for those that nobody here has.
 */
START_TEST(own_bodies_stay_away)
{
    struct lie broken = { .change = head_of_another };
    struct counted c = { .bare = _i == 1 };
    struct scene s;

    scene_init(&s);
    write_own(&s, 3);
    s.village.lie = tell;
    s.village.lie_user = &broken;
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), KK_E_SIGNATURE); /* but all is pushed */
    s.village.lie = NULL;
    for (uint8_t i = 0; i < 2; i++) /* at places of a chain that a names of its own */
        office_write(&s.b, SCOPE, (const uint8_t[KK_ID_BYTES]){ 2, i }, KK_ACT_CREATE, "坂が多い");
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), 0);
    s.village.lie = count_bodies;
    s.village.lie_user = &c;
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    ck_assert_uint_eq(c.with, 2);
    ck_assert_uint_eq(c.without, 3);
    ck_assert_uint_eq(held(&s.a), 5);
    ck_assert_uint_eq(missing(&s.a), _i == 1 ? 2 : 0); /* [RL-30] */
    ck_assert_int_eq(verified(&s.a), _i == 1 ? KK_E_BODY_MISSING : 0);
    scene_fini(&s);
}
END_TEST

/* Pages are kept several at once: a bad one takes none of the sound ones before it along. */
START_TEST(sound_pages_stay)
{
    /* a wrong head, a wrong signature, a wrong verdict */
    static const size_t some[] = { 0, 2, KK_COUNT(lies) - 1 };
    struct lie lie = { .change = lies[some[_i]].change, .last_page = true };
    const int count = 200;
    uint64_t first;
    struct scene s;

    scene_init(&s);
    write_some(&s, count);
    s.village.lie = tell;
    s.village.lie_user = &lie;
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), lies[some[_i]].fault);
    first = held(&s.b);
    ck_assert(first > 0 && first < (uint64_t)count);
    ck_assert_int_eq(verified(&s.b), 0);
    s.village.lie = NULL;
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), 0);
    ck_assert_uint_eq(held(&s.b), (uint64_t)count);
    scene_fini(&s);
}
END_TEST

/* When the head that is kept was signed. */
static uint64_t signed_ms(const struct office *o)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_head head = { .ms = 0 };
    struct office_desk k;

    kk_arena_init(&arena, 64 * 1024);
    office_sit(&k, o, SCOPE);
    ck_assert_int_eq(kk_ledger_signed_head(&k.ledger, &arena, &head), 1);
    office_stand(&k);
    return head.ms;
}

static uint64_t signed_after(struct scene *s, int64_t ms)
{
    struct village_line line;

    s->village.now_ms += ms;
    bureau_sign_roster(&s->bureau); /* something is new, and the logs are asked for */
    village_hand_over(&s->village);
    ck_assert_int_eq(office_sync(&s->b, &s->village, &line), 0);
    ck_assert(!line.sync.counts.same);
    return signed_ms(&s->b);
}

/* An empty page writes nothing, but for a head of another day. */
START_TEST(an_empty_page)
{
    struct scene s;
    uint64_t first;

    scene_init(&s);
    s.village.now_ms += KK_DAY_MS - s.village.now_ms % KK_DAY_MS; /* the first moment of a day */
    write_some(&s, 2);
    ck_assert_int_eq(office_sync(&s.b, &s.village, NULL), 0);
    first = signed_ms(&s.b);
    ck_assert_uint_eq(signed_after(&s, 60 * 1000), first);
    ck_assert_uint_gt(signed_after(&s, KK_DAY_MS), first);
    ck_assert_int_eq(verified(&s.b), 0);
    scene_fini(&s);
}
END_TEST

/* --- a file that was changed --- */

static const struct {
    const char *sql;
    int fault;
} changes[] = {
    { "UPDATE entries SET sig = zeroblob(64) WHERE gsn = 2", KK_E_SIGNATURE },
    { "UPDATE entries SET body = x'00' WHERE gsn = 2", KK_E_HASH },
    { "UPDATE entries SET rec = zeroblob(16) WHERE gsn = 2", KK_E_HASH },
    { "UPDATE entries SET recv_ms = recv_ms + 1 WHERE gsn = 2", KK_E_HASH },
    { "UPDATE entries SET verdict = 13 WHERE gsn = 2", KK_E_VERDICT },
    { "UPDATE entries SET head = zeroblob(32) WHERE gsn = 2", KK_E_HASH },
    { "DELETE FROM entries WHERE gsn = 3", KK_E_HASH },
    { "DELETE FROM entries WHERE gsn = 1", KK_E_CHAIN },
    { "DELETE FROM tracks WHERE rec = (SELECT rec FROM entries WHERE gsn = 1)",
      KK_E_HASH },
    { "UPDATE tracks SET track = zeroblob(42)", KK_E_HASH },
    { "UPDATE chains SET seq = seq + 1", KK_E_HASH },
    { "UPDATE log_head SET head = zeroblob(32)", KK_E_HASH },
    { "UPDATE log_head SET signed = x'00'", KK_E_SHAPE },
};

static void change_file(const struct office *o, const char *sql)
{
    char path[160];
    sqlite3 *db;
    char *why = NULL;

    snprintf(path, sizeof(path), "%s/w-14133.db", o->dir);
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK, "%s: %s", sql, why);
    ck_assert_int_gt(sqlite3_changes(db), 0);
    sqlite3_close(db);
}

START_TEST(a_changed_file_is_found)
{
    struct scene s;

    scene_init(&s);
    write_some(&s, 3);
    ck_assert_int_eq(verified(&s.a), 0);
    change_file(&s.a, changes[_i].sql);
    ck_assert_msg(verified(&s.a) == changes[_i].fault, "%s: %d", changes[_i].sql, verified(&s.a));
    scene_fini(&s);
}
END_TEST

/* More chains than are kept in memory, in turns: what has moved on is not lost. */
START_TEST(ends_of_many_chains)
{
    enum { CHAINS = LEDGER_CHAINS_MAX + 8, ROUNDS = 3 };
    struct ledger_chains chains = { .count = 0 };
    struct kk_chain held_now[2 * CHAINS], *end;
    struct office_desk k;
    struct scene s;
    size_t count = 0;

    scene_init(&s);
    office_sit(&k, &s.a, SCOPE);
    for (uint64_t i = 0; i < CHAINS * ROUNDS; i++) {
        const uint8_t *own = k.ledger.device->id;

        ck_assert_int_eq(ledger_chains_find(&chains, &k.ledger, own, 1 + i % CHAINS, &end), 0);
        ck_assert_uint_eq(end->seq, i / CHAINS);
        end->seq++;
        end->op_id[0] = (uint8_t)(i % CHAINS);
        /* the next in the same chain finds it in memory; another device's is another */
        ck_assert_int_eq(ledger_chains_find(&chains, &k.ledger, own, 1 + i % CHAINS, &end), 0);
        ck_assert_uint_eq(end->seq, i / CHAINS + 1);
    }
    ck_assert_int_eq(ledger_chains_find(&chains, &k.ledger, s.b.as->keys.id, 1, &end), 0);
    ck_assert_uint_eq(end->seq, 0);
    end->seq = 9;
    ck_assert_int_eq(ledger_chains_put(&chains, &k.ledger), 0);
    ck_assert_int_eq(kk_ledger_chains(&k.ledger, held_now, KK_COUNT(held_now), &count), 0);
    ck_assert_uint_eq(count, CHAINS);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(held_now[i].seq, ROUNDS);
        ck_assert_uint_eq(held_now[i].op_id[0], i);
    }
    office_stand(&k);
    scene_fini(&s);
}
END_TEST

/* --- what waits --- */

static struct kk_ledger_record look(struct office_desk *k, struct kk_arena *arena,
                                    const struct office *o, const uint8_t rec[KK_ID_BYTES])
{
    struct kk_ledger_record r;

    office_sit(k, o, "e:14133");
    ck_assert_int_eq(kk_ledger_record(&k->ledger, rec, arena, &r), 1);
    return r;
}

/* Pending work counts on top of the log: for what is shown, for what may be done next. [RL-18] */
START_TEST(what_waits_is_on_top)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    static const uint8_t issue[KK_ID_BYTES] = { 4 };
    struct kk_ledger_draft again = { .kind = KK_KIND_CASE, .act = KK_ACT_SUBMIT };
    struct kk_ledger_record r;
    struct office_desk k;
    struct scene s;

    kk_arena_init(&arena, 16 * 1024 * 1024);
    scene_init(&s);
    kk_case_id(issue, again.rec);
    office_write(&s.a, "e:14133", again.rec, KK_ACT_SUBMIT, "移動が難しい");
    r = look(&k, &arena, &s.a, again.rec);
    ck_assert_uint_eq(r.track.state, KK_CASE_NONE); /* the log knows nothing yet */
    ck_assert_uint_eq(r.ahead.state, KK_CASE_SUBMITTED);
    ck_assert_uint_eq(r.pending, 1);
    ck_assert(r.ops[0].pending);
    office_stand(&k);
    /* a second submission would be refused there, so it is not signed here */
    ck_assert_int_eq(office_try_write(&s.a, "e:14133", again, "again"), KK_E_STATE);
    again.act = KK_ACT_RECEIVE;
    ck_assert_int_eq(office_try_write(&s.a, "e:14133", again, "mine"), KK_E_ROLE);
    again.act = KK_ACT_WITHDRAW;
    ck_assert_int_eq(office_try_write(&s.a, "e:14133", again, "never mind"), 0);
    ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
    r = look(&k, &arena, &s.a, again.rec);
    ck_assert_uint_eq(r.track.state, KK_CASE_WITHDRAWN);
    ck_assert_uint_eq(r.pending, 0);
    ck_assert_uint_eq(r.op_count, 2);
    office_stand(&k);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("ledger", &suite);

    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, a_page_whole_or_not_at_all, 0, (int)KK_COUNT(lies));
    tcase_add_loop_test(c, a_page_of_its_own, 0, (int)KK_COUNT(lies));
    tcase_add_loop_test(c, own_bodies_stay_away, 0, 2);
    tcase_add_loop_test(c, sound_pages_stay, 0, 3);
    tcase_add_loop_test(c, a_changed_file_is_found, 0, (int)KK_COUNT(changes));
    tcase_add_test(c, ends_of_many_chains);
    tcase_add_test(c, what_waits_is_on_top);
    tcase_add_test(c, an_empty_page);
    return suite;
}
