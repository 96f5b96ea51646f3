/* Editions out of a release, and into one (karte_public.h, karte.h). [KE-1] */
#include "model/karte_public.h"

#include "desk/edition.h"
#include "desk/recall.h"
#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "model/personal.h"
#include "replica/figures.h"

#include <stdio.h>
#include <stdlib.h>

/* --- out of a release --- */
struct reading {
    struct kk_records *records;
    struct kk_kartes *list;
};

static int64_t number_of(struct kk_slice text)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%.*s", (int)text.len, (const char *)text.data);
    return strtoll(digits, NULL, 10);
}

static void put_figure(struct kk_karte *k, struct kk_slice line)
{
    if (k->figure_count < KK_KARTE_FIGURES_MAX &&
        kk_figure_parse(line, &k->figures[k->figure_count]) &&
        kk_slice_is(k->figures[k->figure_count].scope, KK_EDITIONS_SCOPE))
        k->figure_count++;
}

static void put_part(struct kk_karte *k, enum kk_edition_part part, struct kk_slice text)
{
    switch (part) {
    case KK_EDITION_CELL:
        put_figure(k, text);
        break;
    case KK_EDITION_MADE:
        k->made_ms = number_of(text);
        break;
    case KK_EDITION_RECEIPT:
        k->receipt = (uint64_t)number_of(text);
        break;
    case KK_EDITION_RELEASE:
        k->release = number_of(text);
        break;
    case KK_EDITION_TEXT:
        if (k->paragraph_count < KK_KARTE_PARAGRAPHS_MAX)
            k->paragraphs[k->paragraph_count++] = text;
        break;
    case KK_EDITION_TITLE:
        k->title = text;
        break;
    case KK_EDITION_YEAR:
        k->fiscal_year = number_of(text);
        break;
    case KK_EDITION_PART_COUNT:
        break;
    }
}

/* Rows of one edition follow each other. */
static int read_row(void *user, const struct kk_obs *obs)
{
    struct reading *x = user;
    struct kk_kartes *l = x->list;
    struct kk_karte *k = l->count ? l->items[l->count - 1] : NULL;
    struct kk_edition_row row;
    struct kk_slice text;

    if (!kk_edition_row_read(obs, &row) || !kk_slice_is(row.area, l->area))
        return 0;
    if (!k || memcmp(k->id, row.edition, KK_ID_BYTES) != 0) {
        if (l->count == KK_KARTES_MAX)
            return 0;
        k = kk_arena_array(&x->records->arena, 1, sizeof *k);
        if (!k)
            return KK_E_MEMORY;
        *k = (struct kk_karte){ .is_public = true };
        memcpy(k->id, row.edition, KK_ID_BYTES);
        k->area = kk_arena_dup(&x->records->arena, row.area);
        l->items[l->count++] = k;
    }
    text = kk_arena_dup(&x->records->arena, row.text);
    if (!text.data || !k->area.data)
        return KK_E_MEMORY;
    put_part(k, row.part, text);
    return 0;
}

static int newest_first(const void *a, const void *b)
{
    const struct kk_karte *x = *(struct kk_karte *const *)a, *y = *(struct kk_karte *const *)b;

    return x->made_ms != y->made_ms ? (x->made_ms < y->made_ms ? 1 : -1)
                                    : memcmp(x->id, y->id, KK_ID_BYTES);
}

int kk_kartes_read(struct kk_records *r, struct kk_kartes *ret)
{
    struct kk_lanes_query q = { .dataset = KK_KARTE_DATASET };
    struct reading x = { r, ret };
    struct kk_replica *replica;
    int e = kk_replicas_get(&r->replicas, kk_slice_text(KK_EDITIONS_SCOPE), &replica, r->err);

    if (e == KK_E_NOT_FOUND) {
        *r->err = (struct kk_error){ 0 };
        return 0;
    }
    if (e == 0)
        e = kk_figures_each(replica, &q, read_row, &x);
    if (ret->count)
        qsort(ret->items, ret->count, sizeof ret->items[0], newest_first);
    return e;
}

/* --- into a release --- */
struct quote {
    const struct kk_figure *figure;
    uint32_t release; /* in which it is looked for */
    bool found;
};
struct offering {
    struct kk_records *records;
    struct kk_karte **items; /* borrowed from the arena */
    size_t count, cap;
    struct quote *quotes; /* ascending by release and key */
    size_t quote_count;
};

