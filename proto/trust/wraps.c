/*
 * Scope keys on their way to devices: sealed boxes, and links from each epoch back to the one
 * before. A box is the format of crypto_box_seal, made here with the owner's entropy. [TR-12]
 * [TR-13]
 */
#include "kukyoku/error.h"
#include "kukyoku/trust/device.h"
#include "kukyoku/trust/keyring.h"

#include <sodium.h>

_Static_assert(KK_WRAP_LINK_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES + KK_KEY_BYTES +
                                         crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "nonce, key, tag");

/* crypto_box_seal: ephemeral public key, then a box under nonce = BLAKE2b-192(epk, pk). */
static int seal(struct kk_slice plain, const uint8_t to[KK_KEY_BYTES],
                const struct kk_entropy *entropy, uint8_t *ret)
{
    uint8_t secret[KK_KEY_BYTES], nonce[crypto_box_NONCEBYTES];
    crypto_generichash_state h;
    int r;

    kk_entropy_fill(entropy, secret, sizeof(secret));
    crypto_scalarmult_base(ret, secret);
    crypto_generichash_init(&h, NULL, 0, sizeof(nonce));
    crypto_generichash_update(&h, ret, KK_KEY_BYTES);
    crypto_generichash_update(&h, to, KK_KEY_BYTES);
    crypto_generichash_final(&h, nonce, sizeof(nonce));
    r = crypto_box_easy(ret + KK_KEY_BYTES, plain.data, plain.len, nonce, to, secret);
    kk_secret_wipe(secret, sizeof(secret));
    return r;
}

int kk_wrap_seal(const struct kk_keyring_item *item, const uint8_t wrap_public[KK_KEY_BYTES],
                 const struct kk_entropy *entropy, uint8_t ret[KK_WRAP_SEALED_MAX],
                 size_t *ret_len)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_scope_key key = { .scope = kk_slice_text(item->scope), .epoch = item->epoch };
    int r;

    memcpy(key.key, item->key, KK_KEY_BYTES);
    r = kk_shape_encode(&kk_shape_scope_key, &key, &plain);
    if (r == 0) {
        kk_assert(plain.len + crypto_box_SEALBYTES <= KK_WRAP_SEALED_MAX);
        /* a device that announced a low-order key gets nothing */
        r = seal(kk_bytes_slice(&plain), wrap_public, entropy, ret) == 0 ? 0 : KK_E_KEY_UNKNOWN;
        *ret_len = plain.len + crypto_box_SEALBYTES;
    }
    kk_secret_wipe(&key, sizeof(key));
    if (plain.data)
        kk_secret_wipe(plain.data, plain.len);
    return r;
}

/* What a link is bound to: the scope's name and the epoch of the key that opens it. */
struct link_ad {
    uint8_t bytes[KK_SCOPE_NAME_MAX + 4];
    size_t len;
};

static struct link_ad ad_of(struct kk_slice scope, uint32_t epoch)
{
    struct link_ad ad = { .len = scope.len + 4 };

    memcpy(ad.bytes, scope.data, scope.len);
    for (int i = 0; i < 4; i++)
        ad.bytes[scope.len + (size_t)i] = (uint8_t)(epoch >> (24 - 8 * i));
    return ad;
}

void kk_wrap_link(const struct kk_keyring_item *item, const uint8_t older[KK_KEY_BYTES],
                  const struct kk_entropy *entropy, uint8_t ret[KK_WRAP_LINK_BYTES])
{
    struct link_ad ad = ad_of(kk_slice_text(item->scope), item->epoch);
    const size_t nonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;

    kk_entropy_fill(entropy, ret, nonce);
    crypto_aead_xchacha20poly1305_ietf_encrypt(ret + nonce, NULL, older, KK_KEY_BYTES, ad.bytes,
                                               ad.len, NULL, ret, item->key);
}

