/* Receipts: proof, years later and without the daemon, that an operation was sequenced. [RL-7] */
#include "kukyoku/error.h"
#include "kukyoku/record/log.h"
#include "kukyoku/record/op.h"

/*
 * The chain of roots inside must hold, and one of them must be the root that the reader believes.
 */
static int check_roots(const struct kk_receipt *receipt, const uint8_t trusted[KK_HASH_BYTES],
                       struct kk_trust *trust, bool *ret_ok)
{
    bool met = false;

    *ret_ok = false;
    for (size_t i = 0; i < receipt->roots.count; i++) {
        uint8_t id[KK_HASH_BYTES];
        enum kk_trust_verdict verdict;
        int r = kk_trust_restore(trust, KK_DOC_ROOT, receipt->roots.items[i].doc,
                                 kk_slice(NULL, 0), &verdict);

        if (r < 0)
            return r;
        if (verdict != KK_TRUST_TAKEN)
            return 0;
        kk_trust_root_id(trust, id);
        met = met || memcmp(id, trusted, KK_HASH_BYTES) == 0;
    }
    *ret_ok = met;
    return 0;
}

/* A head may have been signed by keys that a later root of the chain replaced. */
static int head_signed(const struct kk_receipt *receipt, const struct kk_trust *trust)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < kk_trust_root_count(trust); i++)
        r = kk_head_check(&receipt->head,
                          &kk_trust_root_at(trust, i)->roles.items[KK_TRUST_DAEMON]);
    return r;
}

static bool tuples_lead_to_head(const struct kk_receipt *receipt)
{
    struct kk_log_head head = { .era = receipt->head.era,
                                .gsn = receipt->tuples.items[0].gsn - 1 };

    memcpy(head.head, receipt->before, KK_HASH_BYTES);
    for (size_t i = 0; i < receipt->tuples.count; i++) {
        if (receipt->tuples.items[i].gsn != head.gsn + 1)
            return false;
        kk_log_advance(&head, &receipt->tuples.items[i]);
    }
    return head.gsn == receipt->head.gsn &&
           memcmp(head.head, receipt->head.head, KK_HASH_BYTES) == 0;
}

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

int kk_receipt_verify(const struct kk_receipt *receipt, const uint8_t trusted_root[KK_HASH_BYTES],
                      enum kk_receipt_verdict *ret, size_t *ret_entry)
{
    KK_AUTO_FREE(kk_trust) struct kk_trust *trust = kk_trust_new();
    bool roots_ok;
    int r;

    if (!trust)
        return KK_E_MEMORY;
    *ret = KK_RECEIPT_ROOT;
    r = check_roots(receipt, trusted_root, trust, &roots_ok);
    if (r < 0 || !roots_ok)
        return r;
    *ret = KK_RECEIPT_HEAD;
    r = head_signed(receipt, trust);
    if (r <= 0)
        return r;
    *ret = KK_RECEIPT_CHAIN;
    if (!tuples_lead_to_head(receipt))
        return 0;
    *ret = KK_RECEIPT_OP;
    if (!find_op(receipt, ret_entry))
        return 0;
    r = kk_op_check(receipt->op, receipt->sig, receipt->author);
    if (r > 0)
        *ret = KK_RECEIPT_OK;
    return r < 0 ? r : 0;
}
