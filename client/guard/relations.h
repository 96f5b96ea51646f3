/*
 * What adds up to what: lowest <= sum of factor x fact <= highest. Made table by table (an
 * indicator in a period) from the release that was just read: areas inside areas, parts of a
 * breakdown, ranges of ages, and what the rules declare. A relation of an earlier release stays.
 * Where the printed figures do not keep to one, it is loosened by the difference, and says so.
 * [DC-3]
 */
#ifndef GUARD_RELATIONS_H
#define GUARD_RELATIONS_H

#include "guard/facts.h"
#include "guard/rules.h"

enum kk_relation_kind {
    KK_RELATION_AREAS,
    KK_RELATION_PARTS,
    KK_RELATION_DECLARED,
    KK_RELATION_RATE
};
struct kk_summand {
    uint32_t fact;
    double factor;
};
struct kk_relation {
    uint32_t first, count; /* terms; the first is the whole */
    uint32_t given;        /* holds for who sees this fact; KK_NO_FACT: for all */
    uint32_t release;
    enum kk_relation_kind kind;
    double lowest, highest; /* in units; an infinity where there is no bound */
    double printed;         /* by how much the printed figures miss it */
};
struct kk_relations {
    struct kk_relation *items;
    struct kk_summand *terms;
    uint32_t *slots;
    size_t count, cap, term_count, term_cap, slot_count;
};
void kk_relations_fini(struct kk_relations *r);
KK_DEFINE_FINI(kk_relations)
/* Those of the release that f has just read to its end. KK_E_MEMORY, KK_E_ROW_LIMIT. */
KK_MUST_USE int kk_relations_read(struct kk_relations *r, struct kk_facts *f,
                                  const struct kk_rules *rules);
/* Measures every relation against the numbers that the desk knows by now. */
void kk_relations_loosen(struct kk_relations *r, const struct kk_facts *f);
/* "households 14130 2020-10-01 = 14131 + 14132 …" */
KK_MUST_USE int kk_relation_text(const struct kk_relations *r, const struct kk_facts *f,
                                 uint32_t at, struct kk_bytes *out);

/* --- for the files that find them --- */
struct kk_relation_draft {
    enum kk_relation_kind kind;
    bool at_least; /* the whole is at least its parts */
    uint32_t given;
    double lowest, highest;
    struct kk_summand *terms;
    size_t count, cap;
};
void kk_relation_draft_begin(struct kk_relation_draft *d, enum kk_relation_kind kind);
KK_MUST_USE int kk_relation_draft_term(struct kk_relation_draft *d, uint32_t fact, double factor);
void kk_relation_draft_fini(struct kk_relation_draft *d);
KK_DEFINE_FINI(kk_relation_draft)
/* Into the list unless it stands there. */
KK_MUST_USE int kk_relations_add(struct kk_relations *r, const struct kk_facts *f,
                                 const struct kk_relation_draft *d);

#endif
