/* All scopes side by side, indicator by indicator (data_walk.h). */
#include "model/data_walk.h"

#include "kukyoku/base/alloc.h"

#include <stdlib.h>

/* One dataset of one scope; the list it belongs to is one of walk.lists. */
struct source {
    struct kk_lane *lane;
    struct kk_slice scope;
    unsigned tier;
};
struct walk {
    const struct kk_data_walk_query *query;
    struct kk_replicas replicas;
    struct kk_lanes lists[KK_SCOPES_MAX];
    size_t list_count;
    struct source *sources;
    struct kk_data_part *parts; /* room for one of each source */
    size_t count;
};

static void finish(struct walk *w)
{
    for (size_t i = 0; i < w->list_count; i++)
        kk_lanes_fini(&w->lists[i]);
    kk_free(w->sources);
    kk_free(w->parts);
    kk_replicas_fini(&w->replicas);
}

static int add_sources(struct walk *w, struct kk_lanes *list, struct kk_slice scope)
{
    size_t room = w->count + list->count + 1;
    struct source *sources = kk_realloc(w->sources, room * sizeof(*sources));

    if (!sources)
        return KK_E_MEMORY;
    w->sources = sources;
    for (size_t i = 0; i < list->count; i++)
        sources[w->count++] = (struct source){ .lane = &list->items[i], .scope = scope,
                                           .tier = (unsigned)kk_scope_tier(scope) };
    return 0;
}

static int open_scope(struct walk *w, struct kk_slice scope, unsigned *ret_opened,
                      struct kk_error *err)
{
    struct kk_lanes_query query = { .as_of = w->query->as_of, .indicator = w->query->indicator };
    struct kk_lanes *list = &w->lists[w->list_count];
    struct kk_replica *replica;
    int r = kk_data_scope(&w->replicas, scope, w->query->as_of, &replica, err);

    if (r <= 0)
        return r;
    kk_assert(w->list_count < KK_SCOPES_MAX);
    r = kk_lanes_open(replica, &query, list);
    if (r < 0)
        return r;
    w->list_count++;
    *ret_opened += 1;
    return add_sources(w, list, scope);
}

/* The most restricted first, scopes of one tier by name: whose cell is shown. */
static int by_tier(const void *a, const void *b)
{
    const struct source *x = a, *y = b;

    if (x->tier != y->tier)
        return x->tier > y->tier ? -1 : 1;
    return kk_slice_compare(x->scope, y->scope);
}

static int start(struct walk *w, struct kk_home *h, struct kk_error *err)
{
    struct kk_slice scope;
    unsigned opened = 0;
    int r = 0;

    for (size_t i = 0; r >= 0 && kk_home_release_scope(h, i, &scope); i++) {
        if (!w->query->only_public || kk_scope_tier(scope) == 0)
            r = open_scope(w, scope, &opened, err);
    }
    if (r < 0)
        return r;
    if (opened == 0)
        return w->query->as_of ? KK_E_RELEASE_ABSENT : KK_E_NOT_FOUND;
    w->parts = kk_alloc_array(w->count + 1, sizeof(*w->parts));
    if (!w->parts)
        return KK_E_MEMORY;
    if (w->count)
        qsort(w->sources, w->count, sizeof(*w->sources), by_tier);
    return 0;
}

/* The lowest indicator that any dataset stands at; NULL at the end. */
static const struct kk_obs_group *lowest(const struct walk *w)
{
    const struct kk_obs_group *found = NULL;

    for (size_t i = 0; i < w->count; i++) {
        const struct kk_obs_group *g = kk_lane_group(w->sources[i].lane);

        if (g && (!found || kk_slice_compare(g->indicator, found->indicator) < 0))
            found = g;
    }
    return found;
}

/* Hands the indicator out and moves everyone who stood there. */
static int step(struct walk *w, const struct kk_obs_group *at, kk_data_part_fn *fn, void *user)
{
    size_t count = 0;
    int r;

    for (size_t i = 0; i < w->count; i++) {
        const struct kk_obs_group *g = kk_lane_group(w->sources[i].lane);

        if (g && kk_slice_equal(g->indicator, at->indicator))
            w->parts[count++] = (struct kk_data_part){ w->sources[i].lane, w->sources[i].scope,
                                                       w->sources[i].tier };
    }
    r = fn(user, w->parts, count);
    for (size_t i = 0, k = 0; r == 0 && i < w->count && k < count; i++) {
        if (w->parts[k].lane == w->sources[i].lane) {
            r = kk_lane_next(w->sources[i].lane);
            k++;
        }
    }
    return r;
}

int kk_data_walk(struct kk_home *h, const struct kk_data_walk_query *q, kk_data_part_fn *fn,
                 void *user, struct kk_error *err)
{
    struct walk w = { .query = q };
    const struct kk_obs_group *at;
    int r;

    kk_replicas_init(&w.replicas, h, KK_REPLICA_READ);
    r = kk_data_release(h, q->as_of, err);
    if (r == 0)
        r = start(&w, h, err);
    while (r == 0 && (at = lowest(&w)))
        r = step(&w, at, fn, user);
    finish(&w);
    if (r < 0)
        return err && err->fault == r ? r : kk_error_set(err, r, "data", "%u", (unsigned)q->as_of);
    if (err)
        *err = (struct kk_error){ 0 }; /* a scope that is not here yet is no fault */
    return 0;
}

/* -1: any; -2: one that no row has. */
static int code_of(const struct kk_dict *words, struct kk_slice asked)
{
    int code = asked.data ? kk_dict_find(words, asked) : -1;

    return asked.data && code < 0 ? -2 : code;
}

struct getting {
    const struct kk_data_part *part;
    struct kk_data *data;
    int period, breakdown; /* code_of */
};

static int get_rows(const struct getting *g, const struct kk_obs_row *row, size_t count)
{
    const struct kk_lane *lane = g->part->lane;
    int r = 0;

    for (; r == 0 && count > 0; count--, row++) {
        struct kk_cell cell = { .scope = g->part->scope, .tier = g->part->tier };

        if ((g->period != -1 && row->period != g->period) ||
            (g->breakdown != -1 && row->breakdown != g->breakdown))
            continue;
        kk_obs_get(&lane->segment.words, kk_lane_group(lane), row, &cell.obs);
        r = kk_data_add(g->data, &cell);
    }
    return r;
}

int kk_data_part_get(const struct kk_data_part *part, const struct kk_data_query *q,
                     struct kk_data *d)
{
    const struct kk_obs_words *words = &part->lane->segment.words;
    const struct kk_obs_group *group = kk_lane_group(part->lane);
    struct getting g = { .part = part, .data = d };
    int r = 0;

    g.period = code_of(&words->periods, q->period);
    g.breakdown = code_of(&words->breakdowns, q->breakdown);
    if (q->area_count == 0) {
        r = kk_data_reserve(d, g.period == -1 && g.breakdown == -1 ? group->count : 0);
        return r < 0 ? r : get_rows(&g, group->rows, group->count);
    }
    for (size_t i = 0; r == 0 && i < q->area_count; i++) {
        size_t count;
        const struct kk_obs_row *row = kk_lane_area(part->lane, q->areas[i], &count);

        r = get_rows(&g, row, count);
    }
    return r;
}
