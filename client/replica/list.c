/* What a file holds, without decoding any of it. */
#include "replica_inside.h"

#include "kukyoku/base/arena.h"

#define ARENA_BYTES (8u * 1024 * 1024)

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
        if (replica_holds_now(&all.items[i]))
            e = list_one(&all.items[i], fn, user);
    return e;
}
