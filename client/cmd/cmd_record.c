/* `kukyoku record …`: any kind, by its table. */
#include "cmd/record_work.h"

static const struct kk_kind_info *kind_arg(struct kk_command *c)
{
    const char *name = kk_command_arg(c, 0);
    const struct kk_kind_info *kind = kk_kind_parse(name);

    if (!kind)
        kk_ignore(kk_command_usage(c, name, KK_T(c, UNKNOWN_KIND), name)); /* told by the caller */
    return kind;
}

int cmd_record_new(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    const struct kk_kind_info *kind = kind_arg(c);
    struct kk_act_request q = { .kind = kind, .act = KK_ACT_CREATE };
    char scope[KK_SCOPE_NAME_MAX + 1] = "b";
    int r;

    if (!kind)
        return KK_E_USAGE;
    if (kind->kind == KK_KIND_CASE)
        return kk_command_usage(c, kind->name, "%s", KK_T(c, CASE_BY_SUBMIT));
    r = kk_record_work_open(c, KK_HOME_WRITE, &w);
    if (r == 0 && kind->home == KK_SCOPE_W)
        r = kk_record_ward_scope(&w.records, "w", scope);
    if (r == 0)
        r = kk_record_work_body(c, &w, kind);
    if (r < 0)
        return r;
    q.scope = kk_slice_text(scope);
    kk_record_new_id(q.rec);
    return kk_record_work_act(c, &w, &q);
}

static int on_existing(struct kk_command *c, unsigned act)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_record record;
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0)
        r = kk_record_find(&w.records, kk_command_arg(c, 0), 0, &record);
    if (r == 0 && !record.kind)
        r = kk_error_say(&c->err, KK_E_STORE_NEWER, kk_command_arg(c, 0),
                         "a kind of record that this program does not know",
                         "このプログラムが知らない種類の記録です");
    if (r == 0)
        r = kk_record_work_body(c, &w, record.kind);
    return r == 0 ? kk_record_work_on(c, &w, &record, act) : r;
}

int cmd_record_edit(struct kk_command *c)
{
    return on_existing(c, KK_ACT_EDIT);
}

/* A later operation that names all heads as parents resolves a conflict: an edit of that field. */
int cmd_record_resolve(struct kk_command *c)
{
    return on_existing(c, KK_ACT_EDIT);
}

int cmd_record_list(struct kk_command *c)
{
    const struct kk_kind_info *kind = kind_arg(c);

    return kind ? kk_record_work_list(c, kind->kind, NULL) : KK_E_USAGE;
}

int cmd_record_show(struct kk_command *c)
{
    return kk_record_work_show(c, 0);
}
