/* Reading a mapping (mapping.h). [IM-8] */
#include "import/mapping.h"

#include "kukyoku/base/alloc.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>

#define ARENA_BYTES    (1024 * 1024)
#define LINE_MAX_BYTES 190

void kk_mapping_header(struct kk_slice text, char ret[KK_MAPPING_HEADER])
{
    size_t len = 0;

    for (size_t i = 0; i < text.len && len + 1 < KK_MAPPING_HEADER; i++) {
        const uint8_t *c = text.data + i;

        if (text.len - i >= 3 && memcmp(c, "　", 3) == 0)
            i += 2;
        else if (*c > ' ' && *c != ':' && *c != '=' && *c != 0x7f)
            ret[len++] = (char)*c;
    }
    ret[len] = 0;
}

bool kk_mapping_next_column(const char *text, size_t *at, char ret[KK_MAPPING_HEADER])
{
    const char *open = strchr(text + *at, '{'), *close = open ? strchr(open, '}') : NULL;

    if (!close)
        return false;
    kk_mapping_header(kk_slice(open + 1, (size_t)(close - open - 1)), ret);
    *at = (size_t)(close - text) + 1;
    return true;
}

const char *kk_mapping_lookup(const struct kk_mapping_pair *list, size_t count,
                              struct kk_slice key)
{
    for (size_t i = 0; i < count; i++) {
        if (kk_slice_is(key, list[i].key))
            return list[i].text;
    }
    return NULL;
}

/* --- lines --- */
struct reading {
    struct kk_mapping *m;
    const char *en, *ja; /* of the first line that was refused */
    int fault;
};

static int refuse(struct reading *rd, const char *en, const char *ja)
{
    if (!rd->en) {
        rd->en = en;
        rd->ja = ja;
        rd->fault = KK_E_MAPPING;
    }
    return 0; /* inih's word for "this line is wrong" */
}

static const char *keep(struct reading *rd, const char *text)
{
    struct kk_slice kept = kk_arena_dup(&rd->m->arena, kk_slice(text, strlen(text) + 1));

    if (!kept.data)
        rd->fault = KK_E_MEMORY;
    return (const char *)kept.data;
}

static enum kk_tidy_column column_named(const char *name)
{
    size_t i = 0;

    while (i < KK_TIDY_COLUMN_COUNT && strcmp(kk_tidy_column_name((enum kk_tidy_column)i), name))
        i++;
    return (enum kk_tidy_column)i;
}

static int take_table(struct reading *rd, const char *key, const char *value)
{
    static const char *const rests[] = { "refuse", "ignore", "period", "indicator" };
    char *end;

    if (strcmp(key, "name") == 0) {
        snprintf(rd->m->name, sizeof rd->m->name, "%.*s", KK_MAPPING_NAME - 1, value);
        return 1;
    }
    if (strcmp(key, "header") == 0) {
        rd->m->header = strtoull(value, &end, 10);
        return end != value && *end == 0 && rd->m->header > 0
                   ? 1
                   : refuse(rd, "header is the number of a line", "header は行の番号です");
    }
    for (size_t i = 0; strcmp(key, "rest") == 0 && i < KK_COUNT(rests); i++) {
        if (strcmp(value, rests[i]) == 0) {
            rd->m->rest = (enum kk_mapping_rest)i;
            return 1;
        }
    }
    return refuse(rd, "[table] has name, header and rest (refuse, ignore, period, indicator)",
                  "[table] は name, header, rest（refuse, ignore, period, indicator）です");
}

static int take_row(struct reading *rd, const char *key, const char *value)
{
    enum kk_tidy_column column = column_named(key);
    const char *before = column < KK_TIDY_COLUMN_COUNT ? rd->m->row[column] : NULL;
    char joined[KK_OBS_TEXT_MAX + 2];

    if (strcmp(key, "area_name") == 0) {
        rd->m->area_name = keep(rd, value);
        return 1;
    }
    if (column == KK_TIDY_COLUMN_COUNT || column == KK_TIDY_VALUE)
        return refuse(rd, "[row] has the columns of a release but value, and area_name",
                      "[row] は value を除く版の列名と area_name です");
    /* A line that begins with a space goes on where the line before ended. */
    snprintf(joined, sizeof joined, "%s%s", before ? before : "", value);
    rd->m->row[column] = keep(rd, joined);
    return 1;
}

/* "indicator=x, breakdown=sex=m": parted by a comma and a space. */
static int take_value(struct reading *rd, const char *key, const char *value)
{
    struct kk_mapping_value *v = &rd->m->values[rd->m->value_count];
    char header[KK_MAPPING_HEADER], part[KK_MAPPING_HEADER];

    if (rd->m->value_count == KK_MAPPING_ITEMS)
        return refuse(rd, "more than 512 columns", "列が512を超えています");
    kk_mapping_header(kk_slice_text(key), header);
    for (size_t i = 0; i < rd->m->value_count; i++) {
        if (strcmp(rd->m->values[i].header, header) == 0)
            return refuse(rd, "this column stands twice", "同じ列が二度書かれています");
    }
    v->header = keep(rd, header);
    while (*value) {
        const char *end = strstr(value, ", ");
        size_t len = end ? (size_t)(end - value) : strlen(value);
        char *equals;

        snprintf(part, sizeof part, "%.*s", (int)len, value);
        equals = strchr(part, '=');
        if (equals)
            *equals = 0;
        enum kk_tidy_column column = column_named(part);
        if (!equals || column == KK_TIDY_COLUMN_COUNT || column == KK_TIDY_VALUE ||
            column == KK_TIDY_MISSING)
            return refuse(rd, "[values] says COLUMN = name=text, name=text",
                          "[values] は「列名 = 項目=内容, 項目=内容」と書きます");
        v->set[column] = keep(rd, equals + 1);
        value += len + (end ? 2 : 0);
    }
    rd->m->value_count++;
    return 1;
}

