/* Figures over all scopes (data.h). [DA-1] */
#include "model/data.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "model/data_walk.h"
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
/* Neighbours have most of their texts in common. */
static int copy(struct kk_arena *arena, const struct kk_slice *before, struct kk_slice *text)
{
    if (text->len == 0) {
        *text = kk_slice("", 0);
        return 0;
    }
    *text = kk_slice_equal(*text, *before) ? *before : kk_arena_dup(arena, *text);
    return text->data ? 0 : KK_E_MEMORY;
}

int kk_data_reserve(struct kk_data *d, size_t more)
{
    size_t cap = d->cap ? 2 * d->cap : 256;
    struct kk_cell *cells;

    if (more <= d->cap - d->count)
        return 0;
    if (cap < d->count + more)
        cap = d->count + more;
    cells = kk_realloc(d->cells, cap * sizeof *cells);
    if (!cells)
        return KK_E_MEMORY;
    d->cells = cells;
    d->cap = cap;
    return 0;
}

static int keep(struct kk_data *d, const struct kk_cell *cell)
{
    int r = kk_data_reserve(d, 1);

    if (r == 0)
        d->cells[d->count++] = *cell;
    return r;
}

int kk_data_add(struct kk_data *d, const struct kk_cell *from)
{
    struct kk_cell cell = *from;
    struct kk_obs none = { 0 }, *o = &cell.obs, *b = d->count ? &d->cells[d->count - 1].obs : &none;
    struct kk_slice *texts[] = { &o->indicator, &o->area,   &o->breakdown, &o->period, &o->unit,
                                 &o->status,    &o->method, &o->source,    &o->note };
    const struct kk_slice *before[] = { &b->indicator, &b->area,   &b->breakdown,
                                        &b->period,    &b->unit,   &b->status,
                                        &b->method,    &b->source, &b->note };

    for (size_t i = 0; i < KK_COUNT(texts); i++) {
        if (copy(&d->arena, before[i], texts[i]) < 0)
            return KK_E_MEMORY;
    }
    return keep(d, &cell);
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

/* As the rows of one dataset come. */
static bool is_settled(const struct kk_data *d)
{
    size_t i = 1;

    while (i < d->count && by_key(&d->cells[i - 1], &d->cells[i]) < 0)
        i++;
    return i >= d->count;
}

void kk_data_settle(struct kk_data *d)
{
    size_t kept = 0;

    if (is_settled(d))
        return;
    qsort(d->cells, d->count, sizeof *d->cells, by_key_and_tier);
    for (size_t i = 1; i < d->count; i++) {
        if (by_key(&d->cells[kept], &d->cells[i]) != 0)
            d->cells[++kept] = d->cells[i];
    }
    d->count = kept + 1;
}

int kk_data_scope(struct kk_replicas *replicas, struct kk_slice scope, uint32_t as_of,
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

int kk_data_lacking(struct kk_home *h, uint32_t as_of, bool only_public,
                    void (*fn)(void *user, struct kk_slice scope), void *user)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas replicas = { 0 };
    struct kk_slice scope;
    int r = 0;

    kk_replicas_init(&replicas, h, KK_REPLICA_READ);
    for (size_t i = 0; as_of > 0 && r == 0 && kk_home_release_scope(h, i, &scope); i++) {
        struct kk_replica *replica = NULL;
        struct kk_error none = { 0 };
        bool has = true;

        if (only_public && kk_scope_tier(scope) > 0)
            continue;
        r = kk_replicas_get(&replicas, scope, &replica, &none);
        if (r == 0)
            r = kk_replica_has_release(replica, as_of, &has);
        if (r == KK_E_NOT_FOUND)
            r = 0;
        if (!has)
            fn(user, scope);
    }
    return r;
}

int kk_data_release(const struct kk_home *h, uint32_t as_of, struct kk_error *err)
{
    const struct kk_catalog *catalog = kk_trust_catalog(h->trust);

    if (as_of == 0 || (catalog && as_of <= catalog->version.ver))
        return 0;
    return kk_error_set(err, KK_E_RELEASE_ABSENT, "", "%u", (unsigned)as_of);
}

struct getting {
    const struct kk_data_query *query;
    struct kk_data *data;
};

static int get_parts(void *user, const struct kk_data_part *parts, size_t count)
{
    struct getting *g = user;
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++)
        r = kk_data_part_get(&parts[i], g->query, g->data);
    return r;
}

