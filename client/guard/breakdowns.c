/*
 * Relations of breakdowns (table.h). The parts of one dimension, all else being equal, make a
 * group: "age=0-14;sex=f" and "age=15-;sex=f" are two parts of "sex=f". Ranges are edges between
 * their ends, so that every way of tiling one range with others is in the span of the relations
 * found: a spanning tree of the finest ranges, and one relation for each that is not in it.
 * [DC-3]
 */
#include "guard/table.h"
#include "kukyoku/base/alloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PARTS_MAX 256 /* of one group */
#define OPEN_END  INT32_MAX

struct part {
    uint16_t breakdown;
    int32_t from, to; /* of a range; from < 0: it is none */
    bool in_tree;
};
struct group {
    uint16_t base; /* the breakdown without the dimension */
    struct kk_slice dimension;
    struct part parts[PARTS_MAX];
    size_t count;
    bool ranges; /* at least two of the parts are */
};
struct grouping {
    struct kk_table_view *table;
    struct group *groups;
    size_t count, cap;
};

/* --- texts --- */
/* The n-th "name=value" of a breakdown; false past the last. */
static bool pair_at(struct kk_slice text, size_t n, struct kk_slice *ret)
{
    const uint8_t *at = text.data, *end = text.data + text.len;

    for (size_t i = 0; at < end; i++) {
        const uint8_t *semicolon = memchr(at, ';', (size_t)(end - at));
        const uint8_t *stop = semicolon ? semicolon : end;

        if (i == n) {
            *ret = kk_slice(at, (size_t)(stop - at));
            return true;
        }
        at = stop + 1;
    }
    return false;
}

/* The text without one of its pairs; shorter than the text. */
static struct kk_slice without(struct kk_slice text, struct kk_slice pair, char *room)
{
    size_t before = (size_t)(pair.data - text.data), after = before + pair.len;

    if (before > 0)
        before--; /* the semicolon in front goes too */
    else if (after < text.len)
        after++;
    memcpy(room, text.data, before);
    memcpy(room + before, text.data + after, text.len - after);
    return kk_slice(room, before + text.len - after);
}

/* "0-14" or "65-" */
static void read_range(struct kk_slice value, struct part *part)
{
    char text[24];
    int used = 0, from, to;

    part->from = -1;
    if (value.len == 0 || value.len >= sizeof text)
        return;
    snprintf(text, sizeof text, "%.*s", (int)value.len, (const char *)value.data);
    if (sscanf(text, "%6d-%6d%n", &from, &to, &used) == 2 && !text[used] && from >= 0 &&
        to >= from) {
        part->from = from;
        part->to = to + 1;
    } else if (sscanf(text, "%6d-%n", &from, &used) == 1 && used > 0 && !text[used] && from >= 0) {
        part->from = from;
        part->to = OPEN_END;
    }
}

/* --- groups --- */
static int group_of(struct grouping *g, uint16_t base, struct kk_slice dimension,
                    struct group **ret)
{
    for (size_t i = 0; i < g->count; i++) {
        *ret = &g->groups[i];
        if ((*ret)->base == base && kk_slice_equal((*ret)->dimension, dimension))
            return 0;
    }
    if (g->count == g->cap) {
        size_t cap = g->cap ? 2 * g->cap : 8;
        struct group *groups = kk_realloc(g->groups, cap * sizeof *groups);

        if (!groups)
            return KK_E_MEMORY;
        g->groups = groups;
        g->cap = cap;
    }
    *ret = &g->groups[g->count++];
    (*ret)->base = base;
    (*ret)->dimension = dimension;
    (*ret)->count = 0;
    (*ret)->ranges = false;
    return 0;
}

static bool overlap(const struct kk_rules *rules, struct kk_slice dimension)
{
    for (const struct kk_guard_line *l = rules->lists[KK_LIST_PARTS]; l; l = l->next) {
        if (kk_slice_equal(l->name, dimension))
            return true;
    }
    return false;
}

