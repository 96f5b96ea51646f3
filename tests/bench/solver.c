/*
 * The solver of disclosure control, tried out: docs/decisions/0006.
 *
 *     solver attack WARDS AREAS BANDS SEED   the same bounds by each way of asking Clp
 *     solver cover WARDS AREAS BANDS SEED [SECONDS]
 *                                            what is concealed beside the least there is
 *
 * A table of chance: a city of seven wards (or one ward alone), AREAS areas in each, BANDS bands
 * of age; counts of which some are below ten. The least is found by Cbc, where it was there when
 * this was built.
 */
#include "guard/cover.h"

#include <Clp_C_Interface.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#ifdef HAVE_CBC
#include <Cbc_C_Interface.h>
#endif

#define K        10
#define ROWS_MAX 60000
#define FAR      1e7

static uint64_t seed;

static unsigned chance(unsigned below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % below;
}

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

/* --- the table --- */
static const char settings[] = "[pub]\nnormal = area 0:10\n[indicator]\ncases = normal\n";

struct row {
    char area[16], breakdown[32];
    int64_t value;
};
struct rows {
    struct row items[ROWS_MAX];
    size_t count;
};
/* One release of pub, and what an attacker makes of it. */
struct guarding {
    struct kk_rules rules;
    struct kk_facts facts;
    struct kk_relations relations;
    struct kk_attack attack;
};

static void open_table(struct guarding *g, const struct rows *rows)
{
    struct kk_error err = { 0 };

    *g = (struct guarding){ 0 };
    kk_assert(kk_rules_init(&g->rules) == 0);
    kk_assert(kk_rules_read(&g->rules, kk_slice_text(settings), "bench", &err) == 0);
    kk_facts_init(&g->facts);
    kk_facts_begin(&g->facts, 1);
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *r = &rows->items[i];
        struct kk_obs obs = { .indicator = kk_slice_text("cases"), .area = kk_slice_text(r->area),
                              .period = kk_slice_text("2020"), .unit = kk_slice_text("人"),
                              .breakdown = kk_slice_text(r->breakdown), .value = r->value };

        kk_assert(kk_facts_row(&g->facts, KK_EYES_PUB, &obs) == 0);
    }
    kk_assert(kk_facts_end(&g->facts) == 0);
    kk_assert(kk_relations_read(&g->relations, &g->facts, &g->rules) == 0);
}

static void close_table(struct guarding *g)
{
    kk_attack_fini(&g->attack);
    kk_relations_fini(&g->relations);
    kk_facts_fini(&g->facts);
    kk_rules_fini(&g->rules);
}

static void put(struct rows *r, const char *area, int band, unsigned value)
{
    struct row *row = &r->items[r->count++];

    kk_assert(r->count <= ROWS_MAX);
    row->value = (int64_t)value * KK_OBS_SCALE;
    snprintf(row->area, sizeof row->area, "%.15s", area);
    if (band >= 0)
        snprintf(row->breakdown, sizeof row->breakdown, "age=%d-%d", 5 * band, 5 * band + 4);
}

static unsigned count_of_chance(void)
{
    unsigned what = chance(20);

    return what < 2 ? 0 : what < 4 ? 1 + chance(9) : 10 + chance(200);
}

static void fill(struct rows *r, unsigned wards, unsigned areas, unsigned bands)
{
    unsigned city[32] = { 0 }, ward[32], sum, all = 0;
    char name[32];

    for (unsigned w = 0; w < wards; w++) {
        unsigned in_ward = 0;

        memset(ward, 0, sizeof ward);
        for (unsigned a = 0; a < areas; a++) {
            snprintf(name, sizeof name, "1413%u-%02u", 1 + w, 1 + a);
            sum = 0;
            for (unsigned b = 0; b < bands; b++) {
                unsigned v = count_of_chance();

                put(r, name, (int)b, v);
                sum += v;
                ward[b] += v;
            }
            put(r, name, -1, sum);
            in_ward += sum;
        }
        snprintf(name, sizeof name, "1413%u", 1 + w);
        for (unsigned b = 0; b < bands; b++) {
            put(r, name, (int)b, ward[b]);
            city[b] += ward[b];
        }
        put(r, name, -1, in_ward);
        all += in_ward;
    }
    if (wards == 1)
        return; /* a ward alone */
    for (unsigned b = 0; b < bands; b++)
        put(r, "14130", (int)b, city[b]);
    put(r, "14130", -1, all);
}

