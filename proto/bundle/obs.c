/* Blocks of observations and the words that they are written in. */
#include "kukyoku/bundle/obs.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

#define MISSING_TEXT(NAME, letter, ja, en) letter,
static const char *const missing_texts[] = { "", KK_MISSING_KINDS(MISSING_TEXT) };

const char *kk_missing_text(enum kk_missing m)
{
    kk_assert(m < KK_MISSING_END);
    return missing_texts[m];
}

bool kk_missing_parse(struct kk_slice text, enum kk_missing *ret)
{
    for (unsigned m = 0; m < KK_MISSING_END; m++) {
        if (!kk_slice_is(text, missing_texts[m]))
            continue;
        *ret = (enum kk_missing)m;
        return true;
    }
    return false;
}

/* --- words --- */
void kk_obs_words_init(struct kk_obs_words *w)
{
    kk_dict_init(&w->areas);
    kk_dict_init(&w->periods);
    kk_dict_init(&w->breakdowns);
    kk_dict_init(&w->units);
    kk_dict_init(&w->statuses);
}

void kk_obs_words_fini(struct kk_obs_words *w)
{
    kk_dict_fini(&w->areas);
    kk_dict_fini(&w->periods);
    kk_dict_fini(&w->breakdowns);
    kk_dict_fini(&w->units);
    kk_dict_fini(&w->statuses);
}

static int load(struct kk_dict *d, struct kk_slice text)
{
    uint16_t code;
    size_t before = d->count;
    int r = kk_dict_add(d, text, &code);

    if (r < 0)
        return r;
    return d->count == before ? KK_E_BUNDLE : 0; /* a text stands twice */
}

static int load_texts(struct kk_dict *d, const struct kk_text_item *items, size_t count)
{
    int r = 0;

    for (size_t i = 0; i < count && r == 0; i++)
        r = load(d, items[i].text);
    return r;
}

static int load_words(struct kk_dict *d, const struct kk_word_item *items, size_t count)
{
    int r = 0;

    for (size_t i = 0; i < count && r == 0; i++)
        r = load(d, items[i].text);
    return r;
}

int kk_obs_words_load(struct kk_obs_words *w, const struct kk_words *from)
{
    int r = load_texts(&w->areas, from->areas.items, from->areas.count);

    if (r == 0)
        r = load_texts(&w->periods, from->periods.items, from->periods.count);
    if (r == 0)
        r = load_words(&w->breakdowns, from->breakdowns.items, from->breakdowns.count);
    if (r == 0)
        r = load_words(&w->units, from->units.items, from->units.count);
    if (r == 0)
        r = load_words(&w->statuses, from->statuses.items, from->statuses.count);
    return r < 0 ? r : kk_obs_words_sort(w);
}

static const struct kk_text_item *store_texts(const struct kk_dict *d, struct kk_arena *arena)
{
    struct kk_text_item *items = kk_arena_array(arena, d->count + 1, sizeof(*items));

    for (size_t i = 0; items && i < d->count; i++)
        items[i].text = d->items[i];
    return items;
}

static const struct kk_word_item *store_words(const struct kk_dict *d, struct kk_arena *arena)
{
    struct kk_word_item *items = kk_arena_array(arena, d->count + 1, sizeof(*items));

    for (size_t i = 0; items && i < d->count; i++)
        items[i].text = d->items[i];
    return items;
}

int kk_obs_words_store(const struct kk_obs_words *w, struct kk_arena *arena, struct kk_words *ret)
{
    struct kk_words words = { 0 };

    words.areas.items = store_texts(&w->areas, arena);
    words.areas.count = w->areas.count;
    words.periods.items = store_texts(&w->periods, arena);
    words.periods.count = w->periods.count;
    words.breakdowns.items = store_words(&w->breakdowns, arena);
    words.breakdowns.count = w->breakdowns.count;
    words.units.items = store_words(&w->units, arena);
    words.units.count = w->units.count;
    words.statuses.items = store_words(&w->statuses, arena);
    words.statuses.count = w->statuses.count;
    if (!words.areas.items || !words.periods.items || !words.breakdowns.items ||
        !words.units.items || !words.statuses.items)
        return KK_E_MEMORY;
    *ret = words;
    return 0;
}

