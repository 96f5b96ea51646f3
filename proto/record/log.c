/* The hash chain of a log and the heads that the daemon signs. [RL-5] [RL-6] */
#include "kukyoku/record/log.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/record/op.h"

#define HEAD_DOMAIN "kky1/head"

void kk_log_advance(struct kk_log_head *head, const struct kk_pushed_op *what)
{
    struct kk_hash h;

    kk_assert(what->gsn == head->gsn + 1);
    kk_hash_init(&h, "head");
    kk_hash_add(&h, kk_slice(head->head, KK_HASH_BYTES));
    kk_hash_add_u64(&h, head->era);
    kk_hash_add_u64(&h, what->gsn);
    kk_hash_add(&h, kk_slice(what->op_id, KK_HASH_BYTES));
    kk_hash_add_u64(&h, what->recv_ms);
    kk_hash_add_u64(&h, what->rv.gen);
    kk_hash_add_u64(&h, what->rv.ver);
    kk_hash_add_u64(&h, what->tv);
    kk_hash_add_u64(&h, what->verdict);
    kk_hash_done(&h, head->head);
    head->gsn = what->gsn;
}

uint64_t kk_log_era(const struct kk_era_step *steps, size_t count, uint64_t gsn)
{
    uint64_t era = 0;

    for (size_t i = 0; i < count; i++) {
        if (steps[i].after_gsn < gsn)
            era = steps[i].era;
    }
    return era;
}

/* What is signed: the domain, a zero byte, the claim in canonical form. */
static int claim_of(const struct kk_head *head, struct kk_bytes *out)
{
    struct kk_head_claim claim = {
        .scope = head->scope, .era = head->era, .gsn = head->gsn, .ms = head->ms
    };
    int r;

    memcpy(claim.head, head->head, KK_HASH_BYTES);
    r = kk_bytes_append(out, HEAD_DOMAIN, sizeof(HEAD_DOMAIN)); /* with its zero byte */
    return r == 0 ? kk_shape_encode(&kk_shape_head_claim, &claim, out) : r;
}

int kk_head_sign(struct kk_slice scope, const struct kk_log_head *head, int64_t ms,
                 const uint8_t secret[KK_SIGN_SECRET], struct kk_head *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes claim = { 0 };
    struct kk_head signed_head = {
        .scope = scope, .era = head->era, .gsn = head->gsn, .ms = (uint64_t)ms
    };
    struct kk_slice part;
    int r;

    memcpy(signed_head.head, head->head, KK_HASH_BYTES);
    r = claim_of(&signed_head, &claim);
    part = kk_bytes_slice(&claim);
    if (r == 0)
        r = kk_sign(secret, &part, 1, signed_head.sig);
    if (r == 0)
        *ret = signed_head;
    return r;
}

int kk_head_check(const struct kk_head *head, const struct kk_root_role *daemon)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes claim = { 0 };
    struct kk_slice part;
    int r = claim_of(head, &claim);

    part = kk_bytes_slice(&claim);
    for (size_t i = 0; r == 0 && i < daemon->keys.count; i++)
        r = kk_sign_check(daemon->keys.items[i].id, &part, 1, head->sig);
    return r;
}
