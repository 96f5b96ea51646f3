/* `kukyoku sheet AREA`: 地域情報シート, figures and records of one area on one page. */
#include "cmd/cell_view.h"
#include "cmd/fresh_view.h"
#include "cmd/handout.h"
#include "cmd/record_work.h"
#include "model/reference.h"
#include "model/refusal.h"
#include "model/sheet.h"
#include "view/meaning.h"

static const enum kk_kind kinds[] = { KK_KIND_VOICE,   KK_KIND_RESOURCE, KK_KIND_INITIATIVE,
                                      KK_KIND_FINDING, KK_KIND_ISSUE,    KK_KIND_GOAL,
                                      KK_KIND_EVALUATION };

struct showing {
    struct kk_command *command;
    struct kk_table figures, records;
    json_t *figures_json, *records_json; /* records: of the kind in hand */
    json_t *indicators_json;             /* what the indicators of the figures mean */
    struct kk_ref reference;
    size_t figure_count, record_count;
    bool more; /* records of some kind than are shown */
};

/* --- figures --- */

static void other_cell(struct kk_table *t, const struct kk_cell *cell)
{
    char value[KK_NUMBER_TEXT] = "";

    if (cell)
        kk_cell_value(&cell->obs, value);
    kk_table_cell(t, value);
}

/* +12.5, or nothing where either is missing. */
static void change_cell(struct kk_table *t, const struct kk_sheet_row *row)
{
    char text[KK_NUMBER_TEXT];
    int64_t change;

    if (!row->before || row->before->obs.missing != KK_MISSING_NONE ||
        row->own->obs.missing != KK_MISSING_NONE) {
        kk_table_cell(t, "");
        return;
    }
    change = row->own->obs.value - row->before->obs.value;
    kk_number_text(change, KK_OBS_DECIMALS, text);
    kk_table_cellf(t, "%s%s", change > 0 ? "+" : "", text);
}

static void figure_cells(struct showing *s, const struct kk_sheet_row *row)
{
    struct kk_command *c = s->command;
    const struct kk_obs *o = &row->own->obs;

    kk_table_cell_slice(&s->figures, (const char *)o->indicator.data, o->indicator.len);
    kk_cell_breakdown(c, &s->figures, o->breakdown);
    kk_cell_period(c, &s->figures, o->period);
    other_cell(&s->figures, row->own);
    change_cell(&s->figures, row);
    other_cell(&s->figures, row->ward);
    other_cell(&s->figures, row->city);
    if (row->ranked)
        kk_table_cellf(&s->figures, "%u/%u", row->rank, row->ranked);
    else
        kk_table_cell(&s->figures, "");
    kk_table_cell(&s->figures, kk_cell_tier(c, row->own->tier));
    kk_table_cell(&s->figures, kk_cell_status(c, o->status));
}

static json_t *value_json(const struct kk_cell *cell)
{
    if (!cell || cell->obs.missing != KK_MISSING_NONE)
        return json_null();
    return kk_json_decimal(cell->obs.value, KK_OBS_DECIMALS);
}

static json_t *figure_json(const struct kk_sheet_row *row)
{
    const struct kk_obs *o = &row->own->obs;

    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:i, s:i, s:o, s:o, s:o, s:o,"
                     " s:o}",
                     "indicator", kk_json_text(o->indicator), "breakdown",
                     kk_json_text(o->breakdown), "period", kk_json_text(o->period), "unit",
                     kk_json_text(o->unit), "value",
                     value_json(row->own), "before", value_json(row->before), "ward",
                     value_json(row->ward), "city", value_json(row->city), "missing",
                     kk_missing_text(o->missing), "rank", (int)row->rank, "ranked",
                     (int)row->ranked, "scope", kk_json_text(row->own->scope), "status",
                     kk_json_text(o->status), "method", kk_json_text(o->method), "source",
                     kk_json_text(o->source), "note", kk_json_text(o->note));
}

static int on_figure(void *user, const struct kk_sheet_row *row)
{
    struct showing *s = user;

    s->figure_count++;
    if (s->command->json)
        kk_meaning_put(s->indicators_json, &s->reference, KK_REF_INDICATORS,
                       row->own->obs.indicator);
    if (s->command->json)
        return json_array_append_new(s->figures_json, figure_json(row)) == 0 ? 0 : KK_E_MEMORY;
    figure_cells(s, row);
    return 0;
}

