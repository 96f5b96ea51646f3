/* Checks rows of tidy CSV, keeps them as numbers, sorts them (tidy.h). [DK-4] */
#include "desk/tidy.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define COLUMN_NAME(NAME, text) text,
static const char *const names[] = { KK_TIDY_COLUMNS(COLUMN_NAME) "" };

const char *kk_tidy_column_name(enum kk_tidy_column column)
{
    return names[column];
}

const struct kk_tidy_cause *kk_tidy_cause(enum kk_tidy_reason reason)
{
#define REASON_ROW(ID, refuses, rule, en, ja, fix_en, fix_ja)                                     \
    { refuses, #ID, rule, en, ja, fix_en, fix_ja },
    static const struct kk_tidy_cause causes[] = { KK_TIDY_REASONS(REASON_ROW) };

    return &causes[reason];
}

static int take_record(void *user, const struct kk_csv_record *record)
{
    return kk_tidy_take(user, record);
}

void kk_tidy_init(struct kk_tidy *t)
{
    *t = (struct kk_tidy){ 0 };
    kk_csv_init(&t->csv, take_record, t);
    for (size_t i = 0; i < KK_TIDY_COLUMN_COUNT; i++)
        kk_dict_init(&t->texts[i]);
}

void kk_tidy_fini(struct kk_tidy *t)
{
    for (size_t i = 0; i < KK_TIDY_COLUMN_COUNT; i++)
        kk_dict_fini(&t->texts[i]);
    kk_free(t->rows);
    kk_free(t->issues);
    kk_free(t->refusals);
    t->rows = NULL;
    t->issues = NULL;
    t->refusals = NULL;
    t->count = t->cap = t->issue_count = t->issue_cap = t->refusal_count = t->refusal_cap = 0;
}

/* --- issues --- */
/* As much of the value as fits and is UTF-8; a byte that is none shows as '?'. */
static void copy_value(struct kk_slice from, char ret[KK_TIDY_VALUE_MAX + 1])
{
    size_t len = from.len < KK_TIDY_VALUE_MAX ? from.len : KK_TIDY_VALUE_MAX;

    while (len < from.len && len > 0 && (from.data[len] & 0xc0) == 0x80)
        len--;
    bool whole = kk_utf8_valid(kk_slice(from.data, len));
    for (size_t i = 0; i < len; i++)
        ret[i] = whole || from.data[i] < 0x80 ? (char)from.data[i] : '?';
    ret[len] = 0;
}

static int keep_refusal(struct kk_tidy *t, const struct kk_tidy_complaint *c)
{
    if (t->refusal_count == t->refusal_cap) {
        size_t cap = t->refusal_cap ? 2 * t->refusal_cap : 256;
        struct kk_tidy_refusal *list = kk_realloc(t->refusals, cap * sizeof *list);

        if (!list)
            return KK_E_MEMORY;
        t->refusals = list;
        t->refusal_cap = cap;
    }
    t->refusals[t->refusal_count++] = (struct kk_tidy_refusal){
        .line = (uint32_t)c->line, .cell = (uint16_t)c->cell, .reason = (uint16_t)c->reason
    };
    return 0;
}

static struct kk_tidy_issue *new_issue(struct kk_tidy *t)
{
    if (t->issue_count == t->issue_cap) {
        size_t cap = t->issue_cap ? 2 * t->issue_cap : 64;
        struct kk_tidy_issue *list = kk_realloc(t->issues, cap * sizeof *list);

        if (!list)
            return NULL;
        t->issues = list;
        t->issue_cap = cap;
    }
    return &t->issues[t->issue_count++];
}

int kk_tidy_complain(struct kk_tidy *t, const struct kk_tidy_complaint *c)
{
    bool refuses = kk_tidy_cause(c->reason)->refuses;
    struct kk_tidy_issue *issue;
    int r = refuses ? keep_refusal(t, c) : 0;

    t->issue_total += refuses;
    t->warning_total += !refuses;
    if (r < 0 || t->by_reason[c->reason]++ >= KK_TIDY_ISSUES_MAX)
        return r;
    issue = new_issue(t);
    if (!issue)
        return KK_E_MEMORY;
    *issue = (struct kk_tidy_issue){ .line = c->line, .other_line = c->other_line,
                                     .column = c->column, .cell = c->cell, .reason = c->reason };
    copy_value(c->value, issue->value);
    copy_value(kk_slice_text(c->hint), issue->hint);
    return 0;
}

int kk_tidy_object(struct kk_tidy *t, struct kk_tidy_row *row, enum kk_tidy_column column,
                   enum kk_tidy_reason reason, const char *hint)
{
    struct kk_tidy_complaint c = { .line = row->line, .column = column, .reason = reason,
                                   .hint = hint };

    if (column == KK_TIDY_VALUE)
        c.cell = row->codes[KK_TIDY_VALUE];
    else if (column != KK_TIDY_COLUMN_COUNT)
        c.value = t->texts[column].items[row->codes[column]];
    row->refused = row->refused || kk_tidy_cause(reason)->refuses;
    return kk_tidy_complain(t, &c);
}

/* --- one record --- */
static const struct {
    enum kk_csv_flaw flaw;
    enum kk_tidy_reason reason;
} flaws[] = {
    { KK_CSV_STRAY_QUOTE, KK_TIDY_BAD_STRAY_QUOTE },
    { KK_CSV_OPEN_QUOTE, KK_TIDY_BAD_OPEN_QUOTE },
    { KK_CSV_LONG, KK_TIDY_BAD_LONG_RECORD },
    { KK_CSV_BARE_CR, KK_TIDY_BAD_BARE_CR },
};

static const size_t longest[KK_TIDY_COLUMN_COUNT] = {
    [KK_TIDY_INDICATOR] = KK_OBS_NAME_MAX, [KK_TIDY_AREA] = KK_OBS_NAME_MAX,
    [KK_TIDY_PERIOD] = KK_OBS_NAME_MAX,    [KK_TIDY_BREAKDOWN] = KK_OBS_BREAK_MAX,
    [KK_TIDY_VALUE] = KK_OBS_NAME_MAX,     [KK_TIDY_MISSING] = KK_OBS_NAME_MAX,
    [KK_TIDY_UNIT] = KK_OBS_NAME_MAX,      [KK_TIDY_STATUS] = KK_OBS_NAME_MAX,
    [KK_TIDY_METHOD] = KK_OBS_TEXT_MAX,    [KK_TIDY_SOURCE] = KK_OBS_TEXT_MAX,
    [KK_TIDY_NOTE] = KK_OBS_TEXT_MAX,
};

static bool has_control(struct kk_slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] < 0x20 || s.data[i] == 0x7f)
            return true;
    }
    return false;
}

