/* Choosing what to conceal (cover.h). [DC-7] */
#include "guard/cover.h"

#include "guard/circuit.h"
#include "kukyoku/base/alloc.h"

#include <stdlib.h>

#define ROUNDS_MAX 200 /* each conceals something; far more than any table has needed */
/* Giving back asks for one attack a cell: where that is a matter of seconds. */
#define GIVE_BACK_CELLS 64
#define GIVE_BACK_FACTS 20000
#define LAST_READERS    3
#define FAR_AWAY        20 /* what a number of another ward costs, times its own */

void kk_cover_fini(struct kk_cover *c)
{
    kk_free(c->items);
    kk_free(c->place);
    kk_free(c->way);
    *c = (struct kk_cover){ 0 };
}

/* --- concealing one number --- */

/* What nobody is shown any more is a number that the desk alone knows: a release made of the result
 * does not know it either, and its relations are judged without it. That a threshold forbids it
 * stays known, else the readers might learn as much of it as of any other x. */
static void hide(const struct kk_attack *a, struct kk_facts *f, uint32_t at, uint32_t eyes)
{
    struct kk_fact *fact = &f->facts[at];

    for (size_t tier = 0; tier < KK_TIER_COUNT; tier++)
        fact->rule_k[tier] = (uint8_t)kk_attack_threshold(a, at, (enum kk_guard_tier)tier);
    fact->shown &= ~eyes;
    fact->shown_now &= ~eyes;
    fact->hidden |= eyes;
    fact->hidden_now |= eyes;
    fact->valued = fact->shown != 0;
}

static void reveal(struct kk_facts *f, const struct kk_covered *item)
{
    struct kk_fact *fact = &f->facts[item->fact];

    fact->shown |= item->eyes;
    fact->shown_now |= item->eyes;
    fact->hidden &= ~item->eyes;
    fact->hidden_now &= ~item->eyes;
    fact->valued = true;
    fact->value = item->value;
    memset(fact->rule_k, 0, sizeof fact->rule_k);
}

static int put(struct kk_cover *c, const struct kk_covered *item)
{
    if (c->count == c->cap) {
        size_t cap = c->cap ? 2 * c->cap : 64;
        struct kk_covered *items = kk_realloc(c->items, cap * sizeof *items);

        if (!items)
            return KK_E_MEMORY;
        c->items = items;
        c->cap = cap;
    }
    c->items[c->count++] = *item;
    c->place[item->fact] = (uint32_t)c->count;
    return 0;
}

static int conceal(struct kk_cover *c, const struct kk_attack *a, struct kk_facts *f,
                   const struct kk_covered *what)
{
    struct kk_covered item = *what;
    int r = 0;

    item.round = c->rounds;
    item.value = f->facts[item.fact].value;
    if (c->place[item.fact]) {
        struct kk_covered *old = &c->items[c->place[item.fact] - 1];

        old->eyes |= item.eyes;
        old->k = item.k > old->k ? item.k : old->k;
        old->round = item.round;
    } else {
        r = put(c, &item);
    }
    if (r == 0)
        hide(a, f, item.fact, item.eyes);
    return r;
}

/* The last takes its place. */
static void drop(struct kk_cover *c, size_t at)
{
    c->place[c->items[at].fact] = 0;
    c->count--;
    if (at == c->count)
        return;
    c->items[at] = c->items[c->count];
    c->place[c->items[at].fact] = (uint32_t)at + 1;
}

/* Where a view sees the number now, if it can be taken away there: it is new, and those scopes are
 * made anew. 0 where it can't. */
static uint32_t removable(const struct kk_cover_ground *g, uint32_t fact,
                          const struct kk_view *view)
{
    const struct kk_fact *f = &g->facts->facts[fact];
    uint32_t seen = f->shown_now & view->eyes;

    if (!f->valued || f->release != g->facts->release || (f->shown & view->eyes) != seen ||
        (seen & ~g->may) != 0)
        return 0;
    return seen;
}

