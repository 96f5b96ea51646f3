/* Printing a page by an installed Chromium, and the folder it leaves behind (os_show.h). */
#include "os.h"
#include "os_show.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PRINT_MS 60000
#define WORD_MAX (3 * KK_OS_PATH_MAX + 64)

/* "file:///…": everything but letters, digits and a few marks is written as %XX. */
static void address_of(const char *path, char ret[WORD_MAX])
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-._~";
    size_t n = (size_t)snprintf(ret, WORD_MAX, "file://");

    for (const char *at = path; *at && n + 4 < WORD_MAX; at++)
        n += (size_t)snprintf(ret + n, WORD_MAX - n, strchr(plain, *at) ? "%c" : "%%%02X",
                              (unsigned char)*at);
}

/* In a group of its own, so that all its processes can be ended; silent. */
static int start(const char *const *words, pid_t *ret)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    int failed = posix_spawn_file_actions_init(&files);

    if (failed)
        return failed;
    failed = posix_spawnattr_init(&how);
    if (!failed) {
        for (int fd = 0; !failed && fd <= 2; fd++)
            failed = posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
        if (!failed)
            failed = posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
        if (!failed)
            failed = posix_spawnp(ret, words[0], &files, &how, (char *const *)(uintptr_t)words,
                                  environ);
        posix_spawnattr_destroy(&how);
    }
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

/* False when it did not end well, or not in time. */
static bool wait_for(pid_t child)
{
    int64_t until = kk_os_monotonic_ms() + PRINT_MS;
    int status = -1;
    pid_t ended;

    while ((ended = waitpid(child, &status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
        if (kk_os_monotonic_ms() > until) {
            kill(-child, SIGKILL);
            waitpid(child, &status, 0);
            return false;
        }
        kk_os_sleep_ms(20);
    }
    return status == 0;
}

/* No window, no profile of the person's, no line: what it prints is all on the page. */
static int print_by(const char *browser, const char *folder, const char *page, const char *pdf)
{
    char profile[WORD_MAX], to[WORD_MAX], address[WORD_MAX];
    const char *words[] = { browser, "--headless", "--disable-gpu", "--incognito", "--no-first-run",
                            "--disable-extensions", "--disable-background-networking",
                            "--disable-component-update", "--disable-sync",
                            "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer",
                            profile, to, address,
                            /* it does not start for root with one */
                            geteuid() == 0 ? "--no-sandbox" : NULL, NULL };
    pid_t child;

    snprintf(profile, sizeof profile, "--user-data-dir=%s/profile", folder);
    snprintf(to, sizeof to, "--print-to-pdf=%s", pdf);
    address_of(page, address);
    if (start(words, &child) != 0)
        return KK_E_NOT_FOUND;
    return wait_for(child) && kk_os_exists(pdf) ? 0 : KK_E_IO;
}

int kk_os_print(const char *folder, const char *page, const char *pdf, struct kk_error *err)
{
    static const char *const browsers[] = { "chromium", "chromium-browser", "google-chrome",
                                            "microsoft-edge" };

    for (size_t i = 0; i < KK_COUNT(browsers); i++) {
        int r = print_by(browsers[i], folder, page, pdf);

        if (r == 0)
            return 0;
        if (r != KK_E_NOT_FOUND)
            return kk_error_say(err, KK_E_PRINT, browsers[i], "it made no PDF",
                                "PDF を作成できませんでした");
    }
    return kk_error_say(err, KK_E_PRINT, browsers[0], "it is not installed",
                        "インストールされていません");
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

int kk_os_dir_remove(const char *path, struct kk_error *err)
{
    if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0)
        return 0;
    return kk_os_failed(path, err);
}
