/* Reading kukyokud.ini and conf.d with inih; every key by the table of settings.def. [DM-15] */
#include "config/config.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/bytes.h"
#include "kukyoku/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>

enum setting_type { TYPE_PATH, TYPE_INT, TYPE_LIST, TYPE_LOCAL };
#define SETTING_ROW(section, key, TYPE, member, lo, hi, otherwise, en, ja)                        \
    { #section, #key, TYPE_##TYPE, offsetof(struct kk_config, member), lo, hi, otherwise },
static const struct setting {
    const char *section, *key;
    enum setting_type type;
    size_t offset;
    int64_t lo, hi;
    const char *otherwise;
} settings[] = { KK_SETTINGS(SETTING_ROW) };

struct reading {
    struct kk_config *config;
    const char *main, *path; /* paths start at the folder of main; path: what is being read */
    FILE *file;
    int line;
    bool in_line; /* a long one comes in several pieces */
    char why[KK_ERROR_DETAIL_MAX]; /* of the first line that was refused */
    int fault;
};

static int refuse(struct reading *rd, const char *format, const char *a, const char *b)
{
    if (!rd->why[0]) {
        snprintf(rd->why, sizeof(rd->why), format, a, b);
        rd->fault = KK_E_CONFIG;
    }
    return 0; /* inih's word for "this line is wrong" */
}

static const struct setting *find(const char *section, const char *key)
{
    for (size_t i = 0; i < KK_COUNT(settings); i++) {
        if (strcmp(settings[i].section, section) == 0 && strcmp(settings[i].key, key) == 0)
            return &settings[i];
    }
    return NULL;
}

static bool section_known(const char *section)
{
    bool known = false;

    for (size_t i = 0; i < KK_COUNT(settings); i++)
        known = known || strcmp(settings[i].section, section) == 0;
    return known;
}

static const char *key_at(const void *section, size_t i)
{
    for (size_t k = 0; k < KK_COUNT(settings); k++) {
        if (strcmp(settings[k].section, section) == 0 && i-- == 0)
            return settings[k].key;
    }
    return NULL;
}

/* Rows of a section stand together. */
static const char *section_at(const void *unused, size_t i)
{
    (void)unused;
    for (size_t k = 0; k < KK_COUNT(settings); k++) {
        bool first = k == 0 || strcmp(settings[k].section, settings[k - 1].section) != 0;

        if (first && i-- == 0)
            return settings[k].section;
    }
    return NULL;
}

/* Relative paths start at the folder of the settings file. */
static char *path_of(const char *file, const char *value)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes path = { 0 };
    const char *slash = strrchr(file, '/');
    int r = 0;

    if (value[0] != '/' && slash)
        r = kk_bytes_append(&path, file, (size_t)(slash - file) + 1);
    if (r == 0)
        r = kk_bytes_append_text(&path, value);
    return r == 0 ? kk_text_dup((const char *)path.data, path.len) : NULL;
}

static int set_int(struct reading *rd, const struct setting *s, const char *value)
{
    int64_t *member = (int64_t *)(void *)((char *)rd->config + s->offset);
    char *end, range[64];
    long long number;

    errno = 0;
    number = strtoll(value, &end, 10);
    if (errno || *end || end == value || number < s->lo || number > s->hi) {
        snprintf(range, sizeof(range), "%lld … %lld", (long long)s->lo, (long long)s->hi);
        return refuse(rd, "%s: a number in %s is needed", s->key, range);
    }
    *member = number;
    return 1;
}

static void drop_list(struct kk_config *c)
{
    for (size_t i = 0; i < c->listen_count; i++)
        kk_free(c->listen[i]);
    c->listen_count = 0;
}

static int set_list(struct reading *rd, const struct setting *s, const char *value)
{
    struct kk_config *c = rd->config;

    if (c->at[s - settings].file != c->file_count)
        drop_list(c); /* the list of a later file takes the place of an earlier one's */
    c->listen_lines[c->listen_count % KK_CONFIG_LISTEN_MAX] = rd->line;
    if (c->listen_count == KK_CONFIG_LISTEN_MAX)
        return refuse(rd, "%s: too many of them%s", s->key, "");
    c->listen[c->listen_count] = kk_text_dup(value, strlen(value));
    if (!c->listen[c->listen_count])
        rd->fault = KK_E_MEMORY;
    else
        c->listen_count++;
    return rd->fault == 0;
}

static int set_path(struct reading *rd, const struct setting *s, const char *value)
{
    char **member = (char **)(void *)((char *)rd->config + s->offset);

    if (!value[0])
        return refuse(rd, "%s: a path is needed%s", s->key, "");
    kk_free(*member);
    *member = path_of(rd->main, value);
    if (!*member)
        rd->fault = KK_E_MEMORY;
    return rd->fault == 0;
}

