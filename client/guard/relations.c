/* The list of relations (relations.h); what finds them stands in table.c and declared.c. [DC-3] */
#include "guard/relations.h"

#include "guard/table.h"
#include "kukyoku/base/alloc.h"

#include <math.h>
#include <stdlib.h>

/* --- a relation in the making --- */
void kk_relation_draft_begin(struct kk_relation_draft *d, enum kk_relation_kind kind)
{
    d->kind = kind;
    d->at_least = false;
    d->given = KK_NO_FACT;
    d->lowest = d->highest = 0;
    d->count = 0;
}

int kk_relation_draft_term(struct kk_relation_draft *d, uint32_t fact, double factor)
{
    if (d->count == d->cap) {
        size_t cap = d->cap ? 2 * d->cap : 64;
        struct kk_summand *terms = kk_realloc(d->terms, cap * sizeof *terms);

        if (!terms)
            return KK_E_MEMORY;
        d->terms = terms;
        d->cap = cap;
    }
    d->terms[d->count++] = (struct kk_summand){ fact, factor };
    return 0;
}

void kk_relation_draft_fini(struct kk_relation_draft *d)
{
    kk_free(d->terms);
    *d = (struct kk_relation_draft){ 0 };
}

/* --- the list --- */
void kk_relations_fini(struct kk_relations *r)
{
    kk_free(r->items);
    kk_free(r->terms);
    kk_free(r->slots);
    *r = (struct kk_relations){ 0 };
}

static uint64_t hash_of(const struct kk_summand *terms, size_t count, uint32_t given)
{
    uint64_t h = given;

    for (size_t i = 0; i < count; i++) {
        h = (h ^ terms[i].fact) * UINT64_C(0x9E3779B97F4A7C15);
        h = (h ^ (h >> 29)) + (terms[i].factor < 0 ? 1 : 0);
    }
    return h ^ (h >> 32);
}

static bool same(const struct kk_relations *r, const struct kk_relation *a,
                 const struct kk_relation_draft *d)
{
    if (a->count != d->count || a->given != d->given || a->kind != d->kind)
        return false;
    for (size_t i = 0; i < d->count; i++) {
        const struct kk_summand *x = &r->terms[a->first + i], *y = &d->terms[i];

        if (x->fact != y->fact || fabs(x->factor - y->factor) > 1e-12)
            return false;
    }
    return true;
}

static size_t slot_of(const struct kk_relations *r, const struct kk_relation *a)
{
    return (size_t)hash_of(r->terms + a->first, a->count, a->given) & (r->slot_count - 1);
}

static int widen(struct kk_relations *r, size_t terms)
{
    if (r->term_count + terms > r->term_cap) {
        size_t cap = 2 * (r->term_cap + terms);
        struct kk_summand *list = kk_realloc(r->terms, cap * sizeof *list);

        if (!list)
            return KK_E_MEMORY;
        r->terms = list;
        r->term_cap = cap;
    }
    if (r->count < r->cap)
        return 0;
    size_t cap = r->cap ? 2 * r->cap : 1024;
    struct kk_relation *items = kk_realloc(r->items, cap * sizeof *items);
    uint32_t *slots = items ? kk_alloc_array(2 * cap, sizeof *slots) : NULL;

    if (items)
        r->items = items;
    if (!slots)
        return KK_E_MEMORY;
    kk_free(r->slots);
    r->slots = slots;
    r->cap = cap;
    r->slot_count = 2 * cap;
    for (uint32_t i = 0; i < r->count; i++) {
        size_t at = slot_of(r, &r->items[i]);

        while (slots[at])
            at = (at + 1) & (r->slot_count - 1);
        slots[at] = i + 1;
    }
    return 0;
}

/* Printed numbers are rounded by half a unit of their last place, each. */
static double rounding(const struct kk_facts *f, const struct kk_relation_draft *d)
{
    double sum = 0;

    for (size_t i = 0; i < d->count; i++) {
        const struct kk_fact_cell *c = &f->cells[f->facts[d->terms[i].fact].cell];
        unsigned decimals = c->indicator < f->indicator_cap
                                ? f->of_indicator[c->indicator].decimals
                                : 0;

        if (decimals > 0)
            sum += fabs(d->terms[i].factor) * 0.5 * pow(10, -(double)decimals);
    }
    return sum;
}