static bool open_link(const struct kk_wrap_link *link, struct kk_slice scope,
                      const uint8_t newer[KK_KEY_BYTES], uint8_t ret[KK_KEY_BYTES])
{
    struct link_ad ad = ad_of(scope, (uint32_t)link->epoch);
    const size_t nonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;

    return crypto_aead_xchacha20poly1305_ietf_decrypt(ret, NULL, NULL, link->box.data + nonce,
                                                      link->box.len - nonce, ad.bytes, ad.len,
                                                      link->box.data, newer) == 0;
}

static const struct kk_wrap_row *find_row(const struct kk_wraps *wraps,
                                          const uint8_t id[KK_ID_BYTES])
{
    for (size_t i = 0; i < wraps->wraps.count; i++) {
        if (memcmp(wraps->wraps.items[i].device, id, KK_ID_BYTES) == 0)
            return &wraps->wraps.items[i];
    }
    return NULL;
}

/* The key in the device's box, if it is the very key that the roster names. */
static bool open_row(const struct kk_wrap_row *row, const struct kk_roster_scope *entry,
                     const struct kk_device_keys *device, uint8_t ret[KK_KEY_BYTES])
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    uint8_t plain[KK_WRAP_SEALED_MAX], id[KK_ID_BYTES];
    struct kk_scope_key key = { 0 };
    bool ok;

    kk_arena_init(&arena, 0); /* a scope_key holds no list */
    if (row->sealed.len < crypto_box_SEALBYTES ||
        crypto_box_seal_open(plain, row->sealed.data, row->sealed.len, device->wrap,
                             device->wrap_secret) != 0)
        return false;
    ok = kk_shape_read(&kk_shape_scope_key,
                       kk_slice(plain, row->sealed.len - crypto_box_SEALBYTES), &arena, &key,
                       NULL) == 0;
    kk_key_id(key.key, id);
    ok = ok && kk_slice_equal(key.scope, entry->scope) && key.epoch == entry->epoch &&
         memcmp(id, entry->key_id, KK_ID_BYTES) == 0;
    memcpy(ret, key.key, KK_KEY_BYTES);
    kk_secret_wipe(plain, sizeof(plain));
    kk_secret_wipe(&key, sizeof(key));
    return ok;
}

/* Links stand for epochs 2 … newest, each once. */
static bool links_sound(const struct kk_wraps *wraps)
{
    if (wraps->links.count != wraps->epoch - 1)
        return false;
    for (size_t i = 0; i < wraps->links.count; i++) {
        if (wraps->links.items[i].epoch != i + 2)
            return false;
    }
    return true;
}

int kk_wraps_open(const struct kk_wraps *wraps, const struct kk_roster_scope *entry,
                  const struct kk_device_keys *device, struct kk_keyring *keyring,
                  enum kk_wrap_verdict *ret)
{
    const struct kk_wrap_row *row = find_row(wraps, device->id);
    uint8_t key[KK_KEY_BYTES], older[KK_KEY_BYTES];
    bool sound = true;
    int r = 0;

    *ret = KK_WRAP_NONE;
    if (!row)
        return 0;
    *ret = KK_WRAP_BROKEN;
    if (!kk_slice_equal(wraps->scope, entry->scope) || wraps->epoch != entry->epoch ||
        !links_sound(wraps) || !open_row(row, entry, device, key))
        return 0;
    for (uint32_t epoch = (uint32_t)wraps->epoch; r == 0 && sound && epoch >= 1; epoch--) {
        r = kk_keyring_put(keyring, wraps->scope, epoch, key);
        if (r == 0 && epoch > 1) {
            sound = open_link(&wraps->links.items[epoch - 2], wraps->scope, key, older);
            if (sound)
                memcpy(key, older, KK_KEY_BYTES);
        }
    }
    kk_secret_wipe(key, sizeof(key));
    kk_secret_wipe(older, sizeof(older));
    if (sound)
        *ret = KK_WRAP_OPENED;
    return r;
}
