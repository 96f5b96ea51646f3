/* The rows of one sheet (xlsx.h). [IM-7] */
#include "import/xlsx_in.h"

#include "kukyoku/base/alloc.h"
#include "model/data.h"

#include <stdio.h>
#include <stdlib.h>

#define ROWS_MAX    1048576
#define COLUMNS_MAX 16384

struct sheet {
    struct kk_xlsx *x;
    const struct kk_xlsx_reader *reader;
    /* the row */
    uint64_t row;
    size_t width;              /* of the first row that was given */
    bool hidden, in_row;
    enum kk_csv_flaw flaw;
    struct kk_bytes text;      /* of its cells */
    size_t from[KK_CSV_FIELDS_MAX], len[KK_CSV_FIELDS_MAX];
    size_t filled;             /* cells up to the last that holds something */
    /* the cell */
    unsigned column;           /* from 1 */
    char type[12];
    size_t style;
    bool in_value, in_formula_cell;
    unsigned ruby;
    struct kk_bytes value;
    /* what is told at the end, with the first place of each */
    uint64_t hidden_rows, merged, formulas, first_hidden, first_formula_row;
    unsigned first_formula_column, hidden_columns, first_hidden_column;
    char first_merged[32];
    bool drawings;
};

void kk_xlsx_cell_name(uint64_t row, unsigned column, char ret[KK_XLSX_CELL])
{
    char letters[8];
    size_t at = sizeof letters - 1;

    letters[at] = 0;
    for (unsigned c = column; c > 0 && at > 0; c = (c - 1) / 26)
        letters[--at] = (char)('A' + (c - 1) % 26);
    snprintf(ret, KK_XLSX_CELL, "%s%llu", letters + at, (unsigned long long)row);
}

/* The column of "AB12"; 0: none. */
static unsigned column_of(const char *cell)
{
    unsigned column = 0;

    for (; *cell >= 'A' && *cell <= 'Z' && column <= COLUMNS_MAX; cell++)
        column = column * 26 + (unsigned)(*cell - 'A' + 1);
    return column <= COLUMNS_MAX ? column : 0;
}

/* --- rows --- */
static void start_row(struct sheet *s, struct kk_xml *xml, const char **attributes)
{
    const char *number = kk_xml_attribute(attributes, "r");
    uint64_t row = number ? strtoull(number, NULL, 10) : s->row + 1;

    if (row <= s->row || row > ROWS_MAX) {
        kk_xml_stop(xml, KK_E_ROW_ORDER);
        return;
    }
    s->row = row;
    s->in_row = true;
    s->column = 0;
    s->filled = 0;
    s->flaw = KK_CSV_SOUND;
    kk_bytes_clear(&s->text);
    s->hidden = kk_xml_flag(attributes, "hidden");
    for (size_t i = 0; i < KK_CSV_FIELDS_MAX; i++)
        s->from[i] = s->len[i] = 0;
}

static int end_row(struct sheet *s)
{
    struct kk_slice fields[KK_CSV_FIELDS_MAX];
    struct kk_csv_record record = { .fields = fields, .line = s->row, .flaw = s->flaw };

    s->in_row = false;
    if (s->filled == 0 && s->flaw == KK_CSV_SOUND)
        return 0;
    if (s->hidden && s->hidden_rows++ == 0)
        s->first_hidden = s->row;
    if (s->width == 0)
        s->width = s->filled;
    record.count = s->filled > s->width ? s->filled : s->width;
    for (size_t i = 0; i < record.count; i++)
        fields[i] = s->len[i] ? kk_slice(s->text.data + s->from[i], s->len[i]) : kk_slice("", 0);
    return s->reader->row(s->reader->user, &record);
}

