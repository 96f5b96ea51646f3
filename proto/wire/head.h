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

/* KK_FORM_OK, SHORT, NONCANON or FORBIDDEN; *ret is written on OK only. */
KK_MUST_USE enum kk_form kk_head_read(struct kk_slice bytes, struct kk_head *ret);

#endif