static void figure_columns(struct showing *s)
{
    struct kk_command *c = s->command;

    kk_table_column(&s->figures, KK_T(c, COL_INDICATOR), KK_ALIGN_LEFT);
    kk_table_column(&s->figures, KK_T(c, COL_BREAKDOWN), KK_ALIGN_LEFT);
    kk_table_column(&s->figures, KK_T(c, COL_PERIOD), KK_ALIGN_LEFT);
    kk_table_column(&s->figures, KK_T(c, COL_VALUE), KK_ALIGN_RIGHT);
    kk_table_column(&s->figures, KK_T(c, COL_CHANGE), KK_ALIGN_RIGHT);
    kk_table_column(&s->figures, KK_T(c, COL_WARD), KK_ALIGN_RIGHT);
    kk_table_column(&s->figures, KK_T(c, COL_CITY), KK_ALIGN_RIGHT);
    kk_table_column(&s->figures, KK_T(c, COL_RANK), KK_ALIGN_RIGHT);
    kk_table_column(&s->figures, KK_T(c, COL_TIER), KK_ALIGN_LEFT);
    kk_table_column(&s->figures, KK_T(c, COL_STATUS), KK_ALIGN_LEFT);
}

/* --- records --- */

static int on_record(void *user, const struct kk_record *record)
{
    struct showing *s = user;

    if (s->record_count == KK_SHEET_RECORDS) {
        s->more = true;
        return 1;
    }
    s->record_count++;
    if (s->command->json)
        return json_array_append_new(s->records_json, kk_record_json(record)) == 0 ? 0
                                                                                   : KK_E_MEMORY;
    kk_record_row(s->command, &s->records, record);
    return 0;
}

static int show_kind(struct showing *s, struct kk_records *r, const char *area, enum kk_kind kind)
{
    const struct kk_kind_info *info = kk_kind_info(kind);
    struct kk_command *c = s->command;
    int e;

    s->record_count = 0;
    s->records = (struct kk_table){ .count = 0 };
    kk_record_columns(c, &s->records);
    e = kk_sheet_records(r, area, kind, on_record, s);
    if (e == 0 && s->record_count && !c->json) {
        kk_out_line(c->out, "\n%s", c->lang == KK_LANG_JA ? info->ja : info->en);
        e = kk_table_print(&s->records, c->out);
    }
    kk_table_fini(&s->records);
    return e;
}

/* JSON keeps the kinds apart, by their names. */
static int show_records(struct showing *s, struct kk_records *r, const char *area, json_t *ret)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < KK_COUNT(kinds); i++) {
        s->records_json = json_array();
        e = show_kind(s, r, area, kinds[i]);
        json_object_set_new(ret, kk_kind_info(kinds[i])->name, s->records_json);
    }
    return e;
}

static int show(struct kk_command *c, struct kk_record_work *w, const struct kk_sheet_query *q)
{
    struct showing s = { .command = c, .figures_json = json_array(),
                         .indicators_json = json_object() };
    struct kk_data_origin origin;
    json_t *records = json_object();
    char area[KK_CELL_AREA_TEXT];
    int e = kk_data_origin(&w->home, kk_os_now_ms(), &origin);

    kk_ref_init(&s.reference);
    if (e == 0 && c->json)
        e = kk_reference_load(&w->home, q->as_of, &s.reference, &c->err);
    figure_columns(&s);
    kk_cell_area(c, &w->home, q->area, area);
    kk_out_line(c->out, KK_T(c, SHEET_HEAD), area);
    if (e == 0 && !c->json)
        kk_origin_view(c, &origin, q->as_of);
    if (e == 0)
        e = kk_sheet_figures(&w->home, q, on_figure, &s, &c->err);
    if (e == 0)
        e = kk_lacking_view(c, &w->home, q->as_of, q->only_public);
    if (e == 0 && !c->json && s.figure_count)
        e = kk_table_print(&s.figures, c->out);
    kk_table_fini(&s.figures);
    kk_ref_fini(&s.reference);
    if (e == 0)
        e = show_records(&s, &w->records, q->area, records);
    if (e == 0)
        e = kk_fresh_view(c, &w->home);
    if (e == 0 && s.more)
        kk_out_say(c->out, KK_T(c, SHEET_MORE), KK_SHEET_RECORDS, q->area);
    if (e == 0 && c->json)
        return kk_fresh_json(c, &w->home,
                             json_pack("{s:s, s:o, s:o, s:o, s:o, s:b}", "area", q->area, "origin",
                                       kk_origin_json(&origin), "figures", s.figures_json,
                                       "indicators", s.indicators_json, "records", records, "more",
                                       s.more));
    json_decref(s.figures_json);
    json_decref(s.indicators_json);
    json_decref(records);
    return e;
}

int cmd_sheet(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    struct kk_sheet_query q = { .area = kk_command_arg(c, 0),
                                .only_public = kk_command_flag(c, "public") };
    int r = kk_area_check(&c->err, KK_E_USAGE, "AREA", q.area);
    int64_t as_of;

    if (r == 0 && kk_command_option(c, "for"))
        return kk_handout_give(c);
    if (r == 0)
        r = kk_command_number(c, "as-of", (struct kk_range){ 1, UINT32_MAX, 0 }, &as_of);
    if (r == 0)
        r = kk_record_work_open(c, KK_HOME_READ, &w);
    if (r < 0)
        return r;
    q.as_of = (uint32_t)as_of;
    return show(c, &w, &q);
}
