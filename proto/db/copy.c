/* Making a backup: files, what they mean, the manifest, everything once more, its name. */
#include "copy_in.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"
#include "kukyoku/db/backup.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAMP_CHARS 16 /* 20261129T070000Z */
#define DEEPEST     8

/* The calendar's text of Japan, nine hours before: that of UTC. */
void kk_copy_name(const char *prefix, int64_t made_ms, char ret[KK_COPY_NAME_MAX])
{
    char t[KK_INSTANT_TEXT];

    kk_instant_of(made_ms - KK_JAPAN_OFFSET, t);
    snprintf(ret, KK_COPY_NAME_MAX, "%s-%.4s%.2s%.2sT%.2s%.2s%.2sZ", prefix, t, t + 5, t + 8,
             t + 11, t + 14, t + 17);
}

static int64_t two_digits(const char *text)
{
    return (text[0] - '0') * 10 + (text[1] - '0');
}

bool kk_copy_time(const char *prefix, const char *name, int64_t *ret_ms)
{
    char date[KK_DATE_TEXT], again[KK_COPY_NAME_MAX];
    const char *t = name + strlen(prefix) + 1;
    int64_t ms;

    if (strlen(name) != strlen(prefix) + 1 + STAMP_CHARS || strlen(name) >= sizeof(again))
        return false;
    snprintf(date, sizeof(date), "%.4s-%.2s-%.2s", t, t + 4, t + 6);
    if (!kk_date_parse(date, &ms))
        return false;
    ms += KK_JAPAN_OFFSET + (two_digits(t + 9) * 3600 + two_digits(t + 11) * 60 +
                             two_digits(t + 13)) * 1000;
    kk_copy_name(prefix, ms, again); /* whatever is not a time comes back as another */
    if (strcmp(name, again) != 0)
        return false;
    *ret_ms = ms;
    return true;
}

int kk_copy_aside(const char *path, int64_t now_ms, char ret[KK_COPY_PATH_MAX],
                  struct kk_error *err)
{
    char stamp[KK_COPY_NAME_MAX], turn[16] = "";
    int n;

    kk_copy_name("before", now_ms, stamp);
    for (unsigned i = 2;; i++) {
        n = snprintf(ret, KK_COPY_PATH_MAX, "%s.%s%s", path, stamp, turn);
        if (n < 0 || n >= KK_COPY_PATH_MAX)
            return kk_error_say(err, KK_E_IO, path, "the path is too long", "パスが長すぎます");
        if (access(ret, F_OK) < 0)
            return 0;
        snprintf(turn, sizeof(turn), "-%u", i);
    }
}

struct sweeping {
    const char *dir, *prefix;
    int64_t now_ms;
    struct kk_error *err;
};

/* ".NAME.part" of an old time: whoever made it is gone. */
static int sweep(void *user, const char *name)
{
    struct sweeping *s = user;
    char inner[KK_COPY_NAME_MAX], path[KK_COPY_PATH_MAX];
    size_t len = strlen(name);
    int64_t made;
    int r;

    if (name[0] != '.' || len < 6 || len - 6 >= sizeof(inner) ||
        strcmp(name + len - 5, ".part") != 0)
        return 0;
    snprintf(inner, sizeof(inner), "%.*s", (int)(len - 6), name + 1);
    if (!kk_copy_time(s->prefix, inner, &made) || made > s->now_ms - KK_DAY_MS)
        return 0;
    r = copy_path(s->dir, name, path, s->err);
    return r == 0 ? kk_copy_remove(path, s->err) : r;
}

static int head_line(struct kk_copy *c, const char *prefix, int64_t now_ms)
{
    char name[KK_COPY_NAME_MAX];

    kk_copy_name(prefix, now_ms, name);
    return kk_bytes_format(&c->manifest, "kukyoku-backup 1\nname %s\nprogram %s\n", name,
                           KUKYOKU_VERSION);
}

int kk_copy_begin(struct kk_copy *c, const char *dir, const char *prefix, int64_t now_ms,
                  struct kk_error *err)
{
    struct sweeping s = { .dir = dir, .prefix = prefix, .now_ms = now_ms, .err = err };
    char name[KK_COPY_NAME_MAX], part[KK_COPY_NAME_MAX + 8];
    int r = copy_make_folder(dir, err);

