/* One component of an attack (attack.h): its linear program, and the bounds of its cells. [DC-4] */
#include "guard/attack.h"

#include "guard/bounds.h"
#include "kukyoku/base/alloc.h"

#include <math.h>
#include <stdlib.h>

#define NEAR 1e-6 /* of numbers in units, against what floating point leaves over */

struct work {
    struct kk_attack *attack;
    const struct kk_component *c;
    struct kk_bounds_entry *entries;
    double *room;                            /* all of the following */
    double *least, *most, *lowest, *highest; /* the program */
    double *seen_least, *seen_most, *way;
    struct kk_bounds_problem problem;
    struct kk_bounds *bounds;
};

static void work_fini(struct work *w)
{
    kk_bounds_free(w->bounds);
    kk_free(w->entries);
    kk_free(w->room);
}
KK_DEFINE_FINI(work)

/* --- the program --- */
static int by_column(const void *a, const void *b)
{
    const struct kk_bounds_entry *x = a, *y = b;

    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static double units(const struct kk_fact *f)
{
    return (double)f->value / KK_OBS_SCALE;
}

/* What is known goes to the right side. */
static void fill_row(struct work *w, size_t row)
{
    const struct kk_relations *list = w->attack->relations;
    const struct kk_relation *x = &list->items[w->c->rows[row]];
    double known = 0;

    for (uint32_t i = 0; i < x->count; i++) {
        const struct kk_summand *t = &list->terms[x->first + i];

        if (w->c->root[t->fact] == KK_NO_FACT)
            known += t->factor * units(&w->attack->facts->facts[t->fact]);
        else
            w->entries[w->problem.entry_count++] = (struct kk_bounds_entry){
                (int)row, (int)w->c->column_of[t->fact], t->factor
            };
    }
    w->lowest[row] = x->lowest - known;
    w->highest[row] = x->highest - known;
}

static size_t count_entries(const struct work *w)
{
    size_t sum = 0;

    for (size_t i = 0; i < w->c->row_count; i++)
        sum += w->attack->relations->items[w->c->rows[i]].count;
    return sum;
}

/* Past any number that the rows or the unknowns themselves have. */
static double far_away(const struct work *w)
{
    double most = 1e6;

    for (size_t i = 0; i < w->c->row_count; i++) {
        if (isfinite(w->lowest[i]))
            most = fmax(most, fabs(w->lowest[i]));
        if (isfinite(w->highest[i]))
            most = fmax(most, fabs(w->highest[i]));
    }
    for (size_t i = 0; i < w->c->column_count; i++)
        most = fmax(most, fabs(units(&w->attack->facts->facts[w->c->columns[i]])));
    return 4 * most;
}

static int prepare(struct work *w)
{
    size_t columns = w->c->column_count, rows = w->c->row_count;
    const struct kk_facts *f = w->attack->facts;
    double far;

    w->room = kk_alloc_array(4 * columns + 3 * rows + 1, sizeof *w->room);
    w->entries = kk_alloc_array(count_entries(w) + 1, sizeof *w->entries);
    if (!w->room || !w->entries)
        return KK_E_MEMORY;
    w->least = w->room;
    w->most = w->least + columns;
    w->seen_least = w->most + columns;
    w->seen_most = w->seen_least + columns;
    w->lowest = w->seen_most + columns;
    w->highest = w->lowest + rows;
    w->way = w->highest + rows;
    for (size_t i = 0; i < rows; i++)
        fill_row(w, i);
    qsort(w->entries, w->problem.entry_count, sizeof *w->entries, by_column);
    far = far_away(w);
    for (size_t i = 0; i < columns; i++) {
        uint16_t code = f->cells[f->facts[w->c->columns[i]].cell].indicator;

        w->least[i] = code < f->indicator_cap && f->of_indicator[code].negative ? -far : 0;
        w->most[i] = far;
    }
    w->problem.columns = columns;
    w->problem.rows = rows;
    w->problem.least = w->least;
    w->problem.most = w->most;
    w->problem.lowest = w->lowest;
    w->problem.highest = w->highest;
    w->problem.entries = w->entries;
    return 0;
}

/* --- rows that nothing can satisfy --- */
static int note_way(struct kk_attack *a, uint32_t relation, size_t view, double by)
{
    if (a->given_count == a->given_cap) {
        size_t cap = a->given_cap ? 2 * a->given_cap : 32;
        struct kk_given_way *list = kk_realloc(a->given_way, cap * sizeof *list);

        if (!list)
            return KK_E_MEMORY;
        a->given_way = list;
        a->given_cap = cap;
    }
    a->given_way[a->given_count++] = (struct kk_given_way){ relation, (uint8_t)view, by };
    return 0;
}

static int give_way(struct work *w)
{
    int r = kk_bounds_give_way(&w->problem, w->way);

    for (size_t i = 0; i < w->c->row_count && r == 0; i++) {
        if (w->way[i] <= NEAR)
            continue;
        w->lowest[i] -= w->way[i] + NEAR;
        w->highest[i] += w->way[i] + NEAR;
        r = note_way(w->attack, w->c->rows[i], w->c->view, w->way[i]);
    }
    return r;
}

static int open_program(struct work *w)
{
    bool feasible;
    int r = kk_bounds_new(&w->problem, &w->bounds, &feasible);

    if (r < 0 || feasible)
        return r;
    r = give_way(w);
    kk_bounds_free(KK_STEAL(w->bounds));
    if (r == 0)
        r = kk_bounds_new(&w->problem, &w->bounds, &feasible);
    return r == 0 && !feasible ? KK_E_SOLVER : r;
}

/* --- judging --- */
/* Every answer shows values that all cells can have at once. */
static void look(struct work *w, bool first)
{
    const double *values = kk_bounds_values(w->bounds);

    for (size_t i = 0; i < w->c->column_count; i++) {
        if (first || values[i] < w->seen_least[i])
            w->seen_least[i] = values[i];
        if (first || values[i] > w->seen_most[i])
            w->seen_most[i] = values[i];
    }
}

/* Numbers of whole things are whole. */
static void inward(const struct work *w, size_t column, double *least, double *most)
{
    const struct kk_facts *f = w->attack->facts;
    uint16_t code = f->cells[f->facts[w->c->columns[column]].cell].indicator;
    double near = NEAR * (1 + fabs(*most));

    if (code < f->indicator_cap && f->of_indicator[code].decimals == 0) {
        *least = ceil(*least - near) + 0.0; /* no minus before a zero */
        *most = floor(*most + near) + 0.0;
    }
}

static bool low_enough(enum kk_concealment wanted, double least)
{
    return wanted != KK_CONCEALED_RULE || least <= 1 + NEAR;
}

static bool passes(const struct work *w, size_t column, enum kk_concealment wanted, unsigned k)
{
    double least = w->seen_least[column], most = w->seen_most[column];

    inward(w, column, &least, &most);
    if (wanted == KK_CONCEALED_RULE)
        return low_enough(wanted, least) && most >= (double)k - 1 - NEAR;
    return most - least >= (double)k - NEAR;
}

static int prove(struct work *w, struct kk_guarded *item)
{
    const double *prices = kk_bounds_prices(w->bounds);
    struct kk_attack *a = w->attack;

    for (size_t i = 0; i < w->c->row_count; i++) {
        bool told = false;

        if (fabs(prices[i]) < 1e-9)
            continue;
        for (uint32_t k = 0; k < item->proof_count && !told; k++)
            told = a->proofs[item->proof + k] == w->c->rows[i];
        if (told)
            continue;
        if (a->proof_count == a->proof_cap) {
            size_t cap = a->proof_cap ? 2 * a->proof_cap : 64;
            uint32_t *list = kk_realloc(a->proofs, cap * sizeof *list);

            if (!list)
                return KK_E_MEMORY;
            a->proofs = list;
            a->proof_cap = cap;
        }
        a->proofs[a->proof_count++] = w->c->rows[i];
        item->proof_count++;
    }
    return 0;
}

/* Asks for one end; the relations that hold it there are kept where that end is at fault. */
static int ask(struct work *w, size_t column, bool greatest, bool at_fault,
               struct kk_guarded *item)
{
    double value;
    int r = kk_bounds_find(w->bounds, column, greatest, &value);

    if (r < 0)
        return r;
    w->attack->programs++;
    look(w, false);
    return at_fault ? prove(w, item) : 0;
}

static int judge_column(struct work *w, size_t column)
{
    uint32_t fact = w->c->columns[column];
    enum kk_concealment wanted = (enum kk_concealment)w->c->wanted[fact];
    unsigned k = w->c->k[fact];
    struct kk_guarded item = { .fact = fact, .view = (uint8_t)w->c->view, .k = k,
                               .concealment = (uint8_t)wanted,
                               .proof = (uint32_t)w->attack->proof_count };
    int r = 0;

    if (!passes(w, column, wanted, k))
        r = ask(w, column, false, false, &item);
    if (r == 0 && !passes(w, column, wanted, k))
        r = ask(w, column, true, false, &item);
    item.broken = r == 0 && !passes(w, column, wanted, k);
    item.least = w->seen_least[column];
    item.most = w->seen_most[column];
    if (r == 0)
        inward(w, column, &item.least, &item.most);
    /* Once more, for the reasons. */
    if (item.broken && (wanted == KK_CONCEALED_COVER || !low_enough(wanted, item.least)))
        r = ask(w, column, false, true, &item);
    if (item.broken && r == 0 &&
        (wanted == KK_CONCEALED_COVER || item.most < (double)k - 1))
        r = ask(w, column, true, true, &item);
    return r == 0 ? kk_attack_put(w->attack, &item) : r;
}

int kk_component_judge(struct kk_attack *a, const struct kk_component *c)
{
    KK_AUTO_FINI(work) struct work w = { .attack = a, .c = c };
    int r = prepare(&w);

    if (r == 0)
        r = open_program(&w);
    if (r < 0)
        return r;
    a->components++;
    look(&w, true);
    for (size_t i = 0; i < c->column_count && r == 0; i++) {
        if (c->wanted[c->columns[i]] != KK_CONCEALED_NOT)
            r = judge_column(&w, i);
    }
    return r;
}
