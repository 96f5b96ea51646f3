/* Figures over all scopes (data.h). [DA-1] */
#include "model/data.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/bundle/segment.h"
#include "replica/figures.h"

#include <stdio.h>
#include <stdlib.h>

#define RESULT_BYTES (64u * 1024 * 1024)

void kk_data_init(struct kk_data *d)
{
    *d = (struct kk_data){ 0 };
    kk_arena_init(&d->arena, RESULT_BYTES);
}

void kk_data_fini(struct kk_data *d)
{
    kk_free(d->cells);
    d->cells = NULL;
    d->count = d->cap = 0;
    kk_arena_fini(&d->arena);
}

int kk_data_origin(struct kk_home *h, int64_t clock_ms, struct kk_data_origin *ret)
{
    const struct kk_catalog *catalog = kk_trust_catalog(h->trust);

    *ret = (struct kk_data_origin){ 0 };
    if (!catalog)
        return 0;
    ret->release = (uint32_t)catalog->version.ver;
    ret->issued_ms = (int64_t)catalog->issued_ms;
    snprintf(ret->title, sizeof ret->title, "%.*s", (int)catalog->title.len,
             (const char *)catalog->title.data);
    return kk_home_grade(h, clock_ms, &ret->grade, &ret->since_ms);
}

/* --- collecting --- */
struct collecting {
    const struct kk_data_query *q;
    struct kk_data *data;
    struct kk_slice scope;
    unsigned tier;
};

static int copy(struct kk_arena *arena, struct kk_slice *text)
{
    if (text->len == 0) {
        *text = kk_slice("", 0);
        return 0;
    }
    *text = kk_arena_dup(arena, *text);
    return text->data ? 0 : KK_E_MEMORY;
}

static int keep(struct kk_data *d, const struct kk_cell *cell)
{
    if (d->count == d->cap) {
        size_t cap = d->cap ? 2 * d->cap : 256;
        struct kk_cell *cells = kk_realloc(d->cells, cap * sizeof *cells);

        if (!cells)
            return KK_E_MEMORY;
        d->cells = cells;
        d->cap = cap;
    }
    d->cells[d->count++] = *cell;
    return 0;
}

static int collect(void *user, const struct kk_obs *row)
{
    struct collecting *c = user;
    struct kk_cell cell = { .obs = *row, .scope = c->scope, .tier = c->tier };
    struct kk_obs *o = &cell.obs;
    struct kk_slice *texts[] = { &o->indicator, &o->area,   &o->breakdown, &o->period, &o->unit,
                                 &o->status,    &o->method, &o->source,    &o->note };

    if (c->q->period.data && !kk_slice_equal(row->period, c->q->period))
        return 0;
    if (c->q->breakdown.data && !kk_slice_equal(row->breakdown, c->q->breakdown))
        return 0;
    for (size_t i = 0; i < KK_COUNT(texts); i++) {
        if (copy(&c->data->arena, texts[i]) < 0)
            return KK_E_MEMORY;
    }
    return keep(c->data, &cell);
}

static int by_key(const void *a, const void *b)
{
    const struct kk_cell *x = a, *y = b;
    int order = kk_slice_compare(x->obs.indicator, y->obs.indicator);

    if (order == 0)
        order = kk_slice_compare(x->obs.area, y->obs.area);
    if (order == 0)
        order = kk_slice_compare(x->obs.breakdown, y->obs.breakdown);
    return order ? order : kk_slice_compare(x->obs.period, y->obs.period);
}

/* Of one key the most restricted comes first; scopes of one tier by name. */
static int by_key_and_tier(const void *a, const void *b)
{
    const struct kk_cell *x = a, *y = b;
    int order = by_key(a, b);

    if (order)
        return order;
    if (x->tier != y->tier)
        return x->tier > y->tier ? -1 : 1;
    return kk_slice_compare(x->scope, y->scope);
}