int kk_relations_add(struct kk_relations *r, const struct kk_facts *f,
                     const struct kk_relation_draft *d)
{
    double slack = rounding(f, d);
    size_t at;
    int e = widen(r, d->count);

    if (e < 0)
        return e;
    at = (size_t)hash_of(d->terms, d->count, d->given) & (r->slot_count - 1);
    while (r->slots[at]) {
        if (same(r, &r->items[r->slots[at] - 1], d))
            return 0;
        at = (at + 1) & (r->slot_count - 1);
    }
    struct kk_relation *new = &r->items[r->count];
    *new = (struct kk_relation){ .first = (uint32_t)r->term_count, .count = (uint32_t)d->count,
                                 .given = d->given, .release = f->release, .kind = d->kind,
                                 .lowest = d->lowest - slack, .highest = d->highest + slack };
    if (d->at_least)
        new->highest = INFINITY;
    memcpy(r->terms + r->term_count, d->terms, d->count * sizeof *d->terms);
    r->term_count += d->count;
    r->slots[at] = (uint32_t)++r->count;
    return 0;
}

int kk_relations_read(struct kk_relations *r, struct kk_facts *f, const struct kk_rules *rules)
{
    int e = kk_table_relations(r, f, rules);

    return e < 0 ? e : kk_declared_relations(r, f, rules);
}

/* --- printed figures that do not add up --- */
void kk_relations_loosen(struct kk_relations *r, const struct kk_facts *f)
{
    for (size_t i = 0; i < r->count; i++) {
        struct kk_relation *x = &r->items[i];
        double sum = 0, off;
        bool whole = x->printed <= 0;

        for (uint32_t k = 0; k < x->count && whole; k++) {
            const struct kk_summand *t = &r->terms[x->first + k];

            whole = f->facts[t->fact].valued;
            sum += t->factor * (double)f->facts[t->fact].value / KK_OBS_SCALE;
        }
        off = sum < x->lowest ? x->lowest - sum : sum > x->highest ? sum - x->highest : 0;
        if (!whole || off <= 1e-6 + 1e-12 * fabs(sum))
            continue;
        x->printed = off;
        x->lowest -= off;
        x->highest += off;
    }
}

/* --- words --- */
/* What tells a part from the whole: its area, its breakdown, else its indicator. */
static struct kk_slice part_of(const struct kk_facts *f, const struct kk_fact_cell *whole,
                               const struct kk_fact_cell *part)
{
    if (part->indicator != whole->indicator)
        return f->indicators.items[part->indicator];
    if (part->area != whole->area)
        return f->areas.items[part->area];
    return part->breakdown != whole->breakdown && f->breakdowns.items[part->breakdown].len > 0
               ? f->breakdowns.items[part->breakdown]
               : f->areas.items[part->area];
}

/* "rate … = numerator / denominator" */
static int rate_text(const struct kk_relation *x, const struct kk_summand *terms,
                     const struct kk_facts *f, struct kk_bytes *out)
{
    int e = kk_fact_name(f, x->given, out);

    for (uint32_t i = 0; i < x->count && e == 0; i++) {
        e = kk_bytes_append_text(out, i == 0 ? " = " : " / ");
        if (e == 0)
            e = kk_fact_name(f, terms[i].fact, out);
    }
    return e;
}

int kk_relation_text(const struct kk_relations *r, const struct kk_facts *f, uint32_t at,
                     struct kk_bytes *out)
{
    const struct kk_relation *x = &r->items[at];
    const struct kk_summand *terms = &r->terms[x->first];
    const struct kk_fact_cell *whole = &f->cells[f->facts[terms[0].fact].cell];
    int e;

    if (x->kind == KK_RELATION_RATE)
        return rate_text(x, terms, f, out);
    e = kk_fact_name(f, terms[0].fact, out);
    if (e == 0)
        e = kk_bytes_append_text(out, isinf(x->highest) ? " >=" : " =");
    for (uint32_t i = 1; i < x->count && e == 0; i++) {
        struct kk_slice part = part_of(f, whole, &f->cells[f->facts[terms[i].fact].cell]);

        e = kk_bytes_format(out, "%s%.*s", terms[i].factor > 0 ? " - " : i > 1 ? " + " : " ",
                            (int)part.len, (const char *)part.data);
    }
    return e;
}
