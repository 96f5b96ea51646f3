/*
 * The form gate: one pass with an explicit stack. Every container's count is held against the bytes
 * that are left, and so is the sum of everything still promised, before anything is entered: nested
 * counts cannot multiply. [EN-1] … [EN-9]
 */
#include "kukyoku/wire/form.h"

#include "kukyoku/base/text.h"
#include "kukyoku/limits.h"

#include "head.h"

struct level {
    bool map;
    size_t left;  /* values still to come; in a map keys and values alternate, keys first */
    int64_t last; /* the key before this one */
};

struct walk {
    struct kk_slice rest;
    size_t pending; /* sum of `left` over all levels */
    size_t depth;
    struct level stack[KK_FORM_DEPTH_MAX];
};

static void advance(struct walk *w, size_t n)
{
    w->rest.data += n;
    w->rest.len -= n;
}

/* The head that comes now stands where a key must: is it one, and above the key before it? */
static enum kk_form check_key(struct level *top, const struct kk_head *h)
{
    if (!top->map || top->left % 2 != 0)
        return KK_FORM_OK;
    if (h->kind != KK_VALUE_INT || h->value <= top->last)
        return KK_FORM_KEY;
    top->last = h->value;
    return KK_FORM_OK;
}

static enum kk_form open_container(struct walk *w, const struct kk_head *h)
{
    size_t items = (size_t)h->value;

    if (w->depth == KK_FORM_DEPTH_MAX)
        return KK_FORM_DEPTH;
    advance(w, h->size);
    if (items > w->rest.len)
        return KK_FORM_COUNT;
    if (h->kind == KK_VALUE_MAP)
        items *= 2;
    if (items > w->rest.len || w->pending > w->rest.len - items)
        return KK_FORM_COUNT;
    w->stack[w->depth++] =
        (struct level){ .map = h->kind == KK_VALUE_MAP, .left = items, .last = -1 };
    w->pending += items;
    return KK_FORM_OK;
}

static enum kk_form pass_string(struct walk *w, const struct kk_head *h)
{
    struct kk_slice string;

    if ((uint64_t)h->value > w->rest.len - h->size)
        return KK_FORM_SHORT;
    string = kk_slice(w->rest.data + h->size, (size_t)h->value);
    if (h->kind == KK_VALUE_TEXT && !kk_utf8_valid(string))
        return KK_FORM_UTF8;
    advance(w, h->size + string.len);
    return KK_FORM_OK;
}

static enum kk_form pass_value(struct walk *w)
{
    struct kk_head h;
    enum kk_form form = kk_head_read(w->rest, &h);

    if (form != KK_FORM_OK)
        return form;
    if (w->depth > 0) {
        struct level *top = &w->stack[w->depth - 1];

        form = check_key(top, &h);
        if (form != KK_FORM_OK)
            return form;
        top->left--;
        w->pending--;
    }
    if (h.kind == KK_VALUE_ARRAY || h.kind == KK_VALUE_MAP)
        return open_container(w, &h);
    if (h.kind == KK_VALUE_BYTES || h.kind == KK_VALUE_TEXT)
        return pass_string(w, &h);
    advance(w, h.size);
    return KK_FORM_OK;
}

enum kk_form kk_form_check(struct kk_slice bytes, size_t *ret_at)
{
    struct walk w = { .rest = bytes };
    size_t at = 0;
    enum kk_form form;

    do {
        at = bytes.len - w.rest.len;
        form = pass_value(&w);
        while (w.depth > 0 && w.stack[w.depth - 1].left == 0)
            w.depth--;
    } while (form == KK_FORM_OK && w.depth > 0);
    if (form == KK_FORM_OK && w.rest.len > 0) {
        form = KK_FORM_TRAILING;
        at = bytes.len - w.rest.len;
    }
    if (form != KK_FORM_OK && ret_at)
        *ret_at = at;
    return form;
}

const char *kk_form_name(enum kk_form form)
{
    static const char *const names[] = {
        [KK_FORM_OK] = "well formed",
        [KK_FORM_SHORT] = "cut short",
        [KK_FORM_TRAILING] = "bytes after the value",
        [KK_FORM_NONCANON] = "not the shortest form",
        [KK_FORM_FORBIDDEN] = "forbidden type",
        [KK_FORM_DEPTH] = "nested too deep",
        [KK_FORM_COUNT] = "more items claimed than bytes left",
        [KK_FORM_KEY] = "map keys not ascending",
        [KK_FORM_UTF8] = "text is not strict UTF-8",
    };

    kk_assert((size_t)form < KK_COUNT(names));
    return names[form];
}
