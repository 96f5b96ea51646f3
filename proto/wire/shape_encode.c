/*
 * From a struct to bytes, by the table of the shape alone: first every bound, then the bytes, so
 * that what is written always decodes again to the same value. [EN-13] … [EN-15]
 */
#include "kukyoku/wire/shape.h"

#include "kukyoku/base/text.h"
#include "kukyoku/error.h"
#include "kukyoku/wire/packer.h"

#include "shape_field.h"

static int check_shape(const struct kk_shape *shape, const void *value,
                       struct kk_shape_fault *fault);
static int write_shape(const struct kk_shape *shape, const void *value, struct kk_bytes *out);

static int check_list(const struct kk_field *field, const struct kk_list *list,
                      struct kk_shape_fault *fault)
{
    const uint8_t *items = list->items;
    int r = 0;

    for (size_t i = 0; r == 0 && i < list->count; i++)
        r = check_shape(field->sub, items + i * field->sub->size, fault);
    return r;
}

static int check_field(const struct kk_shape *shape, const struct kk_field *field,
                       const void *member, struct kk_shape_fault *fault)
{
    const char *reason = kk_shape_field_refused(field, member);

    if (!reason && field->kind == KK_FIELD_TEXT && !kk_utf8_valid(*(const struct kk_slice *)member))
        reason = "text is not strict UTF-8";
    if (reason) {
        if (fault)
            *fault = (struct kk_shape_fault){ shape->name, field->name, reason };
        return KK_E_SHAPE;
    }
    if (field->rule == KK_RULE_OPT && kk_shape_field_empty(field, member))
        return 0;
    if (field->kind == KK_FIELD_OBJ)
        return check_shape(field->sub, member, fault);
    if (field->kind == KK_FIELD_LIST)
        return check_list(field, member, fault);
    return 0;
}

static int check_shape(const struct kk_shape *shape, const void *value,
                       struct kk_shape_fault *fault)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < shape->count; i++) {
        const struct kk_field *field = &shape->fields[i];

        r = check_field(shape, field, kk_shape_member(field, value), fault);
    }
    return r;
}

static int write_list(const struct kk_field *field, const struct kk_list *list,
                      struct kk_bytes *out)
{
    const uint8_t *items = list->items;
    int r = kk_pack_array(out, list->count);

    for (size_t i = 0; r == 0 && i < list->count; i++)
        r = write_shape(field->sub, items + i * field->sub->size, out);
    return r;
}

static int write_field(const struct kk_field *field, const void *member, struct kk_bytes *out)
{
    switch (field->kind) {
    case KK_FIELD_UINT: /* checked: at most INT64_MAX */
    case KK_FIELD_INT:
        return kk_pack_int(out, *(const int64_t *)member);
    case KK_FIELD_BOOL:
        return kk_pack_bool(out, *(const bool *)member);
    case KK_FIELD_TEXT:
        return kk_pack_text(out, *(const struct kk_slice *)member);
    case KK_FIELD_BYTES:
        return kk_pack_bytes(out, *(const struct kk_slice *)member);
    case KK_FIELD_ID:
        return kk_pack_bytes(out, kk_slice(member, field->size));
    case KK_FIELD_OBJ:
        return write_shape(field->sub, member, out);
    case KK_FIELD_LIST:
        return write_list(field, member, out);
    }
    return KK_E_SHAPE;
}

static bool left_out(const struct kk_field *field, const void *value)
{
    return field->rule == KK_RULE_OPT && kk_shape_field_empty(field, kk_shape_member(field, value));
}

static int write_map(const struct kk_shape *shape, const void *value, struct kk_bytes *out)
{
    size_t pairs = 0;
    int r;

    for (size_t i = 0; i < shape->count; i++)
        pairs += !left_out(&shape->fields[i], value);
    r = kk_pack_map(out, pairs);
    for (size_t i = 0; r == 0 && i < shape->count; i++) {
        const struct kk_field *field = &shape->fields[i];

        if (left_out(field, value))
            continue;
        r = kk_pack_int(out, field->key);
        if (r == 0)
            r = write_field(field, kk_shape_member(field, value), out);
    }
    return r;
}

static int write_tuple(const struct kk_shape *shape, const void *value, struct kk_bytes *out)
{
    int r = kk_pack_array(out, shape->count);

    for (size_t i = 0; r == 0 && i < shape->count; i++) {
        const struct kk_field *field = &shape->fields[i];

        if (left_out(field, value))
            r = kk_pack_nil(out);
        else
            r = write_field(field, kk_shape_member(field, value), out);
    }
    return r;
}

static int write_shape(const struct kk_shape *shape, const void *value, struct kk_bytes *out)
{
    switch (shape->form) {
    case KK_SHAPE_MAP:
    case KK_SHAPE_CLOSED:
        return write_map(shape, value, out);
    case KK_SHAPE_TUPLE:
        return write_tuple(shape, value, out);
    case KK_SHAPE_BARE:
        return write_field(&shape->fields[0], kk_shape_member(&shape->fields[0], value), out);
    }
    return KK_E_SHAPE;
}

int kk_shape_encode_checked(const struct kk_shape *shape, const void *value, struct kk_bytes *out,
                            struct kk_shape_fault *fault)
{
    size_t before = out->len;
    int r = check_shape(shape, value, fault);

    if (r < 0)
        return r;
    r = write_shape(shape, value, out);
    if (r < 0)
        out->len = before;
    return r;
}

int kk_shape_encode(const struct kk_shape *shape, const void *value, struct kk_bytes *out)
{
    int r = kk_shape_encode_checked(shape, value, out, NULL);

    kk_assert(r != KK_E_SHAPE);
    return r;
}
