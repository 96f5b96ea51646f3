/* Rows of any table into rows of a release (layout.h). [IM-8] */
#include "import/layout.h"

#include "import/notation.h"
#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "kukyoku/trust/scope.h"

#include <stdio.h>
#include <stdlib.h>

#define NONE UINT16_MAX
#define PARTS 16 /* of a breakdown */

struct value_column {
    uint16_t at;
    const struct kk_mapping_value *says; /* NULL: a column of the rest */
    char header[KK_OBS_NAME_MAX + 1];
};
struct kk_layout {
    const struct kk_mapping *m;
    const struct kk_ref *reference; /* NULL: none */
    size_t width;
    char headers[KK_CSV_FIELDS_MAX][KK_MAPPING_HEADER];
    struct value_column values[KK_CSV_FIELDS_MAX];
    size_t value_count;
    bool reads[KK_CSV_FIELDS_MAX];
    /* one row of a release in the making */
    char texts[KK_TIDY_COLUMN_COUNT][KK_OBS_TEXT_MAX + 2];
    uint16_t cells[KK_TIDY_COLUMN_COUNT];
};

int kk_layout_new(const struct kk_mapping *mapping, struct kk_layout **ret)
{
    *ret = kk_alloc(sizeof **ret);
    if (!*ret)
        return KK_E_MEMORY;
    (*ret)->m = mapping;
    return 0;
}

void kk_layout_free(struct kk_layout *l)
{
    kk_free(l);
}

/* --- finding columns --- */
static uint16_t find(const struct kk_layout *l, const char *header)
{
    for (size_t i = 0; i < l->width; i++) {
        if (strcmp(l->headers[i], header) == 0)
            return (uint16_t)i;
    }
    return NONE;
}

/* The column whose name is nearest, or holds the other: names grow and shrink from year to year. */
static const char *nearest(const struct kk_layout *l, const char *header)
{
    unsigned best = (unsigned)strlen(header) / 3 + 1;
    const char *found = NULL;

    for (size_t i = 0; i < l->width; i++) {
        const char *h = l->headers[i];
        bool part = h[0] && (strstr(h, header) || strstr(header, h));
        unsigned d = part ? 0 : kk_text_distance(kk_slice_text(h), kk_slice_text(header));

        if (!h[0] || d >= best)
            continue;
        best = d;
        found = h;
    }
    return found;
}

static int missing(const struct kk_layout *l, const char *header, struct kk_error *err)
{
    unsigned long long line = l->m->header;
    const char *near = nearest(l, header);

    if (near)
        return kk_error_say(err, KK_E_MAPPING, l->m->name,
                            "line %llu has no column `%s`; `%s` is near (L3-07)",
                            "%llu行目に「%s」の列がありません。「%s」が近い名前です（L3-07）", line, header,
                            near);
    return kk_error_say(err, KK_E_MAPPING, l->m->name,
                        "line %llu has no column `%s` (L3-07)",
                        "%llu行目に「%s」の列がありません（L3-07）", line, header);
}

static int find_all_of(const struct kk_layout *l, const char *text, bool named[],
                       struct kk_error *err)
{
    char header[KK_MAPPING_HEADER];
    size_t at = 0;

    while (text && kk_mapping_next_column(text, &at, header)) {
        uint16_t column = find(l, header);

        if (column == NONE)
            return missing(l, header, err);
        named[column] = true;
    }
    return 0;
}

static int find_texts(const struct kk_layout *l, bool named[], struct kk_error *err)
{
    int r = find_all_of(l, l->m->area_name, named, err);

    for (size_t c = 0; c < KK_TIDY_COLUMN_COUNT && r == 0; c++)
        r = find_all_of(l, l->m->row[c], named, err);
    for (size_t v = 0; v < l->m->value_count && r == 0; v++) {
        for (size_t c = 0; c < KK_TIDY_COLUMN_COUNT && r == 0; c++)
            r = find_all_of(l, l->m->values[v].set[c], named, err);
    }
    return r;
}

static int find_values(struct kk_layout *l, bool named[], struct kk_error *err)
{
    for (size_t v = 0; v < l->m->value_count; v++) {
        uint16_t column = find(l, l->m->values[v].header);

        if (column == NONE)
            return missing(l, l->m->values[v].header, err);
        named[column] = true;
        l->values[l->value_count++] = (struct value_column){ .at = column,
                                                             .says = &l->m->values[v] };
    }
    return 0;
}

