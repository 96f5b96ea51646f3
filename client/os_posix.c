/* What the client needs of a POSIX system (os.h). */
#include "os.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/language.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* --- faults --- */
static int fault_of(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return KK_E_NOT_FOUND;
    case EEXIST:
        return KK_E_EXISTS;
    case ENOSPC:
    case EDQUOT:
        return KK_E_DISK_FULL;
    case ENOMEM:
        return KK_E_MEMORY;
    default:
        return KK_E_IO;
    }
}

/* The end of a long path says more than its beginning. */
static const char *shown(const char *path)
{
    size_t len = strlen(path);

    return len < KK_ERROR_WHERE_MAX ? path : path + len - (KK_ERROR_WHERE_MAX - 1);
}

int kk_os_failed(const char *path, struct kk_error *err)
{
    int error = errno;

    return kk_error_set(err, fault_of(error), shown(path), "%s", strerrordesc_np(error));
}

/* --- clock and chance --- */
static int64_t clock_ms(clockid_t id)
{
    struct timespec t;

    kk_assert(clock_gettime(id, &t) == 0);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t kk_os_now_ms(void)
{
    return clock_ms(CLOCK_REALTIME);
}

int64_t kk_os_monotonic_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

void kk_os_sleep_ms(int ms)
{
    struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

    while (nanosleep(&t, &t) < 0 && errno == EINTR)
        continue;
}

static void fill(void *self, void *bytes, size_t len)
{
    uint8_t *at = bytes;

    (void)self;
    while (len > 0) {
        ssize_t n = getrandom(at, len, 0);

        if (n < 0 && errno == EINTR)
            continue;
        kk_assert(n > 0);
        at += n;
        len -= (size_t)n;
    }
}

struct kk_entropy kk_os_entropy(void)
{
    return (struct kk_entropy){ .fill = fill, .self = NULL };
}

/* --- the person and the machine --- */
#define MEMORY_KEPT (16 * 1024 * 1024)
/*
 * A pack is decoded into megabytes that are free again at once. Given back to the system each time,
 * and by each thread from a heap of its own, their page faults cost a quarter of an update.
 */
void kk_os_keep_memory(void)
{
#ifdef M_ARENA_MAX
    kk_ignore(mallopt(M_ARENA_MAX, 1));
    kk_ignore(mallopt(M_MMAP_THRESHOLD, MEMORY_KEPT));
    kk_ignore(mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT));
#endif
}

bool kk_os_is_terminal(enum kk_os_stream stream)
{
    return isatty((int)stream) == 1;
}

const char *kk_os_language(void)
{
    return kk_language_of(getenv);
}

void kk_os_hostname(char ret[KK_OS_NAME_MAX])
{
    if (gethostname(ret, KK_OS_NAME_MAX) < 0)
        snprintf(ret, KK_OS_NAME_MAX, "localhost");
    ret[KK_OS_NAME_MAX - 1] = 0;
}

bool kk_os_credential(const char *name, char ret[KK_OS_PATH_MAX])
{
    const char *dir = getenv("CREDENTIALS_DIRECTORY");

    return dir && kk_os_path_join(dir, name, ret) == 0 && kk_os_exists(ret);
}

/* $variable/kukyoku, else ~/beside/kukyoku. */
static int person_dir(const char *variable, const char *beside, char ret[KK_OS_PATH_MAX],
                      struct kk_error *err)
{
    const char *named = getenv(variable);
    const char *home = getenv("HOME");
    int n;

    if (named && named[0] == '/')
        n = snprintf(ret, KK_OS_PATH_MAX, "%s/kukyoku", named);
    else if (home && home[0] == '/')
        n = snprintf(ret, KK_OS_PATH_MAX, "%s/%s/kukyoku", home, beside);
    else
        return kk_error_say(err, KK_E_NOT_FOUND, "HOME", "not set",
                            "設定されていません");
    if (n < 0 || n >= KK_OS_PATH_MAX)
        return kk_error_say(err, KK_E_ROW_LIMIT, "HOME", "too long",
                            "長すぎます");
    return 0;
}

int kk_os_data_home(char ret[KK_OS_PATH_MAX], struct kk_error *err)
{
    return person_dir("XDG_DATA_HOME", ".local/share", ret, err);
}

