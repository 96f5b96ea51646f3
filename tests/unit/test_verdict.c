/*
 * The verdict: every state × role × act × pending proposal × reference of a case against a second
 * reading of the rules, written act by act; programs, plain records, scopes. Covers
 * proto/record/act.c and proto/record/track.c. [RL-10] [RL-11] [RL-12] [RL-13]
 */
#include "unit.h"

#include "asking.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/record/kind.h"

static enum kk_wire_code judge(struct ask *a)
{
    return kk_verdict(&a->span, &a->op, own_id, 1, &a->track);
}

/* --- the second reading of the case table --- */
struct expected {
    enum kk_wire_code code;
    unsigned state, target;
    enum kk_side side;
};

static bool one_of(unsigned value, const unsigned *list, size_t count)
{
    bool found = false;

    for (size_t i = 0; i < count; i++)
        found = found || list[i] == value;
    return found;
}
#define ONE_OF(value, ...)                                                                         \
    one_of(value, (const unsigned[]){ __VA_ARGS__ },                                               \
           sizeof((const unsigned[]){ __VA_ARGS__ }) / sizeof(unsigned))

static bool case_role(unsigned act, unsigned role, enum kk_side pending)
{
    bool lead = role == KK_ROLE_LEAD, officer = role == KK_ROLE_OFFICER;
    enum kk_side own = officer ? KK_SIDE_BUREAU : KK_SIDE_WARD;

    if (ONE_OF(act, KK_ACT_SUBMIT, KK_ACT_WITHDRAW))
        return lead;
    if (ONE_OF(act, KK_ACT_RECEIVE, KK_ACT_REFUSE, KK_ACT_REVIEW, KK_ACT_ASK, KK_ACT_NEGOTIATE,
               KK_ACT_DECLINE))
        return officer;
    if (act == KK_ACT_REPLY)
        return lead || role == KK_ROLE_STAFF;
    if (act == KK_ACT_COMMENT)
        return lead || officer || role == KK_ROLE_STAFF;
    if (ONE_OF(act, KK_ACT_CONFIRM, KK_ACT_DECLINE_PROPOSAL))
        return (lead || officer) && pending != own;
    if (act == KK_ACT_RETRACT)
        return (lead || officer) && (pending == KK_SIDE_NONE || pending == own);
    return lead || officer; /* proposals */
}

/* Where an act that moves leads from this state; 255: not from here. */
static unsigned case_move(unsigned act, unsigned from)
{
    switch (act) {
    case KK_ACT_SUBMIT:
        return ONE_OF(from, KK_CASE_NONE, KK_CASE_REFUSED, KK_CASE_DECLINED, KK_CASE_WITHDRAWN)
                   ? KK_CASE_SUBMITTED
                   : 255;
    case KK_ACT_RECEIVE:
        return from == KK_CASE_SUBMITTED ? KK_CASE_RECEIVED : 255;
    case KK_ACT_REFUSE:
        return from == KK_CASE_SUBMITTED ? KK_CASE_REFUSED : 255;
    case KK_ACT_REVIEW:
        return from == KK_CASE_RECEIVED ? KK_CASE_IN_REVIEW : 255;
    case KK_ACT_ASK:
        return from == KK_CASE_IN_REVIEW ? KK_CASE_NEED_INFO : 255;
    case KK_ACT_REPLY:
        return from == KK_CASE_NEED_INFO ? KK_CASE_IN_REVIEW : 255;
    case KK_ACT_NEGOTIATE:
        return from == KK_CASE_IN_REVIEW ? KK_CASE_NEGOTIATING : 255;
    case KK_ACT_DECLINE:
        return ONE_OF(from, KK_CASE_RECEIVED, KK_CASE_IN_REVIEW, KK_CASE_NEED_INFO,
                      KK_CASE_NEGOTIATING)
                   ? KK_CASE_DECLINED
                   : 255;
    case KK_ACT_WITHDRAW:
        return ONE_OF(from, KK_CASE_SUBMITTED, KK_CASE_RECEIVED, KK_CASE_IN_REVIEW,
                      KK_CASE_NEED_INFO, KK_CASE_NEGOTIATING)
                   ? KK_CASE_WITHDRAWN
                   : 255;
    default:
        return 255;
    }
}

