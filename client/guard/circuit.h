/*
 * What must be concealed beside a cell so that it can be another number: the numbers of other cells
 * have to move with it, along every relation. The cheapest such movement is a linear program; in
 * tables it goes round in a circuit, in the simplest one over four corners. [DC-7]
 */
#ifndef GUARD_CIRCUIT_H
#define GUARD_CIRCUIT_H

#include "guard/attack.h"

#define KK_CIRCUIT_FACTS 2000 /* around the cell; those farther away stay as they are */

struct kk_circuit_use {
    uint32_t relation;
    double factor;
};
struct kk_circuit {
    const struct kk_facts *facts; /* borrowed, as the next */
    const struct kk_relations *relations;
    struct kk_circuit_use *uses; /* by fact: from first[fact] to first[fact + 1] */
    uint32_t *first;
    uint32_t *row, *place; /* by relation, by fact: from 1 in the search being made; 0: not in it */
    uint32_t *near, *rows; /* facts and relations of the search */
    size_t near_count, row_count;
};
KK_MUST_USE int kk_circuit_init(struct kk_circuit *c, const struct kk_facts *f,
                                const struct kk_relations *relations);
void kk_circuit_fini(struct kk_circuit *c);
KK_DEFINE_FINI(kk_circuit)

struct kk_circuit_ask {
    uint32_t fact;
    const struct kk_view *view;
    double by; /* by how much it must move: up, or down where it is less than 0; in units */
    /* What it costs to conceal a number; 0: nobody knows it anyway; less: it can't be. */
    double (*cost)(void *user, uint32_t fact);
    void *user;
};
/* The numbers to conceal, at most KK_CIRCUIT_FACTS. 0: there is no way, or none is needed. */
KK_MUST_USE int kk_circuit_find(struct kk_circuit *c, const struct kk_circuit_ask *ask,
                                uint32_t *ret_facts, size_t *ret_count);

#endif
