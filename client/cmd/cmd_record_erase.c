/* `kukyoku record close`, `record erase`, `record retention`: how a record ends. */
#include "cmd/record_work.h"
#include "model/erasure.h"

#include "kukyoku/base/date.h"

#include <stdlib.h>

static int name_acts(struct kk_command *c, struct kk_record_work *w,
                     const struct kk_record *record, struct kk_erasure *ret)
{
    const char *given;
    int r = 0;

    for (size_t i = 0; r == 0 && (given = kk_command_option_at(c, "only", i)); i++) {
        char *end;
        unsigned long long gsn = strtoull(given, &end, 10);

        if (end == given || *end || gsn == 0)
            return kk_command_usage(c, "--only", KK_T(c, ERASE_ONLY), given);
        r = kk_erasure_add(&w->records, record, gsn, ret);
    }
    return r;
}

static int on_copy(void *user, const struct kk_record *left)
{
    struct kk_command *c = user;
    char id[KK_SHORT_ID];

    kk_record_short(left, id);
    kk_out_warn(c->out, KK_T(c, ERASE_COPY), (int)left->scope.len, (const char *)left->scope.data,
                id);
    kk_command_exit(c, KK_EXIT_WARNINGS);
    return 0;
}

int cmd_record_erase(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_erasure e = { .count = 0 };
    struct kk_act_request q = { .act = KK_ACT_ERASE };
    struct kk_record record;
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0)
        r = kk_record_work_find(c, &w, &record);
    if (r == 0)
        r = name_acts(c, &w, &record, &e);
    if (r == 0)
        r = kk_record_put_text(&w.records, &w.body, KK_FIELD_REASON,
                               kk_command_option(c, "reason"));
    if (r < 0)
        return r;
    q.scope = record.scope;
    q.kind = record.kind;
    q.refs = (const uint8_t(*)[KK_HASH_BYTES])e.refs;
    q.ref_count = e.count;
    memcpy(q.rec, record.is.rec, KK_ID_BYTES);
    r = kk_record_work_act(c, &w, &q);
    return r == 0 && e.count == 0 ? kk_erasure_copies(&w.records, &record, on_copy, c) : r;
}

int cmd_record_close(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_act_request q = { .act = KK_ACT_CLOSE };
    struct kk_record record;
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0)
        r = kk_record_work_find(c, &w, &record);
    if (r < 0)
        return r;
    if (record.is.kind == KK_KIND_ISSUE)
        return kk_error_say(&c->err, KK_E_STATE, "close", "an issue ends by its rung: `issue move`",
                            "課題は段階で終わります（`issue move`）");
    if (record.is.ahead.closed)
        return kk_error_say(&c->err, KK_E_STATE, "close", "it is closed already",
                            "すでに終了しています");
    q.scope = record.scope;
    q.kind = record.kind;
    memcpy(q.rec, record.is.rec, KK_ID_BYTES);
    return kk_record_work_act(c, &w, &q);
}

/* --- what has stood long enough --- */

struct listing {
    struct kk_command *command;
    struct kk_table table;
    json_t *json;
    size_t count;
};

static int on_record(void *user, const struct kk_record *record, int64_t touched_ms)
{
    struct listing *l = user;
    struct kk_slice title = kk_record_text(&record->is.body, KK_FIELD_TITLE);
    char id[KK_SHORT_ID], when[KK_WHEN_TEXT];

    l->count++;
    if (l->command->json) {
        json_t *row = kk_record_json(record);

        if (row)
            json_object_set_new(row, "touched", kk_json_instant(touched_ms));
        return json_array_append_new(l->json, row) == 0 ? 0 : KK_E_MEMORY;
    }
    kk_record_short(record, id);
    kk_when_date(touched_ms, l->command->lang, when);
    kk_table_cell(&l->table, id);
    kk_table_cell(&l->table, kk_record_standing(l->command, record));
    kk_table_cell_slice(&l->table, (const char *)record->scope.data, record->scope.len);
    kk_table_cell_slice(&l->table, (const char *)title.data, title.len);
    kk_table_cell(&l->table, when);
    return 0;
}

static int show(struct kk_command *c, const struct kk_home *home, struct listing *l)
{
    unsigned years = (unsigned)kk_trust_roster(home->trust)->settings.retention_years;
    int r;

    if (c->json)
        return kk_json_print(c->out, json_pack("{s:i, s:O}", "years", (int)years, "records",
                                               l->json));
    r = kk_table_print(&l->table, c->out);
    if (r == 0 && years == 0)
        kk_out_say(c->out, "%s", KK_T(c, RETENTION_NONE));
    else if (r == 0)
        kk_out_say(c->out, KK_T(c, RETENTION_OVER), l->count, years);
    return r;
}

int cmd_record_retention(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct listing l = { .command = c, .json = json_array() };
    int r = kk_record_work_open(c, KK_HOME_READ, &w);

    kk_table_column(&l.table, "ID", KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_STATE), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_SCOPE), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_TITLE), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_TOUCHED), KK_ALIGN_LEFT);
    if (r == 0)
        r = kk_retention_each(&w.records, on_record, &l);
    if (r == 0)
        r = show(c, &w.home, &l);
    kk_table_fini(&l.table);
    json_decref(l.json);
    return r;
}
