/*
 * Sealed bodies: nonce ‖ XChaCha20-Poly1305 of (codec byte ‖ coded map ‖ zeros up to a multiple of
 * 32), bound to device, scope, incarnation and sequence. The padding's length is told by the coded
 * map's own length, which stands before it. Padding blurs what the length of a text gives away.
 * [RL-3]
 */
#include "kukyoku/error.h"
#include "kukyoku/limits.h"
#include "kukyoku/record/body.h"
#include "kukyoku/wire/packer.h"

#include "dictionary.h"

#include <sodium.h>

#define NONCE    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG      crypto_aead_xchacha20poly1305_ietf_ABYTES
#define PAD_TO   32
#define HEAD_LEN 3 /* codec, and the coded length in two bytes */

_Static_assert(KK_BODY_BYTES_MAX + HEAD_LEN + NONCE + TAG <= KK_BODY_SEALED_MAX,
               "a body that does not compress still fits when sealed");

struct bound {
    uint8_t bytes[KK_ID_BYTES + KK_SCOPE_NAME_MAX + 2 + 4];
    size_t len;
};

static struct bound bind(const struct kk_body_place *place)
{
    struct bound b = { .len = KK_ID_BYTES + place->scope.len + 6 };
    uint8_t *at = b.bytes + KK_ID_BYTES + place->scope.len;

    memcpy(b.bytes, place->device, KK_ID_BYTES);
    memcpy(b.bytes + KK_ID_BYTES, place->scope.data, place->scope.len);
    for (int i = 0; i < 2; i++)
        at[i] = (uint8_t)(place->inc >> (8 - 8 * i));
    for (int i = 0; i < 4; i++)
        at[2 + i] = (uint8_t)(place->seq >> (24 - 8 * i));
    return b;
}

/* codec ‖ length ‖ coded ‖ zeros */
static int pad(struct kk_slice plain, struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    enum kk_body_codec codec;
    uint8_t *at;
    size_t len, whole;
    int r = kk_body_compress(plain, &coded, &codec);

    if (r < 0)
        return r;
    len = coded.len;
    whole = (HEAD_LEN + len + PAD_TO - 1) / PAD_TO * PAD_TO;
    if (whole + NONCE + TAG > KK_BODY_SEALED_MAX)
        whole = HEAD_LEN + len; /* the longest bodies have no room for padding */
    r = kk_bytes_extend(out, whole, &at);
    if (r < 0)
        return r;
    memset(at, 0, whole);
    at[0] = (uint8_t)codec;
    at[1] = (uint8_t)(len >> 8);
    at[2] = (uint8_t)len;
    memcpy(at + HEAD_LEN, coded.data, len);
    return 0;
}

int kk_body_seal(struct kk_slice plain, const struct kk_body_place *place,
                 const uint8_t key[KK_KEY_BYTES], const struct kk_entropy *entropy,
                 struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes padded = { 0 };
    struct bound ad = bind(place);
    uint8_t *at;
    int r;

    if (plain.len > KK_BODY_BYTES_MAX)
        return KK_E_SHAPE;
    r = pad(plain, &padded);
    if (r == 0 && padded.len + NONCE + TAG > KK_BODY_SEALED_MAX)
        r = KK_E_SHAPE;
    if (r == 0)
        r = kk_bytes_extend(out, NONCE + padded.len + TAG, &at);
    if (r < 0)
        return r;
    kk_entropy_fill(entropy, at, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(at + NONCE, NULL, padded.data, padded.len, ad.bytes,
                                               ad.len, NULL, at, key);
    return 0;
}

static bool zeros(const uint8_t *at, size_t len)
{
    uint8_t any = 0;

    for (size_t i = 0; i < len; i++)
        any |= at[i];
    return any == 0;
}

int kk_body_open(struct kk_slice sealed, const struct kk_body_place *place,
                 const uint8_t key[KK_KEY_BYTES], struct kk_body_opener *opener,
                 struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes padded = { 0 };
    struct bound ad = bind(place);
    uint8_t *at;
    size_t len;
    int r;

    if (sealed.len < NONCE + TAG + HEAD_LEN || sealed.len > KK_BODY_SEALED_MAX)
        return KK_E_FORM;
    r = kk_bytes_extend(&padded, sealed.len - NONCE - TAG, &at);
    if (r < 0)
        return r;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(at, NULL, NULL, sealed.data + NONCE,
                                                   sealed.len - NONCE, ad.bytes, ad.len,
                                                   sealed.data, key) != 0)
        return KK_E_HASH;
    len = (size_t)at[1] << 8 | at[2];
    if (len > padded.len - HEAD_LEN || !zeros(at + HEAD_LEN + len, padded.len - HEAD_LEN - len))
        return KK_E_FORM;
    return kk_body_expand(opener, at[0], kk_slice(at + HEAD_LEN, len), out);
}
