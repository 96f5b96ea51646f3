/*
 * Every decision about cases and programs at the doors where it is taken: the daemon orders a
 * signed operation of each role, act and proposal named from every state that a record can be in,
 * and a client judges before it signs, and again what the log brings. One line a decision goes to
 * the file that KK_DOORS names, for transitions_model.py:
 *
 *     daemon case STATE PENDING ROLE ACT NAMED: CODE STATE PENDING
 *     client case STATE PENDING ROLE ACT NAMED: CODE
 *     daemon program STATE ROLE ACT: CODE STATE
 *     client program STATE ROLE ACT: CODE
 *
 * [RL-10] [RL-11] [RL-12] [RL-18]
 */
#include "office.h"

#include "kukyoku/error.h"
#include "kukyoku/record/op.h"

#include <stdio.h>
#include <stdlib.h>

#define NOW        INT64_C(1795392000000)
#define ACTS       64
#define ROLES      6
#define PLACES_MAX 32

static const char *const scopes[] = { "e:14133", "int" };
static const enum kk_machine machines[] = { KK_MACHINE_CASE, KK_MACHINE_PROGRAM };
static const enum kk_kind kinds[] = { KK_KIND_CASE, KK_KIND_PROGRAM };
static const enum kk_role roles[ROLES] = { KK_ROLE_STAFF,     KK_ROLE_LEAD,     KK_ROLE_OFFICER,
                                           KK_ROLE_PUBLISHER, KK_ROLE_APPROVER, KK_ROLE_AUDITOR };

/* How a state is come to: the act that leads there, from where. A proposal is confirmed. */
struct step {
    unsigned state, from, act, role;
};
static const struct step case_steps[] = {
    { KK_CASE_SUBMITTED, KK_CASE_NONE, KK_ACT_SUBMIT, KK_ROLE_LEAD },
    { KK_CASE_REFUSED, KK_CASE_SUBMITTED, KK_ACT_REFUSE, KK_ROLE_OFFICER },
    { KK_CASE_RECEIVED, KK_CASE_SUBMITTED, KK_ACT_RECEIVE, KK_ROLE_OFFICER },
    { KK_CASE_IN_REVIEW, KK_CASE_RECEIVED, KK_ACT_REVIEW, KK_ROLE_OFFICER },
    { KK_CASE_NEED_INFO, KK_CASE_IN_REVIEW, KK_ACT_ASK, KK_ROLE_OFFICER },
    { KK_CASE_NEGOTIATING, KK_CASE_IN_REVIEW, KK_ACT_NEGOTIATE, KK_ROLE_OFFICER },
    { KK_CASE_BUILT, KK_CASE_NEGOTIATING, KK_ACT_PROPOSE_BUILT, KK_ROLE_OFFICER },
    { KK_CASE_RUNNING, KK_CASE_BUILT, KK_ACT_PROPOSE_RUNNING, KK_ROLE_OFFICER },
    { KK_CASE_EVALUATED, KK_CASE_RUNNING, KK_ACT_PROPOSE_EVALUATED, KK_ROLE_OFFICER },
    { KK_CASE_CLOSED, KK_CASE_EVALUATED, KK_ACT_PROPOSE_CLOSED, KK_ROLE_OFFICER },
    { KK_CASE_DECLINED, KK_CASE_RECEIVED, KK_ACT_DECLINE, KK_ROLE_OFFICER },
    { KK_CASE_WITHDRAWN, KK_CASE_SUBMITTED, KK_ACT_WITHDRAW, KK_ROLE_LEAD },
};
static const struct step program_steps[] = {
    { KK_PROGRAM_PUBLISHED, KK_PROGRAM_NONE, KK_ACT_PUBLISH, KK_ROLE_OFFICER },
    { KK_PROGRAM_RUNNING, KK_PROGRAM_PUBLISHED, KK_ACT_START, KK_ROLE_OFFICER },
    { KK_PROGRAM_EVALUATED, KK_PROGRAM_RUNNING, KK_ACT_EVALUATE, KK_ROLE_OFFICER },
    { KK_PROGRAM_ENDED, KK_PROGRAM_PUBLISHED, KK_ACT_END, KK_ROLE_OFFICER },
};
/* What may be pending there. */
static const struct step proposals[] = {
    { KK_CASE_BUILT, KK_CASE_NEGOTIATING, KK_ACT_PROPOSE_BUILT, 0 },
    { KK_CASE_RUNNING, KK_CASE_BUILT, KK_ACT_PROPOSE_RUNNING, 0 },
    { KK_CASE_EVALUATED, KK_CASE_RUNNING, KK_ACT_PROPOSE_EVALUATED, 0 },
    { KK_CASE_CLOSED, KK_CASE_EVALUATED, KK_ACT_PROPOSE_CLOSED, 0 },
    { KK_CASE_IN_REVIEW, KK_CASE_CLOSED, KK_ACT_PROPOSE_REOPENED, 0 },
};

