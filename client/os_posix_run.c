/* A child with a socket for its standard input, in a group of its own (os_run.h). */
#include "os_run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int failed(const char *path, int error, struct kk_error *err)
{
    return kk_error_say(err, KK_E_HOOK, path, "it could not be started: %s",
                        "起動できません（%s）", strerrordesc_np(error));
}

/* Signals as a program expects to find them, whatever ours are set to. */
static int set_signals(posix_spawnattr_t *with)
{
    sigset_t all, none;
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP;

    sigemptyset(&none);
    sigemptyset(&all);
    sigaddset(&all, SIGPIPE);
    if (posix_spawnattr_setsigdefault(with, &all) || posix_spawnattr_setsigmask(with, &none))
        return EINVAL;
    return posix_spawnattr_setflags(with, flags);
}

static int start(const char *path, int in, pid_t *ret)
{
    char *const words[] = { (char *)(uintptr_t)path, NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t with;
    int error = posix_spawn_file_actions_init(&actions);

    if (error)
        return error;
    error = posix_spawnattr_init(&with);
    if (error) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    error = set_signals(&with);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    if (!error)
        error = posix_spawn(ret, path, &actions, &with, words, environ);
    posix_spawnattr_destroy(&with);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Who reads nothing, or only some of it, is no failure: how it ends is what counts. */
static void hand_over(int out, struct kk_slice in)
{
    while (in.len > 0) {
        ssize_t sent = send(out, in.data, in.len, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return;
        in = kk_slice(in.data + sent, in.len - (size_t)sent);
    }
}

/* True when it ended in time. */
static bool await(pid_t child, int64_t timeout_ms)
{
    int64_t until = kk_os_monotonic_ms() + timeout_ms;
    struct pollfd end = { .fd = pidfd_open(child, 0), .events = POLLIN };
    int got = 0;

    while (end.fd >= 0 && got <= 0) {
        int64_t left = until - kk_os_monotonic_ms();

        got = left > 0 ? poll(&end, 1, (int)left) : 0;
        if (left <= 0 || (got < 0 && errno != EINTR))
            break;
    }
    if (end.fd >= 0)
        close(end.fd);
    return got > 0;
}

static int judge(const char *path, int status, struct kk_error *err)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    if (WIFEXITED(status))
        return kk_error_say(err, KK_E_HOOK, path, "it ended with status %d",
                            "終了ステータス %d で終わりました", WEXITSTATUS(status));
    return kk_error_say(err, KK_E_HOOK, path, "it was ended by signal %d",
                        "シグナル %d で終了しました", WTERMSIG(status));
}

static int run(const char *path, int ends[2], struct kk_slice in, int64_t timeout_ms,
               struct kk_error *err)
{
    pid_t child;
    int status, error = start(path, ends[0], &child);
    bool in_time;

    close(ends[0]);
    if (!error)
        hand_over(ends[1], in);
    close(ends[1]);
    if (error)
        return failed(path, error, err);
    in_time = await(child, timeout_ms);
    if (!in_time)
        kill(-child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (in_time)
        return judge(path, status, err);
    return kk_error_say(err, KK_E_HOOK, path, "it was ended after %lld s",
                        "%lld 秒で打ち切りました", (long long)(timeout_ms / 1000));
}

int kk_os_run(const char *path, struct kk_slice in, int64_t timeout_ms, struct kk_error *err)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return failed(path, errno, err);
    return run(path, ends, in, timeout_ms, err);
}
