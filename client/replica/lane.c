/* Datasets of a replica, read from end to end (lane.h). */
#include "replica/lane.h"

#include "replica_inside.h"

#include "kukyoku/base/alloc.h"

void kk_lanes_fini(struct kk_lanes *l)
{
    for (size_t i = 0; i < l->count; i++) {
        kk_segment_close(&l->items[i].segment);
        kk_obs_block_fini(&l->items[i].block);
    }
    kk_free(l->items);
    *l = (struct kk_lanes){ 0 };
}

const struct kk_obs_group *kk_lane_group(const struct kk_lane *g)
{
    return g->at < g->end ? &g->block.groups[g->at] : NULL;
}

/* The first group from here on, in this block or a later one. */
static int settle(struct kk_lane *g)
{
    int r = 0;

    while (r == 0 && g->at >= g->end && g->pack < g->pack_end) {
        kk_obs_block_fini(&g->block);
        kk_obs_block_init(&g->block);
        g->at = g->end = 0;
        r = kk_segment_block(&g->segment, g->pack++, g->depth, &g->block);
        if (r == 0)
            g->end = g->block.count;
    }
    return r;
}

int kk_lane_next(struct kk_lane *g)
{
    g->at++;
    return settle(g);
}

static int settle_on(struct kk_lane *g, struct kk_slice indicator)
{
    const struct kk_obs_group *found;
    int r;

    g->pack = kk_segment_pack_of(&g->segment, indicator);
    g->pack_end = g->pack + 1;
    r = settle(g);
    if (r < 0)
        return r;
    found = kk_obs_block_find(&g->block, indicator);
    g->at = found ? (size_t)(found - g->block.groups) : 0;
    g->end = found ? g->at + 1 : 0;
    return 0;
}

static int open_one(struct kk_replica *r, const struct replica_segment *row,
                    const struct kk_lanes_query *q, struct kk_lane *ret)
{
    struct kk_coded_source source = { .get = replica_source, .self = r };
    int e = kk_segment_open(&ret->segment, kk_bytes_slice(&row->index), source);

    if (e < 0)
        return e;
    ret->depth = ret->segment.index.deltas.count;
    ret->pack_end = kk_segment_pack_count(&ret->segment);
    if (q->as_of > 0)
        e = kk_segment_depth(&ret->segment, q->as_of, &ret->depth);
    if (e < 0)
        return e;
    return q->indicator.data ? settle_on(ret, q->indicator) : settle(ret);
}

static bool is_asked(const struct kk_lanes_query *q, const char *dataset)
{
    return q->dataset ? strcmp(dataset, q->dataset) == 0
                      : replica_is_figures(kk_slice_text(dataset));
}

int kk_lanes_open(struct kk_replica *r, const struct kk_lanes_query *q, struct kk_lanes *ret)
{
    KK_AUTO_FINI(replica_segments) struct replica_segments all = { 0 };
    int e = replica_segments_load(r, &all);

    *ret = (struct kk_lanes){ 0 };
    if (e < 0 || all.count == 0)
        return e;
    ret->items = kk_alloc(all.count * sizeof(*ret->items));
    if (!ret->items)
        return KK_E_MEMORY;
    for (size_t i = 0; e == 0 && i < all.count; i++) {
        const struct replica_dataset *d = &all.items[i];
        struct span_choice choice = span_choose(d->spans, d->count, q->as_of);
        struct kk_lane *g = &ret->items[ret->count];

        if (!is_asked(q, d->dataset))
            continue;
        if (choice.verdict == SPAN_ABSENT)
            e = KK_E_RELEASE_ABSENT;
        if (choice.verdict != SPAN_HELD)
            continue;
        *g = (struct kk_lane){ 0 };
        kk_obs_block_init(&g->block);
        ret->count++;
        e = open_one(r, &d->rows[choice.at], q, g);
    }
    if (e < 0)
        kk_lanes_fini(ret);
    return e;
}

const struct kk_obs_row *kk_lane_area(const struct kk_lane *g, struct kk_slice area,
                                        size_t *ret_count)
{
    const struct kk_obs_group *group = kk_lane_group(g);
    int code = kk_dict_find(&g->segment.words.areas, area);
    size_t first = 0, end = 0;

    if (group && code >= 0)
        kk_obs_group_area(&g->segment.words, group, (uint16_t)code, &first, &end);
    *ret_count = end - first;
    return *ret_count ? &group->rows[first] : NULL;
}
