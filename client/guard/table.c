/* Tables of a release, and sums of areas inside them (table.h). [DC-3] */
#include "guard/table.h"

#include "kukyoku/base/alloc.h"

#include <math.h>
#include <stdlib.h>

uint32_t kk_table_at(const struct kk_table_view *t, uint16_t area, uint16_t breakdown)
{
    struct kk_fact_cell key = { .indicator = t->indicator, .area = area, .period = t->period,
                                .breakdown = breakdown };
    uint32_t cell = kk_facts_find(t->facts, &key);

    return cell == KK_NO_FACT ? KK_NO_FACT : t->facts->cells[cell].now;
}

int kk_table_term(struct kk_table_view *t, uint16_t area, uint16_t breakdown, double factor)
{
    struct kk_fact_cell key = { .indicator = t->indicator, .area = area, .period = t->period,
                                .breakdown = breakdown };
    uint32_t fact;
    int r = kk_facts_reach(t->facts, &key, &fact);

    return r == 0 ? kk_relation_draft_term(&t->draft, fact, factor) : r;
}

/* --- areas --- */
/* The children of one area, by code. */
struct family {
    uint16_t parent;
    const uint16_t *children;
    size_t count;
    bool declared; /* they are all of it */
};

/* Whole less parts in units; false where a number is not known. */
static bool difference(const struct kk_table_view *t, const struct family *m, uint16_t breakdown,
                       double *ret_off, double *ret_whole)
{
    for (size_t i = 0; i <= m->count; i++) {
        uint32_t at = kk_table_at(t, i == 0 ? m->parent : m->children[i - 1], breakdown);
        const struct kk_fact *f = at == KK_NO_FACT ? NULL : &t->facts->facts[at];

        if (!f || !f->valued)
            return false;
        if (i == 0)
            *ret_off = *ret_whole = (double)f->value / KK_OBS_SCALE;
        else
            *ret_off -= (double)f->value / KK_OBS_SCALE;
    }
    return true;
}

/* Areas that nobody declared add up unless the numbers of this very table say otherwise. */
static bool complete(const struct kk_table_view *t, const struct family *m)
{
    double off, whole;
    bool against = false;

    for (size_t b = 0; b < t->breakdown_count; b++) {
        if (!difference(t, m, t->breakdowns[b], &off, &whole))
            continue;
        if (fabs(off) < 1e-6)
            return true;
        against = against || fabs(off) > whole / 100;
    }
    return !against;
}

static int add_family(struct kk_table_view *t, const struct family *m)
{
    bool all = m->declared || complete(t, m);
    int r = 0;

    for (size_t b = 0; b < t->breakdown_count && r == 0; b++) {
        uint16_t breakdown = t->breakdowns[b];
        bool any = false;

        for (size_t i = 0; i < m->count && !any; i++)
            any = kk_table_at(t, m->children[i], breakdown) != KK_NO_FACT;
        if (!any) /* neither told nor made up for a relation: nobody knows anything of them */
            continue;
        kk_relation_draft_begin(&t->draft, KK_RELATION_AREAS);
        t->draft.at_least = !all;
        r = kk_table_term(t, m->parent, breakdown, 1);
        for (size_t i = 0; i < m->count && r == 0; i++)
            r = kk_table_term(t, m->children[i], breakdown, -1);
        if (r == 0)
            r = kk_relations_add(t->relations, t->facts, &t->draft);
    }
    return r;
}

static bool in_table(const struct kk_table_view *t, uint16_t area)
{
    for (size_t i = 0; i < t->area_count; i++) {
        if (t->areas[i] == area)
            return true;
    }
    return false;
}

static bool is_part(const struct kk_guard_line *line, struct kk_slice area)
{
    for (size_t i = 0; i < line->count; i++) {
        if (kk_slice_equal(line->words[i], area))
            return true;
    }
    return false;
}

#define DEEPEST 8 /* of areas inside areas, so that settings that go round in a ring end */

/* Is a number of the area bound from above: is it in the table, or part of what is? A ward that
 * stands nowhere is what its city has more than its other wards. */
static bool bound(const struct kk_table_view *t, struct kk_slice area, unsigned depth)
{
    int code = kk_dict_find(&t->facts->areas, area);

    if (code >= 0 && in_table(t, (uint16_t)code))
        return true;
    for (const struct kk_guard_line *l = t->rules->lists[KK_LIST_AREAS]; l && depth > 0;
         l = l->next) {
        if (is_part(l, area) && bound(t, l->name, depth - 1))
            return true;
    }
    return false;
}

