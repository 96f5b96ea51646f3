/* `kukyoku outbox …`: what waits, what was not taken and why, and what to do with it. */
#include "cmd/record_work.h"
#include "model/outbox.h"
#include "view/fault.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/text.h"

#define LIMIT     100 /* of each scope */
#define LIMIT_MAX 1000000

static const char *const standings[] = { "waiting", "set_aside", "refused", "sent" };

static const char *standing_text(const struct kk_command *c, enum kk_outbox_standing standing)
{
    const char *const texts[] = { KK_T(c, RECORD_PENDING), KK_T(c, STATUS_SET_ASIDE),
                                  KK_T(c, OUTBOX_REFUSED), KK_T(c, OUTBOX_SENT) };

    return texts[standing];
}

static void short_id(const struct kk_outbox_item *item, char ret[KK_SHORT_ID])
{
    char hex[2 * KK_HASH_BYTES + 1];

    kk_hex_encode(kk_slice(item->op.id, KK_HASH_BYTES), hex);
    snprintf(ret, KK_SHORT_ID, "%.*s", KK_SHORT_ID - 1, hex);
}

static json_t *item_json(const struct kk_command *c, const struct kk_outbox_item *item)
{
    bool taken = !item->op.pending;

    return json_pack("{s:o, s:s, s:s?, s:s, s:s?, s:s?, s:o, s:o, s:o, s:o, s:o}", "id",
                     kk_json_hex(kk_slice(item->op.id, KK_HASH_BYTES)), "standing",
                     standings[item->standing], "code",
                     item->code ? kk_wire_name(item->code) : NULL, "reason",
                     item->code ? kk_wire_text(item->code, kk_lang_name(c->lang)) : "", "kind",
                     item->kind ? item->kind->name : NULL, "act",
                     kk_act_name((unsigned)item->op.op.act), "scope", kk_json_text(item->scope),
                     "record", kk_json_hex(kk_slice(item->op.op.rec, KK_ID_BYTES)), "fields",
                     kk_body_json(&item->body), "receipt",
                     taken ? json_integer((json_int_t)item->op.what.gsn) : json_null(),
                     "received",
                     taken ? kk_json_instant((int64_t)item->op.what.recv_ms) : json_null());
}

struct listing {
    struct kk_command *command;
    struct kk_table table;
    json_t *json;
};

static int on_item(void *user, const struct kk_outbox_item *item)
{
    struct listing *l = user;
    struct kk_command *c = l->command;
    struct kk_slice title = kk_record_text(&item->body, KK_FIELD_TITLE);
    const char *kind = !item->kind               ? "?"
                       : c->lang == KK_LANG_JA ? item->kind->ja
                                                 : item->kind->en;
    const char *act = kk_act_label((unsigned)item->op.op.act, kk_lang_name(c->lang));
    char id[KK_SHORT_ID], when[KK_WHEN_TEXT];

    if (c->json)
        return json_array_append_new(l->json, item_json(c, item)) == 0 ? 0 : KK_E_MEMORY;
    short_id(item, id);
    kk_table_cell(&l->table, id);
    kk_table_cell(&l->table, standing_text(c, item->standing));
    kk_table_cell(&l->table, kind);
    kk_table_cell(&l->table, act ? act : "?");
    kk_table_cell_slice(&l->table, (const char *)title.data, title.len);
    if (item->standing == KK_OUTBOX_SENT) {
        kk_when_instant((int64_t)item->op.what.recv_ms, c->lang, when);
        kk_table_cellf(&l->table, KK_T(c, OUTBOX_RECEIPT), (unsigned long long)item->op.what.gsn,
                       when);
        return 0;
    }
    kk_table_cell(&l->table, item->code ? kk_wire_text(item->code, kk_lang_name(c->lang)) : "");
    return 0;
}

static int each(struct kk_command *c, struct kk_records *r, struct listing *l)
{
    const char *since = kk_command_option(c, "since");
    struct kk_ledger_span which = { .since_ms = 0 };
    int64_t limit;
    int e = kk_command_number(c, "limit", (struct kk_range){ 1, LIMIT_MAX, LIMIT }, &limit);

    which.limit = (uint64_t)limit;
    if (e == 0 && since && !kk_date_parse(since, &which.since_ms))
        e = kk_command_usage(c, "--since", "YYYY-MM-DD: %s", since);
    if (e < 0)
        return e;
    return kk_command_flag(c, "sent") ? kk_outbox_sent(r, &which, on_item, l)
                                      : kk_outbox_each(r, on_item, l);
}

int cmd_outbox_list(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct listing l = { .command = c, .json = json_array() };
    int r = kk_record_work_open(c, KK_HOME_READ, &w);

    kk_table_column(&l.table, "ID", KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_STANDING), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_KIND), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, PRINT_ACT), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_TITLE), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_REASON), KK_ALIGN_LEFT);
    if (r == 0)
        r = each(c, &w.records, &l);
    if (r == 0 && !c->json)
        r = kk_table_print(&l.table, c->out);
    kk_table_fini(&l.table);
    if (r == 0 && c->json)
        return kk_json_print(c->out, json_pack("{s:o}", "operations", l.json));
    json_decref(l.json);
    return r;
}

