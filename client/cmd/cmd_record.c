/* `kukyoku record …`: any kind, by its table. */
#include "cmd/kind_view.h"
#include "cmd/record_work.h"
#include "model/handover.h"
#include "model/share.h"

#include "kukyoku/base/date.h"

#include <stdio.h>

int cmd_record_new(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    const struct kk_kind_info *kind = kk_kind_named(c, kk_command_arg(c, 0));
    int r;

    if (!kind)
        return KK_E_USAGE;
    if (kk_command_flag(c, "template"))
        return kk_kind_template(c, kind);
    if (kind->kind == KK_KIND_CASE)
        return kk_command_usage(c, kind->name, "%s", KK_T(c, CASE_BY_SUBMIT));
    r = kk_record_work_open(c, KK_HOME_WRITE, &w);
    if (r == 0)
        r = kk_record_work_body(c, &w, kind);
    return r == 0 ? kk_record_work_new(c, &w, kind) : r;
}

static int on_existing(struct kk_command *c, unsigned act)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_record record;
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0)
        r = kk_record_work_find(c, &w, &record);
    if (r == 0)
        r = kk_record_work_body(c, &w, record.kind);
    return r == 0 ? kk_record_work_on(c, &w, &record, act) : r;
}

int cmd_record_edit(struct kk_command *c)
{
    return on_existing(c, KK_ACT_EDIT);
}

int cmd_record_list(struct kk_command *c)
{
    const struct kk_kind_info *kind = kk_kind_named(c, kk_command_arg(c, 0));

    return kind ? kk_record_work_list(c, kind->kind, NULL) : KK_E_USAGE;
}

int cmd_record_show(struct kk_command *c)
{
    return kk_record_work_show(c, 0);
}

int cmd_record_fields(struct kk_command *c)
{
    const char *name = kk_command_arg(c, 0);
    const struct kk_kind_info *kind = name ? kk_kind_named(c, name) : NULL;

    if (!name)
        return kk_kinds_show(c);
    return kind ? kk_kind_show(c, kind) : KK_E_USAGE;
}

/* --- further than the ward --- */

typedef int prepare_fn(struct kk_records *r, const struct kk_record *own, struct kk_body *body,
                       struct kk_act_request *ret);

static int on_copy(struct kk_command *c, prepare_fn *prepare)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_act_request q;
    struct kk_record own;
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0)
        r = kk_record_find(&w.records, kk_command_arg(c, 0), 0, &own);
    if (r == 0)
        r = prepare(&w.records, &own, &w.body, &q);
    return r == 0 ? kk_record_work_act(c, &w, &q) : r;
}

int cmd_record_share(struct kk_command *c)
{
    return on_copy(c, kk_share_prepare);
}

int cmd_record_unshare(struct kk_command *c)
{
    return on_copy(c, kk_unshare_prepare);
}

/* --- a new person in charge --- */

struct handing {
    struct kk_command *command;
    struct kk_table table;
    struct kk_bytes summary; /* what the next person should know, told once all is moved */
    json_t *json;
    size_t count;
};

static int append_line(struct kk_bytes *out, const char *label, struct kk_slice text)
{
    int r = kk_bytes_append_text(out, label);

    if (r == 0)
        r = kk_bytes_append_slice(out, text);
    return r == 0 ? kk_bytes_append_text(out, "\n") : r;
}

/* 誰が・何のために・誰に対して・何を, and what comes next, so that the purpose outlives the person. */
static int summarize(struct handing *h, const struct kk_record *record)
{
    static const uint32_t told[] = { KK_FIELD_BY_WHOM, KK_FIELD_PURPOSE, KK_FIELD_FOR_WHOM,
                                     KK_FIELD_WHAT, KK_FIELD_NEXT_STEP };
    int r;

    if (record->is.kind != KK_KIND_INITIATIVE)
        return 0;
    r = append_line(&h->summary, "\n", kk_record_text(&record->is.body, KK_FIELD_TITLE));
    for (size_t i = 0; r == 0 && i < KK_COUNT(told); i++) {
        struct kk_slice text = kk_record_text(&record->is.body, told[i]);
        const struct kk_term *term = kk_term_info(told[i]);
        char label[80];

        snprintf(label, sizeof(label), "  %s: ",
                 h->command->lang == KK_LANG_JA ? term->ja : term->en);
        r = text.len ? append_line(&h->summary, label, text) : 0;
    }
    return r;
}

static int on_handed(void *user, const struct kk_record *record)
{
    struct handing *h = user;

    h->count++;
    kk_record_row(h->command, &h->table, record);
    if (json_array_append_new(h->json, kk_record_json(record)) != 0)
        return KK_E_MEMORY;
    return summarize(h, record);
}

int cmd_record_handover(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct handing h = { .command = c, .json = json_array() };
    char today[KK_DATE_TEXT];
    struct kk_handover what = { .from = kk_command_option(c, "from"),
                                .to = kk_command_option(c, "to"),
                                .note = kk_command_option(c, "note"),
                                .date = today, .check_only = c->dry_run };
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    kk_date_of(kk_os_now_ms(), today);
    kk_record_columns(c, &h.table);
    if (r == 0)
        r = kk_handover(&w.records, &what, on_handed, &h);
    if (r == 0 && !c->json)
        r = kk_table_print(&h.table, c->out);
    if (r == 0 && !c->json && h.summary.len)
        kk_out_line(c->out, "%.*s", (int)h.summary.len, (const char *)h.summary.data);
    if (r == 0)
        kk_out_say(c->out, KK_T(c, HANDED_OVER), h.count, what.from, what.to);
    kk_table_fini(&h.table);
    kk_bytes_fini(&h.summary);
    if (r < 0 || !c->json) {
        json_decref(h.json);
        return r;
    }
    return kk_json_print(c->out, json_pack("{s:o}", "records", h.json));
}