/* --- whom to take --- */

struct candidate {
    uint32_t fact, eyes;
    bool inside;   /* the ward of the cell that it protects: who reads that ward may know both */
    unsigned cost; /* by what readers lose */
    bool enough;   /* hides as much as the threshold asks */
    int64_t value;
};

static uint32_t ward_of(const struct kk_facts *f, uint32_t fact)
{
    return kk_eyes_of_area(f->areas.items[f->cells[f->facts[fact].cell].area]);
}

#define OWN_FIGURE 16 /* more than any other: r:W is there so that a ward reads its own */

static unsigned level_cost(const struct kk_facts *f, uint32_t fact, uint32_t eyes)
{
    static const unsigned by_level[] = { [KK_LEVEL_CITY] = 8, [KK_LEVEL_WARD] = 4,
                                         [KK_LEVEL_AREA] = 2, [KK_LEVEL_TOWN] = 0 };
    const struct kk_fact_cell *cell = &f->cells[f->facts[fact].cell];
    bool total = f->breakdowns.items[cell->breakdown].len == 0;

    return (eyes & ward_of(f, fact) ? OWN_FIGURE : 1) + total +
           by_level[kk_guard_level(f->areas.items[cell->area])];
}

/* Concealed in another scope already: nothing new is lost, but to the ward whose own it is. */
static unsigned cost_of(const struct kk_facts *f, uint32_t fact, uint32_t eyes)
{
    bool known = f->facts[fact].hidden_now != 0 && !(eyes & ward_of(f, fact));

    return known ? 0 : level_cost(f, fact, eyes);
}

static bool better(const struct candidate *a, const struct candidate *b)
{
    if (a->inside != b->inside)
        return a->inside;
    if (a->enough != b->enough)
        return a->enough;
    if (a->cost != b->cost)
        return a->cost < b->cost;
    return a->enough ? a->value < b->value : a->value > b->value;
}

/* Terms of a relation that gives the item away. */
static void search(const struct kk_cover_ground *g, const struct kk_guarded *item,
                   const struct kk_relation *relation, const struct kk_view *view,
                   struct candidate *best)
{
    for (uint32_t i = 0; i < relation->count; i++) {
        uint32_t fact = g->relations->terms[relation->first + i].fact;
        struct candidate one = { .fact = fact, .eyes = removable(g, fact, view) };

        if (one.eyes == 0 || fact == item->fact || g->facts->facts[fact].value == 0)
            continue;
        one.value = g->facts->facts[fact].value;
        one.value = one.value < 0 ? -one.value : one.value;
        one.enough = one.value >= (int64_t)item->k * KK_OBS_SCALE;
        one.cost = cost_of(g->facts, fact, one.eyes);
        one.inside = ward_of(g->facts, fact) == ward_of(g->facts, item->fact);
        if (best->eyes == 0 || better(&one, best))
            *best = one;
    }
}

/* Was something of its proof taken away in this round, so that it is to be judged again first? */
static bool helped(const struct kk_cover *c, const struct kk_cover_ground *g,
                   const struct kk_relation *relation, const struct kk_view *view)
{
    for (uint32_t i = 0; i < relation->count; i++) {
        uint32_t fact = g->relations->terms[relation->first + i].fact;

        if (c->place[fact] && c->items[c->place[fact] - 1].round == c->rounds &&
            (g->facts->facts[fact].shown & view->eyes) == 0)
            return true;
    }
    return false;
}

/* --- all that must move together --- */
struct pricing {
    const struct kk_cover_ground *ground;
    const struct kk_view *view;
    uint32_t fact; /* the cell that is protected */
};

/* Inside the ward of the cell first, then by level, then the smaller number. One that everybody
 * else was denied already is worth more to the few who still read it. */
