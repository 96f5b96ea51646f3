/* `kukyoku program new|publish`: schemes, drafted in b and published in int. */
#include "cmd/record_work.h"
#include "kukyoku/record/act.h"

#include <stdio.h>

int cmd_program_new(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    const struct kk_kind_info *kind = kk_kind_info(KK_KIND_PROGRAM);
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0)
        r = kk_record_work_body(c, &w, kind);
    return r == 0 ? kk_record_work_new(c, &w, kind) : r;
}

/* Every case that the program names must be built: a condition of this office, so it is local. */
static int check_case(struct kk_command *c, struct kk_record_work *w, const struct kk_record *found,
                      unsigned act)
{
    unsigned state = found->is.ahead.state;

    (void)w;
    (void)act;
    if (state >= KK_CASE_BUILT && state <= KK_CASE_CLOSED)
        return 0;
    return kk_error_text(&c->err, KK_E_STATE, "cases", kk_state_label(found->machine, state, "en"),
                         kk_state_label(found->machine, state, "ja"));
}

/* The draft's fields, with what is given now over them; it builds something for somebody. */
static int with_given(struct kk_command *c, struct kk_record_work *w, struct kk_record *draft)
{
    int r = kk_record_work_body(c, w, draft->kind);

    for (size_t i = 0; r == 0 && i < w->body.count; i++)
        r = kk_body_set(&draft->is.body, w->body.fields[i].number, w->body.fields[i].value);
    if (r == 0 && !kk_body_find(&draft->is.body, KK_FIELD_CASES))
        r = kk_error_say(&c->err, KK_E_FIELD, "cases", "a program answers one case at least",
                         "事業は一件以上の案件に応えるものです");
    w->body = draft->is.body;
    return r;
}

int cmd_program_publish(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_act_request q = { .act = KK_ACT_PUBLISH, .scope = kk_slice_text("int") };
    struct kk_record draft;
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0)
        r = kk_record_find(&w.records, kk_command_arg(c, 0), KK_KIND_PROGRAM, &draft);
    if (r == 0)
        r = with_given(c, &w, &draft);
    if (r == 0)
        r = kk_record_work_cases(c, &w, &draft, check_case, KK_ACT_PUBLISH);
    if (r < 0)
        return r;
    /* An id of its own: the draft stays in b, and what is read of both is never the same record. It
     * comes from the draft's, so that one draft is published once. */
    q.kind = draft.kind;
    kk_share_id(draft.is.rec, q.rec);
    return kk_record_work_act(c, &w, &q);
}
