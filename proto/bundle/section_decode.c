/*
 * From an old state of a pack and a section to the new state. What comes out has been checked
 * ([BN-14]): codes name words, keys strictly ascend, values are in range, every stream ends where
 * it should.
 */
#include "keys.h"
#include "touch.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "kukyoku/error.h"

struct decoder {
    const struct kk_obs_words *words;
    struct kk_obs_block *old; /* its rows move on where they stay as they are */
    struct kk_obs_block *fresh;
    struct kk_in in;
    struct kk_keys_in keys;
    struct kk_slice *texts; /* 0 is the empty one */
    size_t text_count;
    uint8_t *gone, *kinds; /* scratch, for one group */
    uint32_t *edits;
};

static void decoder_auto_fini(struct decoder *d)
{
    kk_keys_in_fini(&d->keys);
    kk_free(d->texts);
    kk_free(d->gone);
    kk_free(d->kinds);
    kk_free(d->edits);
}

static int read_texts(struct decoder *d)
{
    uint64_t count = kk_in_below(&d->in, KK_STREAM_TEXTS, KK_DICT_MAX);

    d->texts = kk_alloc_array(count + 1, sizeof(*d->texts));
    if (!d->texts)
        return KK_E_MEMORY;
    d->texts[0] = kk_slice("", 0);
    for (d->text_count = 1; d->text_count <= count && !d->in.bad; d->text_count++) {
        uint64_t len = kk_in_below(&d->in, KK_STREAM_TEXTS, KK_OBS_TEXT_MAX + 1);
        struct kk_slice text = kk_in_bytes(&d->in, KK_STREAM_TEXTS, len);

        if (d->in.bad || text.len == 0 || !kk_utf8_valid(text))
            return KK_E_BUNDLE;
        d->texts[d->text_count] = kk_arena_dup(&d->fresh->texts, text);
        if (!d->texts[d->text_count].data)
            return KK_E_MEMORY;
    }
    return 0;
}

/* --- attributes --- */
static int room_for_attrs(struct kk_obs_group *g, size_t count)
{
    g->attrs = kk_alloc_array(count, sizeof(*g->attrs));
    g->attr_cap = count;
    return g->attrs ? 0 : KK_E_MEMORY;
}

static int keep_text(struct decoder *d, const struct kk_slice *before, struct kk_slice old,
                     struct kk_slice *text)
{
    /* texts of neighbouring attributes are mostly one text */
    if (before && before->data && kk_slice_equal(*before, old)) {
        *text = *before;
        return 0;
    }
    *text = old.len ? kk_arena_dup(&d->fresh->texts, old) : kk_slice("", 0);
    return text->data ? 0 : KK_E_MEMORY;
}

static int keep_attrs(struct decoder *d, const struct kk_obs_group *old, struct kk_obs_group *g)
{
    int r = 0;

    for (size_t i = 0; i < old->attr_count && r == 0; i++) {
        const struct kk_obs_attr *before = i ? &g->attrs[i - 1] : NULL;
        const struct kk_obs_attr *from = &old->attrs[i];
        struct kk_obs_attr *to = &g->attrs[g->attr_count++];

        *to = *from;
        r = keep_text(d, before ? &before->method : NULL, from->method, &to->method);
        if (r == 0)
            r = keep_text(d, before ? &before->source : NULL, from->source, &to->source);
        if (r == 0)
            r = keep_text(d, before ? &before->note : NULL, from->note, &to->note);
    }
    return r;
}

static struct kk_slice take_text(struct decoder *d)
{
    return d->texts[kk_in_below(&d->in, KK_STREAM_ATTRS, d->text_count)];
}

static void take_attrs(struct decoder *d, struct kk_obs_group *g, uint64_t count)
{
    for (; count > 0 && !d->in.bad; count--) {
        struct kk_obs_attr *a = &g->attrs[g->attr_count++];

        a->unit = (uint16_t)kk_in_below(&d->in, KK_STREAM_ATTRS, d->words->units.count);
        a->status = (uint16_t)kk_in_below(&d->in, KK_STREAM_ATTRS, d->words->statuses.count);
        a->missing = (enum kk_missing)kk_in_below(&d->in, KK_STREAM_ATTRS, KK_MISSING_END);
        a->method = take_text(d);
        a->source = take_text(d);
        a->note = take_text(d);
    }
}

/* --- rows --- */
static void take_gaps(struct kk_in *in, enum kk_stream s, uint64_t count, uint8_t what,
                      struct kk_slice gone)
{
    uint8_t *flags = (uint8_t *)(uintptr_t)gone.data;
    uint64_t at = 0;

    for (; count > 0; count--, at++) {
        uint64_t gap = kk_in_below(in, s, gone.len + 1);

        if (in->bad || gap >= gone.len - at || flags[at + gap] != 0) {
            in->bad = true;
            return;
        }
        at += gap;
        flags[at] = what;
    }
}

