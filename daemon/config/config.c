/* Reading kukyokud.ini with inih; every key by the table of settings.def. [DM-15] */
#include "config/config.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/bytes.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>

enum setting_type { TYPE_PATH, TYPE_INT, TYPE_LIST };
#define SETTING_ROW(section, key, TYPE, member, lo, hi, otherwise, text)                          \
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
    const char *path;
    bool given[KK_COUNT(settings)];
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

/* The key that shares the longest beginning with the one that was not found; NULL: none does. */
static const char *nearest(const char *key)
{
    const char *best = NULL;
    size_t most = 1;

    for (size_t i = 0; i < KK_COUNT(settings); i++) {
        size_t same = 0;

        while (key[same] && key[same] == settings[i].key[same])
            same++;
        if (same > most) {
            most = same;
            best = settings[i].key;
        }
    }
    return best;
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

static int set_list(struct reading *rd, const struct setting *s, const char *value)
{
    struct kk_config *c = rd->config;

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
    *member = path_of(rd->path, value);
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
    case TYPE_LIST:
        break;
    }
    return set_list(rd, s, value);
}

static int unknown_key(struct reading *rd, const char *key)
{
    const char *near = nearest(key);

    return near ? refuse(rd, "unknown key \"%s\"; did you mean \"%s\"?", key, near)
                : refuse(rd, "unknown key \"%s\"%s", key, "");
}

static int on_line(void *user, const char *section, const char *key, const char *value)
{
    struct reading *rd = user;
    const struct setting *s = find(section, key);
    bool *given = s ? &rd->given[s - settings] : NULL;

    if (!section_known(section))
        return refuse(rd, "unknown section [%s]; there are %s", section, "[daemon] and [limits]");
    if (!s)
        return unknown_key(rd, key);
    if (*given && s->type != TYPE_LIST)
        return refuse(rd, "\"%s\" is given twice%s", key, "");
    *given = true;
    return set(rd, s, value);
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

int kk_config_read(const char *path, struct kk_config *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_config) struct kk_config config = { 0 };
    struct reading rd = { .config = &config, .path = path };
    char where[KK_ERROR_WHERE_MAX];
    int line, r = set_defaults(&rd);

    if (r < 0)
        return kk_error_say(err, r, path, "out of memory",
                            "メモリ不足です");
    line = ini_parse(path, on_line, &rd);
    if (line < 0)
        return kk_error_say(err, line == -2 ? KK_E_MEMORY : KK_E_IO, path,
                            "the file can't be read",
                            "ファイルを読めません");
    if (line > 0) {
        snprintf(where, sizeof(where), "%s:%d", path, line);
        return kk_error_set(err, rd.fault ? rd.fault : KK_E_CONFIG, where, "%s",
                            rd.why[0] ? rd.why : "not \"key = value\", \"[section]\" or a comment");
    }
    r = check_whole(&config, path, err);
    if (r < 0)
        return r;
    *ret = config;
    config = (struct kk_config){ 0 };
    return 0;
}

void kk_config_fini(struct kk_config *c)
{
    kk_free(c->desk);
    kk_free(c->store);
    kk_free(c->spool);
    for (size_t i = 0; i < c->listen_count; i++)
        kk_free(c->listen[i]);
    *c = (struct kk_config){ 0 };
}
