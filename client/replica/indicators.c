/* What lists tell of each indicator, without decoding any: put with a release, read by lists. */
#include "replica/lane.h"
#include "replica_inside.h"

#include "kukyoku/base/arena.h"

#include <stdio.h>

#define ARENA_BYTES (8u * 1024 * 1024)

/* --- written --- */
int replica_indicators_drop(struct kk_replica *r, struct kk_slice dataset)
{
    struct kk_stmt *s = kk_db_use(r->db, REPLICA_INDICATOR_DROP);

    kk_stmt_text(s, 1, dataset);
    return kk_stmt_run(s);
}

static struct kk_replica_indicator told(const struct kk_obs_words *w, struct kk_slice name,
                                        uint64_t rows, const struct kk_rows_trait *trait)
{
    return (struct kk_replica_indicator){ .name = name, .rows = rows, .areas = trait->areas,
                                          .first = w->periods.items[trait->first],
                                          .last = w->periods.items[trait->last],
                                          .unit = w->units.items[trait->unit] };
}

/* A fault of fn ends it. */
static int each_proven(const struct kk_segment *segment, const struct kk_rows_root *proof,
                       kk_replica_indicator_fn *fn, void *user)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes list = { 0 };
    struct kk_groups sums = { 0 };
    int e = kk_rows_root_list(proof, &list);

    kk_arena_init(&arena, ARENA_BYTES);
    if (e == 0)
        e = kk_shape_read(&kk_shape_groups, kk_bytes_slice(&list), &arena, &sums, NULL);
    kk_assert(e < 0 || proof->traits.len == sums.groups.count * sizeof(struct kk_rows_trait));
    for (size_t i = 0; e == 0 && i < sums.groups.count; i++) {
        const struct kk_group_sum *sum = &sums.groups.items[i];
        struct kk_replica_indicator one;
        struct kk_rows_trait trait;

        memcpy(&trait, proof->traits.data + i * sizeof(trait), sizeof(trait));
        one = told(&segment->words, sum->indicator, sum->rows, &trait);
        e = fn(user, &one);
    }
    return e;
}

struct putting {
    struct kk_db *db;
    struct kk_slice dataset;
};

static int put_one(void *user, const struct kk_replica_indicator *one)
{
    struct putting *p = user;
    struct kk_stmt *s = kk_db_use(p->db, REPLICA_INDICATOR_PUT);

    kk_stmt_text(s, 1, p->dataset);
    kk_stmt_text(s, 2, one->name);
    kk_stmt_int(s, 3, (int64_t)one->rows);
    kk_stmt_int(s, 4, (int64_t)one->areas);
    kk_stmt_text(s, 5, one->first);
    kk_stmt_text(s, 6, one->last);
    kk_stmt_text(s, 7, one->unit);
    return kk_stmt_run(s);
}

int replica_indicators_put(struct kk_replica *r, const struct kk_segment *segment,
                           const struct kk_rows_root *proof)
{
    struct putting p = { r->db, segment->index.schema.dataset };

    return each_proven(segment, proof, put_one, &p);
}

/* --- read --- */
static struct kk_replica_indicator kept(struct kk_stmt *s)
{
    return (struct kk_replica_indicator){ .name = kk_stmt_col_text(s, 0),
                                          .rows = (uint64_t)kk_stmt_col_int(s, 1),
                                          .areas = (uint64_t)kk_stmt_col_int(s, 2),
                                          .first = kk_stmt_col_text(s, 3),
                                          .last = kk_stmt_col_text(s, 4),
                                          .unit = kk_stmt_col_text(s, 5) };
}

