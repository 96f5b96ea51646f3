/* The cheapest movement of a table (circuit.h). [DC-7] */
#include "guard/circuit.h"

#include "guard/bounds.h"
#include "kukyoku/base/alloc.h"

#include <math.h>

#define MOVED 1e-6 /* in units, against what floating point leaves over */
#define FREE  1e-4 /* what nobody knows moves at this cost, so that it does so for a reason alone */

void kk_circuit_fini(struct kk_circuit *c)
{
    kk_free(c->uses);
    kk_free(c->first);
    kk_free(c->row);
    kk_free(c->place);
    kk_free(c->near);
    kk_free(c->rows);
    *c = (struct kk_circuit){ 0 };
}

/* --- the relations of each fact: counting, then placing --- */
static void place_uses(struct kk_circuit *c)
{
    const struct kk_relations *list = c->relations;
    size_t facts = c->facts->count;

    for (size_t i = 0; i < list->count; i++) {
        for (uint32_t t = 0; t < list->items[i].count; t++)
            c->first[list->terms[list->items[i].first + t].fact + 1]++;
    }
    for (size_t i = 0; i < facts; i++)
        c->first[i + 1] += c->first[i];
    for (size_t i = list->count; i-- > 0;) {
        for (uint32_t t = 0; t < list->items[i].count; t++) {
            const struct kk_summand *s = &list->terms[list->items[i].first + t];

            c->uses[--c->first[s->fact + 1]] = (struct kk_circuit_use){ (uint32_t)i, s->factor };
        }
    }
    /* Each end has become the beginning of its own: one place down. */
    for (size_t i = 0; i < facts; i++)
        c->first[i] = c->first[i + 1];
    c->first[facts] = (uint32_t)list->term_count;
}

int kk_circuit_init(struct kk_circuit *c, const struct kk_facts *f,
                    const struct kk_relations *relations)
{
    size_t facts = f->count + 2, rows = relations->count + 1;

    *c = (struct kk_circuit){ .facts = f, .relations = relations };
    c->first = kk_alloc_array(facts, sizeof *c->first);
    c->uses = kk_alloc_array(relations->term_count + 1, sizeof *c->uses);
    c->row = kk_alloc_array(rows, sizeof *c->row);
    c->place = kk_alloc_array(facts, sizeof *c->place);
    c->near = kk_alloc_array(facts, sizeof *c->near);
    c->rows = kk_alloc_array(rows, sizeof *c->rows);
    if (!c->first || !c->uses || !c->row || !c->place || !c->near || !c->rows)
        return KK_E_MEMORY;
    place_uses(c);
    return 0;
}

/* --- what is near --- */
static bool known(const struct kk_circuit *c, uint32_t fact, const struct kk_view *view)
{
    const struct kk_fact *f = &c->facts->facts[fact];

    return f->valued && (f->shown & view->eyes) != 0;
}

static bool holds(const struct kk_circuit *c, uint32_t relation, const struct kk_view *view)
{
    uint32_t given = c->relations->items[relation].given;

    return given == KK_NO_FACT || known(c, given, view);
}

static void come_near(struct kk_circuit *c, uint32_t fact)
{
    if (c->place[fact])
        return;
    c->near[c->near_count++] = fact;
    c->place[fact] = (uint32_t)c->near_count;
}

static void take_relation(struct kk_circuit *c, uint32_t relation)
{
    const struct kk_relation *x = &c->relations->items[relation];

    if (c->row[relation] || c->near_count + x->count > KK_CIRCUIT_FACTS)
        return;
    c->rows[c->row_count++] = relation;
    c->row[relation] = (uint32_t)c->row_count;
    for (uint32_t t = 0; t < x->count; t++)
        come_near(c, c->relations->terms[x->first + t].fact);
}

static void look_around(struct kk_circuit *c, const struct kk_circuit_ask *ask)
{
    c->near_count = c->row_count = 0;
    come_near(c, ask->fact);
    for (size_t i = 0; i < c->near_count; i++) { /* the list grows below */
        uint32_t fact = c->near[i];

        for (uint32_t u = c->first[fact]; u < c->first[fact + 1]; u++) {
            if (holds(c, c->uses[u].relation, ask->view))
                take_relation(c, c->uses[u].relation);
        }
    }
}

static void look_away(struct kk_circuit *c)
{
    for (size_t i = 0; i < c->near_count; i++)
        c->place[c->near[i]] = 0;
    for (size_t i = 0; i < c->row_count; i++)
        c->row[c->rows[i]] = 0;
}

/* --- the program: two unknowns a fact, how far up and how far down it moves --- */
struct moving {
    struct kk_circuit *circuit;
    const struct kk_circuit_ask *ask;
    struct kk_bounds_entry *entries;
    double *room, *least, *most, *cost, *values, *lowest, *highest;
    struct kk_bounds_problem problem;
};

static void moving_fini(struct moving *m)
{
    kk_free(m->entries);
    kk_free(m->room);
}
KK_DEFINE_FINI(moving)

/* All its relations must be among the rows, else nobody asks whether they hold. */
static bool whole(const struct kk_circuit *c, uint32_t fact, const struct kk_view *view)
{
    for (uint32_t u = c->first[fact]; u < c->first[fact + 1]; u++) {
        if (!c->row[c->uses[u].relation] && holds(c, c->uses[u].relation, view))
            return false;
    }
    return true;
}

