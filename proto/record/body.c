/* The map of a body, read and written field by field. [RL-3] */
#include "kukyoku/record/body.h"

#include "kukyoku/error.h"
#include "kukyoku/wire/form.h"
#include "kukyoku/wire/packer.h"

int kk_body_read(struct kk_slice bytes, struct kk_body *ret)
{
    struct kk_cursor c = kk_cursor(bytes);
    size_t pairs;
    int r;

    ret->count = 0;
    if (bytes.len > KK_BODY_BYTES_MAX || kk_form_check(bytes, NULL) != KK_FORM_OK)
        return KK_E_FORM;
    r = kk_cursor_map(&c, &pairs);
    if (r < 0 || pairs > KK_BODY_FIELDS_MAX)
        return KK_E_SHAPE;
    for (size_t i = 0; r == 0 && i < pairs; i++) {
        int64_t number = 0;

        r = kk_cursor_int(&c, &number);
        if (r == 0 && (number < 1 || number > UINT32_MAX))
            r = KK_E_SHAPE;
        if (r == 0)
            r = kk_cursor_skip(&c, &ret->fields[i].value);
        ret->fields[i].number = (uint32_t)number;
    }
    ret->count = r == 0 ? pairs : 0;
    return r;
}

int kk_body_write(const struct kk_body *body, struct kk_bytes *out)
{
    size_t before = out->len;
    int r = kk_pack_map(out, body->count);

    for (size_t i = 0; r == 0 && i < body->count; i++) {
        r = kk_pack_int(out, body->fields[i].number);
        if (r == 0)
            r = kk_bytes_append_slice(out, body->fields[i].value);
    }
    if (r == 0 && out->len - before > KK_BODY_BYTES_MAX)
        r = KK_E_SHAPE;
    if (r < 0)
        out->len = before;
    return r;
}

const struct kk_body_field *kk_body_field_of(const struct kk_body_field *fields, size_t count,
                                             uint32_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i].number == number)
            return &fields[i];
    }
    return NULL;
}

const struct kk_body_field *kk_body_find(const struct kk_body *body, uint32_t number)
{
    return kk_body_field_of(body->fields, body->count, number);
}

int kk_body_set(struct kk_body *body, uint32_t number, struct kk_slice value)
{
    size_t at = 0;

    while (at < body->count && body->fields[at].number < number)
        at++;
    if (at == body->count || body->fields[at].number != number) {
        if (body->count == KK_BODY_FIELDS_MAX)
            return KK_E_SHAPE;
        memmove(&body->fields[at + 1], &body->fields[at],
                (body->count - at) * sizeof(body->fields[0]));
        body->count++;
    }
    body->fields[at] = (struct kk_body_field){ .number = number, .value = value };
    return 0;
}

static const uint8_t nil[] = { 0xc0 };

bool kk_body_emptied(struct kk_slice value)
{
    return kk_slice_equal(value, kk_slice(nil, sizeof(nil)));
}

int kk_body_empty(struct kk_body *body, uint32_t number)
{
    return kk_body_set(body, number, kk_slice(nil, sizeof(nil)));
}

void kk_body_drop_emptied(struct kk_body *body)
{
    size_t kept = 0;

    for (size_t i = 0; i < body->count; i++) {
        if (!kk_body_emptied(body->fields[i].value))
            body->fields[kept++] = body->fields[i];
    }
    body->count = kept;
}
