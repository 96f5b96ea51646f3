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
    struct kk_sheet_row *rows; /* of the indicator at hand */
    size_t count, cap;
    kk_sheet_fn *fn;
    void *user;
};

static int add_row(struct sheet *s, const struct kk_sheet_row *row)
{
    if (s->count == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 16;
        struct kk_sheet_row *rows = kk_realloc(s->rows, cap * sizeof(*rows));

        if (!rows)
            return KK_E_MEMORY;
        s->rows = rows;
        s->cap = cap;
    }
    s->rows[s->count++] = *row;
    return 0;
}

/* One for each breakdown. */
static int gather(struct sheet *s, const struct kk_data *d)
{
    const struct kk_area_chain *chain = &s->chain;
    int e = 0;

    s->count = 0;
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
        row.rank = is_value(row.own); /* the first, until a larger one is found */
        e = add_row(s, &row);
    }
    return e;
}

/* --- places --- */
/* The figures of one part, and those more restricted, which go before them. */
struct ranking {
    const struct kk_data_part *parts;
    size_t at;
    struct sought *sought; /* by the code of the breakdown */
};
struct sought {
    int period; /* its code; -1: none */
    struct kk_sheet_row *row;
};

/* Of each area the most restricted figure, as everywhere. [DA-1] */
static bool is_told(const struct ranking *r, struct kk_slice area, const struct kk_obs *like)
{
    for (size_t i = 0; i < r->at; i++) {
        const struct kk_lane *lane = r->parts[i].lane;
        int period = kk_dict_find(&lane->segment.words.periods, like->period);
        int breakdown = kk_dict_find(&lane->segment.words.breakdowns, like->breakdown);
        size_t count;
        const struct kk_obs_row *row = kk_lane_area(lane, area, &count);

        for (; count > 0; count--, row++) {
            if (row->period == period && row->breakdown == breakdown)
                return true;
        }
    }
    return false;
}

/* Areas of the level in one part: each row is looked at once, whatever breakdowns are sought. */
static void rank_part(const struct ranking *r)
{
    const struct kk_lane *lane = r->parts[r->at].lane;
    const struct kk_obs_group *g = kk_lane_group(lane);
    const struct kk_obs_row *end = g->rows + g->count;

    for (const struct kk_obs_row *row = g->rows; row < end; row++) {
        const struct sought *sought = &r->sought[row->breakdown];
        struct kk_slice area;

        if (row->period != sought->period || g->attrs[row->attr].missing != KK_MISSING_NONE)
            continue;
        area = lane->segment.words.areas.items[row->area];
        if (!same_level(area, sought->row->own->obs.area) ||
            is_told(r, area, &sought->row->own->obs))
            continue;
        sought->row->ranked++;
        sought->row->rank += row->value > sought->row->own->obs.value;
    }
}

static int seek(struct sheet *s, struct ranking *r)
{
    const struct kk_obs_words *w = &r->parts[r->at].lane->segment.words;

    r->sought = kk_alloc_array(w->breakdowns.count + 1, sizeof(*r->sought));
    if (!r->sought)
        return KK_E_MEMORY;
    for (size_t i = 0; i < w->breakdowns.count; i++)
        r->sought[i].period = -1;
    for (size_t i = 0; i < s->count; i++) {
        const struct kk_obs *own = &s->rows[i].own->obs;
        int breakdown = kk_dict_find(&w->breakdowns, own->breakdown);

        if (breakdown >= 0 && is_value(s->rows[i].own))
            r->sought[breakdown] = (struct sought){ kk_dict_find(&w->periods, own->period),
                                                    &s->rows[i] };
    }
    rank_part(r);
    kk_free(r->sought);
    return 0;
}

static int rank(struct sheet *s, const struct kk_data_part *parts, size_t count)
{
    struct ranking r = { .parts = parts };
    int e = 0;

    for (; e == 0 && s->count > 0 && r.at < count; r.at++)
        e = seek(s, &r);
    for (size_t i = 0; i < s->count; i++) {
        if (s->rows[i].ranked < 2)
            s->rows[i].rank = s->rows[i].ranked = 0;
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
    r = gather(s, &d);
    if (r == 0)
        r = rank(s, parts, count);
    for (size_t i = 0; r == 0 && i < s->count; i++)
        r = s->fn(s->user, &s->rows[i]);
    return r;
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
    kk_free(s.rows);
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
