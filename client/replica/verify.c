/* Everything computed again from what is stored ([BN-24] of docs/protocol.md), and repair. */
#include "replica/prover.h"
#include "replica_inside.h"

#include "kukyoku/base/arena.h"

#define ARENA_BYTES (8u * 1024 * 1024)

struct verifier {
    struct kk_replica *replica;
    kk_replica_fault_fn *found;
    void *user;
    struct kk_replica_verified result;
    const char *dataset; /* at hand */
    bool listed;         /* the segment at hand is the one that lists tell of */
    bool mends;          /* what is derived, at once */
    uint64_t mended;
};

static void report(struct verifier *v, struct kk_replica_fault *f)
{
    v->result.faults++;
    f->scope = kk_slice_text(v->replica->scope);
    if (v->dataset)
        f->dataset = kk_slice_text(v->dataset);
    if (v->found)
        v->found(v->user, f);
}

static bool is_verdict(int r)
{
    return r == KK_E_HASH || r == KK_E_BUNDLE || r == KK_E_BLOB_MISSING || r == KK_E_FORM ||
           r == KK_E_SHAPE || r == KK_E_BUNDLE_SEAL || r == KK_E_ROW_LIMIT;
}

/* --- single blobs --- */
static int check_blobs(struct verifier *v, const struct kk_segment *s, bool *ret_whole)
{
    const struct kk_index *x = &s->index;
    size_t count = x->packs.count + x->deltas.count;

    *ret_whole = true;
    for (size_t i = 0; i < count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
        bool pack = i < x->packs.count;
        const struct kk_delta_ref *delta = pack ? NULL : &x->deltas.items[i - x->packs.count];
        const struct kk_blob_ref *ref = pack ? &x->packs.items[i].blob : &delta->blob;
        int r = replica_blob(v->replica, ref->hash, &coded);

        v->result.blobs++;
        if (r < 0 && !is_verdict(r))
            return r;
        if (r < 0) {
            struct kk_replica_fault f = { .fault = r };

            f.release = (uint32_t)(pack ? x->base : delta->to);
            if (pack)
                f.indicator = x->packs.items[i].first;
            memcpy(f.blob, ref->hash, KK_HASH_BYTES);
            report(v, &f);
            *ret_whole = false;
        }
    }
    return 0;
}

/* --- roots --- */
/* The first indicator whose hash is not the one that was proven when the release came in. */
static struct kk_slice differing(const struct kk_groups *want, const struct kk_groups *got)
{
    for (size_t i = 0; i < got->groups.count; i++) {
        const struct kk_group_sum *g = &got->groups.items[i];

        if (i >= want->groups.count ||
            !kk_slice_equal(want->groups.items[i].indicator, g->indicator) ||
            memcmp(want->groups.items[i].gid, g->gid, KK_HASH_BYTES) != 0)
            return g->indicator;
    }
    return got->groups.count < want->groups.count ? want->groups.items[got->groups.count].indicator
                                                  : kk_slice(NULL, 0);
}

static int report_root(struct verifier *v, const struct replica_segment *row,
                       const struct kk_rows_root *root, struct kk_replica_fault *f)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes list = { 0 };
    struct kk_groups want, got;
    int r = kk_rows_root_list(root, &list);

    kk_arena_init(&arena, ARENA_BYTES);
    if (r < 0)
        return r;
    if (kk_shape_read(&kk_shape_groups, kk_bytes_slice(&row->sums), &arena, &want, NULL) == 0 &&
        kk_shape_read(&kk_shape_groups, kk_bytes_slice(&list), &arena, &got, NULL) == 0)
        f->indicator = differing(&want, &got);
    report(v, f);
    return 0;
}

/* --- what lists tell --- */
static int mend(struct verifier *v, const struct kk_segment *s, const struct kk_rows_root *root)
{
    int r = replica_indicators_drop(v->replica, s->index.schema.dataset);

    v->mended++;
    return r == 0 ? replica_indicators_put(v->replica, s, root) : r;
}

static int check_lists(struct verifier *v, const struct kk_segment *s,
                       const struct kk_rows_root *root)
{
    char name[KK_OBS_NAME_MAX + 1];
    struct kk_replica_fault f = { .fault = KK_E_DERIVED, .release = kk_segment_newest(s) };
    int r = replica_indicators_differ(v->replica, s, root, name);

    if (r <= 0)
        return r;
    f.indicator = kk_slice_text(name);
    report(v, &f);
    return v->mends ? mend(v, s, root) : 0;
}

static int check_root(struct verifier *v, const struct replica_segment *row, struct kk_segment *s,
                      size_t depth)
{
    KK_AUTO_FINI(kk_rows_root) struct kk_rows_root root;
    const struct kk_index *x = &s->index;
    struct kk_segment_fault where = { 0 };
    struct kk_replica_fault f = { 0 };
    bool newest = depth == x->deltas.count;
    int r;

    kk_rows_root_init(&root, s->schema_hash);
    if (newest)
        replica_prove(s);
    r = kk_segment_verify(s, depth, &root, &where);
    if (newest)
        v->result.rows += root.rows;
    if (r == 0 && newest && v->listed)
        return check_lists(v, s, &root);
    if (r == 0 || !is_verdict(r))
        return r;
    f.fault = r;
    f.release = (uint32_t)(depth ? x->deltas.items[depth - 1].to : x->base);
    if (where.indicator[0])
        f.indicator = kk_slice_text(where.indicator);
    if (r == KK_E_HASH && newest)
        return report_root(v, row, &root, &f);
    report(v, &f);
    return 0;
}

