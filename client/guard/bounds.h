/*
 * Least and greatest value of an unknown under linear relations, by linear programming. The solver
 * is COIN-OR Clp; nothing else knows it.
 * Unknowns are numbered from 0; each has bounds, so that every question has an answer. [DC-4]
 */
#ifndef GUARD_BOUNDS_H
#define GUARD_BOUNDS_H

#include "kukyoku/attr.h"
#include "kukyoku/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kk_bounds_entry {
    int row, column;
    double factor;
};
struct kk_bounds_problem {
    size_t columns, rows, entry_count;
    const double *least, *most;      /* of the unknowns */
    const double *lowest, *highest;  /* of the rows; infinities allowed */
    const struct kk_bounds_entry *entries; /* ascending by column */
};
struct kk_bounds;
/* KK_E_MEMORY; *ret_feasible: whether any values keep to all rows. */
/* The solver, ahead of the first problem, which would find it itself: so that err can tell. */
KK_MUST_USE int kk_bounds_ready(struct kk_error *err);
KK_MUST_USE int kk_bounds_new(const struct kk_bounds_problem *p, struct kk_bounds **ret,
                              bool *ret_feasible);
void kk_bounds_free(struct kk_bounds *b);
KK_DEFINE_FREE(kk_bounds)
/* The least value of a column, or the greatest. KK_E_SOLVER. */
KK_MUST_USE int kk_bounds_find(struct kk_bounds *b, size_t column, bool greatest, double *ret);
/* Of the last question: values of all columns, and what each row has to do with the answer
 * (0: nothing). Borrowed until the next one. */
const double *kk_bounds_values(const struct kk_bounds *b);
const double *kk_bounds_prices(const struct kk_bounds *b);
/* How far each row must give way so that a problem without an answer gets one: the least in sum. */
KK_MUST_USE int kk_bounds_give_way(const struct kk_bounds_problem *p, double *ret_by_row);

#endif
