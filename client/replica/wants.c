/* What is to be fetched next for a release, and whether anything is ([BN-20], [BN-21]). */
#include "replica_inside.h"

#include "kukyoku/base/arena.h"

#define ARENA_BYTES (8u * 1024 * 1024)

static bool stored(struct kk_replica *r, const uint8_t hash[KK_HASH_BYTES])
{
    struct kk_stmt *s = kk_db_use(r->db, REPLICA_BLOB_HAS);
    int e;

    kk_stmt_blob(s, 1, kk_slice(hash, KK_HASH_BYTES));
    e = kk_stmt_step(s);
    kk_stmt_reset(s);
    return e > 0;
}

static bool has(void *user, enum kk_blob_kind kind, const struct kk_blob_ref *ref)
{
    const struct replica_reader *reader = user;

    (void)kind;
    if (stored(reader->replica, ref->hash))
        return true;
    return reader->job && kk_stage_have(reader->job->stage, ref) == ref->len;
}

static int want_packs(struct replica_reader *reader, struct kk_slice index, struct kk_plan *plan)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct kk_index decoded;
    int r;

    kk_arena_init(&arena, ARENA_BYTES);
    r = kk_shape_read(&kk_shape_index, index, &arena, &decoded, NULL);
    return r < 0 ? r : kk_plan_index(plan, &decoded, has, reader);
}

/* Indexes first: what they name is known only once they are here. */
static int want_segments(struct replica_reader *reader, const struct kk_manifest *m,
                         struct kk_plan *plan)
{
    size_t before = plan->count;
    int r = 0;

    for (size_t i = 0; i < m->segments.count && r == 0; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes index = { 0 };

        r = replica_index(reader, &m->segments.items[i].index, &index);
        if (r == KK_E_BLOB_MISSING)
            r = kk_plan_add(plan, KK_BLOB_INDEX, &m->segments.items[i].index);
    }
    for (size_t i = 0; i < m->segments.count && r == 0 && plan->count == before; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes index = { 0 };

        r = replica_index(reader, &m->segments.items[i].index, &index);
        if (r == 0)
            r = want_packs(reader, kk_bytes_slice(&index), plan);
        if (r == 0 && plan->count > before)
            r = replica_ahead_add(reader->replica, reader->job, m->segments.items[i].index.hash,
                                  kk_bytes_slice(&index));
        before = plan->count; /* blobs of all segments are wanted at once */
    }
    return r;
}

int kk_replica_wants(struct kk_replica *r, const struct kk_replica_job *job, struct kk_plan *plan)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct replica_reader reader = { .replica = r, .job = job };
    struct kk_manifest m;
    uint8_t state[KK_HASH_BYTES];
    int e = replica_manifest(&reader, &plain);

    kk_arena_init(&arena, ARENA_BYTES);
    if (e == KK_E_BLOB_MISSING)
        return kk_plan_add(plan, KK_BLOB_MANIFEST, &job->signed_row->manifest);
    if (e == 0)
        e = kk_manifest_read(kk_bytes_slice(&plain), kk_replica_scope(r), &arena, &m);
    if (e == 0)
        e = kk_rows_state(&m, state);
    if (e < 0)
        return e;
    if (memcmp(state, job->signed_row->state, KK_HASH_BYTES) != 0)
        return KK_E_HASH;
    return want_segments(&reader, &m, plan);
}

int kk_replica_in_step(struct kk_replica *r, const struct kk_catalog_scope *signed_row, bool *ret)
{
    KK_AUTO_FINI(replica_segments) struct replica_segments all = { 0 };
    KK_AUTO_FINI(kk_plan) struct kk_plan plan = { 0 };
    struct replica_reader reader = { .replica = r };
    struct kk_replica_held held;
    int e = kk_replica_held(r, &held);

    if (e < 0)
        return e;
    *ret = false;
    if (held.release == 0 || memcmp(held.state, signed_row->state, KK_HASH_BYTES) != 0 ||
        memcmp(held.manifest.hash, signed_row->manifest.hash, KK_HASH_BYTES) != 0)
        return 0;
    e = replica_segments_load(r, &all);
    for (size_t i = 0; i < all.count && e == 0; i++) {
        const struct replica_dataset *d = &all.items[i];

        if (d->spans[d->count - 1].ended == 0)
            e = want_packs(&reader, kk_bytes_slice(&d->rows[d->count - 1].index), &plan);
    }
    *ret = e == 0 && plan.count == 0;
    return e;
}
