/* INI by inih; every key by a table. A line that is refused says why, once. [DM-15] */
#include "kukyoku/conf/conf.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/bytes.h"
#include "kukyoku/base/text.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    const struct kk_conf_table *table;
    struct kk_conf *settings;
    const char *main;
    struct kk_slice rest; /* of the text */
    int line;
    char why[KK_ERROR_DETAIL_MAX], why_ja[KK_ERROR_DETAIL_MAX]; /* of the first refused line */
    int fault;
};

/* inih's word for "this line is wrong" is 0. */
#define REFUSE(rd, en, ja, ...)                                                                   \
    ((rd)->why[0] ? 0                                                                             \
                  : (snprintf((rd)->why, sizeof((rd)->why), en, __VA_ARGS__),                     \
                     snprintf((rd)->why_ja, sizeof((rd)->why_ja), ja, __VA_ARGS__), 0))

static void *member(const struct kk_conf *s, const struct kk_conf_row *row)
{
    return (char *)s + row->offset;
}

/* --- names --- */

static const struct kk_conf_row *find(const struct kk_conf_table *t, const char *section,
                                     const char *key)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->rows[i].section, section) == 0 && (!key || strcmp(t->rows[i].key, key) == 0))
            return &t->rows[i];
    }
    return NULL;
}

struct names {
    const struct kk_conf_table *table;
    const char *section;
};

static const char *key_at(const void *list, size_t i)
{
    const struct names *n = list;

    for (size_t k = 0; k < n->table->count; k++) {
        if (strcmp(n->table->rows[k].section, n->section) == 0 && i-- == 0)
            return n->table->rows[k].key;
    }
    return NULL;
}

static const char *section_at(const void *list, size_t i)
{
    const struct kk_conf_table *t = ((const struct names *)list)->table;

    for (size_t k = 0; k < t->count; k++) {
        bool first = k == 0 || strcmp(t->rows[k].section, t->rows[k - 1].section) != 0;

        if (first && i-- == 0)
            return t->rows[k].section;
    }
    return NULL;
}

/* Settings are read by many and copied about. */
static bool looks_secret(const char *key)
{
    static const char *const words[] = { "passphrase", "password", "secret", "token" };
    bool found = false;

    for (size_t i = 0; i < KK_COUNT(words); i++)
        found = found || strstr(key, words[i]) != NULL;
    return found;
}

static int unknown_key(struct reading *rd, const char *section, const char *key)
{
    struct names names = { rd->table, section };
    const char *near = kk_text_nearest(key, key_at, &names), *other;

    if (looks_secret(key))
        return REFUSE(rd, "\"%s\": a secret never stands in a settings file; keys lie in files of "
                          "their own", "\"%s\": 秘密は設定ファイルに書けません。鍵は専用のファイルに置きます",
                      key);
    for (size_t i = 0; !near && (other = section_at(&names, i)); i++) {
        if (find(rd->table, other, key))
            return REFUSE(rd, "the key \"%s\" belongs to [%s]", "\"%s\" は [%s] の設定です", key, other);
    }
    return near ? REFUSE(rd, "unknown key \"%s\"; did you mean \"%s\"?",
                         "\"%s\" という設定はありません。\"%s\" ではありませんか", key, near)
                : REFUSE(rd, "unknown key \"%s\"", "\"%s\" という設定はありません", key);
}

static int unknown_section(struct reading *rd, const char *section)
{
    struct names names = { rd->table, section };
    const char *near = kk_text_nearest(section, section_at, &names), *other;
    char all[KK_ERROR_DETAIL_MAX / 2] = "";

    if (near)
        return REFUSE(rd, "unknown section [%s]; did you mean [%s]?",
                      "[%s] という区分はありません。[%s] ではありませんか", section, near);
    for (size_t i = 0; (other = section_at(&names, i)); i++)
        snprintf(all + strlen(all), sizeof(all) - strlen(all), " [%s]", other);
    return REFUSE(rd, "unknown section [%s]; there are%s", "[%s] という区分はありません。あるのは%s です",
                  section, all);
}