/* What any field must keep to; KK_TIDY_REASON_COUNT: nothing is wrong. */
static enum kk_tidy_reason check_text(enum kk_tidy_column column, struct kk_slice s)
{
    if (has_control(s)) /* NUL too, which would not be UTF-8 */
        return KK_TIDY_BAD_CONTROL;
    if (!kk_utf8_valid(s))
        return KK_TIDY_BAD_UTF8;
    if (s.len > longest[column])
        return KK_TIDY_BAD_LONG_TEXT;
    if (s.len > 0 && (s.data[0] == ' ' || s.data[s.len - 1] == ' '))
        return KK_TIDY_BAD_SPACES;
    return KK_TIDY_REASON_COUNT;
}

static bool status_known(struct kk_slice s)
{
    return s.len == 0 || (s.len == 1 && memchr("pter", s.data[0], 4));
}

static enum kk_tidy_reason check_field(enum kk_tidy_column column, struct kk_slice s)
{
    enum kk_tidy_reason reason = check_text(column, s);
    enum kk_missing missing;
    bool good = true;

    if (reason != KK_TIDY_REASON_COUNT)
        return reason;
    switch (column) {
    case KK_TIDY_INDICATOR:
        reason = KK_TIDY_BAD_INDICATOR;
        good = s.len > 0;
        break;
    case KK_TIDY_AREA:
        reason = KK_TIDY_BAD_AREA;
        good = kk_area_valid(s);
        break;
    case KK_TIDY_PERIOD:
        reason = KK_TIDY_BAD_PERIOD;
        good = kk_period_valid(s);
        break;
    case KK_TIDY_BREAKDOWN:
        reason = KK_TIDY_BAD_BREAKDOWN;
        good = kk_breakdown_valid(s);
        break;
    case KK_TIDY_MISSING:
        reason = KK_TIDY_BAD_MISSING;
        good = s.len == 0 || kk_missing_parse(s, &missing);
        break;
    case KK_TIDY_STATUS:
        reason = KK_TIDY_BAD_STATUS;
        good = status_known(s);
        break;
    case KK_TIDY_VALUE:
    case KK_TIDY_UNIT:
    case KK_TIDY_METHOD:
    case KK_TIDY_SOURCE:
    case KK_TIDY_NOTE:
    case KK_TIDY_COLUMN_COUNT:
        break;
    }
    return good ? KK_TIDY_REASON_COUNT : reason;
}

