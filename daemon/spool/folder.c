/*
 * The folder of a mirror (folder.h). What is being written has the name .new; since when a file is
 * named by nothing is the time of an empty file of its name in .going. A web server shows neither.
 */
#include "spool/folder.h"

#include "kukyoku/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW        ".new"
#define NAME_BYTES (2 * KK_HASH_BYTES + 8) /* "blob/" and a hash */

static int at(const struct folder *f)
{
    return f->dir - 1;
}

static int failed(const struct folder *f, const char *name, struct kk_error *err)
{
    char where[sizeof(f->path) + NAME_BYTES + 8];
    int cause = errno, fault = cause == ENOSPC || cause == EDQUOT ? KK_E_DISK_FULL : KK_E_IO;

    snprintf(where, sizeof(where), "%s/%s", f->path, name);
    return kk_error_set(err, fault, where, "%s", strerror(cause));
}

static int make_dir(const struct folder *f, const char *name, mode_t mode, struct kk_error *err)
{
    return mkdirat(at(f), name, mode) == 0 || errno == EEXIST ? 0 : failed(f, name, err);
}

int folder_open(struct folder *f, const char *path, struct kk_error *err)
{
    int fd, r;

    *f = (struct folder){ 0 };
    snprintf(f->path, sizeof(f->path), "%s", path);
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return failed(f, "", err);
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return failed(f, "", err);
    f->dir = fd + 1;
    fd = openat(at(f), ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return failed(f, ".lock", err);
    f->lock = fd + 1;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK
                   ? kk_error_say(err, KK_E_LOCKED, path, "another export writes there",
                                  "別の書き出しが実行中です")
                   : failed(f, ".lock", err);
    r = make_dir(f, "blob", 0755, err);
    if (r == 0)
        r = make_dir(f, "root", 0755, err);
    return r == 0 ? make_dir(f, ".going", 0700, err) : r;
}

void folder_fini(struct folder *f)
{
    if (f->lock)
        close(f->lock - 1);
    if (f->dir)
        close(f->dir - 1);
    kk_bytes_fini(&f->named);
    f->dir = f->lock = 0;
}

/* --- putting --- */

static bool holds(int fd, struct kk_slice bytes)
{
    uint8_t piece[16384];
    struct stat st;
    size_t seen = 0;
    ssize_t got = 1;

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || (uint64_t)st.st_size != bytes.len)
        return false;
    while (got > 0 && seen < bytes.len) {
        got = read(fd, piece, sizeof(piece));
        if (got > 0 && ((size_t)got > bytes.len - seen ||
                        memcmp(piece, bytes.data + seen, (size_t)got) != 0))
            return false;
        seen += got > 0 ? (size_t)got : 0;
    }
    return seen == bytes.len;
}

