/* Pairs gathered by a table of places (gather.h). [SR-2] */
#include "words/gather.h"

#include "words/fold.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

#include <stdlib.h>
#include <string.h>

#define PLACES_FIRST 4096
#define SLOTS_FIRST  8

void kk_gather_clear(struct kk_gather *g)
{
    for (size_t i = 0; i < g->count; i++)
        kk_free(g->items[i].slots);
    if (g->count)
        memset(g->places, 0, g->place_count * sizeof(*g->places));
    g->count = 0;
}

void kk_gather_fini(struct kk_gather *g)
{
    kk_gather_clear(g);
    kk_free(g->items);
    kk_free(g->places);
    *g = (struct kk_gather){ 0 };
}

/* Where the pair stands, or would. */
static inline size_t place_of(const struct kk_gather *g, uint64_t pair)
{
    size_t at = (size_t)(pair * UINT64_C(0x9e3779b97f4a7c15) >> 32);

    for (at &= g->place_count - 1; g->places[at]; at = (at + 1) & (g->place_count - 1)) {
        if (g->items[g->places[at] - 1].pair == pair)
            break;
    }
    return at;
}

static int grow(struct kk_gather *g)
{
    size_t count = g->place_count ? 2 * g->place_count : PLACES_FIRST, cap = count / 2;
    struct kk_gathered *items = kk_realloc(g->items, cap * sizeof(*items));
    uint32_t *places;

    if (!items)
        return KK_E_MEMORY;
    g->items = items;
    places = kk_alloc_array(count, sizeof(*places));
    if (!places)
        return KK_E_MEMORY;
    kk_free(g->places);
    g->places = places;
    g->place_count = count;
    g->cap = cap;
    for (size_t i = 0; i < g->count; i++)
        g->places[place_of(g, g->items[i].pair)] = (uint32_t)i + 1;
    return 0;
}

static int add_slot(struct kk_gathered *item, unsigned slot)
{
    if (item->count == item->cap) {
        size_t cap = item->cap ? (size_t)2 * item->cap : SLOTS_FIRST;
        uint16_t *slots = kk_realloc(item->slots, cap * sizeof(*slots));

        if (!slots)
            return KK_E_MEMORY;
        item->slots = slots;
        item->cap = (uint16_t)cap;
    }
    item->last = (uint16_t)slot;
    item->slots[item->count++] = item->last;
    return 0;
}

static int add_new(struct kk_gather *g, uint64_t pair, unsigned slot)
{
    if (g->count == g->cap && grow(g) < 0)
        return KK_E_MEMORY;
    g->places[place_of(g, pair)] = (uint32_t)g->count + 1;
    g->items[g->count++] = (struct kk_gathered){ .pair = pair };
    return add_slot(&g->items[g->count - 1], slot);
}

static inline int add(struct kk_gather *g, uint64_t pair, unsigned slot)
{
    uint32_t place = g->place_count ? g->places[place_of(g, pair)] : 0;

    if (!place)
        return add_new(g, pair, slot);
    return g->items[place - 1].last == slot ? 0 : add_slot(&g->items[place - 1], slot);
}

int kk_gather_add(struct kk_gather *g, uint64_t pair, unsigned slot)
{
    return add(g, pair, slot);
}

struct adding {
    struct kk_gather *to;
    unsigned slot;
};

static inline int add_pair(void *user, uint64_t pair)
{
    const struct adding *a = user;

    return add(a->to, pair, a->slot);
}

int kk_gather_text(struct kk_gather *g, struct kk_slice folded, unsigned slot)
{
    struct adding a = { g, slot };

    return kk_fold_pairs(folded, add_pair, &a);
}

static int by_pair(const void *a, const void *b)
{
    uint64_t x = ((const struct kk_gathered *)a)->pair, y = ((const struct kk_gathered *)b)->pair;

    return (x > y) - (x < y);
}

void kk_gather_order(struct kk_gather *g)
{
    if (g->count)
        qsort(g->items, g->count, sizeof(*g->items), by_pair);
}
