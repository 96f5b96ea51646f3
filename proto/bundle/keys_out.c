/* Writing keys: what [BN-12] of docs/protocol.md says of LISTS and SERIES. */
#include "keys.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

const struct kk_dict *kk_list_dict(const struct kk_obs_words *w, enum kk_list_name name)
{
    if (name == KK_LIST_AREAS)
        return &w->areas;
    return name == KK_LIST_BREAKDOWNS ? &w->breakdowns : &w->periods;
}

void kk_keys_out_fini(struct kk_keys_out *k)
{
    for (size_t i = 0; i < KK_LIST_COUNT; i++) {
        kk_free(k->used[i]);
        kk_free(k->place[i]);
    }
    for (size_t i = 0; i < KK_SERIES_KINDS; i++) {
        kk_free(k->ref[i].at);
        kk_free(k->last[i].at);
    }
    kk_free(k->set.at);
    *k = (struct kk_keys_out){ 0 };
}

int kk_keys_out_init(struct kk_keys_out *k, struct kk_out *o, const struct kk_obs_words *words)
{
    bool ok = true;

    *k = (struct kk_keys_out){ .o = o, .words = words };
    for (unsigned i = 0; i < KK_LIST_COUNT; i++) {
        size_t count = kk_list_dict(words, (enum kk_list_name)i)->count;

        k->used[i] = kk_alloc(count + 1);
        k->place[i] = kk_alloc_array(count + 1, sizeof(uint16_t));
        ok = ok && k->used[i] && k->place[i];
    }
    for (size_t i = 0; i < KK_SERIES_KINDS; i++) {
        k->ref[i].at = kk_alloc_array(words->periods.count + 1, sizeof(uint16_t));
        k->last[i].at = kk_alloc_array(words->periods.count + 1, sizeof(uint16_t));
        ok = ok && k->ref[i].at && k->last[i].at;
    }
    k->set.at = kk_alloc_array(words->periods.count + 1, sizeof(uint16_t));
    return ok && k->set.at ? 0 : KK_E_MEMORY;
}

/* --- series of an old and a new group, side by side --- */
struct walk {
    const struct kk_obs_words *words;
    const struct kk_values_job *job;
    size_t old_at, old_end, fresh_at, fresh_end; /* rows of the series at hand */
};

static size_t series_end(const struct kk_obs_group *g, size_t at)
{
    size_t end = at;

    while (end < g->count && g->rows[end].area == g->rows[at].area &&
           g->rows[end].breakdown == g->rows[at].breakdown)
        end++;
    return end;
}

static int series_order(const struct kk_obs_words *w, const struct kk_obs_row *a,
                        const struct kk_obs_row *b)
{
    struct kk_obs_row key = *b;

    key.period = a->period;
    return kk_obs_row_compare(w, a, &key);
}

/* Moves to the next series of either group; false at the end. An empty range: not in that group. */
static bool walk_next(struct walk *w)
{
    const struct kk_obs_group *old = w->job->old, *fresh = w->job->fresh;
    bool in_old, in_fresh;
    int order = 0;

    w->old_at = w->old_end;
    w->fresh_at = w->fresh_end;
    in_old = old && w->old_at < old->count;
    in_fresh = w->fresh_at < fresh->count;
    if (!in_old && !in_fresh)
        return false;
    if (in_old && in_fresh)
        order = series_order(w->words, &old->rows[w->old_at], &fresh->rows[w->fresh_at]);
    if (in_old && order <= 0)
        w->old_end = series_end(old, w->old_at);
    if (in_fresh && order >= 0)
        w->fresh_end = series_end(fresh, w->fresh_at);
    return true;
}

void kk_keys_note(struct kk_keys_out *k, const struct kk_values_job *job)
{
    struct walk w = { .words = k->words, .job = job };

    while (walk_next(&w)) {
        for (size_t i = w.fresh_at; i < w.fresh_end; i++)
            if (job->kinds[i] == KK_ROW_INSERT)
                k->used[KK_LIST_PERIODS][job->fresh->rows[i].period] = 1;
        if (w.old_end > w.old_at)
            continue;
        k->used[KK_LIST_AREAS][job->fresh->rows[w.fresh_at].area] = 1;
        k->used[KK_LIST_BREAKDOWNS][job->fresh->rows[w.fresh_at].breakdown] = 1;
    }
}

/* --- lists --- */
/* Codes by order of their texts, each as the difference to one more than the code before it. */
static int write_list(struct kk_keys_out *k, enum kk_list_name name)
{
    const struct kk_dict *d = kk_list_dict(k->words, name);
    uint16_t *by_rank = kk_alloc_array(d->count + 1, sizeof(*by_rank));
    size_t count = 0;
    int64_t expected = 0;

    if (!by_rank)
        return KK_E_MEMORY;
    for (size_t code = 0; code < d->count; code++) {
        by_rank[d->rank[code]] = (uint16_t)code;
        count += k->used[name][code];
    }
    kk_out_number(k->o, KK_STREAM_LISTS, count);
    count = 0;
    for (size_t i = 0; i < d->count; i++) {
        uint16_t code = by_rank[i];
        int64_t step = code - expected;

        if (!k->used[name][code])
            continue;
        k->place[name][code] = (uint16_t)count++;
        kk_out_number(k->o, KK_STREAM_LISTS, (uint64_t)(step < 0 ? -step * 2 - 1 : step * 2));
        expected = code + 1;
    }
    if (name == KK_LIST_PERIODS)
        k->period_count = count;
    kk_free(by_rank);
    return 0;
}