/* --- values --- */

static int no_memory(struct reading *rd)
{
    rd->fault = KK_E_MEMORY;
    return 0;
}

static int set_text(struct reading *rd, const struct kk_conf_row *row, const char *value)
{
    char **to = member(rd->settings, row);

    kk_free(KK_STEAL(*to));
    if (!value[0])
        return 1;
    *to = kk_text_dup(value, strlen(value));
    return *to ? 1 : no_memory(rd);
}

/* Relative paths start at the folder of the main file. */
static int set_path(struct reading *rd, const struct kk_conf_row *row, const char *value)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes path = { 0 };
    const char *slash = strrchr(rd->main, '/');
    int r = 0;

    if (!value[0] && row->type == KK_CONF_PATH)
        return REFUSE(rd, "%s: a path is needed", "%s: パスが必要です", row->key);
    if (value[0] && value[0] != '/' && slash)
        r = kk_bytes_append(&path, rd->main, (size_t)(slash - rd->main) + 1);
    if (r == 0)
        r = kk_bytes_append(&path, value, strlen(value) + 1);
    return r == 0 ? set_text(rd, row, (const char *)path.data) : no_memory(rd);
}

static int set_int(struct reading *rd, const struct kk_conf_row *row, const char *value)
{
    char *end;
    long long number;

    errno = 0;
    number = strtoll(value, &end, 10);
    if (errno || *end || end == value || number < row->lo || number > row->hi)
        return REFUSE(rd, "%s: a number in %lld … %lld is needed", "%s: %lld … %lld の数が必要です",
                      row->key, (long long)row->lo, (long long)row->hi);
    *(int64_t *)member(rd->settings, row) = number;
    return 1;
}

static int set_bool(struct reading *rd, const struct kk_conf_row *row, const char *value)
{
    bool yes = strcmp(value, "yes") == 0;

    if (!yes && strcmp(value, "no") != 0)
        return REFUSE(rd, "%s: \"yes\" or \"no\" is needed", "%s: yes か no が必要です", row->key);
    *(int64_t *)member(rd->settings, row) = yes;
    return 1;
}

static void drop_list(struct kk_conf_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        kk_free(list->items[i]);
    list->count = 0;
}

static int set_list(struct reading *rd, const struct kk_conf_row *row, const char *value)
{
    struct kk_conf_list *list = member(rd->settings, row);

    if (rd->settings->at[row - rd->table->rows].file != rd->settings->file_count)
        drop_list(list); /* the list of a later file takes the place of an earlier one's */
    if (list->count == KK_CONF_LIST_MAX)
        return REFUSE(rd, "%s: too many of them", "%s: 多すぎます", row->key);
    list->lines[list->count] = rd->line;
    list->items[list->count] = kk_text_dup(value, strlen(value));
    if (!list->items[list->count])
        return no_memory(rd);
    list->count++;
    return 1;
}

/* What tells without asking who it is must not be reached from elsewhere. */
static int set_local(struct reading *rd, const struct kk_conf_row *row, const char *value)
{
    const char *port = strncmp(value, "127.0.0.1:", 10) == 0 ? value + 10
                       : strncmp(value, "[::1]:", 6) == 0    ? value + 6
                                                             : NULL;
    char *end = NULL;
    long number = port && *port >= '0' && *port <= '9' ? strtol(port, &end, 10) : -1;

    if (value[0] && (number < 0 || number > 65535 || *end))
        return REFUSE(rd, "%s: 127.0.0.1:PORT or [::1]:PORT is needed, not \"%s\"",
                      "%s: 127.0.0.1:ポート か [::1]:ポート が必要です（\"%s\" は使えません）", row->key,
                      value);
    return set_text(rd, row, value);
}

static int set(struct reading *rd, const struct kk_conf_row *row, const char *value)
{
    switch (row->type) {
    case KK_CONF_PATH:
    case KK_CONF_FILE:
        return set_path(rd, row, value);
    case KK_CONF_INT:
        return set_int(rd, row, value);
    case KK_CONF_BOOL:
        return set_bool(rd, row, value);
    case KK_CONF_LOCAL:
        return set_local(rd, row, value);
    case KK_CONF_LIST:
        break;
    }
    return set_list(rd, row, value);
}

