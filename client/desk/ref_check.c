/* Reference data against themselves (ref_check.h). [RF-4] */
#include "desk/ref_check.h"

#include "desk/tidy.h"
#include "kukyoku/base/date.h"
#include "kukyoku/base/text.h"
#include "kukyoku/trust/scope.h"

#include <stdio.h>

#define TEXT(s) (int)(s).len, (const char *)(s).data

struct checking {
    const struct kk_ref *ref;
    enum kk_ref_table table;
    const struct kk_ref_entry *entry;
    struct kk_error *err;
};

/* "areas.csv:12", or the code where it was read from no file; borders know their feature. */
static void place(const struct checking *c, char ret[KK_ERROR_WHERE_MAX])
{
    const char *name = kk_ref_table_info(c->table)->name;
    const char *ending = c->table == KK_REF_BORDERS ? ".geojson: feature " : ".csv:";

    if (c->entry->line)
        snprintf(ret, KK_ERROR_WHERE_MAX, "%s%s%llu", name, ending,
                 (unsigned long long)c->entry->line);
    else
        snprintf(ret, KK_ERROR_WHERE_MAX, "%s:%.*s", name, TEXT(c->entry->code));
}

static int refuse(const struct checking *c, const char *en, const char *ja, struct kk_slice what)
{
    char where[KK_ERROR_WHERE_MAX];

    place(c, where);
    return kk_error_say(c->err, KK_E_REFERENCE, where, en, ja, TEXT(c->entry->code), TEXT(what));
}

/* Two entries that can't both be right: the other one's line, or its code, is named. */
static int refuse_two(const struct checking *c, const struct kk_ref_entry *other, const char *en,
                      const char *ja)
{
    char text[KK_ERROR_WHERE_MAX];
    struct checking there = *c;

    there.entry = other;
    place(&there, text);
    return refuse(c, en, ja, kk_slice_text(text));
}

/* --- one field --- */
static bool is_day(struct kk_slice text)
{
    char day[KK_DATE_TEXT];
    int64_t ms;

    snprintf(day, sizeof day, "%.*s", TEXT(text));
    return text.len == KK_DATE_TEXT - 1 && kk_date_parse(day, &ms);
}

static bool is_word(enum kk_ref_type list, struct kk_slice text)
{
    const char *word;

    for (size_t i = 0; (word = kk_ref_word(list, i, NULL, NULL)); i++) {
        if (kk_slice_is(text, word))
            return true;
    }
    return false;
}

static bool area_known(const struct kk_ref *r, struct kk_slice code)
{
    return kk_ref_find(r, KK_REF_AREAS, code, kk_slice(NULL, 0)) != NULL;
}

/* Codes with ";" between them; *ret: the one that is not known. */
static bool areas_known(const struct kk_ref *r, struct kk_slice list, struct kk_slice *ret)
{
    while (list.len > 0) {
        const uint8_t *end = memchr(list.data, ';', list.len);
        size_t len = end ? (size_t)(end - list.data) : list.len;

        *ret = kk_slice(list.data, len);
        if (!area_known(r, *ret))
            return false;
        list = end ? kk_slice(end + 1, list.len - len - 1) : kk_slice("", 0);
    }
    return true;
}

static int check_field(const struct checking *c, const struct kk_ref_field *f,
                       struct kk_slice text)
{
    struct kk_slice which = text;

    if (text.len == 0)
        return f->must ? refuse(c, "%.*s: no %.*s", "%.*s: %.*s がありません",
                                kk_slice_text(f->name))
                       : 0;
    if (f->type == KK_REF_IS_DATE && !is_day(text))
        return refuse(c, "%.*s: %.*s is no day (YYYY-MM-DD)",
                      "%.*s: %.*s は日付（YYYY-MM-DD）ではありません", text);
    if ((f->type == KK_REF_IS_AREA && !area_known(c->ref, text)) ||
        (f->type == KK_REF_IS_AREAS && !areas_known(c->ref, text, &which)))
        return refuse(c, "%.*s: area %.*s is not in the table of areas",
                      "%.*s: 地域 %.*s が地域の表にありません", which);
    if (f->type > KK_REF_IS_AREAS && !is_word(f->type, text))
        return refuse(c, "%.*s: %.*s is none of the words of this column",
                      "%.*s: %.*s はこの列で使える語ではありません", text);
    return 0;
}

