/* Persons, records and odd characters where figures should be (review.h). [IM-5] */
#include "import/review.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "model/personal.h"

#define FEW_TEXTS   3  /* of persons: fewer may be an office or a street in a note */
#define MANY_ROWS   20 /* fewer say nothing about their kind */
#define NEARLY_ALL  19 /* of twenty */
#define STAT_DIGITS 12

static const char *const person_headers[] = { "氏名",     "姓名",         "名前",     "生年月日",
                                              "個人番号", "マイナンバー", "電話番号", "被保険者番号" };

static enum kk_tidy_reason reason_of(enum kk_personal rule)
{
    return rule == KK_PERSONAL_MY_NUMBER ? KK_TIDY_BAD_MY_NUMBER : KK_TIDY_BAD_PERSONAL;
}

/* Of an office one telephone or mail address is no secret. */
static bool of_person(enum kk_personal rule)
{
    return rule == KK_PERSONAL_ADDRESS || rule == KK_PERSONAL_BIRTHDAY ||
           rule == KK_PERSONAL_PERSON;
}

/* Tables of e-Stat have numbers of twelve digits (statInfId), in the addresses of their pages or
 * alone; they begin with four zeros, as of persons one in ten thousand does. 0: it is neither. */
static size_t reference_len(struct kk_slice text)
{
    size_t len = 0;

    if (text.len >= 4 && memcmp(text.data, "http", 4) == 0) {
        while (len < text.len && text.data[len] > ' ' && text.data[len] < 0x7f)
            len++;
        return len;
    }
    if (text.len < 4 || memcmp(text.data, "0000", 4) != 0)
        return 0;
    while (len < text.len && text.data[len] >= '0' && text.data[len] <= '9')
        len++;
    return len == STAT_DIGITS ? len : 0;
}

static enum kk_personal find_beside_references(struct kk_slice text)
{
    enum kk_personal found = KK_PERSONAL_NOTHING;

    while (text.len > 0 && found == KK_PERSONAL_NOTHING) {
        size_t at = 0, len = 0;

        while (at < text.len && len == 0) {
            len = reference_len(kk_slice(text.data + at, text.len - at));
            at += len == 0;
        }
        found = kk_personal_find(kk_slice(text.data, at));
        text = kk_slice(text.data + at + len, text.len - at - len);
    }
    return found;
}

/* --- columns of a table that was read --- */
/* Sources name pages and offices, whose addresses are nobody's: only sure rules count there. */
static const struct {
    enum kk_tidy_column column;
    bool persons;
} free_texts[] = { { KK_TIDY_INDICATOR, true }, { KK_TIDY_BREAKDOWN, true },
                   { KK_TIDY_METHOD, true },    { KK_TIDY_NOTE, true },
                   { KK_TIDY_UNIT, false },     { KK_TIDY_SOURCE, false } };

/* The first row with this text is where it is shown. */
static int object_text(struct kk_tidy *t, enum kk_tidy_column column, size_t code,
                       enum kk_tidy_reason reason)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->rows[i].codes[column] == code)
            return kk_tidy_object(t, &t->rows[i], column, reason, "");
    }
    return 0;
}

static int review_sure(struct kk_tidy *t, enum kk_tidy_column column)
{
    const struct kk_dict *texts = &t->texts[column];
    int r = 0;

    for (size_t i = 0; i < texts->count && r == 0; i++) {
        enum kk_personal rule = find_beside_references(texts->items[i]);

        if (rule != KK_PERSONAL_NOTHING && kk_personal_rule(rule)->sure)
            r = object_text(t, column, i, reason_of(rule));
    }
    return r;
}

static int review_column(struct kk_tidy *t, enum kk_tidy_column column)
{
    const struct kk_dict *texts = &t->texts[column];
    unsigned found = 0;
    size_t first = 0;
    int r = 0;

    for (size_t i = 0; i < texts->count && r == 0; i++) {
        enum kk_personal rule = kk_personal_find(texts->items[i]);

        if (rule == KK_PERSONAL_MY_NUMBER)
            r = object_text(t, column, i, KK_TIDY_BAD_MY_NUMBER);
        if (!of_person(rule))
            continue;
        first = found ? first : i;
        found++;
    }
    return r == 0 && found >= FEW_TEXTS ? object_text(t, column, first, KK_TIDY_BAD_PERSONAL) : r;
}

static bool is_record(const struct kk_tidy_row *row)
{
    return row->missing == KK_MISSING_NONE && (row->value == 0 || row->value == KK_OBS_SCALE);
}

/* Attributes of a row: parts of its breakdown, and its note. */
static size_t attributes(const struct kk_tidy *t)
{
    size_t most = 0;

    for (size_t i = 0; i < t->texts[KK_TIDY_BREAKDOWN].count; i++) {
        struct kk_slice s = t->texts[KK_TIDY_BREAKDOWN].items[i];
        size_t parts = s.len > 0;

        for (size_t k = 0; k < s.len; k++)
            parts += s.data[k] == ';';
        most = parts > most ? parts : most;
    }
    return most;
}

