/*
 * A writer of shapes that shares no code with proto/wire's but the packer, and makes no check: what
 * it writes unbroken must equal what the product writes; what it writes broken must be refused.
 */
#include "gen.h"

#include "kukyoku/wire/packer.h"

static void fine(int r)
{
    kk_assert(r == 0);
}

static bool has_size(const struct kk_field *field)
{
    return field->kind == KK_FIELD_TEXT || field->kind == KK_FIELD_BYTES ||
           field->kind == KK_FIELD_LIST;
}

static bool is_number(const struct kk_field *field)
{
    return field->kind == KK_FIELD_UINT || field->kind == KK_FIELD_INT;
}

bool gen_breakable(const struct kk_shape *shape, const struct kk_field *field, enum gen_break how)
{
    switch (how) {
    case GEN_BREAK_ABSENT:
        return shape->form != KK_SHAPE_BARE && field->rule == KK_RULE_MUST;
    case GEN_BREAK_EMPTY: /* an OBJ whose MUST fields may all be 0 is the ver alone */
        return field->rule == KK_RULE_OPT && field->kind != KK_FIELD_OBJ;
    case GEN_BREAK_LOW:
        return (is_number(field) && field->lo > INT64_MIN) || (has_size(field) && field->lo > 0) ||
               field->kind == KK_FIELD_ID;
    case GEN_BREAK_HIGH:
        return (is_number(field) && field->hi < INT64_MAX) || has_size(field) ||
               field->kind == KK_FIELD_ID;
    case GEN_BREAK_TYPE:
        return true;
    case GEN_BREAK_NONE:
    case GEN_BREAK_KINDS:
        break;
    }
    return false;
}

static void write_string(const struct kk_field *field, size_t len, struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes string = { 0 };
    uint8_t *at;

    fine(kk_bytes_extend(&string, len, &at));
    for (size_t i = 0; i < len; i++)
        at[i] = 'x';
    if (field->kind == KK_FIELD_TEXT)
        fine(kk_pack_text(out, kk_bytes_slice(&string)));
    else
        fine(kk_pack_bytes(out, kk_bytes_slice(&string)));
}

static void write_sized(const struct kk_field *field, size_t size, struct kk_bytes *out)
{
    if (field->kind != KK_FIELD_LIST) {
        write_string(field, size, out);
        return;
    }
    fine(kk_pack_array(out, size));
    for (size_t i = 0; i < size; i++)
        fine(kk_pack_nil(out));
}

static void write_empty(const struct kk_field *field, struct kk_bytes *out)
{
    if (is_number(field))
        fine(kk_pack_int(out, 0));
    else if (field->kind == KK_FIELD_BOOL)
        fine(kk_pack_bool(out, false));
    else if (has_size(field))
        write_sized(field, 0, out);
    else
        fine(kk_pack_bytes(out, kk_slice((uint8_t[64]){ 0 }, field->size)));
}

/* step: -1 below the bound, +1 above it */
static void write_beyond(const struct kk_field *field, int step, struct kk_bytes *out)
{
    int64_t bound = step < 0 ? field->lo : field->hi;

    if (is_number(field))
        fine(kk_pack_int(out, bound + step));
    else if (field->kind == KK_FIELD_ID)
        write_string(field, field->size + (size_t)step, out);
    else
        write_sized(field, (size_t)(bound + step), out);
}

static void write_broken(const struct kk_field *field, enum gen_break how, struct kk_bytes *out)
{
    if (how == GEN_BREAK_EMPTY)
        write_empty(field, out);
    else if (how == GEN_BREAK_LOW)
        write_beyond(field, -1, out);
    else if (how == GEN_BREAK_HIGH)
        write_beyond(field, 1, out);
    else if (how == GEN_BREAK_TYPE && (is_number(field) || field->kind == KK_FIELD_BYTES))
        fine(kk_pack_text(out, kk_slice_text("1")));
    else if (how == GEN_BREAK_TYPE)
        fine(kk_pack_int(out, 1));
    else
        fine(kk_pack_nil(out));
}

static void write_list(const struct kk_shape *sub, const struct kk_list *list, struct kk_bytes *out)
{
    const uint8_t *items = list->items;

    fine(kk_pack_array(out, list->count));
    for (size_t i = 0; i < list->count; i++)
        gen_write(sub, items + i * sub->size, NULL, GEN_BREAK_NONE, out);
}

static void write_member(const struct kk_field *field, const void *member, struct kk_bytes *out)
{
    switch (field->kind) {
    case KK_FIELD_UINT:
    case KK_FIELD_INT:
        fine(kk_pack_int(out, *(const int64_t *)member));
        break;
    case KK_FIELD_BOOL:
        fine(kk_pack_bool(out, *(const bool *)member));
        break;
    case KK_FIELD_TEXT:
        fine(kk_pack_text(out, *(const struct kk_slice *)member));
        break;
    case KK_FIELD_BYTES:
        fine(kk_pack_bytes(out, *(const struct kk_slice *)member));
        break;
    case KK_FIELD_ID:
        fine(kk_pack_bytes(out, kk_slice(member, field->size)));
        break;
    case KK_FIELD_OBJ:
        gen_write(field->sub, member, NULL, GEN_BREAK_NONE, out);
        break;
    case KK_FIELD_LIST:
        write_list(field->sub, member, out);
        break;
    }
}

/* Empty by comparison with a zeroed member: the generator zeroes what it leaves out. */
static bool is_zero(const struct kk_field *field, const void *member)
{
    const uint8_t *bytes = member;
    bool zero = true;

    if (field->kind == KK_FIELD_LIST)
        return ((const struct kk_list *)member)->count == 0;
    if (has_size(field))
        return ((const struct kk_slice *)member)->len == 0;
    for (size_t i = 0; zero && i < field->size; i++)
        zero = bytes[i] == 0;
    return zero;
}

void gen_write(const struct kk_shape *shape, const void *value, const struct kk_field *broken,
               enum gen_break how, struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes body = { 0 };
    bool map = shape->form == KK_SHAPE_MAP || shape->form == KK_SHAPE_CLOSED;
    size_t pairs = 0;

    for (size_t i = 0; i < shape->count; i++) {
        const struct kk_field *field = &shape->fields[i];
        const uint8_t *member = (const uint8_t *)value + field->offset;
        bool out_of_it = field->rule == KK_RULE_OPT && field != broken && is_zero(field, member);

        if (field == broken && how == GEN_BREAK_ABSENT)
            out_of_it = true;
        if (map && out_of_it)
            continue;
        pairs++;
        if (map)
            fine(kk_pack_int(&body, field->key));
        if (out_of_it)
            fine(kk_pack_nil(&body));
        else if (field == broken)
            write_broken(field, how, &body);
        else
            write_member(field, member, &body);
    }
    if (map)
        fine(kk_pack_map(out, pairs));
    else if (shape->form == KK_SHAPE_TUPLE)
        fine(kk_pack_array(out, pairs));
    fine(kk_bytes_append_slice(out, kk_bytes_slice(&body)));
}
