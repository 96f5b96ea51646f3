/*
 * The queue: since when, until when, who is waited for, and that only the daemon's signed time
 * makes a case overdue. Covers client/model/queue.c and client/model/memo.c. [RL-23]
 */
#include "office.h"

#include "model/queue.h"

#include "kukyoku/base/text.h"
#include "kukyoku/error.h"

#include <stdio.h>

#define SEED 20261128
#define DAY  INT64_C(86400000)
#define E    "e:14133"

struct scene {
    struct bureau bureau;
    struct village village;
    struct office lead, officer;
    int64_t start_ms;
    uint8_t first[KK_ID_BYTES], second[KK_ID_BYTES];
};

static void both_sync(struct scene *s)
{
    ck_assert_int_eq(office_sync(&s->lead, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->officer, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->lead, &s->village, NULL), 0);
}

static void scene_init(struct scene *s)
{
    static const uint8_t issues[2][KK_ID_BYTES] = { { 1 }, { 2 } };
    struct bureau_device *lead, *officer;

    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, unit_seed(SEED), kk_os_now_ms());
    lead = bureau_stranger(&s->bureau);
    officer = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, lead, KK_ROLE_LEAD, "14133");
    bureau_approve(&s->bureau, officer, KK_ROLE_OFFICER, "");
    bureau_sign_roster(&s->bureau);
    village_init(&s->village, &s->bureau, SEED + 1);
    village_hand_over(&s->village);
    office_init(&s->lead, &s->bureau, lead);
    office_init(&s->officer, &s->bureau, officer);
    both_sync(s);
    s->start_ms = s->village.now_ms;
    kk_case_id(issues[0], s->first);
    kk_case_id(issues[1], s->second);
}

static void scene_fini(struct scene *s)
{
    office_fini(&s->lead);
    office_fini(&s->officer);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
}

struct seen {
    struct kk_queue_row rows[4];
    size_t count;
};

static int on_row(void *user, const struct kk_queue_row *row)
{
    struct seen *seen = user;

    ck_assert_uint_lt(seen->count, KK_COUNT(seen->rows));
    seen->rows[seen->count++] = *row;
    return 0;
}

/* What an office sees of the queue; the rows' records are not to be followed afterwards. */
static struct seen look(const struct office *o, struct kk_queue_filter filter)
{
    struct kk_home home = { .db = NULL };
    struct kk_records records;
    struct kk_error err = { 0 };
    struct seen seen = { .count = 0 };

    ck_assert_int_eq(kk_home_open(o->dir, KK_HOME_READ, &home, &err), 0);
    ck_assert_int_eq(kk_records_open(&records, &home, KK_REPLICA_READ, &err), 0);
    ck_assert_int_eq(kk_queue_each(&records, &filter, on_row, &seen), 0);
    kk_records_fini(&records);
    kk_home_fini(&home);
    return seen;
}

/* What an office tells now of being overdue. */
static size_t told(const struct office *o)
{
    struct kk_home home = { .db = NULL };
    struct kk_records records;
    struct kk_error err = { 0 };
    struct seen seen = { .count = 0 };

    ck_assert_int_eq(kk_home_open(o->dir, KK_HOME_WRITE, &home, &err), 0);
    ck_assert_int_eq(kk_records_open(&records, &home, KK_REPLICA_READ, &err), 0);
    ck_assert_int_eq(kk_queue_tell(&records, on_row, &seen), 0);
    kk_records_fini(&records);
    kk_home_fini(&home);
    return seen.count;
}

static const struct kk_queue_filter any = { .state = -1 };

static void goes_on(struct scene *s, int64_t days)
{
    s->village.now_ms += days * DAY;
    both_sync(s);
}

