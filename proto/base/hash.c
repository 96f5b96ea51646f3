/* BLAKE2b-256 keyed by domain, on libsodium. */
#include "kukyoku/base/hash.h"

#include "kukyoku/attr.h"

#include <sodium.h>

_Static_assert(sizeof(crypto_generichash_state) <= KK_HASH_STATE_BYTES, "libsodium's state fits");
_Static_assert(KK_HASH_BYTES == crypto_generichash_BYTES, "BLAKE2b-256");
_Static_assert(sizeof(crypto_hash_sha256_state) <= KK_SHA256_STATE_BYTES, "SHA-256's state fits");
_Static_assert(KK_HASH_BYTES == crypto_hash_sha256_BYTES, "SHA-256");

#define TAG_PREFIX "kky1:"
#define TAG_MAX    16

static crypto_generichash_state *state_of(struct kk_hash *h)
{
    return (crypto_generichash_state *)(void *)h->state;
}

void kk_hash_init(struct kk_hash *h, const char *tag)
{
    uint8_t key[sizeof(TAG_PREFIX) + TAG_MAX];
    size_t len = strlen(tag);

    kk_assert(len > 0 && len <= TAG_MAX);
    memcpy(key, TAG_PREFIX, sizeof(TAG_PREFIX) - 1);
    memcpy(key + sizeof(TAG_PREFIX) - 1, tag, len);
    crypto_generichash_init(state_of(h), key, sizeof(TAG_PREFIX) - 1 + len, KK_HASH_BYTES);
}

void kk_hash_add(struct kk_hash *h, struct kk_slice bytes)
{
    crypto_generichash_update(state_of(h), bytes.data, bytes.len);
}

void kk_hash_add_u64(struct kk_hash *h, uint64_t value)
{
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    kk_hash_add(h, kk_slice(bytes, sizeof(bytes)));
}

void kk_hash_done(struct kk_hash *h, uint8_t ret[KK_HASH_BYTES])
{
    crypto_generichash_final(state_of(h), ret, KK_HASH_BYTES);
}

void kk_hash_of(const char *tag, struct kk_slice bytes, uint8_t ret[KK_HASH_BYTES])
{
    struct kk_hash h;

    kk_hash_init(&h, tag);
    kk_hash_add(&h, bytes);
    kk_hash_done(&h, ret);
}

void kk_hash_file(struct kk_slice bytes, uint8_t ret[KK_HASH_BYTES])
{
    kk_ignore(crypto_generichash(ret, KK_HASH_BYTES, bytes.data, bytes.len, NULL, 0));
}

static crypto_hash_sha256_state *sha256_of(struct kk_sha256 *h)
{
    return (crypto_hash_sha256_state *)(void *)h->state;
}

void kk_sha256_init(struct kk_sha256 *h)
{
    crypto_hash_sha256_init(sha256_of(h));
}

void kk_sha256_add(struct kk_sha256 *h, struct kk_slice bytes)
{
    crypto_hash_sha256_update(sha256_of(h), bytes.data, bytes.len);
}

void kk_sha256_done(struct kk_sha256 *h, uint8_t ret[KK_HASH_BYTES])
{
    crypto_hash_sha256_final(sha256_of(h), ret);
}
