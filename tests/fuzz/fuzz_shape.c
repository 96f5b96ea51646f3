/*
 * Every shape: the first byte picks one, the rest is read as it. What is read must be written again
 * to the same bytes (or to fewer, where extension keys were passed over), and read to the same.
 */
#include "fuzz.h"

#include "kukyoku/error.h"
#include "kukyoku/wire/shapes.h"

#define ARENA_MAX (4u << 20)

static const struct kk_shape *pick(unsigned n)
{
    size_t groups, total = 0;
    const struct kk_shape_group *dir = kk_shape_directory(&groups);

    for (size_t i = 0; i < groups; i++)
        total += dir[i].count;
    n %= (unsigned)total;
    for (size_t i = 0; i < groups; i++) {
        if (n < dir[i].count)
            return dir[i].shapes[n];
        n -= (unsigned)dir[i].count;
    }
    return dir[0].shapes[0];
}

static void write_again(const struct kk_shape *shape, const void *value, struct kk_slice bytes,
                        struct kk_arena *arena)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes once = { 0 }, twice = { 0 };
    void *back = kk_arena_alloc(arena, shape->size);
    int r;

    kk_assert(kk_shape_encode_checked(shape, value, &once, NULL) == 0);
    kk_assert(once.len < bytes.len || kk_slice_equal(kk_bytes_slice(&once), bytes));
    r = back ? kk_shape_read(shape, kk_bytes_slice(&once), arena, back, NULL) : KK_E_MEMORY;
    if (r == KK_E_MEMORY) /* the first reading took most of the arena */
        return;
    kk_assert(r == 0);
    kk_assert(kk_shape_encode(shape, back, &twice) == 0);
    kk_assert(kk_slice_equal(kk_bytes_slice(&once), kk_bytes_slice(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena;
    struct kk_shape_fault fault = { 0 };
    const struct kk_shape *shape;
    struct kk_slice bytes;
    void *value;
    int r;

    kk_arena_init(&arena, ARENA_MAX);
    if (size == 0)
        return 0;
    shape = pick(data[0]);
    bytes = kk_slice(data + 1, size - 1);
    value = kk_arena_alloc(&arena, shape->size);
    kk_assert(value);
    r = kk_shape_read(shape, bytes, &arena, value, &fault);
    kk_assert(r == 0 || r == KK_E_MEMORY || fault.reason);
    if (r == 0)
        write_again(shape, value, bytes, &arena);
    return 0;
}
