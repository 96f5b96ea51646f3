/*
 * Evidence that somebody brings, a receipt or a proof of two histories: whatever it says, who
 * believes another root believes nothing of it; under its own first root it is gone through whole.
 * [RL-7] [RL-19]
 */
#include "fuzz.h"

#include "kukyoku/error.h"
#include "kukyoku/record/log.h"

#define ARENA_MAX (4u << 20)

/* The root that the evidence begins with; zeros where there is none. */
static void own_root(const struct kk_root_item *roots, struct kk_arena *arena,
                     uint8_t ret[KK_HASH_BYTES])
{
    struct kk_doc doc;

    memset(ret, 0, KK_HASH_BYTES);
    if (kk_document_read(KK_DOC_ROOT, roots[0].doc, arena, &doc) == 0)
        kk_document_id(&doc, ret);
}

static void receipt(struct kk_slice bytes, struct kk_arena *arena)
{
    static const uint8_t other[KK_HASH_BYTES] = { 1 };
    uint8_t root[KK_HASH_BYTES];
    enum kk_receipt_verdict verdict = KK_RECEIPT_OK;
    struct kk_receipt r;
    size_t entry = 0;

    if (kk_shape_read(&kk_shape_receipt, bytes, arena, &r, NULL) < 0)
        return;
    kk_assert(kk_receipt_verify(&r, other, &verdict, &entry) < 0 || verdict != KK_RECEIPT_OK);
    own_root(r.roots.items, arena, root);
    if (kk_receipt_verify(&r, root, &verdict, &entry) == 0 && verdict == KK_RECEIPT_OK)
        kk_assert(entry < r.tuples.count);
}

static void fork(struct kk_slice bytes, struct kk_arena *arena)
{
    static const uint8_t other[KK_HASH_BYTES] = { 1 };
    uint8_t root[KK_HASH_BYTES];
    enum kk_fork_verdict verdict = KK_FORK_PROVED;
    uint64_t gsn = 0;
    struct kk_fork f;

    if (kk_shape_read(&kk_shape_fork, bytes, arena, &f, NULL) < 0)
        return;
    kk_assert(kk_fork_verify(&f, other, &verdict, &gsn) < 0 || verdict != KK_FORK_PROVED);
    own_root(f.roots.items, arena, root);
    if (kk_fork_verify(&f, root, &verdict, &gsn) == 0 && verdict == KK_FORK_PROVED)
        kk_assert(gsn > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };

    if (size == 0)
        return 0;
    kk_arena_init(&arena, ARENA_MAX);
    (data[0] % 2 ? fork : receipt)(kk_slice(data + 1, size - 1), &arena);
    return 0;
}