/* Each state has its days, and the daemon's word alone says that they are over. */
START_TEST(days_of_each_state)
{
    static const struct {
        bool bureau; /* who acts */
        unsigned act;
        enum kk_side waits; /* afterwards, and for how many days */
        int days;
    } road[] = {
        { false, KK_ACT_SUBMIT, KK_SIDE_BUREAU, 5 },
        { true, KK_ACT_RECEIVE, KK_SIDE_BUREAU, 14 },
        { true, KK_ACT_REVIEW, KK_SIDE_BUREAU, 60 },
        { true, KK_ACT_ASK, KK_SIDE_WARD, 30 },
        { false, KK_ACT_REPLY, KK_SIDE_BUREAU, 60 },
        { true, KK_ACT_NEGOTIATE, KK_SIDE_BUREAU, 90 },
        { true, KK_ACT_PROPOSE_BUILT, KK_SIDE_WARD, 14 },
    };
    struct seen seen;
    struct scene s;

    scene_init(&s);
    for (size_t i = 0; i < KK_COUNT(road); i++) {
        struct office *who = road[i].bureau ? &s.officer : &s.lead;
        int64_t moved = s.village.now_ms;

        office_write(who, E, s.first, road[i].act, "text");
        both_sync(&s);
        seen = look(&s.officer, any);
        ck_assert_uint_eq(seen.count, 1);
        ck_assert_int_eq(seen.rows[0].since_ms, moved);
        ck_assert_int_eq(seen.rows[0].due_ms, moved + road[i].days * DAY);
        ck_assert_int_eq(seen.rows[0].waits, road[i].waits);
        ck_assert(!seen.rows[0].overdue);
        goes_on(&s, road[i].days); /* to the very moment */
        ck_assert(!look(&s.lead, any).rows[0].overdue);
        ck_assert_uint_eq(told(&s.lead), 0);
        goes_on(&s, 1);
        ck_assert(look(&s.lead, any).rows[0].overdue);
        ck_assert(look(&s.officer, any).rows[0].overdue);
        ck_assert_uint_eq(told(&s.lead), 1);
        ck_assert_uint_eq(told(&s.lead), 0); /* once a device */
        ck_assert_uint_eq(told(&s.officer), 1);
    }
    scene_fini(&s);
}
END_TEST

/* What is not sent yet is due to nobody; a comment is no move, nor is what was refused. */
START_TEST(what_does_not_count)
{
    struct seen seen;
    struct scene s;

    scene_init(&s);
    office_write(&s.lead, E, s.first, KK_ACT_SUBMIT, "text");
    seen = look(&s.lead, any);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_int_eq(seen.rows[0].since_ms, 0);
    ck_assert_int_eq(seen.rows[0].due_ms, 0);
    both_sync(&s);
    goes_on(&s, 2);
    office_write(&s.officer, E, s.first, KK_ACT_COMMENT, "text");
    both_sync(&s);
    ck_assert_int_eq(look(&s.officer, any).rows[0].since_ms, s.start_ms);
    office_write(&s.lead, E, s.first, KK_ACT_WITHDRAW, "text");
    office_write(&s.officer, E, s.first, KK_ACT_RECEIVE, "text"); /* a day too late */
    ck_assert_int_eq(office_sync(&s.lead, &s.village, NULL), 0);
    goes_on(&s, 1);
    ck_assert_int_eq(look(&s.officer, any).rows[0].since_ms, s.start_ms + 2 * DAY);
    scene_fini(&s);
}
END_TEST

START_TEST(order_and_filters)
{
    struct kk_queue_filter f;
    struct seen seen;
    struct scene s;

    scene_init(&s);
    office_write(&s.lead, E, s.first, KK_ACT_SUBMIT, "first");
    both_sync(&s);
    office_write(&s.officer, E, s.first, KK_ACT_RECEIVE, "first"); /* due in 14 days */
    both_sync(&s);
    goes_on(&s, 3);
    office_write(&s.lead, E, s.second, KK_ACT_SUBMIT, "second"); /* due in 5: the more urgent */
    both_sync(&s);
    seen = look(&s.officer, any);
    ck_assert_uint_eq(seen.count, 2);
    ck_assert_mem_eq(seen.rows[0].record.is.rec, s.second, KK_ID_BYTES);
    f = any;
    f.state = KK_CASE_RECEIVED;
    seen = look(&s.officer, f);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_mem_eq(seen.rows[0].record.is.rec, s.first, KK_ID_BYTES);
    f = any;
    f.ward = "14136";
    ck_assert_uint_eq(look(&s.officer, f).count, 0);
    f = any;
    f.waits = KK_SIDE_WARD;
    ck_assert_uint_eq(look(&s.officer, f).count, 0);
    f = any;
    f.since_ms = s.start_ms + 2 * DAY;
    ck_assert_uint_eq(look(&s.officer, f).count, 1);
    ck_assert_uint_eq(look(&s.officer, any).rows[0].days, 0);
    ck_assert_uint_eq(look(&s.officer, any).rows[1].days, 3);
    f = any;
    f.days = 3;
    seen = look(&s.officer, f);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_mem_eq(seen.rows[0].record.is.rec, s.first, KK_ID_BYTES);
    f.days = 4;
    ck_assert_uint_eq(look(&s.officer, f).count, 0);
    f = any;
    f.due_ms = s.start_ms + 8 * DAY; /* the very moment that the second is due is not before it */
    ck_assert_uint_eq(look(&s.officer, f).count, 0);
    f.due_ms++;
    seen = look(&s.officer, f);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_mem_eq(seen.rows[0].record.is.rec, s.second, KK_ID_BYTES);
    f = any;
    f.overdue = true;
    ck_assert_uint_eq(look(&s.officer, f).count, 0);
    goes_on(&s, 6);
    seen = look(&s.officer, f);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_mem_eq(seen.rows[0].record.is.rec, s.second, KK_ID_BYTES);
    scene_fini(&s);
}
END_TEST

