/*
 * What to conceal so that nobody finds out what must not be known: first what thresholds forbid,
 * then cells for their sake, one at a time where the attacker gets through, until he finds nothing.
 * Cells that turn out not to be needed are given back. [DC-7]
 *
 * The choice is a heuristic: the finest area first, a part before its total, the smallest number
 * that hides enough. What was published before cannot be concealed any more; the attack that is
 * left says which cells that leaves open.
 */
#ifndef GUARD_COVER_H
#define GUARD_COVER_H

#include "guard/attack.h"

struct kk_covered {
    uint32_t fact;
    uint32_t eyes;    /* scopes in which it becomes x, as bits */
    int64_t value;
    unsigned k;       /* the threshold that asks for it; 0: for the sake of others */
    uint32_t round;   /* in which it was last changed, from 1 */
};
struct kk_cover {
    struct kk_covered *items;
    size_t count, cap;
    uint32_t *place; /* by fact: its item, from 1; 0: none */
    uint32_t rounds;
    struct kk_circuit *circuit; /* while it runs */
    uint32_t *way;              /* what a circuit found */
    size_t open;      /* cells that can be found out all the same: broken in the last attack */
};
struct kk_cover_ground {
    struct kk_facts *facts; /* the newest release is changed: numbers become x */
    struct kk_relations *relations;
    const struct kk_rules *rules;
    uint32_t may; /* scopes that the release makes anew: only there can a cell be concealed */
};
/* last: zeroed; the attack on what results. KK_E_MEMORY, KK_E_SOLVER. */
KK_MUST_USE int kk_cover_run(struct kk_cover *c, const struct kk_cover_ground *ground,
                             struct kk_attack *last);
void kk_cover_fini(struct kk_cover *c);
KK_DEFINE_FINI(kk_cover)
/* Is this row of a scope to be written as x? */
bool kk_cover_conceals(const struct kk_cover *c, const struct kk_facts *f, uint32_t eyes,
                       const struct kk_obs *row);

#endif
