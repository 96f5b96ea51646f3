/* From the bytes of a file to checked rows (table.h). [IM-1] [IM-4] */
#include "import/table.h"

#include "import/layout.h"
#include "import/notation.h"
#include "import/review.h"
#include "kukyoku/base/text.h"

struct reading {
    const struct kk_table_options *options;
    struct kk_layout *layout; /* NULL: the columns of a release */
    bool bound;
    struct kk_error *err;
    struct kk_tidy *tidy;
    struct kk_table_sum *sum;
    bool headed;
    struct kk_review_unread unread;
    unsigned strange; /* records of a table whose columns nobody knows */
};

/* The cell in the notation of a release where that is plain, else as it stands. */
static void rewrite(struct reading *r, bool done, char *text, struct kk_slice *cell)
{
    if (!done || kk_slice_is(*cell, text))
        return;
    *cell = kk_slice_text(text);
    r->sum->rewritten++;
}

/* Rows about persons are called so, before anybody maps their columns. */
static int look(struct reading *r, const struct kk_csv_record *record)
{
    if (r->strange > KK_REVIEW_RECORDS)
        return 0;
    return r->strange++ == 0 ? kk_review_header(r->tidy, record)
                             : kk_review_record(r->tidy, record);
}

static int take(void *user, const struct kk_csv_record *record)
{
    struct reading *r = user;
    struct kk_slice cells[KK_CSV_FIELDS_MAX];
    struct kk_csv_record changed = *record;
    char period[KK_NOTATION_TEXT], value[KK_NOTATION_TEXT];

    for (size_t i = 0; i < record->count; i++)
        cells[i] = kk_text_unguarded(record->fields[i]);
    changed.fields = cells;
    if (r->headed && record->count == KK_TIDY_COLUMN_COUNT) {
        rewrite(r, kk_notation_number(cells[KK_TIDY_VALUE], value), value, &cells[KK_TIDY_VALUE]);
        rewrite(r, !kk_period_valid(cells[KK_TIDY_PERIOD]) &&
                       kk_notation_period(cells[KK_TIDY_PERIOD], period),
                period, &cells[KK_TIDY_PERIOD]);
    }
    r->headed = true;
    int e = kk_tidy_take(r->tidy, &changed);
    return e == 0 && r->tidy->headless ? look(r, record) : e;
}

/* Columns that the mapping passes over are not released, but say what kind of table it is. */
static int look_beside(struct reading *r, const struct kk_csv_record *record)
{
    int e = 0;

    for (size_t i = 0; i < record->count && e == 0; i++) {
        if (!kk_layout_reads(r->layout, i))
            e = kk_review_unread(&r->unread, r->tidy, record, i);
    }
    return e;
}

/* The columns are known by the mapping; what stands above the header is nobody's. */
static int take_mapped(void *user, const struct kk_csv_record *record)
{
    struct reading *r = user;
    int e;

    if (r->bound) {
        e = look_beside(r, record);
        return e == 0 ? kk_layout_take(r->layout, record, r->tidy, &r->sum->rewritten) : e;
    }
    if (record->line < r->options->mapping->header)
        return 0;
    r->bound = r->tidy->headed = true;
    e = kk_layout_bind(r->layout, record, r->err);
    return e == 0 ? kk_review_header(r->tidy, record) : e;
}

static int remark(void *user, const struct kk_tidy_complaint *c)
{
    struct reading *r = user;

    return kk_tidy_complain(r->tidy, c);
}

int kk_table_read(struct kk_grid *grid, const struct kk_table_options *options,
                  struct kk_tidy *t, struct kk_table_sum *ret, struct kk_error *err)
{
    KK_AUTO_FREE(kk_layout) struct kk_layout *layout = NULL;
    struct reading reading = { .options = options, .err = err, .tidy = t, .sum = ret };
    struct kk_xlsx_reader reader = { options->mapping ? take_mapped : take, remark, &reading };
    int r = options->mapping ? kk_layout_new(options->mapping, &layout) : 0;

    *ret = (struct kk_table_sum){ 0 };
    reading.layout = layout;
    if (r == 0 && layout)
        kk_layout_names(layout, options->reference);
    kk_dict_init(&reading.unread.persons);
    if (r == 0)
        r = kk_grid_each(grid, &reader, err);
    kk_dict_fini(&reading.unread.persons);
    t->csv.line = grid->lines;
    if (r == 0)
        r = kk_tidy_end(t);
    return r == 0 ? kk_review_alone(t) : r;
}
