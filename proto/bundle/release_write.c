/*
 * Writing a dataset: nothing where its rows are as before, else one delta, or a new base where the
 * chain has outgrown the packs, the schema changed or rows are recalled ([BN-17] to [BN-19]).
 */
#include "builder.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

#define DELTAS_MAX 1024 /* of the shape */

/* What the new index will say. */
struct plan {
    struct kk_index index;
    struct kk_pack_ref *packs;
    struct kk_delta_ref *deltas;
};

int kk_release_blob(struct kk_release *r, const struct kk_blob_job *job, struct kk_blob_ref *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes blob = { 0 };
    struct kk_blob_seal seal = { .kind = job->kind,
                                 .scope = r->options.scope,
                                 .epoch = r->options.epoch,
                                 .key = r->options.key };
    struct kk_blob_ref ref;
    int e = kk_blob_encode(job->codec, job->plain, job->cuts, job->cut_count, &coded);

    if (e == 0)
        e = kk_blob_wrap(&seal, kk_bytes_slice(&coded), &blob);
    if (e < 0)
        return e;
    if (blob.len > KK_BLOB_BYTES_MAX)
        return KK_E_ROW_LIMIT;
    kk_blob_hash(kk_bytes_slice(&blob), ref.hash);
    ref.len = blob.len;
    e = r->options.sink.put(r->options.sink.self, job->kind, &ref, kk_bytes_slice(&blob));
    if (e == 0)
        *ret = ref;
    return e;
}

/* A container as a blob; *ret_plain is its plain length. */
static int write_container(struct kk_release *r, struct kk_container_writer *w,
                           enum kk_blob_kind kind, struct kk_blob_ref *ret, uint64_t *ret_plain)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    size_t cuts[KK_STREAM_COUNT + 1];
    struct kk_blob_job job = {
        .kind = kind, .codec = KK_CODEC_PARTS, .cuts = cuts, .cut_count = KK_COUNT(cuts)
    };
    int e = kk_container_done(w, &plain, cuts);

    if (e < 0)
        return e;
    if (plain.len > KK_PACK_PLAIN_MAX)
        return KK_E_ROW_LIMIT;
    job.plain = kk_bytes_slice(&plain);
    *ret_plain = plain.len;
    return kk_release_blob(r, &job, ret);
}

/* --- views: several one-group blocks as one block, borrowed --- */
static int view_of(const struct kk_dataset *d, size_t from, size_t to, struct kk_obs_block *ret)
{
    struct kk_obs_block view = { .count = to - from };

    view.groups = kk_alloc_array(view.count, sizeof(*view.groups));
    if (!view.groups)
        return KK_E_MEMORY;
    for (size_t i = from; i < to; i++) {
        view.groups[i - from] = d->groups[i].groups[0];
        view.rows += d->groups[i].rows;
    }
    *ret = view;
    return 0;
}

/* --- a new base --- */
static size_t pack_end(const struct kk_dataset *d, size_t from)
{
    size_t rows = d->groups[from].rows, to = from + 1;

    while (to < d->count && to - from < KK_OBS_BLOCK_GROUPS &&
           rows + d->groups[to].rows <= KK_PACK_ROWS)
        rows += d->groups[to++].rows;
    return to;
}

static int write_pack(struct kk_release *r, size_t from, size_t to, struct kk_pack_ref *ret)
{
    struct kk_dataset *d = &r->dataset;
    KK_AUTO_FINI(kk_container_writer) struct kk_container_writer w;
    KK_AUTO_FINI(kk_obs_block) struct kk_obs_block nothing;
    struct kk_obs_block view = { 0 };
    struct kk_section_states states = { .old = &nothing, .fresh = &view };
    struct kk_pack_ref ref = { .first = d->groups[from].groups[0].indicator,
                               .indicators = to - from };
    bool changed;
    int e;

    kk_container_writer_init(&w);
    kk_obs_block_init(&nothing);
    e = view_of(d, from, to, &view);
    if (e == 0)
        e = kk_section_encode(&w, 0, &d->words, &states, &changed);
    kk_free(view.groups);
    if (e == 0)
        e = write_container(r, &w, KK_BLOB_PACK, &ref.blob, &ref.plain_len);
    if (e == 0)
        *ret = ref;
    return e;
}

static int write_base(struct kk_release *r, struct plan *p)
{
    struct kk_dataset *d = &r->dataset;
    size_t count = 0;
    int e = 0;

    p->packs = kk_arena_array(&r->arena, d->count + 1, sizeof(*p->packs));
    if (!p->packs)
        return KK_E_MEMORY;
    for (size_t from = 0; from < d->count && e == 0; count++) {
        size_t to = pack_end(d, from);

        e = write_pack(r, from, to, &p->packs[count]);
        from = to;
    }
    p->index.base = r->options.release;
    p->index.packs.items = p->packs;
    p->index.packs.count = count;
    p->index.deltas.count = 0;
    p->index.floor = d->recall ? r->options.release : d->before ? d->old.index.floor : 0;
    return e;
}

