/* `kukyoku program new|publish`, `docket …`: what officers write. */
#include "cmd/record_work.h"

#include <stdio.h>

static int new_in_bureau(struct kk_command *c, unsigned number)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    const struct kk_kind_info *kind = kk_kind_info(number);
    struct kk_act_request q = { .kind = kind, .act = KK_ACT_CREATE, .scope = kk_slice_text("b") };
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0)
        r = kk_record_work_body(c, &w, kind);
    if (r < 0)
        return r;
    kk_record_new_id(q.rec);
    return kk_record_work_act(c, &w, &q);
}

int cmd_program_new(struct kk_command *c)
{
    return new_in_bureau(c, KK_KIND_PROGRAM);
}

/* Every case that the program names must be built: a condition of this office, so it is local. */
static int check_case(struct kk_command *c, struct kk_record_work *w, struct kk_slice line)
{
    struct kk_record found;
    char id[2 * KK_ID_BYTES + 1] = "";
    unsigned state;
    int r;

    if (line.len >= sizeof(id))
        return kk_error_say(&c->err, KK_E_FIELD, "cases", "the id of a case is expected",
                            "案件のIDを指定してください");
    memcpy(id, line.data, line.len);
    r = kk_record_find(&w->records, id, KK_KIND_CASE, &found);
    if (r < 0)
        return r;
    state = found.is.ahead.state;
    if (state < KK_CASE_BUILT || state > KK_CASE_CLOSED)
        return kk_error_set(&c->err, KK_E_STATE, id, "%s", kk_state_name(found.machine, state));
    return 0;
}

static int check_cases(struct kk_command *c, struct kk_record_work *w,
                       const struct kk_record *draft)
{
    const struct kk_body_field *f = kk_body_find(&draft->is.body, KK_FIELD_CASES);
    struct kk_cursor cursor = kk_cursor(f ? f->value : kk_slice("", 0));
    size_t count = 0;
    int r = f ? kk_cursor_array(&cursor, &count) : 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct kk_slice line;

        r = kk_cursor_text(&cursor, &line);
        if (r == 0)
            r = check_case(c, w, line);
    }
    return r;
}

int cmd_program_publish(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_act_request q = { .act = KK_ACT_PUBLISH, .scope = kk_slice_text("int") };
    struct kk_record draft;
    struct kk_body given;
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0)
        r = kk_record_find(&w.records, kk_command_arg(c, 0), KK_KIND_PROGRAM, &draft);
    if (r == 0)
        r = kk_record_work_body(c, &w, draft.kind);
    if (r == 0)
        r = check_cases(c, &w, &draft);
    if (r < 0)
        return r;
    given = w.body;
    w.body = draft.is.body;
    for (size_t i = 0; r == 0 && i < given.count; i++)
        r = kk_body_set(&w.body, given.fields[i].number, given.fields[i].value);
    if (r < 0)
        return r;
    /* an id of its own: the draft stays in b, and what is read of both is never the same record */
    q.kind = draft.kind;
    kk_record_new_id(q.rec);
    return kk_record_work_act(c, &w, &q);
}

int cmd_docket_new(struct kk_command *c)
{
    return new_in_bureau(c, KK_KIND_DOCKET);
}

int cmd_docket_list(struct kk_command *c)
{
    return kk_record_work_list(c, KK_KIND_DOCKET, NULL);
}

int cmd_docket_show(struct kk_command *c)
{
    return kk_record_work_show(c, KK_KIND_DOCKET);
}

/* One act of the officer, written into each case; every ward keeps its own text and receipts. */
static int act_on_case(struct kk_command *c, struct kk_record_work *w, struct kk_slice line,
                       unsigned act)
{
    char id[2 * KK_ID_BYTES + 1] = "";
    struct kk_record found;
    int r;

    if (line.len >= sizeof(id))
        return kk_error_say(&c->err, KK_E_FIELD, "cases", "the id of a case is expected",
                            "案件のIDを指定してください");
    memcpy(id, line.data, line.len);
    r = kk_record_find(&w->records, id, KK_KIND_CASE, &found);
    return r == 0 ? kk_record_work_on(c, w, &found, act) : r;
}

int cmd_docket_act(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    unsigned act = kk_act_parse(kk_command_arg(c, 1));
    const struct kk_body_field *f;
    struct kk_record docket;
    struct kk_cursor cursor;
    size_t count = 0;
    int r;

    if (!act)
        return kk_command_usage(c, kk_command_arg(c, 1), "%s", KK_T(c, UNKNOWN_ACT));
    r = kk_record_work_open(c, KK_HOME_WRITE, &w);
    if (r == 0)
        r = kk_record_find(&w.records, kk_command_arg(c, 0), KK_KIND_DOCKET, &docket);
    if (r == 0)
        r = kk_record_work_body(c, &w, kk_kind_info(KK_KIND_CASE));
    if (r < 0)
        return r;
    f = kk_body_find(&docket.is.body, KK_FIELD_CASES);
    cursor = kk_cursor(f ? f->value : kk_slice("", 0));
    r = f ? kk_cursor_array(&cursor, &count) : KK_E_NOT_FOUND;
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct kk_slice line;

        r = kk_cursor_text(&cursor, &line);
        if (r == 0)
            r = act_on_case(c, &w, line, act);
    }
    return r;
}
