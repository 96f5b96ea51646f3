/* A release in the making: datasets and their rows come in, in order, and are checked. */
#include "builder.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "kukyoku/error.h"

#define ARENA_BYTES (16u * 1024 * 1024)

static void close_dataset(struct kk_dataset *d)
{
    for (size_t i = 0; i < d->count; i++)
        kk_obs_block_fini(&d->groups[i]);
    kk_free(d->groups);
    kk_obs_words_fini(&d->words);
    kk_segment_close(&d->old);
    *d = (struct kk_dataset){ 0 };
}

void kk_release_free(struct kk_release *r)
{
    if (!r)
        return;
    close_dataset(&r->dataset);
    kk_bytes_fini(&r->previous_bytes);
    kk_arena_fini(&r->arena);
    kk_free(r);
}

static int read_previous(struct kk_release *r)
{
    struct kk_slice plain = r->options.previous;
    int e = kk_bytes_append_slice(&r->previous_bytes, plain);

    if (e < 0)
        return e;
    r->has_previous = true;
    return kk_manifest_read(kk_bytes_slice(&r->previous_bytes), r->options.scope, &r->arena,
                            &r->previous);
}

int kk_release_new(const struct kk_release_options *options, struct kk_release **ret)
{
    KK_AUTO_FREE(kk_release) struct kk_release *r = kk_alloc(sizeof(*r));
    int e = 0;

    if (!r)
        return KK_E_MEMORY;
    kk_assert((options->key != NULL) == (kk_scope_tier(options->scope) > 0));
    r->options = *options;
    kk_arena_init(&r->arena, ARENA_BYTES);
    if (options->previous.data)
        e = read_previous(r);
    if (e < 0)
        return e;
    r->segments = kk_arena_array(&r->arena, KK_SEGMENTS_MAX, sizeof(*r->segments));
    if (!r->segments)
        return KK_E_MEMORY;
    *ret = KK_STEAL(r);
    return 0;
}

const struct kk_error *kk_release_error(const struct kk_release *r)
{
    return &r->error;
}

/* --- a dataset --- */
static const struct kk_segment_ref *find_before(const struct kk_release *r, struct kk_slice dataset)
{
    for (size_t i = 0; r->has_previous && i < r->previous.segments.count; i++)
        if (kk_slice_equal(r->previous.segments.items[i].dataset, dataset))
            return &r->previous.segments.items[i];
    return NULL;
}

static int open_old(struct kk_release *r, struct kk_dataset *d)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    const struct kk_coded_source *source = &r->options.source;
    int e = source->get(source->self, KK_BLOB_INDEX, &d->before->index, &coded);

    if (e == 0)
        e = kk_blob_decode(kk_bytes_slice(&coded), KK_INDEX_BYTES_MAX, &plain);
    if (e == 0)
        e = kk_segment_open(&d->old, kk_bytes_slice(&plain), *source);
    if (e < 0)
        return e;
    if (d->recall)
        return 0; /* words begin anew: nothing of what is recalled may stay */
    return kk_obs_words_load(&d->words, &d->old.index.words);
}

/* The next dataset's name, copied, after all before it. */
static int next_name(struct kk_release *r, struct kk_slice dataset, struct kk_slice *ret)
{
    struct kk_slice name = kk_arena_dup(&r->arena, dataset);

    kk_assert(!r->open);
    if (!name.data)
        return KK_E_MEMORY;
    if (r->count > 0 && kk_slice_compare(r->segments[r->count - 1].dataset, name) >= 0)
        return kk_error_set(&r->error, KK_E_ROW_ORDER, "dataset", "%s", (const char *)name.data);
    if (r->count == KK_SEGMENTS_MAX)
        return kk_error_set(&r->error, KK_E_ROW_LIMIT, "dataset", "%s", (const char *)name.data);
    *ret = name;
    return 0;
}

