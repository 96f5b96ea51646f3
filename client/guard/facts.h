/*
 * All that was ever said about each cell, and to whom: what an attacker may put together. A cell is
 * named by indicator, area, period and breakdown; a fact is one number of it (a correction makes
 * another) or a number that nobody was told. Releases are taken in from the oldest to the newest,
 * each as `begin`, rows of any scopes, `end`. [DC-2]
 */
#ifndef GUARD_FACTS_H
#define GUARD_FACTS_H

#include "kukyoku/bundle/obs.h"
#include "kukyoku/error.h"

#define KK_NO_FACT UINT32_MAX

/* Whose eyes, as bits: pub, int, one a ward, and the desk, which knows the working figures. */
#define KK_EYES_PUB   1u
#define KK_EYES_INT   2u
#define KK_EYES_WARD0 4u
#define KK_EYES_DESK  (1u << 31)
#define KK_EYES_WARDS 8 /* at most */
/* 0 for a scope that carries no figures. */
uint32_t kk_eyes_of(struct kk_slice scope);
/* The bit of r:W for an area inside a ward; 0 for others. */
uint32_t kk_eyes_of_area(struct kk_slice area);

struct kk_fact_cell {
    uint16_t indicator, area, period, breakdown;
    uint32_t now;    /* the fact that the release being read has; KK_NO_FACT: not in it */
    uint32_t newest; /* of all */
    uint32_t next;   /* in the hash table */
    uint32_t hiding; /* eyes that see x in the release being read */
};
struct kk_fact {
    uint32_t cell, older;
    uint32_t shown, hidden;         /* eyes that ever saw the number, or x */
    uint32_t shown_now, hidden_now; /* in the newest release */
    uint32_t release;               /* that showed the number first */
    int64_t value;
    bool valued;      /* the desk knows the number */
    uint8_t rule_k[3]; /* by tier: concealed by that threshold; 0: asked of the rules */
};
struct kk_fact_indicator {
    bool units_seen, adds, negative;
    unsigned decimals;
};
struct kk_facts {
    struct kk_dict indicators, areas, periods, breakdowns;
    struct kk_fact_indicator *of_indicator; /* by code */
    size_t indicator_cap;
    struct kk_fact_cell *cells;
    struct kk_fact *facts;
    uint32_t *slots;
    size_t cell_count, cell_cap, count, cap, slot_count;
    uint32_t release;
    uint32_t next; /* the cell behind that of the row before: releases keep the order of rows */
};
void kk_facts_init(struct kk_facts *f);
void kk_facts_fini(struct kk_facts *f);
KK_DEFINE_FINI(kk_facts)
void kk_facts_begin(struct kk_facts *f, uint32_t release);
/* KK_E_MEMORY, KK_E_ROW_LIMIT. A row without a number and without x says nothing. */
KK_MUST_USE int kk_facts_row(struct kk_facts *f, uint32_t eyes, const struct kk_obs *row);
KK_MUST_USE int kk_facts_end(struct kk_facts *f);

/* The cell of four codes; KK_NO_FACT. */
uint32_t kk_facts_find(const struct kk_facts *f, const struct kk_fact_cell *key);
/* Its fact in the release being read; made, with no number, where nobody was told of the cell. */
KK_MUST_USE int kk_facts_reach(struct kk_facts *f, const struct kk_fact_cell *key,
                               uint32_t *ret_fact);
/* Does anybody see anything of it, or was it only reached? */
static inline bool kk_fact_told(const struct kk_fact *f)
{
    return f->valued || f->hidden != 0;
}
/* "households 14133 2020-10-01 sex=f" */
KK_MUST_USE int kk_fact_name(const struct kk_facts *f, uint32_t fact, struct kk_bytes *out);

#endif
