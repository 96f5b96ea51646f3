/* Rows by query (figures.h). */
#include "replica/figures.h"

/* The rows of the group at hand. */
static int each_row(const struct kk_lane *lane, kk_figures_fn *fn, void *user)
{
    const struct kk_obs_group *group = kk_lane_group(lane);
    int e = 0;

    for (size_t i = 0; e == 0 && i < group->count; i++) {
        struct kk_obs obs;

        kk_obs_get(&lane->segment.words, group, &group->rows[i], &obs);
        e = fn(user, &obs);
    }
    return e;
}

int kk_figures_each(struct kk_replica *r, const struct kk_lanes_query *q, kk_figures_fn *fn,
                    void *user)
{
    KK_AUTO_FINI(kk_lanes) struct kk_lanes lanes = { 0 };
    int e = kk_lanes_open(r, q, &lanes);

    for (size_t i = 0; e == 0 && i < lanes.count; i++) {
        while (e == 0 && kk_lane_group(&lanes.items[i])) {
            e = each_row(&lanes.items[i], fn, user);
            if (e == 0)
                e = kk_lane_next(&lanes.items[i]);
        }
    }
    return e;
}
