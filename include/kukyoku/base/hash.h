/*
 * H(tag, fields…) of docs/protocol.md: BLAKE2b-256 keyed with "kky1:" and the tag, over the fields
 * one after another (each of fixed length or canonical, so that no two inputs run together).
 */
#ifndef KUKYOKU_BASE_HASH_H
#define KUKYOKU_BASE_HASH_H

#include "kukyoku/limits.h"
#include "kukyoku/slice.h"

#define KK_HASH_STATE_BYTES 384 /* libsodium's state, checked against its header in hash.c */

struct kk_hash {
    _Alignas(64) uint8_t state[KK_HASH_STATE_BYTES];
};

/* tag: at most 16 ASCII letters, one of the tags of docs/protocol.md. */
void kk_hash_init(struct kk_hash *h, const char *tag);
void kk_hash_add(struct kk_hash *h, struct kk_slice bytes);
void kk_hash_add_u64(struct kk_hash *h, uint64_t value); /* eight bytes, big-endian */
void kk_hash_done(struct kk_hash *h, uint8_t ret[KK_HASH_BYTES]);

/* In one step. */
void kk_hash_of(const char *tag, struct kk_slice bytes, uint8_t ret[KK_HASH_BYTES]);
/* BLAKE2b-256 without key or tag, as `b2sum -l 256` prints it: for files that leave the system. */
void kk_hash_file(struct kk_slice bytes, uint8_t ret[KK_HASH_BYTES]);

/* SHA-256, as `sha256sum` prints it: for copies that people check without this program. */
#define KK_SHA256_STATE_BYTES 128

struct kk_sha256 {
    _Alignas(8) uint8_t state[KK_SHA256_STATE_BYTES];
};
void kk_sha256_init(struct kk_sha256 *h);
void kk_sha256_add(struct kk_sha256 *h, struct kk_slice bytes);
void kk_sha256_done(struct kk_sha256 *h, uint8_t ret[KK_HASH_BYTES]);

#endif