int kk_release_begin(struct kk_release *r, const struct kk_dataset_options *options)
{
    struct kk_dataset *d = &r->dataset;
    struct kk_slice title = kk_arena_dup(&r->arena, options->title);
    struct kk_slice name;
    int e = title.data ? next_name(r, options->name, &name) : KK_E_MEMORY;

    if (e < 0)
        return e;
    if (kk_scope_tier(r->options.scope) < (int)options->min_tier)
        return kk_error_set(&r->error, KK_E_TIER, "dataset", "%s", (const char *)name.data);
    *d = (struct kk_dataset){ .recall = options->recall };
    r->open = true;
    kk_obs_words_init(&d->words);
    kk_rows_schema(name, options->min_tier, title, &d->schema);
    e = kk_rows_schema_hash(&d->schema, d->schema_hash);
    d->before = find_before(r, name);
    if (e == 0 && d->before)
        e = open_old(r, d);
    return e;
}

int kk_release_keep(struct kk_release *r, struct kk_slice dataset)
{
    const struct kk_segment_ref *before = find_before(r, dataset);
    struct kk_slice name;
    int e = before ? next_name(r, dataset, &name) : KK_E_NOT_FOUND;

    if (e < 0)
        return e;
    r->segments[r->count++] = *before;
    r->kept++;
    return 0;
}

/* --- rows --- */
static int row_fault(struct kk_release *r, const struct kk_obs *row, int fault, const char *what)
{
    return kk_error_set(&r->error, fault, what, "%.*s %.*s %.*s %.*s", (int)row->indicator.len,
                        (const char *)row->indicator.data, (int)row->area.len,
                        (const char *)row->area.data, (int)row->period.len,
                        (const char *)row->period.data, (int)row->breakdown.len,
                        (const char *)row->breakdown.data);
}

struct bound {
    struct kk_slice text;
    size_t min, max;
    const char *name;
};

static int check_row(struct kk_release *r, const struct kk_obs *row)
{
    const struct bound bounds[] = {
        { row->indicator, 1, KK_OBS_NAME_MAX, "indicator" },
        { row->area, 1, KK_OBS_NAME_MAX, "area" },
        { row->period, 1, KK_OBS_NAME_MAX, "period" },
        { row->breakdown, 0, KK_OBS_BREAK_MAX, "breakdown" },
        { row->unit, 0, KK_OBS_NAME_MAX, "unit" },
        { row->status, 0, KK_OBS_NAME_MAX, "status" },
        { row->method, 0, KK_OBS_TEXT_MAX, "method" },
        { row->source, 0, KK_OBS_TEXT_MAX, "source" },
        { row->note, 0, KK_OBS_TEXT_MAX, "note" },
    };

    for (size_t i = 0; i < KK_COUNT(bounds); i++) {
        const struct bound *b = &bounds[i];

        if (b->text.len < b->min || b->text.len > b->max)
            return row_fault(r, row, KK_E_ROW_LIMIT, b->name);
        if (!kk_utf8_valid(b->text))
            return row_fault(r, row, KK_E_FORM, b->name);
    }
    if (row->value > KK_OBS_VALUE_MAX || row->value < -KK_OBS_VALUE_MAX)
        return row_fault(r, row, KK_E_ROW_LIMIT, "value");
    kk_assert(row->missing == KK_MISSING_NONE || row->value == 0);
    return 0;
}

static int add_group(struct kk_dataset *d, struct kk_slice indicator)
{
    size_t cap = d->cap ? d->cap * 2 : 64;
    struct kk_obs_block *groups = d->groups;
    struct kk_obs_group *g;

    if (d->count == d->cap) {
        groups = kk_realloc(d->groups, cap * sizeof(*groups));
        if (!groups)
            return KK_E_MEMORY;
        d->groups = groups;
        d->cap = cap;
    }
    kk_obs_block_init(&groups[d->count]);
    d->count++;
    return kk_obs_block_group(&groups[d->count - 1], indicator, &g);
}

/* Is the row after the last one of its group? */
static bool ascends(const struct kk_dataset *d, const struct kk_obs_row *a,
                    const struct kk_obs_row *b)
{
    const struct kk_obs_words *w = &d->words;
    int order = 0;

    if (a->area != b->area)
        order = kk_slice_compare(w->areas.items[a->area], w->areas.items[b->area]);
    else if (a->breakdown != b->breakdown)
        order =
            kk_slice_compare(w->breakdowns.items[a->breakdown], w->breakdowns.items[b->breakdown]);
    else if (a->period != b->period)
        order = kk_slice_compare(w->periods.items[a->period], w->periods.items[b->period]);
    return order < 0;
}

