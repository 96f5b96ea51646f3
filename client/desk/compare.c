/* Figures beside figures (compare.h). */
#include "desk/compare.h"

int kk_compare_series(const struct kk_obs *a, const struct kk_obs *b)
{
    int order = kk_slice_compare(a->indicator, b->indicator);

    if (order == 0)
        order = kk_slice_compare(a->area, b->area);
    return order ? order : kk_slice_compare(a->breakdown, b->breakdown);
}

static int key_order(const struct kk_obs *a, const struct kk_obs *b)
{
    int order = kk_compare_series(a, b);

    return order ? order : kk_slice_compare(a->period, b->period);
}

bool kk_compare_same(const struct kk_obs *a, const struct kk_obs *b)
{
    return a->value == b->value && a->missing == b->missing && kk_slice_equal(a->unit, b->unit) &&
           kk_slice_equal(a->status, b->status) && kk_slice_equal(a->method, b->method) &&
           kk_slice_equal(a->source, b->source) && kk_slice_equal(a->note, b->note);
}

/* The next row of the table. */
static int give(struct kk_compare *c, const struct kk_obs *before)
{
    struct kk_tidy_row *row = &c->table->rows[c->at++];
    struct kk_obs now;
    const struct kk_compared pair = { row, &now, before };

    if (row->refused)
        return 0;
    kk_tidy_get(c->table, row, &now);
    return c->fn(c->user, &pair);
}

int kk_compare_before(void *compare, const struct kk_obs *before)
{
    struct kk_compare *c = compare;
    const struct kk_compared gone = { NULL, NULL, before };
    int order = 1, r = 0;

    while (r == 0 && c->at < c->table->count) {
        struct kk_obs now;

        kk_tidy_get(c->table, &c->table->rows[c->at], &now);
        order = key_order(&now, before);
        if (order >= 0)
            break;
        r = give(c, NULL);
    }
    if (r < 0)
        return r;
    if (order == 0 && c->at < c->table->count)
        return give(c, before);
    return c->fn(c->user, &gone);
}

int kk_compare_end(struct kk_compare *c)
{
    int r = 0;

    while (r == 0 && c->at < c->table->count)
        r = give(c, NULL);
    return r;
}
