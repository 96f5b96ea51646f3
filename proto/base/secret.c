/* Secrets on libsodium's wiping and constant-time comparison. */
#include "kukyoku/base/secret.h"

#include <sodium.h>

void kk_secret_init(struct kk_secret *s, struct kk_slice from)
{
    kk_assert(from.len <= KK_SECRET_MAX);
    memcpy(s->bytes, from.data, from.len);
    s->len = from.len;
}

void kk_secret_fini(struct kk_secret *s)
{
    sodium_memzero(s, sizeof(*s));
}

bool kk_secret_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void kk_secret_wipe(void *p, size_t len)
{
    sodium_memzero(p, len);
}
