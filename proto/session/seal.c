/* The AEAD with its implicit nonce: four zero bytes, then the count, little-endian. */
#include "kukyoku/session/seal.h"

#include "kukyoku/error.h"

#include <sodium.h>

_Static_assert(KK_AEAD_TAG_BYTES == crypto_aead_chacha20poly1305_IETF_ABYTES, "size of a tag");
_Static_assert(KK_KEY_BYTES == crypto_aead_chacha20poly1305_IETF_KEYBYTES, "size of a key");

static void nonce_of(uint64_t count, uint8_t ret[crypto_aead_chacha20poly1305_IETF_NPUBBYTES])
{
    memset(ret, 0, 4);
    for (size_t i = 0; i < 8; i++)
        ret[4 + i] = (uint8_t)(count >> (8 * i));
}

void kk_seal_close(struct kk_seal *s, struct kk_slice ad, struct kk_slice plain, uint8_t *out)
{
    uint8_t nonce[crypto_aead_chacha20poly1305_IETF_NPUBBYTES];

    nonce_of(s->count, nonce);
    s->count++;
    crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, plain.data, plain.len, ad.data, ad.len,
                                              NULL, nonce, s->key);
}

int kk_seal_open(struct kk_seal *s, struct kk_slice ad, struct kk_slice sealed, uint8_t *ret)
{
    uint8_t nonce[crypto_aead_chacha20poly1305_IETF_NPUBBYTES];

    if (sealed.len < KK_AEAD_TAG_BYTES)
        return KK_E_PROTOCOL;
    nonce_of(s->count, nonce);
    if (crypto_aead_chacha20poly1305_ietf_decrypt(ret, NULL, NULL, sealed.data, sealed.len, ad.data,
                                                  ad.len, nonce, s->key) != 0)
        return KK_E_PROTOCOL;
    s->count++;
    return 0;
}