/* --- a delta --- */
/* The new groups that fall to pack `pack`, beginning at *from, which moves on. */
static int fresh_of_pack(const struct kk_dataset *d, size_t pack, size_t *from,
                         struct kk_obs_block *ret)
{
    size_t to = *from;
    int e;

    while (to < d->count && kk_segment_pack_of(&d->old, d->groups[to].groups[0].indicator) == pack)
        to++;
    e = view_of(d, *from, to, ret);
    *from = to;
    return e;
}

/* KK_E_ROW_LIMIT: the pack would outgrow what a block may have. */
static int add_section(struct kk_dataset *d, struct kk_container_writer *w, size_t pack,
                       size_t *from)
{
    KK_AUTO_FINI(kk_obs_block) struct kk_obs_block old;
    struct kk_obs_block view = { 0 };
    struct kk_section_states states = { .old = &old, .fresh = &view };
    bool changed;
    int e;

    kk_obs_block_init(&old);
    e = kk_segment_block(&d->old, pack, d->old.index.deltas.count, &old);
    if (e == 0)
        e = fresh_of_pack(d, pack, from, &view);
    if (e == 0 && (view.rows > KK_OBS_BLOCK_ROWS || view.count > KK_OBS_BLOCK_GROUPS))
        e = KK_E_ROW_LIMIT;
    if (e == 0)
        e = kk_section_encode(w, (uint32_t)pack, &d->words, &states, &changed);
    kk_free(view.groups);
    return e;
}

static int collect_delta(struct kk_dataset *d, struct kk_container_writer *w)
{
    size_t from = 0;
    int e = 0;

    for (size_t pack = 0; pack < kk_segment_pack_count(&d->old) && e == 0; pack++)
        e = add_section(d, w, pack, &from);
    return e;
}

static uint64_t chain_bytes(const struct kk_index *x)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < x->deltas.count; i++)
        bytes += x->deltas.items[i].blob.len;
    return bytes;
}

static uint64_t base_bytes(const struct kk_index *x)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < x->packs.count; i++)
        bytes += x->packs.items[i].blob.len;
    return bytes;
}

/* [BN-18] The delta, at the end of the chain of the old index. */
static int chain_delta(struct kk_release *r, struct plan *p, const struct kk_delta_ref *last)
{
    const struct kk_index *old = &r->dataset.old.index;
    size_t count = old->deltas.count;

    p->deltas = kk_arena_array(&r->arena, count + 1, sizeof(*p->deltas));
    if (!p->deltas)
        return KK_E_MEMORY;
    for (size_t i = 0; i < count; i++)
        p->deltas[i] = old->deltas.items[i];
    p->deltas[count] = *last;
    p->index.base = old->base;
    memcpy(p->index.base_root, old->base_root, KK_HASH_BYTES);
    p->index.packs.items = old->packs.items;
    p->index.packs.count = old->packs.count;
    p->index.deltas.items = p->deltas;
    p->index.deltas.count = count + 1;
    p->index.floor = old->floor;
    return 0;
}

/* A delta while it is being weighed against a new base: what it would send waits here. */
struct held {
    struct kk_blob_sink *sink;
    struct kk_bytes bytes;
    struct kk_blob_ref ref;
};

static int hold(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                struct kk_slice blob)
{
    struct held *h = self;

    kk_assert(kind == KK_BLOB_DELTA);
    h->ref = *ref;
    return kk_bytes_append_slice(&h->bytes, blob);
}

static int weigh_delta(struct kk_release *r, struct kk_container_writer *w, struct held *h,
                       uint64_t *ret_plain)
{
    struct kk_blob_sink out = r->options.sink;
    int e;

    r->options.sink = (struct kk_blob_sink){ .put = hold, .self = h };
    e = write_container(r, w, KK_BLOB_DELTA, &h->ref, ret_plain);
    r->options.sink = out;
    return e;
}

