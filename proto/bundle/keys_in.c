/* Reading keys. Every place in a list is checked, and every loop ends with what is there. */
#include "keys.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

void kk_keys_in_fini(struct kk_keys_in *k)
{
    for (size_t i = 0; i < KK_LIST_COUNT; i++)
        kk_free(k->lists[i].at);
    for (size_t i = 0; i < KK_SERIES_KINDS; i++)
        kk_free(k->ref[i].at);
    kk_free(k->set.at);
    *k = (struct kk_keys_in){ 0 };
}

/* [BN-12] texts of a list strictly ascend, so places stand for texts in every comparison. */
static int read_list(struct kk_keys_in *k, enum kk_list_name name)
{
    const struct kk_dict *d = kk_list_dict(k->words, name);
    struct kk_list16 *list = &k->lists[name];
    uint64_t count = kk_in_below(k->in, KK_STREAM_LISTS, d->count + 1);
    int64_t expected = 0;

    list->at = kk_alloc_array(count + 1, sizeof(*list->at));
    if (!list->at)
        return KK_E_MEMORY;
    for (; list->count < count && !k->in->bad; list->count++) {
        uint64_t step = kk_in_below(k->in, KK_STREAM_LISTS, 4 * (uint64_t)KK_DICT_MAX);
        int64_t code = expected + (step & 1 ? -(int64_t)(step / 2) - 1 : (int64_t)(step / 2));

        if (code < 0 || code >= (int64_t)d->count ||
            (list->count > 0 && d->rank[code] <= d->rank[list->at[list->count - 1]])) {
            k->in->bad = true;
            break;
        }
        list->at[list->count] = (uint16_t)code;
        expected = code + 1;
    }
    return 0;
}

int kk_keys_in_init(struct kk_keys_in *k, struct kk_in *in, const struct kk_obs_words *words)
{
    size_t periods;

    *k = (struct kk_keys_in){ .in = in, .words = words };
    for (unsigned i = 0; i < KK_LIST_COUNT; i++) {
        int r = read_list(k, (enum kk_list_name)i);

        if (r < 0)
            return r;
    }
    periods = k->lists[KK_LIST_PERIODS].count;
    for (size_t i = 0; i < KK_SERIES_KINDS; i++) {
        k->ref[i].at = kk_alloc_array(periods + 1, sizeof(uint16_t));
        if (!k->ref[i].at)
            return KK_E_MEMORY;
    }
    k->set.at = kk_alloc_array(periods + 1, sizeof(uint16_t));
    return k->set.at ? 0 : KK_E_MEMORY;
}

/* --- sets --- */
/* The reference with the members that are told turned round: k->set, or the reference as it is. */
static const struct kk_list16 *take_set(struct kk_keys_in *k, enum kk_series_kind kind, bool keep)
{
    size_t limit = k->lists[KK_LIST_PERIODS].count;
    struct kk_list16 *ref = &k->ref[kind], *set = &k->set;
    uint64_t count = kk_in_below(k->in, KK_STREAM_SERIES, limit + 1);
    uint64_t member = 0;
    size_t i = 0;

    if (count == 0)
        return ref;
    set->count = 0;
    for (; count > 0 && !k->in->bad; count--) {
        member += kk_in_below(k->in, KK_STREAM_SERIES, limit);
        if (member >= limit) {
            k->in->bad = true;
            break;
        }
        while (i < ref->count && ref->at[i] < member)
            set->at[set->count++] = ref->at[i++];
        if (i < ref->count && ref->at[i] == member)
            i++;
        else
            set->at[set->count++] = (uint16_t)member;
        member++;
    }
    while (i < ref->count)
        set->at[set->count++] = ref->at[i++];
    if (keep && set->count)
        memcpy(ref->at, set->at, set->count * sizeof(*set->at));
    if (keep)
        ref->count = set->count;
    return set;
}

/* --- rows --- */
static bool has_room(struct kk_keys_in *k, const struct kk_keys_rows *out, size_t more)
{
    if (more <= out->cap - out->count)
        return true;
    k->in->bad = true;
    return false;
}

/* Rows of the old group up to `end`; those between two that change or go are copied at once. */
static void add_old(struct kk_keys_in *k, struct kk_keys_rows *out, size_t at, size_t end)
{
    while (at < end && !k->in->bad) {
        size_t from = at;

        while (at < end && out->gone[at] == 0)
            at++;
        if (at > from && has_room(k, out, at - from)) {
            memcpy(&out->rows[out->count], &out->old->rows[from], (at - from) * sizeof(*out->rows));
            out->count += at - from;
        }
        if (at < end && out->gone[at] == 1 && has_room(k, out, 1)) {
            out->edits[out->edit_count++] = (uint32_t)out->count;
            out->rows[out->count++] = out->old->rows[at];
        }
        at++;
    }
}

/* The rows of a series that come. */
static void add_new(struct kk_keys_in *k, struct kk_keys_rows *out, const struct kk_keys_series *s)
{
    if (!has_room(k, out, s->count))
        return;
    memset(&out->kinds[out->count], KK_ROW_INSERT, s->count);
    kk_keys_fill(k, s, 0, &out->rows[out->count]);
    out->count += s->count;
    out->inserts += s->count;
}

