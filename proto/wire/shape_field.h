/*
 * What one field of a shape may hold, and when it counts as empty: the rules that decoding and
 * encoding share. Private to proto/wire.
 */
#ifndef PROTO_WIRE_SHAPE_FIELD_H
#define PROTO_WIRE_SHAPE_FIELD_H

#include "kukyoku/wire/shape.h"

/* 0, false, no bytes, an all-zero ID, no items, an OBJ of empty fields. */
bool kk_shape_field_empty(const struct kk_field *field, const void *member);
/*
 * NULL, or the reason (static text) why the member is outside the field's bounds. Looks neither
 * into an OBJ nor at the items of a LIST, and takes an empty OPT member as it is.
 */
const char *kk_shape_field_refused(const struct kk_field *field, const void *member);

/* Where the field stands in the struct. */
static inline const void *kk_shape_member(const struct kk_field *field, const void *value)
{
    return (const uint8_t *)value + field->offset;
}

#endif
