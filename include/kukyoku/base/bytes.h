/* struct kk_bytes: an owned, growing run of bytes. A zeroed one is empty and valid. */
#ifndef KUKYOKU_BASE_BYTES_H
#define KUKYOKU_BASE_BYTES_H

#include "kukyoku/attr.h"
#include "kukyoku/slice.h"

struct kk_bytes {
    uint8_t *data;
    size_t len, cap;
};

void kk_bytes_fini(struct kk_bytes *b); /* also on a zeroed one, and twice */
KK_DEFINE_FINI(kk_bytes)

/* All return 0 or KK_E_MEMORY and leave b unchanged on failure. */
KK_MUST_USE int kk_bytes_reserve(struct kk_bytes *b, size_t more);
KK_MUST_USE int kk_bytes_append(struct kk_bytes *b, const void *data, size_t len);
KK_MUST_USE int kk_bytes_append_slice(struct kk_bytes *b, struct kk_slice s);
KK_MUST_USE int kk_bytes_append_text(struct kk_bytes *b, const char *text);
KK_PRINTF(2, 3) KK_MUST_USE int kk_bytes_format(struct kk_bytes *b, const char *format, ...);
/* Appends len uninitialised bytes and gives their address. */
KK_MUST_USE int kk_bytes_extend(struct kk_bytes *b, size_t len, uint8_t **ret_at);

/* Empties without giving memory back. */
void kk_bytes_clear(struct kk_bytes *b);
/* Drops the first n bytes (n <= len). */
void kk_bytes_consume(struct kk_bytes *b, size_t n);
/* Valid until the next non-const call. */
static inline struct kk_slice kk_bytes_slice(const struct kk_bytes *b)
{
    return kk_slice(b->data, b->len);
}

#endif
