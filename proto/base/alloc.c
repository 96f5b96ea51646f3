/* The allocator everything uses, with the counter that makes the n-th allocation of a test fail. */
#include "kukyoku/base/alloc.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Allocations left until they fail; 0: never. The only mutable state here, set by tests alone. */
static atomic_ulong fail_in;

static int fails_now(void)
{
    unsigned long left = atomic_load_explicit(&fail_in, memory_order_relaxed);

    if (left == 0)
        return 0;
    if (left == 1)
        return 1;
    atomic_store_explicit(&fail_in, left - 1, memory_order_relaxed);
    return 0;
}

void kk_alloc_fail_at(unsigned long n)
{
    atomic_store(&fail_in, n);
}

void *kk_alloc(size_t size)
{
    return fails_now() ? NULL : calloc(1, size ? size : 1);
}

void *kk_alloc_array(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return kk_alloc(count * size);
}

void *kk_realloc(void *old, size_t size)
{
    return fails_now() ? NULL : realloc(old, size ? size : 1);
}

char *kk_text_dup(const char *text, size_t len)
{
    char *copy = len < SIZE_MAX ? kk_alloc(len + 1) : NULL;

    if (copy && len)
        memcpy(copy, text, len);
    return copy;
}

void kk_free(void *p)
{
    free(p);
}

void kk_assert_failed(const char *what, const char *file, int line)
{
    fprintf(stderr, "kukyoku: bug at %s:%d: %s\n", file, line, what);
    abort();
}
