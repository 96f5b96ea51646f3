/* Entropy that repeats, for tests; apart from unit.c so that programs with a main can use it. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t next(uint64_t *state)
{
    /* splitmix64: any seed will do, and it is six lines */
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static void fill(void *self, void *bytes, size_t len)
{
    struct unit_entropy *e = self;
    uint8_t *at = bytes;

    for (size_t i = 0; i < len; i++)
        at[i] = (uint8_t)next(&e->state);
}

void unit_entropy_init(struct unit_entropy *e, uint64_t seed)
{
    e->state = seed;
    e->entropy = (struct kk_entropy){ .fill = fill, .self = e };
}

uint64_t unit_random(struct unit_entropy *e)
{
    return next(&e->state);
}

uint64_t unit_seed(uint64_t otherwise)
{
    const char *text = getenv("KK_SEED");
    uint64_t seed = text ? strtoull(text, NULL, 0) : otherwise;

    fprintf(stderr, "# KK_SEED=%llu\n", (unsigned long long)seed);
    return seed;
}
