/* A value made independent of what it was read from, by the table of its shape alone. */
#include "kukyoku/wire/shape.h"

#include "kukyoku/error.h"

#include "shape_field.h"

static int own_members(const struct kk_shape *shape, void *value, struct kk_arena *arena);

static int own_slice(struct kk_slice *s, struct kk_arena *arena)
{
    if (!s->data)
        return 0;
    *s = kk_arena_dup(arena, *s);
    return s->data ? 0 : KK_E_MEMORY;
}

static int own_list(const struct kk_shape *sub, struct kk_list *list, struct kk_arena *arena)
{
    uint8_t *items = list->count > 0 ? kk_arena_array(arena, list->count, sub->size) : NULL;
    int r = 0;

    if (list->count > 0 && !items)
        return KK_E_MEMORY;
    if (items)
        memcpy(items, list->items, list->count * sub->size);
    list->items = items;
    for (size_t i = 0; r == 0 && i < list->count; i++)
        r = own_members(sub, items + i * sub->size, arena);
    return r;
}

static int own_members(const struct kk_shape *shape, void *value, struct kk_arena *arena)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < shape->count; i++) {
        const struct kk_field *field = &shape->fields[i];
        void *member = (uint8_t *)value + field->offset;

        if (field->kind == KK_FIELD_TEXT || field->kind == KK_FIELD_BYTES)
            r = own_slice(member, arena);
        else if (field->kind == KK_FIELD_OBJ)
            r = own_members(field->sub, member, arena);
        else if (field->kind == KK_FIELD_LIST)
            r = own_list(field->sub, member, arena);
    }
    return r;
}

int kk_shape_dup(const struct kk_shape *shape, const void *value, struct kk_arena *arena, void *ret)
{
    void *copy = kk_arena_alloc(arena, shape->size);
    int r;

    if (!copy)
        return KK_E_MEMORY;
    memcpy(copy, value, shape->size);
    r = own_members(shape, copy, arena);
    if (r == 0)
        memcpy(ret, copy, shape->size);
    return r;
}