/* What a proposal aims at from this state; 255: not from here. */
static unsigned case_proposal(unsigned act, unsigned from)
{
    if (act == KK_ACT_PROPOSE_BUILT && from == KK_CASE_NEGOTIATING)
        return KK_CASE_BUILT;
    if (act == KK_ACT_PROPOSE_RUNNING && from == KK_CASE_BUILT)
        return KK_CASE_RUNNING;
    if (act == KK_ACT_PROPOSE_EVALUATED && from == KK_CASE_RUNNING)
        return KK_CASE_EVALUATED;
    if (act == KK_ACT_PROPOSE_CLOSED && from == KK_CASE_EVALUATED)
        return KK_CASE_CLOSED;
    if (act == KK_ACT_PROPOSE_REOPENED && from == KK_CASE_CLOSED)
        return KK_CASE_IN_REVIEW;
    return 255;
}

static struct expected case_allowed(unsigned act, const struct kk_track *t, unsigned role,
                                    bool named)
{
    struct expected e = { KK_WIRE_OK, t->state, t->target, (enum kk_side)t->side };
    unsigned move = case_move(act, t->state), proposal = case_proposal(act, t->state);

    if (move != 255)
        return (struct expected){ KK_WIRE_OK, move, 0, KK_SIDE_NONE };
    if (proposal != 255 && t->side == KK_SIDE_NONE) {
        e.target = proposal;
        e.side = role == KK_ROLE_OFFICER ? KK_SIDE_BUREAU : KK_SIDE_WARD;
        return e;
    }
    if (act == KK_ACT_COMMENT && t->state != KK_CASE_NONE)
        return e;
    e.code = KK_WIRE_STATE;
    if (t->state == KK_CASE_NONE || t->side == KK_SIDE_NONE || !named)
        return e;
    if (act == KK_ACT_CONFIRM)
        return (struct expected){ KK_WIRE_OK, t->target, 0, KK_SIDE_NONE };
    if (ONE_OF(act, KK_ACT_DECLINE_PROPOSAL, KK_ACT_RETRACT))
        return (struct expected){ KK_WIRE_OK, t->state, 0, KK_SIDE_NONE };
    return e;
}

static struct expected model(const struct ask *a, bool named)
{
    const struct kk_track *t = &a->track;
    unsigned act = (unsigned)a->op.act, role = (unsigned)a->span.role;

    if (act < KK_ACT_SUBMIT || act > KK_ACT_COMMENT)
        return (struct expected){ KK_WIRE_STATE, t->state, t->target, (enum kk_side)t->side };
    if (!case_role(act, role, (enum kk_side)t->side))
        return (struct expected){ KK_WIRE_ROLE, t->state, t->target, (enum kk_side)t->side };
    return case_allowed(act, t, role, named);
}

static void case_track(struct kk_track *t, unsigned state, enum kk_side pending)
{
    *t = (struct kk_track){ .state = (uint8_t)state,
                            .exists = state != KK_CASE_NONE,
                            .kind = state != KK_CASE_NONE ? KK_KIND_CASE : 0,
                            .side = (uint8_t)pending };
    if (pending == KK_SIDE_NONE)
        return;
    t->target = KK_CASE_BUILT;
    memcpy(t->proposal, pending_id, sizeof(pending_id));
}