static int find_rest(struct kk_layout *l, const struct kk_csv_record *header, const bool named[],
                     struct kk_error *err)
{
    for (size_t i = 0; i < l->width; i++) {
        struct value_column *v = &l->values[l->value_count];

        if (named[i] || !l->headers[i][0] || l->m->rest == KK_REST_IGNORE)
            continue;
        if (l->m->rest == KK_REST_REFUSE)
            return kk_error_say(err, KK_E_MAPPING, l->m->name,
                                "the mapping says nothing of the column `%s` (L3-07)",
                                "「%s」の列について対応表に何も書かれていません（L3-07）",
                                l->headers[i]);
        *v = (struct value_column){ .at = (uint16_t)i };
        snprintf(v->header, sizeof v->header, "%.*s", (int)header->fields[i].len,
                 (const char *)header->fields[i].data);
        l->value_count++;
    }
    return 0;
}

static int find_doubles(const struct kk_layout *l, struct kk_error *err)
{
    for (size_t i = 0; i < l->width; i++) {
        if (l->headers[i][0] && find(l, l->headers[i]) != i)
            return kk_error_say(err, KK_E_MAPPING, l->m->name,
                                "the column `%s` stands twice (L2-03)",
                                "「%s」の列が二つあります（L2-03）", l->headers[i]);
    }
    return 0;
}

int kk_layout_bind(struct kk_layout *l, const struct kk_csv_record *header, struct kk_error *err)
{
    bool named[KK_CSV_FIELDS_MAX] = { false };
    int r;

    l->width = header->count;
    l->value_count = 0;
    for (size_t i = 0; i < header->count; i++)
        kk_mapping_header(header->fields[i], l->headers[i]);
    r = find_doubles(l, err);
    if (r == 0)
        r = find_texts(l, named, err);
    if (r == 0)
        r = find_values(l, named, err);
    for (size_t i = 0; i < header->count; i++)
        l->reads[i] = named[i] || (l->m->rest != KK_REST_IGNORE && l->headers[i][0]);
    return r == 0 ? find_rest(l, header, named, err) : r;
}

bool kk_layout_reads(const struct kk_layout *l, size_t column)
{
    return column < l->width && l->reads[column];
}

/* --- one text --- */
static struct kk_slice field(const struct kk_csv_record *record, size_t at)
{
    return at < record->count ? record->fields[at] : kk_slice("", 0);
}

static void append(char *to, struct kk_slice text)
{
    size_t len = strlen(to), more = text.len;

    if (len + more > KK_OBS_TEXT_MAX + 1)
        more = KK_OBS_TEXT_MAX + 1 - len; /* too long, as the strict reader will say */
    if (more > 0)
        memcpy(to + len, text.data, more);
    to[len + more] = 0;
}

static struct kk_slice trimmed(struct kk_slice s)
{
    while (s.len > 0 && s.data[s.len - 1] <= ' ')
        s.len--;
    while (s.len > 0 && s.data[0] <= ' ')
        s = kk_slice(s.data + 1, s.len - 1);
    return s;
}

/* Braces become what the row has there, words what they mean. The first column is the place. */
static void fill(const struct kk_layout *l, const char *text, const struct kk_csv_record *record,
                 char *ret, uint16_t *cell)
{
    char header[KK_MAPPING_HEADER];
    size_t at = 0, from = 0;

    ret[0] = 0;
    while (kk_mapping_next_column(text, &at, header)) {
        const char *open = strchr(text + from, '{');
        uint16_t column = find(l, header);
        struct kk_slice word = kk_text_unguarded(trimmed(field(record, column)));
        const char *means = kk_mapping_lookup(l->m->words, l->m->word_count, word);

        append(ret, kk_slice(text + from, (size_t)(open - (text + from))));
        append(ret, means ? kk_slice_text(means) : word);
        *cell = *cell ? *cell : (uint16_t)(column + 1);
        from = at;
    }
    append(ret, kk_slice_text(text + from));
}

/* --- notations --- */
static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The parts of the row and of the column, in the order in which a release has them. */
static void join_breakdown(const char *of_row, const char *of_column, char *ret)
{
    char room[2 * KK_OBS_BREAK_MAX + 4], *parts[PARTS], *at = room;
    size_t count = 0;

    snprintf(room, sizeof room, "%.250s;%.250s", of_row, of_column);
    while (at && count < PARTS) {
        char *end = strchr(at, ';');

        if (end)
            *end = 0;
        if (*at)
            parts[count++] = at;
        at = end ? end + 1 : NULL;
    }
    qsort(parts, count, sizeof *parts, by_text);
    ret[0] = 0;
    for (size_t i = 0; i < count; i++) {
        append(ret, kk_slice_text(i ? ";" : ""));
        append(ret, kk_slice_text(parts[i]));
    }
}

