/* Cells of records, and reading a table of them row by row. */
#include "model/record_table.h"

#include "desk/csv.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_COLUMN SIZE_MAX

/* --- cells --- */

static int put_text(struct kk_slice text, struct kk_bytes *out)
{
    int e = out->len == 0 && kk_text_runs(text) ? kk_bytes_append_text(out, "'") : 0;

    for (size_t i = 0; e == 0 && i < text.len; i++) {
        char c = (char)text.data[i];

        if (c == '\n')
            e = kk_bytes_append_text(out, "\\n");
        else if (c == '\\' || c == '|')
            e = kk_bytes_format(out, "\\%c", c);
        else
            e = kk_bytes_append(out, &c, 1);
    }
    return e;
}

static int put_one(const struct kk_term *term, struct kk_cursor *c, struct kk_bytes *out)
{
    char hex[2 * KK_ID_BYTES + 1];
    const struct kk_code *code;
    struct kk_slice s;
    int64_t n;

    switch (kk_cursor_peek(c)) {
    case KK_VALUE_INT:
        if (kk_cursor_int(c, &n) < 0)
            return KK_E_SHAPE;
        code = term && term->type == KK_ITEM_CODE ? kk_code_find(term->codes, n) : NULL;
        return code ? kk_bytes_append_text(out, code->name)
                    : kk_bytes_format(out, "%lld", (long long)n);
    case KK_VALUE_TEXT:
        return kk_cursor_text(c, &s) < 0 ? KK_E_SHAPE : put_text(s, out);
    case KK_VALUE_BYTES:
        if (kk_cursor_bytes(c, &s) < 0 || s.len != KK_ID_BYTES)
            return KK_E_SHAPE;
        kk_hex_encode(s, hex);
        return kk_bytes_append_text(out, hex);
    case KK_VALUE_NIL:
    case KK_VALUE_BOOL:
    case KK_VALUE_ARRAY:
    case KK_VALUE_MAP:
    case KK_VALUE_END:
        break;
    }
    return KK_E_SHAPE;
}

int kk_record_cell(const struct kk_term *term, struct kk_slice value, struct kk_bytes *out)
{
    struct kk_cursor c = kk_cursor(value);
    size_t count = 1;
    int e = 0;

    if (kk_cursor_peek(&c) == KK_VALUE_ARRAY)
        e = kk_cursor_array(&c, &count);
    for (size_t i = 0; e == 0 && i < count; i++) {
        if (i > 0)
            e = kk_bytes_append_text(out, " | ");
        if (e == 0)
            e = put_one(term, &c, out);
    }
    return e;
}

/* --- rows --- */

/* The file is read three times: an id that stands twice is wrong in each place it stands. */
enum pass { COLLECT_IDS, TRY, WRITE };
struct importing {
    struct kk_records *records;
    const struct kk_import *what;
    struct kk_import_counts *counts;
    enum pass pass;
    struct kk_bytes ids;      /* those that stand twice, in order; while collecting, all */
    struct kk_bytes outcomes; /* of TRY, a byte a row */
    size_t row;
    bool headed;
    size_t id_column, columns;
    const struct kk_item *items[KK_CSV_FIELDS_MAX];
};

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, KK_ID_BYTES);
}

/* false: the cell is empty, or no id. */
static bool row_id(const struct importing *im, const struct kk_csv_record *row,
                   uint8_t ret[KK_ID_BYTES])
{
    char text[2 * KK_ID_BYTES + 1] = "";

    if (im->id_column >= row->count || row->fields[im->id_column].len != 2 * KK_ID_BYTES)
        return false;
    memcpy(text, row->fields[im->id_column].data, 2 * KK_ID_BYTES);
    return kk_hex_decode(text, ret, KK_ID_BYTES);
}

static void keep_repeated(struct kk_bytes *ids)
{
    size_t count = ids->len / KK_ID_BYTES, kept = 0;

    if (count > 0)
        qsort(ids->data, count, KK_ID_BYTES, by_id);
    for (size_t i = 1; i < count; i++) {
        uint8_t *id = ids->data + i * KK_ID_BYTES;

        if (memcmp(id - KK_ID_BYTES, id, KK_ID_BYTES) == 0)
            memcpy(ids->data + kept++ * KK_ID_BYTES, id, KK_ID_BYTES);
    }
    ids->len = kept * KK_ID_BYTES;
}

static bool is_list(enum kk_item_type type)
{
    return type == KK_ITEM_LIST || type == KK_ITEM_FIGURES || type == KK_ITEM_REF;
}

static int set_item(struct importing *im, const struct kk_item *item, const struct kk_bytes *text,
                    struct kk_body *body)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes assignment = { 0 };
    int e = kk_bytes_format(&assignment, "%s=", item->term->name);

    if (e == 0)
        e = kk_bytes_append_slice(&assignment, kk_bytes_slice(text));
    if (e == 0)
        e = kk_bytes_append(&assignment, "", 1);
    if (e < 0)
        return e;
    return kk_record_set(im->records, im->what->kind, (const char *)assignment.data, body);
}