static double price(void *user, uint32_t fact)
{
    const struct pricing *p = user;
    const struct kk_facts *f = p->ground->facts;
    const struct kk_fact *one = &f->facts[fact];
    double units = (double)(one->value < 0 ? -one->value : one->value) / KK_OBS_SCALE, cost;
    uint32_t eyes = removable(p->ground, fact, p->view);

    if (!one->valued || (one->shown & p->view->eyes) == 0)
        return 0;
    if (one->value == 0 || eyes == 0)
        return -1;
    cost = level_cost(f, fact, eyes) + 0.1 * units / (1000 + units);
    cost *= one->hidden_now != 0 ? LAST_READERS : 1;
    return ward_of(f, fact) == ward_of(f, p->fact) ? cost : FAR_AWAY * cost;
}

/* How far the cell must move, and which way first; 0: nobody knows. */
static double missing_way(const struct kk_facts *f, const struct kk_guarded *item)
{
    double value = (double)f->facts[item->fact].value / KK_OBS_SCALE;

    if (item->concealment == KK_CONCEALED_RULE && item->most >= (double)item->k - 1)
        return f->facts[item->fact].valued ? 1 - value : 0;
    return item->k;
}

/* 1: something was concealed; 0: there is no such way. */
static int go_round(struct kk_cover *c, const struct kk_cover_ground *g,
                    const struct kk_attack *a, const struct kk_guarded *item)
{
    struct kk_view view;
    struct pricing pricing = { g, &view, item->fact };
    struct kk_circuit_ask ask = { .fact = item->fact, .view = &view, .cost = price,
                                  .by = missing_way(g->facts, item), .user = &pricing };
    size_t count = 0;
    int r;

    kk_assert(kk_view_at(item->view, &view));
    r = ask.by != 0 ? kk_circuit_find(c->circuit, &ask, c->way, &count) : 0;
    if (r == 0 && count == 0 && item->concealment == KK_CONCEALED_COVER) {
        ask.by = -ask.by;
        r = kk_circuit_find(c->circuit, &ask, c->way, &count);
    }
    for (size_t i = 0; i < count && r == 0; i++) {
        struct kk_covered what = { .fact = c->way[i],
                                   .eyes = removable(g, c->way[i], &view) };

        r = conceal(c, a, g->facts, &what);
    }
    return r < 0 ? r : count > 0;
}

static int cover_one(struct kk_cover *c, const struct kk_cover_ground *g,
                     const struct kk_attack *a, const struct kk_guarded *item)
{
    struct candidate best = { .eyes = 0 };
    struct kk_covered what;
    struct kk_view view;
    int r;

    kk_assert(kk_view_at(item->view, &view));
    for (uint32_t i = 0; i < item->proof_count; i++) {
        if (helped(c, g, &g->relations->items[a->proofs[item->proof + i]], &view))
            return 1;
    }
    r = go_round(c, g, a, item);
    if (r != 0)
        return r;
    for (uint32_t i = 0; i < item->proof_count; i++)
        search(g, item, &g->relations->items[a->proofs[item->proof + i]], &view, &best);
    if (best.eyes == 0)
        return 0;
    what = (struct kk_covered){ .fact = best.fact, .eyes = best.eyes };
    return conceal(c, a, g->facts, &what) < 0 ? KK_E_MEMORY : 1;
}

/* A number that a threshold forbids, or that a more open scope gives away. */
static int bar_one(struct kk_cover *c, const struct kk_cover_ground *g,
                   const struct kk_attack *a, const struct kk_guarded *item)
{
    struct kk_covered what = { .fact = item->fact, .k = item->k };
    struct kk_view view;

    kk_assert(kk_view_at(item->view, &view));
    what.eyes = removable(g, item->fact, &view);
    if (what.eyes == 0)
        return 0;
    return conceal(c, a, g->facts, &what) < 0 ? KK_E_MEMORY : 1;
}

/* --- rounds --- */

static int attack(const struct kk_cover_ground *g, struct kk_attack *a)
{
    kk_attack_fini(a);
    kk_relations_loosen(g->relations, g->facts);
    return kk_attack_run(a, g->facts, g->relations, g->rules);
}

