/*
 * A segment is one dataset in one scope: an index, its packs and its chain of deltas. This reads
 * any pack as of any release of the chain, and proves the whole against its root. Bytes come from a
 * source: a replica's file, a desk's folder, a test's list.
 */
#ifndef KUKYOKU_BUNDLE_SEGMENT_H
#define KUKYOKU_BUNDLE_SEGMENT_H

#include "kukyoku/bundle/blob.h"
#include "kukyoku/bundle/rows.h"
#include "kukyoku/bundle/section.h"

/* Gives the coded bytes (unsealed, codec byte first) of a blob; out is empty. */
struct kk_coded_source {
    int (*get)(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
               struct kk_bytes *out);
    void *self;
};

struct kk_segment_delta {
    struct kk_bytes plain;
    struct kk_container container;
};
struct kk_segment {
    struct kk_bytes bytes; /* the plain index */
    struct kk_arena arena;
    struct kk_index index;
    struct kk_obs_words words;
    uint8_t schema_hash[KK_HASH_BYTES];
    struct kk_coded_source source;
    struct kk_segment_delta *deltas; /* opened as needed, one for each of the chain */
    size_t open_bytes;
    struct kk_rows_root *known; /* of a pack that was proven: its sums in the newest state */
};

/*
 * A plain manifest: its shape, that it is of this scope, datasets strictly ascending, a salt where
 * the scope has a key. Texts point into plain, lists stand in the arena.
 */
KK_MUST_USE int kk_manifest_read(struct kk_slice plain, struct kk_slice scope,
                                 struct kk_arena *arena, struct kk_manifest *ret);
/* How closed a scope is: 0 pub, 1 int, 2 r:W; -1 for one that holds no releases. */
int kk_scope_tier(struct kk_slice scope);

/* plain: a canonical index, copied. Checks what an index must keep to beyond its shape. */
KK_MUST_USE int kk_segment_open(struct kk_segment *s, struct kk_slice plain,
                                struct kk_coded_source source);
void kk_segment_close(struct kk_segment *s); /* also on a zeroed one, and twice */

/* Newest release of the chain. */
uint32_t kk_segment_newest(const struct kk_segment *s);
/* How many deltas lead to the state as of `release`; KK_E_RELEASE_ABSENT before the base. */
KK_MUST_USE int kk_segment_depth(const struct kk_segment *s, uint32_t release, size_t *ret);
/* The pack that would hold an indicator. */
size_t kk_segment_pack_of(const struct kk_segment *s, struct kk_slice indicator);
size_t kk_segment_pack_count(const struct kk_segment *s); /* at least 1 */
/* Block `pack` after `depth` deltas; ret is an initialised, empty block. */
KK_MUST_USE int kk_segment_block(struct kk_segment *s, size_t pack, size_t depth,
                                 struct kk_obs_block *ret);
/* The two halves of it: the coded bytes of a pack (none where it came with deltas), and reading. */
KK_MUST_USE int kk_segment_coded(struct kk_segment *s, size_t pack, struct kk_bytes *out);
KK_MUST_USE int kk_segment_decode(struct kk_segment *s, size_t pack, size_t depth,
                                  struct kk_slice coded, struct kk_obs_block *ret);
/* The root that the index promises after `depth` deltas. */
const uint8_t *kk_segment_root(const struct kk_segment *s, size_t depth);

/*
 * Opens all that a pack needs to be read as of any release: 1; 0 where that is more than may stay
 * open at once. After a 1, and until the segment is used otherwise, packs may be decoded and proven
 * by several threads, each one another pack.
 */
KK_MUST_USE int kk_segment_ready(struct kk_segment *s);
bool kk_segment_proven(const struct kk_segment *s, size_t pack);
/*
 * Reads a pack that is not proven yet as of the newest release, from its coded bytes, and keeps its
 * sums, so that verify need not read it again. A fault keeps nothing.
 */
KK_MUST_USE int kk_segment_prove(struct kk_segment *s, size_t pack, struct kk_slice coded);

/* What of a segment is wrong, for a person and for repair. */
struct kk_segment_fault {
    size_t pack; /* the one that could not be read; their count where all could */
    char indicator[KK_OBS_NAME_MAX + 1]; /* its first, or "" */
};
/*
 * Reads every row as of `depth` and compares the root: 0, KK_E_HASH or what reading gave. fault and
 * root (initialised by the schema hash; gets the sums) may be NULL.
 */
KK_MUST_USE int kk_segment_verify(struct kk_segment *s, size_t depth, struct kk_rows_root *root,
                                  struct kk_segment_fault *fault);

#endif
