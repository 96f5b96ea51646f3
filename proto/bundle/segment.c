/* Reading a segment: its index, any of its packs as of any release, and the proof of the whole. */
#include "kukyoku/bundle/segment.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

#define ARENA_BYTES (4u * KK_INDEX_BYTES_MAX + 4096u * 64u)
#define OPEN_BYTES  (4u * 1024 * 1024) /* of deltas kept open between packs */

/* --- the index --- */
/* [BN-15] packs ascend, the chain has no gap. */
static bool index_holds(const struct kk_index *x)
{
    uint64_t at = x->base;

    for (size_t i = 1; i < x->packs.count; i++)
        if (kk_slice_compare(x->packs.items[i - 1].first, x->packs.items[i].first) >= 0)
            return false;
    for (size_t i = 0; i < x->deltas.count; i++) {
        const struct kk_delta_ref *d = &x->deltas.items[i];

        if (d->from != at || d->to <= d->from)
            return false;
        at = d->to;
    }
    return x->floor <= x->base && x->since <= x->base;
}

static int read_index(struct kk_segment *s, struct kk_slice plain)
{
    int r = plain.len <= KK_INDEX_BYTES_MAX ? kk_bytes_append_slice(&s->bytes, plain) : KK_E_BUNDLE;

    if (r == 0)
        r = kk_shape_read(&kk_shape_index, kk_bytes_slice(&s->bytes), &s->arena, &s->index, NULL);
    if (r < 0)
        return r;
    if (!kk_rows_schema_known(&s->index.schema))
        return KK_E_BUNDLE_NEWER;
    if (!index_holds(&s->index))
        return KK_E_BUNDLE;
    r = kk_rows_schema_hash(&s->index.schema, s->schema_hash);
    if (r == 0)
        r = kk_obs_words_load(&s->words, &s->index.words);
    if (r < 0)
        return r;
    s->deltas = kk_alloc_array(s->index.deltas.count, sizeof(*s->deltas));
    s->known = kk_alloc_array(kk_segment_pack_count(s), sizeof(*s->known));
    return s->deltas && s->known ? 0 : KK_E_MEMORY;
}

int kk_segment_open(struct kk_segment *s, struct kk_slice plain, struct kk_coded_source source)
{
    int r;

    *s = (struct kk_segment){ .source = source };
    kk_arena_init(&s->arena, ARENA_BYTES);
    kk_obs_words_init(&s->words);
    r = read_index(s, plain);
    if (r < 0)
        kk_segment_close(s);
    return r;
}

static void close_delta(struct kk_segment *s, size_t i)
{
    s->open_bytes -= s->deltas[i].plain.len;
    kk_container_fini(&s->deltas[i].container);
    kk_bytes_fini(&s->deltas[i].plain);
}

void kk_segment_close(struct kk_segment *s)
{
    for (size_t i = 0; s->deltas && i < s->index.deltas.count; i++)
        close_delta(s, i);
    for (size_t i = 0; s->known && i < kk_segment_pack_count(s); i++)
        kk_rows_root_fini(&s->known[i]);
    kk_free(s->known);
    kk_free(s->deltas);
    kk_obs_words_fini(&s->words);
    kk_arena_fini(&s->arena);
    kk_bytes_fini(&s->bytes);
    *s = (struct kk_segment){ 0 };
}

uint32_t kk_segment_newest(const struct kk_segment *s)
{
    const struct kk_index *x = &s->index;

    return (uint32_t)(x->deltas.count ? x->deltas.items[x->deltas.count - 1].to : x->base);
}

int kk_segment_depth(const struct kk_segment *s, uint32_t release, size_t *ret)
{
    size_t depth = 0;

    if (release < s->index.base)
        return KK_E_RELEASE_ABSENT;
    while (depth < s->index.deltas.count && s->index.deltas.items[depth].to <= release)
        depth++;
    *ret = depth;
    return 0;
}

size_t kk_segment_pack_count(const struct kk_segment *s)
{
    return s->index.packs.count ? s->index.packs.count : 1;
}

