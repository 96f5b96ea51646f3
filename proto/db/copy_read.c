/* Reading a backup: the manifest believed only whole, every file only by its hash. */
#include "copy_in.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"
#include "kukyoku/db/backup.h"
#include "kukyoku/db/keep.h"

#include "kukyoku/base/alloc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANIFEST_MAX (64u * 1024 * 1024)
#define END_CHARS    (sizeof("end \n") - 1 + 2 * KK_HASH_BYTES)
#define HEX_CHARS    (2 * KK_HASH_BYTES)
#define FOUND_MAX    4096 /* backups in one folder */

static int damaged(struct kk_error *err, const char *where, const char *en, const char *ja)
{
    return kk_error_text(err, KK_E_BACKUP, where, en, ja);
}

static int read_manifest(const char *path, struct kk_bytes *out, struct kk_error *err)
{
    FILE *f = fopen(path, "rb");
    uint8_t *at;
    size_t n;
    int r = 0;

    if (!f && errno == ENOENT)
        return damaged(err, path, "there is no MANIFEST: it was cut short, or is no backup",
                       "MANIFEST がありません。途中で終わったか、バックアップではありません");
    if (!f)
        return copy_failed(path, err);
    do {
        r = kk_bytes_extend(out, 65536, &at);
        if (r < 0)
            break;
        n = fread(at, 1, 65536, f);
        out->len -= 65536 - n;
    } while (n > 0 && out->len <= MANIFEST_MAX);
    if (r == 0 && ferror(f))
        r = copy_failed(path, err);
    fclose(f);
    return r;
}

static bool sum_holds(const struct kk_bytes *m)
{
    uint8_t sum[KK_HASH_BYTES], said[KK_HASH_BYTES];
    char hex[HEX_CHARS + 1];
    struct kk_sha256 hash;
    const char *end;

    if (m->len <= END_CHARS || m->data[m->len - 1] != '\n')
        return false;
    end = (const char *)m->data + m->len - END_CHARS;
    if (memcmp(end, "end ", 4) != 0)
        return false;
    snprintf(hex, sizeof(hex), "%.*s", (int)HEX_CHARS, end + 4);
    kk_sha256_init(&hash);
    kk_sha256_add(&hash, kk_slice(m->data, m->len - END_CHARS));
    kk_sha256_done(&hash, sum);
    return kk_hex_decode(hex, said, sizeof(said)) && memcmp(sum, said, sizeof(sum)) == 0;
}

struct line {
    char hex[HEX_CHARS + 1];
    struct copy_sum sum;
    char name[KK_COPY_PATH_MAX];
};
typedef int line_fn(void *user, const struct line *file);

/* Nothing outside the folder is ever named. */
static bool stays_inside(const char *name)
{
    return name[0] && name[0] != '/' && strstr(name, "..") == NULL;
}

static bool read_file_line(const char *text, size_t len, struct line *ret)
{
    char copy[KK_COPY_PATH_MAX + HEX_CHARS + 32], *end;

    if (len >= sizeof(copy) || len < HEX_CHARS + 8)
        return false;
    snprintf(copy, sizeof(copy), "%.*s", (int)len, text);
    snprintf(ret->hex, sizeof(ret->hex), "%.*s", (int)HEX_CHARS, copy + 5);
    if (!kk_hex_decode(ret->hex, ret->sum.hash, KK_HASH_BYTES) || copy[5 + HEX_CHARS] != ' ')
        return false;
    ret->sum.bytes = strtoull(copy + 6 + HEX_CHARS, &end, 10);
    if (*end != ' ' || strlen(end + 1) >= sizeof(ret->name))
        return false;
    memcpy(ret->name, end + 1, strlen(end + 1) + 1);
    return stays_inside(ret->name);
}

static bool begins(struct kk_slice line, const char *with)
{
    return line.len >= strlen(with) && memcmp(line.data, with, strlen(with)) == 0;
}

