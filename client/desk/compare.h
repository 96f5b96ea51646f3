/*
 * Two states of figures side by side: one as a table, the other row by row in the same order. Each
 * key is given once: new, changed, same or gone.
 *
 *     kk_compare_before … (a kk_tidy_fn) → kk_compare_end
 */
#ifndef DESK_COMPARE_H
#define DESK_COMPARE_H

#include "desk/tidy.h"

struct kk_compared {
    struct kk_tidy_row *row;     /* of the table; NULL: gone */
    const struct kk_obs *now;    /* what it says; NULL: gone */
    const struct kk_obs *before; /* NULL: new */
};
typedef int kk_compare_fn(void *user, const struct kk_compared *pair);
struct kk_compare {
    struct kk_tidy *table; /* after kk_tidy_end; rows that were refused are passed over */
    kk_compare_fn *fn;
    void *user;
    size_t at;
};
KK_MUST_USE int kk_compare_before(void *compare, const struct kk_obs *row);
KK_MUST_USE int kk_compare_end(struct kk_compare *c);

/* Do two rows of one key say the same? */
bool kk_compare_same(const struct kk_obs *a, const struct kk_obs *b);
/* Order by indicator, area and breakdown: one series of periods. */
int kk_compare_series(const struct kk_obs *a, const struct kk_obs *b);

#endif
