/*
 * Making a release of one scope: from the release before and the full new rows of its datasets to
 * blobs, a manifest and the state that the catalog signs. Sans-IO: old blobs come from a source,
 * new ones go to a sink. The same input gives the same bytes.
 *
 *   kk_release_init → for each dataset: kk_release_begin, kk_release_row …, kk_release_end
 *                   → kk_release_done
 *
 * A dataset that is not begun leaves the scope. A dataset whose rows did not change keeps its
 * index; a scope whose datasets all kept theirs keeps its manifest, and *ret says so.
 */
#ifndef KUKYOKU_BUNDLE_RELEASE_H
#define KUKYOKU_BUNDLE_RELEASE_H

#include "kukyoku/bundle/segment.h"

/* Takes a finished blob. */
struct kk_blob_sink {
    int (*put)(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
               struct kk_slice blob);
    void *self;
};

struct kk_release_options {
    struct kk_slice scope;         /* "pub", "r:14133" …: must outlive the build */
    uint32_t release;              /* the number that the catalog will bear */
    uint32_t epoch;                /* 0 for pub */
    const struct kk_secret *key;   /* K(scope, epoch); NULL for pub */
    struct kk_slice previous;      /* plain manifest of the release before; absent for the first */
    struct kk_coded_source source; /* old indexes (plain bytes under a codec byte), packs, deltas */
    struct kk_blob_sink sink;
};

struct kk_release;
KK_MUST_USE int kk_release_new(const struct kk_release_options *options, struct kk_release **ret);
void kk_release_free(struct kk_release *r);
KK_DEFINE_FREE(kk_release)

struct kk_dataset_options {
    struct kk_slice name, title; /* title: what stands in the schema, may be empty */
    unsigned min_tier;           /* 0 pub, 1 int, 2 r:W */
    bool recall; /* 回収: a new base even for the same rows, and all before it is to be purged */
};
/* Datasets ascending. KK_E_TIER where the scope is more open than min_tier. */
KK_MUST_USE int kk_release_begin(struct kk_release *r, const struct kk_dataset_options *options);
/* The dataset as it was: what the release before had, without its rows. KK_E_NOT_FOUND. */
KK_MUST_USE int kk_release_keep(struct kk_release *r, struct kk_slice dataset);
/* Rows strictly ascending by indicator, area, breakdown, period (bytes): KK_E_ROW_ORDER. */
KK_MUST_USE int kk_release_row(struct kk_release *r, const struct kk_obs *row);
struct kk_release_stats {
    uint64_t rows, added, changed, dropped; /* against the release before */
    uint64_t bytes;                         /* of new blobs */
    bool base, delta;                       /* what was written; neither: nothing changed */
};
KK_MUST_USE int kk_release_end(struct kk_release *r, struct kk_release_stats *ret);

struct kk_release_result {
    bool unchanged; /* the manifest of the release before stands */
    struct kk_blob_ref manifest;
    uint8_t state[KK_HASH_BYTES];
};
/* Where unchanged, only that field is filled: the catalog repeats its row of the release before. */
KK_MUST_USE int kk_release_done(struct kk_release *r, struct kk_release_result *ret);
/* What went wrong, with the row's key where a row is at fault; "" before. */
const struct kk_error *kk_release_error(const struct kk_release *r);

#endif