/* Do other lines bind all of its parts as it is? Then a parent that stands nowhere says nothing
 * new: the medical areas, where the wards themselves are told. */
static bool told_otherwise(const struct kk_table_view *t, const struct kk_guard_line *line)
{
    for (size_t i = 0; i < line->count; i++) {
        const struct kk_guard_line *l = t->rules->lists[KK_LIST_AREAS];

        while (l && (l == line || !is_part(l, line->words[i]) || !bound(t, l->name, DEEPEST)))
            l = l->next;
        if (!l)
            return false;
    }
    return true;
}

/* A line of [areas]: PARENT = CHILD …; words that no table ever had become areas of their own. */
static int add_line(struct kk_table_view *t, const struct kk_guard_line *line, uint16_t *children)
{
    struct family m = { .children = children, .count = line->count, .declared = true };
    int parent = kk_dict_find(&t->facts->areas, line->name), r;
    bool there = parent >= 0 && in_table(t, (uint16_t)parent);

    if (!there && (!bound(t, line->name, DEEPEST) || told_otherwise(t, line)))
        return 0;
    r = kk_dict_add(&t->facts->areas, line->name, &m.parent);
    for (size_t i = 0; i < line->count && r == 0; i++)
        r = kk_dict_add(&t->facts->areas, line->words[i], &children[i]);
    return r < 0 ? r : add_family(t, &m);
}

static bool declared(const struct kk_table_view *t, struct kk_slice parent, struct kk_slice child)
{
    for (const struct kk_guard_line *l = t->rules->lists[KK_LIST_AREAS]; l; l = l->next) {
        for (size_t i = 0; i < l->count; i++) {
            if (kk_slice_equal(l->words[i], child) ||
                (kk_slice_equal(l->name, parent) &&
                 kk_guard_level(l->words[i]) == kk_guard_level(child)))
                return true;
        }
    }
    return false;
}

/* Areas whose code begins with that of their ward, where nobody says how they hang together. */
static int add_inside(struct kk_table_view *t, uint16_t ward, enum kk_guard_level level,
                      uint16_t *children)
{
    struct family m = { .parent = ward, .children = children };
    struct kk_slice name = t->facts->areas.items[ward];

    for (size_t i = 0; i < t->area_count; i++) {
        struct kk_slice area = t->facts->areas.items[t->areas[i]];

        if (area.len > 6 && area.data[5] == '-' && memcmp(area.data, name.data, 5) == 0 &&
            kk_guard_level(area) == level && !declared(t, name, area))
            children[m.count++] = t->areas[i];
    }
    return m.count > 0 ? add_family(t, &m) : 0;
}

/* Every ward that an area of the table lies in, or that is one, once. */
static int add_insides(struct kk_table_view *t, uint16_t *children)
{
    uint32_t done = 0;
    int r = 0;

    for (size_t i = 0; i < t->area_count && r == 0; i++) {
        struct kk_slice area = t->facts->areas.items[t->areas[i]];
        struct kk_slice ward = kk_slice(area.data, area.len < 5 ? area.len : 5);
        uint32_t bit = kk_eyes_of_area(area);
        uint16_t code;

        if (bit == 0 || (done & bit) || !bound(t, ward, DEEPEST))
            continue;
        done |= bit;
        r = kk_dict_add(&t->facts->areas, ward, &code);
        if (r == 0)
            r = add_inside(t, code, KK_LEVEL_AREA, children);
        if (r == 0)
            r = add_inside(t, code, KK_LEVEL_TOWN, children);
    }
    return r;
}

/* From the finest on: what is made up for one relation is a part in the next. */
static int area_relations(struct kk_table_view *t, uint16_t *children)
{
    int r = add_insides(t, children);

    for (size_t before = SIZE_MAX; r == 0 && before != t->relations->count;) {
        before = t->relations->count;
        for (const struct kk_guard_line *l = t->rules->lists[KK_LIST_AREAS]; l && r == 0;
             l = l->next)
            r = add_line(t, l, children);
    }
    return r;
}

/* --- tables --- */
struct sorting {
    const struct kk_facts *facts;
    uint32_t *cells;
    size_t count;
};

