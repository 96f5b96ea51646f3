/* A table beside the release before (review.h): one pass over both, in one order. [IM-6] */
#include "import/review.h"

#include "import/encoding.h"
#include "kukyoku/base/date.h"
#include "kukyoku/base/text.h"
#include "kukyoku/trust/scope.h"

#include <stdio.h>

#define BREAK_LEAST (100 * KK_OBS_SCALE) /* smaller figures jump without a reason */

void kk_review_fini(struct kk_review *r)
{
    kk_dict_fini(&r->indicators);
    kk_dict_fini(&r->areas);
}

/* --- the row before --- */
static struct kk_slice copy(uint8_t **at, struct kk_slice text)
{
    struct kk_slice copied = kk_slice(*at, text.len);

    if (text.len > 0)
        memcpy(*at, text.data, text.len);
    *at += text.len;
    return copied;
}

/* The row is the one before from now on. Source and note are not asked for. */
static void remember(struct kk_review *r, const struct kk_obs *o)
{
    uint8_t *at = r->texts;

    r->last = *o;
    r->last.indicator = copy(&at, o->indicator);
    r->last.area = copy(&at, o->area);
    r->last.period = copy(&at, o->period);
    r->last.breakdown = copy(&at, o->breakdown);
    r->last.unit = copy(&at, o->unit);
    r->last.method = copy(&at, o->method);
    r->last.source = r->last.note = r->last.status = kk_slice(NULL, 0);
}

/* --- one row that is new or differs --- */
static bool no_ward(struct kk_slice area)
{
    char code[6] = "";

    if (area.len < 5 || area.data[0] == 'M')
        return false;
    memcpy(code, area.data, 5);
#define WARD_ROW(ward, ja, en) ward,
    static const char *const wards[] = { KK_WARDS(WARD_ROW) };
    if (strncmp(code, wards[0], 4) != 0) /* another city's */
        return false;
    return !kk_ward_known(code) && !(code[4] == '0' && area.len == 5);
}

static bool outside(const struct kk_obs *o, int64_t now_ms)
{
    int64_t start;

    if (!kk_period_start(o->period, &start))
        return true;
    return start > now_ms && !kk_slice_is(o->status, "e");
}

/* The unit that the reference data give the indicator; absent: they do not say. */
static struct kk_slice unit_of(const struct kk_review *r, struct kk_slice indicator)
{
    const struct kk_ref *ref = r->options.reference;
    const struct kk_ref_entry *e =
        ref ? kk_ref_find(ref, KK_REF_INDICATORS, indicator, kk_slice(NULL, 0)) : NULL;

    return e ? e->texts[KK_REF_INDICATORS_UNIT] : kk_slice(NULL, 0);
}

/* Where the reference data bear the new unit out, the old rows are wrong: they block nothing. */
static int compare_units(struct kk_review *r, struct kk_tidy_row *row, const struct kk_obs *o)
{
    char hint[KK_OBS_NAME_MAX + 1];

    if (o->unit.len == 0 || r->last.unit.len == 0 || kk_slice_equal(o->unit, r->last.unit) ||
        kk_slice_equal(o->unit, unit_of(r, o->indicator)))
        return 0;
    snprintf(hint, sizeof hint, "%.*s", (int)r->last.unit.len, (const char *)r->last.unit.data);
    return kk_tidy_object(r->table, row, KK_TIDY_UNIT, KK_TIDY_BAD_UNIT_CHANGED, hint);
}