static double down_to(const struct kk_facts *f, uint32_t fact)
{
    uint16_t code = f->cells[f->facts[fact].cell].indicator;
    bool negative = code < f->indicator_cap && f->of_indicator[code].negative;

    if (!f->facts[fact].valued || negative)
        return INFINITY;
    return fmax(0, (double)f->facts[fact].value / KK_OBS_SCALE);
}

static void set_bounds(struct moving *m, size_t at, uint32_t fact)
{
    double cost = m->ask->cost(m->ask->user, fact);
    double *up = &m->most[2 * at], *down = &m->most[2 * at + 1];

    m->cost[2 * at] = m->cost[2 * at + 1] = fmax(cost, FREE);
    *up = *down = 0;
    if (fact == m->ask->fact) {
        *(m->ask->by > 0 ? up : down) = fabs(m->ask->by);
        m->least[2 * at + (m->ask->by < 0)] = fabs(m->ask->by);
    } else if (cost >= 0 && whole(m->circuit, fact, m->ask->view)) {
        *up = INFINITY;
        *down = down_to(m->circuit->facts, fact);
    }
}

static void add_entries(struct moving *m, size_t at, uint32_t fact)
{
    const struct kk_circuit *c = m->circuit;

    for (int way = 0; way < 2; way++) {
        for (uint32_t u = c->first[fact]; u < c->first[fact + 1]; u++) {
            uint32_t row = c->row[c->uses[u].relation];

            if (row)
                m->entries[m->problem.entry_count++] = (struct kk_bounds_entry){
                    (int)row - 1, (int)(2 * at) + way, way ? -c->uses[u].factor : c->uses[u].factor
                };
        }
    }
}

/* Rounded rates leave their numbers some room; all else stays exactly as it adds up. */
static void set_row(struct moving *m, size_t row)
{
    const struct kk_relations *list = m->circuit->relations;
    const struct kk_relation *x = &list->items[m->circuit->rows[row]];
    const struct kk_fact *facts = m->circuit->facts->facts;
    double sum = 0;

    for (uint32_t t = 0; t < x->count && x->highest > x->lowest; t++) {
        const struct kk_summand *s = &list->terms[x->first + t];

        if (!facts[s->fact].valued)
            return;
        sum += s->factor * (double)facts[s->fact].value / KK_OBS_SCALE;
    }
    if (x->highest <= x->lowest)
        return;
    m->lowest[row] = fmin(0, x->lowest - sum);
    m->highest[row] = fmax(0, x->highest - sum);
}

static size_t count_entries(const struct kk_circuit *c)
{
    size_t sum = 0;

    for (size_t i = 0; i < c->row_count; i++)
        sum += c->relations->items[c->rows[i]].count;
    return 2 * sum;
}

static int prepare(struct moving *m)
{
    const struct kk_circuit *c = m->circuit;
    size_t columns = 2 * c->near_count, rows = c->row_count;

    m->room = kk_alloc_array(4 * columns + 2 * rows + 1, sizeof *m->room);
    m->entries = kk_alloc_array(count_entries(c) + 1, sizeof *m->entries);
    if (!m->room || !m->entries)
        return KK_E_MEMORY;
    m->least = m->room;
    m->most = m->least + columns;
    m->cost = m->most + columns;
    m->values = m->cost + columns;
    m->lowest = m->values + columns;
    m->highest = m->lowest + rows;
    for (size_t i = 0; i < c->near_count; i++) {
        set_bounds(m, i, c->near[i]);
        add_entries(m, i, c->near[i]);
    }
    for (size_t i = 0; i < rows; i++)
        set_row(m, i);
    m->problem.columns = columns;
    m->problem.rows = rows;
    m->problem.least = m->least;
    m->problem.most = m->most;
    m->problem.lowest = m->lowest;
    m->problem.highest = m->highest;
    m->problem.entries = m->entries;
    return 0;
}

static int solve(struct moving *m, uint32_t *ret_facts, size_t *ret_count)
{
    bool feasible = false;
    int r = prepare(m);

    if (r == 0)
        r = kk_bounds_cheapest(&m->problem, m->cost, m->values, &feasible);
    for (size_t i = 0; r == 0 && feasible && i < m->circuit->near_count; i++) {
        uint32_t fact = m->circuit->near[i];
        bool moves = m->values[2 * i] > MOVED || m->values[2 * i + 1] > MOVED;

        if (moves && fact != m->ask->fact && m->cost[2 * i] > FREE)
            ret_facts[(*ret_count)++] = fact;
    }
    return r;
}

int kk_circuit_find(struct kk_circuit *c, const struct kk_circuit_ask *ask, uint32_t *ret_facts,
                    size_t *ret_count)
{
    KK_AUTO_FINI(moving) struct moving m = { .circuit = c, .ask = ask };
    int r;

    *ret_count = 0;
    if (-ask->by > down_to(c->facts, ask->fact))
        return 0; /* it cannot be so small */
    look_around(c, ask);
    r = solve(&m, ret_facts, ret_count);
    look_away(c);
    return r;
}
