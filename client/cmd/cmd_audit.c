/* `kukyoku audit …`: the logs as they were ordered, for whoever must check them later. */
#include "cmd/proof_view.h"
#include "cmd/record_work.h"
#include "cmd/roster_view.h"
#include "model/freeze.h"
#include "view/json.h"
#include "view/table.h"
#include "view/when.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/text.h"

#include <stdio.h>

/* --- list --- */

struct listing {
    struct kk_command *command;
    struct kk_table table;
    json_t *json;
};

static const char *verdict_text(const struct kk_command *c, uint64_t verdict)
{
    return verdict == KK_WIRE_OK ? KK_T(c, AUDIT_TAKEN)
                                 : kk_wire_text((unsigned)verdict, kk_lang_name(c->lang));
}

static void entry_row(struct listing *l, const struct kk_proof_entry *e)
{
    struct kk_command *c = l->command;
    const char *act = kk_act_label((unsigned)e->op->act, kk_lang_name(c->lang));
    char when[KK_WHEN_TEXT], who[KK_WHO_TEXT], rec[2 * KK_ID_BYTES + 1];

    kk_when_instant((int64_t)e->is->recv_ms, c->lang, when);
    kk_roster_who(c, e->author, who);
    kk_hex_encode(kk_slice(e->op->rec, KK_ID_BYTES), rec);
    kk_table_cell(&l->table, when);
    kk_table_cellf(&l->table, "%.*s#%llu", (int)e->scope.len, (const char *)e->scope.data,
                   (unsigned long long)e->is->gsn);
    kk_table_cell(&l->table, who);
    kk_table_cell(&l->table, act ? act : "?");
    kk_table_cellf(&l->table, "%.8s", rec);
    kk_table_cell(&l->table, verdict_text(c, e->is->verdict));
}

static json_t *entry_json(const struct kk_proof_entry *e)
{
    const struct kk_device_span *span = e->author;

    return json_pack("{s:o, s:I, s:o, s:o, s:s?, s:o, s:o, s:o, s:s?, s:o, s:s?, s:I, s:I}",
                     "scope", kk_json_text(e->scope), "number", (json_int_t)e->is->gsn, "received",
                     kk_json_instant((int64_t)e->is->recv_ms), "device",
                     kk_json_hex(kk_slice(e->op->device, KK_ID_BYTES)), "role",
                     span ? kk_role_name((enum kk_role)span->role) : NULL, "ward",
                     span ? kk_json_text(span->ward) : json_null(), "office",
                     span ? kk_json_text(span->office) : json_null(), "holder",
                     span ? kk_json_text(span->holder) : json_null(), "act",
                     kk_act_name((unsigned)e->op->act), "record",
                     kk_json_hex(kk_slice(e->op->rec, KK_ID_BYTES)), "verdict",
                     kk_wire_name((unsigned)e->is->verdict), "body_bytes",
                     (json_int_t)e->op->body_len, "roster", (json_int_t)e->is->rv.ver);
}

static int on_entry(void *user, const struct kk_proof_entry *e)
{
    struct listing *l = user;

    entry_row(l, e);
    return json_array_append_new(l->json, entry_json(e)) == 0 ? 0 : KK_E_MEMORY;
}

static void columns(struct listing *l)
{
    struct kk_command *c = l->command;

    kk_table_column(&l->table, KK_T(c, COL_RECEIVED), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_NUMBER), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_WHO), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_ACT), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_RECORD), KK_ALIGN_LEFT);
    kk_table_column(&l->table, KK_T(c, COL_VERDICT), KK_ALIGN_LEFT);
}

int cmd_audit_list(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_proof_query query = { .scope = kk_command_option(c, "scope") };
    const char *since = kk_command_option(c, "since");
    struct listing l = { .command = c, .json = json_array() };
    int r = !since || kk_date_parse(since, &query.since_ms)
                ? 0
                : kk_command_usage(c, "--since", "YYYY-MM-DD: %s", since);

    columns(&l);
    if (r == 0)
        r = kk_record_work_open(c, KK_HOME_READ, &w);
    if (r == 0)
        r = kk_proof_each(&w.records, &query, on_entry, &l);
    if (r == 0)
        r = c->json ? kk_json_print(c->out, json_pack("{s:O}", "entries", l.json))
                    : kk_table_print(&l.table, c->out);
    json_decref(l.json);
    kk_table_fini(&l.table);
    return r;
}

/* --- out and in --- */

static int gather(struct kk_command *c, struct kk_record_work *w, struct kk_parcel *out)
{
    int r = kk_record_work_open(c, KK_HOME_READ, w);

    return r == 0 ? kk_proof_logs(&w->records, kk_command_option(c, "scope"), out) : r;
}

int cmd_audit_export(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    KK_AUTO_FINI(kk_parcel) struct kk_parcel out = { .count = 0 };
    int r = gather(c, &w, &out);

    return r == 0 ? kk_proof_written(c, &out, kk_command_arg(c, 0)) : r;
}

static int verify_own(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    KK_AUTO_FINI(kk_parcel) struct kk_parcel out = { .count = 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    int r = gather(c, &w, &out);

    if (r == 0)
        r = kk_parcel_build(&out, KK_KKYB_EVIDENCE, &bytes);
    return r == 0 ? kk_proof_show(c, kk_bytes_slice(&bytes), &w.home) : r;
}

int cmd_audit_verify(struct kk_command *c)
{
    const char *file = kk_command_arg(c, 0);

    return file ? kk_proof_show_file(c, file) : verify_own(c);
}

int cmd_audit_freeze(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    KK_AUTO_FINI(kk_parcel) struct kk_parcel out = { .count = 0 };
    int r = kk_record_work_open(c, KK_HOME_READ, &w);

    if (r == 0)
        r = kk_freeze_prove(&w.records, &out);
    return r == 0 ? kk_proof_written(c, &out, kk_command_arg(c, 0)) : r;
}

int cmd_audit_proof(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_parcel) struct kk_parcel out = { .count = 0 };
    int r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);

    if (r == 0)
        r = kk_proof_forks(&home, &out, &c->err);
    return r == 0 ? kk_proof_written(c, &out, kk_command_arg(c, 0)) : r;
}