static bool digits(const char *text, size_t count)
{
    size_t i = 0;

    while (i < count && text[i] >= '0' && text[i] <= '9')
        i++;
    return i == count;
}

/* The code of an area with its check digit (全国地方公共団体コード) loses it; others stay. */
static bool drop_check_digit(char *area)
{
    unsigned sum = 0;

    if (!digits(area, 6) || (area[6] != 0 && area[6] != '-'))
        return false;
    for (unsigned i = 0; i < 5; i++)
        sum += (6 - i) * (unsigned)(area[i] - '0');
    if ((unsigned)(area[5] - '0') != (11 - sum % 11) % 10)
        return false;
    memmove(area + 5, area + 6, strlen(area + 6) + 1);
    return true;
}

static void fold(char *text, uint64_t *rewritten)
{
    char folded[KK_NOTATION_TEXT];

    if (!kk_notation_fold(kk_slice_text(text), folded) || strcmp(text, folded) == 0)
        return;
    snprintf(text, KK_OBS_TEXT_MAX, "%s", folded);
    ++*rewritten;
}

static void rewrite(struct kk_layout *l, uint64_t *rewritten)
{
    char *period = l->texts[KK_TIDY_PERIOD], *area = l->texts[KK_TIDY_AREA];
    char said[KK_NOTATION_TEXT];

    fold(area, rewritten);
    *rewritten += drop_check_digit(area);
    if (!kk_period_valid(kk_slice_text(period)) &&
        kk_notation_period(kk_slice_text(period), said)) {
        snprintf(period, KK_OBS_TEXT_MAX, "%s", said);
        ++*rewritten;
    }
}

/* --- one row --- */
struct at_row {
    struct kk_layout *l;
    const struct kk_csv_record *record;
    struct kk_tidy *t;
    uint64_t *rewritten;
};

static int complain(const struct at_row *a, unsigned cell, enum kk_tidy_reason reason,
                    const char *hint)
{
    struct kk_tidy_complaint c = { .line = a->record->line, .column = KK_TIDY_COLUMN_COUNT,
                                   .cell = cell, .reason = reason, .hint = hint };

    if (cell > 0)
        c.value = field(a->record, cell - 1);
    return kk_tidy_complain(a->t, &c);
}

void kk_layout_names(struct kk_layout *l, const struct kk_ref *reference)
{
    l->reference = reference;
}

/* NULL: nobody knows. */
static const char *name_of(const struct kk_layout *l, const char *area)
{
    const struct kk_ref_entry *known =
        l->reference ? kk_ref_find(l->reference, KK_REF_AREAS, kk_slice_text(area),
                                   kk_slice(NULL, 0))
                     : NULL;

    if (known)
        return (const char *)known->texts[KK_REF_AREAS_NAME].data; /* of an arena: ends with NUL */
    return kk_ward_name(area, "ja");
}

/* Where a name is given too, it must be the code's: 多摩区 is 14135, 宮前区 is 14136. */
static int check_name(const struct at_row *a, bool *ret_same)
{
    char name[KK_OBS_TEXT_MAX + 2];
    const char *known = a->l->m->area_name ? name_of(a->l, a->l->texts[KK_TIDY_AREA]) : NULL;
    uint16_t cell = 0;
    size_t len, end;

    *ret_same = true;
    if (!known)
        return 0;
    fill(a->l, a->l->m->area_name, a->record, name, &cell);
    len = strlen(known);
    end = strlen(name);
    if (end == 0 || (end >= len && strcmp(name + end - len, known) == 0))
        return 0;
    *ret_same = false;
    a->t->records++;
    return complain(a, cell, KK_TIDY_BAD_CODE_NAME, known);
}

static const char *symbol_of(const struct kk_mapping *m, const char *folded)
{
    return kk_mapping_lookup(m->symbols, m->symbol_count,
                             kk_slice_text(folded[0] ? folded : "blank"));
}

static bool has_digit(const char *text)
{
    return strpbrk(text, "0123456789") != NULL;
}

/* The figure into value, or its symbol into missing, unless the row says why there is none.
 * *ret_good false: complained. */