static void one_case(unsigned state, unsigned role, unsigned act, unsigned variant)
{
    enum kk_side pending = (enum kk_side)(variant / 2);
    bool named = variant % 2;
    struct kk_track before;
    struct expected want;
    enum kk_wire_code got;
    struct ask a;

    ask_init(&a, "e:14133", role, KK_KIND_CASE, act);
    case_track(&a.track, state, pending);
    a.ref.id = kk_slice(named ? pending_id : own_id, KK_HASH_BYTES);
    a.op.refs.items = &a.ref;
    a.op.refs.count = 1;
    before = a.track;
    want = model(&a, named);
    got = judge(&a);
    if (got != want.code)
        ck_abort_msg("state %u, role %u, act %s, variant %u: %d, not %d", state, role,
                     kk_act_name(act) ? kk_act_name(act) : "?", variant, (int)got, (int)want.code);
    if (got != KK_WIRE_OK)
        ck_assert_mem_eq(&a.track, &before, sizeof(before)); /* refused: untouched */
    ck_assert_uint_eq(a.track.state, want.state);
    ck_assert_uint_eq(a.track.target, want.target);
    ck_assert_uint_eq(a.track.side, want.side);
    ck_assert_uint_eq(a.track.attempt, got == KK_WIRE_OK && act == KK_ACT_SUBMIT);
}

static unsigned each_act(unsigned state, unsigned role)
{
    unsigned count = 0;

    for (unsigned act = 0; act <= 50; act++) {
        for (unsigned variant = 0; variant < 6; variant++, count++)
            one_case(state, role, act, variant);
    }
    return count;
}

START_TEST(every_case)
{
    unsigned count = 0;

    for (unsigned state = 0; kk_state_name(KK_MACHINE_CASE, state); state++) {
        for (unsigned role = KK_ROLE_STAFF; role <= KK_ROLE_AUDITOR; role++)
            count += each_act(state, role);
    }
    ck_assert_uint_eq(count, 13 * 6 * 51 * 6);
}
END_TEST

/* A whole road: proposed by the ward, a second proposal refused, confirmed by the bureau. */
START_TEST(one_road)
{
    struct ask a, b;

    ask_init(&a, "e:14133", KK_ROLE_LEAD, KK_KIND_CASE, KK_ACT_PROPOSE_BUILT);
    case_track(&a.track, KK_CASE_NEGOTIATING, KK_SIDE_NONE);
    ck_assert_int_eq(judge(&a), KK_WIRE_OK);
    ck_assert_mem_eq(a.track.proposal, own_id, KK_HASH_BYTES);
    ask_init(&b, "e:14133", KK_ROLE_OFFICER, KK_KIND_CASE, KK_ACT_PROPOSE_BUILT);
    b.track = a.track;
    ck_assert_int_eq(judge(&b), KK_WIRE_STATE);
    b.op.act = KK_ACT_CONFIRM;
    ck_assert_int_eq(judge(&b), KK_WIRE_STATE); /* names nothing */
    b.ref.id = kk_slice(own_id, KK_HASH_BYTES);
    b.op.refs.items = &b.ref;
    b.op.refs.count = 1;
    ck_assert_int_eq(judge(&b), KK_WIRE_OK);
    ck_assert_uint_eq(b.track.state, KK_CASE_BUILT);
}
END_TEST

/* --- programs --- */
/* publish, start, evaluate, resume, end from each state; 9: no */
static const uint8_t program_moves[5][5] = {
    { KK_PROGRAM_PUBLISHED, 9, 9, 9, 9 },
    { 9, KK_PROGRAM_RUNNING, 9, 9, KK_PROGRAM_ENDED },
    { 9, 9, KK_PROGRAM_EVALUATED, 9, KK_PROGRAM_ENDED },
    { 9, 9, 9, KK_PROGRAM_RUNNING, KK_PROGRAM_ENDED },
    { 9, 9, 9, 9, 9 },
};

