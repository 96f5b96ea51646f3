/* Figures of an area among its like, and its records. */
#include "model/sheet.h"

#include "model/data_walk.h"
#include "model/share.h"

#include "kukyoku/base/alloc.h"

#include <stdlib.h>

/* --- figures --- */

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

/* An area of the level, and what it has. */
struct peer {
    struct kk_slice area;
    size_t part; /* the lower, the more restricted */
    bool counts;
    int64_t value;
};
struct peers {
    struct peer *items;
    size_t count, cap;
};

static int add_peer(struct peers *p, const struct peer *one)
{
    if (p->count == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 64;
        struct peer *items = kk_realloc(p->items, cap * sizeof(*items));

        if (!items)
            return KK_E_MEMORY;
        p->items = items;
        p->cap = cap;
    }
    p->items[p->count++] = *one;
    return 0;
}

/* Areas of the level in one part, for one period and breakdown. */
static int gather_part(struct peers *p, const struct kk_data_part *part, size_t at,
                       const struct kk_obs *like)
{
    const struct kk_obs_words *w = &part->lane->segment.words;
    const struct kk_obs_group *g = kk_lane_group(part->lane);
    int period = kk_dict_find(&w->periods, like->period);
    int breakdown = kk_dict_find(&w->breakdowns, like->breakdown);
    int r = 0;

    for (size_t i = 0; r == 0 && period >= 0 && breakdown >= 0 && i < g->count; i++) {
        const struct kk_obs_row *row = &g->rows[i];
        struct kk_slice area = w->areas.items[row->area];

        if (row->period != period || row->breakdown != breakdown || !same_level(area, like->area))
            continue;
        r = add_peer(p, &(struct peer){ .area = area, .part = at, .value = row->value,
                                        .counts = g->attrs[row->attr].missing ==
                                                  KK_MISSING_NONE });
    }
    return r;
}

static int by_area_and_part(const void *a, const void *b)
{
    const struct peer *x = a, *y = b;
    int order = kk_slice_compare(x->area, y->area);

    return order ? order : (x->part > y->part) - (x->part < y->part);
}

/* Of each area the most restricted figure, as everywhere. [DA-1] */
static int rank(const struct kk_data_part *parts, size_t count, struct peers *p,
                struct kk_sheet_row *row)
{
    int r = 0;

    if (!is_value(row->own))
        return 0;
    p->count = 0;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = gather_part(p, &parts[i], i, &row->own->obs);
    if (r < 0)
        return r;
    if (count > 1 && p->count)
        qsort(p->items, p->count, sizeof(*p->items), by_area_and_part);
    row->rank = 1;
    for (size_t i = 0; i < p->count; i++) {
        if (!p->items[i].counts ||
            (i > 0 && kk_slice_equal(p->items[i].area, p->items[i - 1].area)))
            continue;
        row->ranked++;
        row->rank += p->items[i].value > row->own->obs.value;
    }
    if (row->ranked < 2)
        row->rank = row->ranked = 0;
    return 0;
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

struct sheet {
    struct kk_area_chain chain;
    struct kk_slice areas[KK_AREA_LEVELS];
    struct peers peers;
    kk_sheet_fn *fn;
    void *user;
};

static int rows_of(struct sheet *s, const struct kk_data *d, const struct kk_data_part *parts,
                   size_t count)
{
    const struct kk_area_chain *chain = &s->chain;
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
        e = rank(parts, count, &s->peers, &row);
        if (e == 0)
            e = s->fn(s->user, &row);
    }
    return e;
}

static int on_indicator(void *user, const struct kk_data_part *parts, size_t count)
{
    KK_AUTO_FINI(kk_data) struct kk_data d;
    struct sheet *s = user;
    struct kk_data_query query = { .areas = s->areas, .area_count = s->chain.count };
    int r = 0;

    kk_data_init(&d);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = kk_data_part_get(&parts[i], &query, &d);
    if (r < 0)
        return r;
    kk_data_settle(&d);
    return rows_of(s, &d, parts, count);
}

int kk_sheet_figures(struct kk_home *h, const struct kk_sheet_query *q, kk_sheet_fn *fn,
                     void *user, struct kk_error *err)
{
    struct kk_data_walk_query walk = { .as_of = q->as_of, .only_public = q->only_public };
    struct sheet s = { .fn = fn, .user = user };
    int r;

    kk_area_chain(q->area, &s.chain);
    for (size_t i = 0; i < s.chain.count; i++)
        s.areas[i] = kk_slice_text(s.chain.areas[i]);
    r = kk_data_walk(h, &walk, on_indicator, &s, err);
    kk_free(s.peers.items);
    return r;
}

/* --- records --- */

struct once {
    struct kk_records *records;
    const struct kk_record_query *query;
    kk_record_fn *fn;
    void *user;
};

/* A copy that stands beside the ward's own record says nothing more. */
static int on_record(void *user, const struct kk_record *record)
{
    struct once *o = user;
    struct kk_record origin;
    int e = kk_share_origin(o->records, record, &origin);

    if (e > 0 && kk_record_meant(&origin, o->query))
        return 0;
    return e < 0 ? e : o->fn(o->user, record);
}

int kk_sheet_records(struct kk_records *r, const char *area, enum kk_kind kind, kk_record_fn *fn,
                     void *user)
{
    struct kk_record_query q = { .kind = kind, .area = kk_slice_text(area), .open = true,
                                 .passing = true, .limit = KK_SHEET_RECORDS + 1 };

    return kk_record_each(r, &q, on_record,
                          &(struct once){ .records = r, .query = &q, .fn = fn, .user = user });
}
