/* Reading the daemon's desk. [DM-16] */
#include "desk.h"

#include "kukyoku/trust/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATH_BYTES     4096
#define KEY_FILE_MAX   4096
#define START_FILE     "000-start.kkyb" /* its name in the spool, where it comes first */
#define START_FILE_MAX (64 * 1024 * 1024)

static int read_file(const char *path, size_t max, bool private, struct kk_bytes *out,
                     struct kk_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), r = 0;
    struct stat st;
    uint8_t *at;

    if (fd < 0)
        return kk_error_set(err, KK_E_IO, path, "%s", strerror(errno));
    if (fstat(fd, &st) < 0 || st.st_size < 0 || (size_t)st.st_size > max)
        r = kk_error_say(err, KK_E_IO, path, "not a file of the expected size",
                         "ファイルの大きさが違います");
    else if (private && (st.st_mode & 077))
        r = kk_error_say(err, KK_E_KEY_MODE, path, "mode %03o",
                         "モード %03o", (unsigned)(st.st_mode & 0777));
    else
        r = kk_bytes_extend(out, (size_t)st.st_size, &at);
    if (r == 0 && read(fd, at, out->len) != (ssize_t)out->len)
        r = kk_error_say(err, KK_E_IO, path, "could not be read whole",
                         "最後まで読めません");
    close(fd);
    return r;
}

static int load_keys(struct kk_slice plain, struct kk_daemon_keys *ret)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_key_daemon keys;
    int r;

    kk_arena_init(&arena, 1024);
    r = kk_shape_read(&kk_shape_key_daemon, plain, &arena, &keys, NULL);
    if (r < 0)
        return r;
    *ret = (struct kk_daemon_keys){ .transport_count = keys.transport.count };
    kk_sign_keys(keys.sign, ret->relay.sign_secret, ret->relay.sign);
    for (size_t i = 0; i < keys.transport.count; i++)
        memcpy(ret->transport[i], keys.transport.items[i].id, KK_KEY_BYTES);
    kk_secret_wipe(&keys, sizeof(keys));
    return 0;
}

int kk_desk_keys(const char *dir, struct kk_daemon_keys *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    struct kk_bytes plain = { 0 };
    enum kk_keyfile_verdict verdict;
    char path[PATH_BYTES];
    int r;

    if (sodium_init() < 0)
        return kk_error_say(err, KK_E_MEMORY, dir, "libsodium could not start",
                            "libsodium を開始できません");
    snprintf(path, sizeof(path), "%s/daemon.key", dir);
    r = read_file(path, KEY_FILE_MAX, true, &file, err);
    if (r < 0)
        return r;
    r = kk_keyfile_open("daemon", kk_bytes_slice(&file), kk_slice(NULL, 0), &plain, &verdict);
    if (r == 0 && verdict != KK_KEYFILE_OPENED)
        r = kk_error_say(err, KK_E_SHAPE, path, "not a daemon's key file without a passphrase",
                         "パスフレーズのないデーモンの鍵ファイルではありません");
    else if (r == 0)
        r = load_keys(kk_bytes_slice(&plain), ret);
    kk_keyfile_wipe(&plain);
    if (r < 0 && err && !err->fault)
        kk_error_set(err, r, path, "%s", "");
    return r;
}

static int write_file(const char *path, struct kk_slice bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok;

    if (fd < 0)
        return KK_E_IO;
    ok = write(fd, bytes.data, bytes.len) == (ssize_t)bytes.len && fsync(fd) == 0;
    return close(fd) == 0 && ok ? 0 : KK_E_IO;
}

bool kk_desk_was_started(const char *spool)
{
    char path[PATH_BYTES];

    snprintf(path, sizeof(path), "%s/done/" START_FILE, spool);
    return access(path, F_OK) == 0;
}

int kk_desk_first_files(const char *dir, const char *spool, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    char from[PATH_BYTES], part[PATH_BYTES], to[PATH_BYTES];
    int r;

    snprintf(from, sizeof(from), "%s/start.kkyb", dir);
    snprintf(part, sizeof(part), "%s/in/" START_FILE ".part", spool);
    snprintf(to, sizeof(to), "%s/in/" START_FILE, spool);
    r = read_file(from, START_FILE_MAX, false, &file, err);
    if (r < 0)
        return r;
    r = write_file(part, kk_bytes_slice(&file));
    if (r == 0 && rename(part, to) < 0)
        r = KK_E_IO;
    return r < 0 ? kk_error_set(err, r, to, "%s", strerror(errno)) : 0;
}

int64_t kk_clock_ms(void *user)
{
    struct timespec ts;

    (void)user;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