/* Rows that were there ascend already: those that come must fit between their neighbours. */
static bool rows_ascend(const struct kk_obs_words *w, const struct kk_obs_group *g,
                        const uint8_t *kinds)
{
    const uint8_t *end = kinds + g->count, *at = kinds;

    while (at < end && (at = memchr(at, KK_ROW_INSERT, (size_t)(end - at)))) {
        const struct kk_obs_row *row = &g->rows[at - kinds];

        if (at > kinds && kk_obs_row_compare(w, row - 1, row) >= 0)
            return false;
        if (++at < end && kk_obs_row_compare(w, row, row + 1) >= 0)
            return false;
    }
    return true;
}

/* Counts of the two lanes as they came out, against those of the head. */
static bool lanes_agree(const struct kk_keys_rows *rows, const struct kk_touch *e)
{
    return rows->edit_count == e->edits && rows->inserts == e->inserts &&
           rows->count == rows->cap;
}

static struct kk_values_in values_of(struct decoder *d, const struct kk_obs_group *g,
                                     const struct kk_touch *e)
{
    return (struct kk_values_in){ .in = &d->in,
                                  .rows = g->rows,
                                  .count = g->count,
                                  .edits = d->edits,
                                  .edit_count = (size_t)e->edits,
                                  .attrs = g->attrs,
                                  .attr_count = g->attr_count,
                                  .div = kk_values_power(e->scale) };
}

static int take_rows(struct decoder *d, const struct kk_obs_group *old, struct kk_obs_group *g,
                     const struct kk_touch *e)
{
    struct kk_keys_rows rows = {
        .old = old, .gone = d->gone, .kinds = d->kinds, .edits = d->edits, .rows = g->rows
    };
    struct kk_values_in values;

    rows.cap = (size_t)(old->count - e->drops + e->inserts);
    kk_keys_take(&d->keys, &rows);
    if (d->in.bad || !lanes_agree(&rows, e))
        return KK_E_BUNDLE;
    g->count = rows.count;
    d->fresh->rows += rows.count;
    values = values_of(d, g, e);
    values.kinds = d->kinds;
    if (e->edits)
        kk_values_decode(&values, KK_ROW_EDIT, &e->edit);
    if (e->inserts)
        kk_values_decode(&values, KK_ROW_INSERT, &e->insert);
    if (d->in.bad)
        return KK_E_BUNDLE;
    /* what ascended still does when rows go */
    return e->inserts == 0 || rows_ascend(d->words, g, d->kinds) ? 0 : KK_E_BUNDLE;
}

static int scratch(struct decoder *d, size_t old_rows, size_t rows, size_t edits)
{
    kk_free(d->gone);
    kk_free(d->kinds);
    kk_free(d->edits);
    d->gone = kk_alloc(old_rows);
    d->kinds = kk_alloc(rows);
    d->edits = kk_alloc_array(edits, sizeof(*d->edits));
    return d->gone && d->kinds && d->edits ? 0 : KK_E_MEMORY;
}

/* --- groups --- */
/* The fresh group for an old one, with its attributes and room for more; its rows move along. */
static int move_group(struct decoder *d, struct kk_obs_group *old, size_t more_attrs,
                      struct kk_obs_group **ret)
{
    int r = kk_obs_block_group(d->fresh, old->indicator, ret);

    if (r == 0)
        r = room_for_attrs(*ret, old->attr_count + more_attrs);
    if (r == 0)
        r = keep_attrs(d, old, *ret);
    return r < 0 ? r : kk_obs_group_move(d->fresh, *ret, old);
}

/* Nothing but values and attributes of some rows changes: all others are not looked at. */
static int take_edits(struct decoder *d, struct kk_obs_group *old, const struct kk_touch *e)
{
    struct kk_values_in values;
    struct kk_obs_group *g;
    uint64_t at = 0;
    int r = move_group(d, old, (size_t)e->attrs, &g);

    if (r == 0)
        r = scratch(d, 0, 0, (size_t)e->edits);
    if (r < 0)
        return r;
    take_attrs(d, g, e->attrs);
    for (size_t i = 0; i < e->edits; i++, at++) {
        uint64_t gap = kk_in_below(&d->in, KK_STREAM_EDITS, g->count + 1);

        if (d->in.bad || gap >= g->count - at)
            return KK_E_BUNDLE;
        at += gap;
        d->edits[i] = (uint32_t)at;
    }
    values = values_of(d, g, e);
    kk_values_decode(&values, KK_ROW_EDIT, &e->edit);
    return d->in.bad ? KK_E_BUNDLE : 0;
}

static int take_group(struct decoder *d, const struct kk_obs_group *old, const struct kk_touch *e)
{
    size_t rows = (size_t)(old->count - e->drops + e->inserts);
    struct kk_obs_group *g;
    int r = kk_obs_block_group(d->fresh, old->indicator, &g);

    if (r == 0)
        r = kk_obs_group_reserve(d->fresh, g, rows);
    if (r == 0)
        r = room_for_attrs(g, (size_t)(old->attr_count + e->attrs));
    if (r == 0)
        r = scratch(d, old->count, rows, (size_t)e->edits);
    if (r == 0)
        r = keep_attrs(d, old, g);
    if (r < 0)
        return r;
    take_attrs(d, g, e->attrs);
    take_gaps(&d->in, KK_STREAM_DROPS, e->drops, 2, kk_slice(d->gone, old->count));
    take_gaps(&d->in, KK_STREAM_EDITS, e->edits, 1, kk_slice(d->gone, old->count));
    return d->in.bad ? KK_E_BUNDLE : take_rows(d, old, g, e);
}