int cmd_outbox_show(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_outbox_item item;
    char id[KK_SHORT_ID];
    int r = kk_record_work_open(c, KK_HOME_READ, &w);

    if (r == 0)
        r = kk_outbox_find(&w.records, kk_command_arg(c, 0), &item);
    if (r < 0)
        return r;
    if (c->json)
        return kk_json_print(c->out, item_json(c, &item));
    short_id(&item, id);
    kk_out_line(c->out, "%s [%s] %s", id, standing_text(c, item.standing),
                item.code ? kk_wire_text(item.code, kk_lang_name(c->lang)) : "");
    return kk_body_view(c, &item.body);
}

/* --- what becomes of it --- */

struct resending {
    struct kk_command *command;
    struct kk_records *records;
    uint64_t sent, failed;
    json_t *json;
};

/* Each by itself: one that can't go says why, and the next is tried. */
static int resend_one(struct resending *s, const struct kk_outbox_item *item)
{
    struct kk_command *c = s->command;
    const struct kk_error_info *info;
    char id[KK_SHORT_ID], text[KK_FAULT_TEXT];
    int r = c->dry_run ? 0 : kk_outbox_again(s->records, item);

    short_id(item, id);
    json_array_append_new(s->json, json_pack("{s:o, s:b}", "id",
                                             kk_json_hex(kk_slice(item->op.id, KK_HASH_BYTES)),
                                             "sent", r == 0));
    s->sent += r == 0;
    if (r == 0)
        return 0;
    info = kk_error_info(r);
    if (info->exit == KK_EXIT_TEMPORARY || info->exit == KK_EXIT_LOCKED || r == KK_E_MEMORY)
        return r;
    s->failed++;
    if (c->err.fault != r)
        c->err = (struct kk_error){ .fault = r };
    kk_out_warn(c->out, KK_T(c, OUTBOX_FAILED), id, kk_fault_text(&c->err, c->lang, text));
    c->err = (struct kk_error){ .fault = 0 };
    return 0;
}

/* Asked for by name, so a fault is the command's. */
static int resend_named(struct resending *s, const struct kk_outbox_item *item)
{
    int r = s->command->dry_run ? 0 : kk_outbox_again(s->records, item);

    s->sent += r == 0;
    return r;
}

static int on_aside(void *user, const struct kk_outbox_item *item)
{
    return item->standing == KK_OUTBOX_ASIDE ? resend_one(user, item) : 0;
}

int cmd_outbox_resend(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct resending s = { .command = c, .records = &w.records, .json = json_array() };
    const char *id = kk_command_arg(c, 0);
    struct kk_outbox_item item;
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0 && id)
        r = kk_outbox_find(&w.records, id, &item);
    if (r == 0)
        r = id ? resend_named(&s, &item) : kk_outbox_each(&w.records, on_aside, &s);
    if (r < 0) {
        json_decref(s.json);
        return r;
    }
    if (s.failed)
        kk_command_exit(c, KK_EXIT_WARNINGS);
    kk_out_say(c->out, KK_T(c, OUTBOX_RESENT), (unsigned long long)s.sent);
    if (c->json)
        return kk_json_print(c->out, json_pack("{s:I, s:I, s:o}", "resent", (json_int_t)s.sent,
                                               "failed", (json_int_t)s.failed, "operations",
                                               s.json));
    json_decref(s.json);
    return 0;
}

int cmd_outbox_redraft(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_outbox_item item;
    char hex[2 * KK_ID_BYTES + 1];
    uint8_t id[KK_ID_BYTES];
    int r = kk_record_work_open_local(c, &w);

    if (r == 0)
        r = kk_outbox_find(&w.records, kk_command_arg(c, 0), &item);
    if (r == 0 && !c->dry_run)
        r = kk_outbox_redraft(&w.records, &item, id);
    if (r < 0 || c->dry_run)
        return r;
    kk_hex_encode(kk_slice(id, KK_ID_BYTES), hex);
    kk_out_say(c->out, KK_T(c, OUTBOX_REDRAFTED), KK_SHORT_ID - 1, hex);
    return c->json ? kk_json_print(c->out, json_pack("{s:s}", "draft", hex)) : 0;
}

int cmd_outbox_drop(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_outbox_item item;
    int r = kk_record_work_open_local(c, &w);

    if (r == 0)
        r = kk_outbox_find(&w.records, kk_command_arg(c, 0), &item);
    if (r == 0 && !c->dry_run)
        r = kk_outbox_give_up(&w.records, &item);
    if (r == 0 && !c->dry_run)
        kk_out_say(c->out, "%s", KK_T(c, OUTBOX_DROPPED));
    return r;
}