static void one_program(unsigned state, unsigned n, unsigned role)
{
    unsigned to = program_moves[state][n];
    enum kk_wire_code want = to == 9 ? KK_WIRE_STATE : KK_WIRE_OK;
    struct ask a;

    if (role != KK_ROLE_OFFICER)
        want = KK_WIRE_ROLE;
    ask_init(&a, "int", role, KK_KIND_PROGRAM, KK_ACT_PUBLISH + n);
    a.track = (struct kk_track){ .state = (uint8_t)state,
                                 .exists = state > 0,
                                 .kind = state > 0 ? KK_KIND_PROGRAM : 0 };
    ck_assert_int_eq(judge(&a), want);
    ck_assert_uint_eq(a.track.state, want == KK_WIRE_OK ? to : state);
}

START_TEST(every_program)
{
    for (unsigned state = 0; state < 5; state++) {
        for (unsigned n = 0; n < 5; n++) {
            for (unsigned role = KK_ROLE_STAFF; role <= KK_ROLE_AUDITOR; role++)
                one_program(state, n, role);
        }
    }
}
END_TEST

START_TEST(program_edits)
{
    for (unsigned state = 0; state < 5; state++) {
        bool open = state != KK_PROGRAM_NONE && state != KK_PROGRAM_ENDED;
        struct ask a;

        ask_init(&a, "int", KK_ROLE_OFFICER, KK_KIND_PROGRAM, KK_ACT_EDIT);
        a.track = (struct kk_track){ .state = (uint8_t)state,
                                     .exists = state > 0,
                                     .kind = KK_KIND_PROGRAM };
        ck_assert_int_eq(judge(&a), open ? KK_WIRE_OK : KK_WIRE_STATE);
        a.span.role = KK_ROLE_LEAD;
        ck_assert_int_eq(judge(&a), KK_WIRE_ROLE);
    }
}
END_TEST

/* --- plain records --- */
START_TEST(plain_roles)
{
    static const struct {
        const char *scope;
        unsigned kind, role;
        enum kk_wire_code code;
    } rows[] = {
        { "w:14133", 0, KK_ROLE_STAFF, KK_WIRE_OK },
        { "w:14133", 0, KK_ROLE_LEAD, KK_WIRE_OK },
        { "w:14133", 0, KK_ROLE_OFFICER, KK_WIRE_ROLE },
        { "w:14133", KK_KIND_ISSUE, KK_ROLE_STAFF, KK_WIRE_SCOPE }, /* the kind is told */
        { "b", KK_KIND_DOCKET, KK_ROLE_OFFICER, KK_WIRE_OK },
        { "b", KK_KIND_DOCKET, KK_ROLE_LEAD, KK_WIRE_ROLE },
        { "b", 0, KK_ROLE_OFFICER, KK_WIRE_SCOPE },
        { "int", KK_KIND_FEEDBACK, KK_ROLE_LEAD, KK_WIRE_OK },
        { "int", KK_KIND_FEEDBACK, KK_ROLE_STAFF, KK_WIRE_ROLE },
        { "e:14133", KK_KIND_ISSUE, KK_ROLE_LEAD, KK_WIRE_SCOPE },
        { "pub", KK_KIND_PROGRAM, KK_ROLE_OFFICER, KK_WIRE_SCOPE },
        { "r:14133", KK_KIND_ISSUE, KK_ROLE_LEAD, KK_WIRE_SCOPE },
        { "nowhere", 1, KK_ROLE_LEAD, KK_WIRE_SCOPE },
    };
    struct ask a;

    ask_init(&a, rows[_i].scope, rows[_i].role, rows[_i].kind, KK_ACT_CREATE);
    ck_assert_int_eq(judge(&a), rows[_i].code);
}
END_TEST