static int each_file(const struct kk_copy_set *s, line_fn *fn, void *user, struct kk_error *err)
{
    struct kk_slice rest = kk_bytes_slice(&s->manifest), text;
    struct line file;
    int r = 0;

    while (r == 0 && kk_slice_line(&rest, &text)) {
        if (begins(text, "file "))
            r = read_file_line((const char *)text.data, text.len, &file)
                    ? fn(user, &file)
                    : damaged(err, s->path, "a line of the MANIFEST is not well formed",
                              "MANIFEST の行の形式が正しくありません");
    }
    return r;
}

static int count_file(void *user, const struct line *file)
{
    struct kk_copy_set *s = user;

    s->files++;
    s->bytes += file->sum.bytes;
    return 0;
}

static int gather_state(struct kk_copy_set *s)
{
    struct kk_slice rest = kk_bytes_slice(&s->manifest), line;
    int r = 0;

    while (r == 0 && kk_slice_line(&rest, &line)) {
        if (!begins(line, "state "))
            continue;
        r = kk_bytes_append(&s->state, line.data + 6, line.len - 6);
        if (r == 0)
            r = kk_bytes_append(&s->state, "\n", 1);
    }
    return r;
}

/* The newest backup of a folder, or the folder itself where it is one. */
struct finding {
    const char *prefix;
    int64_t newest, *all;
    size_t count;
};

static int find(void *user, const char *name)
{
    struct finding *f = user;
    int64_t made;

    if (!kk_copy_time(f->prefix, name, &made))
        return 0;
    if (made > f->newest)
        f->newest = made;
    if (f->all && f->count < FOUND_MAX)
        f->all[f->count] = made;
    f->count++;
    return 0;
}

static int choose(const char *path, const char *prefix, struct kk_copy_set *s,
                  struct kk_error *err)
{
    struct finding f = { .prefix = prefix, .newest = INT64_MIN };
    char name[KK_COPY_NAME_MAX], manifest[KK_COPY_PATH_MAX];
    int r = copy_path(path, KK_COPY_MANIFEST, manifest, err);

    if (r == 0 && prefix && access(manifest, F_OK) < 0)
        r = copy_list(path, find, &f, err);
    if (r < 0)
        return r;
    if (f.count > 0) {
        kk_copy_name(prefix, f.newest, name);
        return copy_path(path, name, s->path, err);
    }
    snprintf(s->path, sizeof(s->path), "%s", path);
    return 0;
}

/* The first lines: whose backup it is, and when it was made. */
static int read_head(struct kk_copy_set *s, const char *prefix, struct kk_error *err)
{
    static const char head[] = "kukyoku-backup 1\nname ";
    char name[KK_COPY_NAME_MAX];
    const char *text = (const char *)s->manifest.data, *stop;

    if (strncmp(text, head, sizeof(head) - 1) != 0)
        return damaged(err, s->path, "its MANIFEST is of another program or a newer version",
                       "MANIFEST が別のプログラムか新しい版のものです");
    text += sizeof(head) - 1;
    stop = memchr(text, '\n', s->manifest.len - (sizeof(head) - 1));
    if (!stop || (size_t)(stop - text) >= sizeof(name))
        return damaged(err, s->path, "its MANIFEST has no name", "MANIFEST に名前がありません");
    snprintf(name, sizeof(name), "%.*s", (int)(stop - text), text);
    if (prefix && !kk_copy_time(prefix, name, &s->made_ms))
        return kk_error_say(err, KK_E_BACKUP, s->path, "it is a backup of something else: %s",
                            "別のもののバックアップです: %s", name);
    return 0;
}

int kk_copy_open(const char *path, const char *prefix, struct kk_copy_set *ret,
                 struct kk_error *err)
{
    KK_AUTO_FINI(kk_copy_set) struct kk_copy_set s = { .files = 0 };
    char manifest[KK_COPY_PATH_MAX];
    int r = choose(path, prefix, &s, err);

    if (r == 0)
        r = copy_path(s.path, KK_COPY_MANIFEST, manifest, err);
    if (r == 0)
        r = read_manifest(manifest, &s.manifest, err);
    if (r == 0 && !sum_holds(&s.manifest))
        r = damaged(err, manifest, "the MANIFEST was cut or changed",
                    "MANIFEST が途中で切れているか、変更されています");
    if (r == 0)
        r = read_head(&s, prefix, err);
    if (r == 0)
        r = each_file(&s, count_file, &s, err);
    if (r == 0)
        r = gather_state(&s);
    if (r < 0)
        return r;
    *ret = s;
    s = (struct kk_copy_set){ .files = 0 };
    return 0;
}