/* One character of a cell, its backslash undone; *ret_part: here an item ends. */
static size_t step(struct kk_slice cell, size_t at, bool list, char *ret, bool *ret_part)
{
    bool escaped = cell.data[at] == '\\' && at + 1 < cell.len;

    *ret_part = list && cell.len - at >= 3 && memcmp(cell.data + at, " | ", 3) == 0;
    if (*ret_part)
        return 3;
    if (!escaped) {
        *ret = (char)cell.data[at];
        return 1;
    }
    *ret = cell.data[at + 1] == 'n' ? '\n' : (char)cell.data[at + 1];
    return 2;
}

static int set_cell(struct importing *im, const struct kk_item *item, struct kk_slice cell,
                    struct kk_body *body)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    bool list = is_list(item->term->type);
    size_t at = 0;
    int e = 0;

    while (e == 0 && at < cell.len) {
        bool part;
        char c = 0;

        at += step(cell, at, list, &c, &part);
        if (!part) {
            e = kk_bytes_append(&text, &c, 1);
            continue;
        }
        e = set_item(im, item, &text, body);
        kk_bytes_clear(&text);
    }
    return e == 0 ? set_item(im, item, &text, body) : e;
}

static int read_body(struct importing *im, const struct kk_csv_record *row, struct kk_body *body)
{
    int e = 0;

    body->count = 0;
    if (row->count != im->columns)
        return kk_error_say(im->records->err, KK_E_CSV, "", "%zu cells instead of %zu",
                            "セルが %zu 個（%zu 個のはずです）", row->count, im->columns);
    for (size_t i = 0; e == 0 && i < row->count; i++) {
        if (im->items[i] && row->fields[i].len)
            e = set_cell(im, im->items[i], kk_text_unguarded(row->fields[i]), body);
    }
    return e;
}

/* Of an edit only what differs is written. */
static void keep_changes(const struct kk_record *record, struct kk_body *body)
{
    size_t kept = 0;

    for (size_t i = 0; i < body->count; i++) {
        const struct kk_body_field *old =
            kk_body_find(&record->is.body, body->fields[i].number);

        if (!old || !kk_slice_equal(old->value, body->fields[i].value))
            body->fields[kept++] = body->fields[i];
    }
    body->count = kept;
}

static int aim_at_new(struct importing *im, struct kk_act_request *q,
                      char scope[KK_SCOPE_NAME_MAX + 1])
{
    const struct kk_scope_info *home = kk_scope_info(im->what->kind->home);
    int e = 0;

    snprintf(scope, KK_SCOPE_NAME_MAX + 1, "%s", home->prefix);
    if (home->has_ward)
        e = kk_record_ward_scope(im->records, home->prefix, scope);
    q->scope = kk_slice_text(scope);
    kk_record_new_id(q->rec);
    return e;
}

static int aim_at_old(struct importing *im, const struct kk_csv_record *row,
                      struct kk_act_request *q)
{
    char text[2 * KK_ID_BYTES + 1];
    struct kk_record record;
    int e;

    if (!row_id(im, row, q->rec))
        return kk_error_say(im->records->err, KK_E_CSV, "id", "an id has 32 hexadecimal digits",
                            "ID は16進数32桁です");
    if (bsearch(q->rec, im->ids.data, im->ids.len / KK_ID_BYTES, KK_ID_BYTES, by_id))
        return kk_error_say(im->records->err, KK_E_CSV, "id", "this id stands in several rows",
                            "同じ ID の行が複数あります");
    kk_hex_encode(kk_slice(q->rec, KK_ID_BYTES), text);
    e = kk_record_find(im->records, text, im->what->kind->kind, &record);
    if (e < 0)
        return e;
    keep_changes(&record, q->body);
    q->scope = record.scope;
    q->act = KK_ACT_EDIT;
    return 0;
}

static int take_row(struct importing *im, const struct kk_csv_record *row,
                    enum kk_row_outcome *ret)
{
    char scope[KK_SCOPE_NAME_MAX + 1];
    struct kk_act_request q;
    struct kk_body body;
    int e = row->flaw == KK_CSV_SOUND
                ? read_body(im, row, &body)
                : kk_error_say(im->records->err, KK_E_CSV, "", "quotes or length",
                               "引用符か長さが正しくありません");

    q = (struct kk_act_request){ .kind = im->what->kind, .act = KK_ACT_CREATE, .body = &body,
                                 .check_only = im->pass != WRITE,
                                 .not_personal = im->what->not_personal };
    if (e == 0 && im->id_column != NO_COLUMN && row->fields[im->id_column].len)
        e = aim_at_old(im, row, &q);
    else if (e == 0)
        e = aim_at_new(im, &q, scope);
    if (e < 0)
        return e;
    *ret = q.act == KK_ACT_CREATE ? KK_ROW_NEW : body.count ? KK_ROW_CHANGED : KK_ROW_SAME;
    return *ret == KK_ROW_SAME ? 0 : kk_record_act(im->records, &q);
}