int kk_data_get(struct kk_home *h, const struct kk_data_query *q, struct kk_data *ret,
                struct kk_error *err)
{
    struct kk_data_walk_query walk = { .as_of = q->as_of,
                                       .indicator = q->indicator,
                                       .only_public = q->only_public };
    struct getting g = { .query = q, .data = ret };
    int r;

    kk_assert(q->indicator.data || q->area_count > 0);
    r = kk_data_walk(h, &walk, get_parts, &g, err);
    if (r == 0)
        kk_data_settle(ret);
    return r;
}

/* --- what there is --- */
struct listing {
    kk_data_indicator_fn *fn;
    void *user;
    struct kk_data_indicator row;
};

static void put_text(struct kk_slice from, char to[KK_OBS_NAME_MAX + 1])
{
    snprintf(to, KK_OBS_NAME_MAX + 1, "%.*s", (int)from.len,
             from.len ? (const char *)from.data : "");
}

static int list_one(void *user, const struct kk_replica_indicator *indicator)
{
    struct listing *l = user;

    l->row.rows = indicator->rows;
    l->row.areas = indicator->areas;
    put_text(indicator->name, l->row.name);
    put_text(indicator->first, l->row.first);
    put_text(indicator->last, l->row.last);
    put_text(indicator->unit, l->row.unit);
    return l->fn(l->user, &l->row);
}

static int list_scope(struct listing *l, struct kk_replica *replica, struct kk_slice scope)
{
    struct kk_replica_held held;
    int r = kk_replica_held(replica, &held);

    if (r < 0)
        return r;
    l->row = (struct kk_data_indicator){ .release = held.release };
    snprintf(l->row.scope, sizeof l->row.scope, "%.*s", (int)scope.len,
             (const char *)scope.data);
    return kk_replica_each_indicator(replica, list_one, l);
}

int kk_data_list(struct kk_home *h, bool only_public, kk_data_indicator_fn *fn, void *user,
                 struct kk_error *err)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas replicas = { 0 };
    struct listing l = { .fn = fn, .user = user };
    struct kk_replica *replica;
    struct kk_slice scope;
    int r = 0;

    kk_replicas_init(&replicas, h, KK_REPLICA_READ);
    for (size_t i = 0; r >= 0 && kk_home_release_scope(h, i, &scope); i++) {
        if (only_public && kk_scope_tier(scope) > 0)
            continue;
        r = kk_data_scope(&replicas, scope, 0, &replica, err);
        if (r > 0)
            r = list_scope(&l, replica, scope);
    }
    return r < 0 ? r : 0;
}

struct meaning {
    const char *typed;
    unsigned distance; /* of the best so far */
    char *best;
    bool known;
};

static int weigh(void *user, const struct kk_data_indicator *row)
{
    struct meaning *m = user;

    m->known = m->known || strcmp(row->name, m->typed) == 0;
    if (kk_text_nearer(m->typed, row->name, &m->distance))
        snprintf(m->best, KK_OBS_NAME_MAX + 1, "%s", row->name);
    return 0;
}

int kk_data_nearest(struct kk_home *h, bool only_public, const char *typed,
                    char ret[KK_OBS_NAME_MAX + 1])
{
    struct meaning m = { .typed = typed, .distance = kk_text_far(typed), .best = ret };
    int r;

    ret[0] = '\0';
    r = kk_data_list(h, only_public, weigh, &m, NULL);
    if (r < 0 || m.known)
        ret[0] = '\0';
    return r;
}

/* --- exports: one scope, so that no file holds two tiers --- */
static int open_export(struct kk_replicas *replicas, const struct kk_data_export *what,
                       struct kk_replica **ret, struct kk_error *err)
{
    int r = kk_scope_tier(what->scope) < 0 ? KK_E_SCOPE : 0;

    if (r == 0)
        r = kk_data_scope(replicas, what->scope, what->as_of, ret, err);
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
    struct kk_lanes_query q = { .dataset = KK_OBS_DATASET, .as_of = what->as_of };
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
