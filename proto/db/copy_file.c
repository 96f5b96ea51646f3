/* Files and folders of a backup: read, hashed, written, made, listed, removed. */
#include "copy_in.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE   65536
#define DEEPEST 8 /* folders in folders */

int copy_failed(const char *path, struct kk_error *err)
{
    int error = errno;

    return kk_error_set(err,
                        error == ENOSPC || error == EDQUOT || error == EFBIG ? KK_E_DISK_FULL
                        : error == ENOENT                                    ? KK_E_NOT_FOUND
                        : error == EEXIST                                    ? KK_E_EXISTS
                                                                             : KK_E_IO,
                        path, "%s", strerror(error));
}

int copy_path(const char *dir, const char *name, char ret[KK_COPY_PATH_MAX], struct kk_error *err)
{
    int n = snprintf(ret, KK_COPY_PATH_MAX, "%s/%s", dir, name);

    return n < 0 || n >= KK_COPY_PATH_MAX
               ? kk_error_say(err, KK_E_IO, dir, "the path is too long", "パスが長すぎます")
               : 0;
}

bool copy_is_db(const char *name)
{
    return kk_text_ends(name, ".db");
}

static bool put_all(int fd, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* A negative number: which of both it was stands in *ret_reading. */
static int pump(int from, int to, struct copy_sum *ret, bool *ret_reading)
{
    struct kk_sha256 hash;
    uint8_t piece[PIECE];
    ssize_t n;

    *ret = (struct copy_sum){ .bytes = 0 };
    *ret_reading = true;
    kk_sha256_init(&hash);
    while ((n = read(from, piece, sizeof(piece))) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        kk_sha256_add(&hash, kk_slice(piece, (size_t)n));
        ret->bytes += (uint64_t)n;
        if (to >= 0 && !put_all(to, piece, (size_t)n)) {
            *ret_reading = false;
            return -1;
        }
    }
    kk_sha256_done(&hash, ret->hash);
    if (to < 0 || fsync(to) == 0)
        return 0;
    *ret_reading = false;
    return -1;
}

int copy_read(const char *from, const char *to, struct copy_sum *ret, struct kk_error *err)
{
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), out = -1, r = 0;
    bool reading = true;

    if (in < 0)
        return copy_failed(from, err);
    if (to) {
        out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (out < 0)
            r = copy_failed(to, err);
    }
    if (r == 0 && pump(in, out, ret, &reading) < 0)
        r = copy_failed(reading ? from : to, err);
    close(in);
    if (out >= 0)
        close(out);
    return r;
}

int copy_make_folder(const char *path, struct kk_error *err)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : copy_failed(path, err);
}

int copy_make_folders(const char *dir, const char *name, struct kk_error *err)
{
    char path[KK_COPY_PATH_MAX];
    size_t start = strlen(dir) + 1;
    int r = copy_path(dir, name, path, err);

    for (size_t i = start; r == 0 && path[i]; i++) {
        if (path[i] != '/')
            continue;
        path[i] = '\0';
        r = copy_make_folder(path, err);
        path[i] = '/';
    }
    return r;
}

int copy_sync_folder(const char *path, struct kk_error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;

    if (fd < 0)
        return copy_failed(path, err);
    if (fsync(fd) < 0 && errno != EINVAL) /* some file systems have nothing to do */
        r = copy_failed(path, err);
    close(fd);
    return r;
}

static int visible(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

int copy_list(const char *path, copy_name_fn *fn, void *user, struct kk_error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, visible, by_bytes), r = 0;

    if (count < 0)
        return copy_failed(path, err);
    for (int i = 0; i < count; i++) {
        if (r == 0)
            r = fn(user, entries[i]->d_name);
        (free)(entries[i]); /* scandir's memory, not kk_alloc's */
    }
    (free)(entries);
    return r;
}

struct removing {
    const char *dir;
    unsigned depth;
    struct kk_error *err;
};

static int remove_at(const char *path, unsigned depth, struct kk_error *err);

static int remove_name(void *user, const char *name)
{
    struct removing *x = user;
    char path[KK_COPY_PATH_MAX];
    int r = copy_path(x->dir, name, path, x->err);

    return r == 0 ? remove_at(path, x->depth + 1, x->err) : r;
}

static int remove_at(const char *path, unsigned depth, struct kk_error *err)
{
    struct removing x = { .dir = path, .depth = depth, .err = err };
    struct stat st;
    int r;

    if (lstat(path, &st) < 0)
        return errno == ENOENT ? 0 : copy_failed(path, err);
    if (!S_ISDIR(st.st_mode))
        return unlink(path) < 0 ? copy_failed(path, err) : 0;
    if (depth > DEEPEST)
        return kk_error_say(err, KK_E_IO, path, "too many folders in one another",
                            "フォルダーの階層が深すぎます");
    r = copy_list(path, remove_name, &x, err);
    if (r == 0 && rmdir(path) < 0)
        r = copy_failed(path, err);
    return r;
}

int kk_copy_remove(const char *path, struct kk_error *err)
{
    return remove_at(path, 0, err);
}

struct moving {
    const char *from, *to;
    struct kk_error *err;
};

static int move_name(void *user, const char *name)
{
    struct moving *m = user;
    char from[KK_COPY_PATH_MAX], to[KK_COPY_PATH_MAX];
    struct stat st;
    int r = copy_path(m->from, name, from, m->err);

    if (r == 0)
        r = copy_path(m->to, name, to, m->err);
    if (r < 0 || lstat(from, &st) < 0 || !S_ISREG(st.st_mode) || lstat(to, &st) == 0)
        return r;
    return rename(from, to) < 0 ? copy_failed(to, m->err) : 0;
}

int kk_copy_move_files(const char *from, const char *to, struct kk_error *err)
{
    struct moving m = { .from = from, .to = to, .err = err };
    int r = copy_list(from, move_name, &m, err);

    return r == 0 ? copy_sync_folder(to, err) : r;
}
