/* Forms of files (grid.h). [IM-1] */
#include "import/grid.h"

#include "import/foreign.h"
#include "kukyoku/base/alloc.h"

#include <stdio.h>

/* The separator of a file is the one that its first line holds most of outside of quotes. */
static char find_separator(struct kk_slice text)
{
    static const char known[] = { ',', '\t', ';' };
    size_t counts[KK_COUNT(known)] = { 0 }, best = 0;
    bool quoted = false;

    for (size_t i = 0; i < text.len && (quoted || text.data[i] != '\n'); i++) {
        quoted ^= text.data[i] == '"';
        for (size_t k = 0; k < KK_COUNT(known) && !quoted; k++)
            counts[k] += text.data[i] == (uint8_t)known[k];
    }
    for (size_t k = 1; k < KK_COUNT(known); k++) {
        if (counts[k] > counts[best])
            best = k;
    }
    return known[best];
}

int kk_grid_open(struct kk_slice file, const struct kk_grid_options *options,
                 struct kk_grid *ret, struct kk_error *err)
{
    int r;

    *ret = (struct kk_grid){ .form = KK_GRID_CSV, .text = { .encoding = KK_ENCODING_NONE },
                             .separator = ',' };
    if (kk_xlsx_looks(file)) {
        ret->form = KK_GRID_XLSX;
        return kk_xlsx_open(file, options->path, options->sheet, &ret->xlsx, err);
    }
    r = kk_foreign_refuse(file, options->path, err);
    if (r == 0)
        r = kk_encoded_read(file, options->path, &ret->text, err);
    if (r == 0 && kk_estat_looks(ret->text.text)) {
        ret->form = KK_GRID_ESTAT;
        return kk_estat_open(ret->text.text, options->path, &ret->estat, err);
    }
    if (r == 0)
        ret->separator = find_separator(ret->text.text);
    return r;
}

void kk_grid_fini(struct kk_grid *g)
{
    kk_encoded_fini(&g->text);
    kk_xlsx_free(g->xlsx);
    kk_estat_free(g->estat);
    g->xlsx = NULL;
    g->estat = NULL;
}

static int each_line(struct kk_grid *g, const struct kk_xlsx_reader *reader)
{
    struct kk_csv *csv = kk_alloc(sizeof *csv);
    int r;

    if (!csv)
        return KK_E_MEMORY;
    kk_csv_init(csv, reader->row, reader->user);
    csv->separator = g->separator;
    r = kk_csv_feed(csv, g->text.text);
    if (r == 0)
        r = kk_csv_end(csv);
    g->lines = csv->line;
    kk_free(csv);
    return r;
}

int kk_grid_each(struct kk_grid *g, const struct kk_xlsx_reader *reader, struct kk_error *err)
{
    switch (g->form) {
    case KK_GRID_XLSX:
        return kk_xlsx_each(g->xlsx, reader, err);
    case KK_GRID_ESTAT:
        return kk_estat_each(g->estat, reader);
    case KK_GRID_CSV:
        break;
    }
    return each_line(g, reader);
}

/* --- as CSV --- */
struct writing {
    struct kk_bytes *out;
    uint64_t line; /* of the next row */
};

static int put_field(struct kk_bytes *out, struct kk_slice text)
{
    int r = kk_bytes_append(out, "\"", 1);

    for (size_t i = 0; i < text.len && r == 0; i++)
        r = kk_bytes_append(out, text.data[i] == '"' ? "\"\"" : (const char *)text.data + i,
                            text.data[i] == '"' ? 2 : 1);
    return r == 0 ? kk_bytes_append(out, "\"", 1) : r;
}

static int put_row(void *user, const struct kk_csv_record *record)
{
    struct writing *w = user;
    int r = 0;

    for (; w->line < record->line && r == 0; w->line++)
        r = kk_bytes_append(w->out, "\n", 1);
    for (size_t i = 0; i < record->count && r == 0; i++) {
        r = i ? kk_bytes_append(w->out, ",", 1) : 0;
        if (r == 0)
            r = put_field(w->out, record->fields[i]);
    }
    w->line++;
    if (r == 0 && record->flaw != KK_CSV_SOUND)
        r = kk_bytes_append(w->out, "!", 1); /* after a closing quote: refused again */
    return r == 0 ? kk_bytes_append(w->out, "\n", 1) : r;
}

int kk_grid_csv(struct kk_grid *g, struct kk_bytes *out, struct kk_error *err)
{
    struct writing w = { .out = out, .line = 1 };
    struct kk_xlsx_reader reader = { .row = put_row, .user = &w };

    return kk_grid_each(g, &reader, err);
}

const char *kk_grid_name(const struct kk_grid *g)
{
    if (g->form == KK_GRID_CSV)
        return kk_encoding_name(g->text.encoding);
    return g->form == KK_GRID_XLSX ? "XLSX" : "e-Stat JSON";
}

void kk_grid_place(const struct kk_grid *g, uint64_t line, unsigned column,
                   char ret[KK_GRID_PLACE])
{
    char cell[KK_XLSX_CELL];

    if (g->form == KK_GRID_XLSX && column > 0 && line > 0) {
        kk_xlsx_cell_name(line, column, cell);
        snprintf(ret, KK_GRID_PLACE, "%s", cell);
    } else if (g->form == KK_GRID_ESTAT && line > 1) {
        snprintf(ret, KK_GRID_PLACE, "VALUE[%llu]", (unsigned long long)line - 2);
    } else if (column > 0) {
        snprintf(ret, KK_GRID_PLACE, "%llu:%u", (unsigned long long)line, column);
    } else {
        snprintf(ret, KK_GRID_PLACE, "%llu", (unsigned long long)line);
    }
}