size_t kk_segment_pack_of(const struct kk_segment *s, struct kk_slice indicator)
{
    size_t lo = 0, hi = s->index.packs.count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (kk_slice_compare(s->index.packs.items[mid].first, indicator) <= 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo ? lo - 1 : 0;
}

const uint8_t *kk_segment_root(const struct kk_segment *s, size_t depth)
{
    return depth ? s->index.deltas.items[depth - 1].seg_root : s->index.base_root;
}

/* --- blocks --- */
static int decode(struct kk_slice coded, uint64_t plain_len, struct kk_bytes *out)
{
    int r = kk_blob_decode(coded, plain_len, out);

    return r < 0 || out->len == plain_len ? r : KK_E_BUNDLE;
}

/* The pack as it stood at first, from its coded bytes. */
static int base_block(const struct kk_segment *s, size_t pack, struct kk_slice coded,
                      struct kk_obs_block *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    KK_AUTO_FINI(kk_container) struct kk_container c = { 0 };
    KK_AUTO_FINI(kk_obs_block) struct kk_obs_block nothing;
    const struct kk_pack_ref *ref = &s->index.packs.items[pack];
    int r = decode(coded, ref->plain_len, &plain);

    kk_obs_block_init(&nothing);
    if (r == 0)
        r = kk_container_read(kk_bytes_slice(&plain), &c);
    if (r < 0)
        return r;
    if (c.count != 1 || c.sections[0].pack != 0)
        return KK_E_BUNDLE;
    r = kk_section_decode(&c.sections[0], &s->words, &nothing, ret);
    if (r < 0)
        return r;
    return ret->count == ref->indicators && kk_slice_equal(ret->groups[0].indicator, ref->first)
               ? 0
               : KK_E_BUNDLE;
}

static int open_delta(struct kk_segment *s, size_t i)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    const struct kk_delta_ref *ref = &s->index.deltas.items[i];
    int r;

    if (s->deltas[i].plain.len > 0)
        return 0;
    for (size_t k = 0; k < s->index.deltas.count && s->open_bytes + ref->plain_len > OPEN_BYTES;
         k++)
        close_delta(s, k);
    r = s->source.get(s->source.self, KK_BLOB_DELTA, &ref->blob, &coded);
    if (r == 0)
        r = decode(kk_bytes_slice(&coded), ref->plain_len, &s->deltas[i].plain);
    if (r == 0)
        r = kk_container_read(kk_bytes_slice(&s->deltas[i].plain), &s->deltas[i].container);
    s->open_bytes += s->deltas[i].plain.len;
    if (r < 0)
        close_delta(s, i);
    return r;
}

/* The pack holds no indicator that belongs to a neighbour. */
static bool in_range(const struct kk_segment *s, size_t pack, const struct kk_obs_block *b)
{
    if (b->count == 0)
        return true;
    return kk_segment_pack_of(s, b->groups[0].indicator) == pack &&
           kk_segment_pack_of(s, b->groups[b->count - 1].indicator) == pack;
}

static int later_block(struct kk_segment *s, size_t pack, size_t depth, struct kk_obs_block *ret)
{
    int r = 0;

    for (size_t i = 0; i < depth && r == 0; i++) {
        KK_AUTO_FINI(kk_obs_block) struct kk_obs_block fresh;
        struct kk_obs_block old = *ret;
        const struct kk_section *section;

        kk_obs_block_init(&fresh);
        r = open_delta(s, i);
        section = r == 0 ? kk_container_find(&s->deltas[i].container, (uint32_t)pack) : NULL;
        if (!section)
            continue;
        r = kk_section_decode(section, &s->words, &old, &fresh);
        if (r < 0)
            break;
        *ret = fresh;
        fresh = old; /* freed at the end of the scope */
    }
    if (r < 0)
        return r;
    return in_range(s, pack, ret) ? 0 : KK_E_BUNDLE;
}

int kk_segment_decode(struct kk_segment *s, size_t pack, size_t depth, struct kk_slice coded,
                      struct kk_obs_block *ret)
{
    int r = 0;

    kk_assert(depth <= s->index.deltas.count && pack < kk_segment_pack_count(s));
    if (pack < s->index.packs.count) /* else all of it came with deltas */
        r = base_block(s, pack, coded, ret);
    return r == 0 ? later_block(s, pack, depth, ret) : r;
}

