/* Views, what they know, and what hangs together in them (attack.h). [DC-5] */
#include "guard/attack.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/trust/scope.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define WARD_ROW(code, ja, en) code,
static const char *const wards[] = { KK_WARDS(WARD_ROW) };

bool kk_view_at(size_t at, struct kk_view *ret)
{
    *ret = (struct kk_view){ .eyes = KK_EYES_PUB };
    if (at >= 2 + KK_COUNT(wards))
        return false;
    if (at >= 1)
        ret->eyes |= KK_EYES_INT;
    if (at >= 2) {
        ret->ward = KK_EYES_WARD0 << (at - 2);
        ret->eyes |= ret->ward;
    }
    snprintf(ret->name, sizeof ret->name, "%s%s", at == 0 ? "pub" : at == 1 ? "int" : "r:",
             at >= 2 ? wards[at - 2] : "");
    return true;
}

/* --- residents --- */
static bool later(const struct kk_facts *f, uint16_t a, uint16_t b)
{
    return kk_slice_compare(f->periods.items[a], f->periods.items[b]) > 0;
}

/* The newest number of one indicator for each area that has none yet. */
static int people_of(struct kk_attack *a, struct kk_slice name)
{
    const struct kk_facts *f = a->facts;
    int code = kk_dict_find(&f->indicators, name), total = kk_dict_find(&f->breakdowns,
                                                                      kk_slice(name.data, 0));
    uint32_t *best = kk_alloc_array(f->areas.count + 1, sizeof *best);

    if (!best)
        return KK_E_MEMORY;
    for (uint32_t i = 0; i < f->cell_count; i++) {
        const struct kk_fact_cell *c = &f->cells[i];
        uint32_t fact = c->newest;

        if (c->indicator != code || c->breakdown != total || fact == KK_NO_FACT ||
            !f->facts[fact].valued)
            continue;
        if (best[c->area] == 0 || later(f, c->period, f->cells[best[c->area] - 1].period))
            best[c->area] = i + 1;
    }
    for (size_t i = 0; i < f->areas.count; i++) {
        const struct kk_fact *fact = best[i] ? &f->facts[f->cells[best[i] - 1].newest] : NULL;

        if (fact && a->people[i] == UINT64_MAX && fact->value >= 0)
            a->people[i] = (uint64_t)fact->value / KK_OBS_SCALE;
    }
    kk_free(best);
    return 0;
}

int kk_attack_people(struct kk_attack *a, const struct kk_facts *f, const struct kk_rules *rules)
{
    /* Where nobody says how many live there: what such an area has at the least. */
    static const uint64_t at_least[] = { [KK_LEVEL_CITY] = 25000, [KK_LEVEL_WARD] = 25000,
                                         [KK_LEVEL_AREA] = 2000, [KK_LEVEL_TOWN] = 0 };
    int r = 0;

    a->facts = f;
    a->rules = rules;
    a->people = kk_alloc_array(f->areas.count + 1, sizeof *a->people);
    a->said = kk_alloc_array(f->indicators.count + 1, sizeof *a->said);
    if (!a->people || !a->said)
        return KK_E_MEMORY;
    for (size_t i = 0; i < f->indicators.count; i++)
        kk_rules_indicator(rules, f->indicators.items[i], &a->said[i]);
    for (size_t i = 0; i < f->areas.count; i++)
        a->people[i] = UINT64_MAX;
    for (const struct kk_guard_line *l = rules->lists[KK_LIST_POPULATION]; l && r == 0; l = l->next)
        r = people_of(a, l->words[0]);
    for (size_t i = 0; i < f->areas.count; i++) {
        if (a->people[i] == UINT64_MAX)
            a->people[i] = at_least[kk_guard_level(f->areas.items[i])];
    }
    return r;
}

/* --- what the rules want --- */
static unsigned k_of(const struct kk_attack *a, uint32_t fact, enum kk_guard_tier tier,
                     bool *ret_all, bool *ret_declared)
{
    const struct kk_facts *f = a->facts;
    const struct kk_fact_cell *c = &f->cells[f->facts[fact].cell];
    const struct kk_guard_indicator *said = &a->said[c->indicator];

    *ret_declared = said->declared;
    return kk_rules_k(a->rules, tier, said->sense, a->people[c->area], ret_all);
}

