/*
 * A blob is what travels and is named by its hash: byte 0 clear or sealed, byte 1 the codec, then
 * the coded bytes, or, sealed, epoch, nonce and XChaCha20-Poly1305 over them. The nonce comes from
 * key, kind and the coded bytes, so that one input gives one blob; scope, kind, epoch and codec
 * stand in the additional data, so that a blob cannot pass for another (docs/protocol.md, Bundles).
 */
#ifndef KUKYOKU_BUNDLE_BLOB_H
#define KUKYOKU_BUNDLE_BLOB_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/base/secret.h"
#include "kukyoku/limits.h"

#define KK_BLOB_KINDS(K)                                                                           \
    K(MANIFEST, 1, "manifest")                                                                     \
    K(INDEX, 2, "index")                                                                           \
    K(PACK, 3, "pack")                                                                             \
    K(DELTA, 4, "delta")                                                                           \
    K(GIDS, 5, "gid list")                                                                         \
    K(DEVICES, 6, "device rows")                                                                   \
    K(WRAPS, 7, "scope keys")                                                                      \
    K(DICTIONARY, 8, "dictionary")
#define KK_BLOB_ENUM(NAME, number, text) KK_BLOB_##NAME = (number),
enum kk_blob_kind { KK_BLOB_KINDS(KK_BLOB_ENUM) };

enum kk_codec {
    KK_CODEC_NONE = 0,
    KK_CODEC_ZSTD = 1, /* one frame */
    KK_CODEC_PARTS = 2 /* parts of the plain bytes, each stored or a frame of its own */
};

/* What a blob belongs to. key: 32 bytes, or NULL for clear; epoch then is 0. */
struct kk_blob_seal {
    enum kk_blob_kind kind;
    struct kk_slice scope;
    uint32_t epoch;
    const struct kk_secret *key;
};

/* Plain bytes to coded ones: codec byte first. cuts: lengths of the parts (KK_CODEC_PARTS only). */
KK_MUST_USE int kk_blob_encode(enum kk_codec codec, struct kk_slice plain, const size_t *cuts,
                               size_t cut_count, struct kk_bytes *out);
/* Back. More than max plain bytes, or a frame that says other than it holds, is KK_E_BUNDLE. */
KK_MUST_USE int kk_blob_decode(struct kk_slice coded, size_t max, struct kk_bytes *out);

/* Coded bytes to a blob. */
KK_MUST_USE int kk_blob_wrap(const struct kk_blob_seal *seal, struct kk_slice coded,
                             struct kk_bytes *out);
/* A blob to coded bytes. KK_E_KEY_UNKNOWN: sealed and no key of its epoch. KK_E_BUNDLE_SEAL. */
KK_MUST_USE int kk_blob_unwrap(const struct kk_blob_seal *seal, struct kk_slice blob,
                               struct kk_bytes *out);
/* The epoch that the blob names: 0 for a clear one. KK_E_BUNDLE for no blob at all. */
KK_MUST_USE int kk_blob_epoch(struct kk_slice blob, uint32_t *ret);
/* Both steps. */
KK_MUST_USE int kk_blob_open(const struct kk_blob_seal *seal, struct kk_slice blob, size_t max,
                             struct kk_bytes *out);
void kk_blob_hash(struct kk_slice blob, uint8_t ret[KK_HASH_BYTES]);
const char *kk_blob_kind_name(enum kk_blob_kind kind);

#endif
