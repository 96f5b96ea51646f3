/* Figures of an area among its like, and its records. */
#include "model/sheet.h"

#include "kukyoku/base/alloc.h"

#include <stdio.h>
#include <stdlib.h>

/* --- figures --- */

/* Names once each: an indicator may stand in several scopes. */
struct names {
    char (*list)[KK_OBS_NAME_MAX + 1];
    size_t count, cap;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int add_name(void *user, const struct kk_data_indicator *row)
{
    struct names *n = user;

    if (n->count == n->cap) {
        size_t cap = n->cap ? 2 * n->cap : 64;
        char(*list)[KK_OBS_NAME_MAX + 1] = kk_realloc(n->list, cap * sizeof(*list));

        if (!list)
            return KK_E_MEMORY;
        n->list = list;
        n->cap = cap;
    }
    snprintf(n->list[n->count++], sizeof(n->list[0]), "%s", row->name);
    return 0;
}

/* Areas of one level have codes of one form: a ward, one of the 44, a block. */
static bool same_level(struct kk_slice a, struct kk_slice b)
{
    if (a.len != b.len || a.len < 5 || (a.len > 5) != (b.len > 5))
        return false;
    return a.len > 5 || (a.data[4] == '0') == (b.data[4] == '0');
}

static bool is_value(const struct kk_cell *cell)
{
    return cell && cell->obs.missing == KK_MISSING_NONE;
}

/* Of this breakdown and, where given, this period. */
static bool of(const struct kk_cell *cell, const struct kk_cell *like, bool same_period)
{
    return kk_slice_equal(cell->obs.breakdown, like->obs.breakdown) &&
           (!same_period || kk_slice_equal(cell->obs.period, like->obs.period));
}

static void rank(const struct kk_data *d, struct kk_sheet_row *row)
{
    if (!is_value(row->own))
        return;
    row->rank = 1;
    for (size_t i = 0; i < d->count; i++) {
        const struct kk_cell *other = &d->cells[i];

        if (!is_value(other) || !of(other, row->own, true) ||
            !same_level(other->obs.area, row->own->obs.area))
            continue;
        row->ranked++;
        row->rank += other->obs.value > row->own->obs.value;
    }
    if (row->ranked < 2)
        row->rank = row->ranked = 0;
}

static const struct kk_cell *find(const struct kk_data *d, const struct kk_cell *like,
                                  const char *area)
{
    for (size_t i = 0; i < d->count; i++) {
        if (of(&d->cells[i], like, true) && kk_slice_is(d->cells[i].obs.area, area))
            return &d->cells[i];
    }
    return NULL;
}

/* Cells ascend by area, breakdown, period: the last of a run is the newest. */
static bool ends_run(const struct kk_data *d, size_t i, const char *area)
{
    const struct kk_cell *cell = &d->cells[i];

    if (!kk_slice_is(cell->obs.area, area))
        return false;
    return i + 1 == d->count || !kk_slice_is(d->cells[i + 1].obs.area, area) ||
           !of(&d->cells[i + 1], cell, false);
}

static int rows_of(const struct kk_data *d, const struct kk_area_chain *chain, kk_sheet_fn *fn,
                   void *user)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < d->count; i++) {
        struct kk_sheet_row row = { .own = &d->cells[i] };

        if (!ends_run(d, i, chain->areas[0]))
            continue;
        if (i > 0 && kk_slice_is(d->cells[i - 1].obs.area, chain->areas[0]) &&
            of(&d->cells[i - 1], row.own, false))
            row.before = &d->cells[i - 1];
        if (chain->count == KK_AREA_LEVELS)
            row.ward = find(d, row.own, chain->areas[1]);
        if (chain->count > 1)
            row.city = find(d, row.own, chain->areas[chain->count - 1]);
        rank(d, &row);
        e = fn(user, &row);
    }
    return e;
}

int kk_sheet_figures(struct kk_home *h, const struct kk_sheet_query *q, kk_sheet_fn *fn,
                     void *user, struct kk_error *err)
{
    struct names names = { .count = 0 };
    struct kk_area_chain chain;
    int e = kk_data_list(h, q->only_public, add_name, &names, err);

    kk_area_chain(q->area, &chain);
    if (names.count)
        qsort(names.list, names.count, sizeof(names.list[0]), by_name);
    for (size_t i = 0; e == 0 && i < names.count; i++) {
        struct kk_data data;
        struct kk_data_query query = { .indicator = kk_slice_text(names.list[i]),
                                       .as_of = q->as_of, .only_public = q->only_public };

        if (i > 0 && strcmp(names.list[i], names.list[i - 1]) == 0)
            continue;
        kk_data_init(&data);
        e = kk_data_get(h, &query, &data, err);
        if (e == 0)
            e = rows_of(&data, &chain, fn, user);
        kk_data_fini(&data);
    }
    kk_free(names.list);
    return e;
}

/* --- records --- */

int kk_sheet_records(struct kk_records *r, const char *area, enum kk_kind kind, kk_record_fn *fn,
                     void *user)
{
    struct kk_record_query q = { .kind = kind, .area = kk_slice_text(area), .open = true,
                                 .passing = true, .limit = KK_SHEET_RECORDS + 1 };

    return kk_record_each(r, &q, fn, user);
}
