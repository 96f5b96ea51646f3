/* Secrets: wiped when they go, compared in constant time, never logged. */
#ifndef KUKYOKU_BASE_SECRET_H
#define KUKYOKU_BASE_SECRET_H

#include "kukyoku/attr.h"
#include "kukyoku/slice.h"

/* The one source of randomness of sans-IO code: given by the owner, scripted by tests. */
struct kk_entropy {
    void (*fill)(void *self, void *bytes, size_t len);
    void *self;
};
static inline void kk_entropy_fill(const struct kk_entropy *e, void *bytes, size_t len)
{
    e->fill(e->self, bytes, len);
}

#define KK_SECRET_MAX 64
/* A short secret. fini wipes it; safe on a zeroed one. */
struct kk_secret {
    uint8_t bytes[KK_SECRET_MAX];
    size_t len;
};
void kk_secret_init(struct kk_secret *s, struct kk_slice from); /* from.len <= KK_SECRET_MAX */
void kk_secret_fini(struct kk_secret *s);
KK_DEFINE_FINI(kk_secret)
bool kk_secret_equal(const void *a, const void *b, size_t len);
void kk_secret_wipe(void *p, size_t len);

#endif
