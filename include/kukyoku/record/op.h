/*
 * Operations: a signed header in one chain per (device, scope, incarnation), and a sealed body
 * beside it ([RL-2] …). What a receiver can rebuild does not travel; the signature is checked over
 * the rebuilt canonical bytes, of which there is exactly one form.
 */
#ifndef KUKYOKU_RECORD_OP_H
#define KUKYOKU_RECORD_OP_H

#include "kukyoku/trust/sign.h"
#include "kukyoku/wire/shapes.h"

/* Appends the header as it is signed. KK_E_SHAPE when a field is out of range; KK_E_MEMORY. */
KK_MUST_USE int kk_op_encode(const struct kk_op *op, struct kk_bytes *out);
/* H("op", header). */
void kk_op_id(struct kk_slice header, uint8_t ret[KK_HASH_BYTES]);
/* H("body", sealed body). */
void kk_op_body_hash(struct kk_slice body, uint8_t ret[KK_HASH_BYTES]);
KK_MUST_USE int kk_op_sign(struct kk_slice header, const uint8_t secret[KK_SIGN_SECRET],
                           uint8_t ret_sig[KK_SIG_BYTES]);
/* 1, 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_op_check(struct kk_slice header, const uint8_t sig[KK_SIG_BYTES],
                            const uint8_t key[KK_KEY_BYTES]);

/*
 * What both ends know without being told. device: NULL where op_wire carries it. prev: the id
 * before it in its chain, NULL at seq 1. seen_head: the head of this scope's log at op.seen.gsn,
 * NULL where it is unknown or gsn is 0. body: absent where there is none, or it was erased.
 */
struct kk_op_context {
    struct kk_slice scope;
    const uint8_t *device, *prev, *seen_head;
    struct kk_slice body;
};

/* The travelling form. It leaves out the head seen only where ctx->seen_head is that head. */
void kk_op_to_wire(const struct kk_op *op, const struct kk_op_context *ctx,
                   struct kk_op_wire *ret);
/* The whole header again; lists stay borrowed from `wire`. */
void kk_op_from_wire(const struct kk_op_wire *wire, const struct kk_op_context *ctx,
                     struct kk_op *ret);

/* --- chains --- */
enum kk_chain_verdict {
    KK_CHAIN_NEXT,
    KK_CHAIN_REPEAT, /* at or before the end: compare op_ids; the same id was sequenced already */
    KK_CHAIN_GAP     /* something is missing before it, or prev is another */
};
/* end: the end of this (device, scope, inc), NULL for an empty chain. */
enum kk_chain_verdict kk_chain_check(const struct kk_chain *end, const struct kk_op *op);

/* --- hybrid logical clock: display and ties only ([RL-8]) --- */
uint64_t kk_hlc_local(uint64_t last, int64_t now_ms);
uint64_t kk_hlc_receive(uint64_t last, uint64_t remote, int64_t now_ms);
int64_t kk_hlc_ms(uint64_t hlc);
/* min(hlc, the receive time): a clock of 2099 wins nothing. */
uint64_t kk_hlc_effective(uint64_t hlc, int64_t recv_ms);

#endif
