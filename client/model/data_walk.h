/*
 * Every indicator that a device holds, in turn, with its figures in each scope: for a view of one
 * area, which looks at all indicators and a few rows of each. What lies in memory at a time is one
 * block a dataset. [DA-1]
 */
#ifndef MODEL_DATA_WALK_H
#define MODEL_DATA_WALK_H

#include "model/data.h"
#include "replica/lane.h"

/* The figures of the indicator at hand in one dataset of one scope. */
struct kk_data_part {
    const struct kk_lane *lane; /* kk_lane_group is that indicator */
    struct kk_slice scope;
    unsigned tier;
};
struct kk_data_walk_query {
    uint32_t as_of;            /* 0: the newest */
    struct kk_slice indicator; /* absent: every one */
    bool only_public;
};
/* The most restricted scope first. Anything but 0 ends the walk. */
typedef int kk_data_part_fn(void *user, const struct kk_data_part *parts, size_t count);
/* Indicators ascend. KK_E_RELEASE_ABSENT, KK_E_NOT_FOUND as kk_data_get. */
KK_MUST_USE int kk_data_walk(struct kk_home *h, const struct kk_data_walk_query *q,
                             kk_data_part_fn *fn, void *user, struct kk_error *err);

/* Adds what the part has of the areas, period and breakdown asked for to d, to be settled
 * (kk_data_settle). */
KK_MUST_USE int kk_data_part_get(const struct kk_data_part *part, const struct kk_data_query *q,
                                 struct kk_data *d);

#endif
