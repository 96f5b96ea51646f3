/* Bounds and emptiness of a field, by its kind. [EN-13] [EN-14] */
#include "shape_field.h"

static bool all_zero(const uint8_t *bytes, size_t len)
{
    uint8_t seen = 0;

    for (size_t i = 0; i < len; i++)
        seen |= bytes[i];
    return seen == 0;
}

static bool obj_empty(const struct kk_shape *shape, const void *value)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (!kk_shape_field_empty(&shape->fields[i], kk_shape_member(&shape->fields[i], value)))
            return false;
    }
    return true;
}

bool kk_shape_field_empty(const struct kk_field *field, const void *member)
{
    switch (field->kind) {
    case KK_FIELD_UINT:
        return *(const uint64_t *)member == 0;
    case KK_FIELD_INT:
        return *(const int64_t *)member == 0;
    case KK_FIELD_BOOL:
        return !*(const bool *)member;
    case KK_FIELD_TEXT:
    case KK_FIELD_BYTES:
        return ((const struct kk_slice *)member)->len == 0;
    case KK_FIELD_ID:
        return all_zero(member, field->size);
    case KK_FIELD_OBJ:
        return obj_empty(field->sub, member);
    case KK_FIELD_LIST:
        return ((const struct kk_list *)member)->count == 0;
    }
    return false;
}

static const char *number_refused(const struct kk_field *field, int64_t value)
{
    return value < field->lo || value > field->hi ? "number out of range" : NULL;
}

static const char *size_refused(const struct kk_field *field, size_t size, const char *reason)
{
    return size < (uint64_t)field->lo || size > (uint64_t)field->hi ? reason : NULL;
}

const char *kk_shape_field_refused(const struct kk_field *field, const void *member)
{
    if (field->rule == KK_RULE_OPT && kk_shape_field_empty(field, member))
        return NULL;
    switch (field->kind) {
    case KK_FIELD_UINT:
        if (*(const uint64_t *)member > INT64_MAX)
            return "number out of range";
        return number_refused(field, *(const int64_t *)member);
    case KK_FIELD_INT:
        return number_refused(field, *(const int64_t *)member);
    case KK_FIELD_TEXT:
    case KK_FIELD_BYTES:
        return size_refused(field, ((const struct kk_slice *)member)->len, "length out of range");
    case KK_FIELD_LIST:
        return size_refused(field, ((const struct kk_list *)member)->count, "count out of range");
    case KK_FIELD_BOOL:
    case KK_FIELD_ID:
    case KK_FIELD_OBJ:
        return NULL;
    }
    return NULL;
}
