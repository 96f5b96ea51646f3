/* From the bytes of a file to checked rows (table.h). [IM-1] [IM-4] */
#include "import/table.h"

#include "import/notation.h"
#include "kukyoku/base/alloc.h"

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

struct reading {
    struct kk_tidy *tidy;
    struct kk_table_kind *kind;
    bool headed;
};

/* The cell in the notation of a release where that is plain, else as it stands. */
static void rewrite(struct reading *r, bool done, char *text, struct kk_slice *cell)
{
    if (!done || kk_slice_is(*cell, text))
        return;
    *cell = kk_slice_text(text);
    r->kind->rewritten++;
}

static int take(void *user, const struct kk_csv_record *record)
{
    struct reading *r = user;
    struct kk_slice cells[KK_CSV_FIELDS_MAX];
    struct kk_csv_record changed = *record;
    char period[KK_NOTATION_TEXT], value[KK_NOTATION_TEXT];

    memcpy(cells, record->fields, record->count * sizeof *cells);
    changed.fields = cells;
    if (r->headed && record->count == KK_TIDY_COLUMN_COUNT) {
        rewrite(r, kk_notation_number(cells[KK_TIDY_VALUE], value), value, &cells[KK_TIDY_VALUE]);
        rewrite(r, !kk_period_valid(cells[KK_TIDY_PERIOD]) &&
                       kk_notation_period(cells[KK_TIDY_PERIOD], period),
                period, &cells[KK_TIDY_PERIOD]);
    }
    r->headed = true;
    return kk_tidy_take(r->tidy, &changed);
}

static int read_csv(struct kk_slice text, struct kk_tidy *t, struct kk_table_kind *kind)
{
    struct reading reading = { .tidy = t, .kind = kind };
    struct kk_csv *csv = kk_alloc(sizeof *csv);
    int r;

    if (!csv)
        return KK_E_MEMORY;
    kk_csv_init(csv, take, &reading);
    csv->separator = kind->separator = find_separator(text);
    r = kk_csv_feed(csv, text);
    if (r == 0)
        r = kk_csv_end(csv);
    t->csv.line = csv->line;
    kk_free(csv);
    return r < 0 ? r : kk_tidy_end(t);
}

int kk_table_read(struct kk_slice file, const char *path, struct kk_tidy *t,
                  struct kk_table_kind *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_encoded) struct kk_encoded encoded = { .encoding = KK_ENCODING_NONE };
    int r = kk_encoded_read(file, path, &encoded, err);

    *ret = (struct kk_table_kind){ .encoding = encoded.encoding, .separator = ',' };
    return r < 0 ? r : read_csv(encoded.text, t, ret);
}
