/* Figures by query (figures.h). */
#include "replica/figures.h"

#include "replica/lane.h"

/* The rows of the group at hand. */
static int each_row(const struct kk_lane *lane, struct kk_slice area, kk_figures_fn *fn, void *user)
{
    const struct kk_obs_group *group = kk_lane_group(lane);
    const struct kk_obs_row *row = group->rows;
    size_t count = group->count;
    int e = 0;

    if (area.data)
        row = kk_lane_area(lane, area, &count);
    for (; e == 0 && count > 0; count--, row++) {
        struct kk_obs obs;

        kk_obs_get(&lane->segment.words, group, row, &obs);
        e = fn(user, &obs);
    }
    return e;
}

int kk_figures_each(struct kk_replica *r, const struct kk_figures_query *q, kk_figures_fn *fn,
                    void *user)
{
    KK_AUTO_FINI(kk_lanes) struct kk_lanes lanes = { 0 };
    struct kk_lanes_query query = { .as_of = q->as_of,
                                    .indicator = q->indicator,
                                    .dataset = q->dataset ? q->dataset : KK_OBS_DATASET };
    int e = kk_lanes_open(r, &query, &lanes);

    for (size_t i = 0; e == 0 && i < lanes.count; i++) {
        while (e == 0 && kk_lane_group(&lanes.items[i])) {
            e = each_row(&lanes.items[i], q->area, fn, user);
            if (e == 0)
                e = kk_lane_next(&lanes.items[i]);
        }
    }
    return e;
}