static void settle(struct kk_data *d)
{
    size_t kept = 0;

    if (d->count == 0)
        return;
    qsort(d->cells, d->count, sizeof *d->cells, by_key_and_tier);
    for (size_t i = 1; i < d->count; i++) {
        if (by_key(&d->cells[kept], &d->cells[i]) != 0)
            d->cells[++kept] = d->cells[i];
    }
    d->count = kept + 1;
}

static int query_scope(struct kk_replica *replica, struct collecting *c)
{
    struct kk_figures_query q = { .indicator = c->q->indicator, .as_of = c->q->as_of };
    int r = 0;

    if (c->q->area_count == 0)
        return kk_figures_each(replica, &q, collect, c);
    for (size_t i = 0; i < c->q->area_count && r == 0; i++) {
        q.area = c->q->areas[i];
        r = kk_figures_each(replica, &q, collect, c);
    }
    return r;
}

/* 1: opened and readable as of the release; 0: not. */
static int open_scope(struct kk_replicas *replicas, struct kk_slice scope, uint32_t as_of,
                      struct kk_replica **ret, struct kk_error *err)
{
    bool has = true;
    int r = kk_replicas_get(replicas, scope, ret, err);

    if (r == KK_E_NOT_FOUND)
        return 0;
    if (r == 0 && as_of > 0)
        r = kk_replica_has_release(*ret, as_of, &has);
    return r < 0 ? r : has;
}

int kk_data_get(struct kk_home *h, const struct kk_data_query *q, struct kk_data *ret,
                struct kk_error *err)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas replicas = { 0 };
    struct collecting c = { .q = q, .data = ret };
    const struct kk_catalog *catalog = kk_trust_catalog(h->trust);
    unsigned opened = 0;
    int r = 0;

    if (q->as_of > 0 && (!catalog || q->as_of > catalog->version.ver))
        return kk_error_set(err, KK_E_RELEASE_ABSENT, "", "%u", (unsigned)q->as_of);
    kk_replicas_init(&replicas, h, KK_REPLICA_READ);
    for (size_t i = 0; r >= 0 && kk_home_release_scope(h, i, &c.scope); i++) {
        struct kk_replica *replica = NULL;

        c.tier = (unsigned)kk_scope_tier(c.scope);
        if (q->only_public && c.tier > 0)
            continue;
        r = open_scope(&replicas, c.scope, q->as_of, &replica, err);
        opened += r > 0;
        if (r > 0)
            r = query_scope(replica, &c);
    }
    if (r < 0)
        return err && err->fault == r ? r : kk_error_set(err, r, "data", "%s", "");
    if (opened == 0)
        return kk_error_set(err, q->as_of ? KK_E_RELEASE_ABSENT : KK_E_NOT_FOUND, "", "%u",
                            (unsigned)q->as_of);
    if (err)
        *err = (struct kk_error){ 0 }; /* a scope that is not here yet is no fault */
    settle(ret);
    return 0;
}

/* --- what there is --- */
struct listing {
    struct kk_replica *replica;
    kk_data_indicator_fn *fn;
    void *user;
    struct kk_data_indicator row;
    struct kk_slice datasets[64];
    size_t dataset_count;
    struct kk_arena arena;
};

static int list_indicator(void *user, struct kk_slice indicator, uint64_t rows)
{
    struct listing *l = user;
    struct kk_figures_span span = { 0 };
    int r = kk_figures_span(l->replica, indicator, &span);

    if (r < 0)
        return r;
    snprintf(l->row.name, sizeof l->row.name, "%.*s", (int)indicator.len,
             (const char *)indicator.data);
    memcpy(l->row.first, span.first, sizeof span.first);
    memcpy(l->row.last, span.last, sizeof span.last);
    memcpy(l->row.unit, span.unit, sizeof span.unit);
    l->row.rows = rows;
    l->row.areas = span.areas;
    return l->fn(l->user, &l->row);
}

static int note_dataset(void *user, const struct kk_replica_listed *listed)
{
    struct listing *l = user;

    if (l->dataset_count == KK_COUNT(l->datasets))
        return KK_E_ROW_LIMIT;
    l->datasets[l->dataset_count] = kk_arena_dup(&l->arena, listed->dataset);
    return l->datasets[l->dataset_count++].data ? 0 : KK_E_MEMORY;
}

