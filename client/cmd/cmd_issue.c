/* `kukyoku issue …`: the ward's road, up to the bureau. */
#include "cmd/names.h"
#include "cmd/record_work.h"

#include <stdio.h>

int cmd_issue_new(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    const struct kk_kind_info *kind = kk_kind_info(KK_KIND_ISSUE);
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0)
        r = kk_record_work_body(c, &w, kind);
    if (r == 0 && !kk_record_int(&w.body, KK_FIELD_RUNG)) /* every road begins with noticing */
        r = kk_record_set(&w.records, kind, "rung=noticed", &w.body);
    return r == 0 ? kk_record_work_new(c, &w, kind) : r;
}

static int find_issue(struct kk_command *c, struct kk_record_work *w, struct kk_record *ret)
{
    int r = kk_record_work_open(c, KK_HOME_WRITE, w);

    if (r == 0)
        r = kk_record_find(&w->records, kk_command_arg(c, 0), KK_KIND_ISSUE, ret);
    return r == 0 ? kk_record_work_body(c, w, ret->kind) : r;
}

int cmd_issue_edit(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_record issue;
    int r = find_issue(c, &w, &issue);

    return r == 0 ? kk_record_work_on(c, &w, &issue, KK_ACT_EDIT) : r;
}

int cmd_issue_rung(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    char assignment[80];
    struct kk_record issue;
    int r = find_issue(c, &w, &issue);

    snprintf(assignment, sizeof(assignment), "rung=%.60s", kk_command_arg(c, 1));
    if (r == 0)
        r = kk_record_set(&w.records, issue.kind, assignment, &w.body);
    return r == 0 ? kk_record_work_on(c, &w, &issue, KK_ACT_EDIT) : r;
}

/* What a case takes over from its issue: the ward's side of the form, and which issue it is. */
static int copy_to_case(struct kk_record_work *w, const struct kk_record *issue)
{
    const struct kk_kind_info *kind = kk_kind_info(KK_KIND_CASE);
    struct kk_body own = w->body;
    int r = 0;

    w->body.count = 0;
    for (size_t i = 0; r == 0 && i < issue->is.body.count; i++) {
        const struct kk_body_field *f = &issue->is.body.fields[i];
        const struct kk_item *item = kk_kind_item(kind, f->number);

        if (item && item->needed_for == KK_ACT_SUBMIT)
            r = kk_body_set(&w->body, f->number, f->value);
    }
    for (size_t i = 0; r == 0 && i < own.count; i++)
        r = kk_body_set(&w->body, own.fields[i].number, own.fields[i].value);
    return r;
}

static int name_issue(struct kk_record_work *w, const struct kk_record *issue)
{
    char assignment[64] = "issue=";

    for (size_t i = 0; i < KK_ID_BYTES; i++)
        snprintf(assignment + 6 + 2 * i, 3, "%02x", issue->is.rec[i]);
    return kk_record_set(&w->records, kk_kind_info(KK_KIND_CASE), assignment, &w->body);
}

int cmd_issue_submit(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_act_request q = { .kind = kk_kind_info(KK_KIND_CASE), .act = KK_ACT_SUBMIT };
    char scope[KK_SCOPE_NAME_MAX + 1];
    struct kk_record issue;
    int r = find_issue(c, &w, &issue);

    if (r == 0)
        r = kk_record_ward_scope(&w.records, "e", scope);
    if (r == 0)
        r = copy_to_case(&w, &issue);
    if (r == 0)
        r = name_issue(&w, &issue);
    if (r < 0)
        return r;
    q.scope = kk_slice_text(scope);
    kk_case_id(issue.is.rec, q.rec);
    return kk_record_work_act(c, &w, &q);
}

int cmd_issue_list(struct kk_command *c)
{
    const char *rung = kk_command_option(c, "rung");
    const struct kk_code *code = NULL;
    int r = rung ? kk_names_code(c, "--rung", KK_CODES_OF_RUNG, rung, &code) : 0;

    return r == 0 ? kk_record_work_list(c, KK_KIND_ISSUE, code ? code->name : NULL) : r;
}

int cmd_issue_show(struct kk_command *c)
{
    return kk_record_work_show(c, KK_KIND_ISSUE);
}