unsigned kk_attack_threshold(const struct kk_attack *a, uint32_t fact, enum kk_guard_tier tier)
{
    const struct kk_fact *f = &a->facts->facts[fact];
    bool all, declared;
    unsigned k = k_of(a, fact, tier, &all, &declared);

    if (!f->valued || k == 0)
        return 0;
    return all || (f->value > 0 && f->value < (int64_t)k * KK_OBS_SCALE) ? k : 0;
}

static enum kk_guard_tier tier_of(const struct kk_attack *a, uint32_t fact,
                                  const struct kk_view *view)
{
    const struct kk_facts *f = a->facts;
    struct kk_slice area = f->areas.items[f->cells[f->facts[fact].cell].area];

    if (view->ward != 0 && kk_eyes_of_area(area) == view->ward)
        return KK_TIER_WARD;
    return view->eyes & KK_EYES_INT ? KK_TIER_INT : KK_TIER_PUB;
}

enum kk_concealment kk_attack_wanted(const struct kk_attack *a, uint32_t fact,
                                     const struct kk_view *view, unsigned *ret_k)
{
    const struct kk_fact *f = &a->facts->facts[fact];
    enum kk_guard_tier tier = tier_of(a, fact, view);
    bool all, declared;

    *ret_k = f->rule_k[tier] ? f->rule_k[tier] : kk_attack_threshold(a, fact, tier);
    if (*ret_k > 0)
        return KK_CONCEALED_RULE;
    if ((f->hidden & view->eyes) == 0)
        return KK_CONCEALED_NOT;
    *ret_k = k_of(a, fact, tier, &all, &declared);
    if (*ret_k == 0)
        *ret_k = k_of(a, fact, KK_TIER_PUB, &all, &declared);
    if (*ret_k == 0)
        *ret_k = KK_GUARD_K_ASKED;
    return KK_CONCEALED_COVER;
}

/* --- results --- */
int kk_attack_put(struct kk_attack *a, const struct kk_guarded *item)
{
    if (a->count == a->cap) {
        size_t cap = a->cap ? 2 * a->cap : 256;
        struct kk_guarded *items = kk_realloc(a->items, cap * sizeof *items);

        if (!items)
            return KK_E_MEMORY;
        a->items = items;
        a->cap = cap;
    }
    a->items[a->count++] = *item;
    a->broken += item->broken;
    return 0;
}

void kk_attack_fini(struct kk_attack *a)
{
    kk_free(a->items);
    kk_free(a->proofs);
    kk_free(a->given_way);
    kk_free(a->people);
    kk_free(a->said);
    *a = (struct kk_attack){ 0 };
}

/* --- components that were judged in a view before --- */
struct seen {
    uint8_t hash[KK_HASH_BYTES];
    size_t first, count; /* among the results */
    bool used;
};

/* --- one view --- */
struct viewing {
    struct kk_attack *attack;
    struct kk_view view;
    size_t number;
    uint32_t *root, *column_of, *columns, *rows, *first_column, *first_row;
    uint8_t *wanted;
    uint16_t *k;
    struct seen *seen;
    size_t seen_count, seen_slots;
    struct kk_bytes key;
};

static void viewing_fini(struct viewing *v)
{
    kk_free(v->root);
    kk_free(v->column_of);
    kk_free(v->columns);
    kk_free(v->rows);
    kk_free(v->first_column);
    kk_free(v->first_row);
    kk_free(v->wanted);
    kk_free(v->k);
    kk_free(v->seen);
    kk_bytes_fini(&v->key);
}
KK_DEFINE_FINI(viewing)

