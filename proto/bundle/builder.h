/*
 * The inside of a release in the making: rows taken in by release.c, written out by
 * release_write.c.
 */
#ifndef PROTO_BUNDLE_BUILDER_H
#define PROTO_BUNDLE_BUILDER_H

#include "kukyoku/bundle/release.h"
#include "kukyoku/error.h"

/* A pack is closed before it would have more rows than this, unless one indicator alone has. */
#define KK_PACK_ROWS 50000

/*
 * One dataset in the making. Each indicator is a block of its own, so that packs can be cut anew.
 */
struct kk_dataset {
    struct kk_schema schema;
    uint8_t schema_hash[KK_HASH_BYTES];
    const struct kk_segment_ref *before; /* in the previous manifest, or NULL */
    struct kk_segment old;               /* open where before is set */
    struct kk_obs_words words;
    struct kk_obs_block *groups; /* of one group each, ascending */
    size_t count, cap;
    uint64_t rows;
    bool recall;
};

struct kk_release {
    struct kk_release_options options;
    struct kk_arena arena;
    struct kk_bytes previous_bytes;
    struct kk_manifest previous;
    bool has_previous, open; /* open: between begin and end */
    size_t kept;             /* datasets that did not change */
    struct kk_segment_ref *segments;
    size_t count;
    struct kk_dataset dataset;
    struct kk_error error;
};

/* Writes what the dataset needs and fills its row of the manifest. */
KK_MUST_USE int kk_dataset_write(struct kk_release *r, struct kk_segment_ref *ret,
                                 struct kk_release_stats *stats);
/* Encodes, seals, names and hands over one blob. */
struct kk_blob_job {
    enum kk_blob_kind kind;
    enum kk_codec codec;
    struct kk_slice plain;
    const size_t *cuts;
    size_t cut_count;
};
KK_MUST_USE int kk_release_blob(struct kk_release *r, const struct kk_blob_job *job,
                                struct kk_blob_ref *ret);

#endif
