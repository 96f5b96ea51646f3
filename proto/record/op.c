/* Headers of operations: signed bytes, travelling form, chains. [RL-2] [RL-4] */
#include "kukyoku/record/op.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"

#define SIGN_DOMAIN  "kky1/op"
#define MOST_HEADERS 256 /* bytes: they grow no buffer */

int kk_op_encode(const struct kk_op *op, struct kk_bytes *out)
{
    size_t before = out->len;
    int r = kk_bytes_reserve(out, MOST_HEADERS);

    if (r == 0)
        r = kk_shape_encode_checked(&kk_shape_op, op, out, NULL);
    if (r == 0 && out->len - before > KK_OP_BYTES_MAX) {
        out->len = before;
        r = KK_E_SHAPE;
    }
    return r;
}

void kk_op_id(struct kk_slice header, uint8_t ret[KK_HASH_BYTES])
{
    kk_hash_of("op", header, ret);
}

void kk_op_body_hash(struct kk_slice body, uint8_t ret[KK_HASH_BYTES])
{
    kk_hash_of("body", body, ret);
}

int kk_op_sign(struct kk_slice header, const uint8_t secret[KK_SIGN_SECRET],
               uint8_t ret_sig[KK_SIG_BYTES])
{
    struct kk_slice parts[] = { kk_slice_text(SIGN_DOMAIN), header };

    return kk_sign(secret, parts, KK_COUNT(parts), ret_sig);
}

int kk_op_check(struct kk_slice header, const uint8_t sig[KK_SIG_BYTES],
                const uint8_t key[KK_KEY_BYTES])
{
    struct kk_slice parts[] = { kk_slice_text(SIGN_DOMAIN), header };

    return kk_sign_check(key, parts, KK_COUNT(parts), sig);
}

void kk_op_to_wire(const struct kk_op *op, const struct kk_op_context *ctx, struct kk_op_wire *ret)
{
    *ret = (struct kk_op_wire){
        .inc = op->inc,
        .seq = op->seq,
        .hlc = op->hlc,
        .seen = op->seen,
        .kind = op->kind,
        .act = op->act,
        .parents = { op->parents.items, op->parents.count },
        .epoch = op->epoch,
        .refs = { op->refs.items, op->refs.count },
    };
    memcpy(ret->rec, op->rec, KK_ID_BYTES);
    if (!ctx->device)
        memcpy(ret->device, op->device, KK_ID_BYTES);
    if (ctx->seen_head && memcmp(ctx->seen_head, op->seen.head, KK_HASH_BYTES) == 0)
        memset(ret->seen.head, 0, KK_HASH_BYTES);
    if (!ctx->body.data) {
        memcpy(ret->body_hash, op->body_hash, KK_HASH_BYTES);
        ret->body_len = op->body_len;
    }
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
    uint8_t any = 0;

    for (size_t i = 0; i < len; i++)
        any |= bytes[i];
    return any == 0;
}

void kk_op_from_wire(const struct kk_op_wire *wire, const struct kk_op_context *ctx,
                     struct kk_op *ret)
{
    *ret = (struct kk_op){
        .scope = ctx->scope,
        .inc = wire->inc,
        .seq = wire->seq,
        .hlc = wire->hlc,
        .seen = wire->seen,
        .kind = wire->kind,
        .act = wire->act,
        .parents = { wire->parents.items, wire->parents.count },
        .epoch = wire->epoch,
        .refs = { wire->refs.items, wire->refs.count },
    };
    memcpy(ret->device, ctx->device ? ctx->device : wire->device, KK_ID_BYTES);
    memcpy(ret->rec, wire->rec, KK_ID_BYTES);
    if (ctx->prev && wire->seq > 1)
        memcpy(ret->prev, ctx->prev, KK_HASH_BYTES);
    if (ctx->seen_head && wire->seen.gsn > 0 && is_zero(wire->seen.head, KK_HASH_BYTES))
        memcpy(ret->seen.head, ctx->seen_head, KK_HASH_BYTES);
    if (ctx->body.data) {
        kk_op_body_hash(ctx->body, ret->body_hash);
        ret->body_len = ctx->body.len;
    } else {
        memcpy(ret->body_hash, wire->body_hash, KK_HASH_BYTES);
        ret->body_len = wire->body_len;
    }
}

enum kk_chain_verdict kk_chain_check(const struct kk_chain *end, const struct kk_op *op)
{
    if (!end)
        return op->seq == 1 && is_zero(op->prev, KK_HASH_BYTES) ? KK_CHAIN_NEXT : KK_CHAIN_GAP;
    if (op->seq <= end->seq)
        return KK_CHAIN_REPEAT;
    if (op->seq != end->seq + 1 || memcmp(op->prev, end->op_id, KK_HASH_BYTES) != 0)
        return KK_CHAIN_GAP;
    return KK_CHAIN_NEXT;
}
