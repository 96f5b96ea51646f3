/* The segments of a file, read at once: a handful of rows. */
#include "replica_inside.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/bundle/ref.h"

void replica_segments_fini(struct replica_segments *all)
{
    for (size_t i = 0; i < all->count; i++) {
        kk_free(all->items[i].dataset);
        kk_free(all->items[i].spans);
        for (size_t k = 0; k < all->items[i].count; k++) {
            kk_bytes_fini(&all->items[i].rows[k].index);
            kk_bytes_fini(&all->items[i].rows[k].sums);
        }
        kk_free(all->items[i].rows);
    }
    kk_free(all->items);
    *all = (struct replica_segments){ 0 };
}

static struct replica_dataset *dataset_of(struct replica_segments *all, struct kk_slice name)
{
    struct replica_dataset *items;

    if (all->count > 0 && kk_slice_is(name, all->items[all->count - 1].dataset))
        return &all->items[all->count - 1];
    items = kk_realloc(all->items, (all->count + 1) * sizeof(*items));
    if (!items)
        return NULL;
    all->items = items;
    items[all->count] = (struct replica_dataset){ 0 };
    items[all->count].dataset = kk_text_dup((const char *)name.data, name.len);
    return items[all->count].dataset ? &items[all->count++] : NULL;
}

static int grow(struct replica_dataset *d)
{
    struct span *spans = kk_realloc(d->spans, (d->count + 1) * sizeof(*spans));
    struct replica_segment *rows;

    if (!spans)
        return KK_E_MEMORY;
    d->spans = spans;
    rows = kk_realloc(d->rows, (d->count + 1) * sizeof(*rows));
    if (!rows)
        return KK_E_MEMORY;
    d->rows = rows;
    rows[d->count] = (struct replica_segment){ 0 };
    return 0;
}

static int take(struct replica_segments *all, struct kk_stmt *s)
{
    struct replica_dataset *d = dataset_of(all, kk_stmt_col_text(s, 0));
    struct replica_segment *row;
    int r = d ? grow(d) : KK_E_MEMORY;

    if (r < 0)
        return r;
    d->spans[d->count] = (struct span){ .base = (uint32_t)kk_stmt_col_int(s, 1),
                                        .ended = (uint32_t)kk_stmt_col_int(s, 2),
                                        .since = (uint32_t)kk_stmt_col_int(s, 3) };
    row = &d->rows[d->count++];
    row->row_count = (uint64_t)kk_stmt_col_int(s, 4);
    if (!kk_stmt_col_copy(s, 5, row->seg_root, KK_HASH_BYTES) ||
        !kk_stmt_col_copy(s, 6, row->index_hash, KK_HASH_BYTES))
        return KK_E_STORE;
    r = kk_bytes_append_slice(&row->index, kk_stmt_col_blob(s, 7));
    return r < 0 ? r : kk_bytes_append_slice(&row->sums, kk_stmt_col_blob(s, 8));
}

int replica_segments_load(struct kk_replica *r, struct replica_segments *ret)
{
    struct kk_stmt *s = kk_db_use(r->db, REPLICA_SEGMENT_EACH);
    int e = kk_stmt_step(s);

    while (e > 0) {
        e = take(ret, s);
        if (e == 0)
            e = kk_stmt_step(s);
    }
    kk_stmt_reset(s);
    return e;
}

bool replica_holds_now(const struct replica_dataset *d)
{
    return d->spans[d->count - 1].ended == 0;
}

bool replica_is_figures(struct kk_slice dataset)
{
    return !kk_slice_is(dataset, KK_REF_DATASET) && !kk_slice_is(dataset, KK_KARTE_DATASET) &&
           !kk_slice_is(dataset, KK_PRACTICE_DATASET);
}

int replica_rows(struct kk_replica *r, uint64_t *ret)
{
    KK_AUTO_FINI(replica_segments) struct replica_segments all = { 0 };
    int e = replica_segments_load(r, &all);
    uint64_t rows = 0;

    for (size_t i = 0; i < all.count; i++) {
        const struct replica_dataset *d = &all.items[i];

        if (replica_holds_now(d))
            rows += d->rows[d->count - 1].row_count;
    }
    if (e == 0)
        *ret = rows;
    return e;
}
