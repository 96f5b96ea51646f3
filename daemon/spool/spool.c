/* The folders of the spool: look, read, move. */
#include "spool/spool.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"
#include "spool/forget.h"
#include "spool/intake.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 4096
#define READ_BYTES (256 * 1024)
#define NAMES_MAX  4096

static int path_in(char ret[PATH_BYTES], const char *dir, const char *folder, const char *name)
{
    int len = snprintf(ret, PATH_BYTES, "%s/%s%s%s", dir, folder, name[0] ? "/" : "", name);

    return len > 0 && len < PATH_BYTES ? 0 : KK_E_IO;
}

static int fault_of_errno(void)
{
    return errno == ENOSPC || errno == EDQUOT ? KK_E_DISK_FULL : KK_E_IO;
}

int kk_spool_prepare(const char *dir, struct kk_error *err)
{
    static const char *const folders[] = { "in", "done", "bad" };
    char path[PATH_BYTES];

    if (mkdir(dir, 0700) < 0 && errno != EEXIST)
        return kk_error_set(err, fault_of_errno(), dir, "%s", strerror(errno));
    for (size_t i = 0; i < KK_COUNT(folders); i++) {
        if (path_in(path, dir, folders[i], "") < 0)
            return kk_error_say(err, KK_E_IO, dir, "the path is too long",
                                "パスが長すぎます");
        if (mkdir(path, 0700) < 0 && errno != EEXIST)
            return kk_error_set(err, fault_of_errno(), path, "%s", strerror(errno));
    }
    return 0;
}

static bool ready(const char *name)
{
    return name[0] != '.' && !kk_text_ends(name, ".part");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
    char *list[NAMES_MAX];
    size_t count;
};

static void free_names(struct names *n)
{
    for (size_t i = 0; i < n->count; i++)
        kk_free(n->list[i]);
    n->count = 0;
}

static int list_in(const char *dir, struct names *n)
{
    char path[PATH_BYTES];
    struct dirent *e;
    DIR *d;

    if (path_in(path, dir, "in", "") < 0)
        return KK_E_IO;
    d = opendir(path);
    if (!d)
        return KK_E_IO;
    while ((e = readdir(d)) && n->count < NAMES_MAX) {
        if (!ready(e->d_name))
            continue;
        n->list[n->count] = kk_text_dup(e->d_name, strlen(e->d_name));
        if (n->list[n->count])
            n->count++;
    }
    closedir(d);
    qsort(n->list, n->count, sizeof(n->list[0]), by_name);
    return 0;
}

static int drain(struct kk_kkyb_reader *reader, struct intake *in, bool *ret_ended)
{
    for (;;) {
        enum kk_kkyb_event event;
        struct kk_kkyb_item item;
        int r = kk_kkyb_next(reader, &event, &item);

        if (r < 0) {
            snprintf(in->reason, sizeof(in->reason), "[E%d] %s", -r, kk_error_info(r)->en);
            return r;
        }
        if (event == KK_KKYB_ITEM)
            r = intake_item(in, &item);
        if (r < 0)
            return r;
        *ret_ended = *ret_ended || event == KK_KKYB_END;
        if (event == KK_KKYB_MORE || event == KK_KKYB_END)
            return 0;
    }
}

static int not_taken(struct intake *in, const char *why)
{
    snprintf(in->reason, sizeof(in->reason), "[E%d] %s", -KK_E_BUNDLE_FILE, why);
    return KK_E_BUNDLE_FILE;
}

/*
 * Only a regular file that may be read: a folder, a link or a file of somebody else would stand in
 * the way of all that follow.
 */
static int open_file(const char *path, struct intake *in)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat st;

    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        return fd;
    if (fd >= 0 || errno == ELOOP || errno == ENXIO) {
        if (fd >= 0)
            close(fd);
        return not_taken(in, "not a regular file");
    }
    return errno == EACCES ? not_taken(in, "the daemon's user may not read it") : KK_E_IO;
}