/* Where in the file a field stood. */
static unsigned cell_of(const struct kk_csv_record *record, size_t column)
{
    return record->cells ? record->cells[column] : (unsigned)column + 1;
}

/* A text that was met before has been checked before. */
static int take_text(struct kk_tidy *t, const struct kk_csv_record *record, size_t column,
                     struct kk_tidy_row *row, bool *bad)
{
    struct kk_slice s = record->fields[column];
    struct kk_dict *d = &t->texts[column];

    if (t->last[column].data && kk_slice_equal(s, t->last[column])) {
        row->codes[column] = t->last_code[column];
        return 0;
    }
    int code = kk_dict_find(d, s);
    if (code < 0) {
        enum kk_tidy_reason reason = check_field((enum kk_tidy_column)column, s);
        struct kk_tidy_complaint c = { .line = record->line,
                                       .column = (enum kk_tidy_column)column,
                                       .cell = cell_of(record, column), .reason = reason,
                                       .value = s };
        char day[KK_DATE_TEXT] = "";

        if (reason == KK_TIDY_BAD_PERIOD)
            c.reason = kk_period_why_not(s, day);
        c.hint = day;
        if (reason != KK_TIDY_REASON_COUNT) {
            *bad = true;
            return kk_tidy_complain(t, &c);
        }
        int r = kk_dict_add(d, s, &row->codes[column]);
        if (r < 0)
            return r;
        code = row->codes[column];
    }
    row->codes[column] = (uint16_t)code;
    t->last[column] = d->items[code];
    t->last_code[column] = (uint16_t)code;
    return 0;
}

/* A value or a reason, never both, never neither. */
static int take_value(struct kk_tidy *t, const struct kk_csv_record *record,
                      struct kk_tidy_row *row, bool *bad)
{
    struct kk_slice value = record->fields[KK_TIDY_VALUE];
    struct kk_slice missing = record->fields[KK_TIDY_MISSING];
    struct kk_tidy_complaint c = { .line = record->line, .column = KK_TIDY_VALUE,
                                   .cell = cell_of(record, KK_TIDY_VALUE),
                                   .reason = check_text(KK_TIDY_VALUE, value), .value = value };
    enum kk_missing why = KK_MISSING_NONE;

    if (c.reason == KK_TIDY_REASON_COUNT && value.len > 0 && missing.len > 0)
        c.reason = KK_TIDY_BAD_BOTH;
    else if (c.reason == KK_TIDY_REASON_COUNT && value.len == 0 && missing.len == 0)
        c.reason = KK_TIDY_BAD_NEITHER;
    else if (c.reason == KK_TIDY_REASON_COUNT && missing.len == 0 &&
             kk_number_parse(value, &row->value, &c.reason))
        c.reason = KK_TIDY_REASON_COUNT;
    if (c.reason != KK_TIDY_REASON_COUNT) {
        *bad = true;
        return kk_tidy_complain(t, &c);
    }
    if (missing.len > 0 && !kk_missing_parse(missing, &why)) {
        c.column = KK_TIDY_MISSING;
        c.cell = cell_of(record, KK_TIDY_MISSING);
        c.reason = KK_TIDY_BAD_MISSING;
        c.value = missing;
        *bad = true;
        return kk_tidy_complain(t, &c);
    }
    row->missing = (uint8_t)why;
    row->codes[KK_TIDY_VALUE] = (uint16_t)c.cell;
    return 0;
}

static int keep(struct kk_tidy *t, const struct kk_tidy_row *row)
{
    if (t->count == t->cap) {
        size_t cap = t->cap ? t->cap + t->cap / 2 : 4096;
        struct kk_tidy_row *rows = kk_realloc(t->rows, cap * sizeof *rows);

        if (!rows)
            return KK_E_MEMORY;
        t->rows = rows;
        t->cap = cap;
    }
    t->rows[t->count++] = *row;
    return 0;
}

