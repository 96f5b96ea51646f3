/* Where relations are found: inside one table of a release, and as the rules declare. [DC-3] */
#ifndef GUARD_TABLE_H
#define GUARD_TABLE_H

#include "guard/relations.h"

/* Areas inside areas, parts of breakdowns: every indicator and period of the release read last. */
KK_MUST_USE int kk_table_relations(struct kk_relations *r, struct kk_facts *f,
                                   const struct kk_rules *rules);
/* Sums of indicators, two that say the same, rates. */
KK_MUST_USE int kk_declared_relations(struct kk_relations *r, struct kk_facts *f,
                                      const struct kk_rules *rules);

/* A table: its cells by area and breakdown. */
struct kk_table_view {
    struct kk_relations *relations;
    struct kk_facts *facts;
    const struct kk_rules *rules;
    uint16_t indicator, period;
    uint16_t *areas, *breakdowns; /* codes */
    size_t area_count, breakdown_count;
    struct kk_relation_draft draft; /* reused */
};
/* KK_NO_FACT where the release does not have the cell. */
uint32_t kk_table_at(const struct kk_table_view *t, uint16_t area, uint16_t breakdown);
/* Adds the cell to the draft, made up where nobody was told of it. */
KK_MUST_USE int kk_table_term(struct kk_table_view *t, uint16_t area, uint16_t breakdown,
                              double factor);
/* breakdowns.c: the relations of its breakdowns, area by area. */
KK_MUST_USE int kk_breakdown_relations(struct kk_table_view *t);

#endif