int kk_obs_words_sort(struct kk_obs_words *w)
{
    struct kk_dict *all[] = { &w->areas, &w->periods, &w->breakdowns, &w->units, &w->statuses };
    int r = 0;

    for (size_t i = 0; i < KK_COUNT(all) && r == 0; i++)
        r = kk_dict_sort(all[i]);
    return r;
}

/* --- blocks --- */
void kk_obs_block_init(struct kk_obs_block *b)
{
    *b = (struct kk_obs_block){ 0 };
    kk_arena_init(&b->texts, KK_OBS_BLOCK_TEXT);
}

void kk_obs_block_fini(struct kk_obs_block *b)
{
    for (size_t i = 0; i < b->count; i++) {
        kk_free(b->groups[i].rows);
        kk_free(b->groups[i].attrs);
    }
    kk_free(b->groups);
    b->groups = NULL;
    b->count = b->cap = b->rows = 0;
    kk_arena_fini(&b->texts);
}

int kk_obs_block_group(struct kk_obs_block *b, struct kk_slice indicator, struct kk_obs_group **ret)
{
    struct kk_obs_group *groups = b->groups;
    size_t cap = b->cap ? b->cap * 2 : 16;
    struct kk_slice name;

    if (b->count >= KK_OBS_BLOCK_GROUPS)
        return KK_E_ROW_LIMIT;
    if (b->count == b->cap) {
        groups = kk_realloc(b->groups, cap * sizeof(*groups));
        if (!groups)
            return KK_E_MEMORY;
        b->groups = groups;
        b->cap = cap;
    }
    name = kk_arena_dup(&b->texts, indicator);
    if (!name.data)
        return KK_E_MEMORY;
    groups[b->count] = (struct kk_obs_group){ .indicator = name };
    *ret = &groups[b->count++];
    return 0;
}

int kk_obs_group_reserve(struct kk_obs_block *b, struct kk_obs_group *g, size_t more)
{
    struct kk_obs_row *rows;
    size_t cap = g->row_cap ? g->row_cap + g->row_cap / 2 : 64;

    if (more > KK_OBS_GROUP_ROWS - g->count || more > KK_OBS_BLOCK_ROWS - b->rows)
        return KK_E_ROW_LIMIT;
    if (g->count + more <= g->row_cap)
        return 0;
    if (cap < g->count + more)
        cap = g->count + more;
    rows = kk_realloc(g->rows, cap * sizeof(*rows));
    if (!rows)
        return KK_E_MEMORY;
    g->rows = rows;
    g->row_cap = cap;
    return 0;
}

int kk_obs_group_move(struct kk_obs_block *b, struct kk_obs_group *g, struct kk_obs_group *from)
{
    kk_assert(!g->rows && g->count == 0);
    if (from->count > KK_OBS_BLOCK_ROWS - b->rows)
        return KK_E_ROW_LIMIT;
    g->rows = from->rows;
    g->count = from->count;
    g->row_cap = from->row_cap;
    b->rows += from->count;
    from->rows = NULL;
    from->count = from->row_cap = 0;
    return 0;
}

void kk_obs_group_area(const struct kk_obs_words *w, const struct kk_obs_group *g, uint16_t area,
                       size_t *ret_first, size_t *ret_end)
{
    const uint16_t *rank = w->areas.rank;
    size_t lo = 0, hi = g->count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (rank[g->rows[mid].area] < rank[area])
            lo = mid + 1;
        else
            hi = mid;
    }
    *ret_first = lo;
    while (lo < g->count && g->rows[lo].area == area)
        lo++;
    *ret_end = lo;
}

bool kk_obs_attr_equal(const struct kk_obs_attr *a, const struct kk_obs_attr *b)
{
    return a->unit == b->unit && a->status == b->status && a->missing == b->missing &&
           kk_slice_equal(a->method, b->method) && kk_slice_equal(a->source, b->source) &&
           kk_slice_equal(a->note, b->note);
}