static int fill_row(struct kk_dataset *d, struct kk_obs_group *g, const struct kk_obs *from,
                    struct kk_obs_row *row)
{
    struct kk_obs_block *block = &d->groups[d->count - 1];
    struct kk_obs_row last = g->count ? g->rows[g->count - 1] : (struct kk_obs_row){ 0 };
    struct kk_obs_attr attr = {
        .missing = from->missing, .method = from->method, .source = from->source, .note = from->note
    };
    int e = kk_dict_add_near(&d->words.areas, from->area, last.area, &row->area);

    if (e == 0)
        e = kk_dict_add_near(&d->words.breakdowns, from->breakdown, last.breakdown,
                             &row->breakdown);
    if (e == 0)
        e = kk_dict_add_near(&d->words.periods, from->period, last.period, &row->period);
    if (e == 0)
        e = kk_dict_add(&d->words.units, from->unit, &attr.unit);
    if (e == 0)
        e = kk_dict_add(&d->words.statuses, from->status, &attr.status);
    if (e == 0)
        e = kk_obs_group_attr(block, g, &attr, &row->attr);
    row->value = from->value;
    return e;
}

int kk_release_row(struct kk_release *r, const struct kk_obs *from)
{
    struct kk_dataset *d = &r->dataset;
    struct kk_obs_group *g = d->count ? &d->groups[d->count - 1].groups[0] : NULL;
    int order = g ? kk_slice_compare(g->indicator, from->indicator) : -1;
    struct kk_obs_row row;
    int e = check_row(r, from);

    kk_assert(r->open);
    if (e < 0)
        return e;
    if (order > 0)
        return row_fault(r, from, KK_E_ROW_ORDER, "row");
    if (order < 0) {
        e = add_group(d, from->indicator);
        if (e < 0)
            return e;
        g = &d->groups[d->count - 1].groups[0];
    }
    e = kk_obs_group_reserve(&d->groups[d->count - 1], g, 1);
    if (e == 0)
        e = fill_row(d, g, from, &row);
    if (e < 0)
        return e == KK_E_ROW_LIMIT ? row_fault(r, from, e, "dataset") : e;
    if (g->count > 0 && !ascends(d, &g->rows[g->count - 1], &row))
        return row_fault(r, from, KK_E_ROW_ORDER, "row");
    g->rows[g->count++] = row;
    d->groups[d->count - 1].rows++;
    d->rows++;
    return 0;
}

int kk_release_end(struct kk_release *r, struct kk_release_stats *ret)
{
    struct kk_release_stats stats = { 0 };
    int e;

    kk_assert(r->open);
    e = kk_dataset_write(r, &r->segments[r->count], &stats);
    close_dataset(&r->dataset);
    r->open = false;
    if (e < 0)
        return e;
    r->count++;
    r->kept += !stats.base && !stats.delta;
    *ret = stats;
    return 0;
}

/* --- the scope --- */
static int write_manifest(struct kk_release *r, const struct kk_manifest *m,
                          struct kk_release_result *result)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_blob_job job = { .kind = KK_BLOB_MANIFEST, .codec = KK_CODEC_ZSTD };
    int e = kk_shape_encode_checked(&kk_shape_manifest, m, &plain, NULL);

    if (e == 0 && plain.len > KK_MANIFEST_BYTES_MAX)
        e = KK_E_ROW_LIMIT;
    job.plain = kk_bytes_slice(&plain);
    if (e == 0)
        e = kk_release_blob(r, &job, &result->manifest);
    return e < 0 ? e : kk_rows_state(m, result->state);
}

int kk_release_done(struct kk_release *r, struct kk_release_result *ret)
{
    struct kk_manifest m = { .scope = r->options.scope, .release = r->options.release };
    struct kk_release_result result = { 0 };
    int e = 0;

    kk_assert(!r->open);
    m.segments.items = r->segments;
    m.segments.count = r->count;
    result.unchanged =
        r->has_previous && r->kept == r->count && r->count == r->previous.segments.count;
    if (!result.unchanged) {
        if (r->options.key)
            kk_rows_salt(r->options.key, r->options.scope, r->options.release, m.salt);
        e = write_manifest(r, &m, &result);
    }
    if (e == 0)
        *ret = result;
    return e;
}
