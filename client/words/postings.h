/*
 * Which of KK_SLOTS records hold something, packed: the shorter of distances between slots as
 * variable-length numbers, and a bitmap. One set has one coding. [SR-2]
 */
#ifndef WORDS_POSTINGS_H
#define WORDS_POSTINGS_H

#include "kukyoku/base/bytes.h"

#define KK_SLOTS 4096

struct kk_slots {
    uint64_t bits[KK_SLOTS / 64];
};
static inline void kk_slots_add(struct kk_slots *s, unsigned slot)
{
    s->bits[slot / 64] |= UINT64_C(1) << slot % 64;
}
static inline void kk_slots_drop(struct kk_slots *s, unsigned slot)
{
    s->bits[slot / 64] &= ~(UINT64_C(1) << slot % 64);
}
static inline bool kk_slots_has(const struct kk_slots *s, unsigned slot)
{
    return s->bits[slot / 64] >> slot % 64 & 1;
}
/* The first that is held from this one on; KK_SLOTS where there is none. */
unsigned kk_slots_next(const struct kk_slots *s, unsigned from);
bool kk_slots_empty(const struct kk_slots *s);
void kk_slots_keep(struct kk_slots *s, const struct kk_slots *others); /* those in both */
void kk_slots_join(struct kk_slots *s, const struct kk_slots *others); /* those in either */

/* Appends; nothing for an empty set. KK_E_MEMORY. */
KK_MUST_USE int kk_postings_write(const struct kk_slots *s, struct kk_bytes *out);
/* The same of slots that ascend. */
KK_MUST_USE int kk_postings_write_list(const uint16_t *slots, size_t count, struct kk_bytes *out);
/* KK_E_FORM for anything that kk_postings_write does not write. */
KK_MUST_USE int kk_postings_read(struct kk_slice bytes, struct kk_slots *ret);

#endif