int kk_keys_lists(struct kk_keys_out *k)
{
    int r = 0;

    for (unsigned i = 0; i < KK_LIST_COUNT && r == 0; i++)
        r = write_list(k, (enum kk_list_name)i);
    return r;
}

/* --- series --- */
static bool set_equal(const struct kk_list16 *a, const struct kk_list16 *b)
{
    return a->count == b->count &&
           (a->count == 0 || memcmp(a->at, b->at, a->count * sizeof(*a->at)) == 0);
}

static void set_copy(struct kk_list16 *to, const struct kk_list16 *from)
{
    if (from->count)
        memcpy(to->at, from->at, from->count * sizeof(*to->at));
    to->count = from->count;
}

static void collect_set(struct kk_keys_out *k, const struct walk *w)
{
    k->set.count = 0;
    for (size_t i = w->fresh_at; i < w->fresh_end; i++)
        if (w->job->kinds[i] == KK_ROW_INSERT)
            k->set.at[k->set.count++] = k->place[KK_LIST_PERIODS][w->job->fresh->rows[i].period];
}

/* Members of exactly one of two sets: a count, then the gaps between them. */
static void write_difference(struct kk_keys_out *k, const struct kk_list16 *ref, bool counting,
                             uint64_t *count)
{
    const struct kk_list16 *set = &k->set;
    size_t i = 0, j = 0;
    uint64_t expected = 0;

    while (i < ref->count || j < set->count) {
        uint64_t member;

        if (i < ref->count && j < set->count && ref->at[i] == set->at[j]) {
            i++;
            j++;
            continue;
        }
        if (j == set->count || (i < ref->count && ref->at[i] < set->at[j]))
            member = ref->at[i++];
        else
            member = set->at[j++];
        if (counting)
            ++*count;
        else
            kk_out_number(k->o, KK_STREAM_SERIES, member - expected);
        expected = member + 1;
    }
}

static void write_set(struct kk_keys_out *k, enum kk_series_kind kind)
{
    uint64_t count = 0;

    write_difference(k, &k->ref[kind], true, &count);
    kk_out_number(k->o, KK_STREAM_SERIES, count);
    write_difference(k, &k->ref[kind], false, &count);
}

/* A set that comes twice in a row becomes the reference. */
static bool keep_set(struct kk_keys_out *k, enum kk_series_kind kind)
{
    return !set_equal(&k->set, &k->ref[kind]) && set_equal(&k->set, &k->last[kind]);
}

static void write_op(struct kk_keys_out *k, enum kk_series_op op, bool keep, const uint64_t *run)
{
    kk_out_number(k->o, KK_STREAM_SERIES, (uint64_t)op + keep);
    if (run)
        kk_out_number(k->o, KK_STREAM_SERIES, *run);
}

static void after_set(struct kk_keys_out *k, enum kk_series_kind kind, bool keep)
{
    if (keep)
        set_copy(&k->ref[kind], &k->set);
    set_copy(&k->last[kind], &k->set);
}

/* A series that was not there: its steps from the new one before it, then its set. */
static void write_new(struct kk_keys_out *k, const struct kk_obs_row *row, int64_t last[2],
                      const uint64_t *run)
{
    int64_t area = k->place[KK_LIST_AREAS][row->area];
    int64_t breakdown = k->place[KK_LIST_BREAKDOWNS][row->breakdown];
    bool keep = keep_set(k, KK_SERIES_NEW);

    write_op(k, KK_SERIES_ADD, keep, run);
    kk_out_number(k->o, KK_STREAM_SERIES, (uint64_t)(area - last[0]));
    kk_out_number(k->o, KK_STREAM_SERIES,
                  (uint64_t)(area == last[0] ? breakdown - last[1] - 1 : breakdown));
    write_set(k, KK_SERIES_NEW);
    after_set(k, KK_SERIES_NEW, keep);
    last[0] = area;
    last[1] = breakdown;
}

void kk_keys_series(struct kk_keys_out *k, const struct kk_values_job *job)
{
    struct walk w = { .words = k->words, .job = job };
    int64_t last[2] = { 0, -1 };
    uint64_t run = 0;

    while (walk_next(&w)) {
        collect_set(k, &w);
        if (w.old_end == w.old_at) {
            write_new(k, &job->fresh->rows[w.fresh_at], last, job->old ? &run : NULL);
            run = 0;
        } else if (set_equal(&k->set, &k->ref[KK_SERIES_OLD])) {
            run++;
        } else {
            bool keep = keep_set(k, KK_SERIES_OLD);

            write_op(k, KK_SERIES_ALTER, keep, &run);
            write_set(k, KK_SERIES_OLD);
            after_set(k, KK_SERIES_OLD, keep);
            run = 0;
        }
    }
    write_op(k, KK_SERIES_END, false, NULL);
}
