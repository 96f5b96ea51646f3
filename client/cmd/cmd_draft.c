/* `kukyoku draft …`: begun today, finished tomorrow; nothing leaves the device before. */
#include "cmd/kind_view.h"
#include "cmd/record_work.h"
#include "model/draft.h"

#include "kukyoku/base/text.h"

/* What finishing would complain of first; "" where nothing is missing. */
static const char *lacking(const struct kk_command *c, const struct kk_draft_work *draft)
{
    const struct kk_item *item = NULL;
    enum kk_item_fault fault = KK_ITEM_SOUND;

    if (draft->is.act == KK_ACT_CREATE)
        fault = kk_kind_check(draft->kind, draft->is.act, &draft->body, &item);
    if (fault == KK_ITEM_SOUND || !item)
        return "";
    return c->lang == KK_LANG_JA ? item->term->ja : item->term->en;
}

static void short_id(const struct kk_draft_work *draft, char ret[KK_SHORT_ID])
{
    char hex[2 * KK_ID_BYTES + 1];

    kk_hex_encode(kk_slice(draft->is.id, KK_ID_BYTES), hex);
    snprintf(ret, KK_SHORT_ID, "%.*s", KK_SHORT_ID - 1, hex);
}

static json_t *draft_json(const struct kk_command *c, const struct kk_draft_work *draft,
                          const struct kk_draft_about *about)
{
    return json_pack("{s:o, s:s, s:s?, s:o, s:o, s:o, s:s, s:o, s:b, s:b, s:o}", "id",
                     kk_json_hex(kk_slice(draft->is.id, KK_ID_BYTES)), "kind", draft->kind->name,
                     "act", kk_act_name(draft->is.act), "scope", kk_json_text(draft->is.scope),
                     "record", kk_json_hex(kk_slice(draft->is.rec, KK_ID_BYTES)), "changed",
                     kk_json_instant(draft->is.changed_ms), "lacks", lacking(c, draft), "title",
                     kk_json_text(about->title), "stale", about->stale, "words", about->words,
                     "fields", kk_body_json(&draft->body));
}

static int show(struct kk_command *c, struct kk_record_work *w, const struct kk_draft_work *draft)
{
    const char *missing = lacking(c, draft);
    struct kk_draft_about about;
    char id[KK_SHORT_ID];
    int r = kk_draft_look(&w->records, draft, &about);

    if (r < 0)
        return r;
    if (c->json)
        return kk_json_print(c->out, draft_json(c, draft, &about));
    short_id(draft, id);
    kk_out_line(c->out, KK_T(c, DRAFT_HEAD),
                c->lang == KK_LANG_JA ? draft->kind->ja : draft->kind->en, id,
                kk_act_label(draft->is.act, kk_lang_name(c->lang)));
    r = kk_body_view(c, &draft->body);
    if (missing[0])
        kk_out_line(c->out, KK_T(c, DRAFT_LACKS), missing);
    if (about.stale)
        kk_out_line(c->out, "%s", KK_T(c, DRAFT_STALE));
    return r;
}

/* --- begin, fill in --- */

/* What is given is read by itself: a list takes the place of the kept one, it does not go on it. */
static int fill(struct kk_command *c, struct kk_record_work *w, struct kk_draft_work *draft)
{
    int r = kk_record_work_body(c, w, draft->kind);

    for (size_t i = 0; r == 0 && i < w->body.count; i++)
        r = kk_body_set(&draft->body, w->body.fields[i].number, w->body.fields[i].value);
    if (draft->is.act == KK_ACT_CREATE) /* of a record that is there, finishing empties the field */
        kk_body_drop_emptied(&draft->body);
    if (r == 0 && !c->dry_run)
        r = kk_draft_save(&w->records, draft);
    return r == 0 ? show(c, w, draft) : r;
}

int cmd_draft_new(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    const struct kk_kind_info *kind = kk_kind_named(c, kk_command_arg(c, 0));
    struct kk_draft_work draft;
    int r;

    if (!kind)
        return KK_E_USAGE;
    if (kind->kind == KK_KIND_CASE)
        return kk_command_usage(c, kind->name, "%s", KK_T(c, CASE_BY_SUBMIT));
    r = kk_record_work_open_local(c, &w);
    if (r == 0)
        r = kk_draft_begin(&w.records, kind, &draft);
    return r == 0 ? fill(c, &w, &draft) : r;
}

static int open_found(struct kk_command *c, struct kk_record_work *w, struct kk_draft_work *ret)
{
    int r = kk_record_work_open_local(c, w);

    return r == 0 ? kk_draft_find(&w->records, kk_command_arg(c, 0), ret) : r;
}

int cmd_draft_edit(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_draft_work draft;
    int r = open_found(c, &w, &draft);

    return r == 0 ? fill(c, &w, &draft) : r;
}