/* --- a closed case that is to be taken up again --- */

static void act_on_proposal(struct scene *s, struct office *o, unsigned act)
{
    struct seen seen = look(o, any);
    struct kk_ledger_draft draft = { .kind = KK_KIND_CASE, .act = act, .ref_count = 1 };

    memcpy(draft.rec, s->first, KK_ID_BYTES);
    draft.refs = (const uint8_t(*)[KK_HASH_BYTES]) & seen.rows[0].record.is.ahead.proposal;
    ck_assert_int_eq(office_try_write(o, E, draft, "text"), 0);
    both_sync(s);
}

static void close_case(struct scene *s)
{
    static const unsigned ways[] = { KK_ACT_PROPOSE_BUILT, KK_ACT_PROPOSE_RUNNING,
                                     KK_ACT_PROPOSE_EVALUATED, KK_ACT_PROPOSE_CLOSED };

    office_write(&s->lead, E, s->first, KK_ACT_SUBMIT, "text");
    both_sync(s);
    office_write(&s->officer, E, s->first, KK_ACT_RECEIVE, "text");
    office_write(&s->officer, E, s->first, KK_ACT_REVIEW, "text");
    office_write(&s->officer, E, s->first, KK_ACT_NEGOTIATE, "text");
    both_sync(s);
    for (size_t i = 0; i < KK_COUNT(ways); i++) {
        if (ways[i] == KK_ACT_PROPOSE_CLOSED) /* it names the feedback; here anything */
            act_on_proposal(s, &s->lead, ways[i]);
        else
            office_write(&s->lead, E, s->first, ways[i], "text");
        goes_on(s, 1);
        act_on_proposal(s, &s->officer, KK_ACT_CONFIRM);
    }
}

/* It waits for an answer like any other: in the queue, with its days, told when they are over. */
START_TEST(taken_up_again)
{
    struct kk_queue_filter open = { .state = -1, .open = true }, mine = { .state = -1 };
    struct scene s;

    scene_init(&s);
    mine.waits = KK_SIDE_BUREAU;
    close_case(&s);
    ck_assert_int_eq(look(&s.officer, any).rows[0].record.is.ahead.state, KK_CASE_CLOSED);
    ck_assert_int_eq(look(&s.officer, any).rows[0].since_ms, s.village.now_ms); /* of the confirm */
    ck_assert_uint_eq(look(&s.officer, open).count, 0);
    ck_assert_uint_eq(look(&s.officer, mine).count, 0);
    office_write(&s.lead, E, s.first, KK_ACT_PROPOSE_REOPENED, "text");
    both_sync(&s);
    ck_assert_uint_eq(look(&s.officer, open).count, 1);
    ck_assert_uint_eq(look(&s.officer, mine).count, 1);
    ck_assert_uint_eq(told(&s.officer), 0);
    goes_on(&s, KK_PROPOSAL_DAYS + 1);
    ck_assert_uint_eq(told(&s.officer), 1);
    act_on_proposal(&s, &s.officer, KK_ACT_DECLINE_PROPOSAL);
    ck_assert_uint_eq(look(&s.officer, open).count, 0);
    scene_fini(&s);
}
END_TEST