START_TEST(plain_life)
{
    static const struct {
        unsigned act;
        enum kk_wire_code code;
    } life[] = {
        { KK_ACT_EDIT, KK_WIRE_STATE },   { KK_ACT_CREATE, KK_WIRE_OK },
        { KK_ACT_CREATE, KK_WIRE_STATE }, { KK_ACT_EDIT, KK_WIRE_OK },
        { KK_ACT_CLOSE, KK_WIRE_OK },     { KK_ACT_EDIT, KK_WIRE_OK },
        { KK_ACT_SUBMIT, KK_WIRE_STATE }, { KK_ACT_ERASE, KK_WIRE_OK },
        { KK_ACT_EDIT, KK_WIRE_STATE },   { KK_ACT_ERASE, KK_WIRE_STATE },
    };
    struct ask a;

    ask_init(&a, "b", KK_ROLE_OFFICER, KK_KIND_DOCKET, 0);
    for (size_t i = 0; i < KK_COUNT(life); i++) {
        a.op.act = life[i].act;
        ck_assert_msg(judge(&a) == life[i].code, "step %zu", i);
        if (i == 4)
            ck_assert(a.track.closed);
        if (i == 5)
            ck_assert(!a.track.closed); /* an edit opens it again */
    }
    ask_init(&a, "b", KK_ROLE_OFFICER, KK_KIND_DOCKET, KK_ACT_CREATE);
    ck_assert_int_eq(judge(&a), KK_WIRE_OK);
    a.op.act = KK_ACT_EDIT;
    a.op.kind = KK_KIND_PROGRAM; /* a record keeps its kind */
    ck_assert_int_eq(judge(&a), KK_WIRE_STATE);
    ask_init(&a, "int", KK_ROLE_OFFICER, KK_KIND_PROGRAM, KK_ACT_PUBLISH); /* by a table, too */
    a.track = (struct kk_track){ .exists = true, .kind = KK_KIND_GOAL };
    ck_assert_int_eq(judge(&a), KK_WIRE_STATE);
}
END_TEST

/* --- standing --- */
START_TEST(standing)
{
    struct ask a;

    ask_init(&a, "w:14133", KK_ROLE_STAFF, 0, KK_ACT_CREATE);
    ck_assert_int_eq(kk_verdict(NULL, &a.op, own_id, 1, &a.track), KK_WIRE_ROLE);
    a.span.status = KK_STATUS_REVOKED;
    ck_assert_int_eq(judge(&a), KK_WIRE_ROLE);
    a.span.status = KK_STATUS_DRAINING; /* moved away: may still push */
    a.span.scopes.count = 0;
    ck_assert_int_eq(judge(&a), KK_WIRE_SCOPE);
    a.span.scopes.count = 1;
    ck_assert_int_eq(judge(&a), KK_WIRE_OK);
}
END_TEST

/* --- names, tables, saved tracks --- */
START_TEST(names)
{
    for (unsigned act = 0; act < 60; act++) {
        const char *name = kk_act_name(act);

        ck_assert_uint_eq(name ? kk_act_parse(name) : 0, name ? act : 0);
        ck_assert((kk_act_label(act, "ja") != NULL) == (name != NULL));
    }
    ck_assert_uint_eq(kk_act_parse("fly"), 0);
    for (int machine = KK_MACHINE_CASE; machine <= KK_MACHINE_PROGRAM; machine++) {
        for (unsigned s = 0; kk_state_name((enum kk_machine)machine, s); s++) {
            const char *name = kk_state_name((enum kk_machine)machine, s);

            ck_assert_int_eq(kk_state_parse((enum kk_machine)machine, name), (int)s);
            ck_assert_str_ne(kk_state_label((enum kk_machine)machine, s, "ja"), name);
        }
    }
    ck_assert_int_eq(kk_state_parse(KK_MACHINE_CASE, "nowhere"), -1);
    ck_assert_ptr_null(kk_state_name(KK_MACHINE_PLAIN, 0));
}
END_TEST

