/* Ed25519 over parts, joined in one buffer because libsodium's streaming form is another scheme. */
#include "kukyoku/trust/sign.h"

#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"

#include <sodium.h>

_Static_assert(KK_SIGN_SECRET == crypto_sign_SECRETKEYBYTES, "libsodium's secret key");
_Static_assert(KK_SIG_BYTES == crypto_sign_BYTES, "Ed25519");

#define JOIN_ON_STACK 1280 /* an operation's header with its domain fits */

void kk_sign_keys(const uint8_t seed[KK_KEY_BYTES], uint8_t ret_secret[KK_SIGN_SECRET],
                  uint8_t ret_public[KK_KEY_BYTES])
{
    crypto_sign_seed_keypair(ret_public, ret_secret, seed);
}

struct joined {
    uint8_t small[JOIN_ON_STACK];
    struct kk_bytes large;
    struct kk_slice all;
};

static int join(struct joined *j, const struct kk_slice *parts, size_t count)
{
    uint8_t *at = j->small;
    size_t len = 0;

    kk_assert(count <= KK_SIGN_PARTS_MAX);
    j->large = (struct kk_bytes){ 0 };
    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    if (len > sizeof(j->small)) {
        int r = kk_bytes_extend(&j->large, len, &at);

        if (r < 0)
            return r;
    }
    j->all = kk_slice(at, len);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len)
            memcpy(at, parts[i].data, parts[i].len);
        at += parts[i].len;
    }
    return 0;
}

int kk_sign(const uint8_t secret[KK_SIGN_SECRET], const struct kk_slice *parts, size_t count,
            uint8_t ret_sig[KK_SIG_BYTES])
{
    struct joined j;
    int r = join(&j, parts, count);

    if (r < 0)
        return r;
    crypto_sign_detached(ret_sig, NULL, j.all.data, j.all.len, secret);
    kk_bytes_fini(&j.large);
    return 0;
}

int kk_sign_check(const uint8_t key[KK_KEY_BYTES], const struct kk_slice *parts, size_t count,
                  const uint8_t sig[KK_SIG_BYTES])
{
    struct joined j;
    int r = join(&j, parts, count);

    if (r < 0)
        return r;
    r = crypto_sign_verify_detached(sig, j.all.data, j.all.len, key) == 0;
    kk_bytes_fini(&j.large);
    return r;
}