static int put_in_group(struct grouping *g, uint16_t breakdown, struct kk_slice pair)
{
    struct kk_dict *dict = &g->table->facts->breakdowns;
    struct kk_slice text = dict->items[breakdown];
    const uint8_t *equals = memchr(pair.data, '=', pair.len);
    char room[KK_OBS_BREAK_MAX];
    struct group *group = NULL;
    struct part part = { .breakdown = breakdown };
    uint16_t base;
    int r;

    if (!equals || text.len > sizeof room)
        return 0;
    struct kk_slice dimension = kk_slice(pair.data, (size_t)(equals - pair.data));
    if (overlap(g->table->rules, dimension))
        return 0;
    r = kk_dict_add(dict, without(text, pair, room), &base);
    if (r == 0)
        r = group_of(g, base, dimension, &group);
    if (r < 0 || group->count == PARTS_MAX)
        return r;
    read_range(kk_slice(equals + 1, pair.len - dimension.len - 1), &part);
    group->parts[group->count++] = part;
    return 0;
}

static int find_groups(struct grouping *g)
{
    struct kk_table_view *t = g->table;
    int r = 0;

    for (size_t i = 0; i < t->breakdown_count && r == 0; i++) {
        struct kk_slice pair;

        for (size_t n = 0; r == 0; n++) {
            if (!pair_at(t->facts->breakdowns.items[t->breakdowns[i]], n, &pair))
                break;
            r = put_in_group(g, t->breakdowns[i], pair);
        }
    }
    for (size_t i = 0; i < g->count; i++) {
        size_t ranges = 0;

        for (size_t k = 0; k < g->groups[i].count; k++)
            ranges += g->groups[i].parts[k].from >= 0;
        g->groups[i].ranges = ranges >= 2;
    }
    return r;
}

static bool listed(const struct kk_table_view *t, uint16_t breakdown)
{
    for (size_t i = 0; i < t->breakdown_count; i++) {
        if (t->breakdowns[i] == breakdown)
            return true;
    }
    return false;
}

/* A base that no release has ties its groups together where there are two; else it says nothing. */
static void drop_loose(struct grouping *g)
{
    for (size_t i = 0; i < g->count; i++) {
        size_t groups = 0;

        for (size_t k = 0; k < g->count; k++)
            groups += g->groups[k].base == g->groups[i].base;
        if (groups < 2 && !listed(g->table, g->groups[i].base))
            g->groups[i].count = 0;
    }
}

/* --- relations of one group in one area --- */
static bool any_told(const struct kk_table_view *t, const struct group *g, uint16_t area)
{
    for (size_t i = 0; i < g->count; i++) {
        uint32_t fact = kk_table_at(t, area, g->parts[i].breakdown);

        if (fact != KK_NO_FACT && kk_fact_told(&t->facts->facts[fact]))
            return true;
    }
    return false;
}

static bool number_of(const struct kk_table_view *t, uint16_t area, uint16_t breakdown,
                      double *ret)
{
    uint32_t at = kk_table_at(t, area, breakdown);

    if (at == KK_NO_FACT || !t->facts->facts[at].valued)
        return false;
    *ret = (double)t->facts->facts[at].value / KK_OBS_SCALE;
    return true;
}

/* Parts without ranges are all of it unless the numbers of this table say otherwise. */
static bool complete(const struct kk_table_view *t, const struct group *g)
{
    bool against = false;

    for (size_t a = 0; a < t->area_count; a++) {
        double whole, part, off;
        bool all = number_of(t, t->areas[a], g->base, &whole);

        off = all ? whole : 0;
        for (size_t i = 0; i < g->count && all; i++) {
            all = number_of(t, t->areas[a], g->parts[i].breakdown, &part);
            off -= all ? part : 0;
        }
        if (all && fabs(off) < 1e-6)
            return true;
        against = against || (all && fabs(off) > fabs(whole) / 100);
    }
    return !against;
}

static int add_sum(struct kk_table_view *t, const struct group *g, uint16_t area, bool all)
{
    int r;

    kk_relation_draft_begin(&t->draft, KK_RELATION_PARTS);
    t->draft.at_least = !all;
    r = kk_table_term(t, area, g->base, 1);
    for (size_t i = 0; i < g->count && r == 0; i++)
        r = kk_table_term(t, area, g->parts[i].breakdown, -1);
    return r == 0 ? kk_relations_add(t->relations, t->facts, &t->draft) : r;
}