static int review_counts(struct kk_tidy *t)
{
    size_t small = 0, own = t->texts[KK_TIDY_BREAKDOWN].count;

    if (t->texts[KK_TIDY_NOTE].count > own)
        own = t->texts[KK_TIDY_NOTE].count;
    for (size_t i = 0; i < t->count; i++)
        small += is_record(&t->rows[i]);
    if (t->count < MANY_ROWS || small * (NEARLY_ALL + 1) < t->count * NEARLY_ALL ||
        2 * own < t->count || (attributes(t) < 2 && t->texts[KK_TIDY_NOTE].count < own))
        return 0;
    return kk_tidy_object(t, &t->rows[0], KK_TIDY_COLUMN_COUNT, KK_TIDY_BAD_RECORDS, "");
}

/* --- characters --- */
/* Ranges of the Basic Multilingual Plane, all three bytes long in UTF-8. */
static const struct {
    uint32_t first, last;
    enum kk_tidy_reason reason;
} odd_chars[] = {
    { 0x2160, 0x217f, KK_TIDY_BAD_PLATFORM }, /* Ⅰ */
    { 0x2460, 0x24ff, KK_TIDY_BAD_PLATFORM }, /* ① */
    { 0x3220, 0x33ff, KK_TIDY_BAD_PLATFORM }, /* ㈱, ㍻, ㎡ */
    { 0xff61, 0xff9f, KK_TIDY_BAD_PLATFORM }, /* katakana of half width */
    { 0xe000, 0xf8ff, KK_TIDY_BAD_GAIJI },
};

/* The text is valid UTF-8. KK_TIDY_REASON_COUNT: nothing odd. */
static enum kk_tidy_reason odd_text(struct kk_slice s)
{
    for (size_t i = 0; i + 2 < s.len; i++) {
        uint32_t c = (s.data[i] & 0x0fu) << 12 | (s.data[i + 1] & 0x3fu) << 6 |
                     (s.data[i + 2] & 0x3fu);

        for (size_t k = 0; (s.data[i] & 0xf0) == 0xe0 && k < KK_COUNT(odd_chars); k++) {
            if (c >= odd_chars[k].first && c <= odd_chars[k].last)
                return odd_chars[k].reason;
        }
    }
    return KK_TIDY_REASON_COUNT;
}

static int review_chars(struct kk_tidy *t, enum kk_tidy_column column)
{
    int r = 0;

    for (size_t i = 0; i < t->texts[column].count && r == 0; i++) {
        enum kk_tidy_reason reason = odd_text(t->texts[column].items[i]);

        if (reason != KK_TIDY_REASON_COUNT)
            r = object_text(t, column, i, reason);
    }
    return r;
}

int kk_review_alone(struct kk_tidy *t)
{
    int r = 0;

    for (size_t i = 0; i < KK_TIDY_COLUMN_COUNT && r == 0; i++)
        r = review_chars(t, (enum kk_tidy_column)i);

    for (size_t i = 0; i < KK_COUNT(free_texts) && r == 0; i++)
        r = free_texts[i].persons ? review_column(t, free_texts[i].column)
                                  : review_sure(t, free_texts[i].column);
    return r == 0 ? review_counts(t) : r;
}

/* --- columns that nobody has named --- */
static int complain_cell(struct kk_tidy *t, const struct kk_csv_record *record, size_t at,
                         enum kk_tidy_reason reason)
{
    struct kk_tidy_complaint c = { .line = record->line, .column = KK_TIDY_COLUMN_COUNT,
                                   .cell = (unsigned)at + 1, .reason = reason,
                                   .value = record->fields[at] };

    return kk_tidy_complain(t, &c);
}

int kk_review_record(struct kk_tidy *t, const struct kk_csv_record *record)
{
    int r = 0;

    for (size_t i = 0; i < record->count && r == 0; i++) {
        enum kk_personal rule = KK_PERSONAL_NOTHING;

        if (kk_utf8_valid(record->fields[i]))
            rule = kk_personal_find(record->fields[i]);
        if (of_person(rule) || rule == KK_PERSONAL_MY_NUMBER)
            r = complain_cell(t, record, i, reason_of(rule));
    }
    return r;
}

int kk_review_unread(struct kk_review_unread *u, struct kk_tidy *t,
                     const struct kk_csv_record *record, size_t at)
{
    enum kk_personal rule = KK_PERSONAL_NOTHING;
    uint16_t code;
    int r;

    if (kk_utf8_valid(record->fields[at]))
        rule = find_beside_references(record->fields[at]);
    if (rule == KK_PERSONAL_MY_NUMBER)
        return complain_cell(t, record, at, KK_TIDY_BAD_MY_NUMBER);
    if (!of_person(rule) || u->persons.count >= FEW_TEXTS ||
        kk_dict_find(&u->persons, record->fields[at]) >= 0)
        return 0;
    r = kk_dict_add(&u->persons, record->fields[at], &code);
    return r == 0 && u->persons.count == FEW_TEXTS
               ? complain_cell(t, record, at, KK_TIDY_BAD_PERSONAL)
               : r;
}

int kk_review_header(struct kk_tidy *t, const struct kk_csv_record *record)
{
    int r = 0;

    for (size_t i = 0; i < record->count && r == 0; i++) {
        for (size_t k = 0; k < KK_COUNT(person_headers) && r == 0; k++) {
            if (kk_slice_is(record->fields[i], person_headers[k]))
                r = complain_cell(t, record, i, KK_TIDY_BAD_PERSONAL);
        }
    }
    return r;
}
