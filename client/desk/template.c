/* Next year's table, without its figures (template.h). [DK-6] */
#include "desk/template.h"

#include "kukyoku/base/alloc.h"

#include <stdio.h>
#include <stdlib.h>

void kk_template_init(struct kk_template *t)
{
    *t = (struct kk_template){ .followed = 0 };
    kk_tidy_init(&t->rows);
    kk_ref_init(&t->reference);
}

void kk_template_fini(struct kk_template *t)
{
    kk_tidy_fini(&t->rows);
    kk_ref_fini(&t->reference);
}

/* --- periods --- */

/* "2024-02-29" has no like a year later. */
static void next_year(struct kk_slice part, char ret[KK_PERIOD_TEXT])
{
    bool fiscal = part.len > 2 && part.data[0] == 'F';
    const char *text = (const char *)part.data + (fiscal ? 2 : 0);
    size_t len = part.len - (fiscal ? 2 : 0);
    char year[5] = "";

    memcpy(year, text, 4);
    snprintf(ret, KK_PERIOD_TEXT, "%s%04ld%.*s", fiscal ? "FY" : "", strtol(year, NULL, 10) + 1,
             (int)(len - 4), text + 4);
    if (!kk_period_valid(kk_slice_text(ret)) && len == 10)
        ret[strlen(ret) - 1]--;
}

bool kk_period_next_year(struct kk_slice period, char ret[KK_PERIOD_TEXT])
{
    const uint8_t *slash = memchr(period.data, '/', period.len);
    size_t first = slash ? (size_t)(slash - period.data) : period.len;
    char from[KK_PERIOD_TEXT], to[KK_PERIOD_TEXT];

    if (!kk_period_valid(period) || period.len >= KK_PERIOD_TEXT)
        return false;
    next_year(kk_slice(period.data, first), from);
    if (slash)
        next_year(kk_slice(slash + 1, period.len - first - 1), to);
    snprintf(ret, KK_PERIOD_TEXT, "%.11s%s%.11s", from, slash ? "/" : "", slash ? to : "");
    return kk_period_valid(kk_slice_text(ret));
}

/* --- rows of the release --- */
struct gathering {
    const struct kk_template_options *options;
    struct kk_tidy *rows;
    uint64_t line;
};

static bool named(const char *const *list, size_t count, struct kk_slice text)
{
    for (size_t i = 0; i < count; i++) {
        if (kk_slice_is(text, list[i]))
            return true;
    }
    return count == 0;
}

static int gather_row(void *user, const struct kk_obs *row)
{
    struct gathering *g = user;

    return named(g->options->indicators, g->options->indicator_count, row->indicator)
               ? kk_tidy_take_obs(g->rows, row, ++g->line)
               : 0;
}

static int gather(struct gathering *g, struct kk_press *press, const struct kk_catalog *catalog,
                  struct kk_error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < g->options->scope_count; i++) {
        if (!kk_catalog_scope_of(catalog, kk_slice_text(g->options->scopes[i])))
            return kk_error_set(err, KK_E_NOT_FOUND, g->options->scopes[i], "%s", "");
    }
    for (size_t i = 0; r == 0 && i < catalog->scopes.count; i++) {
        const struct kk_catalog_scope *row = &catalog->scopes.items[i];

        if (named(g->options->scopes, g->options->scope_count, row->scope))
            r = kk_press_each(press, row, gather_row, g);
    }
    if (r == 0 && g->line > 0)
        r = kk_tidy_end(g->rows);
    if (r < 0)
        return kk_error_set(err, r, "release", "%s", "");
    return g->line > 0 ? 0
                       : kk_error_say(err, KK_E_NOT_FOUND, "release", "no such rows",
                                      "該当する行がありません");
}

/* --- next year's --- */
struct turning {
    const struct kk_template_options *options;
    struct kk_template *made;
    int64_t issued_ms;
    uint64_t line;
};

/* The newest period that had begun when the release was made: what lies after it is a projection.
 * With nothing but projections their newest one. */
static int64_t newest(const struct turning *t, const struct kk_tidy *all, size_t from, size_t to)
{
    int64_t begun = INT64_MIN, any = INT64_MIN;

    for (size_t i = from; i < to; i++) {
        struct kk_obs o;
        int64_t start;

        kk_tidy_get(all, &all->rows[i], &o);
        if (!kk_period_start(o.period, &start))
            continue;
        any = start > any ? start : any;
        if (start <= t->issued_ms && start > begun)
            begun = start;
    }
    return begun == INT64_MIN ? any : begun;
}

static bool valid_on(const struct kk_ref *ref, struct kk_slice area, const char *day)
{
    const struct kk_ref_entry *e = kk_ref_find(ref, KK_REF_AREAS, area, kk_slice_text(day));
    struct kk_slice last = e ? e->texts[KK_REF_AREAS_VALID_TO] : kk_slice("", 0);

    return e && (last.len == 0 || kk_slice_compare(kk_slice_text(day), last) <= 0);
}