static int viewing_init(struct viewing *v, struct kk_attack *a)
{
    size_t facts = a->facts->count + 1, rows = a->relations->count + 1;

    *v = (struct viewing){ .attack = a };
    v->root = kk_alloc_array(facts, sizeof *v->root);
    v->column_of = kk_alloc_array(facts, sizeof *v->column_of);
    v->columns = kk_alloc_array(facts, sizeof *v->columns);
    v->rows = kk_alloc_array(rows, sizeof *v->rows);
    v->first_column = kk_alloc_array(facts + 1, sizeof *v->first_column);
    v->first_row = kk_alloc_array(facts + 1, sizeof *v->first_row);
    v->wanted = kk_alloc_array(facts, sizeof *v->wanted);
    v->k = kk_alloc_array(facts, sizeof *v->k);
    v->seen_slots = 1024;
    v->seen = kk_alloc_array(v->seen_slots, sizeof *v->seen);
    return v->root && v->column_of && v->columns && v->rows && v->first_column &&
                   v->first_row && v->wanted && v->k && v->seen
               ? 0
               : KK_E_MEMORY;
}

static bool known(const struct viewing *v, uint32_t fact)
{
    const struct kk_fact *f = &v->attack->facts->facts[fact];

    return f->valued && (f->shown & v->view.eyes) != 0;
}

static uint32_t find_root(struct viewing *v, uint32_t fact)
{
    while (v->root[fact] != fact) {
        v->root[fact] = v->root[v->root[fact]];
        fact = v->root[fact];
    }
    return fact;
}

/* The first unknown of a relation that holds in this view; KK_NO_FACT: it says nothing. */
static uint32_t first_unknown(const struct viewing *v, const struct kk_relation *x)
{
    const struct kk_summand *terms = &v->attack->relations->terms[x->first];

    if (x->given != KK_NO_FACT && !known(v, x->given))
        return KK_NO_FACT;
    for (uint32_t i = 0; i < x->count; i++) {
        if (v->root[terms[i].fact] != KK_NO_FACT)
            return terms[i].fact;
    }
    return KK_NO_FACT;
}

static void connect(struct viewing *v)
{
    const struct kk_relations *list = v->attack->relations;
    size_t facts = v->attack->facts->count;

    for (uint32_t i = 0; i < facts; i++)
        v->root[i] = known(v, i) ? KK_NO_FACT : i;
    for (size_t i = 0; i < list->count; i++) {
        const struct kk_relation *x = &list->items[i];
        uint32_t first = first_unknown(v, x);

        for (uint32_t t = 0; first != KK_NO_FACT && t < x->count; t++) {
            uint32_t fact = list->terms[x->first + t].fact;

            if (v->root[fact] != KK_NO_FACT)
                v->root[find_root(v, fact)] = find_root(v, first);
        }
    }
    for (uint32_t i = 0; i < facts; i++) {
        if (v->root[i] != KK_NO_FACT)
            v->root[i] = find_root(v, i);
    }
}

/* The scopes from which whoever reads h may read too. */
static uint32_t open_to(uint32_t h)
{
    return KK_EYES_PUB | (h != KK_EYES_PUB ? KK_EYES_INT : 0) | h;
}

/* x now, in a scope whose readers have the number. */
static bool is_out(const struct kk_fact *f, uint32_t eyes)
{
    for (uint32_t h = 1; h <= eyes; h <<= 1) {
        if ((f->hidden_now & eyes & h) && (f->shown & open_to(h)))
            return true;
    }
    return false;
}

static int put_known(struct viewing *v, uint32_t fact)
{
    const struct kk_fact *f = &v->attack->facts->facts[fact];
    struct kk_guarded item = { .fact = fact, .view = (uint8_t)v->number, .broken = true };
    bool all, declared;

    if (!f->valued)
        return 0;
    item.least = item.most = (double)f->value / KK_OBS_SCALE;
    if (is_out(f, v->view.eyes)) {
        item.concealment = KK_CONCEALED_OUT;
        return kk_attack_put(v->attack, &item);
    }
    if ((f->shown_now & v->view.eyes) == 0)
        return 0;
    k_of(v->attack, fact, KK_TIER_PUB, &all, &declared);
    item.k = declared ? kk_attack_threshold(v->attack, fact,
                                            tier_of(v->attack, fact, &v->view))
                      : 0;
    item.concealment = KK_CONCEALED_BARE;
    return item.k > 0 ? kk_attack_put(v->attack, &item) : 0;
}