/* A step that says nothing of a method that changed. */
static int compare_values(struct kk_review *r, struct kk_tidy_row *row, const struct kk_obs *o)
{
    int64_t a = r->last.value < 0 ? -r->last.value : r->last.value;
    int64_t b = o->value < 0 ? -o->value : o->value, factor = r->options.factor;
    char now[KK_DECIMAL_TEXT], before[KK_DECIMAL_TEXT], hint[KK_TIDY_VALUE_MAX + 1];

    if (o->missing != KK_MISSING_NONE || r->last.missing != KK_MISSING_NONE ||
        o->note.len > 0 || !kk_slice_equal(o->method, r->last.method) ||
        (a < BREAK_LEAST && b < BREAK_LEAST) || (a <= b * factor && b <= a * factor))
        return 0;
    kk_decimal_text(o->value, KK_OBS_DECIMALS, now);
    kk_decimal_text(r->last.value, KK_OBS_DECIMALS, before);
    snprintf(hint, sizeof hint, "%.20s ← %.20s", now, before);
    return kk_tidy_object(r->table, row, KK_TIDY_VALUE, KK_TIDY_BAD_BREAK, hint);
}

/* --- beside the reference data [RF-6] --- */
static void nearest_code(const struct kk_ref_list *list, struct kk_slice text,
                         char ret[KK_TIDY_VALUE_MAX + 1])
{
    unsigned best = (unsigned)(text.len < 10 ? 2 : text.len / 5) + 1;

    ret[0] = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct kk_slice code = list->items[i].code;
        unsigned d = code.len > KK_TIDY_VALUE_MAX ? best : kk_text_distance(text, code);

        if (d >= best)
            continue;
        best = d;
        snprintf(ret, KK_TIDY_VALUE_MAX + 1, "%.*s", (int)code.len, (const char *)code.data);
    }
}

static int object_unknown(struct kk_review *r, struct kk_tidy_row *row, enum kk_ref_table table,
                          struct kk_slice text)
{
    bool area = table == KK_REF_AREAS;
    char hint[KK_TIDY_VALUE_MAX + 1];

    nearest_code(&r->options.reference->lists[table], text, hint);
    return kk_tidy_object(r->table, row, area ? KK_TIDY_AREA : KK_TIDY_INDICATOR,
                          area ? KK_TIDY_BAD_UNKNOWN_AREA : KK_TIDY_BAD_UNKNOWN_INDICATOR, hint);
}

/* The areas that took its place by that day; "" where it ended later or nobody says. */
static const char *followers(const struct kk_ref *ref, struct kk_slice code, const char *day,
                             char ret[KK_TIDY_VALUE_MAX + 1])
{
    const struct kk_ref_entry *e = kk_ref_find(ref, KK_REF_AREAS, code, kk_slice(NULL, 0));
    struct kk_slice last = e->texts[KK_REF_AREAS_VALID_TO];
    struct kk_slice codes = e->texts[KK_REF_AREAS_SUCCESSORS];

    ret[0] = 0;
    if (last.len > 0 && codes.len > 0 && kk_slice_compare(kk_slice_text(day), last) > 0)
        snprintf(ret, KK_TIDY_VALUE_MAX + 1, "→ %.50s", (const char *)codes.data);
    return ret;
}

static int compare_area(struct kk_review *r, struct kk_tidy_row *row, const struct kk_obs *o)
{
    const struct kk_ref *ref = r->options.reference;
    const struct kk_ref_entry *area;
    char day[KK_DATE_TEXT] = "", hint[KK_TIDY_VALUE_MAX + 1];
    struct kk_slice last;
    int64_t start;

    if (ref->lists[KK_REF_AREAS].count == 0)
        return 0;
    if (!kk_ref_find(ref, KK_REF_AREAS, o->area, kk_slice(NULL, 0)))
        return object_unknown(r, row, KK_REF_AREAS, o->area);
    if (!kk_period_start(o->period, &start))
        return 0;
    kk_date_of(start, day);
    area = kk_ref_find(ref, KK_REF_AREAS, o->area, kk_slice_text(day));
    last = area ? area->texts[KK_REF_AREAS_VALID_TO] : kk_slice("", 0);
    if (area && (last.len == 0 || kk_slice_compare(kk_slice_text(day), last) <= 0))
        return 0;
    return kk_tidy_object(r->table, row, KK_TIDY_AREA, KK_TIDY_BAD_AREA_PERIOD,
                          followers(ref, o->area, day, hint));
}