    kk_copy_name(prefix, now_ms, name);
    snprintf(part, sizeof(part), ".%s.part", name);
    if (r == 0)
        r = copy_path(dir, name, c->whole, err);
    if (r == 0)
        r = copy_path(dir, part, c->part, err);
    if (r == 0)
        r = copy_list(dir, sweep, &s, err);
    if (r == 0 && access(c->whole, F_OK) == 0)
        return kk_error_say(err, KK_E_EXISTS, c->whole, "a backup of this second is there",
                            "同じ時刻のバックアップがあります");
    if (r == 0 && mkdir(c->part, 0700) < 0)
        r = copy_failed(c->part, err);
    if (r < 0)
        return r;
    c->open = true;
    return head_line(c, prefix, now_ms);
}

static bool is_name(const char *name)
{
    for (; *name; name++) {
        if ((unsigned char)*name < ' ' || *name == 0x7f)
            return false;
    }
    return true;
}

static int enter(struct kk_copy *c, const char *name, const struct copy_sum *sum)
{
    char hex[2 * KK_HASH_BYTES + 1];

    kk_hex_encode(kk_slice(sum->hash, KK_HASH_BYTES), hex);
    c->bytes += sum->bytes;
    return kk_bytes_format(&c->files, "file %s %llu %s\n", hex, (unsigned long long)sum->bytes,
                           name);
}

static int place_for(struct kk_copy *c, const char *name, char ret[KK_COPY_PATH_MAX],
                     struct kk_error *err)
{
    int r;

    if (!is_name(name))
        return kk_error_say(err, KK_E_IO, name, "a control character in a name of a file",
                            "ファイル名に制御文字があります");
    r = copy_make_folders(c->part, name, err);
    return r == 0 ? copy_path(c->part, name, ret, err) : r;
}

int kk_copy_file(struct kk_copy *c, const char *from, const char *name, struct kk_error *err)
{
    char to[KK_COPY_PATH_MAX];
    struct copy_sum sum;
    int r;

    if (access(from, F_OK) < 0 && errno == ENOENT)
        return 0;
    r = place_for(c, name, to, err);
    if (r == 0)
        r = copy_read(from, to, &sum, err);
    if (r == KK_E_NOT_FOUND) { /* taken away between the two calls */
        *err = (struct kk_error){ .fault = 0 };
        return 0;
    }
    return r == 0 ? enter(c, name, &sum) : r;
}

int kk_copy_db(struct kk_copy *c, const char *from, const char *name, struct kk_error *err)
{
    char to[KK_COPY_PATH_MAX];
    struct copy_sum sum;
    int r = place_for(c, name, to, err);

    if (r == 0)
        r = kk_db_backup(from, to, c->max_pages, err);
    if (r == 0)
        r = copy_read(to, NULL, &sum, err);
    return r == 0 ? enter(c, name, &sum) : r;
}

struct walking {
    struct kk_copy *copy;
    const char *from, *inside;
    unsigned depth;
    struct kk_error *err;
};

static bool ends(const char *name, const char *end)
{
    size_t len = strlen(name), tail = strlen(end);

    return len >= tail && strcmp(name + len - tail, end) == 0;
}

/* Locks, and what belongs to a file or a writer that is at work. */
static bool passing(const char *name)
{
    return name[0] == '.' || strcmp(name, "lock") == 0 || ends(name, ".part") ||
           ends(name, "-wal") || ends(name, "-shm") || ends(name, "-journal");
}

static int walk(struct walking *w);