/* --- the bureau's own priority --- */

static void note(const struct office *o, const uint8_t about[KK_ID_BYTES], const char *priority)
{
    const struct kk_kind_info *memo = kk_kind_info(KK_KIND_MEMO);
    char assignment[8 + 2 * KK_ID_BYTES] = "case=";
    struct kk_body body = { .count = 0 };
    struct kk_act_request q = { .scope = kk_slice_text("b"), .kind = memo, .body = &body,
                                .act = KK_ACT_CREATE };
    struct kk_home home = { .db = NULL };
    struct kk_records r;
    struct kk_error err = { 0 };

    ck_assert_int_eq(kk_home_open(o->dir, KK_HOME_WRITE, &home, &err), 0);
    ck_assert_int_eq(kk_home_unlock(&home, kk_slice(NULL, 0), &err), 0);
    ck_assert_int_eq(kk_records_open(&r, &home, KK_REPLICA_WRITE, &err), 0);
    kk_hex_encode(kk_slice(about, KK_ID_BYTES), assignment + 5);
    kk_record_new_id(q.rec);
    ck_assert_int_eq(kk_record_set(&r, memo, assignment, &body), 0);
    if (priority)
        ck_assert_int_eq(kk_record_set(&r, memo, priority, &body), 0);
    ck_assert_int_eq(kk_record_act(&r, &q), 0);
    kk_records_fini(&r);
    kk_home_fini(&home);
}

static unsigned code_of(const char *name)
{
    return kk_code_parse(KK_CODES_OF_PRIORITY, kk_slice_text(name))->number;
}

static unsigned priority_of(const struct office *o, const uint8_t id[KK_ID_BYTES])
{
    struct seen seen = look(o, any);

    for (size_t i = 0; i < seen.count; i++) {
        if (memcmp(seen.rows[i].record.is.rec, id, KK_ID_BYTES) == 0)
            return seen.rows[i].priority;
    }
    ck_abort_msg("no such case");
    return 0;
}

/* All of the index is behind, as after a sync that was killed. */
static void forget_index(const struct office *o)
{
    struct office_desk k;

    office_sit(&k, o, "b");
    ck_assert_int_eq(kk_glance_forget(&k.ledger), 0);
    office_stand(&k);
}

/* The newest memo that names one counts, each for its own case, in the index or not. */
START_TEST(priorities)
{
    struct kk_queue_filter high = { .state = -1 };
    struct scene s;

    scene_init(&s);
    high.priority = code_of("high");
    office_write(&s.lead, E, s.first, KK_ACT_SUBMIT, "a");
    office_write(&s.lead, E, s.second, KK_ACT_SUBMIT, "b");
    both_sync(&s);
    ck_assert_uint_eq(priority_of(&s.officer, s.first), 0);
    note(&s.officer, s.first, "priority=high");
    note(&s.officer, s.first, NULL);
    ck_assert_uint_eq(priority_of(&s.officer, s.first), code_of("high"));
    ck_assert_uint_eq(priority_of(&s.officer, s.second), 0);
    ck_assert_uint_eq(look(&s.officer, high).count, 1);
    ck_assert_uint_eq(look(&s.lead, high).count, 0); /* a memo never leaves the bureau */
    goes_on(&s, 1);
    note(&s.officer, s.second, "priority=high");
    note(&s.officer, s.first, "priority=low");
    goes_on(&s, 1);
    for (int behind = 0; behind < 2; behind++) {
        ck_assert_uint_eq(priority_of(&s.officer, s.first), code_of("low"));
        ck_assert_uint_eq(priority_of(&s.officer, s.second), code_of("high"));
        ck_assert_uint_eq(look(&s.officer, high).count, 1);
        forget_index(&s.officer);
    }
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("queue", &suite);

    tcase_set_timeout(c, 120);
    tcase_add_test(c, days_of_each_state);
    tcase_add_test(c, priorities);
    tcase_add_test(c, what_does_not_count);
    tcase_add_test(c, order_and_filters);
    tcase_add_test(c, taken_up_again);
    return suite;
}