/* --- what the readers of pub do not know, as one linear program --- */
struct program {
    uint32_t *facts; /* of the columns */
    int *column_of, *starts, *index;
    double *least, *most, *lowest, *highest, *objective, *factors;
    int columns, rows, entries;
};

static bool shown(const struct kk_facts *f, uint32_t fact)
{
    return f->facts[fact].valued && (f->facts[fact].shown & KK_EYES_PUB);
}

static double units(const struct kk_facts *f, uint32_t fact)
{
    return (double)f->facts[fact].value / KK_OBS_SCALE;
}

static void room(struct program *p, const struct guarding *g)
{
    size_t facts = g->facts.count + 1, rows = g->relations.count + 1;

    *p = (struct program){ .facts = calloc(facts, sizeof *p->facts),
                           .column_of = calloc(facts, sizeof(int)),
                           .starts = calloc(facts + 1, sizeof(int)),
                           .index = calloc(g->relations.term_count + 1, sizeof(int)),
                           .factors = calloc(g->relations.term_count + 1, sizeof(double)),
                           .least = calloc(facts, sizeof(double)),
                           .most = calloc(facts, sizeof(double)),
                           .objective = calloc(facts, sizeof(double)),
                           .lowest = calloc(rows, sizeof(double)),
                           .highest = calloc(rows, sizeof(double)) };
}

static bool asked(const struct program *p, const struct kk_relations *list, size_t at)
{
    const struct kk_summand *t = &list->terms[list->items[at].first];

    for (uint32_t k = 0; k < list->items[at].count; k++) {
        if (p->column_of[t[k].fact] >= 0)
            return true;
    }
    return false;
}

static void add_row(struct program *p, const struct guarding *g, size_t at)
{
    const struct kk_relation *x = &g->relations.items[at];
    double known = 0;

    for (uint32_t k = 0; k < x->count; k++) {
        const struct kk_summand *t = &g->relations.terms[x->first + k];

        if (p->column_of[t->fact] < 0)
            known += t->factor * units(&g->facts, t->fact);
    }
    p->lowest[p->rows] = x->lowest - known;
    p->highest[p->rows++] = x->highest - known;
}

/* Rows in which it stands, counted among those that are asked. */
static void add_column(struct program *p, const struct kk_relations *list, uint32_t fact)
{
    int row = 0;

    for (size_t i = 0; i < list->count; i++) {
        const struct kk_summand *t = &list->terms[list->items[i].first];

        for (uint32_t k = 0; k < list->items[i].count; k++) {
            if (t[k].fact != fact)
                continue;
            p->index[p->entries] = row;
            p->factors[p->entries++] = t[k].factor;
        }
        row += asked(p, list, i);
    }
}

static void build(struct program *p, const struct guarding *g)
{
    room(p, g);
    for (uint32_t i = 0; i < g->facts.count; i++) {
        p->column_of[i] = shown(&g->facts, i) ? -1 : p->columns;
        if (p->column_of[i] < 0)
            continue;
        p->most[p->columns] = FAR;
        p->facts[p->columns++] = i;
    }
    for (int c = 0; c < p->columns; c++) {
        p->starts[c] = p->entries;
        add_column(p, &g->relations, p->facts[c]);
    }
    p->starts[p->columns] = p->entries;
    for (size_t i = 0; i < g->relations.count; i++) {
        if (asked(p, &g->relations, i))
            add_row(p, g, i);
    }
}

