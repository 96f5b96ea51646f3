/* What a file holds, without decoding any of it. */
#include "replica_inside.h"

#include "kukyoku/base/arena.h"

#define ARENA_BYTES (8u * 1024 * 1024)

static bool holds_now(const struct replica_dataset *d)
{
    return d->spans[d->count - 1].ended == 0;
}

static int list_one(const struct replica_dataset *d, kk_replica_listed_fn *fn, void *user)
{
    const struct replica_segment *row = &d->rows[d->count - 1];
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct kk_replica_listed listed;
    struct kk_index index;
    int e;

    kk_arena_init(&arena, ARENA_BYTES);
    e = kk_shape_read(&kk_shape_index, kk_bytes_slice(&row->index), &arena, &index, NULL);
    if (e < 0)
        return e;
    listed = (struct kk_replica_listed){ .dataset = kk_slice_text(d->dataset),
                                         .title = index.schema.title,
                                         .rows = row->row_count,
                                         .since = (uint32_t)index.since,
                                         .base = (uint32_t)index.base,
                                         .newest = (uint32_t)index.base };
    if (index.deltas.count)
        listed.newest = (uint32_t)index.deltas.items[index.deltas.count - 1].to;
    return fn(user, &listed);
}

int kk_replica_each_dataset(struct kk_replica *r, kk_replica_listed_fn *fn, void *user)
{
    KK_AUTO_FINI(replica_segments) struct replica_segments all = { 0 };
    int e = replica_segments_load(r, &all);

    for (size_t i = 0; i < all.count && e == 0; i++)
        if (holds_now(&all.items[i]))
            e = list_one(&all.items[i], fn, user);
    return e;
}

static int list_indicators(const struct replica_segment *row, kk_replica_indicator_fn *fn,
                           void *user)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct kk_groups sums;
    int e;

    kk_arena_init(&arena, ARENA_BYTES);
    e = kk_shape_read(&kk_shape_groups, kk_bytes_slice(&row->sums), &arena, &sums, NULL);
    for (size_t i = 0; e == 0 && i < sums.groups.count; i++)
        e = fn(user, sums.groups.items[i].indicator, sums.groups.items[i].rows);
    return e;
}

int kk_replica_each_indicator(struct kk_replica *r, struct kk_slice dataset,
                              kk_replica_indicator_fn *fn, void *user)
{
    KK_AUTO_FINI(replica_segments) struct replica_segments all = { 0 };
    int e = replica_segments_load(r, &all);

    for (size_t i = 0; i < all.count && e == 0; i++) {
        const struct replica_dataset *d = &all.items[i];

        if (kk_slice_is(dataset, d->dataset) && holds_now(d))
            return list_indicators(&d->rows[d->count - 1], fn, user);
    }
    return e < 0 ? e : KK_E_NOT_FOUND;
}