int kk_os_settings_home(char ret[KK_OS_PATH_MAX], struct kk_error *err)
{
    return person_dir("XDG_CONFIG_HOME", ".config", ret, err);
}

const char *kk_os_settings_system(void)
{
    return "/etc/kukyoku";
}

static int read_line(int fd, struct kk_bytes *ret)
{
    uint8_t c;

    for (;;) {
        ssize_t n = read(fd, &c, 1);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return KK_E_IO;
        if (n == 0 || c == '\n')
            return 0;
        int r = kk_bytes_append(ret, &c, 1);
        if (r < 0)
            return r;
    }
}

int kk_os_ask_secret(const char *prompt, struct kk_bytes *ret, struct kk_error *err)
{
    struct termios before, quiet;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

    if (fd < 0 || tcgetattr(fd, &before) < 0) {
        if (fd >= 0)
            close(fd);
        return kk_error_say(err, KK_E_PASSPHRASE, "/dev/tty", "no terminal to ask on",
                            "入力を求める端末がありません");
    }
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    kk_ignore(tcsetattr(fd, TCSAFLUSH, &quiet)); /* worst case: the typing is seen */
    dprintf(fd, "%s", prompt);
    /* Reserved at once, so that no copy of a secret is left behind by growing. */
    int r = kk_bytes_reserve(ret, 1024);
    if (r == 0)
        r = read_line(fd, ret);
    kk_ignore(tcsetattr(fd, TCSAFLUSH, &before));
    dprintf(fd, "\n");
    close(fd);
    return r < 0 ? kk_error_say(err, r, "/dev/tty", "the terminal could not be read",
                                "端末から読み取れません") : 0;
}

void kk_os_wipe(struct kk_bytes *secret)
{
    if (secret->data)
        kk_secret_wipe(secret->data, secret->cap);
    kk_bytes_fini(secret);
}

/* --- files and folders --- */
int kk_os_path_join(const char *dir, const char *name, char ret[KK_OS_PATH_MAX])
{
    int n = snprintf(ret, KK_OS_PATH_MAX, "%s/%s", dir, name);

    return n < 0 || n >= KK_OS_PATH_MAX ? KK_E_ROW_LIMIT : 0;
}

int kk_os_path_absolute(const char *path, char ret[KK_OS_PATH_MAX], struct kk_error *err)
{
    char here[KK_OS_PATH_MAX];
    int n;

    if (path[0] == '/')
        n = snprintf(ret, KK_OS_PATH_MAX, "%s", path);
    else if (getcwd(here, sizeof here))
        n = snprintf(ret, KK_OS_PATH_MAX, "%s/%s", here, path);
    else
        return kk_os_failed(path, err);
    if (n < 0 || n >= KK_OS_PATH_MAX)
        return kk_error_say(err, KK_E_ROW_LIMIT, shown(path), "an over-long path",
                            "パスが長すぎます");
    return 0;
}

bool kk_os_exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

