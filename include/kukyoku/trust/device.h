/* A device: three key pairs and the id computed from them (docs/protocol.md, [TR-1]). */
#ifndef KUKYOKU_TRUST_DEVICE_H
#define KUKYOKU_TRUST_DEVICE_H

#include "kukyoku/base/secret.h"
#include "kukyoku/wire/shapes.h"

struct kk_device_keys {
    bool can_sign; /* sign_secret is there: it may stand under a passphrase of its own */
    uint8_t sign_secret[KK_SIGN_SECRET], sign[KK_KEY_BYTES];
    uint8_t noise_secret[KK_KEY_BYTES], noise[KK_KEY_BYTES];
    uint8_t wrap_secret[KK_KEY_BYTES], wrap[KK_KEY_BYTES];
    uint8_t id[KK_ID_BYTES];
};

void kk_device_keys_generate(struct kk_device_keys *k, const struct kk_entropy *entropy);
/* From the secrets of device.key; the device can't sign yet. */
void kk_device_keys_load(struct kk_device_keys *k, const struct kk_key_device *secrets);
/* The seed of sign.key; false when it belongs to another device. */
KK_MUST_USE bool kk_device_keys_unlock(struct kk_device_keys *k, const struct kk_key_sign *seed);
/* What the two key files hold. */
void kk_device_keys_save(const struct kk_device_keys *k, struct kk_key_device *ret_secrets,
                         struct kk_key_sign *ret_seed);
void kk_device_keys_fini(struct kk_device_keys *k); /* wipes */
KK_DEFINE_FINI(kk_device_keys)

/* H("dev", sign, noise, wrap), its first 16 bytes. */
void kk_device_id(const uint8_t sign[KK_KEY_BYTES], const uint8_t noise[KK_KEY_BYTES],
                  const uint8_t wrap[KK_KEY_BYTES], uint8_t ret[KK_ID_BYTES]);

#endif
