/* Editions as rows of a release (editions.h). [KE-1] */
#include "desk/editions.h"

#include "desk/edition.h"
#include "desk/recall.h"
#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "kukyoku/record/figure.h"

#include <stdio.h>
#include <stdlib.h>

#define EDITIONS_ARENA (64u * 1024 * 1024)
#define SEQ_MAX        9999

#define PART_NAME(NAME, name) name,
static const char *const parts[] = { KK_EDITION_PARTS(PART_NAME) };
#undef PART_NAME

bool kk_edition_row_read(const struct kk_obs *obs, struct kk_edition_row *ret)
{
    struct kk_edition_row row = { .area = obs->area };
    char id[2 * KK_ID_BYTES + 1];

    while (row.part < KK_EDITION_PART_COUNT && !kk_slice_is(obs->breakdown, parts[row.part]))
        row.part++;
    if (row.part == KK_EDITION_PART_COUNT || obs->indicator.len != 2 * KK_ID_BYTES)
        return false;
    snprintf(id, sizeof id, "%.*s", 2 * KK_ID_BYTES, (const char *)obs->indicator.data);
    if (!kk_hex_decode(id, row.edition, KK_ID_BYTES))
        return false;
    for (size_t i = 0; i < obs->period.len; i++) {
        uint8_t c = obs->period.data[i];

        if (c < '0' || c > '9' || row.seq > SEQ_MAX)
            return false;
        row.seq = 10 * row.seq + (unsigned)(c - '0');
    }
    row.text = row.part == KK_EDITION_CELL ? obs->source : obs->note;
    *ret = row;
    return true;
}

void kk_editions_init(struct kk_editions *e)
{
    *e = (struct kk_editions){ 0 };
    kk_arena_init(&e->arena, EDITIONS_ARENA);
}

void kk_editions_fini(struct kk_editions *e)
{
    kk_free(e->rows);
    e->rows = NULL;
    e->count = e->cap = 0;
    kk_arena_fini(&e->arena);
}

static int grow(struct kk_editions *e)
{
    size_t cap = e->cap ? 2 * e->cap : 256;
    struct kk_obs *rows = e->count < e->cap ? e->rows : kk_realloc(e->rows, cap * sizeof *rows);

    if (!rows)
        return KK_E_MEMORY;
    e->cap = e->count < e->cap ? e->cap : cap;
    e->rows = rows;
    return 0;
}

static bool dup_text(struct kk_arena *arena, struct kk_slice *text)
{
    if (text->len == 0)
        *text = kk_slice("", 0);
    else
        *text = kk_arena_dup(arena, *text);
    return text->data != NULL;
}

int kk_editions_put(struct kk_editions *e, const struct kk_obs *row)
{
    struct kk_obs obs = *row;
    struct kk_slice *texts[] = { &obs.indicator, &obs.area,   &obs.period, &obs.breakdown,
                                 &obs.unit,      &obs.status, &obs.method, &obs.source,
                                 &obs.note };

    for (size_t i = 0; i < KK_COUNT(texts); i++) {
        if (!dup_text(&e->arena, texts[i]))
            return KK_E_MEMORY;
    }
    if (grow(e) < 0)
        return KK_E_MEMORY;
    e->rows[e->count++] = obs;
    return 0;
}

int kk_editions_add(struct kk_editions *e, const struct kk_edition_row *row)
{
    char id[2 * KK_ID_BYTES + 1], seq[16];
    struct kk_obs obs = { .missing = KK_MISSING_NOTHING, .area = row->area };

    if (row->text.len > KK_OBS_TEXT_MAX || row->seq > SEQ_MAX)
        return KK_E_ROW_LIMIT;
    kk_hex_encode(kk_slice(row->edition, KK_ID_BYTES), id);
    snprintf(seq, sizeof seq, "%04u", row->seq);
    obs.indicator = kk_slice_text(id);
    obs.breakdown = kk_slice_text(parts[row->part]);
    obs.period = kk_slice_text(seq);
    if (row->part == KK_EDITION_CELL)
        obs.source = row->text;
    else
        obs.note = row->text;
    return kk_editions_put(e, &obs);
}

static int by_key(const void *a, const void *b)
{
    const struct kk_obs *x = a, *y = b;
    int order = kk_slice_compare(x->indicator, y->indicator);

    if (order == 0)
        order = kk_slice_compare(x->area, y->area);
    if (order == 0)
        order = kk_slice_compare(x->breakdown, y->breakdown);
    return order ? order : kk_slice_compare(x->period, y->period);
}

int kk_editions_each(struct kk_editions *e, kk_tidy_fn *fn, void *user)
{
    int r = 0;

    if (e->count)
        qsort(e->rows, e->count, sizeof *e->rows, by_key);
    for (size_t i = 0; r == 0 && i < e->count; i++)
        r = fn(user, &e->rows[i]);
    return r;
}

/* --- after a recall --- */
struct sparing {
    struct kk_editions *all, *gone; /* gone: one row for each edition that goes */
    const struct kk_recall_rows *rows;
};

static int spare_row(void *user, const struct kk_obs *obs)
{
    struct sparing *s = user;
    struct kk_edition_row row;
    struct kk_figure figure;
    int r;

    if (!kk_edition_row_read(obs, &row))
        return 0;
    r = kk_editions_add(s->all, &row);
    if (r < 0 || row.part != KK_EDITION_CELL || !kk_figure_parse(row.text, &figure))
        return r;
    const struct kk_obs quoted = { .indicator = figure.indicator, .area = figure.area,
                                   .period = figure.period, .breakdown = figure.breakdown };

    return kk_recall_meant(s->rows, &quoted) ? kk_editions_add(s->gone, &row) : 0;
}

static bool goes(const struct kk_editions *gone, const struct kk_obs *row)
{
    for (size_t i = 0; i < gone->count; i++) {
        if (kk_slice_equal(gone->rows[i].indicator, row->indicator))
            return true;
    }
    return false;
}

static size_t count_editions(const struct kk_editions *e)
{
    size_t count = 0;

    for (size_t i = 0; i < e->count; i++)
        count += i == 0 || !kk_slice_equal(e->rows[i].indicator, e->rows[i - 1].indicator);
    return count;
}

int kk_editions_but(struct kk_press *press, const struct kk_recall_rows *rows,
                    struct kk_editions *ret, size_t *ret_gone)
{
    KK_AUTO_FINI(kk_editions) struct kk_editions gone;
    const struct kk_catalog_scope *row =
        kk_press_scope(press, kk_slice_text(KK_EDITIONS_SCOPE));
    struct sparing s = { ret, &gone, rows };
    size_t kept = 0;
    int r;

    kk_editions_init(&gone);
    r = row ? kk_press_dataset(press, row, KK_KARTE_DATASET, spare_row, &s) : 0;
    for (size_t i = 0; r == 0 && i < ret->count; i++) {
        if (!goes(&gone, &ret->rows[i]))
            ret->rows[kept++] = ret->rows[i];
    }
    ret->count = kept;
    *ret_gone = count_editions(&gone);
    return r;
}