int cmd_draft_show(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_draft_work draft;
    int r = kk_record_work_open(c, KK_HOME_READ, &w);

    if (r == 0)
        r = kk_draft_find(&w.records, kk_command_arg(c, 0), &draft);
    return r == 0 ? show(c, &w, &draft) : r;
}

/* --- an edit that is begun, words for an act --- */

/* What is given takes the place of all that was kept; given nothing, nothing is kept. */
static int replace(struct kk_command *c, struct kk_record_work *w, const struct kk_record *record,
                   enum kk_act act)
{
    struct kk_draft_work draft;
    int r = kk_draft_change(&w->records, record, act, &draft);

    if (r == 0)
        r = kk_record_work_body(c, w, record->kind);
    if (r < 0)
        return r;
    draft.body = w->body;
    if (!c->dry_run)
        r = draft.body.count ? kk_draft_save(&w->records, &draft)
                             : kk_draft_drop(&w->records, &draft);
    return r == 0 ? show(c, w, &draft) : r;
}

static int keep_of(struct kk_command *c, enum kk_act act)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_record record;
    int r = kk_record_work_open_local(c, &w);

    if (r == 0)
        r = kk_record_work_find(c, &w, &record);
    return r == 0 ? replace(c, &w, &record, act) : r;
}

int cmd_draft_change(struct kk_command *c)
{
    return keep_of(c, KK_ACT_EDIT);
}

int cmd_draft_words(struct kk_command *c)
{
    return keep_of(c, KK_ACT_COMMENT);
}

/* --- list --- */

struct listing {
    struct kk_command *command;
    struct kk_records *records;
    struct kk_table table;
    json_t *json;
};

static int on_draft(void *user, const struct kk_draft_work *draft)
{
    struct listing *l = user;
    struct kk_draft_about about;
    char id[KK_SHORT_ID], when[KK_WHEN_TEXT];
    int r = kk_draft_look(l->records, draft, &about);

    if (r < 0)
        return r;
    if (l->command->json)
        return json_array_append_new(l->json, draft_json(l->command, draft, &about)) == 0
                   ? 0
                   : KK_E_MEMORY;
    short_id(draft, id);
    kk_when_instant(draft->is.changed_ms, l->command->lang, when);
    kk_table_cell(&l->table, id);
    kk_table_cell(&l->table,
                  l->command->lang == KK_LANG_JA ? draft->kind->ja : draft->kind->en);
    kk_table_cell_slice(&l->table, (const char *)about.title.data, about.title.len);
    kk_table_cell(&l->table, when);
    kk_table_cell(&l->table, lacking(l->command, draft));
    return 0;
}

int cmd_draft_list(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct listing l = { .command = c, .records = &w.records, .json = json_array() };
    int r = kk_record_work_open(c, KK_HOME_READ, &w);

    kk_table_column(&l.table, "ID", KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_KIND), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_TITLE), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_CHANGED_AT), KK_ALIGN_LEFT);
    kk_table_column(&l.table, KK_T(c, COL_LACKS), KK_ALIGN_LEFT);
    if (r == 0)
        r = kk_draft_each(&w.records, on_draft, &l);
    if (r == 0 && !c->json)
        r = kk_table_print(&l.table, c->out);
    kk_table_fini(&l.table);
    if (r == 0 && c->json)
        return kk_json_print(c->out, json_pack("{s:o}", "drafts", l.json));
    json_decref(l.json);
    return r;
}

/* --- finish, drop --- */

int cmd_draft_finish(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_draft_finish how = { .check_only = c->dry_run,
                                   .not_personal = kk_command_flag(c, "confirm-personal") };
    char id[2 * KK_ID_BYTES + 1];
    struct kk_draft_work draft;
    struct kk_record after;
    int r = kk_record_work_open(c, KK_HOME_WRITE, &w);

    if (r == 0)
        r = kk_draft_find(&w.records, kk_command_arg(c, 0), &draft);
    if (r == 0)
        r = kk_draft_finish(&w.records, &draft, &how);
    if (r < 0 || c->dry_run)
        return r;
    kk_hex_encode(kk_slice(draft.is.rec, KK_ID_BYTES), id);
    r = kk_record_find(&w.records, id, draft.is.kind, &after);
    return r == 0 ? kk_record_saved(c, &after, draft.is.act) : r;
}

int cmd_draft_drop(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_draft_work draft;
    int r = open_found(c, &w, &draft);

    if (r == 0 && !c->dry_run)
        r = kk_draft_drop(&w.records, &draft);
    if (r == 0 && !c->dry_run)
        kk_out_say(c->out, "%s", KK_T(c, DRAFT_DROPPED));
    return r;
}
