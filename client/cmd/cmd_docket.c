/* `kukyoku docket …`: like cases of several wards in one folder of the bureau. */
#include "cmd/names.h"
#include "cmd/record_work.h"

int cmd_docket_new(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    const struct kk_kind_info *kind = kk_kind_info(KK_KIND_DOCKET);
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0)
        r = kk_record_work_body(c, &w, kind);
    return r == 0 ? kk_record_work_new(c, &w, kind) : r;
}

int cmd_docket_list(struct kk_command *c)
{
    return kk_record_work_list(c, KK_KIND_DOCKET, NULL);
}

int cmd_docket_show(struct kk_command *c)
{
    return kk_record_work_show(c, KK_KIND_DOCKET);
}

/* What was done is told, also where a later case refuses it. */
static int act_on_cases(struct kk_command *c, struct kk_record_work *w,
                        const struct kk_record *docket, unsigned act)
{
    int r, told;

    if (c->json)
        w->saved = json_array();
    r = kk_record_work_cases(c, w, docket, kk_record_work_on, act);
    if (!c->json || c->dry_run)
        return r;
    told = kk_json_print(c->out, json_pack("{s:O}", "records", w->saved));
    return r < 0 ? r : told;
}

/* One act of the officer, written into each case; every ward keeps its own text and receipts. */
int cmd_docket_act(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_record docket;
    unsigned act;
    int r = kk_names_act(c, KK_MACHINE_CASE, "", kk_command_arg(c, 1), &act);

    if (r == 0)
        r = kk_record_work_open(c, KK_HOME_WRITE, &w);
    if (r == 0)
        r = kk_record_find(&w.records, kk_command_arg(c, 0), KK_KIND_DOCKET, &docket);
    if (r == 0)
        r = kk_record_work_body(c, &w, kk_kind_info(KK_KIND_CASE));
    return r == 0 ? act_on_cases(c, &w, &docket, act) : r;
}
