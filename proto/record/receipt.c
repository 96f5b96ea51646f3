/* Receipts: proof, years later and without the daemon, that an operation was sequenced. [RL-7] */
#include "evidence.h"

#include "kukyoku/error.h"
#include "kukyoku/record/op.h"
#include "kukyoku/trust/device.h"

#define ARENA_BYTES (16 * 1024)

static bool find_op(const struct kk_receipt *receipt, size_t *ret_entry)
{
    uint8_t id[KK_HASH_BYTES];

    kk_op_id(receipt->op, id);
    for (size_t i = 0; i < receipt->tuples.count; i++) {
        if (memcmp(receipt->tuples.items[i].op_id, id, KK_HASH_BYTES) == 0) {
            *ret_entry = i;
            return true;
        }
    }
    return false;
}

/* The header names a device; the device's id names its keys; one of them signed. 1, 0, a fault. */
static int signed_by_author(const struct kk_receipt *receipt)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    uint8_t device[KK_ID_BYTES];
    struct kk_op op;
    int r;

    kk_arena_init(&arena, ARENA_BYTES);
    r = kk_shape_read(&kk_shape_op, receipt->op, &arena, &op, NULL);
    if (r < 0)
        return r == KK_E_MEMORY ? r : 0;
    kk_device_id(receipt->author, receipt->noise, receipt->wrap, device);
    if (memcmp(device, op.device, KK_ID_BYTES) != 0 ||
        !kk_slice_equal(op.scope, receipt->head.scope))
        return 0;
    return kk_op_check(receipt->op, receipt->sig, receipt->author);
}

int kk_receipt_verify(const struct kk_receipt *receipt, const uint8_t trusted_root[KK_HASH_BYTES],
                      enum kk_receipt_verdict *ret, size_t *ret_entry)
{
    KK_AUTO_FREE(kk_trust) struct kk_trust *trust = kk_trust_new();
    struct kk_strand strand = { .tuples = { receipt->tuples.items, receipt->tuples.count },
                                .head = receipt->head,
                                .eras = { receipt->eras.items, receipt->eras.count } };
    bool roots_ok;
    int r;

    if (!trust)
        return KK_E_MEMORY;
    memcpy(strand.before, receipt->before, KK_HASH_BYTES);
    *ret = KK_RECEIPT_ROOT;
    r = evidence_roots(receipt->roots.items, receipt->roots.count, trusted_root, trust, &roots_ok);
    if (r < 0 || !roots_ok)
        return r;
    *ret = KK_RECEIPT_HEAD;
    r = evidence_head(&receipt->head, trust);
    if (r <= 0)
        return r;
    *ret = KK_RECEIPT_CHAIN;
    if (!kk_strand_sound(&strand))
        return 0;
    *ret = KK_RECEIPT_OP;
    if (!find_op(receipt, ret_entry))
        return 0;
    r = signed_by_author(receipt);
    if (r > 0)
        *ret = KK_RECEIPT_OK;
    return r < 0 ? r : 0;
}
