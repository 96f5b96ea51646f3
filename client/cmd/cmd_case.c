/* `kukyoku case …`: one command an act of the transition table; the bureau's queue. */
#include "cmd/fresh_view.h"
#include "cmd/names.h"
#include "cmd/queue_view.h"
#include "cmd/record_work.h"
#include "model/refusal.h"

#include "kukyoku/base/date.h"

#include <stdio.h>

#define OPTION_TEXT 24
#define AGE_MAX     36500 /* days */

struct acting {
    struct kk_record_work work;
    struct kk_record record;
    uint8_t refs[KK_OP_REFS_MAX][KK_HASH_BYTES];
    size_t ref_count;
};

/* confirm, decline-proposal and retract name the proposal that is pending. [RL-10] */
static void name_proposal(struct acting *a, unsigned act)
{
    const struct kk_transition *t =
        kk_transition_find(a->record.machine, KK_TV_NEWEST, (enum kk_act)act);

    if (t && (t->effect == KK_EFFECT_CONFIRM || t->effect == KK_EFFECT_CLEAR))
        memcpy(a->refs[a->ref_count++], a->record.is.ahead.proposal, KK_HASH_BYTES);
}

/* --feedback ID: the operation that wrote the feedback is what the act points at. */
static int name_feedback(struct kk_command *c, struct acting *a)
{
    const char *id = kk_command_option(c, "feedback");
    struct kk_record feedback;
    int r = id ? kk_record_find(&a->work.records, id, KK_KIND_FEEDBACK, &feedback) : 0;

    if (id && r == 0)
        memcpy(a->refs[a->ref_count++], feedback.is.ops[0].id, KK_HASH_BYTES);
    return r;
}

static int act_on(struct kk_command *c, unsigned kind, unsigned act)
{
    struct acting a = { .ref_count = 0 };
    struct kk_act_request q = { .act = act };
    int r = kk_record_work_open(c, KK_HOME_WRITE, &a.work);

    if (r == 0)
        r = kk_record_find(&a.work.records, kk_command_arg(c, 0), kind, &a.record);
    if (r == 0)
        r = kk_record_work_body(c, &a.work, a.record.kind);
    if (r == 0)
        r = name_feedback(c, &a);
    if (r == 0) {
        name_proposal(&a, act);
        q.scope = a.record.scope;
        q.kind = a.record.kind;
        memcpy(q.rec, a.record.is.rec, KK_ID_BYTES);
        q.refs = (const uint8_t(*)[KK_HASH_BYTES])a.refs;
        q.ref_count = a.ref_count;
        r = kk_record_work_act(c, &a.work, &q);
    }
    kk_record_work_fini(&a.work);
    return r;
}

/* The verb of the command line is the name of the act. */
int cmd_case_act(struct kk_command *c)
{
    return act_on(c, KK_KIND_CASE, kk_act_parse(c->row->verb));
}

int cmd_case_propose(struct kk_command *c)
{
    unsigned act;
    int r = kk_names_act(c, KK_MACHINE_CASE, "propose-", kk_command_arg(c, 1), &act);

    return r == 0 ? act_on(c, KK_KIND_CASE, act) : r;
}

static int code_option(struct kk_command *c, const char *name, enum kk_code_list list,
                       unsigned *ret)
{
    const char *text = kk_command_option(c, name);
    const struct kk_code *code = NULL;
    char where[OPTION_TEXT];
    int r;

    snprintf(where, sizeof(where), "--%s", name);
    r = text ? kk_names_code(c, where, list, text, &code) : 0;
    if (r == 0)
        *ret = code ? code->number : 0;
    return r;
}

static const char *waits_at(const void *list, size_t i)
{
    static const char *const sides[] = { "ward", "bureau" };

    (void)list;
    return i < KK_COUNT(sides) ? sides[i] : NULL;
}

