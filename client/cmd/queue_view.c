/* One row a case: state, since when, until when, who is waited for. */
#include "cmd/queue_view.h"

#include "view/when.h"

void kk_queue_view_init(struct kk_queue_view *v, struct kk_command *c)
{
    *v = (struct kk_queue_view){ .command = c, .json = json_array() };
    kk_table_column(&v->table, "ID", KK_ALIGN_LEFT);
    kk_table_column(&v->table, KK_T(c, COL_WARD), KK_ALIGN_LEFT);
    kk_table_column(&v->table, KK_T(c, COL_STATE), KK_ALIGN_LEFT);
    kk_table_column(&v->table, KK_T(c, COL_SINCE), KK_ALIGN_LEFT);
    kk_table_column(&v->table, KK_T(c, COL_DUE), KK_ALIGN_LEFT);
    kk_table_column(&v->table, KK_T(c, COL_WAITS), KK_ALIGN_LEFT);
    kk_table_column(&v->table, KK_T(c, COL_PRIORITY), KK_ALIGN_LEFT);
    kk_table_column(&v->table, KK_T(c, COL_TITLE), KK_ALIGN_LEFT);
}

void kk_queue_view_fini(struct kk_queue_view *v)
{
    kk_table_fini(&v->table);
    json_decref(v->json);
    v->json = NULL;
}

const char *kk_queue_waits(const struct kk_command *c, enum kk_side waits)
{
    if (waits == KK_SIDE_NONE)
        return "";
    return waits == KK_SIDE_WARD ? KK_T(c, WAITS_WARD) : KK_T(c, WAITS_BUREAU);
}

static const struct kk_code *priority_code(const struct kk_queue_row *row)
{
    return row->priority ? kk_code_find(KK_CODES_OF_PRIORITY, row->priority) : NULL;
}

static void add_cells(struct kk_queue_view *v, const struct kk_queue_row *row)
{
    struct kk_command *c = v->command;
    const struct kk_code *priority = priority_code(row);
    struct kk_slice title = kk_record_text(&row->record.is.body, KK_FIELD_TITLE);
    char id[KK_SHORT_ID], since[KK_WHEN_TEXT] = "", due[KK_WHEN_TEXT] = "";
    struct kk_scope scope = { .ward = "" };

    kk_record_short(&row->record, id);
    kk_ignore(kk_scope_parse(row->record.scope, &scope)); /* a replica's scope is one */
    if (row->since_ms)
        kk_when_date(row->since_ms, c->lang, since);
    if (row->due_ms)
        kk_when_date(row->due_ms, c->lang, due);
    kk_table_cell(&v->table, id);
    kk_table_cell(&v->table, kk_ward_name(scope.ward, kk_lang_name(c->lang)));
    kk_table_cellf(&v->table, "%s%s", kk_record_standing(c, &row->record),
                   kk_record_mark(c, &row->record));
    kk_table_cell(&v->table, row->since_ms ? since : KK_T(c, RECORD_PENDING));
    if (row->overdue)
        kk_table_cellf(&v->table, KK_T(c, OVERDUE), due);
    else
        kk_table_cell(&v->table, due);
    kk_table_cell(&v->table, kk_queue_waits(c, row->waits));
    kk_table_cell(&v->table, !priority ? "" : c->lang == KK_LANG_JA ? priority->ja : priority->en);
    kk_table_cell_slice(&v->table, (const char *)title.data, title.len);
}

static json_t *row_json(const struct kk_queue_row *row)
{
    static const char *const sides[] = { [KK_SIDE_NONE] = NULL, [KK_SIDE_WARD] = "ward",
                                         [KK_SIDE_BUREAU] = "bureau" };
    const struct kk_code *priority = priority_code(row);
    json_t *j = kk_record_json(&row->record);

    if (j && json_object_update_new(
                 j, json_pack("{s:o, s:o, s:b, s:s?, s:s?}", "since",
                              kk_json_instant(row->since_ms), "due", kk_json_instant(row->due_ms),
                              "overdue", row->overdue, "waits", sides[row->waits], "priority",
                              priority ? priority->name : NULL)) == 0)
        return j;
    json_decref(j);
    return NULL;
}

int kk_queue_view_row(void *user, const struct kk_queue_row *row)
{
    struct kk_queue_view *v = user;

    v->count++;
    v->overdue += row->overdue;
    v->ward += row->waits == KK_SIDE_WARD;
    v->bureau += row->waits == KK_SIDE_BUREAU;
    if (v->command->json)
        return json_array_append_new(v->json, row_json(row)) == 0 ? 0 : KK_E_MEMORY;
    add_cells(v, row);
    return 0;
}
