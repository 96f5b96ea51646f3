/*
 * Rows of reference data, a line each: table, code, field, period, text, with tabs between.
 * Whatever they say, what is taken comes out again as the same entries. [RF-2] [RF-3]
 */
#include "fuzz.h"

#include "kukyoku/base/text.h"
#include "kukyoku/bundle/ref.h"
#include "kukyoku/error.h"

#define PARTS 5

/* The next part, up to the byte that ends it; rest moves behind it. */
static struct kk_slice cut(struct kk_slice *rest, char end)
{
    const uint8_t *at = rest->len ? memchr(rest->data, end, rest->len) : NULL;
    struct kk_slice part = kk_slice(rest->data, at ? (size_t)(at - rest->data) : rest->len);
    size_t gone = part.len + (at != NULL);

    *rest = kk_slice(rest->data + gone, rest->len - gone);
    return part;
}

static int compare(const struct kk_obs *a, const struct kk_obs *b)
{
    int order = kk_slice_compare(a->indicator, b->indicator);

    if (order == 0)
        order = kk_slice_compare(a->area, b->area);
    if (order == 0)
        order = kk_slice_compare(a->breakdown, b->breakdown);
    return order ? order : kk_slice_compare(a->period, b->period);
}

/* What a segment has proved of a row before it is read. */
static bool possible(const struct kk_obs *row)
{
    return kk_utf8_valid(row->indicator) && kk_utf8_valid(row->area) && row->area.len > 0 &&
           row->area.len <= KK_OBS_NAME_MAX && row->period.len <= KK_OBS_NAME_MAX &&
           kk_utf8_valid(row->breakdown) && kk_utf8_valid(row->period) &&
           kk_utf8_valid(row->note) && row->note.len <= KK_OBS_TEXT_MAX;
}

static int take_all(struct kk_ref *r, struct kk_slice data)
{
    struct kk_obs last = { .indicator = kk_slice("", 0) };
    int e = 0;

    while (data.len > 0 && e == 0) {
        struct kk_slice line = cut(&data, '\n'), parts[PARTS];
        struct kk_obs row = { .missing = KK_MISSING_NOTHING };

        for (size_t i = 0; i < PARTS; i++)
            parts[i] = cut(&line, '\t');
        row.indicator = parts[0];
        row.area = parts[1];
        row.breakdown = parts[2];
        row.period = parts[3];
        row.note = parts[4];
        if (!possible(&row) || compare(&last, &row) >= 0)
            continue;
        last = row;
        e = kk_ref_take(r, &row);
    }
    return e == 0 ? kk_ref_done(r) : e;
}

static void assert_same(const struct kk_ref *a, const struct kk_ref *b)
{
    for (size_t t = 0; t < KK_REF_TABLE_COUNT; t++) {
        kk_assert(a->lists[t].count == b->lists[t].count);
        for (size_t i = 0; i < a->lists[t].count; i++) {
            const struct kk_ref_entry *x = &a->lists[t].items[i], *y = &b->lists[t].items[i];

            kk_assert(kk_slice_equal(x->code, y->code) && kk_slice_equal(x->from, y->from));
            for (size_t k = 0; k < KK_REF_FIELDS_MAX; k++)
                kk_assert(kk_slice_equal(x->texts[k], y->texts[k]));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref a, b;
    int e;

    kk_ref_init(&a);
    kk_ref_init(&b);
    e = take_all(&a, kk_slice(data, size));
    kk_assert(e == 0 || e == KK_E_BUNDLE || e == KK_E_ROW_LIMIT);
    if (e < 0)
        return 0;
    kk_assert(kk_ref_each(&a, kk_ref_take, &b) == 0);
    kk_assert(kk_ref_done(&b) == 0);
    assert_same(&a, &b);
    return 0;
}