/* Of a line that is broken nothing else is told. */
static enum kk_tidy_reason flaw_of(const struct kk_csv_record *record)
{
    for (size_t i = 0; i < KK_COUNT(flaws); i++) {
        if (flaws[i].flaw == record->flaw)
            return flaws[i].reason;
    }
    return KK_TIDY_REASON_COUNT;
}

/* The first column that is another is told, with the one that should be there. */
static int take_header(struct kk_tidy *t, const struct kk_csv_record *record)
{
    struct kk_tidy_complaint c = { .line = record->line, .column = KK_TIDY_COLUMN_COUNT,
                                   .reason = flaw_of(record) };
    size_t same = 0;

    t->headed = true;
    t->headless = true;
    if (c.reason != KK_TIDY_REASON_COUNT)
        return kk_tidy_complain(t, &c);
    while (same < record->count && same < KK_TIDY_COLUMN_COUNT &&
           kk_slice_is(record->fields[same], names[same]))
        same++;
    t->headless = same < KK_TIDY_COLUMN_COUNT || record->count > same;
    if (!t->headless)
        return 0;
    c.reason = KK_TIDY_BAD_HEADER;
    c.cell = (unsigned)same + 1;
    c.column = (enum kk_tidy_column)same; /* or none, behind the last */
    c.value = same < record->count ? record->fields[same] : kk_slice("", 0);
    return kk_tidy_complain(t, &c);
}

int kk_tidy_ragged(struct kk_tidy *t, const struct kk_csv_record *record, size_t want)
{
    char hint[KK_TIDY_VALUE_MAX + 1];
    struct kk_tidy_complaint c = { .line = record->line, .column = KK_TIDY_COLUMN_COUNT,
                                   .reason = KK_TIDY_BAD_RAGGED, .hint = hint };

    snprintf(hint, sizeof hint, "%zu ≠ %zu", record->count, want);
    if (record->count > 0)
        c.value = record->fields[0];
    return kk_tidy_complain(t, &c);
}

int kk_tidy_take(struct kk_tidy *t, const struct kk_csv_record *record)
{
    struct kk_tidy_row row = { .line = (uint32_t)record->line };
    struct kk_tidy_complaint c = { .line = record->line, .column = KK_TIDY_COLUMN_COUNT };
    bool bad = false;
    int r = 0;

    if (!t->headed)
        return take_header(t, record);
    if (t->headless)
        return 0; /* without columns nothing more can be said */
    t->records++;
    c.reason = flaw_of(record);
    if (c.reason != KK_TIDY_REASON_COUNT)
        return kk_tidy_complain(t, &c);
    if (record->count != KK_TIDY_COLUMN_COUNT)
        return kk_tidy_ragged(t, record, KK_TIDY_COLUMN_COUNT);
    for (size_t i = 0; i < KK_TIDY_COLUMN_COUNT && r == 0; i++) {
        if (i != KK_TIDY_VALUE && i != KK_TIDY_MISSING)
            r = take_text(t, record, i, &row, &bad);
    }
    if (r == 0)
        r = take_value(t, record, &row, &bad);
    return r < 0 || bad ? r : keep(t, &row);
}

int kk_tidy_take_obs(struct kk_tidy *t, const struct kk_obs *obs, uint64_t line)
{
    char value[KK_DECIMAL_TEXT] = "";

    if (obs->missing == KK_MISSING_NONE)
        kk_decimal_text(obs->value, KK_OBS_DECIMALS, value);
    const struct kk_slice fields[KK_TIDY_COLUMN_COUNT] = {
        [KK_TIDY_INDICATOR] = obs->indicator,
        [KK_TIDY_AREA] = obs->area,
        [KK_TIDY_PERIOD] = obs->period,
        [KK_TIDY_BREAKDOWN] = obs->breakdown,
        [KK_TIDY_VALUE] = kk_slice_text(value),
        [KK_TIDY_MISSING] = kk_slice_text(kk_missing_text(obs->missing)),
        [KK_TIDY_UNIT] = obs->unit,
        [KK_TIDY_STATUS] = obs->status,
        [KK_TIDY_METHOD] = obs->method,
        [KK_TIDY_SOURCE] = obs->source,
        [KK_TIDY_NOTE] = obs->note,
    };
    struct kk_csv_record record = { .fields = fields, .count = KK_TIDY_COLUMN_COUNT,
                                    .line = line };

    t->headed = true;
    return kk_tidy_take(t, &record);
}

