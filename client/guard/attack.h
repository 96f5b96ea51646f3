/*
 * The attacker: for every view that a reader can have, what can be learnt of each concealed cell
 * from all that was ever published in it. A view is pub; pub and int; or these and r:W of one ward.
 * Unknowns that no relation connects are judged apart. [DC-4] [DC-5]
 *
 * A cell that a threshold conceals passes when its least possible value is at most 1 and its
 * greatest at least k - 1; one that is concealed for others' sake when its width is at least k.
 */
#ifndef GUARD_ATTACK_H
#define GUARD_ATTACK_H

#include "guard/relations.h"

#define KK_VIEWS (2 + KK_EYES_WARDS)
struct kk_view {
    uint32_t eyes, ward; /* all bits of it; that of its r:W, 0 without */
    char name[16];       /* its most restricted scope */
};
/* false past the last. */
bool kk_view_at(size_t at, struct kk_view *ret);

enum kk_concealment {
    KK_CONCEALED_NOT,   /* nothing to protect */
    KK_CONCEALED_RULE,  /* by a threshold */
    KK_CONCEALED_COVER, /* for others' sake, or because somebody asked */
    KK_CONCEALED_OUT,   /* x, but its number stands in the same or a more open scope, or did */
    KK_CONCEALED_BARE   /* its number is shown, and a threshold forbids it */
};
struct kk_guarded {
    uint32_t fact;
    uint8_t view, concealment;
    bool broken;
    unsigned k;
    double least, most;               /* in units; reached values, exact where broken */
    uint32_t proof, proof_count;      /* relations that give it away: indexes into proofs */
};
/* A relation that can't be kept to in a view, whatever the concealed cells are. */
struct kk_given_way {
    uint32_t relation;
    uint8_t view;
    double by;
};
struct kk_attack {
    const struct kk_facts *facts; /* borrowed, as the next two */
    const struct kk_relations *relations;
    const struct kk_rules *rules;
    struct kk_guarded *items;
    uint32_t *proofs;
    struct kk_given_way *given_way;
    size_t count, cap, proof_count, proof_cap, given_count, given_cap;
    size_t broken, programs, components; /* programs: linear ones that were solved */
    uint64_t *people;                    /* residents by code of area */
    struct kk_guard_indicator *said;     /* of the rules, by code of indicator */
};
/* KK_E_MEMORY, KK_E_SOLVER. */
KK_MUST_USE int kk_attack_run(struct kk_attack *a, const struct kk_facts *f,
                              const struct kk_relations *relations,
                              const struct kk_rules *rules);
void kk_attack_fini(struct kk_attack *a);
KK_DEFINE_FINI(kk_attack)
/* What the rules want of a fact whose number a view does not know. *ret_k: its threshold. */
enum kk_concealment kk_attack_wanted(const struct kk_attack *a, uint32_t fact,
                                     const struct kk_view *view, unsigned *ret_k);
/* The threshold that forbids a number in a tier; 0: none does. */
unsigned kk_attack_threshold(const struct kk_attack *a, uint32_t fact, enum kk_guard_tier tier);
/* Residents of the areas, as the rules say where they stand, and what they say of indicators. */
KK_MUST_USE int kk_attack_people(struct kk_attack *a, const struct kk_facts *f,
                                 const struct kk_rules *rules);

/* --- for component.c: one set of unknowns that hang together --- */
struct kk_component {
    const uint32_t *columns, *rows; /* facts and relations */
    size_t column_count, row_count;
    const uint8_t *wanted;    /* enum kk_concealment by fact */
    const uint16_t *k;        /* by fact */
    const uint32_t *column_of; /* by fact: its place among the columns, where it is one of them */
    const uint32_t *root;     /* by fact: of its component; KK_NO_FACT: known */
    size_t view;
};
KK_MUST_USE int kk_component_judge(struct kk_attack *a, const struct kk_component *c);
KK_MUST_USE int kk_attack_put(struct kk_attack *a, const struct kk_guarded *item);

#endif
