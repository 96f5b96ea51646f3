/* Sealing and opening of blobs ([BN-7] and [BN-9] of docs/protocol.md), and their names. */
#include "kukyoku/bundle/blob.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/wire/packer.h"

#include <sodium.h>

#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define CLEAR_HEAD  1
#define SEALED_HEAD (2 + 4 + NONCE_BYTES)

enum { CLEAR = 0, SEALED = 1 };

_Static_assert(KK_AEAD_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "one tag size");

#define KIND_NAME(NAME, number, text)                                                              \
    case KK_BLOB_##NAME:                                                                           \
        return text;
const char *kk_blob_kind_name(enum kk_blob_kind kind)
{
    switch (kind) {
        KK_BLOB_KINDS(KIND_NAME)
    }
    return NULL;
}

void kk_blob_hash(struct kk_slice blob, uint8_t ret[KK_HASH_BYTES])
{
    kk_hash_of("blob", blob, ret);
}

/* [BN-9] what a sealed blob is bound to: canonical [scope, kind, epoch, codec]. */
static int bind(const struct kk_blob_seal *seal, uint32_t epoch, uint8_t codec,
                struct kk_bytes *out)
{
    int r = kk_pack_array(out, 4);

    if (r == 0)
        r = kk_pack_text(out, seal->scope);
    if (r == 0)
        r = kk_pack_int(out, seal->kind);
    if (r == 0)
        r = kk_pack_int(out, epoch);
    return r < 0 ? r : kk_pack_int(out, codec);
}

/*
 * The nonce comes from the coded bytes, not the plain ones: another version of the compressor gives
 * other bytes for the same plain ones, and a nonce must never serve two messages.
 */
static void derive_nonce(const struct kk_blob_seal *seal, struct kk_slice coded,
                         uint8_t ret[NONCE_BYTES])
{
    uint8_t inner[KK_HASH_BYTES], full[KK_HASH_BYTES];
    struct kk_hash h;

    kk_hash_of("coded", coded, inner);
    kk_hash_init(&h, "nonce");
    kk_hash_add(&h, kk_slice(seal->key->bytes, seal->key->len));
    kk_hash_add(&h, seal->scope);
    kk_hash_add_u64(&h, seal->kind);
    kk_hash_add_u64(&h, seal->epoch);
    kk_hash_add(&h, kk_slice(inner, sizeof(inner)));
    kk_hash_done(&h, full);
    memcpy(ret, full, NONCE_BYTES);
}

static int wrap_clear(struct kk_slice coded, struct kk_bytes *out)
{
    uint8_t head = CLEAR;
    int r = kk_bytes_append(out, &head, 1);

    return r < 0 ? r : kk_bytes_append_slice(out, coded);
}

int kk_blob_wrap(const struct kk_blob_seal *seal, struct kk_slice coded, struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes ad = { 0 };
    struct kk_slice body;
    uint8_t *at;
    int r;

    kk_assert(coded.len > 0);
    if (!seal->key)
        return wrap_clear(coded, out);
    kk_assert(seal->key->len == KK_KEY_BYTES && seal->epoch > 0);
    body = kk_slice(coded.data + 1, coded.len - 1);
    r = bind(seal, seal->epoch, coded.data[0], &ad);
    if (r == 0)
        r = kk_bytes_extend(out, SEALED_HEAD + body.len + KK_AEAD_TAG_BYTES, &at);
    if (r < 0)
        return r;
    at[0] = SEALED;
    at[1] = coded.data[0];
    for (int i = 0; i < 4; i++)
        at[2 + i] = (uint8_t)(seal->epoch >> (24 - 8 * i));
    derive_nonce(seal, coded, at + 6);
    crypto_aead_xchacha20poly1305_ietf_encrypt(at + SEALED_HEAD, NULL, body.data, body.len, ad.data,
                                               ad.len, NULL, at + 6, seal->key->bytes);
    return 0;
}

int kk_blob_epoch(struct kk_slice blob, uint32_t *ret)
{
    uint32_t epoch = 0;

    if (blob.len > CLEAR_HEAD && blob.data[0] == CLEAR) {
        *ret = 0;
        return 0;
    }
    if (blob.len < SEALED_HEAD + KK_AEAD_TAG_BYTES || blob.data[0] != SEALED)
        return KK_E_BUNDLE;
    for (int i = 0; i < 4; i++)
        epoch = epoch << 8 | blob.data[2 + i];
    if (epoch == 0)
        return KK_E_BUNDLE;
    *ret = epoch;
    return 0;
}

static int unwrap_sealed(const struct kk_blob_seal *seal, struct kk_slice blob,
                         struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes ad = { 0 };
    struct kk_slice body = kk_slice(blob.data + SEALED_HEAD, blob.len - SEALED_HEAD);
    uint8_t *at;
    int r = bind(seal, seal->epoch, blob.data[1], &ad);

    if (r == 0)
        r = kk_bytes_extend(out, 1 + body.len - KK_AEAD_TAG_BYTES, &at);
    if (r < 0)
        return r;
    at[0] = blob.data[1];
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(at + 1, NULL, NULL, body.data, body.len, ad.data,
                                                   ad.len, blob.data + 6, seal->key->bytes) == 0)
        return 0;
    out->len -= 1 + body.len - KK_AEAD_TAG_BYTES;
    return KK_E_BUNDLE_SEAL;
}

int kk_blob_unwrap(const struct kk_blob_seal *seal, struct kk_slice blob, struct kk_bytes *out)
{
    uint32_t epoch;
    int r = kk_blob_epoch(blob, &epoch);

    if (r < 0)
        return r;
    if (epoch == 0 && seal->key)
        return KK_E_BUNDLE_SEAL; /* nothing above pub is ever in clear */
    if (epoch == 0)
        return kk_bytes_append(out, blob.data + CLEAR_HEAD, blob.len - CLEAR_HEAD);
    if (!seal->key || seal->key->len != KK_KEY_BYTES || seal->epoch != epoch)
        return KK_E_KEY_UNKNOWN;
    return unwrap_sealed(seal, blob, out);
}

int kk_blob_open(const struct kk_blob_seal *seal, struct kk_slice blob, size_t max,
                 struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    int r = kk_blob_unwrap(seal, blob, &coded);

    return r < 0 ? r : kk_blob_decode(kk_bytes_slice(&coded), max, out);
}