/* *ret_fits: false where a new base is to be written instead. */
static int write_delta(struct kk_release *r, struct plan *p, struct kk_release_stats *stats,
                       bool *ret_fits)
{
    struct kk_dataset *d = &r->dataset;
    KK_AUTO_FINI(kk_container_writer) struct kk_container_writer w;
    struct held h = { 0 };
    struct kk_delta_ref ref = { .from = kk_segment_newest(&d->old), .to = r->options.release };
    int e;

    kk_container_writer_init(&w);
    *ret_fits = false;
    e = collect_delta(d, &w);
    stats->added = w.added;
    stats->changed = w.changed;
    stats->dropped = w.dropped;
    if (e == 0)
        e = weigh_delta(r, &w, &h, &ref.plain_len);
    if (e == 0 && d->old.index.deltas.count < DELTAS_MAX &&
        chain_bytes(&d->old.index) + h.ref.len <= base_bytes(&d->old.index)) {
        ref.blob = h.ref;
        e = r->options.sink.put(r->options.sink.self, KK_BLOB_DELTA, &h.ref,
                                kk_bytes_slice(&h.bytes));
        if (e == 0)
            e = chain_delta(r, p, &ref);
        *ret_fits = e == 0;
    }
    kk_bytes_fini(&h.bytes);
    return e == KK_E_ROW_LIMIT ? 0 : e; /* what no delta can hold, a base can */
}

/* --- the dataset --- */
static int hash_all(const struct kk_dataset *d, struct kk_rows_root *root,
                    uint8_t ret[KK_HASH_BYTES])
{
    int e = 0;

    for (size_t i = 0; i < d->count && e == 0; i++)
        e = kk_rows_root_block(root, &d->words, &d->groups[i]);
    return e < 0 ? e : kk_rows_root_done(root, ret);
}

static int write_gids(struct kk_release *r, const struct kk_rows_root *root,
                      struct kk_blob_ref *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_blob_job job = { .kind = KK_BLOB_GIDS, .codec = KK_CODEC_ZSTD };
    int e = kk_rows_root_list(root, &plain);

    job.plain = kk_bytes_slice(&plain);
    return e < 0 ? e : kk_release_blob(r, &job, ret);
}

static int write_index(struct kk_release *r, struct plan *p, const struct kk_rows_root *root,
                       struct kk_blob_ref *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_blob_job job = { .kind = KK_BLOB_INDEX, .codec = KK_CODEC_ZSTD };
    int e;

    p->index.schema = r->dataset.schema;
    e = write_gids(r, root, &p->index.gids);
    if (e == 0)
        e = kk_obs_words_store(&r->dataset.words, &r->arena, &p->index.words);
    if (e == 0)
        e = kk_shape_encode_checked(&kk_shape_index, &p->index, &plain, NULL);
    if (e == 0 && plain.len > KK_INDEX_BYTES_MAX)
        e = KK_E_ROW_LIMIT;
    job.plain = kk_bytes_slice(&plain);
    return e < 0 ? e : kk_release_blob(r, &job, ret);
}

static bool is_same(const struct kk_dataset *d, const uint8_t root[KK_HASH_BYTES])
{
    return d->before && memcmp(d->before->seg_root, root, KK_HASH_BYTES) == 0;
}

static uint64_t old_rows(const struct kk_dataset *d)
{
    return d->before ? d->old.index.rows : 0;
}

static int write_rows(struct kk_release *r, struct plan *p, const uint8_t root[KK_HASH_BYTES],
                      struct kk_release_stats *stats)
{
    struct kk_dataset *d = &r->dataset;
    bool chained = false;
    int e = 0;

    stats->added = d->rows;
    stats->dropped = old_rows(d);
    if (d->before && !d->recall && memcmp(d->old.schema_hash, d->schema_hash, KK_HASH_BYTES) == 0)
        e = write_delta(r, p, stats, &chained);
    if (e < 0)
        return e;
    stats->delta = chained;
    stats->base = !chained;
    if (chained) {
        memcpy(p->deltas[p->index.deltas.count - 1].seg_root, root, KK_HASH_BYTES);
        return 0;
    }
    memcpy(p->index.base_root, root, KK_HASH_BYTES);
    return write_base(r, p);
}

int kk_dataset_write(struct kk_release *r, struct kk_segment_ref *ret,
                     struct kk_release_stats *stats)
{
    struct kk_dataset *d = &r->dataset;
    KK_AUTO_FINI(kk_rows_root) struct kk_rows_root root;
    struct kk_segment_ref ref = { .dataset = d->schema.dataset };
    struct plan p = { 0 };
    int e;

    kk_rows_root_init(&root, d->schema_hash);
    e = kk_obs_words_sort(&d->words);
    if (e == 0)
        e = hash_all(d, &root, ref.seg_root);
    if (e < 0)
        return e;
    stats->rows = d->rows;
    if (is_same(d, ref.seg_root) && !d->recall) {
        *ret = *d->before; /* [BN-17] */
        return 0;
    }
    p.index.rows = d->rows;
    p.index.since = d->before ? d->old.index.since : r->options.release;
    e = write_rows(r, &p, ref.seg_root, stats);
    if (e == 0)
        e = write_index(r, &p, &root, &ref.index);
    if (e == 0)
        *ret = ref;
    return e;
}