/* What is wanted of each fact; those that no relation touches pass at once. */
static int want(struct viewing *v, uint8_t *in_relation)
{
    const struct kk_facts *f = v->attack->facts;
    int r = 0;

    for (uint32_t i = 0; i < f->count && r == 0; i++) {
        struct kk_guarded item = { .fact = i, .view = (uint8_t)v->number, .most = INFINITY };
        unsigned k = 0;

        v->wanted[i] = KK_CONCEALED_NOT;
        if (v->root[i] == KK_NO_FACT) {
            r = put_known(v, i);
            continue;
        }
        item.concealment = v->wanted[i] = (uint8_t)kk_attack_wanted(v->attack, i, &v->view, &k);
        v->k[i] = (uint16_t)k;
        item.k = k;
        if (v->wanted[i] != KK_CONCEALED_NOT && !in_relation[i]) {
            v->wanted[i] = KK_CONCEALED_NOT;
            r = kk_attack_put(v->attack, &item);
        }
    }
    return r;
}

static void mark_relations(const struct viewing *v, uint8_t *in_relation)
{
    const struct kk_relations *list = v->attack->relations;

    for (size_t i = 0; i < list->count; i++) {
        const struct kk_relation *x = &list->items[i];

        if (first_unknown(v, x) == KK_NO_FACT)
            continue;
        for (uint32_t t = 0; t < x->count; t++)
            in_relation[list->terms[x->first + t].fact] = 1;
    }
}

/* --- columns and rows by component: counting, then placing --- */
static void count_up(uint32_t *first, size_t count)
{
    uint32_t sum = 0;

    for (size_t i = 0; i <= count; i++) {
        uint32_t n = first[i];

        first[i] = sum;
        sum += n;
    }
}

static void list_columns(struct viewing *v)
{
    size_t facts = v->attack->facts->count;

    memset(v->first_column, 0, (facts + 2) * sizeof *v->first_column);
    for (uint32_t i = 0; i < facts; i++) {
        if (v->root[i] != KK_NO_FACT)
            v->column_of[i] = v->first_column[v->root[i]]++;
    }
    count_up(v->first_column, facts);
    for (uint32_t i = 0; i < facts; i++) {
        if (v->root[i] != KK_NO_FACT)
            v->columns[v->first_column[v->root[i]] + v->column_of[i]] = i;
    }
}

static void list_rows(struct viewing *v)
{
    const struct kk_relations *list = v->attack->relations;
    size_t facts = v->attack->facts->count;

    memset(v->first_row, 0, (facts + 2) * sizeof *v->first_row);
    for (size_t i = 0; i < list->count; i++) {
        uint32_t fact = first_unknown(v, &list->items[i]);

        if (fact != KK_NO_FACT)
            v->first_row[v->root[fact] + 1]++;
    }
    for (size_t i = 1; i <= facts + 1; i++)
        v->first_row[i] += v->first_row[i - 1];
    for (size_t i = list->count; i-- > 0;) { /* backwards: ends become beginnings */
        uint32_t fact = first_unknown(v, &list->items[i]);

        if (fact != KK_NO_FACT)
            v->rows[--v->first_row[v->root[fact] + 1]] = (uint32_t)i;
    }
}

/* --- components --- */
static int hash_component(struct viewing *v, const struct kk_component *c,
                          uint8_t ret[KK_HASH_BYTES])
{
    int r = 0;

    kk_bytes_clear(&v->key);
    for (size_t i = 0; i < c->column_count && r == 0; i++) {
        uint32_t item[3] = { c->columns[i], v->wanted[c->columns[i]], v->k[c->columns[i]] };

        r = kk_bytes_append(&v->key, item, sizeof item);
    }
    if (r == 0)
        r = kk_bytes_append(&v->key, c->rows, c->row_count * sizeof *c->rows);
    if (r == 0)
        kk_hash_file(kk_bytes_slice(&v->key), ret);
    return r;
}

static struct seen *slot_of(const struct viewing *v, const uint8_t hash[KK_HASH_BYTES])
{
    uint64_t h;

