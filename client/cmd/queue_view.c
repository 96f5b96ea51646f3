/* One row a case: state, since when, until when, who is waited for. */
#include "cmd/queue_view.h"

#include "view/when.h"

void kk_queue_view_init(struct kk_queue_view *v, struct kk_command *c)
{
    *v = (struct kk_queue_view){ .command = c, .json = json_array(), .counts = json_object() };
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
    json_decref(v->counts);
    v->json = v->counts = NULL;
}

const char *kk_queue_waits(const struct kk_command *c, enum kk_side waits)
{
    if (waits == KK_SIDE_NONE)
        return "";
    return waits == KK_SIDE_WARD ? KK_T(c, WAITS_WARD) : KK_T(c, WAITS_BUREAU);
}

static const char *term_label(const struct kk_command *c, uint32_t number)
{
    const struct kk_term *term = kk_term_info(number);

    return c->lang == KK_LANG_JA ? term->ja : term->en;
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
                 j, json_pack("{s:o, s:i, s:o, s:b, s:s?, s:s?}", "since",
                              kk_json_instant(row->since_ms), "days", (int)row->days, "due",
                              kk_json_instant(row->due_ms), "overdue", row->overdue, "waits",
                              sides[row->waits], "priority",
                              priority ? priority->name : NULL)) == 0)
        return j;
    json_decref(j);
    return NULL;
}

/* --- how many of each --- */

#define NONE "none" /* no state, ward or code has this name */

static int count_one(json_t *counts, const char *by, const char *name)
{
    json_t *group = json_object_get(counts, by), *number;

    if (!group && json_object_set_new(counts, by, json_object()) < 0)
        return KK_E_MEMORY;
    group = json_object_get(counts, by);
    number = json_object_get(group, name);
    return json_object_set_new(group, name, json_integer(json_integer_value(number) + 1)) == 0
               ? 0
               : KK_E_MEMORY;
}

static const char *code_name(const struct kk_queue_row *row, enum kk_field_number field,
                             enum kk_code_list list)
{
    const struct kk_code *code =
        kk_code_find(list, kk_record_int(&row->record.is.body, field));

    return code ? code->name : NONE;
}

static int count_row(json_t *counts, const struct kk_queue_row *row)
{
    const char *state = kk_state_name(KK_MACHINE_CASE, row->record.is.ahead.state);
    struct kk_scope scope = { .ward = NONE };
    int r = count_one(counts, "state", state ? state : NONE);

    kk_ignore(kk_scope_parse(row->record.scope, &scope)); /* a replica's scope is one */
    if (r == 0)
        r = count_one(counts, "ward", scope.ward);
    if (r == 0)
        r = count_one(counts, "field", code_name(row, KK_FIELD_FIELD, KK_CODES_OF_FIELD));
    return r == 0 ? count_one(counts, "fund", code_name(row, KK_FIELD_FUND, KK_CODES_OF_FUND)) : r;
}

/* What the name of a group's row is to people; NULL: nothing. */
static const char *label_of(const struct kk_command *c, const char *by, const char *name)
{
    const struct kk_code *code;
    int state;

    if (strcmp(name, NONE) == 0)
        return KK_T(c, COUNT_NONE);
    if (strcmp(by, "ward") == 0)
        return kk_ward_name(name, kk_lang_name(c->lang));
    if (strcmp(by, "state") == 0) {
        state = kk_state_parse(KK_MACHINE_CASE, name);
        return kk_state_label(KK_MACHINE_CASE, (unsigned)state, kk_lang_name(c->lang));
    }
    code = kk_code_parse(strcmp(by, "fund") == 0 ? KK_CODES_OF_FUND : KK_CODES_OF_FIELD,
                         kk_slice_text(name));
    return !code ? NULL : c->lang == KK_LANG_JA ? code->ja : code->en;
}

int kk_queue_view_counts(const struct kk_queue_view *v)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { .count = 0 };
    struct kk_command *c = v->command;
    const struct {
        const char *by, *head;
    } groups[] = { { "state", KK_T(c, COL_STATE) }, { "ward", KK_T(c, COL_WARD) },
                   { "field", term_label(c, KK_FIELD_FIELD) },
                   { "fund", term_label(c, KK_FIELD_FUND) } };
    const char *name;
    json_t *number;

    kk_table_column(&t, "", KK_ALIGN_LEFT);
    kk_table_column(&t, "", KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_COUNT), KK_ALIGN_RIGHT);
    for (size_t i = 0; i < KK_COUNT(groups); i++) {
        json_object_foreach(json_object_get(v->counts, groups[i].by), name, number) {
            const char *label = label_of(c, groups[i].by, name);

            kk_table_cell(&t, groups[i].head);
            kk_table_cell(&t, label ? label : name);
            kk_table_cellf(&t, "%lld", (long long)json_integer_value(number));
        }
    }
    return kk_table_print(&t, c->out);
}

int kk_queue_view_row(void *user, const struct kk_queue_row *row)
{
    struct kk_queue_view *v = user;
    int r;

    v->count++;
    v->overdue += row->overdue;
    v->ward += row->waits == KK_SIDE_WARD;
    v->bureau += row->waits == KK_SIDE_BUREAU;
    r = count_row(v->counts, row);
    if (r < 0)
        return r;
    if (v->command->json)
        return json_array_append_new(v->json, row_json(row)) == 0 ? 0 : KK_E_MEMORY;
    add_cells(v, row);
    return 0;
}