/* Thresholds first: what they take away often covers the rest. 1: something was concealed. */
static int one_round(struct kk_cover *c, const struct kk_cover_ground *g,
                     const struct kk_attack *a)
{
    bool any = false, covered = false;
    int r = 0;

    for (size_t i = 0; i < a->count && r >= 0; i++) {
        const struct kk_guarded *item = &a->items[i];

        if (!item->broken || item->concealment == KK_CONCEALED_RULE ||
            item->concealment == KK_CONCEALED_COVER)
            continue;
        r = bar_one(c, g, a, item);
        any = any || r > 0;
    }
    for (size_t i = 0; i < a->count && r >= 0 && !any; i++) {
        if (a->items[i].broken && a->items[i].proof_count > 0)
            r = cover_one(c, g, a, &a->items[i]);
        covered = covered || r > 0;
    }
    return r < 0 ? r : any || covered;
}

static int give_back(struct kk_cover *c, const struct kk_cover_ground *g, struct kk_attack *a)
{
    size_t open = a->broken;
    int r = 0;

    if (c->count > GIVE_BACK_CELLS || g->facts->count > GIVE_BACK_FACTS)
        return 0;
    for (size_t i = c->count; i-- > 0 && r == 0;) {
        struct kk_covered item = c->items[i];

        if (item.k > 0)
            continue;
        reveal(g->facts, &item);
        r = attack(g, a);
        if (r == 0 && a->broken <= open) {
            drop(c, i);
        } else if (r == 0) {
            hide(a, g->facts, item.fact, item.eyes);
        }
    }
    return r == 0 ? attack(g, a) : r;
}

int kk_cover_run(struct kk_cover *c, const struct kk_cover_ground *ground, struct kk_attack *last)
{
    KK_AUTO_FINI(kk_circuit) struct kk_circuit circuit = { .near_count = 0 };
    int r;

    *c = (struct kk_cover){ .place = kk_alloc_array(ground->facts->count + 1, sizeof *c->place),
                            .way = kk_alloc_array(KK_CIRCUIT_FACTS, sizeof *c->way) };
    r = c->place && c->way ? attack(ground, last) : KK_E_MEMORY;
    if (r == 0)
        r = kk_circuit_init(&circuit, ground->facts, ground->relations);
    c->circuit = &circuit;
    for (bool more = true; r == 0 && more && last->broken > 0 && c->rounds < ROUNDS_MAX;) {
        c->rounds++;
        r = one_round(c, ground, last);
        more = r > 0;
        if (r > 0)
            r = attack(ground, last);
    }
    if (r == 0)
        r = give_back(c, ground, last);
    c->open = last->broken;
    c->circuit = NULL;
    return r;
}

/* --- the result --- */

bool kk_cover_conceals(const struct kk_cover *c, const struct kk_facts *f, uint32_t eyes,
                       const struct kk_obs *row)
{
    int codes[] = { kk_dict_find(&f->indicators, row->indicator),
                    kk_dict_find(&f->areas, row->area), kk_dict_find(&f->periods, row->period),
                    kk_dict_find(&f->breakdowns, row->breakdown) };
    struct kk_fact_cell key = { .indicator = (uint16_t)codes[0], .area = (uint16_t)codes[1],
                                .period = (uint16_t)codes[2], .breakdown = (uint16_t)codes[3] };
    uint32_t cell, fact;

    for (size_t i = 0; i < KK_COUNT(codes); i++) {
        if (codes[i] < 0)
            return false;
    }
    cell = row->missing == KK_MISSING_NONE ? kk_facts_find(f, &key) : KK_NO_FACT;
    fact = cell == KK_NO_FACT ? KK_NO_FACT : f->cells[cell].newest;
    for (; fact != KK_NO_FACT; fact = f->facts[fact].older) {
        const struct kk_covered *item = c->place[fact] ? &c->items[c->place[fact] - 1] : NULL;

        if (item && item->value == row->value && (item->eyes & eyes) != 0)
            return true;
    }
    return false;
}