/* --- one entry, and the one before it --- */
static int check_dates(const struct checking *c, const struct kk_ref_entry *before, size_t to)
{
    struct kk_slice last = before ? before->texts[to] : kk_slice("", 0);
    struct kk_slice own = c->entry->texts[to];

    if (c->entry->from.len > 0 && !is_day(c->entry->from))
        return refuse(c, "%.*s: %.*s is no day (YYYY-MM-DD)",
                      "%.*s: %.*s は日付（YYYY-MM-DD）ではありません", c->entry->from);
    if (own.len > 0 && kk_slice_compare(own, c->entry->from) < 0)
        return refuse(c, "%.*s: ends on %.*s, before it begins",
                      "%.*s: 末日 %.*s が開始日より前です", own);
    if (before && (last.len == 0 || kk_slice_compare(last, c->entry->from) >= 0))
        return refuse_two(c, before, "%.*s: valid on days on which the entry %.*s is valid too",
                          "%.*s: %.*s と有効期間が重なっています");
    return 0;
}

/* Where the last day of an entry stands; the count of fields: such a table has none. */
static size_t last_day_of(const struct kk_ref_table_info *table)
{
    return kk_ref_field_named(table, kk_slice_text("valid_to"));
}

static int check_entry(const struct checking *c, const struct kk_ref_entry *before)
{
    const struct kk_ref_table_info *table = kk_ref_table_info(c->table);
    size_t to = last_day_of(table);
    bool twice = before && kk_slice_equal(before->code, c->entry->code);
    int e = 0;

    if (twice && kk_slice_equal(before->from, c->entry->from))
        return refuse_two(c, before, "%.*s stands twice: also %.*s", "%.*s が二つあります（%.*s）");
    for (size_t i = 0; i < table->field_count && e == 0; i++)
        e = check_field(c, &table->fields[i], c->entry->texts[i]);
    if (e == 0 && to < table->field_count)
        e = check_dates(c, twice ? before : NULL, to);
    return e;
}

/* --- areas among themselves --- */
static int check_area(const struct checking *c)
{
    struct kk_slice code = c->entry->code, name = c->entry->texts[KK_REF_AREAS_NAME];
    char text[KK_OBS_NAME_MAX + 1];
    const char *ward;

    snprintf(text, sizeof text, "%.*s", TEXT(code));
    ward = kk_ward_name(text, "ja");
    if (!kk_area_valid(code))
        return refuse(c, "%.*s (%.*s) is no code of an area",
                      "%.*s（%.*s）は地域コードの形ではありません", name);
    if (ward && !kk_slice_is(name, ward))
        return refuse(c, "%.*s is not %.*s: 多摩区 is 14135, 宮前区 is 14136",
                      "%.*s は%.*sではありません。多摩区は14135、宮前区は14136です", name);
    return 0;
}

/* Up from parent to parent: longer than the table is a ring. */
static int check_parents(const struct checking *c)
{
    const struct kk_ref_list *list = &c->ref->lists[KK_REF_AREAS];
    const struct kk_ref_entry *at = c->entry;

    for (size_t steps = 0; at && at->texts[KK_REF_AREAS_PARENT].len > 0; steps++) {
        if (steps > list->count)
            return refuse(c, "%.*s lies in itself, by its parent %.*s",
                          "%.*s は上位の地域 %.*s をたどると自分自身に戻ります",
                          c->entry->texts[KK_REF_AREAS_PARENT]);
        at = kk_ref_find(c->ref, KK_REF_AREAS, at->texts[KK_REF_AREAS_PARENT], kk_slice(NULL, 0));
    }
    return 0;
}

static bool overlap(const struct kk_ref_entry *a, const struct kk_ref_entry *b, size_t to)
{
    bool a_ends = a->texts[to].len > 0 && kk_slice_compare(a->texts[to], b->from) < 0;
    bool b_ends = b->texts[to].len > 0 && kk_slice_compare(b->texts[to], a->from) < 0;

    return !a_ends && !b_ends;
}