/* --- cells --- */
static void start_cell(struct sheet *s, struct kk_xml *xml, const char **attributes)
{
    const char *place = kk_xml_attribute(attributes, "r");
    const char *type = kk_xml_attribute(attributes, "t");
    const char *style = kk_xml_attribute(attributes, "s");
    unsigned column = place ? column_of(place) : s->column + 1;

    if (column <= s->column) {
        kk_xml_stop(xml, KK_E_ROW_ORDER);
        return;
    }
    s->column = column;
    s->style = style ? strtoul(style, NULL, 10) : 0;
    s->in_formula_cell = false;
    snprintf(s->type, sizeof s->type, "%.10s", type ? type : "n");
    kk_bytes_clear(&s->value);
}

/* What the cell says, as text. */
static struct kk_slice cell_text(struct sheet *s, char room[KK_XLSX_NUMBER])
{
    const char *raw = (const char *)s->value.data;
    bool dated = s->style < s->x->dates.len && s->x->dates.data[s->style];

    if (strcmp(s->type, "s") == 0)
        return kk_xlsx_string(s->x, raw);
    if (strcmp(s->type, "b") == 0)
        return kk_slice_text(strcmp(raw, "1") == 0 ? "TRUE" : "FALSE");
    if (strcmp(s->type, "n") == 0 && ((dated && kk_xlsx_date(raw, s->x->from_1904, room)) ||
                                      kk_xlsx_number(raw, room)))
        return kk_slice_text(room);
    return kk_slice(raw, s->value.len - 1);
}

static int end_cell(struct sheet *s)
{
    char room[KK_XLSX_NUMBER];
    struct kk_slice text;
    size_t at = s->column - 1;

    if (s->in_formula_cell && s->formulas++ == 0) {
        s->first_formula_row = s->row;
        s->first_formula_column = s->column;
    }
    if (s->value.len == 0)
        return 0;
    int r = kk_bytes_append(&s->value, "", 1);
    if (r < 0)
        return r;
    text = cell_text(s, room);
    if (!text.data)
        return KK_E_ROW_ORDER;
    if (text.len == 0)
        return 0;
    if (at >= KK_CSV_FIELDS_MAX || s->text.len + text.len > KK_CSV_BYTES_MAX) {
        s->flaw = KK_CSV_LONG;
        return 0;
    }
    s->from[at] = s->text.len;
    s->len[at] = text.len;
    s->filled = at + 1;
    return kk_bytes_append_slice(&s->text, text);
}

/* --- what stands around the cells --- */
static void note_columns(struct sheet *s, const char **attributes)
{
    const char *first = kk_xml_attribute(attributes, "min");

    if (!kk_xml_flag(attributes, "hidden"))
        return;
    if (s->hidden_columns++ == 0)
        s->first_hidden_column = first ? (unsigned)strtoul(first, NULL, 10) : 0;
}

static void note_merged(struct sheet *s, const char **attributes)
{
    const char *range = kk_xml_attribute(attributes, "ref");

    if (s->merged++ == 0 && range)
        snprintf(s->first_merged, sizeof s->first_merged, "%.30s", range);
}

static void sheet_start(struct kk_xml *xml, const char *name, const char **attributes)
{
    struct sheet *s = xml->user;

    if (strcmp(name, "row") == 0)
        start_row(s, xml, attributes);
    else if (strcmp(name, "c") == 0 && s->in_row)
        start_cell(s, xml, attributes);
    else if (strcmp(name, "rPh") == 0)
        s->ruby++;
    else if (strcmp(name, "f") == 0)
        s->in_formula_cell = true;
    else if (strcmp(name, "col") == 0)
        note_columns(s, attributes);
    else if (strcmp(name, "mergeCell") == 0)
        note_merged(s, attributes);
    else if (strcmp(name, "drawing") == 0)
        s->drawings = true;
    s->in_value = s->in_row && s->column > 0 &&
                  (strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && s->ruby == 0));
}

static void sheet_end(struct kk_xml *xml, const char *name)
{
    struct sheet *s = xml->user;
    int r = 0;

    s->in_value = false;
    if (strcmp(name, "rPh") == 0 && s->ruby > 0)
        s->ruby--;
    else if (strcmp(name, "c") == 0 && s->in_row && s->column > 0)
        r = end_cell(s);
    else if (strcmp(name, "row") == 0 && s->in_row)
        r = end_row(s);
    if (r < 0)
        kk_xml_stop(xml, r);
}