/* The index is the one whose root the manifest names, and names the row's own. */
static bool index_agrees(const struct replica_segment *row, const struct kk_segment *s)
{
    return memcmp(kk_segment_root(s, s->index.deltas.count), row->seg_root, KK_HASH_BYTES) == 0;
}

static int check_segment(struct verifier *v, const struct replica_segment *row)
{
    struct kk_coded_source source = { .get = replica_source, .self = v->replica };
    struct kk_replica_fault f = { 0 };
    struct kk_segment s;
    bool whole;
    int r = kk_segment_open(&s, kk_bytes_slice(&row->index), source);

    if (r < 0) {
        f.fault = r;
        report(v, &f);
        return r == KK_E_MEMORY ? r : 0;
    }
    if (!index_agrees(row, &s)) {
        f.fault = KK_E_HASH;
        report(v, &f);
    }
    r = check_blobs(v, &s, &whole);
    for (size_t depth = 0; r == 0 && whole && depth <= s.index.deltas.count; depth++)
        r = check_root(v, row, &s, depth);
    kk_segment_close(&s);
    return r;
}

/* --- the state --- */
/* Every dataset of the manifest is there with its root, and the manifest hashes to the state. */
static int manifest_agrees(struct verifier *v, const struct replica_segments *all,
                           const struct kk_manifest *m, const uint8_t *state)
{
    uint8_t got[KK_HASH_BYTES];
    struct kk_replica_fault f = { .fault = KK_E_HASH, .release = (uint32_t)m->release };
    int r = kk_rows_state(m, got);

    v->dataset = NULL;
    if (r < 0)
        return r;
    if (memcmp(got, state, KK_HASH_BYTES) != 0)
        report(v, &f);
    for (size_t i = 0; i < m->segments.count; i++) {
        const struct kk_segment_ref *ref = &m->segments.items[i];
        bool ok = false;

        for (size_t k = 0; k < all->count && !ok; k++) {
            const struct replica_dataset *d = &all->items[k];

            ok = kk_slice_is(ref->dataset, d->dataset) && d->spans[d->count - 1].ended == 0 &&
                 memcmp(d->rows[d->count - 1].seg_root, ref->seg_root, KK_HASH_BYTES) == 0;
        }
        if (ok)
            continue;
        f.dataset = ref->dataset;
        report(v, &f);
    }
    return 0;
}

static int check_state(struct verifier *v, const struct replica_segments *all,
                       const uint8_t *expected)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_replica_held held;
    struct kk_manifest m;
    struct kk_replica_fault f = { .fault = KK_E_HASH };
    struct kk_stmt *s;
    int r = kk_replica_held(v->replica, &held);

    kk_arena_init(&arena, ARENA_BYTES);
    if (r < 0 || (held.release == 0 && !expected))
        return r;
    s = kk_db_use(v->replica->db, REPLICA_HELD_GET);
    r = kk_stmt_step(s);
    if (r > 0)
        r = kk_bytes_append_slice(&plain, kk_stmt_col_blob(s, 5));
    kk_stmt_reset(s);
    if (r < 0)
        return r;
    r = kk_manifest_read(kk_bytes_slice(&plain), kk_replica_scope(v->replica), &arena, &m);
    if (r == 0)
        return manifest_agrees(v, all, &m, expected ? expected : held.state);
    f.fault = r;
    v->dataset = NULL;
    report(v, &f);
    return 0;
}

static int check_dataset(struct verifier *v, const struct replica_dataset *d)
{
    bool listed = replica_holds_now(d) && replica_is_figures(kk_slice_text(d->dataset));
    int r = 0;

    v->dataset = d->dataset;
    v->result.datasets++;
    for (size_t i = 0; i < d->count && r == 0; i++) {
        v->listed = listed && i + 1 == d->count;
        r = check_segment(v, &d->rows[i]);
    }
    return r;
}

static int check_all(struct verifier *v, const uint8_t *expected)
{
    KK_AUTO_FINI(replica_segments) struct replica_segments all = { 0 };
    int r = replica_segments_load(v->replica, &all);

    for (size_t i = 0; i < all.count && r == 0; i++)
        r = check_dataset(v, &all.items[i]);
    return r == 0 ? check_state(v, &all, expected) : r;
}

int kk_replica_verify(struct kk_replica *r, const uint8_t *expected, kk_replica_fault_fn *found,
                      void *user, struct kk_replica_verified *ret)
{
    struct verifier v = { .replica = r, .found = found, .user = user };
    int e = check_all(&v, expected);

    if (e == 0)
        *ret = v.result;
    return e;
}

/* --- repair --- */
static void note_blob(void *user, const struct kk_replica_fault *f)
{
    static const uint8_t none[KK_HASH_BYTES];
    struct kk_plan *bad = user;
    struct kk_blob_ref ref = { 0 };

    memcpy(ref.hash, f->blob, KK_HASH_BYTES);
    if (memcmp(f->blob, none, KK_HASH_BYTES) != 0)
        kk_ignore(kk_plan_add(bad, KK_BLOB_PACK, &ref)); /* what is missed is found next time */
}

int kk_replica_repair(struct kk_replica *r, struct kk_replica_repaired *ret)
{
    KK_AUTO_FINI(kk_plan) struct kk_plan bad = { 0 };
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };
    struct verifier v = { .replica = r, .found = note_blob, .user = &bad, .mends = true };
    int e = kk_db_tx_begin(r->db, &tx);

    if (e == 0)
        e = check_all(&v, NULL);
    for (size_t i = 0; i < bad.count && e == 0; i++)
        e = replica_drop_blob(r, bad.wants[i].ref.hash);
    if (e == 0)
        e = kk_db_tx_commit(&tx);
    if (e == 0) {
        ret->dropped += bad.count;
        ret->mended += v.mended;
    }
    return e;
}
