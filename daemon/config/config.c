/* kukyokud.ini and conf.d: files in, the table of settings.def held against them. [DM-15] */
#include "config/config.h"

#include "kukyoku/base/bytes.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_ROW(section, key, TYPE, member, lo, hi, otherwise, en, ja)                         \
    { #section, #key, KK_CONF_##TYPE, offsetof(struct kk_config, member), lo, hi, otherwise },
static const struct kk_conf_row rows[] = { KK_SETTINGS(CONFIG_ROW) };
static const struct kk_conf_table table = { rows, KK_COUNT(rows) };

static int check_whole(const struct kk_config *c, const char *path, struct kk_error *err)
{
    int r = kk_conf_whole(&table, &c->read, path, err);

    if (r == 0 && c->outbound_hard < c->outbound_soft + 33042)
        r = kk_error_say(err, KK_E_CONFIG, path,
                         "outbound_hard must leave room for one frame (33042) above outbound_soft",
                         "outbound_hard は outbound_soft より一フレーム（33042）以上大きくしてください");
    return r;
}

/* --- files --- */

static int cannot_read(const char *path, struct kk_error *err)
{
    return kk_error_say(err, KK_E_IO, path, "the file can't be read", "ファイルを読めません");
}

static int read_text(const char *path, struct kk_bytes *text, struct kk_error *err)
{
    FILE *f = fopen(path, "re");
    char piece[4096];
    size_t count;
    int r = f ? 0 : cannot_read(path, err);

    while (r == 0 && (count = fread(piece, 1, sizeof(piece), f)) > 0) {
        r = kk_bytes_append(text, piece, count);
        if (r < 0)
            kk_error_say(err, r, path, "out of memory", "メモリ不足です");
        else if (text->len > KK_CONF_BYTES_MAX)
            r = kk_error_say(err, KK_E_CONFIG, path, "it is longer than %d bytes",
                             "%d バイトを超えています", KK_CONF_BYTES_MAX);
    }
    if (r == 0 && ferror(f))
        r = cannot_read(path, err);
    if (f)
        fclose(f);
    return r;
}

static int read_one(struct kk_config *c, const char *main, const char *path, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    int r = read_text(path, &text, err);
    struct kk_conf_file file = { main, path, kk_bytes_slice(&text) };

    return r < 0 ? r : kk_conf_read(&table, &c->read, &file, err);
}

static int is_ini(const struct dirent *entry)
{
    return kk_conf_is_file(entry->d_name);
}

/* In the order of bytes, whatever the locale says. */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_beside(struct kk_config *c, const char *main, const char *folder,
                       const char *name, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes path = { 0 };

    if (kk_bytes_format(&path, "%s/%s", folder, name) < 0 || kk_bytes_append(&path, "", 1) < 0)
        return kk_error_say(err, KK_E_MEMORY, folder, "out of memory", "メモリ不足です");
    return read_one(c, main, (const char *)path.data, err);
}

/* conf.d beside the main file; none is fine, one that can't be read is not. */
static int read_folder(struct kk_config *c, const char *main, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes folder = { 0 };
    const char *slash = strrchr(main, '/');
    struct dirent **entries = NULL;
    int count, r = 0;

    if (kk_bytes_format(&folder, "%.*s%s", slash ? (int)(slash - main) + 1 : 0, main,
                        KK_CONFIG_FOLDER) < 0 ||
        kk_bytes_append(&folder, "", 1) < 0)
        return kk_error_say(err, KK_E_MEMORY, main, "out of memory", "メモリ不足です");
    count = scandir((const char *)folder.data, &entries, is_ini, by_bytes);
    if (count < 0 && errno != ENOENT)
        r = cannot_read((const char *)folder.data, err);
    for (int i = 0; i < count; i++) {
        if (r == 0)
            r = read_beside(c, main, (const char *)folder.data, entries[i]->d_name, err);
        (free)(entries[i]); /* scandir's memory, not kk_alloc's */
    }
    (free)(entries);
    return r;
}

int kk_config_read(const char *path, struct kk_config *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_config) struct kk_config config = { 0 };
    int r = kk_conf_default(&table, &config.read);

    if (r < 0)
        return kk_error_say(err, r, path, "out of memory", "メモリ不足です");
    r = read_one(&config, path, path, err);
    if (r == 0)
        r = read_folder(&config, path, err);
    if (r == 0)
        r = check_whole(&config, path, err);
    if (r < 0)
        return r;
    *ret = config;
    config = (struct kk_config){ .read = { .file_count = 0 } };
    return 0;
}

/* --- showing --- */

struct showing {
    FILE *out;
    const char *section;
};

static int show_one(void *user, const struct kk_conf_shown *shown)
{
    struct showing *s = user;
    const struct kk_conf_row *row = shown->setting;

    if (strcmp(s->section, row->section) != 0)
        fprintf(s->out, "%s[%s]\n", s->section[0] ? "\n" : "", row->section);
    s->section = row->section;
    fprintf(s->out, "%s = %s", row->key, shown->value);
    if (shown->file)
        fprintf(s->out, "  ; %s:%d\n", shown->file, shown->line);
    else
        fprintf(s->out, "  ; default\n");
    return 0;
}

void kk_config_show(const struct kk_config *c, FILE *out)
{
    struct showing s = { out, "" };

    kk_ignore(kk_conf_each(&table, &c->read, show_one, &s)); /* show_one has no fault */
}

void kk_config_fini(struct kk_config *c)
{
    kk_conf_fini(&table, &c->read);
}
