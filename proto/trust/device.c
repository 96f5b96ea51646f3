/* Device keys on libsodium, from entropy that the owner gives. [TR-1] */
#include "kukyoku/trust/device.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/trust/sign.h"

#include <sodium.h>

void kk_device_id(const uint8_t sign[KK_KEY_BYTES], const uint8_t noise[KK_KEY_BYTES],
                  const uint8_t wrap[KK_KEY_BYTES], uint8_t ret[KK_ID_BYTES])
{
    uint8_t whole[KK_HASH_BYTES];
    struct kk_hash h;

    kk_hash_init(&h, "dev");
    kk_hash_add(&h, kk_slice(sign, KK_KEY_BYTES));
    kk_hash_add(&h, kk_slice(noise, KK_KEY_BYTES));
    kk_hash_add(&h, kk_slice(wrap, KK_KEY_BYTES));
    kk_hash_done(&h, whole);
    memcpy(ret, whole, KK_ID_BYTES);
}

static void derive(struct kk_device_keys *k)
{
    crypto_scalarmult_base(k->noise, k->noise_secret);
    crypto_scalarmult_base(k->wrap, k->wrap_secret);
    kk_device_id(k->sign, k->noise, k->wrap, k->id);
}

void kk_device_keys_load(struct kk_device_keys *k, const struct kk_key_device *secrets)
{
    *k = (struct kk_device_keys){ .can_sign = false };
    memcpy(k->sign, secrets->sign, KK_KEY_BYTES);
    memcpy(k->noise_secret, secrets->noise, KK_KEY_BYTES);
    memcpy(k->wrap_secret, secrets->wrap, KK_KEY_BYTES);
    derive(k);
}

bool kk_device_keys_unlock(struct kk_device_keys *k, const struct kk_key_sign *seed)
{
    uint8_t secret[KK_SIGN_SECRET], public[KK_KEY_BYTES];

    kk_sign_keys(seed->seed, secret, public);
    k->can_sign = memcmp(public, k->sign, KK_KEY_BYTES) == 0;
    if (k->can_sign)
        memcpy(k->sign_secret, secret, KK_SIGN_SECRET);
    kk_secret_wipe(secret, sizeof(secret));
    return k->can_sign;
}

void kk_device_keys_save(const struct kk_device_keys *k, struct kk_key_device *ret_secrets,
                         struct kk_key_sign *ret_seed)
{
    kk_assert(k->can_sign);
    crypto_sign_ed25519_sk_to_seed(ret_seed->seed, k->sign_secret);
    memcpy(ret_secrets->sign, k->sign, KK_KEY_BYTES);
    memcpy(ret_secrets->noise, k->noise_secret, KK_KEY_BYTES);
    memcpy(ret_secrets->wrap, k->wrap_secret, KK_KEY_BYTES);
}

void kk_device_keys_generate(struct kk_device_keys *k, const struct kk_entropy *entropy)
{
    uint8_t seed[KK_KEY_BYTES];

    *k = (struct kk_device_keys){ .can_sign = true };
    kk_entropy_fill(entropy, seed, sizeof(seed));
    kk_entropy_fill(entropy, k->noise_secret, KK_KEY_BYTES);
    kk_entropy_fill(entropy, k->wrap_secret, KK_KEY_BYTES);
    kk_sign_keys(seed, k->sign_secret, k->sign);
    kk_secret_wipe(seed, sizeof(seed));
    derive(k);
}

void kk_device_keys_fini(struct kk_device_keys *k)
{
    kk_secret_wipe(k, sizeof(*k));
}
