/*
 * Random values of any shape, and a second writer of shapes that can break one rule at a time. Both
 * walk the tables alone, so that every shape anyone adds is tested without a line of test code.
 */
#ifndef TESTS_GEN_H
#define TESTS_GEN_H

#include "unit.h"

#include "kukyoku/base/arena.h"
#include "kukyoku/base/bytes.h"
#include "kukyoku/wire/shape.h"

struct gen {
    struct unit_entropy entropy;
    struct kk_arena arena;
    bool full;       /* every OPT field present; else about half of them */
    size_t list_max; /* items a list gets above its least number */
    size_t text_max; /* bytes a text or byte string gets above its least length */
};

void gen_init(struct gen *g, uint64_t seed);
void gen_fini(struct gen *g);
/* Fills *value (of shape->size bytes); what it points at stands in g->arena. */
void gen_value(struct gen *g, const struct kk_shape *shape, void *value);
/* Are both the same, member by member? */
bool gen_equal(const struct kk_shape *shape, const void *a, const void *b);

enum gen_break {
    GEN_BREAK_NONE,
    GEN_BREAK_ABSENT, /* MUST left out, or nil in a TUPLE */
    GEN_BREAK_EMPTY,  /* OPT present and empty */
    GEN_BREAK_LOW,    /* below the bound */
    GEN_BREAK_HIGH,   /* above the bound */
    GEN_BREAK_TYPE,   /* a value of another type */
    GEN_BREAK_KINDS
};

/* Can this field be broken that way? */
bool gen_breakable(const struct kk_shape *shape, const struct kk_field *field, enum gen_break how);
/* Appends the value with this field of the outermost shape broken; no check is made. */
void gen_write(const struct kk_shape *shape, const void *value, const struct kk_field *field,
               enum gen_break how, struct kk_bytes *out);

#endif