/* Where a record stands, and one that stands there and is left alone. */
struct place {
    unsigned machine, state;
    const struct step *pending; /* NULL: none */
    enum kk_side side;
    uint8_t rec[KK_ID_BYTES];
};
struct chain {
    uint64_t seq;
    uint8_t prev[KK_HASH_BYTES];
};
struct town {
    struct bureau bureau;
    struct village village;
    struct bureau_device *devices[ROLES];
    struct chain chains[ROLES][2];
    struct office offices[ROLES]; /* of those who hold the key */
    struct place places[PLACES_MAX];
    size_t place_count;
    uint32_t records;
    uint8_t at_hand[KK_ID_BYTES]; /* what the daemon is asked about */
    struct office_desk desk;      /* of the client that is asked */
    FILE *out;
};

static size_t index_of(unsigned role)
{
    size_t i = 0;

    while (roles[i] != role)
        i++;
    return i;
}

static void town_init(struct town *t)
{
    uint64_t seed = unit_seed(20261129);
    const char *path = getenv("KK_DOORS");

    *t = (struct town){ .out = fopen(path ? path : "/dev/null", "w") };
    ck_assert_ptr_nonnull(t->out);
    bureau_init(&t->bureau, seed, NOW);
    t->bureau.tv = KK_TV_NEWEST;
    for (size_t i = 0; i < ROLES; i++) {
        bool ward = roles[i] == KK_ROLE_STAFF || roles[i] == KK_ROLE_LEAD;

        t->devices[i] = bureau_stranger(&t->bureau);
        bureau_approve(&t->bureau, t->devices[i], roles[i], ward ? "14133" : "");
    }
    bureau_sign_roster(&t->bureau);
    village_init(&t->village, &t->bureau, seed + 1);
    village_hand_over(&t->village);
    for (size_t i = 0; i < ROLES; i++)
        office_init(&t->offices[i], &t->bureau, t->devices[i]);
    ck_assert_int_eq(kk_relay_begin(t->village.relay), 0);
}

static void town_fini(struct town *t)
{
    for (size_t i = 0; i < ROLES; i++)
        office_fini(&t->offices[i]);
    village_fini(&t->village);
    bureau_fini(&t->bureau);
    ck_assert_int_eq(fclose(t->out), 0);
}

/* --- the daemon's door --- */

static struct kk_track track_of(const struct town *t, unsigned machine,
                                const uint8_t rec[KK_ID_BYTES])
{
    struct kk_track track = { 0 };
    struct kk_store *s = t->village.store;

    ck_assert_int_ge(
        s->engine->track_find(s, kk_slice_text(scopes[machine]), rec, &track), 0);
    return track;
}

struct asked {
    unsigned machine, role, act;
    bool named;
    uint8_t rec[KK_ID_BYTES];
};

/* Signed by its author, in its chain, naming what is pending, or something that never was. */
static enum kk_wire_code order(struct town *t, const struct asked *q)
{
    static const uint8_t body[] = "sealed, as far as the daemon knows";
    KK_AUTO_FINI(kk_bytes) struct kk_bytes header = { 0 };
    struct kk_slice scope = kk_slice_text(scopes[q->machine]);
    struct kk_slice sealed = kk_slice(body, sizeof(body));
    struct chain *chain = &t->chains[index_of(q->role)][q->machine];
    const struct kk_device_keys *keys = &t->devices[index_of(q->role)]->keys;
    struct kk_track track = track_of(t, q->machine, q->rec);
    struct kk_op_ref ref = { .id = kk_slice(track.proposal, KK_HASH_BYTES) };
    struct kk_op op = { .scope = scope, .inc = 1, .seq = chain->seq + 1, .act = q->act,
                        .kind = kinds[q->machine], .hlc = chain->seq + 1, .epoch = 1,
                        .body_len = sealed.len, .refs = { &ref, q->named } };
    struct kk_op_context ctx = { .scope = scope, .device = keys->id, .body = sealed };
    struct kk_push_op pushed = { .body = sealed };
    struct kk_relay_handed handed = { .device = keys->id, .scope = scope, .op = &pushed };
    struct kk_pushed_op told;
    uint64_t detail = 0;
    int got;

