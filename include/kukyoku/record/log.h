/*
 * The log of a scope: the daemon's order, hash-chained; heads that it signs; receipts ([RL-5] …).
 */
#ifndef KUKYOKU_RECORD_LOG_H
#define KUKYOKU_RECORD_LOG_H

#include "kukyoku/trust/trust.h"

/*
 * head_n = H("head", head_{n-1}, era, n, op_id, recv_ms, rv, tv, verdict); the first follows zeros.
 */
struct kk_log_head {
    uint64_t era, gsn;
    uint8_t head[KK_HASH_BYTES]; /* zeros while gsn is 0 */
};
/* Moves to the next entry; what->gsn must be head->gsn + 1. */
void kk_log_advance(struct kk_log_head *head, const struct kk_pushed_op *what);

KK_MUST_USE int kk_head_sign(struct kk_slice scope, const struct kk_log_head *head, int64_t ms,
                             const uint8_t secret[KK_SIGN_SECRET], struct kk_head *ret);
/* 1 when any daemon key of the role signed it, 0, or KK_E_MEMORY. */
KK_MUST_USE int kk_head_check(const struct kk_head *head, const struct kk_root_role *daemon);

/* The era of an entry by where eras begin; all that reach so far. 0: the first. */
uint64_t kk_log_era(const struct kk_era_step *steps, size_t count, uint64_t gsn);

/* Does the stretch lead to its head? */
bool kk_strand_sound(const struct kk_strand *s);
/* The head of a sound stretch at that entry; false where it does not reach so far. */
bool kk_strand_at(const struct kk_strand *s, uint64_t gsn, struct kk_log_head *ret);

/* Which root of a chain is the one that the reader believes; count: none. 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_evidence_from(const struct kk_root_item *roots, size_t count,
                                 const uint8_t trusted[KK_HASH_BYTES], size_t *ret);

enum kk_receipt_verdict {
    KK_RECEIPT_OK,
    KK_RECEIPT_ROOT,  /* the root chain inside does not hold, or starts at another root */
    KK_RECEIPT_HEAD,  /* no daemon key of that chain signed the head */
    KK_RECEIPT_CHAIN, /* the tuples do not lead to the head */
    KK_RECEIPT_OP     /* the operation is not among them, or its author did not sign it */
};
/*
 * trusted_root: H("doc", payload) of a root that the reader believes; it must be in the chain.
 * *ret_entry: which tuple is the operation's. 0 or KK_E_MEMORY.
 */
KK_MUST_USE int kk_receipt_verify(const struct kk_receipt *receipt,
                                  const uint8_t trusted_root[KK_HASH_BYTES],
                                  enum kk_receipt_verdict *ret, size_t *ret_entry);

/* --- one daemon, two histories (fork.c) --- */
enum kk_fork_verdict {
    KK_FORK_PROVED,
    KK_FORK_ROOT,  /* as for a receipt */
    KK_FORK_HEAD,  /* a head that no daemon key of that chain signed, or of another scope */
    KK_FORK_CHAIN, /* a stretch that does not lead to its head */
    KK_FORK_NONE   /* nothing in it contradicts */
};
/* *ret_gsn: the entry of which two heads were signed. 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_fork_verify(const struct kk_fork *fork,
                               const uint8_t trusted_root[KK_HASH_BYTES],
                               enum kk_fork_verdict *ret, uint64_t *ret_gsn);

#endif