static unsigned tier_of(struct kk_slice word)
{
    return kk_slice_is(word, "r") ? 2 : kk_slice_is(word, "int");
}

static int compare_indicator(struct kk_review *r, struct kk_tidy_row *row, const struct kk_obs *o)
{
    const struct kk_ref *ref = r->options.reference;
    const struct kk_ref_entry *indicator;
    char hint[KK_TIDY_VALUE_MAX + 1];
    struct kk_slice unit;

    if (ref->lists[KK_REF_INDICATORS].count == 0)
        return 0;
    indicator = kk_ref_find(ref, KK_REF_INDICATORS, o->indicator, kk_slice(NULL, 0));
    if (!indicator)
        return object_unknown(r, row, KK_REF_INDICATORS, o->indicator);
    if (r->options.tier < tier_of(indicator->texts[KK_REF_INDICATORS_TIER]))
        return kk_tidy_object(r->table, row, KK_TIDY_INDICATOR, KK_TIDY_BAD_MORE_OPEN, "");
    unit = indicator->texts[KK_REF_INDICATORS_UNIT];
    if (unit.len == 0 || o->unit.len == 0 || kk_slice_equal(unit, o->unit))
        return 0;
    snprintf(hint, sizeof hint, "%.*s", (int)unit.len, (const char *)unit.data);
    return kk_tidy_object(r->table, row, KK_TIDY_UNIT, KK_TIDY_BAD_OTHER_UNIT, hint);
}

static int judge_meaning(struct kk_review *r, struct kk_tidy_row *row, const struct kk_obs *o)
{
    int e = r->options.reference ? compare_area(r, row, o) : 0;

    return e == 0 && r->options.reference ? compare_indicator(r, row, o) : e;
}

/* --- characters that were lost --- */
static bool any_garbled(const struct kk_tidy *t)
{
    for (size_t c = 0; c < KK_TIDY_COLUMN_COUNT; c++) {
        for (size_t i = 0; i < t->texts[c].count; i++) {
            if (kk_encoding_garbled(t->texts[c].items[i]))
                return true;
        }
    }
    return false;
}

/* Once a row. Few tables have any, so that texts are not looked at row by row for all. */
static int judge_texts(struct kk_review *r, struct kk_tidy_row *row)
{
    for (size_t c = 0; c < KK_TIDY_COLUMN_COUNT && r->garbled; c++) {
        const struct kk_dict *texts = &r->table->texts[c];

        if (c != KK_TIDY_VALUE && c != KK_TIDY_MISSING &&
            kk_encoding_garbled(texts->items[row->codes[c]]))
            return kk_tidy_object(r->table, row, (enum kk_tidy_column)c, KK_TIDY_BAD_GARBLED, "");
    }
    return 0;
}

static int judge(struct kk_review *r, struct kk_tidy_row *row, const struct kk_obs *o)
{
    bool follows = r->last.indicator.data && kk_compare_series(&r->last, o) == 0 &&
                   r->last.period.len == o->period.len;
    int e = 0;

    if (no_ward(o->area))
        e = kk_tidy_object(r->table, row, KK_TIDY_AREA, KK_TIDY_BAD_NO_WARD, "");
    else
        e = judge_meaning(r, row, o);
    if (e == 0)
        e = judge_texts(r, row);
    if (e == 0 && outside(o, r->options.now_ms))
        e = kk_tidy_object(r->table, row, KK_TIDY_PERIOD, KK_TIDY_BAD_OUTSIDE, "");
    if (e == 0 && o->missing == KK_MISSING_NONE && o->unit.len == 0)
        e = kk_tidy_object(r->table, row, KK_TIDY_UNIT, KK_TIDY_BAD_NO_UNIT, "");
    if (e == 0 && follows)
        e = compare_units(r, row, o);
    if (e == 0 && follows)
        e = compare_values(r, row, o);
    return e;
}