/* --- lines --- */

static int on_line(void *user, const char *section, const char *key, const char *value)
{
    struct reading *rd = user;
    const struct kk_conf_row *row = find(rd->table, section, key);
    struct kk_conf_at *at = row ? &rd->settings->at[row - rd->table->rows] : NULL;
    int good;

    if (!find(rd->table, section, NULL))
        return unknown_section(rd, section);
    if (!row)
        return unknown_key(rd, section, key);
    if (at->file == rd->settings->file_count && row->type != KK_CONF_LIST)
        return REFUSE(rd, "\"%s\" is given twice", "\"%s\" が二度あります", key);
    good = set(rd, row, value);
    *at = (struct kk_conf_at){ (unsigned)rd->settings->file_count, rd->line };
    return good;
}

/* The next line with its end, taken off; empty at the end of the text. */
static struct kk_slice take_line(struct kk_slice *rest)
{
    const uint8_t *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;
    struct kk_slice line = *rest;

    if (end)
        line.len = (size_t)(end - rest->data) + 1;
    if (line.len > 0) /* an empty text may have no bytes at all */
        *rest = kk_slice(rest->data + line.len, rest->len - line.len);
    return line;
}

static bool is_comment(struct kk_slice line)
{
    size_t i = 0;

    while (i < line.len && (line.data[i] == ' ' || line.data[i] == '\t'))
        i++;
    return i < line.len && (line.data[i] == ';' || line.data[i] == '#');
}

/* As fgets gives it, counted. A comment may be longer than inih's buffer: it is not shown to it. */
static char *next_line(char *ret, int size, void *stream)
{
    struct reading *rd = stream;
    struct kk_slice line = take_line(&rd->rest);

    if (line.len == 0)
        return NULL;
    if (is_comment(line))
        line = kk_slice_text("\n");
    kk_assert(line.len < (size_t)size); /* the text was looked at before */
    memcpy(ret, line.data, line.len);
    ret[line.len] = '\0';
    rd->line++;
    return ret;
}

/* The line that is longer than inih's buffer; 0: none. */
static int too_long(struct kk_slice text)
{
    int number = 0;

    while (text.len > 0) {
        struct kk_slice line = take_line(&text);

        number++;
        if (line.len > KK_CONF_LINE_MAX && !is_comment(line))
            return number;
    }
    return 0;
}

static int refuse_at(const char *path, int line, struct kk_error *err, const char *en,
                     const char *ja)
{
    char where[KK_ERROR_WHERE_MAX];

    snprintf(where, sizeof(where), "%s:%d", path, line);
    return kk_error_text(err, KK_E_CONFIG, where, en, ja);
}

static int no_room(const char *path, struct kk_error *err)
{
    return kk_error_say(err, KK_E_MEMORY, path, "out of memory", "メモリ不足です");
}

static int note_file(struct kk_conf *s, const char *path, struct kk_error *err)
{
    if (s->file_count == KK_CONF_FILES_MAX)
        return kk_error_say(err, KK_E_CONFIG, path, "there are more than %d settings files",
                            "設定ファイルが %d を超えています", KK_CONF_FILES_MAX);
    s->files[s->file_count] = kk_text_dup(path, strlen(path));
    if (!s->files[s->file_count])
        return no_room(path, err);
    s->file_count++;
    return 0;
}

int kk_conf_read(const struct kk_conf_table *t, struct kk_conf *s, const struct kk_conf_file *file,
                 struct kk_error *err)
{
    struct reading rd = { .table = t, .settings = s, .main = file->main, .rest = file->text };
    int line = too_long(file->text);

