/*
 * Releases for tests of disclosure control, a line a figure:
 *     "INDICATOR AREA PERIOD [BREAKDOWN] = NUMBER [UNIT]"   x: concealed; the unit is 人 without one
 */
#ifndef TESTS_GUARDING_H
#define TESTS_GUARDING_H

#include "guard/cover.h"
#include "unit.h"

struct guarding_row {
    const char *scope; /* "desk": the working figures */
    const char *text;
};
struct guarding {
    struct kk_rules rules;
    struct kk_facts facts;
    struct kk_relations relations;
    struct kk_attack attack;
};
void guarding_init(struct guarding *g, const char *settings);
void guarding_fini(struct guarding *g);
/* The next release; all of it. */
void guarding_release(struct guarding *g, const struct guarding_row *rows, size_t count);
void guarding_attack(struct guarding *g);
/* What was found out about a cell in a view; NULL: it is not guarded there. */
const struct kk_guarded *guarding_find(const struct guarding *g, const char *view,
                                       const char *cell);

#endif