/* --- ways of asking --- */
enum algorithm { DUAL, PRIMAL };
struct way {
    const char *name;
    enum algorithm first, then;
    bool presolve, fresh, defaults; /* fresh: a new model for each question */
};
static const struct way ways[] = {
    { "dual first, then primal (taken)", DUAL, PRIMAL, false, false, false },
    { "primal first, then primal", PRIMAL, PRIMAL, false, false, false },
    { "dual first, then dual", DUAL, DUAL, false, false, false },
    { "as taken, with scaling and perturbation as Clp has them", DUAL, PRIMAL, false, false, true },
    { "a new model a question, dual", DUAL, DUAL, false, true, false },
    { "a new model a question, presolve, dual", DUAL, DUAL, true, true, true },
    { "a new model a question, presolve, primal", PRIMAL, PRIMAL, true, true, true },
};

static Clp_Simplex *load(const struct program *p, const struct way *way)
{
    Clp_Simplex *m = Clp_newModel();

    Clp_setLogLevel(m, 0);
    if (!way->defaults) {
        Clp_scaling(m, 0);
        Clp_setPerturbation(m, 100);
    }
    Clp_loadProblem(m, p->columns, p->rows, p->starts, p->index, p->factors, p->least, p->most,
                    p->objective, p->lowest, p->highest);
    return m;
}

static void solve(Clp_Simplex *m, enum algorithm algorithm, bool presolve)
{
    if (presolve) {
        Clp_Solve *options = ClpSolve_new();

        ClpSolve_setSolveType(options, algorithm == DUAL ? 0 : 1, -1);
        ClpSolve_setPresolveType(options, 0, -1);
        Clp_initialSolveWithOptions(m, options);
        ClpSolve_delete(options);
    } else if (algorithm == DUAL) {
        Clp_dual(m, 0);
    } else {
        Clp_primal(m, 0);
    }
}

/* The sum of all bounds, so that ways can be held against each other. */
static double ask_all(struct program *p, const struct way *way)
{
    Clp_Simplex *m = way->fresh ? NULL : load(p, way);
    double sum = 0;

    if (m)
        solve(m, way->first, way->presolve);
    for (int q = 0; q < 2 * p->columns; q++) {
        p->objective[q / 2] = q % 2 ? -1 : 1;
        if (way->fresh)
            m = load(p, way);
        else
            Clp_chgObjCoefficients(m, p->objective);
        solve(m, way->then, way->presolve);
        kk_assert(Clp_status(m) == 0);
        sum += Clp_primalColumnSolution(m)[q / 2];
        if (way->fresh)
            Clp_deleteModel(m);
        p->objective[q / 2] = 0;
    }
    if (!way->fresh)
        Clp_deleteModel(m);
    return sum;
}

static void attack(const struct guarding *g)
{
    struct program p;
    double same = 0;

    build(&p, g);
    printf("%d unknowns, %d rows, %d entries, %d questions\n", p.columns, p.rows, p.entries,
           2 * p.columns);
    for (size_t i = 0; i < KK_COUNT(ways); i++) {
        double start = now_ms(), sum = ask_all(&p, &ways[i]);

        same = i ? same : sum;
        printf("%-58s %9.1f ms%s\n", ways[i].name, now_ms() - start,
               fabs(sum - same) <= 1e-6 * (1 + fabs(same)) ? "" : "  OTHER BOUNDS");
    }
}

/* --- the least that must be concealed --- */
static int cost(const struct guarding *g, uint32_t fact)
{
    const struct kk_fact_cell *cell = &g->facts.cells[g->facts.facts[fact].cell];
    struct kk_slice area = g->facts.areas.items[cell->area];
    int level = area.len > 5 ? 2 : area.data[4] == '0' ? 8 : 4;

    return 1 + level + (g->facts.breakdowns.items[cell->breakdown].len == 0);
}

#ifdef HAVE_CBC
/*
 * x of each number: is it concealed? For each of them two other tables, one in which it is greater
 * and one in which it is less: they differ from the true one in concealed numbers alone, keep every
 * relation, and are as far apart as [DC-5] asks. No difference need be more than K.
 */