/* What tells about the daemon without asking who it is must not be reached from elsewhere. */
static int set_local(struct reading *rd, const struct setting *s, const char *value)
{
    char **member = (char **)(void *)((char *)rd->config + s->offset);
    const char *port = strncmp(value, "127.0.0.1:", 10) == 0 ? value + 10
                       : strncmp(value, "[::1]:", 6) == 0    ? value + 6
                                                             : NULL;
    char *end = NULL;
    long number = port && *port >= '0' && *port <= '9' ? strtol(port, &end, 10) : -1;

    kk_free(KK_STEAL(*member));
    if (!value[0])
        return 1;
    if (number < 0 || number > 65535 || *end)
        return refuse(rd, "%s: 127.0.0.1:PORT or [::1]:PORT is needed, not \"%s\"", s->key, value);
    *member = kk_text_dup(value, strlen(value));
    if (!*member)
        rd->fault = KK_E_MEMORY;
    return rd->fault == 0;
}

static int set(struct reading *rd, const struct setting *s, const char *value)
{
    switch (s->type) {
    case TYPE_PATH:
        return set_path(rd, s, value);
    case TYPE_INT:
        return set_int(rd, s, value);
    case TYPE_LOCAL:
        return set_local(rd, s, value);
    case TYPE_LIST:
        break;
    }
    return set_list(rd, s, value);
}

static int unknown_key(struct reading *rd, const char *section, const char *key)
{
    const char *near = kk_text_nearest(key, key_at, section), *other;

    for (size_t i = 0; !near && (other = section_at(NULL, i)); i++) {
        if (find(other, key))
            return refuse(rd, "the key \"%s\" belongs to [%s]", key, other);
    }
    return near ? refuse(rd, "unknown key \"%s\"; did you mean \"%s\"?", key, near)
                : refuse(rd, "unknown key \"%s\"%s", key, "");
}

static int unknown_section(struct reading *rd, const char *section)
{
    const char *near = kk_text_nearest(section, section_at, NULL);

    return near ? refuse(rd, "unknown section [%s]; did you mean [%s]?", section, near)
                : refuse(rd, "unknown section [%s]; there are %s", section,
                         "[daemon] and [limits]");
}

static int on_line(void *user, const char *section, const char *key, const char *value)
{
    struct reading *rd = user;
    const struct setting *s = find(section, key);
    struct kk_config_at *at = s ? &rd->config->at[s - settings] : NULL;
    int good;

    if (!section_known(section))
        return unknown_section(rd, section);
    if (!s)
        return unknown_key(rd, section, key);
    if (at->file == rd->config->file_count && s->type != TYPE_LIST)
        return refuse(rd, "\"%s\" is given twice%s", key, "");
    good = set(rd, s, value);
    *at = (struct kk_config_at){ (unsigned)rd->config->file_count, rd->line };
    return good;
}

static int set_defaults(struct reading *rd)
{
    for (size_t i = 0; i < KK_COUNT(settings); i++) {
        if (settings[i].type == TYPE_INT && !set(rd, &settings[i], settings[i].otherwise))
            return rd->fault;
    }
    return 0;
}

static int check_whole(const struct kk_config *c, const char *path, struct kk_error *err)
{
    const char *missing = NULL;

    for (size_t i = 0; i < KK_COUNT(settings) && !missing; i++) {
        const char *const *member =
            (const char *const *)(const void *)((const char *)c + settings[i].offset);

        if (settings[i].type == TYPE_PATH && !*member)
            missing = settings[i].key;
    }
    if (c->listen_count == 0 && !missing)
        missing = "listen";
    if (missing)
        return kk_error_say(err, KK_E_CONFIG, path, "the key \"%s\" is missing",
                            "設定 \"%s\" がありません", missing);
    if (c->outbound_hard < c->outbound_soft + 33042)
        return kk_error_set(err, KK_E_CONFIG, path,
                            "outbound_hard must leave room for one frame (33042) above "
                            "outbound_soft");
    return 0;
}

/* --- files --- */

/* fgets, counting lines. */
static char *next_piece(char *ret, int size, void *stream)
{
    struct reading *rd = stream;

    if (!fgets(ret, size, rd->file))
        return NULL;
    if (!rd->in_line)
        rd->line++;
    rd->in_line = !strchr(ret, '\n');
    return ret;
}

static int cannot_read(const char *path, struct kk_error *err)
{
    return kk_error_say(err, KK_E_IO, path, "the file can't be read", "ファイルを読めません");
}

static int read_open(struct reading *rd, struct kk_error *err)
{
    struct kk_config *c = rd->config;
    char where[KK_ERROR_WHERE_MAX];
    int line;

    if (c->file_count == KK_CONFIG_FILES_MAX)
        return kk_error_say(err, KK_E_CONFIG, rd->path, "there are more than %d settings files",
                            "設定ファイルが %d を超えています", KK_CONFIG_FILES_MAX);
    c->files[c->file_count] = kk_text_dup(rd->path, strlen(rd->path));
    if (!c->files[c->file_count])
        return kk_error_say(err, KK_E_MEMORY, rd->path, "out of memory", "メモリ不足です");
    c->file_count++;
    rd->line = 0;
    rd->in_line = false;
    line = ini_parse_stream(next_piece, rd, on_line, rd);
    if (line < 0 || ferror(rd->file))
        return line == -2 ? kk_error_say(err, KK_E_MEMORY, rd->path, "out of memory",
                                         "メモリ不足です")
                          : cannot_read(rd->path, err);
    if (line == 0)
        return 0;
    snprintf(where, sizeof(where), "%s:%d", rd->path, line);
    return kk_error_set(err, rd->fault ? rd->fault : KK_E_CONFIG, where, "%s",
                        rd->why[0] ? rd->why : "not \"key = value\", \"[section]\" or a comment");
}