    memcpy(op.device, keys->id, KK_ID_BYTES);
    memcpy(op.prev, chain->prev, KK_HASH_BYTES);
    memcpy(op.rec, q->rec, KK_ID_BYTES);
    op.seen.roster = kk_trust_roster(kk_relay_trust(t->village.relay))->version;
    kk_op_body_hash(sealed, op.body_hash);
    ctx.prev = op.seq > 1 ? op.prev : NULL;
    kk_op_to_wire(&op, &ctx, &pushed.op);
    ck_assert_int_eq(kk_op_encode(&op, &header), 0);
    ck_assert_int_eq(kk_op_sign(kk_bytes_slice(&header), keys->sign_secret, pushed.sig), 0);
    got = kk_relay_order(t->village.relay, &handed, &told, &detail);
    ck_assert_msg(got == 0, "fault %d", got);
    chain->seq++;
    memcpy(chain->prev, told.op_id, KK_HASH_BYTES);
    return (enum kk_wire_code)told.verdict;
}

static void must(struct town *t, unsigned machine, const uint8_t rec[KK_ID_BYTES], unsigned role,
                 unsigned act)
{
    struct asked q = { .machine = machine, .role = role, .act = act, .named = true };

    memcpy(q.rec, rec, KK_ID_BYTES);
    ck_assert_int_eq(order(t, &q), KK_WIRE_OK);
}

static bool proposes(unsigned act)
{
    return act >= KK_ACT_PROPOSE_BUILT && act <= KK_ACT_PROPOSE_REOPENED;
}

/* The whole way to a state, act by act. */
static void come_to(struct town *t, unsigned machine, unsigned state,
                    const uint8_t rec[KK_ID_BYTES])
{
    const struct step *steps = machine == 0 ? case_steps : program_steps, *way[16];
    size_t count = machine == 0 ? KK_COUNT(case_steps) : KK_COUNT(program_steps), len = 0;

    while (state != 0) {
        size_t i = 0;

        while (i < count && steps[i].state != state)
            i++;
        ck_assert_uint_lt(i, count);
        way[len++] = &steps[i];
        state = steps[i].from;
    }
    while (len-- > 0) {
        must(t, machine, rec, way[len]->role, way[len]->act);
        if (machine == 0 && proposes(way[len]->act))
            must(t, machine, rec, KK_ROLE_LEAD, KK_ACT_CONFIRM);
    }
}

static void new_record(struct town *t, const struct place *p, uint8_t ret[KK_ID_BYTES])
{
    t->records++;
    memset(ret, 0xa0 + (int)p->machine, KK_ID_BYTES);
    memcpy(ret, &t->records, sizeof(t->records));
    come_to(t, p->machine, p->state, ret);
    if (p->pending)
        must(t, p->machine, ret, p->side == KK_SIDE_WARD ? KK_ROLE_LEAD : KK_ROLE_OFFICER,
             p->pending->act);
}

/* --- what is told --- */

static void put_pending(FILE *out, unsigned side, unsigned target)
{
    if (side == KK_SIDE_NONE)
        fprintf(out, " none");
    else
        fprintf(out, " %s>%s", side == KK_SIDE_WARD ? "ward" : "bureau",
                kk_state_name(KK_MACHINE_CASE, target));
}

static void put_question(const struct town *t, const char *door, const struct place *p,
                         const struct asked *q)
{
    fprintf(t->out, "%s %s %s", door, p->machine == 0 ? "case" : "program",
            kk_state_name(machines[p->machine], p->state));
    if (p->machine == 0)
        put_pending(t->out, p->side, p->pending ? p->pending->state : 0);
    fprintf(t->out, " %s %s", kk_role_name((enum kk_role)q->role), kk_act_name(q->act));
    if (p->machine == 0)
        fprintf(t->out, " %d", q->named);
    fprintf(t->out, ":");
}

static bool same(const struct kk_track *a, const struct kk_track *b)
{
    return a->state == b->state && a->side == b->side && a->target == b->target &&
           a->closed == b->closed && a->erased == b->erased && a->attempt == b->attempt;
}

/* --- every decision of one place --- */

typedef void asking_fn(struct town *t, const struct place *p, const struct asked *q);

static void ask_all(struct town *t, const struct place *p, unsigned role, asking_fn *fn)
{
    for (unsigned act = 1; act < ACTS; act++) {
        for (unsigned named = 0; kk_act_name(act) && named < (p->machine == 0 ? 2 : 1); named++)
            fn(t, p, &(struct asked){ .machine = p->machine, .role = role, .act = act,
                                      .named = named != 0 });
    }
}

/* Of the record at hand; a new one comes after each act that changed it. */
static void ask_daemon(struct town *t, const struct place *p, const struct asked *asked)
{
    struct asked q = *asked;
    struct kk_track before, after;
    enum kk_wire_code code;

    memcpy(q.rec, t->at_hand, KK_ID_BYTES);
    before = track_of(t, p->machine, q.rec);
    code = order(t, &q);
    after = track_of(t, p->machine, q.rec);
    put_question(t, "daemon", p, &q);
    fprintf(t->out, " %s %s", kk_wire_name(code), kk_state_name(machines[p->machine], after.state));
    if (p->machine == 0)
        put_pending(t->out, after.side, after.target);
    fprintf(t->out, "\n");
    if (!same(&before, &after) || before.exists != after.exists)
        new_record(t, p, t->at_hand);
}

