/* What lists tell of each indicator, without decoding any: put with a release, read by lists. */
#include "replica/lane.h"
#include "replica_inside.h"

#include "kukyoku/base/arena.h"

#define ARENA_BYTES (8u * 1024 * 1024)

/* --- written --- */
int replica_indicators_drop(struct kk_replica *r, struct kk_slice dataset)
{
    struct kk_stmt *s = kk_db_use(r->db, REPLICA_INDICATOR_DROP);

    kk_stmt_text(s, 1, dataset);
    return kk_stmt_run(s);
}

static int put(struct kk_stmt *s, const struct kk_obs_words *w, const struct kk_group_sum *sum,
               const struct kk_rows_trait *trait)
{
    kk_stmt_text(s, 2, sum->indicator);
    kk_stmt_int(s, 3, (int64_t)sum->rows);
    kk_stmt_int(s, 4, trait->areas);
    kk_stmt_text(s, 5, w->periods.items[trait->first]);
    kk_stmt_text(s, 6, w->periods.items[trait->last]);
    kk_stmt_text(s, 7, w->units.items[trait->unit]);
    return kk_stmt_run(s);
}

int replica_indicators_put(struct kk_replica *r, const struct kk_segment *segment,
                           const struct kk_rows_root *proof)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes list = { 0 };
    struct kk_slice dataset = segment->index.schema.dataset;
    struct kk_groups sums = { 0 };
    int e = kk_rows_root_list(proof, &list);

    kk_arena_init(&arena, ARENA_BYTES);
    if (e == 0)
        e = kk_shape_read(&kk_shape_groups, kk_bytes_slice(&list), &arena, &sums, NULL);
    kk_assert(e < 0 || proof->traits.len == sums.groups.count * sizeof(struct kk_rows_trait));
    for (size_t i = 0; e == 0 && i < sums.groups.count; i++) {
        struct kk_stmt *s = kk_db_use(r->db, REPLICA_INDICATOR_PUT);
        struct kk_rows_trait trait;

        memcpy(&trait, proof->traits.data + i * sizeof(trait), sizeof(trait));
        kk_stmt_text(s, 1, dataset);
        e = put(s, &segment->words, &sums.groups.items[i], &trait);
    }
    return e;
}

/* --- read --- */
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
        struct kk_replica_indicator one = { .name = kk_stmt_col_text(s, 0),
                                            .rows = (uint64_t)kk_stmt_col_int(s, 1),
                                            .areas = (uint64_t)kk_stmt_col_int(s, 2),
                                            .first = kk_stmt_col_text(s, 3),
                                            .last = kk_stmt_col_text(s, 4),
                                            .unit = kk_stmt_col_text(s, 5) };

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
        struct kk_replica_indicator one = { .name = g->indicator, .rows = g->count };
        struct kk_rows_trait trait;

        kk_rows_trait(w, g, &trait);
        one.areas = trait.areas;
        one.first = w->periods.items[trait.first];
        one.last = w->periods.items[trait.last];
        one.unit = w->units.items[trait.unit];
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