/* Over: nobody is waited for, by the guide's own words for the states. */
START_TEST(what_is_over)
{
    static const char *const over[] = { "refused", "closed", "declined", "withdrawn" };

    for (unsigned state = 0; kk_state_name(KK_MACHINE_CASE, state); state++) {
        struct kk_track t = { .state = (uint8_t)state };
        bool expected = false;

        for (size_t i = 0; i < KK_COUNT(over); i++)
            expected = expected || strcmp(kk_state_name(KK_MACHINE_CASE, state), over[i]) == 0;
        ck_assert_int_eq(kk_track_over(KK_MACHINE_CASE, &t), expected);
        ck_assert_int_eq(kk_track_over(KK_MACHINE_PROGRAM, &t), state == KK_PROGRAM_ENDED);
        ck_assert(!kk_track_over(KK_MACHINE_PLAIN, &t)); /* it has no states */
        t.closed = true;
        ck_assert(kk_track_over(KK_MACHINE_PLAIN, &t));
        ck_assert(kk_track_settled(KK_MACHINE_CASE, &t));
        t.side = KK_SIDE_WARD; /* a proposal waits for its answer */
        ck_assert(!kk_track_settled(KK_MACHINE_CASE, &t));
        t.erased = true;
        ck_assert(kk_track_settled(KK_MACHINE_CASE, &t));
    }
}
END_TEST

/* A table that this program does not know decides nothing. */
START_TEST(unknown_tables)
{
    struct ask a;
    size_t count;

    ck_assert(kk_tv_known(1) && !kk_tv_known(0) && !kk_tv_known(KK_TV_NEWEST + 1));
    ck_assert_ptr_null(kk_transitions(KK_MACHINE_CASE, KK_TV_NEWEST + 1, &count));
    ck_assert_uint_eq(count, 0);
    ck_assert_ptr_null(kk_transitions(KK_MACHINE_PLAIN, 1, &count));
    ask_init(&a, "e:14133", KK_ROLE_LEAD, KK_KIND_CASE, KK_ACT_SUBMIT);
    ck_assert_int_eq(kk_verdict(&a.span, &a.op, own_id, KK_TV_NEWEST + 1, &a.track), KK_WIRE_STATE);
}
END_TEST

START_TEST(saved_tracks)
{
    struct kk_track t = { .kind = 8,
                          .exists = true,
                          .state = 6,
                          .target = 7,
                          .side = 2,
                          .attempt = 513,
                          .proposal = { 1, 2, 3 } };
    uint8_t saved[KK_TRACK_BYTES];
    struct kk_track back = { 0 };

    kk_track_save(&t, saved);
    ck_assert(kk_track_load(kk_slice(saved, sizeof(saved)), &back));
    ck_assert(back.kind == 8 && back.exists && !back.closed && !back.erased && back.state == 6);
    ck_assert(back.target == 7 && back.side == 2 && back.attempt == 513);
    ck_assert_mem_eq(back.proposal, t.proposal, KK_HASH_BYTES);
    ck_assert(!kk_track_load(kk_slice(saved, sizeof(saved) - 1), &back));
    saved[0]++;
    ck_assert(!kk_track_load(kk_slice(saved, sizeof(saved)), &back));
    saved[0]--;
    saved[7] = 3;
    ck_assert(!kk_track_load(kk_slice(saved, sizeof(saved)), &back));
}
END_TEST

/* Two devices that submit one issue meet in one case. */
START_TEST(case_ids)
{
    uint8_t issue[KK_ID_BYTES] = { 1, 2, 3 }, id[KK_ID_BYTES], whole[KK_HASH_BYTES];

    kk_case_id(issue, id);
    kk_hash_of("case", kk_slice(issue, sizeof(issue)), whole);
    ck_assert_mem_eq(id, whole, sizeof(id));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("verdict", &suite);

    tcase_add_test(tcase, every_case);
    tcase_add_test(tcase, one_road);
    tcase_add_test(tcase, every_program);
    tcase_add_test(tcase, program_edits);
    tcase_add_loop_test(tcase, plain_roles, 0, 13);
    tcase_add_test(tcase, plain_life);
    tcase_add_test(tcase, standing);
    tcase_add_test(tcase, names);
    tcase_add_test(tcase, what_is_over);
    tcase_add_test(tcase, unknown_tables);
    tcase_add_test(tcase, saved_tracks);
    tcase_add_test(tcase, case_ids);
    return suite;
}
