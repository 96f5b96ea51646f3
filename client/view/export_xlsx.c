/*
 * Figures as a workbook (export.h), on libxlsxwriter: codes are texts and keep their zeros, figures
 * are numbers, the header stays in sight, one table a sheet, nothing merged. Rows go to the disk as
 * they come. [EX-2]
 */
#include "view/export_in.h"
#include "view/lib_xlsxwriter.h"

#include "kukyoku/base/alloc.h"
#include "model/data.h"
#include "view/when.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROWS_MAX   1048576
#define EXACT_MAX  15 /* digits that a number of a spreadsheet keeps */
#define CELL_TEXT  1100
#define DATA_SHEET "データ"

struct kk_export_book {
    lxw_workbook *book;
    lxw_worksheet *data;
    lxw_format *head, *figure;
    const struct kk_export_about *about;
    lxw_row_t row;
};

static int fault_of(lxw_error e)
{
    if (e == LXW_NO_ERROR)
        return 0;
    return e == LXW_ERROR_MEMORY_MALLOC_FAILED ? KK_E_MEMORY : KK_E_IO;
}

static void set_columns(struct kk_export_book *b)
{
    static const double widths[KK_EXPORT_COLUMN_COUNT] = { 28, 16, 14, 20, 14, 9,
                                                           8,  8,  24, 40, 24 };

    b->data = kk_lxw->workbook_add_worksheet(b->book, DATA_SHEET);
    for (lxw_col_t i = 0; i < KK_EXPORT_COLUMN_COUNT; i++) {
        kk_lxw->worksheet_set_column(b->data, i, i, widths[i], NULL);
        kk_lxw->worksheet_write_string(b->data, 0, i, kk_export_columns[i].name, b->head);
    }
    kk_lxw->worksheet_freeze_panes(b->data, 1, 0);
    kk_lxw->worksheet_repeat_rows(b->data, 0, 0);
    kk_lxw->worksheet_set_landscape(b->data);
    kk_lxw->worksheet_set_paper(b->data, 9); /* A4 */
    kk_lxw->worksheet_fit_to_pages(b->data, 1, 0);
    b->row = 1;
}

int kk_export_book_open(const struct kk_export_place *place, const struct kk_export_about *about,
                        struct kk_export_book **ret)
{
    lxw_workbook_options options = { .constant_memory = LXW_TRUE };
    struct kk_export_book *b = kk_alloc(sizeof *b);
    char title[] = "Kukyoku"; /* the library asks for texts that it could change */
    lxw_doc_properties properties = { .title = title };

    int r = b ? kk_lxw_load(place->err) : KK_E_MEMORY;

    if (r == 0) {
        b->about = about;
        b->book = kk_lxw->workbook_new_opt(place->path, &options);
        r = b->book ? 0 : KK_E_IO;
    }
    if (r < 0) {
        kk_free(b);
        return r;
    }
    /* The day of the release, not of the export: the same figures give the same bytes. */
    if (about->step_count)
        properties.created = (time_t)(about->steps[about->step_count - 1].issued_ms / 1000);
    kk_lxw->workbook_set_properties(b->book, &properties);
    b->head = kk_lxw->workbook_add_format(b->book);
    kk_lxw->format_set_bold(b->head);
    b->figure = kk_lxw->workbook_add_format(b->book);
    kk_lxw->format_set_num_format(b->figure, "#,##0.####");
    set_columns(b);
    *ret = b;
    return 0;
}

static int write_text(struct kk_export_book *b, lxw_col_t column, struct kk_slice text)
{
    char cell[CELL_TEXT];

    if (text.len == 0)
        return 0;
    snprintf(cell, sizeof cell, "%.*s", (int)text.len, (const char *)text.data);
    return fault_of(kk_lxw->worksheet_write_string(b->data, b->row, column, cell, NULL));
}

static size_t digits_of(const char *value)
{
    size_t count = 0;

    for (; *value; value++)
        count += *value >= '0' && *value <= '9';
    return count;
}

