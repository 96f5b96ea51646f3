/*
 * What an invitation's secret becomes, and the proof that a request comes from the keys it names.
 */
#include "kukyoku/trust/invite.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"
#include "kukyoku/trust/sign.h"

#include <sodium.h>

#define KDF_CONTEXT  "kkinvite"
#define ENROL_DOMAIN "kky1/enrol"

void kk_invite_psk(const uint8_t secret[KK_KEY_BYTES], uint8_t ret[KK_KEY_BYTES])
{
    crypto_kdf_derive_from_key(ret, KK_KEY_BYTES, 1, KDF_CONTEXT, secret);
}

void kk_invite_file_key(const uint8_t secret[KK_KEY_BYTES], uint8_t ret[KK_KEY_BYTES])
{
    crypto_kdf_derive_from_key(ret, KK_KEY_BYTES, 2, KDF_CONTEXT, secret);
}

/* A file has no handshake to bind to: it binds to the invitation and the keys. */
static void file_binding(const struct kk_enrol_request *q, uint8_t ret[KK_HASH_BYTES])
{
    struct kk_hash h;

    kk_hash_init(&h, "enrolfile");
    kk_hash_add(&h, kk_slice(q->invite, KK_ID_BYTES));
    kk_hash_add(&h, kk_slice(q->sign, KK_KEY_BYTES));
    kk_hash_add(&h, kk_slice(q->noise, KK_KEY_BYTES));
    kk_hash_add(&h, kk_slice(q->wrap, KK_KEY_BYTES));
    kk_hash_done(&h, ret);
}

static void proof_parts(const struct kk_enrol_request *q, struct kk_slice parts[5])
{
    parts[0] = kk_slice_text(ENROL_DOMAIN);
    parts[1] = kk_slice(q->binding, KK_HASH_BYTES);
    parts[2] = kk_slice(q->sign, KK_KEY_BYTES);
    parts[3] = kk_slice(q->noise, KK_KEY_BYTES);
    parts[4] = kk_slice(q->wrap, KK_KEY_BYTES);
}

static void mac_of(const struct kk_enrol_request *q, const uint8_t key[KK_KEY_BYTES],
                   uint8_t ret[KK_HASH_BYTES])
{
    uint8_t digest[KK_HASH_BYTES];
    struct kk_hash h;

    /* the label comes last: everything before it is of fixed length */
    kk_hash_init(&h, "enrolmac");
    kk_hash_add(&h, kk_slice(q->invite, KK_ID_BYTES));
    kk_hash_add(&h, kk_slice(q->binding, KK_HASH_BYTES));
    kk_hash_add(&h, kk_slice(q->proof, KK_SIG_BYTES));
    kk_hash_add(&h, q->label);
    kk_hash_done(&h, digest);
    crypto_auth(ret, digest, sizeof(digest), key);
}

int kk_enrol_request_make(const struct kk_device_keys *keys, struct kk_slice label,
                          const uint8_t binding[KK_HASH_BYTES], const uint8_t *file_key,
                          struct kk_enrol_request *request)
{
    struct kk_slice parts[5];
    int r;

    memcpy(request->sign, keys->sign, KK_KEY_BYTES);
    memcpy(request->noise, keys->noise, KK_KEY_BYTES);
    memcpy(request->wrap, keys->wrap, KK_KEY_BYTES);
    request->label = label;
    if (binding)
        memcpy(request->binding, binding, KK_HASH_BYTES);
    else
        file_binding(request, request->binding);
    proof_parts(request, parts);
    r = kk_sign(keys->sign_secret, parts, 5, request->proof);
    if (r == 0 && file_key)
        mac_of(request, file_key, request->mac);
    return r;
}

bool kk_enrol_request_by_file(const struct kk_enrol_request *request)
{
    static const uint8_t none[KK_HASH_BYTES];

    return memcmp(request->mac, none, sizeof(none)) != 0;
}

int kk_enrol_request_check(const struct kk_enrol_request *request)
{
    uint8_t binding[KK_HASH_BYTES];
    struct kk_slice parts[5];

    if (kk_enrol_request_by_file(request)) {
        file_binding(request, binding);
        if (memcmp(binding, request->binding, KK_HASH_BYTES) != 0)
            return 0;
    }
    proof_parts(request, parts);
    return kk_sign_check(request->sign, parts, 5, request->proof);
}

bool kk_enrol_request_mac_ok(const struct kk_enrol_request *request,
                             const uint8_t file_key[KK_KEY_BYTES])
{
    uint8_t mac[KK_HASH_BYTES];

    mac_of(request, file_key, mac);
    return kk_secret_equal(mac, request->mac, KK_HASH_BYTES);
}

void kk_enrol_request_device(const struct kk_enrol_request *request, uint8_t ret[KK_ID_BYTES])
{
    kk_device_id(request->sign, request->noise, request->wrap, ret);
}