static void take_series(struct decoder *d, struct kk_obs_group *g, const struct kk_touch *e)
{
    struct kk_values_in values = values_of(d, g, e);
    struct kk_keys_series series = { 0 };
    struct kk_values_lane lane;

    kk_values_begin(&lane, &values, KK_ROW_INSERT, &e->insert);
    while (kk_keys_next(&d->keys, &series) && series.count <= e->inserts - g->count) {
        kk_keys_fill(&d->keys, &series, lane.usual, &g->rows[g->count]);
        kk_values_series(&lane, &g->rows[g->count], series.count);
        g->count += series.count;
    }
    kk_values_end(&lane);
}

/* A group of which nothing was there. */
static int take_new(struct decoder *d, const struct kk_touch *e)
{
    struct kk_obs_group *g;
    int r = kk_obs_block_group(d->fresh, e->indicator, &g);

    if (r == 0)
        r = kk_obs_group_reserve(d->fresh, g, (size_t)e->inserts);
    if (r == 0)
        r = room_for_attrs(g, (size_t)e->attrs);
    if (r < 0)
        return r;
    take_attrs(d, g, e->attrs);
    take_series(d, g, e);
    d->fresh->rows += g->count;
    return d->in.bad || g->count != e->inserts ? KK_E_BUNDLE : 0;
}

/* Does the entry fit the group that it names? */
static bool entry_fits(const struct kk_obs_group *old, const struct kk_touch *e)
{
    size_t rows = old ? old->count : 0;
    uint64_t attrs = (old ? old->attr_count : 0) + e->attrs;

    return e->drops + e->edits <= rows && rows - e->drops + e->inserts > 0 && attrs < UINT16_MAX &&
           e->edit.usual < attrs && e->insert.usual < attrs;
}

static int change_group(struct decoder *d, struct kk_obs_group *old, const struct kk_touch *e)
{
    if (!entry_fits(old, e))
        return KK_E_BUNDLE;
    if (e->edits > 0 && e->drops == 0 && e->inserts == 0 && kk_keys_stay(&d->keys))
        return take_edits(d, old, e);
    return take_group(d, old, e);
}

static int keep_group(struct decoder *d, struct kk_obs_group *old)
{
    struct kk_obs_group *g;

    return move_group(d, old, 0, &g);
}

static bool name_fits(const struct decoder *d, const struct kk_touch *e, size_t next_old)
{
    const struct kk_obs_block *fresh = d->fresh, *old = d->old;

    if (!kk_utf8_valid(e->indicator))
        return false;
    if (fresh->count > 0 &&
        kk_slice_compare(fresh->groups[fresh->count - 1].indicator, e->indicator) >= 0)
        return false;
    if (next_old > 0 && kk_slice_compare(old->groups[next_old - 1].indicator, e->indicator) >= 0)
        return false;
    return next_old == old->count ||
           kk_slice_compare(e->indicator, old->groups[next_old].indicator) < 0;
}

static int take_entry(struct decoder *d, size_t *at)
{
    struct kk_touch e;
    int r = 0;

    kk_touch_read(&d->in, &e);
    if (d->in.bad || e.skip > d->old->count - *at)
        return KK_E_BUNDLE;
    for (; e.skip > 0 && r == 0; e.skip--)
        r = keep_group(d, &d->old->groups[(*at)++]);
    if (r < 0)
        return r;
    if (e.kind == KK_TOUCH_NEW)
        return entry_fits(NULL, &e) && name_fits(d, &e, *at) ? take_new(d, &e) : KK_E_BUNDLE;
    if (*at == d->old->count)
        return KK_E_BUNDLE;
    if (e.kind == KK_TOUCH_CHANGE)
        r = change_group(d, &d->old->groups[*at], &e);
    (*at)++;
    return r;
}

int kk_section_decode(const struct kk_section *s, const struct kk_obs_words *words,
                      struct kk_obs_block *old, struct kk_obs_block *fresh)
{
    __attribute__((cleanup(decoder_auto_fini))) struct decoder d = { .words = words,
                                                                     .old = old,
                                                                     .fresh = fresh };
    uint64_t entries;
    size_t at = 0;
    int r;

    kk_in_init(&d.in, s);
    r = kk_keys_in_init(&d.keys, &d.in, words);
    if (r == 0)
        r = read_texts(&d);
    if (r < 0)
        return r;
    entries = kk_in_below(&d.in, KK_STREAM_HEAD, 2 * KK_OBS_BLOCK_GROUPS + 1);
    for (; entries > 0 && r == 0; entries--)
        r = take_entry(&d, &at);
    for (; at < old->count && r == 0; at++)
        r = keep_group(&d, &old->groups[at]);
    if (r < 0)
        return r;
    return kk_in_done(&d.in) ? 0 : KK_E_BUNDLE;
}
