/*
 * A signed document of any kind, and what it says: read, verified against keys that did not sign
 * it, written again to the same bytes. [TR-4] [TR-5]
 */
#include "fuzz.h"

#include "kukyoku/error.h"
#include "kukyoku/trust/document.h"

#define ARENA_MAX (4u << 20)

static const struct kk_shape *const payloads[] = {
    [KK_DOC_ROOT] = &kk_shape_root,       [KK_DOC_ROSTER] = &kk_shape_roster,
    [KK_DOC_CATALOG] = &kk_shape_catalog, [KK_DOC_FRESH] = &kk_shape_fresh,
    [KK_DOC_INVITE] = &kk_shape_invite,
};

/* Two keys, of which both must sign: no input has signatures of theirs. */
static void verify(const struct kk_doc *doc)
{
    static const struct kk_hash_item keys[2] = { { .id = { 1 } }, { .id = { 2 } } };
    struct kk_root_role role = { .threshold = 2, .keys = { .items = keys, .count = 2 } };
    uint32_t signers = 0;

    kk_assert(kk_document_verify(doc, &role) == 0);
    kk_assert(kk_document_signers(doc, &role, &signers) < 0 || signers == 0);
}

static void read_payload(const struct kk_shape *shape, struct kk_slice payload,
                         struct kk_arena *arena)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes again = { 0 };
    void *value = kk_arena_alloc(arena, shape->size);

    if (!value || kk_shape_read(shape, payload, arena, value, NULL) < 0)
        return;
    kk_assert(kk_shape_encode(shape, value, &again) == 0);
    kk_assert(again.len <= payload.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes again = { 0 };
    struct kk_slice bytes = kk_slice(data, size);
    enum kk_doc_kind kind;
    struct kk_doc doc;

    kk_arena_init(&arena, ARENA_MAX);
    if (!kk_document_kind(bytes, &kind))
        return 0;
    if (kk_document_read(kind, bytes, &arena, &doc) < 0)
        return 0;
    kk_assert(kk_shape_encode(&kk_shape_doc, &doc, &again) == 0);
    kk_assert(kk_slice_equal(kk_bytes_slice(&again), bytes));
    verify(&doc);
    read_payload(payloads[kind], doc.payload, &arena);
    return 0;
}
