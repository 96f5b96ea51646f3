/* A growing buffer: doubles while small, so that appending is linear. */
#include "kukyoku/base/bytes.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

#include <stdarg.h>
#include <stdio.h>

void kk_bytes_fini(struct kk_bytes *b)
{
    kk_free(b->data);
    *b = (struct kk_bytes){ 0 };
}

int kk_bytes_reserve(struct kk_bytes *b, size_t more)
{
    size_t cap = b->cap ? b->cap : 64;
    uint8_t *data;

    if (more <= b->cap - b->len)
        return 0;
    if (more > SIZE_MAX / 2 - b->len)
        return KK_E_MEMORY;
    while (cap < b->len + more)
        cap *= 2;
    data = kk_realloc(b->data, cap);
    if (!data)
        return KK_E_MEMORY;
    b->data = data;
    b->cap = cap;
    return 0;
}

int kk_bytes_extend(struct kk_bytes *b, size_t len, uint8_t **ret_at)
{
    int r = kk_bytes_reserve(b, len);

    if (r < 0)
        return r;
    *ret_at = b->data ? b->data + b->len : NULL; /* nothing asked of an empty one */
    b->len += len;
    return 0;
}

int kk_bytes_append(struct kk_bytes *b, const void *data, size_t len)
{
    int r = len > b->cap - b->len ? kk_bytes_reserve(b, len) : 0; /* most fit: no call for them */

    if (r < 0)
        return r;
    if (len)
        memcpy(b->data + b->len, data, len);
    b->len += len;
    return 0;
}

int kk_bytes_append_slice(struct kk_bytes *b, struct kk_slice s)
{
    return kk_bytes_append(b, s.data, s.len);
}

int kk_bytes_append_text(struct kk_bytes *b, const char *text)
{
    return kk_bytes_append(b, text, strlen(text));
}

int kk_bytes_format(struct kk_bytes *b, const char *format, ...)
{
    va_list args;
    int len, r;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    kk_assert(len >= 0);
    r = kk_bytes_reserve(b, (size_t)len + 1); /* vsnprintf wants room for its NUL */
    if (r < 0)
        return r;
    va_start(args, format);
    vsnprintf((char *)b->data + b->len, (size_t)len + 1, format, args);
    va_end(args);
    b->len += (size_t)len;
    return 0;
}

void kk_bytes_clear(struct kk_bytes *b)
{
    b->len = 0;
}

void kk_bytes_consume(struct kk_bytes *b, size_t n)
{
    kk_assert(n <= b->len);
    b->len -= n;
    if (n && b->len)
        memmove(b->data, b->data + n, b->len);
}
