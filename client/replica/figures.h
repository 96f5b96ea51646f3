/* Figures of one dataset of a replica, row by row. */
#ifndef CLIENT_REPLICA_FIGURES_H
#define CLIENT_REPLICA_FIGURES_H

#include "kukyoku/bundle/obs.h"
#include "replica/replica.h"

struct kk_figures_query {
    const char *dataset;             /* NULL: that of the figures */
    struct kk_slice indicator, area; /* absent: any */
    uint32_t as_of;                  /* 0: the newest release held */
};
/* Texts are borrowed for the call. A fault of fn ends the reading. */
typedef int kk_figures_fn(void *user, const struct kk_obs *row);
KK_MUST_USE int kk_figures_each(struct kk_replica *r, const struct kk_figures_query *q,
                                kk_figures_fn *fn, void *user);

#endif
