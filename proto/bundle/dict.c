/* Texts by number and back: an open hash table over an array that only grows. */
#include "kukyoku/bundle/dict.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

#include <stdlib.h>

#define FIRST_SLOTS 64

void kk_dict_init(struct kk_dict *d)
{
    *d = (struct kk_dict){ 0 };
    kk_arena_init(&d->texts, KK_DICT_BYTES);
}

void kk_dict_fini(struct kk_dict *d)
{
    kk_free(d->items);
    kk_free(d->slots);
    kk_free(d->rank);
    kk_arena_fini(&d->texts);
    *d = (struct kk_dict){ 0 };
}

static uint32_t mix(struct kk_slice text)
{
    uint32_t h = 2166136261u; /* FNV-1a: the texts are short, and their owner is signed for */

    for (size_t i = 0; i < text.len; i++)
        h = (h ^ text.data[i]) * 16777619u;
    return h ^ h >> 15;
}

/* The slot that holds the text, or the empty one where it belongs. */
static size_t slot_of(const struct kk_dict *d, struct kk_slice text)
{
    size_t mask = d->slot_count - 1;
    size_t at = mix(text) & mask;

    while (d->slots[at] != 0 && !kk_slice_equal(d->items[d->slots[at] - 1], text))
        at = (at + 1) & mask;
    return at;
}

int kk_dict_find(const struct kk_dict *d, struct kk_slice text)
{
    size_t at;

    if (d->slot_count == 0)
        return -1;
    at = slot_of(d, text);
    return (int)d->slots[at] - 1;
}

static int grow_slots(struct kk_dict *d)
{
    size_t count = d->slot_count ? d->slot_count * 2 : FIRST_SLOTS;
    uint32_t *old = d->slots;
    uint32_t *slots = kk_alloc_array(count, sizeof(*slots));

    if (!slots)
        return KK_E_MEMORY;
    d->slots = slots;
    d->slot_count = count;
    for (size_t i = 0; i < d->count; i++)
        slots[slot_of(d, d->items[i])] = (uint32_t)i + 1;
    kk_free(old);
    return 0;
}

static int grow_items(struct kk_dict *d)
{
    size_t cap = d->cap ? d->cap * 2 : FIRST_SLOTS;
    struct kk_slice *items = kk_realloc(d->items, cap * sizeof(*items));

    if (!items)
        return KK_E_MEMORY;
    d->items = items;
    d->cap = cap;
    return 0;
}

int kk_dict_add(struct kk_dict *d, struct kk_slice text, uint16_t *ret_code)
{
    int code = kk_dict_find(d, text);
    struct kk_slice copy;

    if (code >= 0) {
        *ret_code = (uint16_t)code;
        return 0;
    }
    if (d->count >= KK_DICT_MAX)
        return KK_E_ROW_LIMIT;
    if (d->count == d->cap && grow_items(d) < 0)
        return KK_E_MEMORY;
    if (d->count * 2 >= d->slot_count && grow_slots(d) < 0)
        return KK_E_MEMORY;
    copy = kk_arena_dup(&d->texts, text);
    if (!copy.data)
        return KK_E_MEMORY;
    d->items[d->count] = copy;
    d->slots[slot_of(d, copy)] = (uint32_t)d->count + 1;
    *ret_code = (uint16_t)d->count++;
    return 0;
}

int kk_dict_add_near(struct kk_dict *d, struct kk_slice text, uint16_t last, uint16_t *ret_code)
{
    if (last >= d->count || !kk_slice_equal(d->items[last], text))
        return kk_dict_add(d, text, ret_code);
    *ret_code = last;
    return 0;
}

struct ranked {
    struct kk_slice text;
    uint16_t code;
};

static int by_text(const void *a, const void *b)
{
    return kk_slice_compare(((const struct ranked *)a)->text, ((const struct ranked *)b)->text);
}

int kk_dict_sort(struct kk_dict *d)
{
    struct ranked *all;
    uint16_t *rank;

    if (d->sorted == d->count && d->rank)
        return 0;
    all = kk_alloc_array(d->count, sizeof(*all));
    rank = kk_realloc(d->rank, (d->count + 1) * sizeof(*rank));
    if (rank)
        d->rank = rank;
    if (!all || !rank) {
        kk_free(all);
        return KK_E_MEMORY;
    }
    for (size_t i = 0; i < d->count; i++)
        all[i] = (struct ranked){ .text = d->items[i], .code = (uint16_t)i };
    if (d->count)
        qsort(all, d->count, sizeof(*all), by_text);
    for (size_t i = 0; i < d->count; i++)
        rank[all[i].code] = (uint16_t)i;
    d->sorted = d->count;
    kk_free(all);
    return 0;
}