static int take_figure(const struct at_row *a, const struct value_column *v, bool *ret_good)
{
    struct kk_slice cell = field(a->record, v->at);
    char *value = a->l->texts[KK_TIDY_VALUE], *why = a->l->texts[KK_TIDY_MISSING];
    char folded[KK_NOTATION_TEXT] = "", number[KK_NOTATION_TEXT];
    const char *means = kk_notation_fold(cell, folded) ? symbol_of(a->l->m, folded) : NULL;

    *ret_good = true;
    if (means && !why[0]) {
        append(why, kk_slice_text(means));
        return 0;
    }
    if (kk_notation_number(cell, number)) {
        append(value, kk_slice_text(number));
        *a->rewritten += !kk_slice_is(cell, number);
        return 0;
    }
    append(value, cell);
    if (cell.len == 0 || why[0] || cell.len > KK_OBS_NAME_MAX || has_digit(folded))
        return 0; /* the strict reader says what is wrong */
    *ret_good = false;
    a->t->records++;
    return complain(a, v->at + 1u, KK_TIDY_BAD_SYMBOL, "");
}

static void take_texts(const struct at_row *a, const struct value_column *v)
{
    struct kk_layout *l = a->l;
    char of_row[KK_OBS_TEXT_MAX + 2];

    for (size_t c = 0; c < KK_TIDY_COLUMN_COUNT; c++) {
        const char *own = v->says ? v->says->set[c] : NULL;
        const char *text = own ? own : l->m->row[c];

        l->cells[c] = 0;
        l->texts[c][0] = 0;
        if (text)
            fill(l, text, a->record, l->texts[c], &l->cells[c]);
        if (c != KK_TIDY_BREAKDOWN)
            continue;
        of_row[0] = 0;
        if (own && l->m->row[c])
            fill(l, l->m->row[c], a->record, of_row, &l->cells[c]);
        char joined[KK_OBS_TEXT_MAX + 2];
        join_breakdown(of_row, l->texts[c], joined);
        memcpy(l->texts[c], joined, sizeof joined);
    }
    l->cells[KK_TIDY_VALUE] = (uint16_t)(v->at + 1);
    if (!l->cells[KK_TIDY_MISSING])
        l->cells[KK_TIDY_MISSING] = (uint16_t)(v->at + 1);
    if (!v->says) {
        enum kk_tidy_column c = l->m->rest == KK_REST_PERIOD ? KK_TIDY_PERIOD : KK_TIDY_INDICATOR;

        snprintf(l->texts[c], sizeof l->texts[c], "%s", v->header);
        l->cells[c] = (uint16_t)(v->at + 1);
    }
}

static int take_value(const struct at_row *a, const struct value_column *v)
{
    struct kk_slice fields[KK_TIDY_COLUMN_COUNT];
    struct kk_csv_record record = { .fields = fields, .count = KK_TIDY_COLUMN_COUNT,
                                    .cells = a->l->cells, .line = a->record->line };
    bool good;
    int r;

    take_texts(a, v);
    rewrite(a->l, a->rewritten);
    r = take_figure(a, v, &good);
    if (r == 0 && good)
        r = check_name(a, &good);
    for (size_t c = 0; c < KK_TIDY_COLUMN_COUNT; c++)
        fields[c] = kk_slice_text(a->l->texts[c]);
    return r == 0 && good ? kk_tidy_take(a->t, &record) : r;
}

/* Cells that hold something; *ret_first: the first of them. */
static size_t filled(const struct kk_csv_record *record, unsigned *ret_first)
{
    size_t count = 0;

    *ret_first = 0;
    for (size_t i = 0; i < record->count; i++) {
        if (trimmed(record->fields[i]).len == 0)
            continue;
        *ret_first = count++ == 0 ? (unsigned)i + 1 : *ret_first;
    }
    return count;
}

int kk_layout_take(struct kk_layout *l, const struct kk_csv_record *record, struct kk_tidy *t,
                   uint64_t *rewritten)
{
    const struct at_row a = { l, record, t, rewritten };
    unsigned first;
    size_t cells = filled(record, &first);
    int r = 0;

    if (cells == 0)
        return 0;
    if (cells == 1 && l->width > 2)
        return complain(&a, first, KK_TIDY_BAD_OUTSIDE_TABLE, "");
    if (record->flaw != KK_CSV_SOUND)
        return kk_tidy_take(t, record); /* which refuses it */
    if (record->count > l->width) {
        t->records++;
        return kk_tidy_ragged(t, record, l->width);
    }
    for (size_t v = 0; v < l->value_count && r == 0; v++)
        r = take_value(&a, &l->values[v]);
    return r;
}
