/* Datasets of a replica, read from end to end (lane.h). */
#include "replica/lane.h"

#include "replica/crew.h"
#include "replica_inside.h"

#include "kukyoku/base/alloc.h"

static void drop_blocks(struct kk_lane *g)
{
    for (size_t i = 0; i < g->block_count; i++)
        kk_obs_block_fini(&g->blocks[i]);
    g->block = g->block_count = g->at = g->end = 0;
}

void kk_lanes_fini(struct kk_lanes *l)
{
    for (size_t i = 0; i < l->count; i++) {
        kk_crew_end(&l->items[i].crew);
        drop_blocks(&l->items[i]);
        kk_segment_close(&l->items[i].segment);
    }
    kk_free(l->items);
    *l = (struct kk_lanes){ 0 };
}

const struct kk_obs_group *kk_lane_group(const struct kk_lane *g)
{
    return g->at < g->end ? &g->blocks[g->block].groups[g->at] : NULL;
}

/* A block being decoded. */
struct decoding {
    struct kk_lane *lane;
    size_t pack;
    struct kk_bytes coded;
    struct kk_obs_block *into;
    int fault;
};

static void decode(void *job)
{
    struct decoding *d = job;

    if (d->fault == 0)
        d->fault = kk_segment_decode(&d->lane->segment, d->pack, d->lane->depth,
                                     kk_bytes_slice(&d->coded), d->into);
    kk_bytes_fini(&d->coded);
}

/* How many packs are worth being decoded together. */
static size_t together(struct kk_lane *g)
{
    size_t left = g->pack_end - g->pack;

    if (left < 2 || g->segment.index.rows < KK_CREW_ROWS || kk_segment_ready(&g->segment) <= 0)
        return 1;
    return left < KK_LANE_BLOCKS ? left : KK_LANE_BLOCKS;
}

static int next_blocks(struct kk_lane *g)
{
    struct decoding jobs[KK_LANE_BLOCKS] = { { .fault = 0 } };
    size_t count = together(g);
    int r = 0;

    drop_blocks(g);
    for (size_t i = 0; i < count; i++) {
        jobs[i].lane = g;
        jobs[i].pack = g->pack++;
        jobs[i].into = &g->blocks[i];
        kk_obs_block_init(jobs[i].into);
        jobs[i].fault = kk_segment_coded(&g->segment, jobs[i].pack, &jobs[i].coded);
        if (count > 1)
            kk_crew_add(&g->crew, decode, &jobs[i]);
        else
            decode(&jobs[i]);
    }
    kk_crew_wait(g->crew);
    if (g->pack == g->pack_end)
        kk_crew_end(&g->crew);
    g->block_count = count;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = jobs[i].fault;
    return r;
}

/* The first group from here on, in this block or a later one. */
static int settle(struct kk_lane *g)
{
    int r = 0;

    while (r == 0 && g->at >= g->end && (g->block + 1 < g->block_count || g->pack < g->pack_end)) {
        if (g->block + 1 < g->block_count)
            g->block++;
        else
            r = next_blocks(g);
        g->at = 0;
        g->end = r == 0 ? g->blocks[g->block].count : 0;
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
    found = kk_obs_block_find(&g->blocks[0], indicator);
    g->at = found ? (size_t)(found - g->blocks[0].groups) : 0;
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