static void count(struct kk_import_counts *c, enum kk_row_outcome outcome)
{
    c->made += outcome == KK_ROW_NEW;
    c->changed += outcome == KK_ROW_CHANGED;
    c->same += outcome == KK_ROW_SAME;
    c->bad += outcome == KK_ROW_BAD;
}

/* What stops the whole, whatever the row says. */
static bool is_grave(int fault)
{
    return fault == KK_E_MEMORY || fault == KK_E_DISK_FULL || fault == KK_E_IO ||
           fault == KK_E_LOCKED;
}

static int try_row(struct importing *im, const struct kk_csv_record *record)
{
    struct kk_import_row row = { .line = record->line, .outcome = KK_ROW_BAD };
    struct kk_error *err = im->records->err;
    int e;

    *err = (struct kk_error){ .fault = 0 };
    e = take_row(im, record, &row.outcome);
    if (is_grave(e))
        return e;
    if (e < 0) {
        row.outcome = KK_ROW_BAD;
        row.why = err;
    }
    count(im->counts, row.outcome);
    im->what->row(im->what->user, &row);
    return kk_bytes_append(&im->outcomes, &(char){ (char)row.outcome }, 1);
}

static int on_row(struct importing *im, const struct kk_csv_record *record)
{
    enum kk_row_outcome outcome;
    uint8_t id[KK_ID_BYTES];

    switch (im->pass) {
    case COLLECT_IDS:
        return row_id(im, record, id) ? kk_bytes_append(&im->ids, id, KK_ID_BYTES) : 0;
    case TRY:
        return try_row(im, record);
    case WRITE:
        break;
    }
    outcome = (enum kk_row_outcome)im->outcomes.data[im->row++];
    if (outcome == KK_ROW_BAD || outcome == KK_ROW_SAME)
        return 0;
    return take_row(im, record, &outcome);
}

static int check_column(struct importing *im, const struct kk_csv_record *row, size_t at)
{
    struct kk_slice name = row->fields[at];
    bool known = im->items[at] || at == im->id_column || kk_slice_is(name, KK_COLUMN_SCOPE);

    for (size_t i = 0; known && i < at; i++) {
        if (kk_slice_equal(row->fields[i], name))
            return kk_error_say(im->records->err, KK_E_CSV, "1", "the column `%.*s` stands twice",
                                "「%.*s」の列が二つあります", (int)name.len,
                                (const char *)name.data);
    }
    return known ? 0
                 : kk_error_say(im->records->err, KK_E_CSV, "1", "no field `%.*s`",
                                "「%.*s」という項目はありません", (int)name.len,
                                (const char *)name.data);
}

static int take_header(struct importing *im, const struct kk_csv_record *row)
{
    int e = 0;

    im->headed = true;
    im->columns = row->count;
    im->id_column = NO_COLUMN;
    for (size_t i = 0; e == 0 && i < row->count; i++) {
        im->items[i] = kk_kind_item_named(im->what->kind, row->fields[i]);
        if (im->id_column == NO_COLUMN && kk_slice_is(row->fields[i], "id"))
            im->id_column = i;
        e = check_column(im, row, i);
    }
    return e;
}

static int on_record(void *user, const struct kk_csv_record *record)
{
    struct importing *im = user;

    return im->headed ? on_row(im, record) : take_header(im, record);
}

static int read_all(struct importing *im)
{
    struct kk_csv *csv = kk_alloc(sizeof(*csv));
    int e;

    if (!csv)
        return KK_E_MEMORY;
    im->headed = false;
    kk_csv_init(csv, on_record, im);
    e = kk_csv_feed(csv, im->what->text);
    if (e == 0)
        e = kk_csv_end(csv);
    kk_free(csv);
    return e;
}

static int write_all(struct importing *im)
{
    int e = kk_records_begin(im->records);

    im->pass = WRITE;
    if (e == 0)
        e = read_all(im);
    if (e == 0)
        return kk_records_commit(im->records);
    kk_records_rollback(im->records);
    return e;
}

static int import(struct importing *im)
{
    struct kk_error *err = im->records->err;
    int e = read_all(im);

    keep_repeated(&im->ids);
    im->pass = TRY;
    if (e == 0)
        e = read_all(im);
    if (e == 0 && !im->headed)
        return kk_error_say(err, KK_E_CSV, "1", "no header", "見出し行がありません");
    if (e < 0 || im->what->check_only || (im->counts->bad && !im->what->accept_valid))
        return e;
    *err = (struct kk_error){ .fault = 0 }; /* what the last bad row said */
    return write_all(im);
}

int kk_record_import(struct kk_records *r, const struct kk_import *what,
                     struct kk_import_counts *ret)
{
    struct importing im = { .records = r, .what = what, .counts = ret };
    int e;

    *ret = (struct kk_import_counts){ 0 };
    if (!kk_utf8_valid(what->text))
        return kk_error_say(r->err, KK_E_CSV, "", "not UTF-8", "UTF-8 ではありません");
    e = import(&im);
    kk_bytes_fini(&im.ids);
    kk_bytes_fini(&im.outcomes);
    return e;
}