static int take_pair(struct reading *rd, struct kk_mapping_pair *list, size_t *count,
                     const struct kk_mapping_pair *pair)
{
    if (*count == KK_MAPPING_ITEMS)
        return refuse(rd, "more than 512 lines", "512行を超えています");
    list[(*count)++] = (struct kk_mapping_pair){ keep(rd, pair->key), keep(rd, pair->text) };
    return 1;
}

static int on_line(void *user, const char *section, const char *key, const char *value)
{
    struct reading *rd = user;
    const struct kk_mapping_pair pair = { key, value };
    enum kk_missing missing;

    if (strcmp(section, "table") == 0)
        return take_table(rd, key, value);
    if (strcmp(section, "row") == 0)
        return take_row(rd, key, value);
    if (strcmp(section, "values") == 0)
        return take_value(rd, key, value);
    if (strcmp(section, "words") == 0)
        return take_pair(rd, rd->m->words, &rd->m->word_count, &pair);
    if (strcmp(section, "symbols") != 0)
        return refuse(rd, "sections are table, row, values, words, symbols",
                      "区分は table, row, values, words, symbols です");
    if (!kk_missing_parse(kk_slice_text(value), &missing))
        return refuse(rd, "a symbol means n, u or x", "記号の意味は n, u, x のいずれかです");
    return take_pair(rd, rd->m->symbols, &rd->m->symbol_count, &pair);
}

/* --- all of it --- */
static struct kk_mapping *new_mapping(const char *name)
{
    struct kk_mapping *m = kk_alloc(sizeof *m);

    if (!m)
        return NULL;
    kk_arena_init(&m->arena, ARENA_BYTES);
    m->header = 1;
    snprintf(m->name, sizeof m->name, "%.*s", KK_MAPPING_NAME - 1, name);
    m->values = kk_alloc_array(KK_MAPPING_ITEMS, sizeof *m->values);
    m->words = kk_alloc_array(KK_MAPPING_ITEMS, sizeof *m->words);
    m->symbols = kk_alloc_array(KK_MAPPING_ITEMS, sizeof *m->symbols);
    if (m->values && m->words && m->symbols)
        return m;
    kk_mapping_free(m);
    return NULL;
}

void kk_mapping_free(struct kk_mapping *m)
{
    if (!m)
        return;
    kk_free(m->values);
    kk_free(m->words);
    kk_free(m->symbols);
    kk_arena_fini(&m->arena);
    kk_free(m);
}

/* inih takes lines of 200 bytes, and the rest of a longer one for a line of its own; 0: all fit. */
static int long_line(struct kk_slice text)
{
    int line = 1;
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        bool end = text.data[i] == '\n';

        len = end ? 0 : len + 1;
        if (len > LINE_MAX_BYTES)
            return line;
        line += end;
    }
    return 0;
}

int kk_mapping_read(struct kk_slice text, const char *name, struct kk_mapping **ret,
                    struct kk_error *err)
{
    KK_AUTO_FREE(kk_mapping) struct kk_mapping *m = new_mapping(name);
    struct reading rd = { .m = m };
    char where[KK_ERROR_WHERE_MAX], *copy;
    int line;

    if (!m)
        return KK_E_MEMORY;
    copy = kk_text_dup((const char *)text.data, text.len);
    if (!copy)
        return KK_E_MEMORY;
    line = long_line(text);
    if (line > 0)
        kk_ignore(refuse(&rd, "a line has at most 190 bytes; the next may begin with a space",
                         "一行は190バイトまでです（続きは空白で始めた次の行に書けます）"));
    else
        line = ini_parse_string(copy, on_line, &rd);
    kk_free(copy);
    snprintf(where, sizeof where, "%.80s:%d", name, line);
    if (rd.fault == KK_E_MEMORY)
        return KK_E_MEMORY;
    if (line != 0)
        return kk_error_text(err, KK_E_MAPPING, where,
                             rd.en ? rd.en : "neither [section] nor name = text",
                             rd.ja ? rd.ja : "[区分] でも「名前 = 内容」でもありません");
    if (m->value_count == 0 && m->rest != KK_REST_PERIOD && m->rest != KK_REST_INDICATOR)
        return kk_error_text(err, KK_E_MAPPING, name, "no column of figures: [values] is empty",
                             "数値の列がありません（[values] が空です）");
    *ret = KK_STEAL(m);
    return 0;
}
