/*
 * From bytes to a struct, by the table of the shape alone. What is allocated is bounded twice: a
 * list by its count before it is entered, the whole by the arena. The recursion follows the tables,
 * which hold no cycle, over bytes whose depth the form gate has bounded. [EN-10] … [EN-15]
 */
#include "kukyoku/wire/shape.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/secret.h"
#include "kukyoku/error.h"
#include "kukyoku/limits.h"
#include "kukyoku/wire/cursor.h"
#include "kukyoku/wire/form.h"

#include "shape_field.h"

struct reading {
    struct kk_cursor cursor;
    struct kk_arena *arena;
    struct kk_shape_fault *fault;
};

static int read_shape(struct reading *rd, const struct kk_shape *shape, void *value);

static int refuse(struct reading *rd, const struct kk_shape *shape, const struct kk_field *field,
                  const char *reason)
{
    if (rd->fault) {
        *rd->fault = (struct kk_shape_fault){
            .shape = shape->name,
            .field = field ? field->name : "",
            .reason = reason,
        };
    }
    return KK_E_SHAPE;
}

static int read_id(struct reading *rd, const struct kk_field *field, void *member)
{
    struct kk_slice bytes;
    int r = kk_cursor_bytes(&rd->cursor, &bytes);

    if (r < 0 || bytes.len != field->size)
        return KK_E_SHAPE;
    memcpy(member, bytes.data, field->size);
    return 0;
}

/* The kinds that hold no other shape; KK_E_SHAPE: another type stands there. */
static int read_plain(struct reading *rd, const struct kk_field *field, void *member)
{
    switch (field->kind) {
    case KK_FIELD_UINT: /* a negative number is out of range as the uint64_t that it becomes */
    case KK_FIELD_INT:
        return kk_cursor_int(&rd->cursor, member);
    case KK_FIELD_BOOL:
        return kk_cursor_bool(&rd->cursor, member);
    case KK_FIELD_TEXT:
        return kk_cursor_text(&rd->cursor, member);
    case KK_FIELD_BYTES:
        return kk_cursor_bytes(&rd->cursor, member);
    case KK_FIELD_ID:
        return read_id(rd, field, member);
    case KK_FIELD_OBJ:
    case KK_FIELD_LIST:
        break;
    }
    return KK_E_SHAPE;
}

static int read_list(struct reading *rd, const struct kk_shape *shape, const struct kk_field *field,
                     struct kk_list *list)
{
    uint8_t *items;
    size_t count;
    int r = kk_cursor_array(&rd->cursor, &count);

    if (r < 0)
        return refuse(rd, shape, field, "another type");
    if (count < (uint64_t)field->lo || count > (uint64_t)field->hi)
        return refuse(rd, shape, field, "count out of range");
    if (count == 0)
        return 0;
    items = kk_arena_array(rd->arena, count, field->sub->size);
    if (!items)
        return KK_E_MEMORY;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = read_shape(rd, field->sub, items + i * field->sub->size);
    *list = (struct kk_list){ .items = items, .count = count };
    return r;
}

static int read_field(struct reading *rd, const struct kk_shape *shape,
                      const struct kk_field *field, void *value)
{
    void *member = (uint8_t *)value + field->offset;
    const char *reason;
    int r;

    if (field->kind == KK_FIELD_OBJ) {
        r = read_shape(rd, field->sub, member);
    } else if (field->kind == KK_FIELD_LIST) {
        r = read_list(rd, shape, field, member);
    } else {
        r = read_plain(rd, field, member);
        if (r < 0)
            return refuse(rd, shape, field, "another type or size");
    }
    if (r < 0)
        return r;
    if (field->rule == KK_RULE_OPT && kk_shape_field_empty(field, member))
        return refuse(rd, shape, field, "empty, so it must be left out");
    reason = kk_shape_field_refused(field, member);
    return reason ? refuse(rd, shape, field, reason) : 0;
}

/* Fields below `key` were left out: may they? *next moves to the first that is not below it. */
static int pass_absent(struct reading *rd, const struct kk_shape *shape, int64_t key, size_t *next)
{
    while (*next < shape->count && shape->fields[*next].key < key) {
        const struct kk_field *field = &shape->fields[*next];

        if (field->rule == KK_RULE_MUST)
            return refuse(rd, shape, field, "missing");
        (*next)++;
    }
    return 0;
}