static int read_file(const char *path, struct intake *in)
{
    KK_AUTO_FINI(kk_kkyb_reader) struct kk_kkyb_reader reader = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes chunk = { 0 };
    int fd = open_file(path, in);
    bool ended = false;
    uint8_t *at;
    int r = fd < 0 ? fd : kk_bytes_extend(&chunk, READ_BYTES, &at);

    kk_kkyb_reader_init(&reader);
    while (r == 0) {
        ssize_t got = read(fd, at, READ_BYTES);

        if (got < 0)
            r = KK_E_IO;
        if (got <= 0)
            break;
        r = kk_kkyb_feed(&reader, kk_slice(at, (size_t)got));
        if (r == 0)
            r = drain(&reader, in, &ended);
    }
    if (fd >= 0)
        close(fd);
    if (r == 0 && !ended)
        r = not_taken(in, "the file is cut short");
    return r == 0 ? intake_end(in) : r;
}

/* For whoever finds the file there: what, and what to do, in both languages. */
static int write_reason(const char *dir, const struct kk_spool_report *report)
{
    const struct kk_error_info *info = kk_error_info(report->fault);
    char path[PATH_BYTES];
    FILE *f;

    if (path_in(path, dir, "bad", report->name) < 0 || strlen(path) + 8 > sizeof(path))
        return KK_E_IO;
    memcpy(path + strlen(path), ".reason", 8);
    f = fopen(path, "we");
    if (!f)
        return fault_of_errno();
    fprintf(f, "%s\n%s\n\n[E%d] %s\n%s\n", report->reason, info->remedy_en, -report->fault,
            info->ja, info->remedy_ja);
    return fclose(f) == 0 ? 0 : fault_of_errno();
}

static int move_to(const char *dir, const char *folder, const char *name)
{
    char from[PATH_BYTES], to[PATH_BYTES];

    if (path_in(from, dir, "in", name) < 0 || path_in(to, dir, folder, name) < 0)
        return KK_E_IO;
    return rename(from, to) == 0 ? 0 : fault_of_errno();
}

/* The machine's own troubles leave the file where it is; it is tried again. */
static bool is_passing(int fault)
{
    return fault == KK_E_MEMORY || fault == KK_E_DISK_FULL || fault == KK_E_IO ||
           fault == KK_E_STORE || fault == KK_E_LOCKED;
}

static int work_on(struct kk_relay *relay, const char *dir, struct kk_spool_report *report,
                   struct intake *in)
{
    char path[PATH_BYTES];
    int r = path_in(path, dir, "in", report->name);

    if (r == 0)
        r = kk_relay_begin(relay);
    if (r < 0)
        return r;
    r = read_file(path, in);
    if (r == 0)
        return kk_relay_commit(relay);
    kk_relay_rollback(relay);
    return r;
}

static int adopt_file(struct kk_relay *relay, const char *dir, struct kk_spool_report *report)
{
    struct intake *in = kk_alloc(sizeof(*in));
    int r;

    if (!in)
        return KK_E_MEMORY;
    intake_init(in, relay, report);
    r = work_on(relay, dir, report, in);
    memcpy(report->reason, in->reason, sizeof(report->reason));
    intake_fini(in);
    kk_free(in);
    if (r == 0) {
        report->adopted = true;
        return move_to(dir, "done", report->name);
    }
    if (is_passing(r))
        return r;
    if (r == KK_E_RECOVERING) { /* until the registrar's era, which may stand behind it */
        report->waits = true;
        return 0;
    }
    report->fault = r;
    if (!report->reason[0])
        snprintf(report->reason, sizeof(report->reason), "[E%d] %s", -r, kk_error_info(r)->en);
    r = write_reason(dir, report);
    return r == 0 ? move_to(dir, "bad", report->name) : r;
}

int kk_spool_scan(struct kk_relay *relay, const char *dir, kk_spool_fn *report, void *user,
                  struct kk_error *err)
{
    struct names *names = kk_alloc(sizeof(*names));
    int r = names ? list_in(dir, names) : KK_E_MEMORY;

    for (size_t i = 0; r == 0 && i < names->count; i++) {
        struct kk_spool_report what = { .name = names->list[i] };

        r = adopt_file(relay, dir, &what);
        if (r == 0 && !what.waits)
            report(user, &what);
        else if (r < 0)
            kk_error_set(err, r, names->list[i], "%s", "");
    }
    if (r == 0 && kk_relay_forgets(relay))
        r = spool_forget(relay, dir, report, user);
    if (r < 0 && err && !err->fault)
        kk_error_set(err, r, dir, "%s", "");
    if (names)
        free_names(names);
    kk_free(names);
    return r;
}