int kk_segment_coded(struct kk_segment *s, size_t pack, struct kk_bytes *out)
{
    if (pack >= s->index.packs.count)
        return 0;
    return s->source.get(s->source.self, KK_BLOB_PACK, &s->index.packs.items[pack].blob, out);
}

int kk_segment_block(struct kk_segment *s, size_t pack, size_t depth, struct kk_obs_block *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    int r = kk_segment_coded(s, pack, &coded);

    return r == 0 ? kk_segment_decode(s, pack, depth, kk_bytes_slice(&coded), ret) : r;
}

/* --- proving --- */
static int add_pack(struct kk_segment *s, size_t pack, size_t depth, struct kk_rows_root *sums)
{
    KK_AUTO_FINI(kk_obs_block) struct kk_obs_block b;
    int r;

    kk_obs_block_init(&b);
    r = kk_segment_block(s, pack, depth, &b);
    return r == 0 ? kk_rows_root_block(sums, &s->words, &b) : r;
}

int kk_segment_ready(struct kk_segment *s)
{
    size_t bytes = 0;
    int r = 0;

    for (size_t i = 0; i < s->index.deltas.count; i++)
        bytes += s->index.deltas.items[i].plain_len;
    if (bytes > OPEN_BYTES)
        return 0;
    for (size_t i = 0; r == 0 && i < s->index.deltas.count; i++)
        r = open_delta(s, i);
    return r < 0 ? r : 1;
}

bool kk_segment_proven(const struct kk_segment *s, size_t pack)
{
    return s->known[pack].count > 0;
}

int kk_segment_prove(struct kk_segment *s, size_t pack, struct kk_slice coded)
{
    KK_AUTO_FINI(kk_rows_root) struct kk_rows_root sums;
    KK_AUTO_FINI(kk_obs_block) struct kk_obs_block b;
    int r;

    kk_assert(pack < s->index.packs.count && !kk_segment_proven(s, pack));
    kk_rows_root_init(&sums, s->schema_hash);
    kk_obs_block_init(&b);
    r = kk_segment_decode(s, pack, s->index.deltas.count, coded, &b);
    if (r == 0)
        r = kk_rows_root_block(&sums, &s->words, &b);
    if (r < 0)
        return r;
    s->known[pack] = sums;
    sums = (struct kk_rows_root){ 0 };
    return 0;
}

/* One that has no indicator is read again: it takes no time. */
static int verify_pack(struct kk_segment *s, size_t pack, size_t depth, struct kk_rows_root *sums)
{
    if (depth == s->index.deltas.count && kk_segment_proven(s, pack))
        return kk_rows_root_join(sums, &s->known[pack]);
    return add_pack(s, pack, depth, sums);
}

static void name_fault(const struct kk_segment *s, size_t pack, struct kk_segment_fault *fault)
{
    struct kk_slice first = { .data = NULL, .len = 0 };

    if (!fault)
        return;
    *fault = (struct kk_segment_fault){ .pack = pack };
    if (pack < s->index.packs.count)
        first = s->index.packs.items[pack].first;
    if (first.len)
        memcpy(fault->indicator, first.data, first.len);
}

int kk_segment_verify(struct kk_segment *s, size_t depth, struct kk_rows_root *root,
                      struct kk_segment_fault *fault)
{
    KK_AUTO_FINI(kk_rows_root) struct kk_rows_root own;
    struct kk_rows_root *sums = root ? root : &own;
    uint8_t got[KK_HASH_BYTES];
    int r = 0;

    kk_rows_root_init(&own, s->schema_hash);
    for (size_t pack = 0; pack < kk_segment_pack_count(s) && r == 0; pack++) {
        r = verify_pack(s, pack, depth, sums);
        if (r < 0)
            name_fault(s, pack, fault);
    }
    if (r == 0)
        r = kk_rows_root_done(sums, got);
    if (r < 0)
        return r;
    if (memcmp(got, kk_segment_root(s, depth), KK_HASH_BYTES) == 0)
        return 0;
    if (fault)
        *fault = (struct kk_segment_fault){ .pack = kk_segment_pack_count(s) };
    return KK_E_HASH;
}
