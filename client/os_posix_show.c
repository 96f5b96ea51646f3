/* A stream into memory, the desktop's own programs, sockets (os_show.h). */
#include "os_show.h"

#include <errno.h>
#include <spawn.h>
#include <unistd.h>

static ssize_t append(void *cookie, const char *bytes, size_t len)
{
    if (kk_bytes_append(cookie, bytes, len) == 0)
        return (ssize_t)len;
    errno = ENOMEM;
    return 0; /* of a write: it failed */
}

FILE *kk_os_memory_open(struct kk_bytes *to)
{
    return fopencookie(to, "w", (cookie_io_functions_t){ .write = append });
}

/* What it prints is not our data. Some browsers stay until they are closed: nobody waits. */
int kk_os_show(const char *path, struct kk_error *err)
{
    char *const words[] = { (char *)(uintptr_t)"xdg-open", (char *)(uintptr_t)path, NULL };
    posix_spawn_file_actions_t actions;
    pid_t child;
    int failed = posix_spawn_file_actions_init(&actions);

    if (!failed) {
        failed = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
        if (!failed)
            failed = posix_spawnp(&child, words[0], &actions, NULL, words, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    if (!failed)
        return 0;
    return kk_error_say(err, KK_E_NOT_FOUND, "xdg-open", "no browser could be started",
                        "ブラウザーを起動できません");
}

void kk_os_socket_close(int socket)
{
    close(socket);
}