/* --- both together --- */
static int take_pair(void *user, const struct kk_compared *p)
{
    struct kk_review *r = user;
    bool same = p->now && p->before && kk_compare_same(p->now, p->before);
    int e = 0;

    if (!p->now) {
        r->gone++;
        remember(r, p->before);
        return 0;
    }
    if (!same)
        e = judge(r, p->row, p->now);
    if (p->row->refused)
        return e;
    r->made += !p->before;
    r->changed += p->before && !same;
    r->same += same;
    remember(r, p->now);
    return e;
}

void kk_review_begin(struct kk_review *r, struct kk_tidy *table,
                     const struct kk_review_options *options)
{
    *r = (struct kk_review){ .table = table, .options = *options };
    r->compare = (struct kk_compare){ .table = table, .fn = take_pair, .user = r };
    kk_dict_init(&r->indicators);
    kk_dict_init(&r->areas);
    r->garbled = any_garbled(table);
}

int kk_review_held(void *review, const struct kk_obs *held)
{
    struct kk_review *r = review;
    uint16_t code;
    int e = kk_dict_add(&r->indicators, held->indicator, &code);

    r->any_held = true;
    if (e == 0)
        e = kk_dict_add(&r->areas, held->area, &code);
    return e == 0 ? kk_compare_before(&r->compare, held) : e;
}

struct column {
    enum kk_tidy_column column;
    enum kk_tidy_reason reason;
    const struct kk_dict *known;
    enum kk_ref_table table;
};

/* The known text with the fewest edits; "" where even that one has too many. */
static void nearest(struct kk_slice text, const struct kk_dict *known,
                    char ret[KK_TIDY_VALUE_MAX + 1])
{
    unsigned best = (unsigned)(text.len < 10 ? 2 : text.len / 5) + 1;

    ret[0] = 0;
    for (size_t i = 0; i < known->count; i++) {
        unsigned d = kk_text_distance(text, known->items[i]);

        if (d >= best || known->items[i].len > KK_TIDY_VALUE_MAX)
            continue;
        best = d;
        snprintf(ret, KK_TIDY_VALUE_MAX + 1, "%.*s", (int)known->items[i].len,
                 (const char *)known->items[i].data);
    }
}

/* Once a text, on the first row that has it. */
static int find_strangers(struct kk_review *r, const struct column *c)
{
    KK_AUTO_FINI(kk_dict) struct kk_dict seen;
    int e = 0;

    kk_dict_init(&seen);
    for (size_t i = 0; e == 0 && i < r->table->count; i++) {
        struct kk_tidy_row *row = &r->table->rows[i];
        struct kk_slice text = r->table->texts[c->column].items[row->codes[c->column]];
        char hint[KK_TIDY_VALUE_MAX + 1];
        uint16_t code;

        if (row->refused || kk_dict_find(c->known, text) >= 0 || kk_dict_find(&seen, text) >= 0)
            continue;
        e = kk_dict_add(&seen, text, &code);
        nearest(text, c->known, hint);
        if (e == 0)
            e = kk_tidy_object(r->table, row, c->column, c->reason, hint);
    }
    return e;
}

int kk_review_end(struct kk_review *r)
{
    const struct column columns[] = {
        { KK_TIDY_INDICATOR, KK_TIDY_BAD_NEW_INDICATOR, &r->indicators, KK_REF_INDICATORS },
        { KK_TIDY_AREA, KK_TIDY_BAD_NEW_AREA, &r->areas, KK_REF_AREAS },
    };
    int e = kk_compare_end(&r->compare);

    /* Where the reference data know a code, it is no slip of the pen. */
    for (size_t i = 0; e == 0 && r->any_held && i < KK_COUNT(columns); i++) {
        const struct kk_ref *ref = r->options.reference;

        if (!ref || ref->lists[columns[i].table].count == 0)
            e = find_strangers(r, &columns[i]);
    }
    r->rejected = r->table->records - (r->made + r->changed + r->same);
    return e;
}