static int time_options(struct kk_command *c, struct kk_queue_filter *f)
{
    const char *due = kk_command_option(c, "due");
    int64_t days = 0;
    int r = kk_command_number(c, "age", (struct kk_range){ 0, AGE_MAX, 0 }, &days);

    f->days = (unsigned)days;
    if (r == 0 && due && !kk_date_parse(due, &f->due_ms))
        return kk_command_usage(c, "--due", "YYYY-MM-DD: %s", due);
    return r;
}

static int read_filter(struct kk_command *c, struct kk_queue_filter *f)
{
    const char *state = kk_command_option(c, "state"), *waits = kk_command_option(c, "waits");
    int r = 0;

    *f = (struct kk_queue_filter){ .ward = kk_command_option(c, "ward"),
                                   .overdue = kk_command_flag(c, "overdue"), .state = -1 };
    f->open = !state && !kk_command_flag(c, "all");
    if (state)
        r = kk_names_state(c, "--state", KK_MACHINE_CASE, state, &f->state);
    if (r == 0 && f->ward && !kk_ward_known(f->ward))
        r = kk_refuse_ward(&c->err, KK_E_USAGE, "--ward", f->ward);
    if (r == 0 && waits && strcmp(waits, "ward") != 0 && strcmp(waits, "bureau") != 0)
        r = kk_names_refuse(c, "--waits", waits, waits_at, NULL);
    if (r == 0 && waits)
        f->waits = strcmp(waits, "ward") == 0 ? KK_SIDE_WARD : KK_SIDE_BUREAU;
    if (r == 0)
        r = time_options(c, f);
    if (r == 0)
        r = code_option(c, "field", KK_CODES_OF_FIELD, &f->field);
    if (r == 0)
        r = code_option(c, "fund", KK_CODES_OF_FUND, &f->fund);
    return r == 0 ? code_option(c, "priority", KK_CODES_OF_PRIORITY, &f->priority) : r;
}

int cmd_case_list(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    KK_AUTO_FINI(kk_queue_view) struct kk_queue_view v = { .count = 0 };
    struct kk_queue_filter filter;
    int r = read_filter(c, &filter);

    if (r == 0)
        r = kk_record_work_open(c, KK_HOME_READ, &w);
    kk_queue_view_init(&v, c);
    if (r == 0)
        r = kk_queue_each(&w.records, &filter, kk_queue_view_row, &v);
    if (r < 0)
        return r;
    kk_out_say(c->out, KK_T(c, QUEUE_SUM), v.count, v.overdue, v.ward, v.bureau);
    if (!c->json) {
        r = kk_command_flag(c, "counts") ? kk_queue_view_counts(&v)
                                         : kk_table_print(&v.table, c->out);
        return r == 0 ? kk_fresh_view(c, &w.home) : r;
    }
    return kk_fresh_json(
        c, &w.home, json_pack("{s:O, s:O, s:I, s:I, s:I, s:I}", "records", v.json, "counts",
                          v.counts,
                          "count", (json_int_t)v.count, "overdue", (json_int_t)v.overdue,
                          "waits_ward", (json_int_t)v.ward, "waits_bureau",
                          (json_int_t)v.bureau));
}

int cmd_case_show(struct kk_command *c)
{
    return kk_record_work_show(c, KK_KIND_CASE);
}

/* --- programs: drafted in b, published into int --- */

int cmd_program_act(struct kk_command *c)
{
    return act_on(c, KK_KIND_PROGRAM, kk_act_parse(c->row->verb));
}

int cmd_program_list(struct kk_command *c)
{
    const char *state = kk_command_option(c, "state");
    int number, r = 0;

    if (state)
        r = kk_names_state(c, "--state", KK_MACHINE_PROGRAM, state, &number);
    return r == 0 ? kk_record_work_list(c, KK_KIND_PROGRAM, state) : r;
}

int cmd_program_show(struct kk_command *c)
{
    return kk_record_work_show(c, KK_KIND_PROGRAM);
}