static int put(struct turning *t, const struct kk_obs *row)
{
    return kk_tidy_take_obs(&t->made->rows, row, ++t->line);
}

/* Codes parted by spaces, as the reference data have them. */
static int put_followers(struct turning *t, struct kk_obs *row, struct kk_slice codes)
{
    int r = 0;

    for (size_t at = 0; r == 0 && at < codes.len;) {
        size_t end = at;

        while (end < codes.len && codes.data[end] != ' ')
            end++;
        row->area = kk_slice(codes.data + at, end - at);
        if (end > at)
            r = put(t, row);
        at = end + 1;
    }
    return r;
}

/* An area that the reference data do not have is left to the checks of its table. */
static int put_area(struct turning *t, struct kk_obs *row)
{
    const struct kk_ref *ref = &t->made->reference;
    const struct kk_ref_entry *e = kk_ref_find(ref, KK_REF_AREAS, row->area, kk_slice(NULL, 0));
    char day[KK_DATE_TEXT];
    int64_t start;

    if (!e || !kk_period_start(row->period, &start))
        return put(t, row);
    kk_date_of(start, day);
    if (valid_on(ref, row->area, day))
        return put(t, row);
    if (e->texts[KK_REF_AREAS_SUCCESSORS].len > 0) {
        t->made->followed++;
        return put_followers(t, row, e->texts[KK_REF_AREAS_SUCCESSORS]);
    }
    if (t->made->left++ == 0)
        snprintf(t->made->ended, sizeof t->made->ended, "%.*s", (int)row->area.len,
                 (const char *)row->area.data);
    return 0;
}

static int turn_row(struct turning *t, struct kk_obs *row)
{
    char period[KK_PERIOD_TEXT];

    if (t->options->period)
        row->period = kk_slice_text(t->options->period);
    else if (kk_period_next_year(row->period, period))
        row->period = kk_slice_text(period);
    row->missing = KK_MISSING_UNKNOWN;
    row->value = 0;
    row->status = row->note = kk_slice("", 0); /* said of that figure alone */
    return put_area(t, row);
}

static int turn_indicator(struct turning *t, const struct kk_tidy *all, size_t from, size_t to)
{
    int64_t at = newest(t, all, from, to);
    int r = 0;

    for (size_t i = from; r == 0 && i < to; i++) {
        struct kk_obs o;
        int64_t start;

        kk_tidy_get(all, &all->rows[i], &o);
        if (kk_period_start(o.period, &start) && start == at)
            r = turn_row(t, &o);
    }
    return r;
}

static int turn(struct turning *t, const struct kk_tidy *all)
{
    size_t from = 0;
    int r = 0;

    for (size_t i = 1; r == 0 && i <= all->count; i++) {
        if (i < all->count && all->rows[i].codes[KK_TIDY_INDICATOR] ==
                                  all->rows[from].codes[KK_TIDY_INDICATOR])
            continue;
        r = turn_indicator(t, all, from, i);
        from = i;
    }
    return r == 0 && t->line > 0 ? kk_tidy_end(&t->made->rows) : r;
}

int kk_template_make(struct kk_template *t, struct kk_press *press,
                     const struct kk_edition *edition, const struct kk_template_options *options,
                     struct kk_error *err)
{
    struct turning turning = { .options = options, .made = t,
                               .issued_ms = (int64_t)edition->catalog.issued_ms };
    struct kk_tidy *all = kk_alloc(sizeof *all);
    struct gathering g = { .options = options, .rows = all };
    int r = all ? 0 : KK_E_MEMORY;

    if (!all)
        return r;
    kk_tidy_init(all);
    if (options->period && !kk_period_valid(kk_slice_text(options->period)))
        r = kk_error_set(err, KK_E_USAGE, "--period", "%s", options->period);
    if (r == 0)
        r = kk_press_reference(press, &edition->catalog, &t->reference);
    if (r == 0)
        r = gather(&g, press, &edition->catalog, err);
    if (r == 0)
        r = turn(&turning, all);
    kk_tidy_fini(all);
    kk_free(all);
    return r < 0 && err && err->fault != r ? kk_error_set(err, r, "release", "%s", "") : r;
}

/* A cell that several scopes have, or that two areas of before have become, stands once. */
static bool same_cell(const struct kk_tidy_row *a, const struct kk_tidy_row *b)
{
    static const enum kk_tidy_column keys[] = { KK_TIDY_INDICATOR, KK_TIDY_AREA, KK_TIDY_PERIOD,
                                                KK_TIDY_BREAKDOWN };
    bool same = true;

    for (size_t i = 0; i < KK_COUNT(keys); i++)
        same = same && a->codes[keys[i]] == b->codes[keys[i]];
    return same;
}

int kk_template_each(const struct kk_template *t, kk_tidy_fn *fn, void *user)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < t->rows.count; i++) {
        struct kk_obs o;

        if (i > 0 && same_cell(&t->rows.rows[i - 1], &t->rows.rows[i]))
            continue;
        kk_tidy_get(&t->rows, &t->rows.rows[i], &o);
        r = fn(user, &o);
    }
    return r;
}