/* --- ranges --- */
static int by_length(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    int64_t lx = (int64_t)x->to - x->from, ly = (int64_t)y->to - y->from;

    if (lx != ly)
        return lx < ly ? -1 : 1;
    return x->from < y->from ? -1 : x->from > y->from;
}

/* From one end to another along the tree, as signs of the parts; depth at most the tree's edges. */
static bool walk(const struct group *g, int32_t from, int32_t to, int8_t *signs, size_t left)
{
    if (from == to)
        return true;
    for (size_t i = 0; i < g->count && left > 0; i++) {
        const struct part *p = &g->parts[i];

        if (!p->in_tree || signs[i] != 0 || (p->from != from && p->to != from))
            continue;
        signs[i] = p->from == from ? 1 : -1;
        if (walk(g, p->from == from ? p->to : p->from, to, signs, left - 1))
            return true;
        signs[i] = 0;
    }
    return false;
}

static void plant(struct group *g)
{
    qsort(g->parts, g->count, sizeof *g->parts, by_length);
    for (size_t i = 0; i < g->count; i++) {
        int8_t signs[PARTS_MAX] = { 0 };

        g->parts[i].in_tree = g->parts[i].from >= 0 &&
                              !walk(g, g->parts[i].from, g->parts[i].to, signs, g->count);
    }
}

/* whole = the tree's way from one end to the other, and what has no range (age=unknown). */
static int add_way(struct kk_table_view *t, const struct group *g, uint16_t area,
                   const struct part *whole)
{
    int8_t signs[PARTS_MAX] = { 0 };
    int r;

    kk_relation_draft_begin(&t->draft, KK_RELATION_PARTS);
    r = kk_table_term(t, area, whole ? whole->breakdown : g->base, 1);
    if (walk(g, whole ? whole->from : 0, whole ? whole->to : OPEN_END, signs, g->count)) {
        for (size_t i = 0; i < g->count && r == 0; i++) {
            bool rest = !whole && g->parts[i].from < 0;

            if (signs[i] != 0 || rest)
                r = kk_table_term(t, area, g->parts[i].breakdown, rest ? -1 : -signs[i]);
        }
    } else { /* a gap: the total is at least the ranges that do not overlap */
        int32_t end = 0;

        t->draft.at_least = true;
        for (size_t i = 0; i < g->count && r == 0; i++) {
            if (g->parts[i].from < end || !g->parts[i].in_tree)
                continue;
            r = kk_table_term(t, area, g->parts[i].breakdown, -1);
            end = g->parts[i].to;
        }
    }
    return r == 0 ? kk_relations_add(t->relations, t->facts, &t->draft) : r;
}

static int add_ranges(struct kk_table_view *t, const struct group *g, uint16_t area)
{
    int r = add_way(t, g, area, NULL);

    for (size_t i = 0; i < g->count && r == 0; i++) {
        if (g->parts[i].from >= 0 && !g->parts[i].in_tree)
            r = add_way(t, g, area, &g->parts[i]);
    }
    return r;
}

static int relate(struct kk_table_view *t, struct group *g)
{
    bool all = g->ranges || complete(t, g);
    int r = 0;

    if (g->ranges)
        plant(g);
    for (size_t a = 0; a < t->area_count && r == 0; a++) {
        if (any_told(t, g, t->areas[a]))
            r = g->ranges ? add_ranges(t, g, t->areas[a]) : add_sum(t, g, t->areas[a], all);
    }
    return r;
}

int kk_breakdown_relations(struct kk_table_view *t)
{
    struct grouping g = { .table = t };
    int r = find_groups(&g);

    if (r == 0)
        drop_loose(&g);
    for (size_t i = 0; i < g.count && r == 0; i++) {
        if (g.groups[i].count > 0)
            r = relate(t, &g.groups[i]);
    }
    kk_free(g.groups);
    return r;
}