int kk_export_book_row(struct kk_export_book *b, const struct kk_obs *o)
{
    struct kk_export_cells cells;
    int r = b->row < ROWS_MAX ? 0 : KK_E_ROW_LIMIT;

    kk_export_cells(o, &cells);
    for (lxw_col_t i = 0; r == 0 && i < KK_EXPORT_COLUMN_COUNT; i++) {
        bool number = i == KK_EXPORT_VALUE && cells.value[0] && digits_of(cells.value) <= EXACT_MAX;

        r = number ? fault_of(kk_lxw->worksheet_write_number(
                         b->data, b->row, i, strtod(cells.value, NULL), b->figure))
                   : write_text(b, i, cells.texts[i]);
    }
    b->row++;
    return r;
}

/* --- what the figures are --- */
struct lines {
    lxw_worksheet *sheet;
    lxw_row_t row;
};

static void line(struct lines *l, const char *name, const char *text)
{
    kk_lxw->worksheet_write_string(l->sheet, l->row, 0, name, NULL);
    kk_lxw->worksheet_write_string(l->sheet, l->row, 1, text, NULL);
    l->row++;
}

static void write_steps(struct lines *l, const struct kk_export_about *about)
{
    bool ja = about->lang == KK_LANG_JA;
    char text[KK_WHEN_TEXT + 1250], when[KK_WHEN_TEXT], name[32];

    for (size_t i = 0; i < about->step_count; i++) {
        const struct kk_export_step *s = &about->steps[i];

        kk_when_date(s->issued_ms, about->lang, when);
        snprintf(name, sizeof name, ja ? "第%u版" : "release %u", (unsigned)s->release);
        snprintf(text, sizeof text, "%s %s%s%s", when, s->title, s->note[0] ? ": " : "", s->note);
        line(l, name, text);
    }
}

/* "population_census", "人口（国勢調査）: …": a definition a line. [EX-3] */
static void write_definitions(struct lines *l, const struct kk_export_about *about)
{
    bool ja = about->lang == KK_LANG_JA;
    size_t name = ja ? KK_REF_INDICATORS_NAME : KK_REF_INDICATORS_NAME_EN;
    size_t words = ja ? KK_REF_INDICATORS_DEFINITION : KK_REF_INDICATORS_DEFINITION_EN;
    char code[KK_OBS_NAME_MAX + 1], text[CELL_TEXT + KK_REF_SHOWN_MAX];

    for (size_t i = 0; about->reference && i < about->reference->lists[KK_REF_INDICATORS].count;
         i++) {
        const struct kk_ref_entry *e = &about->reference->lists[KK_REF_INDICATORS].items[i];

        if (about->indicator.data && !kk_slice_equal(about->indicator, e->code))
            continue;
        snprintf(code, sizeof code, "%.*s", (int)e->code.len, (const char *)e->code.data);
        snprintf(text, sizeof text, "%.*s: %.*s", (int)e->texts[name].len,
                 (const char *)e->texts[name].data, (int)e->texts[words].len,
                 (const char *)e->texts[words].data);
        line(l, code, text);
    }
}

static void write_about(struct kk_export_book *b)
{
    bool ja = b->about->lang == KK_LANG_JA;
    struct lines l = { kk_lxw->workbook_add_worksheet(b->book, KK_DATA_ABOUT_SHEET), 0 };

    kk_lxw->worksheet_set_column(l.sheet, 0, 0, 16, NULL);
    kk_lxw->worksheet_set_column(l.sheet, 1, 1, 80, NULL);
    line(&l, ja ? "項目" : "name", ja ? "説明" : "meaning");
    for (size_t i = 0; i < KK_EXPORT_COLUMN_COUNT; i++)
        line(&l, kk_export_columns[i].name,
             ja ? kk_export_columns[i].ja : kk_export_columns[i].en);
    line(&l, ja ? "範囲" : "scope", b->about->scope);
    write_definitions(&l, b->about);
    write_steps(&l, b->about);
}

int kk_export_book_end(struct kk_export_book *b)
{
    lxw_workbook *book = b->book;

    write_about(b);
    b->book = NULL; /* closing frees it, whatever comes of it */
    return fault_of(kk_lxw->workbook_close(book));
}

void kk_export_book_free(struct kk_export_book *b)
{
    if (!b)
        return;
    if (b->book)
        kk_lxw->lxw_workbook_free(b->book);
    kk_free(b);
}
