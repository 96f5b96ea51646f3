/*
 * struct kk_arena: memory that is freed all at once, with a hard maximum. Decoders build lists in
 * it, so that what one message may cost has a bound and nobody frees single pieces.
 */
#ifndef KUKYOKU_BASE_ARENA_H
#define KUKYOKU_BASE_ARENA_H

#include "kukyoku/attr.h"
#include "kukyoku/slice.h"

struct kk_arena_chunk;
struct kk_arena {
    struct kk_arena_chunk *chunks;
    size_t used, max; /* bytes handed out; the bound */
};

void kk_arena_init(struct kk_arena *a, size_t max);
void kk_arena_fini(struct kk_arena *a);
KK_DEFINE_FINI(kk_arena)
/* Keeps the newest chunk for reuse. */
void kk_arena_reset(struct kk_arena *a);
/* Zeroed, aligned for any type; NULL past the bound or when memory is short. */
KK_MUST_USE void *kk_arena_alloc(struct kk_arena *a, size_t size);
KK_MUST_USE void *kk_arena_array(struct kk_arena *a, size_t count, size_t size);
/* A copy with a final NUL that len does not count. data == NULL when memory is short. */
KK_MUST_USE struct kk_slice kk_arena_dup(struct kk_arena *a, struct kk_slice s);

#endif