/* Is it there already, byte for byte? A file that was cut short or altered is written anew. */
static bool is_there(const struct folder *f, const char *name, struct kk_slice bytes)
{
    int fd = openat(at(f), name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool same = fd >= 0 && holds(fd, bytes);

    if (fd >= 0)
        close(fd);
    return same;
}

static int write_all(int fd, struct kk_slice bytes)
{
    size_t done = 0;

    while (done < bytes.len) {
        ssize_t n = write(fd, bytes.data + done, bytes.len - done);

        if (n < 0 && errno != EINTR)
            return -1;
        done += n > 0 ? (size_t)n : 0;
    }
    /* whatever the umask: the server's user reads it */
    return fchmod(fd, 0644) == 0 && fsync(fd) == 0 ? 0 : -1;
}

static int write_new(const struct folder *f, struct kk_slice bytes)
{
    int fd, r;

    unlinkat(at(f), NEW, 0); /* of an export that was cut off */
    fd = openat(at(f), NEW, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return -1;
    r = write_all(fd, bytes);
    return close(fd) == 0 ? r : -1;
}

/* Names are on disk only when their folder is. */
static int settle(const struct folder *f, const char *dir, struct kk_error *err)
{
    int fd = openat(at(f), dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = fd >= 0 && fsync(fd) == 0 ? 0 : failed(f, dir, err);

    if (fd >= 0)
        close(fd);
    return r;
}

static int put(struct folder *f, const char *name, struct kk_slice bytes, struct kk_error *err)
{
    if (is_there(f, name, bytes)) {
        f->unchanged++;
        return 0;
    }
    if (write_new(f, bytes) < 0 || renameat(at(f), NEW, at(f), name) < 0) {
        int r = failed(f, name, err);

        unlinkat(at(f), NEW, 0);
        return r;
    }
    f->written++;
    return 0;
}

int folder_put(struct folder *f, const char *name, struct kk_slice bytes, struct kk_error *err)
{
    int r = settle(f, "blob", err);

    if (r == 0)
        r = settle(f, "root", err);
    if (r == 0)
        r = put(f, name, bytes, err);
    return r == 0 ? settle(f, ".", err) : r;
}

static void blob_name(const uint8_t hash[KK_HASH_BYTES], const char *dir, char ret[NAME_BYTES])
{
    char hex[2 * KK_HASH_BYTES + 1];

    kk_hex_encode(kk_slice(hash, KK_HASH_BYTES), hex);
    snprintf(ret, NAME_BYTES, "%s/%s", dir, hex);
}

int folder_put_blob(struct folder *f, const uint8_t hash[KK_HASH_BYTES], struct kk_slice bytes,
                    struct kk_error *err)
{
    char name[NAME_BYTES];
    int r = kk_bytes_append(&f->named, hash, KK_HASH_BYTES);

    if (r < 0)
        return kk_error_set(err, r, f->path, "%s", "");
    blob_name(hash, "blob", name);
    return put(f, name, bytes, err);
}

/* --- taking away --- */

static int drop(struct folder *f, const char *name, struct kk_error *err)
{
    if (unlinkat(at(f), name, 0) == 0)
        f->removed += strncmp(name, "blob/", 5) == 0;
    else if (errno != ENOENT)
        return failed(f, name, err);
    return 0;
}

int folder_drop_blob(struct folder *f, const uint8_t hash[KK_HASH_BYTES], struct kk_error *err)
{
    char name[NAME_BYTES], mark[NAME_BYTES + 2];
    int r;

    blob_name(hash, "blob", name);
    blob_name(hash, ".going", mark);
    r = drop(f, name, err);
    return r == 0 ? drop(f, mark, err) : r;
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(a, b, KK_HASH_BYTES);
}

static bool is_named(const struct folder *f, const uint8_t hash[KK_HASH_BYTES])
{
    return f->named.len && bsearch(hash, f->named.data, f->named.len / KK_HASH_BYTES,
                                   KK_HASH_BYTES, by_hash) != NULL;
}

struct sweeping {
    int64_t now_ms, grace_ms;
};

/* Since when is it going? The first export that does not name it puts the mark. */
static int age(struct folder *f, const char *mark, const struct sweeping *w, int64_t *ret,
               struct kk_error *err)
{
    struct timespec now[2] = { { .tv_sec = w->now_ms / 1000, .tv_nsec = 0 }, { 0 } };
    struct stat st;
    int fd;

    *ret = 0;
    if (fstatat(at(f), mark, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        *ret = w->now_ms - (int64_t)st.st_mtime * 1000;
        return 0;
    }
    now[1] = now[0];
    fd = openat(at(f), mark, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return failed(f, mark, err);
    return futimens(fd, now) == 0 && close(fd) == 0 ? 0 : failed(f, mark, err);
}

static int sweep_one(struct folder *f, const char *name, const struct sweeping *w,
                     struct kk_error *err)
{
    uint8_t hash[KK_HASH_BYTES];
    char mark[NAME_BYTES + 2];
    int64_t since;
    int r;

    if (!kk_hex_decode(name, hash, KK_HASH_BYTES))
        return 0; /* not of an export */
    blob_name(hash, ".going", mark);
    if (is_named(f, hash))
        return drop(f, mark, err); /* named again before its grace was over */
    r = age(f, mark, w, &since, err);
    return r == 0 && since >= w->grace_ms ? folder_drop_blob(f, hash, err) : r;
}

int folder_sweep(struct folder *f, int64_t now_ms, int64_t grace_ms, struct kk_error *err)
{
    struct sweeping w = { now_ms, grace_ms };
    int fd = openat(at(f), "blob", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *e;

    if (!d) {
        r = failed(f, "blob", err);
        if (fd >= 0)
            close(fd);
        return r;
    }
    if (f->named.len)
        qsort(f->named.data, f->named.len / KK_HASH_BYTES, KK_HASH_BYTES, by_hash);
    while (r == 0 && (e = readdir(d)))
        r = sweep_one(f, e->d_name, &w, err);
    closedir(d);
    return r;
}