void kk_copy_set_fini(struct kk_copy_set *s)
{
    kk_bytes_fini(&s->manifest);
    kk_bytes_fini(&s->state);
}

struct checking {
    const struct kk_copy_set *set;
    const char *to; /* where it is placed; NULL: it is only read */
    struct kk_error *err;
};

static int compare(const struct line *file, const struct copy_sum *sum, const char *path,
                   struct kk_error *err)
{
    if (sum->bytes != file->sum.bytes)
        return kk_error_say(err, KK_E_BACKUP, path, "%llu bytes instead of %llu",
                            "%llu バイト（正しくは %llu）", (unsigned long long)sum->bytes,
                            (unsigned long long)file->sum.bytes);
    if (memcmp(sum->hash, file->sum.hash, KK_HASH_BYTES) != 0)
        return damaged(err, path, "its SHA-256 is another than the MANIFEST says",
                       "SHA-256 が MANIFEST と一致しません");
    return 0;
}

static int take_file(void *user, const struct line *file)
{
    struct checking *c = user;
    char from[KK_COPY_PATH_MAX], to[KK_COPY_PATH_MAX];
    struct copy_sum sum;
    int r = copy_path(c->set->path, file->name, from, c->err);

    if (r == 0 && c->to)
        r = copy_make_folders(c->to, file->name, c->err);
    if (r == 0 && c->to)
        r = copy_path(c->to, file->name, to, c->err);
    if (r == 0)
        r = copy_read(from, c->to ? to : NULL, &sum, c->err);
    if (r == KK_E_NOT_FOUND)
        return damaged(c->err, from, "a file of the MANIFEST is missing",
                       "MANIFEST にあるファイルがありません");
    if (r == 0)
        r = compare(file, &sum, from, c->err);
    if (r == 0 && copy_is_db(file->name))
        r = kk_db_check(c->to ? to : from, c->err);
    return r;
}

int kk_copy_check(const struct kk_copy_set *s, struct kk_error *err)
{
    struct checking c = { .set = s, .err = err };

    return each_file(s, take_file, &c, err);
}

int kk_copy_place(const struct kk_copy_set *s, const char *to, struct kk_error *err)
{
    struct checking c = { .set = s, .to = to, .err = err };
    int r;

    if (mkdir(to, 0700) < 0)
        return copy_failed(to, err);
    r = each_file(s, take_file, &c, err);
    if (r == 0)
        r = copy_sync_folder(to, err);
    if (r < 0)
        kk_ignore(kk_copy_remove(to, NULL));
    return r;
}

/* Names ascend, and with them times. */
int kk_copy_rotate(const char *dir, const char *prefix, int64_t now_ms, unsigned *ret_removed,
                   struct kk_error *err)
{
    struct finding f = { .prefix = prefix, .newest = INT64_MIN };
    char name[KK_COPY_NAME_MAX], path[KK_COPY_PATH_MAX];
    bool *keep = kk_alloc_array(FOUND_MAX, sizeof(*keep));
    int r;

    *ret_removed = 0;
    f.all = kk_alloc_array(FOUND_MAX, sizeof(*f.all));
    r = keep && f.all ? copy_list(dir, find, &f, err) : KK_E_MEMORY;
    if (f.count > FOUND_MAX)
        f.count = FOUND_MAX;
    if (r == 0)
        kk_keep_choose(&kk_keep_default, now_ms, f.all, f.count, keep);
    for (size_t i = 0; r == 0 && i < f.count; i++) {
        if (keep[i])
            continue;
        kk_copy_name(prefix, f.all[i], name);
        r = copy_path(dir, name, path, err);
        if (r == 0)
            r = kk_copy_remove(path, err);
        *ret_removed += r == 0;
    }
    kk_free(f.all);
    kk_free(keep);
    return r;
}
