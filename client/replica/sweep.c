/* After a recall: blobs that no index names any more leave the file. */
#include "replica_inside.h"

#include "kukyoku/base/arena.h"

#include <stdlib.h>

#define ARENA_BYTES (8u * 1024 * 1024)

static bool needs_all(void *user, enum kk_blob_kind kind, const struct kk_blob_ref *ref)
{
    (void)user;
    (void)kind;
    (void)ref;
    return false;
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(((const struct kk_want *)a)->ref.hash, ((const struct kk_want *)b)->ref.hash,
                  KK_HASH_BYTES);
}

static int name_all(struct kk_replica *r, struct kk_plan *named)
{
    KK_AUTO_FINI(replica_segments) struct replica_segments all = { 0 };
    int e = replica_segments_load(r, &all);

    for (size_t i = 0; i < all.count && e == 0; i++) {
        for (size_t k = 0; k < all.items[i].count && e == 0; k++) {
            KK_AUTO_FINI(kk_arena) struct kk_arena arena;
            struct kk_index index;

            kk_arena_init(&arena, ARENA_BYTES);
            e = kk_shape_read(&kk_shape_index, kk_bytes_slice(&all.items[i].rows[k].index), &arena,
                              &index, NULL);
            if (e == 0)
                e = kk_plan_index(named, &index, needs_all, NULL);
        }
    }
    if (named->count)
        qsort(named->wants, named->count, sizeof(*named->wants), by_hash);
    return e;
}

/* Hashes of blobs that are stored and not named. */
static int find_unnamed(struct kk_replica *r, const struct kk_plan *named, struct kk_plan *ret)
{
    struct kk_stmt *s = kk_db_use(r->db, REPLICA_BLOB_HASHES);
    int e = kk_stmt_step(s);

    while (e > 0) {
        struct kk_want key = { 0 };

        e = kk_stmt_col_copy(s, 0, key.ref.hash, KK_HASH_BYTES) ? 0 : KK_E_STORE;
        if (e == 0 && (named->count == 0 ||
                       !bsearch(&key, named->wants, named->count, sizeof(*named->wants), by_hash)))
            e = kk_plan_add(ret, KK_BLOB_PACK, &key.ref);
        if (e == 0)
            e = kk_stmt_step(s);
    }
    kk_stmt_reset(s);
    return e;
}

int replica_drop_blob(struct kk_replica *r, const uint8_t hash[KK_HASH_BYTES])
{
    struct kk_stmt *s = kk_db_use(r->db, REPLICA_BLOB_DROP);

    kk_stmt_blob(s, 1, kk_slice(hash, KK_HASH_BYTES));
    return kk_stmt_run(s);
}

int replica_sweep_blobs(struct kk_replica *r)
{
    KK_AUTO_FINI(kk_plan) struct kk_plan named = { 0 };
    KK_AUTO_FINI(kk_plan) struct kk_plan unnamed = { 0 };
    int e = name_all(r, &named);

    if (e == 0)
        e = find_unnamed(r, &named, &unnamed);
    for (size_t i = 0; i < unnamed.count && e == 0; i++)
        e = replica_drop_blob(r, unnamed.wants[i].ref.hash);
    return e;
}
