/* Chunks of growing size, newest first; what is handed out never moves. */
#include "kukyoku/base/arena.h"

#include "kukyoku/base/alloc.h"

#define FIRST_CHUNK 4096
#define LARGE_CHUNK (256 * 1024)

struct kk_arena_chunk {
    struct kk_arena_chunk *older;
    size_t used, cap;
    size_t touched; /* what was ever handed out: behind it all is zero still */
    _Alignas(max_align_t) uint8_t bytes[];
};

void kk_arena_init(struct kk_arena *a, size_t max)
{
    *a = (struct kk_arena){ .max = max };
}

static void free_from(struct kk_arena_chunk *c)
{
    while (c) {
        struct kk_arena_chunk *older = c->older;

        kk_free(c);
        c = older;
    }
}

void kk_arena_fini(struct kk_arena *a)
{
    free_from(a->chunks);
    a->chunks = NULL;
    a->used = 0;
}

void kk_arena_reset(struct kk_arena *a)
{
    a->used = 0;
    if (!a->chunks)
        return;
    free_from(a->chunks->older);
    a->chunks->older = NULL;
    a->chunks->used = 0;
}

static struct kk_arena_chunk *add_chunk(struct kk_arena *a, size_t size)
{
    size_t cap = a->chunks ? a->chunks->cap * 2 : FIRST_CHUNK;
    struct kk_arena_chunk *c;

    if (cap > LARGE_CHUNK)
        cap = LARGE_CHUNK;
    if (cap < size)
        cap = size;
    c = kk_alloc(sizeof(*c) + cap);
    if (!c)
        return NULL;
    c->cap = cap;
    c->older = a->chunks;
    a->chunks = c;
    return c;
}

void *kk_arena_alloc(struct kk_arena *a, size_t size)
{
    size_t unit = _Alignof(max_align_t);
    size_t need = size < SIZE_MAX - unit ? (size + unit - 1) / unit * unit : SIZE_MAX;
    struct kk_arena_chunk *c = a->chunks;
    size_t again;
    uint8_t *p;

    if (need > a->max - a->used)
        return NULL;
    if (!c || need > c->cap - c->used) {
        c = add_chunk(a, need);
        if (!c)
            return NULL;
    }
    p = c->bytes + c->used;
    again = c->touched - c->used;
    memset(p, 0, again < need ? again : need);
    c->used += need;
    if (c->used > c->touched)
        c->touched = c->used;
    a->used += need;
    return p;
}

void *kk_arena_array(struct kk_arena *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return kk_arena_alloc(a, count * size);
}

struct kk_slice kk_arena_dup(struct kk_arena *a, struct kk_slice s)
{
    uint8_t *copy = s.len < SIZE_MAX ? kk_arena_alloc(a, s.len + 1) : NULL;

    if (!copy)
        return kk_slice(NULL, 0);
    if (s.len)
        memcpy(copy, s.data, s.len);
    return kk_slice(copy, s.len);
}
