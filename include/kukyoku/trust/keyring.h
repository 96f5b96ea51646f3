/* Scope keys by scope and epoch: what a device, or the registrar, can open. Secrets: wiped. */
#ifndef KUKYOKU_TRUST_KEYRING_H
#define KUKYOKU_TRUST_KEYRING_H

#include "kukyoku/base/secret.h"
#include "kukyoku/wire/shapes.h"

struct kk_keyring_item {
    char scope[KK_SCOPE_NAME_MAX + 1];
    uint32_t epoch;
    uint8_t key[KK_KEY_BYTES];
};
struct kk_keyring {
    struct kk_keyring_item *items; /* ascending by scope, then epoch */
    size_t count, cap;
};

void kk_keyring_fini(struct kk_keyring *k);
KK_DEFINE_FINI(kk_keyring)
/* Replaces a key of the same scope and epoch. 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_keyring_put(struct kk_keyring *k, struct kk_slice scope, uint32_t epoch,
                               const uint8_t key[KK_KEY_BYTES]);
/* NULL when unknown. Borrowed until the next put. */
const uint8_t *kk_keyring_find(const struct kk_keyring *k, struct kk_slice scope, uint32_t epoch);
/* The newest epoch held: NULL and *ret_epoch = 0 when there is none. */
const uint8_t *kk_keyring_newest(const struct kk_keyring *k, struct kk_slice scope,
                                 uint32_t *ret_epoch);

/* H("kid", K), its first 16 bytes. */
void kk_key_id(const uint8_t key[KK_KEY_BYTES], uint8_t ret[KK_ID_BYTES]);

/* --- wraps: how keys reach devices ([TR-12]) --- */
#define KK_WRAP_SEALED_MAX 160
/* A sealed box of [scope, epoch, key] for the device's wrap key; *ret_len bytes of ret. */
KK_MUST_USE int kk_wrap_seal(const struct kk_keyring_item *item,
                             const uint8_t wrap_public[KK_KEY_BYTES],
                             const struct kk_entropy *entropy, uint8_t ret[KK_WRAP_SEALED_MAX],
                             size_t *ret_len);
/* The key of the epoch before, under the key of `item`'s epoch. */
#define KK_WRAP_LINK_BYTES 72
void kk_wrap_link(const struct kk_keyring_item *item, const uint8_t older[KK_KEY_BYTES],
                  const struct kk_entropy *entropy, uint8_t ret[KK_WRAP_LINK_BYTES]);

enum kk_wrap_verdict {
    KK_WRAP_OPENED,
    KK_WRAP_NONE,   /* no row for this device */
    KK_WRAP_BROKEN  /* a row that does not open, or holds another scope, epoch or key_id */
};
struct kk_device_keys;
/*
 * Opens the row of this device and walks the links back to epoch 1; keys go to the keyring. The
 * wraps blob must be the one that `entry` of the roster names. 0 or KK_E_MEMORY.
 */
KK_MUST_USE int kk_wraps_open(const struct kk_wraps *wraps, const struct kk_roster_scope *entry,
                              const struct kk_device_keys *device, struct kk_keyring *keyring,
                              enum kk_wrap_verdict *ret);

#endif