struct least {
    const struct guarding *g;
    uint32_t *facts;
    int *place; /* by fact: its number, -1: 0, which stays */
    int count, rows, columns;
    int *start, *index;
    double *value, *lower, *upper, *cost, *low, *high;
    int entries, entry_cap;
    int *row_of, *col_of;
    double *factor;
};

static void entry(struct least *l, int row, int column, double factor)
{
    kk_assert(l->entries < l->entry_cap);
    l->row_of[l->entries] = row;
    l->col_of[l->entries] = column;
    l->factor[l->entries++] = factor;
}

static int new_row(struct least *l, double low, double high)
{
    l->low[l->rows] = low;
    l->high[l->rows] = high;
    return l->rows++;
}

/* Another table: a column for each number, bound to its x, and a row for each relation. */
static void other_table(struct least *l, int base)
{
    const struct kk_relations *list = &l->g->relations;

    for (int i = 0; i < l->count; i++) {
        double v = units(&l->g->facts, l->facts[i]);
        int row = new_row(l, -INFINITY, 0);

        l->lower[base + i] = -fmin(v, K);
        l->upper[base + i] = K;
        entry(l, row, base + i, 1);
        entry(l, row, i, -K);
        row = new_row(l, 0, INFINITY);
        entry(l, row, base + i, 1);
        entry(l, row, i, fmin(v, K));
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct kk_summand *t = &list->terms[list->items[i].first];
        int row = new_row(l, 0, 0);

        for (uint32_t k = 0; k < list->items[i].count; k++) {
            if (l->place[t[k].fact] >= 0)
                entry(l, row, base + l->place[t[k].fact], t[k].factor);
        }
    }
}

static void list_numbers(struct least *l)
{
    l->facts = calloc(l->g->facts.count + 1, sizeof *l->facts);
    l->place = calloc(l->g->facts.count + 1, sizeof *l->place);
    for (uint32_t i = 0; i < l->g->facts.count; i++) {
        l->place[i] = l->g->facts.facts[i].value ? l->count : -1;
        if (l->place[i] >= 0)
            l->facts[l->count++] = i;
    }
}

static void build_least(struct least *l)
{
    size_t n, rows, columns;

    list_numbers(l);
    n = (size_t)l->count;
    rows = n * (2 * (2 * n + l->g->relations.count) + 1);
    columns = n + 2 * n * n;
    l->entry_cap = (int)(n * 2 * (4 * n + l->g->relations.term_count) + 3 * n);
    l->row_of = calloc((size_t)l->entry_cap, sizeof(int));
    l->col_of = calloc((size_t)l->entry_cap, sizeof(int));
    l->factor = calloc((size_t)l->entry_cap, sizeof(double));
    l->low = calloc(rows, sizeof(double));
    l->high = calloc(rows, sizeof(double));
    l->lower = calloc(columns, sizeof(double));
    l->upper = calloc(columns, sizeof(double));
    l->cost = calloc(columns, sizeof(double));
    l->columns = (int)columns;
    for (int i = 0; i < l->count; i++) {
        double v = units(&l->g->facts, l->facts[i]);
        int up = l->count * (1 + 2 * i), down = up + l->count;

        l->upper[i] = 1;
        l->lower[i] = v < K; /* the threshold conceals it */
        l->cost[i] = v < K ? 0 : cost(l->g, l->facts[i]);
        other_table(l, up);
        other_table(l, down);
        if (v < K) {
            l->lower[up + i] = K - 1 - v;
            l->upper[down + i] = 1 - v;
            continue;
        }
        int row = new_row(l, 0, INFINITY); /* up - down is at least K where it is concealed */
        entry(l, row, up + i, 1);
        entry(l, row, down + i, -1);
        entry(l, row, i, -K);
    }
}

