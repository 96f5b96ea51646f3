/* `kukyoku search WORD…`: records and indicators in which all the words stand. */
#include "cmd/fresh_view.h"
#include "cmd/kind_view.h"
#include "cmd/record_work.h"
#include "model/search.h"

#include "kukyoku/base/date.h"

#define SEARCH_LIMIT 50

struct finding {
    struct kk_command *command;
    struct kk_table records, indicators;
    json_t *records_json, *indicators_json;
    size_t count, indicator_count;
};

static int on_hit(void *user, const struct kk_search_hit *hit)
{
    struct finding *f = user;
    struct kk_command *c = f->command;
    const struct kk_record *record = &hit->record;
    struct kk_slice title = kk_record_text(&record->is.body, KK_FIELD_TITLE);
    const char *kind = !record->kind             ? "?"
                       : c->lang == KK_LANG_JA ? record->kind->ja
                                                 : record->kind->en;
    char id[KK_SHORT_ID];
    json_t *j;

    f->count++;
    if (c->json) {
        j = kk_record_json(record);
        json_object_set_new(j, "found_in", hit->field ? json_string(hit->field->name)
                                                      : json_null());
        json_object_set_new(j, "text", json_string(hit->text));
        return json_array_append_new(f->records_json, j) == 0 ? 0 : KK_E_MEMORY;
    }
    kk_record_short(record, id);
    kk_table_cell(&f->records, id);
    kk_table_cell(&f->records, kind);
    kk_table_cell_slice(&f->records, (const char *)record->scope.data, record->scope.len);
    kk_table_cell_slice(&f->records, (const char *)title.data, title.len);
    kk_table_cell(&f->records, hit->field && hit->field->number == KK_FIELD_TITLE ? "" : hit->text);
    return 0;
}

static int on_indicator(void *user, const struct kk_data_indicator *row)
{
    struct finding *f = user;

    f->indicator_count++;
    if (f->command->json)
        return json_array_append_new(f->indicators_json,
                                     json_pack("{s:s, s:s, s:s, s:s, s:s}", "indicator", row->name,
                                               "scope", row->scope, "first", row->first, "last",
                                               row->last, "unit", row->unit)) == 0
                   ? 0
                   : KK_E_MEMORY;
    kk_table_cell(&f->indicators, row->name);
    kk_table_cell(&f->indicators, row->scope);
    kk_table_cellf(&f->indicators, "%s – %s", row->first, row->last);
    kk_table_cell(&f->indicators, row->unit);
    return 0;
}

static void columns(struct finding *f)
{
    struct kk_command *c = f->command;

    kk_table_column(&f->records, "ID", KK_ALIGN_LEFT);
    kk_table_column(&f->records, KK_T(c, COL_KIND), KK_ALIGN_LEFT);
    kk_table_column(&f->records, KK_T(c, COL_SCOPE), KK_ALIGN_LEFT);
    kk_table_column(&f->records, KK_T(c, COL_TITLE), KK_ALIGN_LEFT);
    kk_table_column(&f->records, KK_T(c, COL_FOUND), KK_ALIGN_LEFT);
    kk_table_column(&f->indicators, KK_T(c, COL_INDICATOR), KK_ALIGN_LEFT);
    kk_table_column(&f->indicators, KK_T(c, COL_SCOPE), KK_ALIGN_LEFT);
    kk_table_column(&f->indicators, KK_T(c, COL_PERIOD), KK_ALIGN_LEFT);
    kk_table_column(&f->indicators, KK_T(c, COL_UNIT), KK_ALIGN_LEFT);
}

static int read_query(struct kk_command *c, struct kk_search_query *q)
{
    const char *kind = kk_command_option(c, "kind"), *area = kk_command_option(c, "area");
    const char *since = kk_command_option(c, "since");
    const struct kk_kind_info *info = kind ? kk_kind_named(c, kind) : NULL;
    int64_t limit;
    int r = kind && !info ? KK_E_USAGE : 0;

    if (r == 0 && c->arg_count > KK_SEARCH_WORDS_MAX)
        r = kk_command_usage(c, "search", KK_T(c, SEARCH_WORDS), KK_SEARCH_WORDS_MAX);
    if (r == 0)
        r = kk_command_number(c, "limit", (struct kk_range){ 1, 10000, SEARCH_LIMIT }, &limit);
    if (r == 0 && since && !kk_date_parse(since, &q->like.since_ms))
        r = kk_command_usage(c, "--since", "YYYY-MM-DD: %s", since);
    if (r < 0)
        return r;
    q->words = c->args;
    q->count = c->arg_count;
    q->like.kind = info ? info->kind : 0;
    q->like.area = area ? kk_slice_text(area) : kk_slice("", 0);
    q->like.open = kk_command_flag(c, "open");
    q->like.limit = (uint64_t)limit;
    return 0;
}

static int print(struct finding *f, struct kk_home *h, bool more)
{
    struct kk_command *c = f->command;
    int r = 0;

    if (c->json)
        return kk_fresh_json(c, h, json_pack("{s:O, s:O, s:b}", "records", f->records_json,
                                             "indicators", f->indicators_json, "more", more));
    if (f->count)
        r = kk_table_print(&f->records, c->out);
    if (r == 0 && f->indicator_count)
        r = kk_table_print(&f->indicators, c->out);
    if (r == 0 && f->count + f->indicator_count == 0)
        kk_out_line(c->out, "%s", KK_T(c, SEARCH_NOTHING));
    if (r == 0)
        r = kk_fresh_view(c, h);
    if (r == 0 && more)
        kk_out_say(c->out, KK_T(c, SEARCH_MORE), f->count);
    return r;
}

int cmd_search(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct finding f = { .command = c };
    struct kk_search_query q = { .count = 0 };
    bool more = false;
    int r = read_query(c, &q);

    if (r == 0)
        r = kk_record_work_open(c, KK_HOME_READ, &w);
    if (r < 0)
        return r;
    f.records_json = json_array();
    f.indicators_json = json_array();
    columns(&f);
    r = kk_search(&w.records, &q, on_hit, &f, &more);
    if (r == 0 && !q.like.kind && !q.like.area.len)
        r = kk_search_indicators(&w.records, &q, on_indicator, &f);
    if (r == 0)
        r = print(&f, &w.home, more);
    kk_table_fini(&f.records);
    kk_table_fini(&f.indicators);
    json_decref(f.records_json);
    json_decref(f.indicators_json);
    return r;
}
