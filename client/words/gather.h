/*
 * The pairs of up to KK_SLOTS records on their way into lists: for each pair the slots that hold
 * it, as they come. Slots only grow, so that one that a text holds twice is told by the last.
 * [SR-2]
 */
#ifndef WORDS_GATHER_H
#define WORDS_GATHER_H

#include "words/postings.h"

struct kk_gathered {
    uint64_t pair;
    uint16_t *slots; /* ascending */
    uint16_t count, cap;
    uint16_t last; /* of the slots: most of what comes twice is told without them */
};
/* A zeroed one is empty and valid. */
struct kk_gather {
    struct kk_gathered *items;
    size_t count, cap;
    uint32_t *places; /* a pair's place is that of its hash, or the next free one; item + 1 */
    size_t place_count; /* a power of two, more than twice as many as items */
};
void kk_gather_fini(struct kk_gather *g);
KK_DEFINE_FINI(kk_gather)
/* KK_E_MEMORY. */
KK_MUST_USE int kk_gather_add(struct kk_gather *g, uint64_t pair, unsigned slot);
/* The same of every pair of a folded text. */
KK_MUST_USE int kk_gather_text(struct kk_gather *g, struct kk_slice folded, unsigned slot);
/* Puts the items in the order of their pairs; nothing is added then before kk_gather_clear. */
void kk_gather_order(struct kk_gather *g);
void kk_gather_clear(struct kk_gather *g);

#endif
