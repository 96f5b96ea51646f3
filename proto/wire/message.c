/* The list of messages as a table, and [type, id, map] around their shapes. [EN-16] */
#include "kukyoku/wire/message.h"

#include "kukyoku/error.h"
#include "kukyoku/wire/cursor.h"
#include "kukyoku/wire/form.h"
#include "kukyoku/wire/packer.h"

#define MESSAGE_ITEMS 3

#define KK_MESSAGE_ROW(NAME, name, type, from, text)                                               \
    { KK_MSG_##NAME, KK_FROM_##from, #NAME, &kk_shape_msg_##name, text },
static const struct kk_message_info messages[] = { KK_MESSAGES(KK_MESSAGE_ROW) };

const struct kk_message_info *kk_message_list(size_t *ret_count)
{
    *ret_count = KK_COUNT(messages);
    return messages;
}

const struct kk_message_info *kk_message_info(unsigned type)
{
    for (size_t i = 0; i < KK_COUNT(messages); i++) {
        if ((unsigned)messages[i].type == type)
            return &messages[i];
    }
    return NULL;
}

static int refuse(struct kk_shape_fault *fault, const char *field, const char *reason)
{
    if (fault)
        *fault = (struct kk_shape_fault){ "message", field, reason };
    return KK_E_SHAPE;
}

static int read_head(struct kk_cursor *c, const struct kk_message_info **ret_info, uint32_t *ret_id,
                     struct kk_shape_fault *fault)
{
    int64_t type, id;
    size_t count;

    if (kk_cursor_array(c, &count) < 0 || count != MESSAGE_ITEMS)
        return refuse(fault, "", "not [type, id, map]");
    if (kk_cursor_int(c, &type) < 0 || type < 0 || type > UINT8_MAX)
        return refuse(fault, "type", "unknown type");
    if (kk_cursor_int(c, &id) < 0 || id < 0 || id > UINT32_MAX)
        return refuse(fault, "id", "number out of range");
    *ret_info = kk_message_info((unsigned)type);
    *ret_id = (uint32_t)id;
    return *ret_info ? 0 : refuse(fault, "type", "unknown type");
}

int kk_message_type(struct kk_slice bytes, enum kk_message_type *ret, uint32_t *ret_id)
{
    struct kk_cursor c = kk_cursor(bytes);
    const struct kk_message_info *info;
    int r = read_head(&c, &info, ret_id, NULL);

    if (r == 0)
        *ret = info->type;
    return r;
}

static int read_body(struct kk_slice bytes, struct kk_arena *arena, struct kk_message *ret,
                     struct kk_shape_fault *fault)
{
    struct kk_cursor c = kk_cursor(bytes);
    const struct kk_message_info *info;
    struct kk_slice rest;
    void *body;
    uint32_t id;
    int r = read_head(&c, &info, &id, fault);

    if (r < 0)
        return r;
    rest = kk_slice(c.at, (size_t)(c.end - c.at));
    body = kk_arena_alloc(arena, info->shape->size);
    if (!body)
        return KK_E_MEMORY;
    r = kk_shape_decode(info->shape, rest, arena, body, fault);
    if (r < 0)
        return r;
    *ret = (struct kk_message){ .type = info->type, .id = id, .body = body };
    return 0;
}

int kk_message_decode(struct kk_slice bytes, struct kk_arena *arena, struct kk_message *ret,
                      struct kk_shape_fault *fault)
{
    enum kk_form form = kk_form_check(bytes, NULL);

    if (form == KK_FORM_OK)
        return read_body(bytes, arena, ret, fault);
    kk_ignore(refuse(fault, "", kk_form_name(form))); /* the fault is another, the reason is kept */
    return KK_E_FORM;
}

int kk_message_encode(enum kk_message_type type, uint32_t id, const void *body,
                      struct kk_bytes *out)
{
    const struct kk_message_info *info = kk_message_info((unsigned)type);
    size_t before = out->len;
    int r;

    kk_assert(info);
    r = kk_pack_array(out, MESSAGE_ITEMS);
    if (r == 0)
        r = kk_pack_int(out, (int64_t)type);
    if (r == 0)
        r = kk_pack_int(out, id);
    if (r == 0)
        r = kk_shape_encode(info->shape, body, out);
    if (r < 0)
        out->len = before;
    return r;
}
