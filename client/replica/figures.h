/* Rows of the datasets of a replica, one by one. */
#ifndef CLIENT_REPLICA_FIGURES_H
#define CLIENT_REPLICA_FIGURES_H

#include "replica/lane.h"

/* Texts are borrowed for the call. A fault of fn ends the reading. */
typedef int kk_figures_fn(void *user, const struct kk_obs *row);
KK_MUST_USE int kk_figures_each(struct kk_replica *r, const struct kk_lanes_query *q,
                                kk_figures_fn *fn, void *user);

#endif
