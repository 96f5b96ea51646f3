/*
 * What is to be fetched: from what a device holds and what a signed parent names to a list of
 * blobs. A chain is taken from where the device stands; a new base is taken whole, but for packs
 * that it shares with the old one. Computes only; nothing here fetches.
 */
#ifndef KUKYOKU_BUNDLE_PLAN_H
#define KUKYOKU_BUNDLE_PLAN_H

#include "kukyoku/bundle/blob.h"
#include "kukyoku/wire/shapes.h"

struct kk_want {
    enum kk_blob_kind kind;
    struct kk_blob_ref ref;
};
struct kk_plan {
    struct kk_want *wants;
    size_t count, cap;
    uint64_t bytes; /* of all that is wanted */
};
void kk_plan_fini(struct kk_plan *p);
KK_DEFINE_FINI(kk_plan)
/* Adds a blob once. */
KK_MUST_USE int kk_plan_add(struct kk_plan *p, enum kk_blob_kind kind,
                            const struct kk_blob_ref *ref);
/* Does the holder have the blob already? */
typedef bool kk_plan_has_fn(void *user, enum kk_blob_kind kind, const struct kk_blob_ref *ref);
/* Index blobs of the segments that the holder lacks. */
KK_MUST_USE int kk_plan_manifest(struct kk_plan *p, const struct kk_manifest *manifest,
                                 kk_plan_has_fn *has, void *user);
/* Deltas, then packs of one index that the holder lacks: a pack can be read as soon as it came. */
KK_MUST_USE int kk_plan_index(struct kk_plan *p, const struct kk_index *index, kk_plan_has_fn *has,
                              void *user);

#endif
