/*
 * The head of one msgpack value: its kind, and its number, length or count. The one place that
 * knows the byte codes; the form gate and the cursor both read through it, and neither accepts a
 * head that is longer than needed. Private to proto/wire.
 */
#ifndef PROTO_WIRE_HEAD_H
#define PROTO_WIRE_HEAD_H

#include "kukyoku/wire/cursor.h"
#include "kukyoku/wire/form.h"

struct kk_head {
    enum kk_value_kind kind;
    size_t size;   /* bytes of the head itself */
    int64_t value; /* BOOL and INT: the value; BYTES, TEXT: the length; ARRAY, MAP: the count */
};

/* Any head. */
KK_MUST_USE enum kk_form kk_head_read_any(struct kk_slice bytes, struct kk_head *ret);

/*
 * KK_FORM_OK, SHORT, NONCANON or FORBIDDEN; *ret is written on OK only. Half of all heads are keys
 * and other small numbers, of one byte: they are worth no call.
 */
KK_MUST_USE static inline enum kk_form kk_head_read(struct kk_slice bytes, struct kk_head *ret)
{
    if (bytes.len == 0 || bytes.data[0] >= 0x80)
        return kk_head_read_any(bytes, ret);
    *ret = (struct kk_head){ .kind = KK_VALUE_INT, .size = 1, .value = bytes.data[0] };
    return KK_FORM_OK;
}

#endif