static int make_one(const char *path, struct kk_error *err)
{
    struct stat st;

    if (mkdir(path, 0700) == 0 || (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
        return 0;
    return kk_os_failed(path, err);
}

int kk_os_dir_make(const char *path, struct kk_error *err)
{
    char part[KK_OS_PATH_MAX];
    size_t len = strlen(path);

    if (len == 0 || len >= sizeof part)
        return kk_error_say(err, KK_E_ROW_LIMIT, shown(path), "an empty or over-long path",
                            "パスが空か、長すぎます");
    memcpy(part, path, len + 1);
    for (size_t i = 1; i < len; i++) {
        if (part[i] != '/')
            continue;
        part[i] = 0;
        int r = make_one(part, err);
        if (r < 0)
            return r;
        part[i] = '/';
    }
    return make_one(path, err);
}

static int visible(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

int kk_os_dir_list(const char *path, kk_os_dir_fn *fn, void *user, struct kk_error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, visible, by_bytes);
    int r = 0;

    if (count < 0)
        return kk_os_failed(path, err);
    for (int i = 0; i < count; i++) {
        if (r == 0)
            r = fn(user, entries[i]->d_name);
        (free)(entries[i]); /* scandir's memory, not kk_alloc's */
    }
    (free)(entries);
    return r;
}

static int read_all(int fd, size_t max, struct kk_bytes *out)
{
    size_t start = out->len;

    for (;;) {
        uint8_t *at;
        size_t want = max - (out->len - start);
        int r = kk_bytes_extend(out, want < 65536 ? want + 1 : 65536, &at);

        if (r < 0)
            return r;
        size_t room = (size_t)(out->data + out->len - at);
        ssize_t n = read(fd, at, room);
        out->len -= room - (n > 0 ? (size_t)n : 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return KK_E_IO;
        if (n == 0)
            return 0;
        if (out->len - start > max)
            return KK_E_ROW_LIMIT;
    }
}

int kk_os_file_read(const char *path, size_t max, struct kk_bytes *out, struct kk_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return kk_os_failed(path, err);
    int r = read_all(fd, max, out);
    int error = errno;
    close(fd);
    if (r == KK_E_ROW_LIMIT)
        return kk_error_say(err, r, shown(path), "more than %zu bytes",
                            "%zu バイトを超えています", max);
    errno = error;
    return r == KK_E_IO ? kk_os_failed(path, err) : r;
}

int kk_os_file_temporary(char ret[KK_OS_PATH_MAX], struct kk_error *err)
{
    const char *dir = getenv("TMPDIR");
    int n = snprintf(ret, KK_OS_PATH_MAX, "%s/kukyoku-XXXXXX", dir && *dir ? dir : "/tmp"), fd;

    if (n < 0 || n >= KK_OS_PATH_MAX)
        return kk_error_say(err, KK_E_ROW_LIMIT, "TMPDIR", "an over-long path",
                            "パスが長すぎます");
    fd = mkstemp(ret);
    if (fd < 0)
        return kk_os_failed(ret, err);
    close(fd);
    return 0;
}

int kk_os_file_size(const char *path, uint64_t *ret, struct kk_error *err)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return kk_os_failed(path, err);
    *ret = (uint64_t)st.st_size;
    return 0;
}

uint64_t kk_os_file_stamp(const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return 0;
    return ((uint64_t)st.st_mtim.tv_sec * 1000000000 + (uint64_t)st.st_mtim.tv_nsec) ^
           (uint64_t)st.st_size << 1;
}

int kk_os_file_check_private(const char *path, struct kk_error *err)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return kk_os_failed(path, err);
    if (st.st_mode & 077)
        return kk_error_say(err, KK_E_KEY_MODE, shown(path), "mode %03o",
                            "モード %03o", st.st_mode & 0777);
    return 0;
}

int kk_os_file_remove(const char *path, struct kk_error *err)
{
    if (unlink(path) == 0 || errno == ENOENT)
        return 0;
    return kk_os_failed(path, err);
}

/* A new name is on disk once its folder is. */
static int sync_parent(const char *path, struct kk_error *err)
{
    char dir[KK_OS_PATH_MAX] = ".";
    const char *slash = strrchr(path, '/');

    if (slash == path)
        memcpy(dir, "/", 2);
    else if (slash)
        snprintf(dir, sizeof dir, "%.*s", (int)(slash - path), path);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return kk_os_failed(dir, err);
    int r = fsync(fd) < 0 && errno != EINVAL ? kk_os_failed(dir, err) : 0;
    close(fd);
    return r;
}

int kk_os_file_move(const char *from, const char *to, struct kk_error *err)
{
    if (rename(from, to) < 0)
        return kk_os_failed(to, err);
    return sync_parent(to, err);
}

int kk_os_writer_open(struct kk_os_writer *w, const char *path, enum kk_os_access access,
                      struct kk_error *err)
{
    uint64_t salt;
    int n;

    *w = (struct kk_os_writer){ 0 };
    fill(NULL, &salt, sizeof salt);
    n = snprintf(w->temporary, sizeof w->temporary, "%s.%016llx.part", path,
                 (unsigned long long)salt);
    if (n < 0 || n >= (int)sizeof w->temporary)
        return kk_error_say(err, KK_E_ROW_LIMIT, shown(path), "an over-long path",
                            "パスが長すぎます");
    memcpy(w->path, path, strlen(path) + 1);
    int fd = open(w->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                  access == KK_OS_PRIVATE ? 0600 : 0666);
    if (fd < 0)
        return kk_os_failed(path, err);
    w->handle = fd + 1;
    return 0;
}

int kk_os_writer_put(struct kk_os_writer *w, struct kk_slice bytes, struct kk_error *err)
{
    kk_assert(w->handle > 0);
    while (bytes.len > 0) {
        ssize_t n = write(w->handle - 1, bytes.data, bytes.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return kk_os_failed(w->path, err);
        bytes = kk_slice(bytes.data + n, bytes.len - (size_t)n);
    }
    return 0;
}

int kk_os_writer_commit(struct kk_os_writer *w, struct kk_error *err)
{
    kk_assert(w->handle > 0);
    if (fsync(w->handle - 1) < 0)
        return kk_os_failed(w->path, err);
    close(w->handle - 1);
    w->handle = 0;
    int r = kk_os_file_move(w->temporary, w->path, err);
    if (r < 0)
        unlink(w->temporary);
    return r;
}

void kk_os_writer_fini(struct kk_os_writer *w)
{
    if (w->handle == 0)
        return;
    close(w->handle - 1);
    w->handle = 0;
    unlink(w->temporary);
}

int kk_os_file_write(const char *path, struct kk_slice bytes, enum kk_os_access access,
                     struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_writer) struct kk_os_writer w = { 0 };
    int r = kk_os_writer_open(&w, path, access, err);

    if (r == 0)
        r = kk_os_writer_put(&w, bytes, err);
    if (r == 0)
        r = kk_os_writer_commit(&w, err);
    return r;
}

/* --- one writer at a time --- */
int kk_os_lock_take(struct kk_os_lock *lock, const char *dir, int wait_ms, struct kk_error *err)
{
    return kk_os_lock_named(lock, dir, KK_OS_LOCK_HOME, wait_ms, err);
}

int kk_os_lock_named(struct kk_os_lock *lock, const char *dir, const char *name, int wait_ms,
                     struct kk_error *err)
{
    char path[KK_OS_PATH_MAX];
    int64_t until = kk_os_monotonic_ms() + wait_ms;
    int r = kk_os_path_join(dir, name, path);

    if (r < 0)
        return kk_error_say(err, r, shown(dir), "an over-long path",
                            "パスが長すぎます");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return kk_os_failed(path, err);
    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        bool busy = errno == EWOULDBLOCK || errno == EINTR;

        if (busy && kk_os_monotonic_ms() < until) {
            kk_os_sleep_ms(20);
            continue;
        }
        r = busy ? kk_error_say(err, KK_E_LOCKED, shown(path), "waited %d ms",
                                "%d ミリ秒待ちました", wait_ms)
                 : kk_os_failed(path, err);
        close(fd);
        return r;
    }
    lock->handle = fd + 1;
    return 0;
}

