/*
 * A release comes in ([BN-22] of docs/protocol.md): everything is decoded, hashed and compared with
 * the signed state inside one transaction, which any fault rolls back.
 */
#include "replica/prover.h"
#include "replica_inside.h"

#include "kukyoku/base/arena.h"

#define ARENA_BYTES (8u * 1024 * 1024)

struct applier {
    struct replica_reader reader;
    struct kk_replica *replica;
    const struct kk_replica_job *job;
    struct kk_replica_held before;
    struct replica_segments old;
    struct kk_manifest manifest;
    struct kk_plan taken; /* what leaves the stage once all is committed */
    bool purged;
    struct kk_error *err;
};

static int fault_at(const struct applier *a, struct kk_slice dataset, int fault, const char *what)
{
    return kk_error_set(a->err, fault, a->replica->scope, "%.*s %s", (int)dataset.len,
                        (const char *)dataset.data, what);
}

/* --- blobs --- */
static int store_blob(struct applier *a, const struct kk_want *want)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    uint8_t sum[KK_HASH_BYTES];
    struct kk_stmt *s;
    uint32_t epoch;
    int r = replica_staged(&a->reader, want->kind, &want->ref, &coded, &epoch);

    if (r < 0)
        return r;
    replica_sum(kk_bytes_slice(&coded), sum);
    s = kk_db_use(a->replica->db, REPLICA_BLOB_PUT);
    kk_stmt_blob(s, 1, kk_slice(want->ref.hash, KK_HASH_BYTES));
    kk_stmt_int(s, 2, want->kind);
    kk_stmt_int(s, 3, epoch);
    kk_stmt_blob(s, 4, kk_slice(sum, KK_HASH_BYTES));
    kk_stmt_blob(s, 5, kk_bytes_slice(&coded));
    r = kk_stmt_run(s);
    return r < 0 ? r : kk_plan_add(&a->taken, want->kind, &want->ref);
}

static bool is_stored(void *user, enum kk_blob_kind kind, const struct kk_blob_ref *ref)
{
    struct kk_replica *r = user;
    struct kk_stmt *s = kk_db_use(r->db, REPLICA_BLOB_HAS);
    int e;

    (void)kind;
    kk_stmt_blob(s, 1, kk_slice(ref->hash, KK_HASH_BYTES));
    e = kk_stmt_step(s);
    kk_stmt_reset(s);
    return e > 0;
}

static int store_blobs(struct applier *a, const struct kk_plan *missing)
{
    int r = 0;

    for (size_t i = 0; i < missing->count && r == 0; i++)
        r = store_blob(a, &missing->wants[i]);
    return r;
}

/* --- segments --- */
static const struct replica_dataset *old_dataset(const struct applier *a, struct kk_slice name)
{
    for (size_t i = 0; i < a->old.count; i++)
        if (kk_slice_is(name, a->old.items[i].dataset))
            return &a->old.items[i];
    return NULL;
}

/* Until when what was held is known to have held: [BN-23]. */
static uint32_t known_until(const struct applier *a, uint64_t next)
{
    return next < a->before.release + 1u ? (uint32_t)next : a->before.release + 1;
}

static int end_segment(struct applier *a, struct kk_slice dataset, uint64_t from, uint64_t base)
{
    struct kk_stmt *s = kk_db_use(a->replica->db, REPLICA_SEGMENT_END);
    int r;

    kk_stmt_text(s, 1, dataset);
    kk_stmt_int(s, 2, known_until(a, from));
    kk_stmt_int(s, 3, (int64_t)base);
    r = kk_stmt_run(s);
    return r < 0 ? r : replica_indicators_drop(a->replica, dataset);
}

static int purge_segments(struct applier *a, struct kk_slice dataset, uint64_t floor)
{
    struct kk_stmt *s = kk_db_use(a->replica->db, REPLICA_SEGMENT_PURGE);
    int r;

    kk_stmt_text(s, 1, dataset);
    kk_stmt_int(s, 2, (int64_t)floor);
    r = kk_stmt_run(s);
    a->purged = a->purged || (r == 0 && kk_db_changes(a->replica->db) > 0);
    return r;
}