static void ask_client(struct town *t, const struct place *p, const struct asked *q)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_ledger_draft draft = { .kind = kinds[p->machine], .act = q->act };
    struct kk_ledger_record rec = { .kind = 0 };
    int r;

    kk_arena_init(&arena, 8 * 1024 * 1024);
    r = kk_ledger_record(&t->desk.ledger, p->rec, &arena, &rec);
    ck_assert_int_eq(r, p->state != 0);
    memcpy(draft.rec, p->rec, KK_ID_BYTES);
    draft.refs = (const uint8_t(*)[KK_HASH_BYTES]) & rec.ahead.proposal;
    draft.ref_count = q->named;
    r = kk_ledger_judge(&t->desk.ledger, &draft, &rec);
    put_question(t, "client", p, q);
    fprintf(t->out, " %s\n", r == 0            ? "OK"
                             : r == KK_E_ROLE  ? "ROLE"
                             : r == KK_E_STATE ? "STATE"
                                               : "?");
}

/* --- all places --- */

static void add_place(struct town *t, unsigned machine, unsigned state, const struct step *pending,
                      enum kk_side side)
{
    struct place *p = &t->places[t->place_count++];

    *p = (struct place){ .machine = machine, .state = state, .pending = pending, .side = side };
    new_record(t, p, p->rec);
}

static void add_places(struct town *t)
{
    for (unsigned machine = 0; machine < 2; machine++) {
        for (unsigned state = 0; kk_state_name(machines[machine], state); state++)
            add_place(t, machine, state, NULL, KK_SIDE_NONE);
    }
    for (size_t i = 0; i < KK_COUNT(proposals); i++) {
        add_place(t, 0, proposals[i].from, &proposals[i], KK_SIDE_WARD);
        add_place(t, 0, proposals[i].from, &proposals[i], KK_SIDE_BUREAU);
    }
}

/* What the log brought: judged again by its reader, who complains where it differs. */
static void read_log(const struct kk_ledger *l)
{
    struct kk_error err = { 0 };
    enum kk_wire_code own;
    struct kk_log_head head;
    uint64_t entries;

    ck_assert_int_eq(kk_ledger_head(l, &head), 0);
    ck_assert_uint_gt(head.gsn, 500);
    for (uint64_t gsn = 1; gsn <= head.gsn; gsn++)
        ck_assert_int_eq(kk_ledger_complaint(l, gsn, &own), 0);
    ck_assert_int_eq(kk_ledger_verify(l, &entries, &err), 0);
    ck_assert_uint_eq(entries, head.gsn);
}

static void read_place(const struct town *t, const struct place *p)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_track daemons = track_of(t, p->machine, p->rec);
    struct kk_ledger_record rec;

    kk_arena_init(&arena, 8 * 1024 * 1024);
    if (p->state == 0)
        return;
    ck_assert_int_eq(kk_ledger_record(&t->desk.ledger, p->rec, &arena, &rec), 1);
    ck_assert(same(&daemons, &rec.track));
    ck_assert_uint_eq(rec.track.state, p->state);
}

static void ask_office(struct town *t, unsigned role, unsigned machine)
{
    office_sit(&t->desk, &t->offices[index_of(role)], scopes[machine]);
    if (role == KK_ROLE_STAFF) /* every reader judges alike */
        read_log(&t->desk.ledger);
    for (size_t i = 0; i < t->place_count; i++) {
        if (t->places[i].machine != machine)
            continue;
        read_place(t, &t->places[i]);
        ask_all(t, &t->places[i], role, ask_client);
    }
    office_stand(&t->desk);
}

START_TEST(every_decision)
{
    struct town t;

    town_init(&t);
    add_places(&t);
    for (size_t i = 0; i < t.place_count; i++) {
        new_record(&t, &t.places[i], t.at_hand);
        for (size_t r = 0; r < ROLES; r++)
            ask_all(&t, &t.places[i], roles[r], ask_daemon);
    }
    ck_assert_int_eq(kk_relay_commit(t.village.relay), 0);
    for (size_t r = 0; roles[r] != KK_ROLE_PUBLISHER; r++) {
        ck_assert_int_eq(office_sync(&t.offices[r], &t.village, NULL), 0);
        ask_office(&t, roles[r], 0);
        ask_office(&t, roles[r], 1);
    }
    town_fini(&t);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("doors", &suite);

    tcase_set_timeout(c, 600);
    tcase_add_test(c, every_decision);
    return suite;
}