static int pass_unknown(struct reading *rd, const struct kk_shape *shape, int64_t key)
{
    if (shape->form == KK_SHAPE_CLOSED || key < KK_EXTENSION_KEY_FIRST)
        return refuse(rd, shape, NULL, "unknown key");
    return kk_cursor_skip(&rd->cursor, NULL);
}

static int read_pair(struct reading *rd, const struct kk_shape *shape, void *value, size_t *next)
{
    const struct kk_field *field;
    int64_t key;
    int r = kk_cursor_int(&rd->cursor, &key);

    if (r < 0)
        return refuse(rd, shape, NULL, "a key is no number");
    r = pass_absent(rd, shape, key, next);
    if (r < 0)
        return r;
    field = &shape->fields[*next];
    if (*next == shape->count || field->key != key)
        return pass_unknown(rd, shape, key);
    (*next)++;
    return read_field(rd, shape, field, value);
}

static int read_map(struct reading *rd, const struct kk_shape *shape, void *value)
{
    size_t pairs, next = 0;
    int r = kk_cursor_map(&rd->cursor, &pairs);

    if (r < 0)
        return refuse(rd, shape, NULL, "not a map");
    for (size_t i = 0; r == 0 && i < pairs; i++)
        r = read_pair(rd, shape, value, &next);
    return r < 0 ? r : pass_absent(rd, shape, INT64_MAX, &next);
}

static int read_tuple(struct reading *rd, const struct kk_shape *shape, void *value)
{
    size_t count;
    int r = kk_cursor_array(&rd->cursor, &count);

    if (r < 0)
        return refuse(rd, shape, NULL, "not an array");
    if (count != shape->count)
        return refuse(rd, shape, NULL, "another number of items");
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct kk_field *field = &shape->fields[i];

        if (kk_cursor_peek(&rd->cursor) != KK_VALUE_NIL)
            r = read_field(rd, shape, field, value);
        else if (field->rule == KK_RULE_OPT)
            r = kk_cursor_nil(&rd->cursor);
        else
            r = refuse(rd, shape, field, "missing");
    }
    return r;
}

/* value is zeroed: what is left out stays empty. */
static int read_shape(struct reading *rd, const struct kk_shape *shape, void *value)
{
    switch (shape->form) {
    case KK_SHAPE_MAP:
    case KK_SHAPE_CLOSED:
        return read_map(rd, shape, value);
    case KK_SHAPE_TUPLE:
        return read_tuple(rd, shape, value);
    case KK_SHAPE_BARE:
        return read_field(rd, shape, &shape->fields[0], value);
    }
    return refuse(rd, shape, NULL, "unknown form");
}

int kk_shape_decode(const struct kk_shape *shape, struct kk_slice bytes, struct kk_arena *arena,
                    void *ret, struct kk_shape_fault *fault)
{
    struct reading rd = { .cursor = kk_cursor(bytes), .arena = arena, .fault = fault };
    /* not in the arena: its bound is for lists, and a value without any needs none */
    void *value = kk_alloc(shape->size);
    int r;

    if (!value)
        return KK_E_MEMORY;
    r = read_shape(&rd, shape, value);
    if (r == 0 && rd.cursor.at != rd.cursor.end)
        r = refuse(&rd, shape, NULL, "bytes after the value");
    if (r == 0)
        memcpy(ret, value, shape->size);
    kk_secret_wipe(value, shape->size); /* keys are read here too */
    kk_free(value);
    return r;
}

int kk_shape_read(const struct kk_shape *shape, struct kk_slice bytes, struct kk_arena *arena,
                  void *ret, struct kk_shape_fault *fault)
{
    enum kk_form form = kk_form_check(bytes, NULL);

    if (form == KK_FORM_OK)
        return kk_shape_decode(shape, bytes, arena, ret, fault);
    if (fault) {
        *fault = (struct kk_shape_fault){
            .shape = shape->name,
            .field = "",
            .reason = kk_form_name(form),
        };
    }
    return KK_E_FORM;
}