/* One name for two areas of one kind and parent, on one day. */
static int check_area_name(const struct checking *c, const struct kk_ref_entry *other)
{
    static const size_t same[] = { KK_REF_AREAS_NAME, KK_REF_AREAS_KIND, KK_REF_AREAS_PARENT };

    for (size_t i = 0; i < KK_COUNT(same); i++) {
        if (!kk_slice_equal(c->entry->texts[same[i]], other->texts[same[i]]))
            return 0;
    }
    if (kk_slice_equal(c->entry->code, other->code) ||
        !overlap(c->entry, other, KK_REF_AREAS_VALID_TO))
        return 0;
    return refuse_two(c, other, "%.*s has the name of another area: %.*s",
                      "%.*s の名称は別の地域（%.*s）と同じです");
}

static int check_indicator(const struct checking *c, const struct kk_ref_entry *other)
{
    if (!kk_slice_equal(c->entry->texts[KK_REF_INDICATORS_NAME],
                        other->texts[KK_REF_INDICATORS_NAME]))
        return 0;
    return refuse_two(c, other, "%.*s has the name of another indicator: %.*s",
                      "%.*s の名称は別の指標（%.*s）と同じです");
}

static int check_base(const struct checking *c)
{
    struct kk_slice base = c->entry->texts[KK_REF_INDICATORS_BASE];

    if (base.len == 0 || kk_ref_find(c->ref, KK_REF_INDICATORS, base, kk_slice(NULL, 0)))
        return 0;
    return refuse(c, "%.*s: indicator %.*s is not in the table of indicators",
                  "%.*s: 指標 %.*s が指標の表にありません", base);
}

static int check_among(const struct checking *c, size_t at)
{
    const struct kk_ref_list *list = &c->ref->lists[c->table];
    int e = c->table == KK_REF_AREAS ? check_area(c) : 0;

    if (e == 0 && c->table == KK_REF_AREAS)
        e = check_parents(c);
    if (e == 0 && c->table == KK_REF_INDICATORS)
        e = check_base(c);
    if (e == 0 && c->table == KK_REF_BORDERS && !area_known(c->ref, c->entry->code))
        e = refuse(c, "border of %.*s: this area is not in the table of areas%.*s",
                   "境界 %.*s: 地域の表にない地域です%.*s", kk_slice("", 0));
    for (size_t i = 0; i < at && e == 0; i++) {
        if (c->table == KK_REF_AREAS)
            e = check_area_name(c, &list->items[i]);
        else if (c->table == KK_REF_INDICATORS)
            e = check_indicator(c, &list->items[i]);
    }
    return e;
}

int kk_ref_check(const struct kk_ref *r, struct kk_error *err)
{
    int e = 0;

    for (size_t t = 0; t < KK_REF_TABLE_COUNT; t++) {
        const struct kk_ref_list *list = &r->lists[t];

        for (size_t i = 0; i < list->count && e == 0; i++) {
            const struct checking c = { r, (enum kk_ref_table)t, &list->items[i], err };

            e = check_entry(&c, i > 0 ? &list->items[i - 1] : NULL);
            if (e == 0)
                e = check_among(&c, i);
        }
    }
    return e;
}

/* --- two releases --- */
static int compare(const struct kk_ref_entry *a, const struct kk_ref_entry *b)
{
    int order = kk_slice_compare(a->code, b->code);

    return order ? order : kk_slice_compare(a->from, b->from);
}

static bool says_same(const struct kk_ref_entry *a, const struct kk_ref_entry *b)
{
    for (size_t i = 0; i < KK_REF_FIELDS_MAX; i++) {
        if (!kk_slice_equal(a->texts[i], b->texts[i]))
            return false;
    }
    return true;
}

void kk_ref_check_changes(const struct kk_ref_list *older, const struct kk_ref_list *newer,
                          struct kk_ref_changes *ret)
{
    *ret = (struct kk_ref_changes){ 0 };
    for (size_t i = 0, k = 0; i < older->count || k < newer->count;) {
        int order = i == older->count   ? 1
                    : k == newer->count ? -1
                                        : compare(&older->items[i], &newer->items[k]);
        bool same = order == 0 && says_same(&older->items[i], &newer->items[k]);

        ret->gone += order < 0;
        ret->made += order > 0;
        ret->same += same;
        ret->changed += order == 0 && !same;
        i += order <= 0;
        k += order >= 0;
    }
}
