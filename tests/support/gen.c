/* Random values by table. Numbers prefer the ends of their range, where mistakes are. */
#include "gen.h"

#define ARENA_MAX (64u << 20)

void gen_init(struct gen *g, uint64_t seed)
{
    *g = (struct gen){ .list_max = 2, .text_max = 40 };
    unit_entropy_init(&g->entropy, seed);
    kk_arena_init(&g->arena, ARENA_MAX);
}

void gen_fini(struct gen *g)
{
    kk_arena_fini(&g->arena);
}

static uint64_t below(struct gen *g, uint64_t n)
{
    return n == 0 ? 0 : unit_random(&g->entropy) % n;
}

static void *make(struct gen *g, size_t count, size_t size)
{
    void *p = kk_arena_array(&g->arena, count, size);

    kk_assert(p != NULL);
    return p;
}

static int64_t number(struct gen *g, const struct kk_field *field)
{
    uint64_t span = (uint64_t)field->hi - (uint64_t)field->lo;
    int64_t lo = field->lo;

    if (field->rule == KK_RULE_OPT && lo == 0) {
        lo = 1;
        span--;
    }
    switch (below(g, 4)) {
    case 0:
        return lo;
    case 1:
        return field->hi;
    case 2: /* small numbers take other forms than large ones */
        return (int64_t)((uint64_t)lo + below(g, span < 300 ? span + 1 : 300));
    default:
        return (int64_t)((uint64_t)lo +
                         (span == UINT64_MAX ? unit_random(&g->entropy) : below(g, span + 1)));
    }
}

static size_t size_between(struct gen *g, const struct kk_field *field, size_t above)
{
    size_t lo = (size_t)field->lo, hi = (size_t)field->hi;

    if (field->rule == KK_RULE_OPT && lo == 0)
        lo = 1;
    if (hi > lo + above)
        hi = lo + above;
    return lo + (size_t)below(g, hi - lo + 1);
}

/* Characters of one to four bytes, filled up with letters to the exact length. */
static void text(struct gen *g, uint8_t *at, size_t len)
{
    static const char *const pieces[] = { "a", "~", "é", "区", "局", "𠮷", "\x7f", "\x01" };

    while (len > 0) {
        const char *piece = pieces[below(g, KK_COUNT(pieces))];
        size_t n = strlen(piece);

        if (n > len) {
            piece = "z";
            n = 1;
        }
        memcpy(at, piece, n);
        at += n;
        len -= n;
    }
}

static struct kk_slice string(struct gen *g, const struct kk_field *field)
{
    size_t len = size_between(g, field, g->text_max);
    uint8_t *at = make(g, len, 1);

    if (field->kind == KK_FIELD_TEXT)
        text(g, at, len);
    else
        kk_entropy_fill(&g->entropy.entropy, at, len);
    return kk_slice(at, len);
}

static struct kk_list list(struct gen *g, const struct kk_field *field)
{
    size_t count = size_between(g, field, g->list_max);
    uint8_t *items = make(g, count, field->sub->size);

    for (size_t i = 0; i < count; i++)
        gen_value(g, field->sub, items + i * field->sub->size);
    return (struct kk_list){ .items = count ? items : NULL, .count = count };
}

static void gen_member(struct gen *g, const struct kk_field *field, void *member)
{
    switch (field->kind) {
    case KK_FIELD_UINT:
    case KK_FIELD_INT:
        *(int64_t *)member = number(g, field);
        break;
    case KK_FIELD_BOOL:
        *(bool *)member = field->rule == KK_RULE_OPT || below(g, 2);
        break;
    case KK_FIELD_TEXT:
    case KK_FIELD_BYTES:
        *(struct kk_slice *)member = string(g, field);
        break;
    case KK_FIELD_ID:
        kk_entropy_fill(&g->entropy.entropy, member, field->size);
        break;
    case KK_FIELD_OBJ:
        gen_value(g, field->sub, member);
        break;
    case KK_FIELD_LIST:
        *(struct kk_list *)member = list(g, field);
        break;
    }
}

void gen_value(struct gen *g, const struct kk_shape *shape, void *value)
{
    memset(value, 0, shape->size);
    for (size_t i = 0; i < shape->count; i++) {
        const struct kk_field *field = &shape->fields[i];

        if (field->rule == KK_RULE_MUST || g->full || below(g, 2))
            gen_member(g, field, (uint8_t *)value + field->offset);
    }
}

static bool lists_equal(const struct kk_shape *sub, const struct kk_list *a,
                        const struct kk_list *b)
{
    const uint8_t *x = a->items, *y = b->items;
    bool equal = a->count == b->count;

    for (size_t i = 0; equal && i < a->count; i++)
        equal = gen_equal(sub, x + i * sub->size, y + i * sub->size);
    return equal;
}

static bool members_equal(const struct kk_field *field, const void *a, const void *b)
{
    switch (field->kind) {
    case KK_FIELD_UINT:
    case KK_FIELD_INT:
        return *(const int64_t *)a == *(const int64_t *)b;
    case KK_FIELD_BOOL:
        return *(const bool *)a == *(const bool *)b;
    case KK_FIELD_TEXT:
    case KK_FIELD_BYTES:
        return kk_slice_equal(*(const struct kk_slice *)a, *(const struct kk_slice *)b);
    case KK_FIELD_ID:
        return memcmp(a, b, field->size) == 0;
    case KK_FIELD_OBJ:
        return gen_equal(field->sub, a, b);
    case KK_FIELD_LIST:
        return lists_equal(field->sub, a, b);
    }
    return false;
}

bool gen_equal(const struct kk_shape *shape, const void *a, const void *b)
{
    bool equal = true;

    for (size_t i = 0; equal && i < shape->count; i++) {
        const struct kk_field *field = &shape->fields[i];

        equal = members_equal(field, (const uint8_t *)a + field->offset,
                              (const uint8_t *)b + field->offset);
    }
    return equal;
}
