/* Relations that the rules declare between indicators (table.h): sums, twins, rates. [DC-3] */
#include "guard/table.h"
#include "kukyoku/base/alloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct declaring {
    struct kk_relations *relations;
    struct kk_facts *facts;
    const struct kk_guard_line *line;
    struct kk_relation_draft draft;
};

/* "population@age=65-": indicator and breakdown of a word. */
struct word {
    uint16_t indicator;
    struct kk_slice breakdown;
};

static int read_word(struct declaring *d, struct kk_slice text, struct word *ret)
{
    const uint8_t *at = memchr(text.data, '@', text.len);
    size_t len = at ? (size_t)(at - text.data) : text.len;

    ret->breakdown = at ? kk_slice(at + 1, text.len - len - 1) : kk_slice(text.data, 0);
    return kk_dict_add(&d->facts->indicators, kk_slice(text.data, len), &ret->indicator);
}

/* The same place in another indicator. */
static int term(struct declaring *d, const struct kk_fact_cell *whole, const struct word *word,
                double factor)
{
    struct kk_fact_cell key = { .indicator = word->indicator, .area = whole->area,
                                .period = whole->period, .breakdown = whole->breakdown };
    uint32_t fact;
    int r = word->breakdown.len > 0
                ? kk_dict_add(&d->facts->breakdowns, word->breakdown, &key.breakdown)
                : 0;

    if (r == 0)
        r = kk_facts_reach(d->facts, &key, &fact);
    return r == 0 ? kk_relation_draft_term(&d->draft, fact, factor) : r;
}

/* whole = part + part …, in every place that the whole has. */
static int sum_at(struct declaring *d, const struct kk_fact_cell *cell)
{
    struct kk_fact_cell whole = *cell;
    int r;

    kk_relation_draft_begin(&d->draft, KK_RELATION_DECLARED);
    r = kk_relation_draft_term(&d->draft, whole.now, 1);
    for (size_t i = 0; i < d->line->count && r == 0; i++) {
        struct word word;

        r = read_word(d, d->line->words[i], &word);
        if (r == 0)
            r = term(d, &whole, &word, -1);
    }
    return r == 0 ? kk_relations_add(d->relations, d->facts, &d->draft) : r;
}

/* numerator between (rate - half a unit) and (rate + half a unit) of the denominator. */
static int rate_bound(struct declaring *d, const struct kk_fact_cell *cell, double share,
                      bool lower)
{
    struct kk_fact_cell whole = *cell;
    struct word word;
    int r;

    kk_relation_draft_begin(&d->draft, KK_RELATION_RATE);
    d->draft.given = whole.now;
    r = read_word(d, d->line->words[0], &word);
    if (r == 0)
        r = term(d, &whole, &word, 1);
    if (r == 0)
        r = read_word(d, d->line->words[1], &word);
    if (r == 0)
        r = term(d, &whole, &word, -share);
    d->draft.lowest = lower ? 0 : -INFINITY;
    d->draft.highest = lower ? INFINITY : 0;
    return r == 0 ? kk_relations_add(d->relations, d->facts, &d->draft) : r;
}

static int rate_at(struct declaring *d, const struct kk_fact_cell *cell)
{
    const struct kk_fact *rate = &d->facts->facts[cell->now];
    double scale = strtod((const char *)d->line->words[2].data, NULL);
    double half = 0.5 * pow(10, -(double)d->facts->of_indicator[cell->indicator].decimals);
    double value = (double)rate->value / KK_OBS_SCALE;
    struct kk_fact_cell kept = *cell;
    int r;

    if (!rate->valued)
        return 0;
    r = rate_bound(d, &kept, (value - half) / scale, true);
    return r == 0 ? rate_bound(d, &kept, (value + half) / scale, false) : r;
}

typedef int at_fn(struct declaring *d, const struct kk_fact_cell *cell);

/* Every cell of the line's indicator in the release. */
static int each(struct declaring *d, const struct kk_guard_line *line, at_fn *fn)
{
    int code = kk_dict_find(&d->facts->indicators, line->name), r = 0;
    size_t count = d->facts->cell_count; /* more may be reached on the way */

    d->line = line;
    for (size_t i = 0; i < count && code >= 0 && r == 0; i++) {
        const struct kk_fact_cell *cell = &d->facts->cells[i];

        if (cell->indicator == code && cell->now != KK_NO_FACT)
            r = fn(d, cell);
    }
    return r;
}

int kk_declared_relations(struct kk_relations *relations, struct kk_facts *f,
                          const struct kk_rules *rules)
{
    struct declaring d = { .relations = relations, .facts = f };
    int r = 0;

    for (const struct kk_guard_line *l = rules->lists[KK_LIST_SUM]; l && r == 0; l = l->next)
        r = each(&d, l, sum_at);
    for (const struct kk_guard_line *l = rules->lists[KK_LIST_SAME]; l && r == 0; l = l->next)
        r = each(&d, l, sum_at);
    for (const struct kk_guard_line *l = rules->lists[KK_LIST_RATE]; l && r == 0; l = l->next)
        r = each(&d, l, rate_at);
    kk_relation_draft_fini(&d.draft);
    return r;
}