static int read_one(struct reading *rd, const char *path, struct kk_error *err)
{
    int r;

    rd->path = path;
    rd->file = fopen(path, "re");
    if (!rd->file)
        return cannot_read(path, err);
    r = read_open(rd, err);
    fclose(rd->file);
    return r;
}

static int is_ini(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return entry->d_name[0] != '.' && len > 4 && strcmp(entry->d_name + len - 4, ".ini") == 0;
}

/* In the order of bytes, whatever the locale says. */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_beside(struct reading *rd, const char *folder, const char *name,
                       struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes path = { 0 };

    if (kk_bytes_format(&path, "%s/%s", folder, name) < 0 || kk_bytes_append(&path, "", 1) < 0)
        return kk_error_say(err, KK_E_MEMORY, folder, "out of memory", "メモリ不足です");
    return read_one(rd, (const char *)path.data, err);
}

/* conf.d beside the main file; none is fine, one that can't be read is not. */
static int read_folder(struct reading *rd, struct kk_error *err)
{
    struct dirent **entries = NULL;
    char *folder = path_of(rd->main, "conf.d");
    int count, r = 0;

    if (!folder)
        return kk_error_say(err, KK_E_MEMORY, rd->main, "out of memory", "メモリ不足です");
    count = scandir(folder, &entries, is_ini, by_bytes);
    if (count < 0 && errno != ENOENT)
        r = cannot_read(folder, err);
    for (int i = 0; i < count; i++) {
        if (r == 0)
            r = read_beside(rd, folder, entries[i]->d_name, err);
        (free)(entries[i]); /* scandir's memory, not kk_alloc's */
    }
    (free)(entries);
    kk_free(folder);
    return r;
}

int kk_config_read(const char *path, struct kk_config *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_config) struct kk_config config = { 0 };
    struct reading rd = { .config = &config, .main = path, .path = path };
    int r = set_defaults(&rd);

    if (r < 0)
        return kk_error_say(err, r, path, "out of memory",
                            "メモリ不足です");
    r = read_one(&rd, path, err);
    if (r == 0)
        r = read_folder(&rd, err);
    if (r == 0)
        r = check_whole(&config, path, err);
    if (r < 0)
        return r;
    *ret = config;
    config = (struct kk_config){ 0 };
    return 0;
}

/* --- showing --- */

static void show_at(const struct kk_config *c, struct kk_config_at at, FILE *out)
{
    if (at.file == 0)
        fprintf(out, "  ; default\n");
    else
        fprintf(out, "  ; %s:%d\n", c->files[at.file - 1], at.line);
}

static void show_list(const struct kk_config *c, const struct setting *s, FILE *out)
{
    for (size_t i = 0; i < c->listen_count; i++) {
        fprintf(out, "%s = %s", s->key, c->listen[i]);
        show_at(c, (struct kk_config_at){ c->at[s - settings].file, c->listen_lines[i] }, out);
    }
}

static void show_one(const struct kk_config *c, const struct setting *s, FILE *out)
{
    const void *member = (const char *)c + s->offset;

    switch (s->type) {
    case TYPE_PATH:
        fprintf(out, "%s = %s", s->key, *(const char *const *)member);
        break;
    case TYPE_INT:
        fprintf(out, "%s = %lld", s->key, (long long)*(const int64_t *)member);
        break;
    case TYPE_LOCAL:
        fprintf(out, "%s = %s", s->key,
                *(const char *const *)member ? *(const char *const *)member : "");
        break;
    case TYPE_LIST:
        show_list(c, s, out);
        return;
    }
    show_at(c, c->at[s - settings], out);
}

void kk_config_show(const struct kk_config *c, FILE *out)
{
    const char *section = "";

    for (size_t i = 0; i < KK_COUNT(settings); i++) {
        if (strcmp(section, settings[i].section) != 0)
            fprintf(out, "%s[%s]\n", i ? "\n" : "", settings[i].section);
        section = settings[i].section;
        show_one(c, &settings[i], out);
    }
}

void kk_config_fini(struct kk_config *c)
{
    kk_free(c->desk);
    kk_free(c->store);
    kk_free(c->spool);
    kk_free(c->ops);
    drop_list(c);
    for (size_t i = 0; i < c->file_count; i++)
        kk_free(c->files[i]);
    *c = (struct kk_config){ 0 };
}