void kk_keys_fill(const struct kk_keys_in *k, const struct kk_keys_series *s, uint16_t attr,
                  struct kk_obs_row *rows)
{
    const uint16_t *periods = k->lists[KK_LIST_PERIODS].at, *places = s->periods;
    const uint16_t area = s->area, breakdown = s->breakdown;

    for (const struct kk_obs_row *end = rows + s->count; rows < end; rows++) {
        rows->area = area;
        rows->breakdown = breakdown;
        rows->period = periods[*places++];
        rows->attr = attr;
    }
}

static size_t series_end(const struct kk_obs_group *g, size_t at)
{
    const struct kk_obs_row *first = &g->rows[at];

    while (at < g->count && g->rows[at].area == first->area &&
           g->rows[at].breakdown == first->breakdown)
        at++;
    return at;
}

/* The old series that begins at `at`, with the periods of set between its own; gives its end. */
static size_t merge_series(struct kk_keys_in *k, struct kk_keys_rows *out, size_t at,
                           const struct kk_list16 *set)
{
    const uint16_t *rank = k->words->periods.rank, *periods = k->lists[KK_LIST_PERIODS].at;
    const struct kk_obs_row *old = out->old->rows;
    struct kk_keys_series fresh = { .area = old[at].area,
                                    .breakdown = old[at].breakdown,
                                    .count = 1 };
    size_t end = series_end(out->old, at), from = at;

    for (size_t i = 0; i < set->count; i++) {
        while (at < end && rank[old[at].period] < rank[periods[set->at[i]]])
            at++;
        add_old(k, out, from, at);
        fresh.periods = &set->at[i];
        add_new(k, out, &fresh);
        from = at;
    }
    add_old(k, out, from, end);
    return end;
}

static size_t take_run(struct kk_keys_in *k, struct kk_keys_rows *out, size_t at, uint64_t run)
{
    for (; run > 0 && !k->in->bad; run--) {
        if (at == out->old->count) {
            k->in->bad = true;
            break;
        }
        at = merge_series(k, out, at, &k->ref[KK_SERIES_OLD]);
    }
    return at;
}

/* The new series behind the one that *s is. */
static bool take_new(struct kk_keys_in *k, bool keep, struct kk_keys_series *s)
{
    const struct kk_list16 *areas = &k->lists[KK_LIST_AREAS];
    const struct kk_list16 *breakdowns = &k->lists[KK_LIST_BREAKDOWNS];
    uint64_t step = kk_in_below(k->in, KK_STREAM_SERIES, areas->count);
    uint64_t breakdown = kk_in_below(k->in, KK_STREAM_SERIES, breakdowns->count);
    const struct kk_list16 *set;

    s->places[0] += step;
    s->places[1] = step == 0 ? s->places[1] + breakdown : breakdown;
    set = take_set(k, KK_SERIES_NEW, keep);
    if (k->in->bad || s->places[0] >= areas->count || s->places[1] >= breakdowns->count ||
        set->count == 0) {
        k->in->bad = true;
        return false;
    }
    s->area = areas->at[s->places[0]];
    s->breakdown = breakdowns->at[s->places[1]];
    s->periods = set->at;
    s->count = set->count;
    s->places[1]++; /* in the same area the next one stands after it */
    return true;
}

bool kk_keys_next(struct kk_keys_in *k, struct kk_keys_series *s)
{
    uint64_t op = kk_in_below(k->in, KK_STREAM_SERIES, KK_SERIES_OPS);

    if (op == KK_SERIES_END)
        return false;
    k->in->bad = k->in->bad || op < KK_SERIES_ADD;
    return !k->in->bad && take_new(k, op == KK_SERIES_ADD_KEEP, s);
}

/* What is left when no series is told any more. */
static void take_rest(struct kk_keys_in *k, struct kk_keys_rows *out, size_t at)
{
    if (k->ref[KK_SERIES_OLD].count == 0)
        add_old(k, out, at, out->old->count);
    else
        while (!k->in->bad && at < out->old->count)
            at = merge_series(k, out, at, &k->ref[KK_SERIES_OLD]);
}

void kk_keys_take(struct kk_keys_in *k, struct kk_keys_rows *out)
{
    struct kk_keys_series fresh = { 0 };
    size_t at = 0;

    while (!k->in->bad) {
        uint64_t op = kk_in_below(k->in, KK_STREAM_SERIES, KK_SERIES_OPS);

        if (op == KK_SERIES_END)
            break;
        at = take_run(k, out, at, kk_in_number(k->in, KK_STREAM_SERIES));
        if (op >= KK_SERIES_ADD) {
            if (take_new(k, op == KK_SERIES_ADD_KEEP, &fresh))
                add_new(k, out, &fresh);
        } else if (at < out->old->count) {
            at = merge_series(k, out, at, take_set(k, KK_SERIES_OLD, op == KK_SERIES_ALTER_KEEP));
        } else {
            k->in->bad = true;
        }
    }
    if (!k->in->bad)
        take_rest(k, out, at);
}

bool kk_keys_stay(struct kk_keys_in *k)
{
    struct kk_feed *f = &k->in->feeds[KK_STREAM_SERIES];

    if (k->ref[KK_SERIES_OLD].count > 0 || f->at == f->end || *f->at != KK_SERIES_END)
        return false;
    f->at++;
    return true;
}
