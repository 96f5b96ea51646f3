/* Random tables: keys with holes, values of every size, attributes that change within a series. */
#include "press.h"

#include "kukyoku/error.h"

#include <stdio.h>

static size_t below(struct unit_entropy *e, size_t limit)
{
    return (size_t)(unit_random(e) % limit);
}

static bool chance(struct unit_entropy *e, size_t percent)
{
    return below(e, 100) < percent;
}

static int64_t random_value(struct unit_entropy *e, int64_t before)
{
    switch (below(e, 12)) {
    case 0:
        return 0;
    case 1:
        return -(int64_t)below(e, 1000000);
    case 2:
        return (int64_t)(unit_random(e) >> 5) - (INT64_C(1) << 58);
    case 3:
        return chance(e, 50) ? KK_OBS_VALUE_MAX : -KK_OBS_VALUE_MAX;
    case 4:
        return (int64_t)below(e, 100) * 1000;
    default:
        if (before > KK_OBS_VALUE_MAX / 2 || before < -KK_OBS_VALUE_MAX / 2)
            return before;
        return (before ? before / KK_OBS_SCALE : 500) * KK_OBS_SCALE +
               ((int64_t)below(e, 41) - 20) * KK_OBS_SCALE;
    }
}

struct scratch {
    char indicator[24], area[24], period[24], breakdown[64], note[1100];
};

static void random_key(struct unit_entropy *e, size_t scale, struct scratch *s)
{
    static const char *const breakdowns[] = { "", "age=65-;sex=f", "age=0-14", "dim=総数" };

    snprintf(s->indicator, sizeof(s->indicator), "指標%03zu", below(e, 1 + scale / 300));
    snprintf(s->area, sizeof(s->area), "%zu-%02zu", 14131 + below(e, 7), below(e, 44));
    if (chance(e, 10))
        snprintf(s->period, sizeof(s->period), "FY%zu", 2000 + below(e, 20));
    else
        snprintf(s->period, sizeof(s->period), "%zu-%02zu", 2016 + below(e, 9), 1 + below(e, 12));
    snprintf(s->breakdown, sizeof(s->breakdown), "%s", breakdowns[below(e, 4)]);
}

static void random_attrs(struct unit_entropy *e, struct scratch *s, struct kk_obs *row)
{
    static const char *const units[] = { "人", "人", "人", "人", "千人", "%", "" };
    static const char *const statuses[] = { "", "", "", "", "", "p", "t", "e", "r" };

    row->unit = kk_slice_text(units[below(e, KK_COUNT(units))]);
    row->status = kk_slice_text(statuses[below(e, KK_COUNT(statuses))]);
    row->missing = chance(e, 12) ? (enum kk_missing)(1 + below(e, 3)) : KK_MISSING_NONE;
    if (chance(e, 30))
        row->source = kk_slice_text("国勢調査");
    if (chance(e, 10))
        row->method = kk_slice_text("標本による推計");
    if (!chance(e, 5))
        return;
    for (size_t i = 0, len = below(e, 1000); i < len; i++) {
        s->note[i] = (char)('a' + below(e, 26));
        s->note[i + 1] = 0;
    }
    row->note = kk_slice_text(s->note);
}

/* Attributes, mostly those of the row before; a value where there may be one. */
static void random_rest(struct unit_entropy *e, const struct kk_obs *before, struct scratch *s,
                        struct kk_obs *row)
{
    int64_t last = before ? before->value : 0;

    if (before && chance(e, 80)) {
        row->unit = before->unit;
        row->status = before->status;
        row->missing = before->missing;
        row->method = before->method;
        row->source = before->source;
        row->note = before->note;
    } else {
        random_attrs(e, s, row);
    }
    row->value = row->missing == KK_MISSING_NONE ? random_value(e, last) : 0;
}

static void add_random(struct press_table *t, struct unit_entropy *e, size_t scale)
{
    const struct kk_obs *before = t->count ? &t->rows[t->count - 1] : NULL;
    struct scratch s = { 0 };
    struct kk_obs row, last;

    if (before)
        last = *before; /* press_add may move the rows */
    random_key(e, scale, &s);
    row = press_row(s.indicator, s.area, s.period, 0);
    row.breakdown = kk_slice_text(s.breakdown);
    random_rest(e, before ? &last : NULL, &s, &row);
    press_add(t, &row);
}

void press_random(struct press_table *t, struct unit_entropy *e, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        add_random(t, e, rows);
    press_sort(t);
}

void press_edit(struct press_table *t, const struct press_table *from, struct unit_entropy *e)
{
    size_t added = below(e, 3) * (1 + from->count / 20);
    size_t drops = below(e, 4), edits = below(e, 20);
    size_t whole = chance(e, 20) && from->count ? below(e, from->count) : SIZE_MAX;

    for (size_t i = 0; i < from->count; i++) {
        struct scratch s = { 0 };
        struct kk_obs row = from->rows[i];

        if (chance(e, drops) ||
            (whole != SIZE_MAX && kk_slice_equal(row.indicator, from->rows[whole].indicator)))
            continue;
        if (chance(e, edits))
            random_rest(e, chance(e, 50) ? &from->rows[i] : NULL, &s, &row);
        press_add(t, &row);
    }
    for (size_t i = 0; i < added; i++)
        add_random(t, e, from->count + 300 * below(e, 4));
    press_sort(t);
}

void press_chain(struct press_table *tables, size_t count, size_t rows, struct unit_entropy *e)
{
    for (size_t i = 0; i < count; i++) {
        press_table_init(&tables[i]);
        if (i == 0)
            press_random(&tables[0], e, rows);
        else
            press_edit(&tables[i], &tables[i - 1], e);
    }
}

void press_chain_fini(struct press_table *tables, size_t count)
{
    for (size_t i = 0; i < count; i++)
        press_table_fini(&tables[i]);
}