static int put_segment(struct applier *a, const struct kk_segment_ref *ref,
                       const struct kk_segment *segment, struct kk_slice sums)
{
    struct kk_stmt *s = kk_db_use(a->replica->db, REPLICA_SEGMENT_PUT);

    kk_stmt_text(s, 1, ref->dataset);
    kk_stmt_int(s, 2, (int64_t)segment->index.base);
    kk_stmt_int(s, 3, kk_segment_newest(segment));
    kk_stmt_int(s, 4, (int64_t)segment->index.since);
    kk_stmt_int(s, 5, (int64_t)segment->index.rows);
    kk_stmt_blob(s, 6, kk_slice(ref->seg_root, KK_HASH_BYTES));
    kk_stmt_blob(s, 7, kk_slice(ref->index.hash, KK_HASH_BYTES));
    kk_stmt_blob(s, 8, kk_bytes_slice(&segment->bytes));
    kk_stmt_blob(s, 9, sums);
    return kk_stmt_run(s);
}

/* The index fits its place: dataset, tier, release, and the root that the manifest promises. */
static int check_segment(const struct applier *a, const struct kk_segment_ref *ref,
                         const struct kk_segment *s)
{
    const uint8_t *root = kk_segment_root(s, s->index.deltas.count);

    if (!kk_slice_equal(s->index.schema.dataset, ref->dataset) ||
        kk_segment_newest(s) > a->manifest.release)
        return fault_at(a, ref->dataset, KK_E_BUNDLE, "index");
    if (kk_scope_tier(kk_slice_text(a->replica->scope)) < (int)s->index.schema.min_tier)
        return fault_at(a, ref->dataset, KK_E_TIER, "");
    if (memcmp(root, ref->seg_root, KK_HASH_BYTES) != 0)
        return fault_at(a, ref->dataset, KK_E_HASH, "index");
    return 0;
}

static int prove(struct applier *a, const struct kk_segment_ref *ref, struct kk_segment *s,
                 struct kk_rows_root *root)
{
    struct kk_segment_fault fault = { 0 };
    int r;

    replica_prove(s);
    r = kk_segment_verify(s, s->index.deltas.count, root, &fault);
    if (r < 0)
        return fault_at(a, ref->dataset, r, fault.indicator);
    return root->rows == s->index.rows ? 0 : fault_at(a, ref->dataset, KK_E_BUNDLE, "rows");
}

static int take_segment(struct applier *a, const struct kk_segment_ref *ref, struct kk_segment *s)
{
    KK_AUTO_FINI(kk_rows_root) struct kk_rows_root root;
    KK_AUTO_FINI(kk_plan) struct kk_plan missing = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes sums = { 0 };
    int r = check_segment(a, ref, s);

    kk_rows_root_init(&root, s->schema_hash);
    if (r == 0)
        r = kk_plan_index(&missing, &s->index, is_stored, a->replica);
    if (r == 0)
        r = prove(a, ref, s, &root);
    if (r == 0)
        r = kk_rows_root_list(&root, &sums);
    if (r == 0)
        r = store_blobs(a, &missing);
    if (r == 0)
        r = end_segment(a, ref->dataset, s->index.base, s->index.base);
    if (r == 0)
        r = put_segment(a, ref, s, kk_bytes_slice(&sums));
    if (r == 0 && replica_is_figures(ref->dataset))
        r = replica_indicators_put(a->replica, s, &root);
    return r < 0 || s->index.floor == 0 ? r : purge_segments(a, ref->dataset, s->index.floor);
}

/* Is the segment there already, whole, and as the manifest says? */
static bool is_same(struct applier *a, const struct kk_segment_ref *ref)
{
    const struct replica_dataset *d = old_dataset(a, ref->dataset);
    const struct replica_segment *row = d ? &d->rows[d->count - 1] : NULL;

    return row && d->spans[d->count - 1].ended == 0 &&
           memcmp(row->index_hash, ref->index.hash, KK_HASH_BYTES) == 0 &&
           memcmp(row->seg_root, ref->seg_root, KK_HASH_BYTES) == 0;
}

static bool lacks_blobs(struct applier *a, const struct kk_segment *s)
{
    KK_AUTO_FINI(kk_plan) struct kk_plan missing = { 0 };

    return kk_plan_index(&missing, &s->index, is_stored, a->replica) < 0 || missing.count > 0;
}

static int apply_segment(struct applier *a, const struct kk_segment_ref *ref)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_coded_source source = { .get = replica_reader_get, .self = &a->reader };
    struct kk_segment own = { 0 }, *s = replica_ahead_find(a->replica, ref->index.hash);
    int r = s ? 0 : replica_index(&a->reader, &ref->index, &plain);

    if (r == 0 && !s) {
        r = kk_segment_open(&own, kk_bytes_slice(&plain), source);
        s = &own;
    }
    if (r < 0)
        return fault_at(a, ref->dataset, r, "index");
    if (!is_same(a, ref) || lacks_blobs(a, s))
        r = take_segment(a, ref, s);
    kk_segment_close(&own);
    return r < 0 ? r : kk_plan_add(&a->taken, KK_BLOB_INDEX, &ref->index);
}

