/*
 * struct kk_slice: borrowed bytes. Never freed by the holder, never stored beyond the call unless
 * the comment of the holder says so. A slice with data == NULL is "absent".
 */
#ifndef KUKYOKU_SLICE_H
#define KUKYOKU_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct kk_slice {
    const uint8_t *data;
    size_t len;
};

static inline struct kk_slice kk_slice(const void *data, size_t len)
{
    return (struct kk_slice){ .data = (const uint8_t *)data, .len = len };
}

/* The text without its final NUL; NULL gives the absent slice. */
static inline struct kk_slice kk_slice_text(const char *text)
{
    return kk_slice(text, text ? strlen(text) : 0);
}

/* Equality of public bytes; secrets are compared by kk_secret_equal. */
static inline bool kk_slice_equal(struct kk_slice a, struct kk_slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool kk_slice_is(struct kk_slice a, const char *text)
{
    return kk_slice_equal(a, kk_slice_text(text));
}

/* Takes the next line off rest, without its line feed; false when nothing is left. */
static inline bool kk_slice_line(struct kk_slice *rest, struct kk_slice *ret)
{
    const uint8_t *stop = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;

    if (rest->len == 0)
        return false;
    *ret = kk_slice(rest->data, stop ? (size_t)(stop - rest->data) : rest->len);
    *rest = kk_slice(rest->data + ret->len + (stop != NULL), rest->len - ret->len - (stop != NULL));
    return true;
}

/* Order by bytes, then by length: the order of text keys everywhere (UTF-8 keeps code points). */
static inline int kk_slice_compare(struct kk_slice a, struct kk_slice b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter ? memcmp(a.data, b.data, shorter) : 0;

    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

#endif