/* A text that an attribute of the group has already is shared, not copied. */
static int keep_text(struct kk_obs_block *b, const struct kk_obs_group *g, struct kk_slice text,
                     struct kk_slice *ret)
{
    if (text.len == 0) {
        *ret = kk_slice("", 0);
        return 0;
    }
    if (g->attr_count > 0) {
        const struct kk_obs_attr *last = &g->attrs[g->attr_count - 1];
        const struct kk_slice known[] = { last->method, last->source, last->note };

        for (size_t i = 0; i < KK_COUNT(known); i++) {
            if (!kk_slice_equal(known[i], text))
                continue;
            *ret = known[i];
            return 0;
        }
    }
    *ret = kk_arena_dup(&b->texts, text);
    return ret->data ? 0 : KK_E_ROW_LIMIT;
}

static int add_attr(struct kk_obs_block *b, struct kk_obs_group *g, const struct kk_obs_attr *attr)
{
    struct kk_obs_attr *attrs = g->attrs;
    struct kk_obs_attr *at;
    size_t cap = g->attr_cap ? g->attr_cap * 2 : 8;
    int r;

    if (g->attr_count >= UINT16_MAX)
        return KK_E_ROW_LIMIT;
    if (g->attr_count == g->attr_cap) {
        attrs = kk_realloc(attrs, cap * sizeof(*attrs));
        if (!attrs)
            return KK_E_MEMORY;
        g->attrs = attrs;
        g->attr_cap = cap;
    }
    at = &attrs[g->attr_count];
    *at = *attr;
    r = keep_text(b, g, attr->method, &at->method);
    if (r == 0)
        r = keep_text(b, g, attr->source, &at->source);
    if (r == 0)
        r = keep_text(b, g, attr->note, &at->note);
    if (r == 0)
        g->attr_count++;
    return r;
}

int kk_obs_group_attr(struct kk_obs_block *b, struct kk_obs_group *g,
                      const struct kk_obs_attr *attr, uint16_t *ret)
{
    int r;

    /* Newest first: notes differ row by row, the usual attributes stand near the front. */
    for (size_t i = 0; i < g->attr_count && i < 32; i++) {
        if (!kk_obs_attr_equal(&g->attrs[i], attr))
            continue;
        *ret = (uint16_t)i;
        return 0;
    }
    for (size_t i = g->attr_count; i > 32; i--) {
        if (!kk_obs_attr_equal(&g->attrs[i - 1], attr))
            continue;
        *ret = (uint16_t)(i - 1);
        return 0;
    }
    r = add_attr(b, g, attr);
    if (r < 0)
        return r;
    *ret = (uint16_t)(g->attr_count - 1);
    return 0;
}

const struct kk_obs_group *kk_obs_block_find(const struct kk_obs_block *b, struct kk_slice name)
{
    size_t lo = 0, hi = b->count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int order = kk_slice_compare(b->groups[mid].indicator, name);

        if (order == 0)
            return &b->groups[mid];
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

int kk_obs_row_compare(const struct kk_obs_words *w, const struct kk_obs_row *a,
                       const struct kk_obs_row *b)
{
    if (a->area != b->area)
        return w->areas.rank[a->area] < w->areas.rank[b->area] ? -1 : 1;
    if (a->breakdown != b->breakdown)
        return w->breakdowns.rank[a->breakdown] < w->breakdowns.rank[b->breakdown] ? -1 : 1;
    if (a->period != b->period)
        return w->periods.rank[a->period] < w->periods.rank[b->period] ? -1 : 1;
    return 0;
}

void kk_obs_get(const struct kk_obs_words *w, const struct kk_obs_group *g,
                const struct kk_obs_row *row, struct kk_obs *ret)
{
    const struct kk_obs_attr *attr = &g->attrs[row->attr];

    *ret = (struct kk_obs){
        .indicator = g->indicator,
        .area = w->areas.items[row->area],
        .breakdown = w->breakdowns.items[row->breakdown],
        .period = w->periods.items[row->period],
        .unit = w->units.items[attr->unit],
        .status = w->statuses.items[attr->status],
        .method = attr->method,
        .source = attr->source,
        .note = attr->note,
        .missing = attr->missing,
        .value = row->value,
    };
}