static int by_table(const void *a, const void *b, void *user)
{
    const struct kk_facts *f = user;
    const struct kk_fact_cell *x = &f->cells[*(const uint32_t *)a],
                              *y = &f->cells[*(const uint32_t *)b];

    if (x->indicator != y->indicator)
        return x->indicator < y->indicator ? -1 : 1;
    if (x->period != y->period)
        return x->period < y->period ? -1 : 1;
    if (x->area != y->area)
        return x->area < y->area ? -1 : 1;
    return x->breakdown < y->breakdown ? -1 : x->breakdown > y->breakdown;
}

static int sort_cells(struct kk_facts *f, struct sorting *s)
{
    s->facts = f;
    s->cells = kk_alloc_array(f->cell_count + 1, sizeof *s->cells);
    if (!s->cells)
        return KK_E_MEMORY;
    for (uint32_t i = 0; i < f->cell_count; i++) {
        if (f->cells[i].now != KK_NO_FACT)
            s->cells[s->count++] = i;
    }
    qsort_r(s->cells, s->count, sizeof *s->cells, by_table, f);
    return 0;
}

static int by_code(const void *a, const void *b)
{
    uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;

    return x < y ? -1 : x > y;
}

/* The areas and breakdowns of cells[from .. to). */
static void list_codes(struct kk_table_view *t, const struct sorting *s, size_t from, size_t to)
{
    size_t kept = 0;

    t->area_count = t->breakdown_count = 0;
    for (size_t i = from; i < to; i++) {
        const struct kk_fact_cell *c = &s->facts->cells[s->cells[i]];

        if (t->area_count == 0 || t->areas[t->area_count - 1] != c->area)
            t->areas[t->area_count++] = c->area;
        t->breakdowns[kept++] = c->breakdown;
    }
    qsort(t->breakdowns, kept, sizeof *t->breakdowns, by_code);
    for (size_t i = 0; i < kept; i++) {
        if (t->breakdown_count == 0 || t->breakdowns[t->breakdown_count - 1] != t->breakdowns[i])
            t->breakdowns[t->breakdown_count++] = t->breakdowns[i];
    }
}

static bool adds_up(const struct kk_facts *f, const struct kk_rules *rules, uint16_t indicator)
{
    struct kk_guard_indicator said;

    kk_rules_indicator(rules, f->indicators.items[indicator], &said);
    return said.adds || (!said.apart && indicator < f->indicator_cap &&
                         f->of_indicator[indicator].adds);
}

static size_t longest_line(const struct kk_rules *rules)
{
    size_t most = 0;

    for (const struct kk_guard_line *l = rules->lists[KK_LIST_AREAS]; l; l = l->next)
        most = l->count > most ? l->count : most;
    return most;
}

static int read_table(struct kk_table_view *t, const struct sorting *s, size_t from, size_t to)
{
    const struct kk_fact_cell *first = &t->facts->cells[s->cells[from]];
    size_t most = (to - from) + longest_line(t->rules);
    uint16_t *children;
    int r = KK_E_MEMORY;

    if (!adds_up(t->facts, t->rules, first->indicator))
        return 0;
    t->indicator = first->indicator;
    t->period = first->period;
    t->areas = kk_alloc_array(most, sizeof *t->areas);
    t->breakdowns = kk_alloc_array(most, sizeof *t->breakdowns);
    children = kk_alloc_array(most, sizeof *children);
    if (t->areas && t->breakdowns && children) {
        list_codes(t, s, from, to);
        r = kk_breakdown_relations(t);
        if (r == 0)
            r = area_relations(t, children);
    }
    kk_free(t->areas);
    kk_free(t->breakdowns);
    kk_free(children);
    return r;
}

int kk_table_relations(struct kk_relations *relations, struct kk_facts *f,
                       const struct kk_rules *rules)
{
    struct kk_table_view t = { .relations = relations, .facts = f, .rules = rules };
    struct sorting s = { 0 };
    int r = sort_cells(f, &s);

    for (size_t from = 0, to; from < s.count && r == 0; from = to) {
        const struct kk_fact_cell *first = &f->cells[s.cells[from]];

        for (to = from + 1; to < s.count; to++) {
            const struct kk_fact_cell *c = &f->cells[s.cells[to]];

            if (c->indicator != first->indicator || c->period != first->period)
                break;
        }
        r = read_table(&t, &s, from, to);
    }
    kk_relation_draft_fini(&t.draft);
    kk_free(s.cells);
    return r;
}
