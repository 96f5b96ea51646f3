/* From parents to the blobs that are not here yet ([BN-20] of docs/protocol.md). */
#include "kukyoku/bundle/plan.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

void kk_plan_fini(struct kk_plan *p)
{
    kk_free(p->wants);
    *p = (struct kk_plan){ 0 };
}

int kk_plan_add(struct kk_plan *p, enum kk_blob_kind kind, const struct kk_blob_ref *ref)
{
    size_t cap = p->cap ? p->cap * 2 : 16;
    struct kk_want *wants;

    for (size_t i = 0; i < p->count; i++)
        if (memcmp(p->wants[i].ref.hash, ref->hash, KK_HASH_BYTES) == 0)
            return 0;
    if (p->count == p->cap) {
        wants = kk_realloc(p->wants, cap * sizeof(*wants));
        if (!wants)
            return KK_E_MEMORY;
        p->wants = wants;
        p->cap = cap;
    }
    p->wants[p->count++] = (struct kk_want){ .kind = kind, .ref = *ref };
    p->bytes += ref->len;
    return 0;
}

static int want(struct kk_plan *p, const struct kk_want *w, kk_plan_has_fn *has, void *user)
{
    return has(user, w->kind, &w->ref) ? 0 : kk_plan_add(p, w->kind, &w->ref);
}

int kk_plan_manifest(struct kk_plan *p, const struct kk_manifest *manifest, kk_plan_has_fn *has,
                     void *user)
{
    int r = 0;

    for (size_t i = 0; i < manifest->segments.count && r == 0; i++) {
        struct kk_want w = { KK_BLOB_INDEX, manifest->segments.items[i].index };

        r = want(p, &w, has, user);
    }
    return r;
}

int kk_plan_index(struct kk_plan *p, const struct kk_index *index, kk_plan_has_fn *has, void *user)
{
    int r = 0;

    for (size_t i = 0; i < index->deltas.count && r == 0; i++) {
        struct kk_want w = { KK_BLOB_DELTA, index->deltas.items[i].blob };

        r = want(p, &w, has, user);
    }
    for (size_t i = 0; i < index->packs.count && r == 0; i++) {
        struct kk_want w = { KK_BLOB_PACK, index->packs.items[i].blob };

        r = want(p, &w, has, user);
    }
    return r;
}