    memcpy(&h, hash, sizeof h);
    for (size_t i = (size_t)h & (v->seen_slots - 1);; i = (i + 1) & (v->seen_slots - 1)) {
        if (!v->seen[i].used || memcmp(v->seen[i].hash, hash, KK_HASH_BYTES) == 0)
            return &v->seen[i];
    }
}

static int widen_seen(struct viewing *v)
{
    struct seen *old = v->seen;
    size_t slots = v->seen_slots;

    if (2 * v->seen_count < v->seen_slots)
        return 0;
    v->seen = kk_alloc_array(2 * slots, sizeof *v->seen);
    if (!v->seen) {
        v->seen = old;
        return KK_E_MEMORY;
    }
    v->seen_slots = 2 * slots;
    for (size_t i = 0; i < slots; i++) {
        if (old[i].used)
            *slot_of(v, old[i].hash) = old[i];
    }
    kk_free(old);
    return 0;
}

static int judge(struct viewing *v, const struct kk_component *c)
{
    struct kk_attack *a = v->attack;
    uint8_t hash[KK_HASH_BYTES];
    int r = hash_component(v, c, hash);

    if (r == 0)
        r = widen_seen(v);
    if (r < 0)
        return r;
    struct seen *s = slot_of(v, hash);
    if (!s->used) {
        *s = (struct seen){ .first = a->count, .used = true };
        memcpy(s->hash, hash, KK_HASH_BYTES);
        v->seen_count++;
        r = kk_component_judge(a, c);
        s->count = a->count - s->first;
        return r;
    }
    for (size_t i = 0; i < s->count && r == 0; i++) {
        struct kk_guarded item = a->items[s->first + i];

        item.view = (uint8_t)v->number;
        r = kk_attack_put(a, &item);
    }
    return r;
}

static int judge_all(struct viewing *v)
{
    size_t facts = v->attack->facts->count;
    int r = 0;

    for (uint32_t i = 0; i < facts && r == 0; i++) {
        uint32_t from = v->first_column[i], to = v->first_column[i + 1];
        struct kk_component c = { .columns = v->columns + from, .column_count = to - from,
                                  .rows = v->rows + v->first_row[i + 1],
                                  .row_count = v->first_row[i + 2] - v->first_row[i + 1],
                                  .wanted = v->wanted, .k = v->k, .column_of = v->column_of,
                                  .root = v->root, .view = v->number };
        bool any = false;

        for (uint32_t k = from; k < to && !any; k++)
            any = v->wanted[v->columns[k]] != KK_CONCEALED_NOT;
        if (any)
            r = judge(v, &c);
    }
    return r;
}

static int run_view(struct viewing *v)
{
    uint8_t *in_relation = kk_alloc_array(v->attack->facts->count + 1, sizeof *in_relation);
    int r = in_relation ? 0 : KK_E_MEMORY;

    if (r == 0) {
        connect(v);
        mark_relations(v, in_relation);
        r = want(v, in_relation);
    }
    kk_free(in_relation);
    if (r < 0)
        return r;
    list_columns(v);
    list_rows(v);
    return judge_all(v);
}

/* Wards that nothing was released for see what int sees. */
static bool anything_for(const struct kk_facts *f, uint32_t ward)
{
    for (size_t i = 0; i < f->count; i++) {
        if ((f->facts[i].shown | f->facts[i].hidden) & ward)
            return true;
    }
    return ward == 0;
}

int kk_attack_run(struct kk_attack *a, const struct kk_facts *f,
                  const struct kk_relations *relations, const struct kk_rules *rules)
{
    KK_AUTO_FINI(viewing) struct viewing v = { 0 };
    int r;

    *a = (struct kk_attack){ .facts = f, .relations = relations, .rules = rules };
    r = kk_attack_people(a, f, rules);
    if (r == 0)
        r = viewing_init(&v, a);
    for (v.number = 0; r == 0 && kk_view_at(v.number, &v.view); v.number++) {
        if (anything_for(f, v.view.ward))
            r = run_view(&v);
    }
    if (r < 0)
        kk_attack_fini(a);
    return r;
}