static int keep(void *user, const struct kk_karte *k)
{
    struct offering *o = user;
    struct kk_karte *copy = kk_arena_array(&o->records->arena, 1, sizeof *copy);
    size_t cap = o->cap ? 2 * o->cap : 64;
    struct kk_karte **items =
        o->count < o->cap ? o->items : kk_realloc(o->items, cap * sizeof *items);

    if (!copy || !items)
        return KK_E_MEMORY;
    o->cap = o->count < o->cap ? o->cap : cap;
    o->items = items;
    *copy = *k;
    o->items[o->count++] = copy;
    return 0;
}

static int by_key(const struct quote *x, const struct quote *y)
{
    int order = x->release != y->release ? (x->release < y->release ? -1 : 1)
                                         : kk_slice_compare(x->figure->indicator,
                                                            y->figure->indicator);

    if (order == 0)
        order = kk_slice_compare(x->figure->area, y->figure->area);
    if (order == 0)
        order = kk_slice_compare(x->figure->breakdown, y->figure->breakdown);
    return order ? order : kk_slice_compare(x->figure->period, y->figure->period);
}

static int quotes_by_key(const void *a, const void *b)
{
    return by_key(a, b);
}

/* What was recalled is looked for in the newest release, where it is not. */
static int list_quotes(struct offering *o, uint32_t floor, uint32_t newest)
{
    size_t all = 0;

    for (size_t i = 0; i < o->count; i++)
        all += o->items[i]->figure_count;
    o->quotes = kk_alloc_array(all + 1, sizeof *o->quotes);
    if (!o->quotes)
        return KK_E_MEMORY;
    for (size_t i = 0; i < o->count; i++) {
        for (size_t n = 0; n < o->items[i]->figure_count; n++) {
            const struct kk_figure *f = &o->items[i]->figures[n];

            o->quotes[o->quote_count++] =
                (struct quote){ .figure = f, .release = f->release < floor ? newest : f->release };
        }
    }
    qsort(o->quotes, o->quote_count, sizeof *o->quotes, quotes_by_key);
    return 0;
}

static bool says(const struct kk_obs *row, const struct kk_figure *f)
{
    char value[KK_DECIMAL_TEXT];

    kk_decimal_text(row->value, KK_OBS_DECIMALS, value);
    return kk_slice_is(f->value, row->missing == KK_MISSING_NONE ? value
                                                                 : kk_missing_text(row->missing)) &&
           kk_slice_equal(f->unit, row->unit);
}

struct searching {
    struct quote *quotes;
    size_t count;
    uint32_t release;
};

