/* Linear programs, through Clp's C interface (bounds.h). [DC-4] */
#include "guard/bounds.h"
#include "guard/lib_clp.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

#include <math.h>
#include <string.h>

#define NO_PERTURBATION 100
#define NO_SCALING      0

struct kk_bounds {
    Clp_Simplex *model;
    double *objective;
    size_t columns;
};

/* The matrix by columns, as Clp wants it. */
struct matrix {
    CoinBigIndex *starts;
    int *rows;
    double *factors;
};

static void matrix_fini(struct matrix *m)
{
    kk_free(m->starts);
    kk_free(m->rows);
    kk_free(m->factors);
}
KK_DEFINE_FINI(matrix)

/* more: columns past those of p, two a row: +1 and -1, for rows that may give way. */
static int fill(struct matrix *m, const struct kk_bounds_problem *p, bool more)
{
    size_t columns = p->columns + (more ? 2 * p->rows : 0), at = 0;
    size_t entries = p->entry_count + (more ? 2 * p->rows : 0);

    m->starts = kk_alloc_array(columns + 1, sizeof *m->starts);
    m->rows = kk_alloc_array(entries + 1, sizeof *m->rows);
    m->factors = kk_alloc_array(entries + 1, sizeof *m->factors);
    if (!m->starts || !m->rows || !m->factors)
        return KK_E_MEMORY;
    for (size_t c = 0; c < p->columns; c++) {
        m->starts[c] = (CoinBigIndex)at;
        for (; at < p->entry_count && p->entries[at].column == (int)c; at++) {
            m->rows[at] = p->entries[at].row;
            m->factors[at] = p->entries[at].factor;
        }
    }
    for (size_t c = p->columns; c < columns; c++, at++) {
        m->starts[c] = (CoinBigIndex)at;
        m->rows[at] = (int)((c - p->columns) / 2);
        m->factors[at] = (c - p->columns) % 2 ? -1 : 1;
    }
    m->starts[columns] = (CoinBigIndex)at;
    return 0;
}

static Clp_Simplex *new_model(void)
{
    Clp_Simplex *model = kk_clp->Clp_newModel();

    kk_clp->Clp_setLogLevel(model, 0);
    kk_clp->Clp_scaling(model, NO_SCALING);
    kk_clp->Clp_setPerturbation(model, NO_PERTURBATION);
    kk_clp->Clp_dropNames(model);
    return model;
}

int kk_bounds_ready(struct kk_error *err)
{
    return kk_clp_load(err);
}

int kk_bounds_new(const struct kk_bounds_problem *p, struct kk_bounds **ret, bool *ret_feasible)
{
    KK_AUTO_FREE(kk_bounds) struct kk_bounds *b = kk_alloc(sizeof *b);
    KK_AUTO_FINI(matrix) struct matrix m = { 0 };
    int r = b ? kk_clp_load(NULL) : KK_E_MEMORY;

    if (r == 0)
        r = fill(&m, p, false);
    if (r < 0)
        return r;
    b->columns = p->columns;
    b->objective = kk_alloc_array(p->columns + 1, sizeof *b->objective);
    if (!b->objective)
        return KK_E_MEMORY;
    b->model = new_model();
    kk_clp->Clp_loadProblem(b->model, (int)p->columns, (int)p->rows, m.starts, m.rows, m.factors,
                    p->least, p->most, b->objective, p->lowest, p->highest);
    kk_clp->Clp_dual(b->model, 0);
    if (kk_clp->Clp_status(b->model) > 1) /* neither solved nor impossible: the other algorithm */
        kk_clp->Clp_primal(b->model, 0);
    if (kk_clp->Clp_status(b->model) > 1)
        return KK_E_SOLVER;
    *ret_feasible = kk_clp->Clp_status(b->model) == 0;
    *ret = KK_STEAL(b);
    return 0;
}

void kk_bounds_free(struct kk_bounds *b)
{
    if (!b)
        return;
    if (b->model)
        kk_clp->Clp_deleteModel(b->model);
    kk_free(b->objective);
    kk_free(b);
}

int kk_bounds_find(struct kk_bounds *b, size_t column, bool greatest, double *ret)
{
    b->objective[column] = greatest ? -1 : 1;
    kk_clp->Clp_chgObjCoefficients(b->model, b->objective);
    b->objective[column] = 0;
    kk_clp->Clp_primal(b->model, 0);
    if (kk_clp->Clp_status(b->model) != 0)
        kk_clp->Clp_dual(b->model, 0);
    if (kk_clp->Clp_status(b->model) != 0)
        return KK_E_SOLVER;
    *ret = kk_clp->Clp_primalColumnSolution(b->model)[column];
    return 0;
}

const double *kk_bounds_values(const struct kk_bounds *b)
{
    return kk_clp->Clp_primalColumnSolution(b->model);
}

const double *kk_bounds_prices(const struct kk_bounds *b)
{
    return kk_clp->Clp_dualRowSolution(b->model);
}

/* Every row may miss by what two more unknowns of its own make up for; each unit costs one. */
int kk_bounds_give_way(const struct kk_bounds_problem *p, double *ret_by_row)
{
    KK_AUTO_FINI(matrix) struct matrix m = { 0 };
    size_t columns = p->columns + 2 * p->rows;
    double *lists = kk_alloc_array(3 * columns + 1, sizeof *lists);
    double *least = lists, *most = least + columns, *cost = most + columns;
    int r = lists ? kk_clp_load(NULL) : KK_E_MEMORY;

    if (r == 0)
        r = fill(&m, p, true);
    if (r == 0) {
        Clp_Simplex *model = new_model();

        memcpy(least, p->least, p->columns * sizeof *least);
        memcpy(most, p->most, p->columns * sizeof *most);
        for (size_t c = p->columns; c < columns; c++) {
            most[c] = INFINITY;
            cost[c] = 1;
        }
        kk_clp->Clp_loadProblem(model, (int)columns, (int)p->rows, m.starts, m.rows,
                                m.factors, least, most, cost, p->lowest, p->highest);
        kk_clp->Clp_primal(model, 0);
        r = kk_clp->Clp_status(model) == 0 ? 0 : KK_E_SOLVER;
        for (size_t i = 0; i < p->rows && r == 0; i++)
            ret_by_row[i] = kk_clp->Clp_primalColumnSolution(model)[p->columns + 2 * i] +
                            kk_clp->Clp_primalColumnSolution(model)[p->columns + 2 * i + 1];
        kk_clp->Clp_deleteModel(model);
    }
    kk_free(lists);
    return r;
}