int kk_tidy_feed(struct kk_tidy *t, struct kk_slice bytes)
{
    return kk_csv_feed(&t->csv, bytes);
}

/* --- order --- */
static const enum kk_tidy_column order[] = { KK_TIDY_INDICATOR, KK_TIDY_AREA, KK_TIDY_BREAKDOWN,
                                             KK_TIDY_PERIOD };

/* The places of the four texts among all, side by side: one number orders rows. */
static uint64_t place(const struct kk_tidy *t, const struct kk_tidy_row *row)
{
    uint64_t p = 0;

    for (size_t i = 0; i < KK_COUNT(order); i++)
        p = p << 16 | t->texts[order[i]].rank[row->codes[order[i]]];
    return p;
}

static int by_place(const void *a, const void *b, void *user)
{
    uint64_t x = place(user, a), y = place(user, b);
    const struct kk_tidy_row *first = a, *second = b;

    if (x != y)
        return x < y ? -1 : 1;
    return first->line < second->line ? -1 : first->line > second->line;
}

static bool in_order(struct kk_tidy *t)
{
    for (size_t i = 1; i < t->count; i++) {
        if (by_place(&t->rows[i - 1], &t->rows[i], t) > 0)
            return false;
    }
    return true;
}

static int find_doubles(struct kk_tidy *t)
{
    int r = 0;

    for (size_t i = 1; i < t->count && r == 0; i++) {
        struct kk_tidy_row *before = &t->rows[i - 1], *row = &t->rows[i];
        struct kk_tidy_complaint c = { .line = row->line, .other_line = before->line,
                               .column = KK_TIDY_COLUMN_COUNT, .reason = KK_TIDY_BAD_DUPLICATE };

        if (place(t, before) != place(t, row))
            continue;
        c.value = t->texts[KK_TIDY_INDICATOR].items[row->codes[KK_TIDY_INDICATOR]];
        before->refused = row->refused = true;
        r = kk_tidy_complain(t, &c);
    }
    return r;
}

int kk_tidy_end(struct kk_tidy *t)
{
    struct kk_tidy_complaint empty = { .line = t->csv.line, .column = KK_TIDY_COLUMN_COUNT,
                               .reason = KK_TIDY_BAD_EMPTY };
    int r = kk_csv_end(&t->csv);

    if (r < 0)
        return r;
    if (!t->headed)
        empty.reason = KK_TIDY_BAD_HEADER;
    if (t->records == 0 && t->issue_total == 0)
        return kk_tidy_complain(t, &empty);
    for (size_t i = 0; i < KK_COUNT(order) && r == 0; i++)
        r = kk_dict_sort(&t->texts[order[i]]);
    if (r < 0)
        return r;
    if (!in_order(t))
        qsort_r(t->rows, t->count, sizeof *t->rows, by_place, t);
    return find_doubles(t);
}

void kk_tidy_get(const struct kk_tidy *t, const struct kk_tidy_row *row, struct kk_obs *ret)
{
#define TEXT(NAME) t->texts[KK_TIDY_##NAME].items[row->codes[KK_TIDY_##NAME]]
    *ret = (struct kk_obs){
        .indicator = TEXT(INDICATOR), .area = TEXT(AREA),
        .breakdown = TEXT(BREAKDOWN), .period = TEXT(PERIOD),
        .unit = TEXT(UNIT),           .status = TEXT(STATUS),
        .method = TEXT(METHOD),       .source = TEXT(SOURCE),
        .note = TEXT(NOTE),           .missing = (enum kk_missing)row->missing,
        .value = row->value,
    };
}

int kk_tidy_each(const struct kk_tidy *t, kk_tidy_fn *fn, void *user)
{
    for (size_t i = 0; i < t->count; i++) {
        struct kk_obs obs;
        int r = 0;

        if (t->rows[i].refused)
            continue;
        kk_tidy_get(t, &t->rows[i], &obs);
        r = fn(user, &obs);
        if (r < 0)
            return r;
    }
    return 0;
}
