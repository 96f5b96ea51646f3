/* Reference data in memory, and as rows (ref.h). [RF-1] [RF-2] [RF-3] */
#include "kukyoku/bundle/ref.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "kukyoku/error.h"

#include <stdio.h>
#include <stdlib.h>

#define REF_BYTES  (64u * 1024 * 1024)
#define ALWAYS     "-" /* the period of an entry without a day */
#define DAY_BYTES  10
#define PIECE_TEXT 24

/* --- the tables --- */
#define MUST true
#define MAY  false
#define FIELD_ROW(TABLE, NAME, name, type, max, need, en, ja)                                     \
    { name, en, ja, KK_REF_IS_##type, max, need },
#define FIELD_ONE(TABLE, NAME, name, type, max, need, en, ja) +1
#define TABLE_ROW(NAME, name, listed, dated, en, ja)                                              \
    { name, en, ja, listed, dated, { KK_REF_##NAME##_FIELDS(FIELD_ROW) },                         \
      0 KK_REF_##NAME##_FIELDS(FIELD_ONE) },
static const struct kk_ref_table_info tables[] = { KK_REF_TABLES(TABLE_ROW) };

const struct kk_ref_table_info *kk_ref_table_info(enum kk_ref_table table)
{
    return &tables[table];
}

enum kk_ref_table kk_ref_table_named(struct kk_slice name)
{
    size_t i = 0;

    while (i < KK_REF_TABLE_COUNT && !kk_slice_is(name, tables[i].name))
        i++;
    return (enum kk_ref_table)i;
}

size_t kk_ref_field_named(const struct kk_ref_table_info *table, struct kk_slice name)
{
    size_t i = 0;

    while (i < table->field_count && !kk_slice_is(name, table->fields[i].name))
        i++;
    return i;
}

const char *kk_ref_word(enum kk_ref_type list, size_t i, const char **ret_en, const char **ret_ja)
{
#define WORD_ROW(word, en, ja) word, en, ja,
#define LIST_ROW(NAME, words) case KK_REF_IS_##NAME: {                                            \
        static const char *const texts[] = { words(WORD_ROW) };                                   \
        if (3 * i >= KK_COUNT(texts))                                                             \
            return NULL;                                                                          \
        at = &texts[3 * i];                                                                       \
        break;                                                                                    \
    }
    const char *const *at = NULL;

    switch (list) {
        KK_REF_WORDS(LIST_ROW)
    case KK_REF_IS_TEXT:
    case KK_REF_IS_DATE:
    case KK_REF_IS_AREA:
    case KK_REF_IS_AREAS:
    case KK_REF_TYPE_COUNT:
        return NULL;
    }
    if (ret_en)
        *ret_en = at[1];
    if (ret_ja)
        *ret_ja = at[2];
    return at[0];
}

/* --- in memory --- */
void kk_ref_init(struct kk_ref *r)
{
    *r = (struct kk_ref){ 0 };
    kk_arena_init(&r->arena, REF_BYTES);
}

void kk_ref_fini(struct kk_ref *r)
{
    for (size_t i = 0; i < KK_REF_TABLE_COUNT; i++)
        kk_free(r->lists[i].items);
    kk_bytes_fini(&r->open);
    kk_arena_fini(&r->arena);
    *r = (struct kk_ref){ 0 };
}

bool kk_ref_empty(const struct kk_ref *r)
{
    size_t count = 0;

    for (size_t i = 0; i < KK_REF_TABLE_COUNT; i++)
        count += r->lists[i].count;
    return count == 0;
}

static int copy(struct kk_ref *r, struct kk_slice text, struct kk_slice *ret)
{
    struct kk_slice copied = text.len ? kk_arena_dup(&r->arena, text) : kk_slice("", 0);

    if (!copied.data)
        return KK_E_ROW_LIMIT;
    *ret = copied;
    return 0;
}

static int reserve(struct kk_ref_list *list)
{
    size_t cap = list->cap ? 2 * list->cap : 32;
    struct kk_ref_entry *items = list->items;

    if (list->count < list->cap)
        return 0;
    items = kk_realloc(items, cap * sizeof *items);
    if (!items)
        return KK_E_MEMORY;
    list->items = items;
    list->cap = cap;
    return 0;
}

int kk_ref_add(struct kk_ref *r, enum kk_ref_table table, struct kk_slice code,
               struct kk_slice from, struct kk_ref_entry **ret)
{
    struct kk_ref_list *list = &r->lists[table];
    struct kk_ref_entry entry = { .line = 0 };
    int e;

    if (code.len == 0 || code.len > KK_OBS_NAME_MAX || from.len > DAY_BYTES)
        return KK_E_ROW_LIMIT;
    e = kk_utf8_valid(code) && kk_utf8_valid(from) ? reserve(list) : KK_E_FORM;
    if (e == 0)
        e = copy(r, code, &entry.code);
    if (e == 0)
        e = copy(r, from, &entry.from);
    if (e < 0)
        return e;
    for (size_t i = 0; i < KK_REF_FIELDS_MAX; i++)
        entry.texts[i] = kk_slice("", 0);
    list->items[list->count] = entry;
    *ret = &list->items[list->count++];
    return 0;
}

int kk_ref_set(struct kk_ref *r, enum kk_ref_table table, struct kk_ref_entry *entry, size_t field,
               struct kk_slice text)
{
    kk_assert(field < tables[table].field_count);
    if (text.len > tables[table].fields[field].max)
        return KK_E_ROW_LIMIT;
    if (!kk_utf8_valid(text))
        return KK_E_FORM;
    return copy(r, text, &entry->texts[field]);
}

int kk_ref_copy(struct kk_ref *r, enum kk_ref_table table, const struct kk_ref *from)
{
    const struct kk_ref_list *list = &from->lists[table];
    int e = 0;

    r->lists[table].count = 0;
    for (size_t i = 0; i < list->count && e == 0; i++) {
        const struct kk_ref_entry *old = &list->items[i];
        struct kk_ref_entry *entry;

        e = kk_ref_add(r, table, old->code, old->from, &entry);
        for (size_t k = 0; k < tables[table].field_count && e == 0; k++)
            e = kk_ref_set(r, table, entry, k, old->texts[k]);
    }
    return e;
}

static int by_code(const void *a, const void *b)
{
    const struct kk_ref_entry *x = a, *y = b;
    int order = kk_slice_compare(x->code, y->code);

    return order ? order : kk_slice_compare(x->from, y->from);
}

void kk_ref_sort(struct kk_ref *r)
{
    for (size_t i = 0; i < KK_REF_TABLE_COUNT; i++) {
        if (r->lists[i].count)
            qsort(r->lists[i].items, r->lists[i].count, sizeof *r->lists[i].items, by_code);
    }
}

const struct kk_ref_entry *kk_ref_find(const struct kk_ref *r, enum kk_ref_table table,
                                       struct kk_slice code, struct kk_slice day)
{
    const struct kk_ref_list *list = &r->lists[table];
    size_t low = 0, high = list->count;

    while (low < high) { /* the first behind the code */
        size_t middle = (low + high) / 2;

        if (kk_slice_compare(list->items[middle].code, code) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low > 0 && kk_slice_equal(list->items[low - 1].code, code); low--) {
        const struct kk_ref_entry *e = &list->items[low - 1];

        if (day.len == 0 || kk_slice_compare(e->from, day) <= 0)
            return e;
    }
    return NULL;
}

/* --- out: rows by code, field, day, piece --- */
/* As much of the text as one row holds; a character is never cut. */
static size_t piece_len(struct kk_slice text)
{
    size_t len = text.len;

    if (len <= KK_OBS_TEXT_MAX)
        return len;
    len = KK_OBS_TEXT_MAX;
    while ((text.data[len] & 0xc0) == 0x80)
        len--;
    return len;
}

struct giving {
    int (*fn)(void *user, const struct kk_obs *row);
    void *user;
    struct kk_obs row; /* table, code and field stand in it already */
};

/* "2019-05-01" for the first piece, "2019-05-01/0002" …: pieces stay together, in order. */
static int give_text(struct giving *g, struct kk_slice from, struct kk_slice text)
{
    char period[PIECE_TEXT];
    int e = 0;

    for (unsigned n = 1; text.len > 0 && e == 0; n++) {
        size_t len = piece_len(text);
        int chars = snprintf(period, sizeof period, "%.*s", from.len ? (int)from.len : 1,
                             from.len ? (const char *)from.data : ALWAYS);

        if (n > 1)
            snprintf(period + chars, sizeof period - (size_t)chars, "/%04u", n);
        g->row.period = kk_slice_text(period);
        g->row.note = kk_slice(text.data, len);
        e = g->fn(g->user, &g->row);
        text = kk_slice(text.data + len, text.len - len);
    }
    return e;
}

static int by_name(const void *a, const void *b)
{
    const struct kk_ref_field *x = *(const struct kk_ref_field *const *)a;
    const struct kk_ref_field *y = *(const struct kk_ref_field *const *)b;

    return strcmp(x->name, y->name);
}

static int give_table(struct giving *g, const struct kk_ref_table_info *table,
                      const struct kk_ref_list *list)
{
    const struct kk_ref_field *fields[KK_REF_FIELDS_MAX];
    int e = 0;

    for (size_t i = 0; i < table->field_count; i++)
        fields[i] = &table->fields[i];
    qsort(fields, table->field_count, sizeof *fields, by_name);
    g->row.indicator = kk_slice_text(table->name);
    for (size_t i = 0, end; i < list->count && e == 0; i = end) {
        for (end = i + 1; end < list->count; end++) {
            if (!kk_slice_equal(list->items[i].code, list->items[end].code))
                break;
        }
        g->row.area = list->items[i].code;
        for (size_t k = 0; k < (end - i) * table->field_count && e == 0; k++) {
            const struct kk_ref_field *field = fields[k / (end - i)];
            const struct kk_ref_entry *entry = &list->items[i + k % (end - i)];

            g->row.breakdown = kk_slice_text(field->name);
            e = give_text(g, entry->from, entry->texts[field - table->fields]);
        }
    }
    return e;
}

int kk_ref_each(const struct kk_ref *r, int (*fn)(void *user, const struct kk_obs *row),
                void *user)
{
    const struct kk_slice none = kk_slice("", 0);
    struct giving g = { fn, user, { .missing = KK_MISSING_NOTHING, .unit = none, .status = none,
                                    .method = none, .source = none } };
    int e = 0;

    for (size_t i = 0; i < KK_REF_TABLE_COUNT && e == 0; i++)
        e = give_table(&g, &tables[i], &r->lists[i]);
    return e;
}

/* --- in --- */
/* The text that was being read is whole. */
static int close_text(struct kk_ref *r)
{
    struct kk_ref_entry *entry;
    int e;

    if (r->pieces == 0)
        return 0;
    entry = &r->lists[r->open_table].items[r->open_entry];
    e = kk_ref_set(r, r->open_table, entry, r->open_field, kk_bytes_slice(&r->open));
    kk_bytes_clear(&r->open);
    r->pieces = 0;
    return e == KK_E_ROW_LIMIT || e == KK_E_FORM ? KK_E_BUNDLE : e;
}

/* "2019-05-01/0002": the day and the number of the piece; false for anything else. */
static bool read_period(struct kk_slice period, struct kk_slice *ret_from, size_t *ret_piece)
{
    const uint8_t *slash = period.len ? memchr(period.data, '/', period.len) : NULL;
    size_t len = slash ? (size_t)(slash - period.data) : period.len;
    size_t piece = slash ? 0 : 1;

    for (size_t i = len + 1; i < period.len; i++) {
        if (period.data[i] < '0' || period.data[i] > '9')
            return false;
        piece = 10 * piece + (size_t)(period.data[i] - '0');
    }
    if ((slash && (period.len != len + 5 || piece < 2)) || len == 0 || len > DAY_BYTES)
        return false;
    *ret_from = kk_slice(period.data, len);
    if (kk_slice_is(*ret_from, ALWAYS))
        *ret_from = kk_slice("", 0);
    *ret_piece = piece;
    return true;
}

/* Rows of one code stand together, so that the entry is among the last ones. */
static int entry_of(struct kk_ref *r, enum kk_ref_table table, const struct kk_obs *row,
                    struct kk_slice from)
{
    struct kk_ref_list *list = &r->lists[table];
    struct kk_ref_entry *entry;
    size_t i = list->count;
    int e;

    for (; i > 0 && kk_slice_equal(list->items[i - 1].code, row->area); i--) {
        if (kk_slice_equal(list->items[i - 1].from, from))
            break;
    }
    if (i > 0 && kk_slice_equal(list->items[i - 1].code, row->area)) {
        r->open_entry = i - 1;
        return 0;
    }
    e = kk_ref_add(r, table, row->area, from, &entry);
    r->open_entry = list->count - 1;
    return e == KK_E_FORM ? KK_E_BUNDLE : e;
}

static int take_first(struct kk_ref *r, enum kk_ref_table table, const struct kk_obs *row,
                      struct kk_slice from)
{
    size_t field = kk_ref_field_named(&tables[table], row->breakdown);
    int e;

    if (field == tables[table].field_count) {
        r->strange++;
        return 0;
    }
    e = entry_of(r, table, row, from);
    if (e < 0)
        return e;
    if (r->lists[table].items[r->open_entry].texts[field].len > 0)
        return KK_E_BUNDLE;
    r->open_table = table;
    r->open_field = field;
    r->pieces = 1;
    return kk_bytes_append_slice(&r->open, row->note);
}

/* Does the row go on with the text at hand? */
static bool goes_on(const struct kk_ref *r, enum kk_ref_table table, const struct kk_obs *row,
                    struct kk_slice from)
{
    const struct kk_ref_entry *entry;

    if (r->pieces == 0 || table != r->open_table)
        return false;
    entry = &r->lists[table].items[r->open_entry];
    return kk_slice_equal(entry->code, row->area) && kk_slice_equal(entry->from, from) &&
           kk_slice_is(row->breakdown, tables[table].fields[r->open_field].name);
}

static int take_next(struct kk_ref *r, struct kk_slice text, size_t piece)
{
    size_t max = tables[r->open_table].fields[r->open_field].max;

    if (piece != r->pieces + 1 || r->open.len + text.len > max)
        return KK_E_BUNDLE;
    r->pieces = piece;
    return kk_bytes_append_slice(&r->open, text);
}

int kk_ref_take(void *ref, const struct kk_obs *row)
{
    struct kk_ref *r = ref;
    enum kk_ref_table table = kk_ref_table_named(row->indicator);
    struct kk_slice from;
    size_t piece;
    int e;

    if (table == KK_REF_TABLE_COUNT) {
        r->strange++;
        return close_text(r);
    }
    if (row->missing != KK_MISSING_NOTHING || row->note.len == 0 ||
        !read_period(row->period, &from, &piece))
        return KK_E_BUNDLE;
    if (piece > 1 && goes_on(r, table, row, from))
        return take_next(r, row->note, piece);
    e = close_text(r);
    if (e < 0)
        return e;
    if (piece == 1)
        return take_first(r, table, row, from);
    if (kk_ref_field_named(&tables[table], row->breakdown) < tables[table].field_count)
        return KK_E_BUNDLE;
    r->strange++;
    return 0;
}

int kk_ref_done(struct kk_ref *r)
{
    int e = close_text(r);

    kk_ref_sort(r);
    return e;
}
