/*
 * The figures of one dataset indicator by indicator, as of a release: for views that look at all of
 * them. Each block is decoded once; a few are in memory at a time, which a crew decodes together
 * where the dataset is large.
 */
#ifndef CLIENT_REPLICA_LANE_H
#define CLIENT_REPLICA_LANE_H

#include "kukyoku/bundle/segment.h"
#include "replica/replica.h"

#define KK_LANE_BLOCKS 4 /* some 1 MiB each */
struct kk_lane {
    struct kk_segment segment;
    size_t depth, pack, pack_end; /* packs that are to be decoded yet */
    struct kk_obs_block blocks[KK_LANE_BLOCKS];
    size_t block, block_count; /* the one at hand */
    size_t at, end;            /* in it */
    struct kk_crew *crew;      /* until all packs are decoded */
};
struct kk_lanes_query {
    uint32_t as_of;            /* 0: the newest */
    struct kk_slice indicator; /* absent: every one; else its pack alone is decoded */
    const char *dataset;       /* NULL: each that holds figures */
};
/* One for each dataset that holds something as of the release. */
struct kk_lanes {
    struct kk_lane *items;
    size_t count;
};
/* The replica is borrowed as long as the list lives. KK_E_RELEASE_ABSENT. */
KK_MUST_USE int kk_lanes_open(struct kk_replica *r, const struct kk_lanes_query *q,
                              struct kk_lanes *ret);
void kk_lanes_fini(struct kk_lanes *l);
KK_DEFINE_FINI(kk_lanes)

/* The group at hand, valid until the next one is asked for; NULL behind the last. */
const struct kk_obs_group *kk_lane_group(const struct kk_lane *g);
/* To the next: indicators ascend. */
KK_MUST_USE int kk_lane_next(struct kk_lane *g);
/* The rows of one area in a group, which stand together: their first; *ret_count 0 for none. */
const struct kk_obs_row *kk_lane_area(const struct kk_lane *g, struct kk_slice area,
                                        size_t *ret_count);

#endif
