/*
 * struct kk_cursor reads typed values from bytes that have passed the form gate. Slices that it
 * gives out point into those bytes. Reading past the end or a value of another type is a fault
 * (KK_E_SHAPE), never undefined: the gate proves form, not shape.
 */
#ifndef KUKYOKU_WIRE_CURSOR_H
#define KUKYOKU_WIRE_CURSOR_H

#include "kukyoku/attr.h"
#include "kukyoku/slice.h"

struct kk_cursor {
    const uint8_t *at, *end;
};

enum kk_value_kind {
    KK_VALUE_NIL,
    KK_VALUE_BOOL,
    KK_VALUE_INT,
    KK_VALUE_BYTES,
    KK_VALUE_TEXT,
    KK_VALUE_ARRAY,
    KK_VALUE_MAP,
    KK_VALUE_END
};

static inline struct kk_cursor kk_cursor(struct kk_slice s)
{
    return (struct kk_cursor){ .at = s.data, .end = s.data ? s.data + s.len : NULL };
}
enum kk_value_kind kk_cursor_peek(const struct kk_cursor *c);
KK_MUST_USE int kk_cursor_nil(struct kk_cursor *c);
KK_MUST_USE int kk_cursor_bool(struct kk_cursor *c, bool *ret);
KK_MUST_USE int kk_cursor_int(struct kk_cursor *c, int64_t *ret);
KK_MUST_USE int kk_cursor_bytes(struct kk_cursor *c, struct kk_slice *ret);
KK_MUST_USE int kk_cursor_text(struct kk_cursor *c, struct kk_slice *ret);
KK_MUST_USE int kk_cursor_array(struct kk_cursor *c, size_t *ret_count);
KK_MUST_USE int kk_cursor_map(struct kk_cursor *c, size_t *ret_pairs);
/* Steps over one value of any kind and gives its bytes (ret may be NULL). */
KK_MUST_USE int kk_cursor_skip(struct kk_cursor *c, struct kk_slice *ret);
/* The one place where a length meets what remains: n raw bytes. */
KK_MUST_USE int kk_cursor_take(struct kk_cursor *c, size_t n, struct kk_slice *ret);

#endif
