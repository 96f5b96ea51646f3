/* Typed reading over gated bytes; every head is still held against what remains. */
#include "kukyoku/wire/cursor.h"

#include "kukyoku/error.h"

#include "head.h"

static struct kk_slice rest_of(const struct kk_cursor *c)
{
    return kk_slice(c->at, (size_t)(c->end - c->at));
}

enum kk_value_kind kk_cursor_peek(const struct kk_cursor *c)
{
    struct kk_head h;

    return kk_head_read(rest_of(c), &h) == KK_FORM_OK ? h.kind : KK_VALUE_END;
}

/* Reads a head of that kind and steps over it; the cursor stays where it was on failure. */
static int expect(struct kk_cursor *c, enum kk_value_kind kind, int64_t *ret)
{
    struct kk_head h;

    if (kk_head_read(rest_of(c), &h) != KK_FORM_OK || h.kind != kind)
        return KK_E_SHAPE;
    c->at += h.size;
    *ret = h.value;
    return 0;
}

int kk_cursor_take(struct kk_cursor *c, size_t n, struct kk_slice *ret)
{
    struct kk_slice rest = rest_of(c);

    if (n > rest.len)
        return KK_E_SHAPE;
    if (n > 0)
        c->at += n;
    *ret = kk_slice(rest.data, n);
    return 0;
}

int kk_cursor_nil(struct kk_cursor *c)
{
    int64_t value;

    return expect(c, KK_VALUE_NIL, &value);
}

int kk_cursor_bool(struct kk_cursor *c, bool *ret)
{
    int64_t value;
    int r = expect(c, KK_VALUE_BOOL, &value);

    if (r < 0)
        return r;
    *ret = value != 0;
    return 0;
}

int kk_cursor_int(struct kk_cursor *c, int64_t *ret)
{
    return expect(c, KK_VALUE_INT, ret);
}

static int string(struct kk_cursor *c, enum kk_value_kind kind, struct kk_slice *ret)
{
    struct kk_cursor ahead = *c;
    int64_t len;
    int r = expect(&ahead, kind, &len);

    if (r == 0)
        r = kk_cursor_take(&ahead, (size_t)len, ret);
    if (r < 0)
        return r;
    *c = ahead;
    return 0;
}

int kk_cursor_bytes(struct kk_cursor *c, struct kk_slice *ret)
{
    return string(c, KK_VALUE_BYTES, ret);
}

int kk_cursor_text(struct kk_cursor *c, struct kk_slice *ret)
{
    return string(c, KK_VALUE_TEXT, ret);
}

static int container(struct kk_cursor *c, enum kk_value_kind kind, size_t *ret)
{
    int64_t count;
    int r = expect(c, kind, &count);

    if (r < 0)
        return r;
    *ret = (size_t)count;
    return 0;
}

int kk_cursor_array(struct kk_cursor *c, size_t *ret_count)
{
    return container(c, KK_VALUE_ARRAY, ret_count);
}

int kk_cursor_map(struct kk_cursor *c, size_t *ret_pairs)
{
    return container(c, KK_VALUE_MAP, ret_pairs);
}

/* One head and, of a string, its bytes. *ret_items: how many values it announces. */
static int skip_one(struct kk_cursor *c, uint64_t *ret_items)
{
    struct kk_slice body;
    struct kk_head h;
    int r;

    if (kk_head_read(rest_of(c), &h) != KK_FORM_OK)
        return KK_E_SHAPE;
    c->at += h.size;
    *ret_items = 0;
    if (h.kind == KK_VALUE_ARRAY)
        *ret_items = (uint64_t)h.value;
    if (h.kind == KK_VALUE_MAP)
        *ret_items = 2 * (uint64_t)h.value;
    if (h.kind != KK_VALUE_BYTES && h.kind != KK_VALUE_TEXT)
        return 0;
    r = kk_cursor_take(c, (size_t)h.value, &body);
    return r;
}

int kk_cursor_skip(struct kk_cursor *c, struct kk_slice *ret)
{
    struct kk_cursor ahead = *c;
    uint64_t pending = 1, items;

    while (pending > 0) {
        int r = skip_one(&ahead, &items);

        if (r < 0)
            return r;
        pending = pending - 1 + items;
        if (pending > (uint64_t)(ahead.end - ahead.at))
            return KK_E_SHAPE;
    }
    if (ret)
        *ret = kk_slice(c->at, (size_t)(ahead.at - c->at));
    *c = ahead;
    return 0;
}