static void sheet_text(struct kk_xml *xml, struct kk_slice text)
{
    struct sheet *s = xml->user;
    int r = 0;

    if (!s->in_value)
        return;
    if (s->value.len + text.len > KK_CSV_BYTES_MAX)
        s->flaw = KK_CSV_LONG;
    else
        r = kk_bytes_append_slice(&s->value, text);
    if (r < 0)
        kk_xml_stop(xml, r);
}

/* --- remarks --- */
struct remark {
    uint64_t count, row;
    unsigned column;
    enum kk_tidy_reason reason;
    const char *value;
};

static int remark(const struct sheet *s, const struct remark *m)
{
    struct kk_tidy_complaint c = { .line = m->row, .column = KK_TIDY_COLUMN_COUNT,
                                   .cell = m->column, .reason = m->reason,
                                   .value = kk_slice_text(m->value) };
    char count[KK_TIDY_VALUE_MAX + 1];

    if (m->count == 0)
        return 0;
    snprintf(count, sizeof count, "×%llu", (unsigned long long)m->count);
    c.hint = count;
    return s->reader->remark(s->reader->user, &c);
}

static int tell(const struct sheet *s)
{
    char column[KK_XLSX_CELL];
    uint64_t others = 0, hidden = s->x->sheets[s->x->chosen].hidden;
    const char *other = "";
    int r = 0;

    for (size_t i = s->x->sheet_count; i > 0; i--) {
        const struct kk_xlsx_sheet *sheet = &s->x->sheets[i - 1];

        if (i - 1 == s->x->chosen || strcmp(sheet->name, KK_DATA_ABOUT_SHEET) == 0)
            continue;
        others++;
        other = sheet->name;
        hidden += sheet->hidden;
    }
    kk_xlsx_cell_name(1, s->first_hidden_column, column);
    column[strlen(column) - 1] = 0; /* letters alone */
    const struct remark remarks[] = {
        { others, 0, 0, KK_TIDY_BAD_SHEETS, other },
        { hidden, 0, 0, KK_TIDY_BAD_HIDDEN, "" },
        { s->hidden_rows, s->first_hidden, 0, KK_TIDY_BAD_HIDDEN, "" },
        { s->hidden_columns, 0, 0, KK_TIDY_BAD_HIDDEN, column },
        { s->merged, 0, 0, KK_TIDY_BAD_MERGED, s->first_merged },
        { s->formulas, s->first_formula_row, s->first_formula_column, KK_TIDY_BAD_FORMULA, "" },
        { s->drawings, 0, 0, KK_TIDY_BAD_OBJECT, "" },
    };
    for (size_t i = 0; i < KK_COUNT(remarks) && r == 0; i++)
        r = remark(s, &remarks[i]);
    return r;
}

int kk_xlsx_each(struct kk_xlsx *x, const struct kk_xlsx_reader *reader, struct kk_error *err)
{
    struct sheet *s = kk_alloc(sizeof *s);
    struct kk_xml xml = { .user = s, .start = sheet_start, .end = sheet_end, .text = sheet_text };
    int r;

    if (!s)
        return KK_E_MEMORY;
    s->x = x;
    s->reader = reader;
    x->taken = 0;
    r = kk_xml_read(x, x->part, &xml, err);
    if ((r == KK_E_NOT_FOUND && xml.fault == 0) || r == KK_E_ROW_ORDER)
        r = kk_xlsx_refuse(x, err, "the sheet is damaged: rows out of order, or texts missing",
                           "シートが壊れています（行の順序か文字列の参照が正しくありません）");
    if (r == 0 && reader->remark)
        r = tell(s);
    kk_bytes_fini(&s->text);
    kk_bytes_fini(&s->value);
    kk_free(s);
    return r;
}