    if (!kk_utf8_valid(file->text))
        return kk_error_say(err, KK_E_CONFIG, file->path, "it is no UTF-8 text",
                            "UTF-8 のテキストではありません");
    if (line)
        return refuse_at(file->path, line, err, "the line is too long", "行が長すぎます");
    int r = note_file(s, file->path, err);
    if (r < 0)
        return r;
    line = ini_parse_stream(next_line, &rd, on_line, &rd);
    if (rd.fault || line < 0)
        return no_room(file->path, err);
    if (line == 0)
        return 0;
    if (!rd.why[0])
        return refuse_at(file->path, line, err, "not \"key = value\", \"[section]\" or a comment",
                         "「名前 = 値」「[区分]」注釈のどれでもありません");
    return refuse_at(file->path, line, err, rd.why, rd.why_ja);
}

/* --- the whole --- */

int kk_conf_default(const struct kk_conf_table *t, struct kk_conf *s)
{
    struct reading rd = { .table = t, .settings = s, .main = "" };

    kk_assert(t->count <= KK_CONF_ROWS_MAX);
    for (size_t i = 0; i < t->count; i++) {
        const struct kk_conf_row *row = &t->rows[i];
        bool number = row->type == KK_CONF_INT || row->type == KK_CONF_BOOL;

        if (number && !set(&rd, row, row->otherwise))
            return rd.fault ? rd.fault : KK_E_CONFIG;
    }
    return 0;
}

static bool is_missing(const struct kk_conf *s, const struct kk_conf_row *row)
{
    if (row->type == KK_CONF_LIST)
        return ((const struct kk_conf_list *)member(s, row))->count < (size_t)row->lo;
    return row->type == KK_CONF_PATH && !*(char *const *)member(s, row);
}

int kk_conf_whole(const struct kk_conf_table *t, const struct kk_conf *s,
                      const char *path, struct kk_error *err)
{
    for (size_t i = 0; i < t->count; i++) {
        if (is_missing(s, &t->rows[i]))
            return kk_error_say(err, KK_E_CONFIG, path, "the key \"%s\" is missing",
                                "設定 \"%s\" がありません", t->rows[i].key);
    }
    return 0;
}

bool kk_conf_is_file(const char *name)
{
    return name[0] != '.' && kk_text_ends(name, ".ini");
}

void kk_conf_fini(const struct kk_conf_table *t, struct kk_conf *s)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct kk_conf_row *row = &t->rows[i];

        if (row->type == KK_CONF_LIST)
            drop_list(member(s, row));
        else if (row->type != KK_CONF_INT && row->type != KK_CONF_BOOL)
            kk_free(KK_STEAL(*(char **)member(s, row)));
    }
    for (size_t i = 0; i < s->file_count; i++)
        kk_free(s->files[i]);
    *s = (struct kk_conf){ .file_count = 0 };
}

/* --- showing --- */

static const char *file_of(const struct kk_conf *s, struct kk_conf_at at)
{
    return at.file ? s->files[at.file - 1] : NULL;
}

static int show_list(const struct kk_conf *s, struct kk_conf_shown *shown,
                     kk_conf_show_fn *fn, void *user)
{
    const struct kk_conf_list *list = member(s, shown->setting);
    int r = 0;

    for (size_t i = 0; i < list->count && r == 0; i++) {
        shown->value = list->items[i];
        shown->line = list->lines[i];
        r = fn(user, shown);
    }
    return r;
}

int kk_conf_each(const struct kk_conf_table *t, const struct kk_conf *s,
                     kk_conf_show_fn *fn, void *user)
{
    char number[24];
    int r = 0;

    for (size_t i = 0; i < t->count && r == 0; i++) {
        const struct kk_conf_row *row = &t->rows[i];
        const void *at = member(s, row);
        struct kk_conf_shown shown = { row, number, file_of(s, s->at[i]), s->at[i].line };

        if (row->type == KK_CONF_INT)
            snprintf(number, sizeof(number), "%lld", (long long)*(const int64_t *)at);
        else if (row->type == KK_CONF_BOOL)
            shown.value = *(const int64_t *)at ? "yes" : "no";
        else if (row->type != KK_CONF_LIST)
            shown.value = *(char *const *)at ? *(char *const *)at : "";
        r = row->type == KK_CONF_LIST ? show_list(s, &shown, fn, user) : fn(user, &shown);
    }
    return r;
}