/* 1: some; 0: none are kept. */
static int each_kept(struct kk_replica *r, const char *dataset, kk_replica_indicator_fn *fn,
                     void *user)
{
    struct kk_stmt *s = kk_db_use(r->db, REPLICA_INDICATOR_EACH);
    bool any = false;
    int e;

    kk_stmt_text(s, 1, kk_slice_text(dataset));
    e = kk_stmt_step(s);
    while (e > 0) {
        struct kk_replica_indicator one = kept(s);

        any = true;
        e = fn(user, &one);
        if (e == 0)
            e = kk_stmt_step(s);
    }
    kk_stmt_reset(s);
    return e < 0 ? e : any;
}

static int decode_lane(struct kk_lane *lane, kk_replica_indicator_fn *fn, void *user)
{
    const struct kk_obs_words *w = &lane->segment.words;
    const struct kk_obs_group *g;
    int e = 0;

    while (e == 0 && (g = kk_lane_group(lane))) {
        struct kk_replica_indicator one;
        struct kk_rows_trait trait;

        kk_rows_trait(w, g, &trait);
        one = told(w, g->indicator, g->count, &trait);
        e = fn(user, &one);
        if (e == 0)
            e = kk_lane_next(lane);
    }
    return e;
}

static int decode(struct kk_replica *r, const char *dataset, kk_replica_indicator_fn *fn,
                  void *user)
{
    KK_AUTO_FINI(kk_lanes) struct kk_lanes lanes = { 0 };
    int e = kk_lanes_open(r, &(struct kk_lanes_query){ .dataset = dataset }, &lanes);

    return e == 0 && lanes.count > 0 ? decode_lane(&lanes.items[0], fn, user) : e;
}

int kk_replica_each_indicator(struct kk_replica *r, kk_replica_indicator_fn *fn, void *user)
{
    KK_AUTO_FINI(replica_segments) struct replica_segments all = { 0 };
    int e = replica_segments_load(r, &all);

    for (size_t i = 0; e == 0 && i < all.count; i++) {
        const struct replica_dataset *d = &all.items[i];

        if (!replica_holds_now(d) || !replica_is_figures(kk_slice_text(d->dataset)) ||
            d->rows[d->count - 1].row_count == 0)
            continue;
        e = each_kept(r, d->dataset, fn, user);
        if (e == 0)
            e = decode(r, d->dataset, fn, user);
        e = e < 0 ? e : 0;
    }
    return e;
}

/* --- checked --- */
struct comparing {
    struct kk_stmt *kept;
    int step; /* what the last step along `kept` gave */
    char *name;
};

static int name_it(const struct comparing *c, struct kk_slice name)
{
    snprintf(c->name, KK_OBS_NAME_MAX + 1, "%.*s", (int)name.len, (const char *)name.data);
    return 1;
}

static int compare_one(void *user, const struct kk_replica_indicator *one)
{
    struct comparing *c = user;
    struct kk_replica_indicator is;

    if (c->step <= 0)
        return c->step < 0 ? c->step : name_it(c, one->name);
    is = kept(c->kept);
    if (!kk_slice_equal(is.name, one->name) || is.rows != one->rows || is.areas != one->areas ||
        !kk_slice_equal(is.first, one->first) || !kk_slice_equal(is.last, one->last) ||
        !kk_slice_equal(is.unit, one->unit))
        return name_it(c, one->name);
    c->step = kk_stmt_step(c->kept);
    return 0;
}

int replica_indicators_differ(struct kk_replica *r, const struct kk_segment *segment,
                              const struct kk_rows_root *proof, char ret[KK_OBS_NAME_MAX + 1])
{
    struct comparing c = { .kept = kk_db_use(r->db, REPLICA_INDICATOR_EACH), .name = ret };
    int e;

    kk_stmt_text(c.kept, 1, segment->index.schema.dataset);
    c.step = kk_stmt_step(c.kept);
    e = c.step > 0 ? each_proven(segment, proof, compare_one, &c) : c.step;
    if (e == 0 && c.step != 0)
        e = c.step < 0 ? c.step : name_it(&c, kk_stmt_col_text(c.kept, 0));
    kk_stmt_reset(c.kept);
    return e;
}