/* Datasets that the manifest no longer has. */
static int end_absent(struct applier *a)
{
    int r = 0;

    for (size_t i = 0; i < a->old.count && r == 0; i++) {
        struct kk_slice name = kk_slice_text(a->old.items[i].dataset);
        bool there = false;

        for (size_t k = 0; k < a->manifest.segments.count && !there; k++)
            there = kk_slice_equal(a->manifest.segments.items[k].dataset, name);
        if (!there)
            r = end_segment(a, name, a->manifest.release, 0);
    }
    return r;
}

/* --- the scope --- */
static int put_held(struct applier *a, struct kk_slice manifest)
{
    const struct kk_catalog_scope *row = a->job->signed_row;
    struct kk_stmt *s = kk_db_use(a->replica->db, REPLICA_HELD_PUT);
    int r;

    kk_stmt_text(s, 1, kk_slice_text(a->replica->scope));
    kk_stmt_int(s, 2, (int64_t)a->manifest.release);
    kk_stmt_blob(s, 3, kk_slice(row->state, KK_HASH_BYTES));
    kk_stmt_blob(s, 4, kk_slice(row->manifest.hash, KK_HASH_BYTES));
    kk_stmt_int(s, 5, (int64_t)row->manifest.len);
    kk_stmt_blob(s, 6, manifest);
    r = kk_stmt_run(s);
    if (r < 0)
        return r;
    s = kk_db_use(a->replica->db, REPLICA_RELEASE_PUT);
    kk_stmt_int(s, 1, (int64_t)a->manifest.release);
    kk_stmt_blob(s, 2, kk_slice(row->state, KK_HASH_BYTES));
    kk_stmt_int(s, 3, (int64_t)a->job->now_ms);
    return kk_stmt_run(s);
}

static int apply_all(struct applier *a, struct kk_slice manifest)
{
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };
    int r = kk_db_tx_begin(a->replica->db, &tx);

    if (r == 0)
        r = kk_replica_held(a->replica, &a->before);
    if (r == 0)
        r = replica_segments_load(a->replica, &a->old);
    if (r == 0 && a->manifest.release < a->before.release)
        r = KK_E_ROLLBACK;
    for (size_t i = 0; i < a->manifest.segments.count && r == 0; i++)
        r = apply_segment(a, &a->manifest.segments.items[i]);
    if (r == 0)
        r = end_absent(a);
    if (r == 0 && a->purged)
        r = replica_sweep_blobs(a->replica);
    if (r == 0)
        r = put_held(a, manifest);
    return r < 0 ? r : kk_db_tx_commit(&tx);
}

static int apply(struct applier *a)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    uint8_t state[KK_HASH_BYTES];
    int r = replica_manifest(&a->reader, &plain);

    kk_arena_init(&arena, ARENA_BYTES);
    if (r == 0)
        r = kk_manifest_read(kk_bytes_slice(&plain), kk_slice_text(a->replica->scope), &arena,
                             &a->manifest);
    if (r == 0)
        r = kk_rows_state(&a->manifest, state);
    if (r < 0)
        return r;
    if (memcmp(state, a->job->signed_row->state, KK_HASH_BYTES) != 0)
        return kk_error_set(a->err, KK_E_HASH, a->replica->scope, "manifest");
    return apply_all(a, kk_bytes_slice(&plain));
}

int kk_replica_apply(struct kk_replica *r, const struct kk_replica_job *job, struct kk_error *err)
{
    struct applier a = {
        .reader = { .replica = r, .job = job }, .replica = r, .job = job, .err = err
    };
    int e;

    replica_ahead_wait(r);
    e = apply(&a);
    if (err && e < 0 && err->fault != e)
        kk_ignore(kk_error_set(err, e, r->scope, "%s", ""));
    for (size_t i = 0; i < a.taken.count && e == 0; i++)
        kk_stage_drop(job->stage, a.taken.wants[i].ref.hash);
    if (e == 0)
        kk_stage_drop(job->stage, job->signed_row->manifest.hash);
    replica_ahead_clear(r);
    kk_plan_fini(&a.taken);
    replica_segments_fini(&a.old);
    return e;
}