static int find_quotes(void *user, const struct kk_obs *row)
{
    struct searching *s = user;
    const struct kk_figure key = { .indicator = row->indicator, .area = row->area,
                                   .period = row->period, .breakdown = row->breakdown };
    const struct quote wanted = { .figure = &key, .release = s->release };
    size_t low = 0, high = s->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (by_key(&s->quotes[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < s->count && by_key(&s->quotes[low], &wanted) == 0; low++)
        s->quotes[low].found = says(row, s->quotes[low].figure);
    return 0;
}

static int search_release(struct kk_press *press, struct searching *s, struct kk_error *err)
{
    KK_AUTO_FINI(kk_edition) struct kk_edition e = { 0 };
    const struct kk_catalog_scope *row;
    int r = kk_edition_open(press, s->release, &e, err);

    if (r == KK_E_NOT_FOUND)
        return 0; /* not published by this desk: nothing of it is found */
    row = r == 0 ? kk_catalog_scope_of(&e.catalog, kk_slice_text(KK_EDITIONS_SCOPE)) : NULL;
    return row ? kk_press_each(press, row, find_quotes, s) : r;
}

static int search_all(struct kk_press *press, struct offering *o)
{
    int r = 0;

    for (size_t from = 0, to; r == 0 && from < o->quote_count; from = to) {
        struct searching s = { &o->quotes[from], 0, o->quotes[from].release };
        struct kk_error none = { 0 };

        for (to = from; to < o->quote_count && o->quotes[to].release == s.release; to++)
            s.count++;
        r = search_release(press, &s, &none);
    }
    return r;
}

/* --- the verdict --- */
static const struct quote *missing_quote(const struct offering *o, const struct kk_karte *k)
{
    for (size_t i = 0; i < o->quote_count; i++) {
        const struct quote *q = &o->quotes[i];

        if (!q->found && q->figure >= k->figures && q->figure < k->figures + k->figure_count)
            return q;
    }
    return NULL;
}

static bool looks_personal(const struct kk_karte *k, struct kk_slice *ret)
{
    *ret = k->title;
    if (kk_personal_find(k->title) != KK_PERSONAL_NOTHING)
        return true;
    for (size_t i = 0; i < k->paragraph_count; i++) {
        *ret = k->paragraphs[i];
        if (kk_personal_find(k->paragraphs[i]) != KK_PERSONAL_NOTHING)
            return true;
    }
    return false;
}

static void judge(const struct offering *o, bool not_personal, struct kk_karte_offer *ret)
{
    const struct quote *missing = missing_quote(o, ret->karte);

    ret->what = ret->karte->title;
    if (!ret->karte->by_lead) {
        ret->verdict = KK_KARTE_NOT_BY_LEAD;
    } else if (missing) {
        ret->verdict = KK_KARTE_NOT_QUOTED;
        ret->what = missing->figure->indicator;
    } else if (!not_personal && looks_personal(ret->karte, &ret->what)) {
        ret->verdict = KK_KARTE_PERSONAL;
    }
}

static int add_number(struct kk_editions *to, struct kk_edition_row row, enum kk_edition_part part,
                      int64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)value);
    row.part = part;
    row.text = kk_slice_text(text);
    return kk_editions_add(to, &row);
}

static int add_figures(struct kk_editions *to, struct kk_edition_row row, const struct kk_karte *k)
{
    int r = 0;

    row.part = KK_EDITION_CELL;
    for (size_t i = 0; r == 0 && i < k->figure_count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes line = { 0 };

        r = kk_figure_write(&k->figures[i], &line);
        row.text = kk_bytes_slice(&line);
        row.seq = (unsigned)i + 1;
        if (r == 0)
            r = kk_editions_add(to, &row);
    }
    return r;
}

static int add_karte(struct kk_editions *to, const struct kk_karte *k)
{
    struct kk_edition_row row = { .area = k->area, .seq = 1, .part = KK_EDITION_TITLE,
                                  .text = k->title };
    int r;

    memcpy(row.edition, k->id, KK_ID_BYTES);
    r = kk_editions_add(to, &row);
    if (r == 0)
        r = add_number(to, row, KK_EDITION_YEAR, k->fiscal_year);
    if (r == 0)
        r = add_number(to, row, KK_EDITION_RELEASE, k->release);
    if (r == 0)
        r = add_number(to, row, KK_EDITION_MADE, k->made_ms);
    if (r == 0)
        r = add_number(to, row, KK_EDITION_RECEIPT, (int64_t)k->receipt);
    if (r == 0)
        r = add_figures(to, row, k);
    row.part = KK_EDITION_TEXT;
    for (size_t i = 0; r == 0 && i < k->paragraph_count; i++) {
        row.text = k->paragraphs[i];
        row.seq = (unsigned)i + 1;
        r = kk_editions_add(to, &row);
    }
    return r;
}

int kk_karte_publish(struct kk_records *r, const struct kk_karte_desk *desk,
                     struct kk_editions *ret)
{
    struct offering o = { .records = r };
    uint32_t floor = 0;
    int e = kk_karte_all(r, keep, &o);

    if (e == 0)
        e = kk_recall_floor(desk->press, kk_slice_text(KK_EDITIONS_SCOPE), &floor);
    if (e == 0)
        e = list_quotes(&o, floor, kk_release_newest(desk->press));
    if (e == 0)
        e = search_all(desk->press, &o);
    for (size_t i = 0; e == 0 && i < o.count; i++) {
        struct kk_karte_offer offer = { .karte = o.items[i] };

        judge(&o, desk->not_personal, &offer);
        if (offer.verdict == KK_KARTE_SOUND)
            e = add_karte(ret, o.items[i]);
        if (e == 0)
            desk->told(desk->user, &offer);
    }
    kk_free(o.items);
    kk_free(o.quotes);
    return e;
}