static int list_scope(struct listing *l, struct kk_slice scope)
{
    struct kk_replica_held held;
    int r = kk_replica_held(l->replica, &held);

    if (r < 0)
        return r;
    l->row = (struct kk_data_indicator){ .release = held.release };
    snprintf(l->row.scope, sizeof l->row.scope, "%.*s", (int)scope.len,
             (const char *)scope.data);
    l->dataset_count = 0;
    r = kk_replica_each_dataset(l->replica, note_dataset, l);
    for (size_t i = 0; i < l->dataset_count && r == 0; i++)
        r = kk_replica_each_indicator(l->replica, l->datasets[i], list_indicator, l);
    return r;
}

int kk_data_list(struct kk_home *h, bool only_public, kk_data_indicator_fn *fn, void *user,
                 struct kk_error *err)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas replicas = { 0 };
    struct listing l = { .fn = fn, .user = user };
    struct kk_slice scope;
    int r = 0;

    kk_arena_init(&l.arena, 64 * 1024);
    kk_replicas_init(&replicas, h, KK_REPLICA_READ);
    for (size_t i = 0; r >= 0 && kk_home_release_scope(h, i, &scope); i++) {
        if (only_public && kk_scope_tier(scope) > 0)
            continue;
        r = open_scope(&replicas, scope, 0, &l.replica, err);
        if (r > 0)
            r = list_scope(&l, scope);
    }
    kk_arena_fini(&l.arena);
    return r < 0 ? r : 0;
}

/* --- exports: one scope, so that no file holds two tiers --- */
static int open_export(struct kk_replicas *replicas, const struct kk_data_export *what,
                       struct kk_replica **ret, struct kk_error *err)
{
    int r = kk_scope_tier(what->scope) < 0 ? KK_E_SCOPE : 0;

    if (r == 0)
        r = open_scope(replicas, what->scope, what->as_of, ret, err);
    if (r > 0)
        return 0;
    if (r == 0)
        r = what->as_of ? KK_E_RELEASE_ABSENT : KK_E_NOT_FOUND;
    return kk_error_set(err, r, "", "%.*s %u", (int)what->scope.len,
                        (const char *)what->scope.data, (unsigned)what->as_of);
}

int kk_data_each(struct kk_home *h, const struct kk_data_export *what,
                 int (*fn)(void *user, const struct kk_obs *row), void *user,
                 struct kk_error *err)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas replicas = { 0 };
    struct kk_figures_query q = { .as_of = what->as_of };
    struct kk_replica *replica = NULL;
    int r;

    kk_replicas_init(&replicas, h, KK_REPLICA_READ);
    r = open_export(&replicas, what, &replica, err);
    return r < 0 ? r : kk_figures_each(replica, &q, fn, user);
}

int kk_data_export_sqlite(struct kk_home *h, const struct kk_data_export *what, const char *path,
                          struct kk_error *err)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas replicas = { 0 };
    struct kk_replica *replica = NULL;
    int r;

    kk_replicas_init(&replicas, h, KK_REPLICA_READ);
    r = open_export(&replicas, what, &replica, err);
    return r < 0 ? r : kk_replica_export(replica, path, what->as_of, err);
}

/* --- areas --- */
void kk_area_chain(const char *area, struct kk_area_chain *ret)
{
    size_t ward = strcspn(area, "-");

    *ret = (struct kk_area_chain){ .count = 1 };
    snprintf(ret->areas[0], sizeof ret->areas[0], "%.64s", area);
    if (ward != 5 || area[0] == 'M')
        return;
    if (area[ward] == '-')
        snprintf(ret->areas[ret->count++], KK_OBS_NAME_MAX + 1, "%.5s", area);
    /* A ward's code is that of its city, with the number of the ward in the last place. */
    if (area[4] != '0')
        snprintf(ret->areas[ret->count++], KK_OBS_NAME_MAX + 1, "%.4s0", area);
}