static int visit(void *user, const char *name)
{
    struct walking *w = user;
    char path[KK_COPY_PATH_MAX], inside[KK_COPY_PATH_MAX];
    struct stat st;
    int n = snprintf(inside, sizeof(inside), "%s%s", w->inside, name), r;

    if (passing(name))
        return 0;
    r = copy_path(w->from, name, path, w->err);
    if (r < 0 || n < 0 || n + 1 >= (int)sizeof(inside))
        return r < 0 ? r : KK_E_IO;
    if (lstat(path, &st) < 0)
        return errno == ENOENT ? 0 : copy_failed(path, w->err);
    if (S_ISDIR(st.st_mode)) {
        struct walking deeper = { .copy = w->copy, .from = path, .inside = inside,
                                  .depth = w->depth + 1, .err = w->err };

        memcpy(inside + n, "/", 2);
        return walk(&deeper);
    }
    if (!S_ISREG(st.st_mode))
        return 0;
    return copy_is_db(name) ? kk_copy_db(w->copy, path, inside, w->err)
                            : kk_copy_file(w->copy, path, inside, w->err);
}

static int walk(struct walking *w)
{
    if (w->depth > DEEPEST)
        return kk_error_say(w->err, KK_E_IO, w->from, "too many folders in one another",
                            "フォルダーの階層が深すぎます");
    return copy_list(w->from, visit, w, w->err);
}

int kk_copy_tree(struct kk_copy *c, const char *from, const char *inside, struct kk_error *err)
{
    struct walking w = { .copy = c, .from = from, .inside = inside, .err = err };

    return walk(&w);
}

int kk_copy_say(struct kk_copy *c, struct kk_slice lines)
{
    struct kk_slice line;
    int r = 0;

    while (r == 0 && kk_slice_line(&lines, &line))
        r = kk_bytes_format(&c->manifest, "state %.*s\n", (int)line.len, (const char *)line.data);
    return r;
}

/* The last line holds the manifest together: without it, it was cut. */
static int close_manifest(struct kk_copy *c)
{
    struct kk_sha256 hash;
    uint8_t sum[KK_HASH_BYTES];
    char hex[2 * KK_HASH_BYTES + 1];
    int r = kk_bytes_append_slice(&c->manifest, kk_bytes_slice(&c->files));

    if (r < 0)
        return r;
    kk_sha256_init(&hash);
    kk_sha256_add(&hash, kk_bytes_slice(&c->manifest));
    kk_sha256_done(&hash, sum);
    kk_hex_encode(kk_slice(sum, sizeof(sum)), hex);
    return kk_bytes_format(&c->manifest, "end %s\n", hex);
}

static int write_manifest(struct kk_copy *c, struct kk_error *err)
{
    char path[KK_COPY_PATH_MAX];
    FILE *f = NULL;
    int r = close_manifest(c);

    if (r == 0)
        r = copy_path(c->part, KK_COPY_MANIFEST, path, err);
    if (r < 0)
        return r;
    f = fopen(path, "wbx");
    if (!f)
        return copy_failed(path, err);
    if (fwrite(c->manifest.data, 1, c->manifest.len, f) != c->manifest.len || fflush(f) != 0 ||
        fchmod(fileno(f), 0600) < 0 || fsync(fileno(f)) < 0)
        r = copy_failed(path, err);
    if (fclose(f) != 0 && r == 0)
        r = copy_failed(path, err);
    return r;
}

static int name_it(struct kk_copy *c, struct kk_error *err)
{
    char dir[KK_COPY_PATH_MAX];
    char *slash;

    if (rename(c->part, c->whole) < 0)
        return copy_failed(c->whole, err);
    c->open = false;
    snprintf(dir, sizeof(dir), "%s", c->whole);
    slash = strrchr(dir, '/');
    if (slash)
        *slash = '\0';
    return copy_sync_folder(dir[0] ? dir : "/", err);
}

int kk_copy_commit(struct kk_copy *c, struct kk_error *err)
{
    KK_AUTO_FINI(kk_copy_set) struct kk_copy_set set = { .files = 0 };
    int r = write_manifest(c, err);

    if (r == 0)
        r = copy_sync_folder(c->part, err);
    if (r == 0)
        r = kk_copy_open(c->part, NULL, &set, err);
    if (r == 0)
        r = kk_copy_check(&set, err);
    return r == 0 ? name_it(c, err) : r;
}

void kk_copy_fini(struct kk_copy *c)
{
    if (c->open)
        kk_ignore(kk_copy_remove(c->part, NULL)); /* the next one sweeps what is left */
    c->open = false;
    kk_bytes_fini(&c->manifest);
    kk_bytes_fini(&c->files);
}
