/*
 * An index, a pack and a delta as coded bytes, each behind its length (u16): whatever they say, a
 * block that is read has groups and rows in strict order, and texts that can be looked up.
 */
#include "fuzz.h"

#include "kukyoku/bundle/segment.h"
#include "kukyoku/error.h"

#define PACKS_MAX  4
#define DEPTHS_MAX 8

struct parts {
    struct kk_slice index, pack, delta;
};

static struct kk_slice cut(struct kk_slice *rest)
{
    struct kk_slice part;
    size_t len = rest->len;

    if (rest->len >= 2) {
        len = (size_t)rest->data[0] << 8 | rest->data[1];
        *rest = kk_slice(rest->data + 2, rest->len - 2);
    }
    part = kk_slice(rest->data, len < rest->len ? len : rest->len);
    *rest = kk_slice(rest->data + part.len, rest->len - part.len);
    return part;
}

static int get(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
               struct kk_bytes *out)
{
    const struct parts *p = self;

    (void)ref;
    return kk_bytes_append_slice(out, kind == KK_BLOB_PACK ? p->pack : p->delta);
}

static void check_group(const struct kk_obs_words *words, const struct kk_obs_group *g)
{
    struct kk_obs obs;

    for (size_t i = 0; i < g->count; i++) {
        kk_assert(g->rows[i].attr < g->attr_count);
        kk_assert(i == 0 || kk_obs_row_compare(words, &g->rows[i - 1], &g->rows[i]) < 0);
        kk_obs_get(words, g, &g->rows[i], &obs);
        kk_assert(obs.indicator.len > 0 && obs.indicator.len <= KK_OBS_NAME_MAX);
        kk_assert(obs.value >= -KK_OBS_VALUE_MAX && obs.value <= KK_OBS_VALUE_MAX);
    }
}

static void read_block(struct kk_segment *s, size_t pack, size_t depth)
{
    KK_AUTO_FINI(kk_obs_block) struct kk_obs_block block;

    kk_obs_block_init(&block);
    if (kk_segment_block(s, pack, depth, &block) < 0)
        return;
    for (size_t i = 0; i < block.count; i++) {
        kk_assert(i == 0 ||
                  kk_slice_compare(block.groups[i - 1].indicator, block.groups[i].indicator) < 0);
        check_group(&s->words, &block.groups[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kk_slice rest = kk_slice(data, size);
    struct parts parts;
    struct kk_segment s;

    parts.index = cut(&rest);
    parts.pack = cut(&rest);
    parts.delta = cut(&rest);
    if (kk_segment_open(&s, parts.index, (struct kk_coded_source){ get, &parts }) < 0)
        return 0;
    for (size_t pack = 0; pack < kk_segment_pack_count(&s) && pack < PACKS_MAX; pack++) {
        for (size_t depth = 0; depth <= s.index.deltas.count && depth <= DEPTHS_MAX; depth++)
            read_block(&s, pack, depth);
    }
    kk_segment_close(&s);
    return 0;
}