/* By columns, as Cbc wants them. */
static void turn(struct least *l)
{
    l->start = calloc((size_t)l->columns + 2, sizeof(int));
    l->index = calloc((size_t)l->entries + 1, sizeof(int));
    l->value = calloc((size_t)l->entries + 1, sizeof(double));
    for (int i = 0; i < l->entries; i++)
        l->start[l->col_of[i] + 1]++;
    for (int i = 0; i < l->columns; i++)
        l->start[i + 1] += l->start[i];
    int *at = calloc((size_t)l->columns + 1, sizeof(int));
    memcpy(at, l->start, (size_t)l->columns * sizeof(int));
    for (int i = 0; i < l->entries; i++) {
        l->index[at[l->col_of[i]]] = l->row_of[i];
        l->value[at[l->col_of[i]]++] = l->factor[i];
    }
    free(at);
}

static void find_least(const struct guarding *g, const char *seconds)
{
    struct least l = { .g = g };
    Cbc_Model *m = Cbc_newModel();
    double start = now_ms();
    int cells = 0;

    build_least(&l);
    turn(&l);
    Cbc_setLogLevel(m, 0);
    Cbc_loadProblem(m, l.columns, l.rows, l.start, l.index, l.value, l.lower, l.upper, l.cost,
                    l.low, l.high);
    for (int i = 0; i < l.count; i++)
        Cbc_setInteger(m, i);
    Cbc_setParameter(m, "seconds", seconds);
    Cbc_solve(m);
    for (int i = 0; i < l.count && Cbc_bestSolution(m); i++)
        cells += l.cost[i] > 0 && Cbc_bestSolution(m)[i] > 0.5;
    printf(" | least %4.0f %3d %8.0f ms %s\n", Cbc_getObjValue(m), cells, now_ms() - start,
           Cbc_isProvenOptimal(m) ? "proven" : "NOT PROVEN");
    Cbc_deleteModel(m);
}
#else
static void find_least(const struct guarding *g, const char *seconds)
{
    (void)g;
    (void)seconds;
    printf(" | built without Cbc\n");
}
#endif

static void cover(struct guarding *g, struct kk_cover *c)
{
    const struct kk_cover_ground ground = { &g->facts, &g->relations, &g->rules, UINT32_MAX };

    kk_attack_fini(&g->attack);
    kk_assert(kk_cover_run(c, &ground, &g->attack) == 0);
}

static void compare(struct guarding *g, const struct rows *rows, const char *seconds)
{
    struct kk_cover c;
    double start = now_ms();
    int sum = 0, cells = 0, first = 0;

    cover(g, &c);
    for (size_t i = 0; i < c.count; i++) {
        first += c.items[i].k > 0;
        cells += c.items[i].k == 0;
        sum += c.items[i].k == 0 ? cost(g, c.items[i].fact) : 0;
    }
    printf("%4zu figures, %3d by threshold, %zu open | taken %4d %3d %8.0f ms", rows->count, first,
           c.open, sum, cells, now_ms() - start);
    kk_cover_fini(&c);
    close_table(g);
    open_table(g, rows);
    fflush(stdout);
    if (strcmp(seconds, "0") == 0)
        printf("\n");
    else
        find_least(g, seconds);
}

static unsigned number(const char *text)
{
    return (unsigned)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
    struct rows *rows = calloc(1, sizeof *rows);
    struct guarding g;
    struct kk_cover c;

    if (argc < 6 || !rows) {
        fprintf(stderr, "usage: solver attack|cover WARDS AREAS BANDS SEED [SECONDS]\n");
        return 2;
    }
    seed = strtoull(argv[5], NULL, 10);
    fill(rows, number(argv[2]), number(argv[3]), number(argv[4]));
    open_table(&g, rows);
    if (strcmp(argv[1], "cover") == 0) {
        compare(&g, rows, argc > 6 ? argv[6] : "60");
    } else {
        cover(&g, &c);
        attack(&g);
        kk_cover_fini(&c);
    }
    close_table(&g);
    free(rows);
    return 0;
}