void kk_os_lock_fini(struct kk_os_lock *lock)
{
    if (lock->handle == 0)
        return;
    close(lock->handle - 1); /* the system lets go of the lock with it */
    lock->handle = 0;
}

/* --- the encoding of Windows tables --- */
#define CONVERT_BYTES 65536

/* iconv takes its input as char *, and only reads it. */
static int convert(iconv_t with, struct kk_slice text, struct kk_bytes *out, size_t *ret_stop)
{
    char *at = (char *)(uintptr_t)text.data;
    size_t left = text.len;

    while (left > 0) {
        uint8_t *room;
        int r = kk_bytes_extend(out, CONVERT_BYTES, &room);
        char *to = (char *)room;
        size_t free_bytes = CONVERT_BYTES;

        if (r < 0)
            return r;
        bool stuck = iconv(with, &at, &left, &to, &free_bytes) == (size_t)-1 && errno != E2BIG;
        out->len -= free_bytes;
        if (stuck)
            break;
    }
    *ret_stop = text.len - left;
    return 0;
}

int kk_os_cp932(enum kk_os_cp932 way, struct kk_slice text, struct kk_bytes *out,
                size_t *ret_stop)
{
    bool from = way == KK_OS_FROM_CP932;
    iconv_t with = iconv_open(from ? "UTF-8" : "CP932", from ? "CP932" : "UTF-8");
    int r;

    *ret_stop = 0;
    if (with == (iconv_t)-1)
        return KK_E_IO;
    r = convert(with, text, out, ret_stop);
    iconv_close(with);
    return r;
}
