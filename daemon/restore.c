/*
 * A restore: the backup is placed beside the store, brought up and compared there; then the store
 * that was is moved aside, the other into its place. Cut anywhere, one of them is whole, and a
 * daemon that finds neither says so (KK_E_STORE_GONE).
 */
#include "backup.h"

#include "daemon.h"
#include "desk.h"
#include "spool/spool.h"
#include "state.h"

#include "kukyoku/base/date.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct restoring {
    const struct kk_config *config;
    const struct kk_restore *how;
    struct kk_copy_set set;
    char staged[KK_COPY_PATH_MAX]; /* the folder in which the backup is tried */
    char aside[KK_COPY_PATH_MAX];  /* where the store that was lies now; "": there was none */
    struct kk_bytes state, lost;
    struct kk_error *err;
};

static int path_of(struct restoring *x, const char *dir, const char *name,
                   char ret[KK_COPY_PATH_MAX])
{
    int n = snprintf(ret, KK_COPY_PATH_MAX, "%s%s", dir, name);

    return n < 0 || n >= KK_COPY_PATH_MAX
               ? kk_error_say(x->err, KK_E_IO, dir, "the path is too long", "パスが長すぎます")
               : 0;
}

static int failed(struct restoring *x, const char *path)
{
    return kk_error_set(x->err, errno == ENOSPC ? KK_E_DISK_FULL : KK_E_IO, path, "%s",
                        strerror(errno));
}

static int read_state(const char *path, bool read_only, struct kk_bytes *out,
                      struct kk_error *err)
{
    KK_AUTO_FREE(kk_store) struct kk_store *store = NULL;
    struct kk_store_options o = { .path = path, .read_only = read_only };
    int r = kk_store_open_sqlite(&o, &store, err);

    return r == 0 ? kk_state_of_store(store, out, err) : r;
}

/* An older one is brought up here; what it means is the same. */
static int stage(struct restoring *x)
{
    char path[KK_COPY_PATH_MAX];
    int r = path_of(x, x->config->store,
                    x->how->mode == KK_RESTORE ? ".restoring" : ".testing", x->staged);

    if (r == 0)
        r = kk_copy_remove(x->staged, x->err);
    if (r == 0)
        r = kk_copy_place(&x->set, x->staged, x->err);
    if (r == 0)
        r = path_of(x, x->staged, "/" KK_BACKUP_STORE, path);
    if (r == 0)
        r = read_state(path, false, &x->state, x->err);
    if (r == 0 && !kk_slice_equal(kk_bytes_slice(&x->state), kk_bytes_slice(&x->set.state)))
        r = kk_error_say(x->err, KK_E_BACKUP, x->set.path,
                         "what it holds is not what was written down when it was made",
                         "内容が、作成時に記録された状態と一致しません");
    return r;
}

/*
 * What would be lost with the store that is there. One that can't be read is what a restore is for;
 * it is kept aside whatever it is.
 */
static int weigh(struct restoring *x)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes here = { 0 };
    struct kk_error why = { .fault = 0 };
    int r;

    if (access(x->config->store, F_OK) < 0)
        return 0;
    r = read_state(x->config->store, true, &here, &why);
    if (r == KK_E_STORE_OLDER && x->how->mode == KK_RESTORE)
        r = read_state(x->config->store, false, &here, &why);
    if (r == KK_E_MEMORY || r == KK_E_STORE_NEWER || r == KK_E_LOCKED) {
        *x->err = why;
        return r;
    }
    if (r < 0) {
        printf("unreadable E%d %s %s\n", -r, why.where, why.detail);
        return 0;
    }
    r = kk_copy_lost(kk_bytes_slice(&here), kk_bytes_slice(&x->state), &x->lost);
    if (r == 0 && x->lost.len > 0)
        printf("lost\n%.*s", (int)x->lost.len, (const char *)x->lost.data);
    return r;
}

/* One line instead of several, for a message. */
static int refuse_newer(struct restoring *x)
{
    char lost[160];
    size_t len = x->lost.len < sizeof(lost) ? x->lost.len : sizeof(lost) - 1;

    memcpy(lost, x->lost.data, len);
    lost[len] = '\0';
    for (size_t i = 0; i < len; i++) {
        if (lost[i] == '\n')
            lost[i] = ';';
    }
    return kk_error_say(x->err, KK_E_BACKUP_OLDER, x->config->store, "it would lose: %s",
                        "失われるもの: %s", lost);
}

/* The file and what belongs to it; `store.db-wal` may be there alone. */
static int move_aside(struct restoring *x)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char from[KK_COPY_PATH_MAX], to[KK_COPY_PATH_MAX], aside[KK_COPY_PATH_MAX];
    int r = kk_copy_aside(x->config->store, kk_clock_ms(NULL), aside, x->err);

    for (size_t i = 0; r == 0 && i < KK_COUNT(ends); i++) {
        r = path_of(x, x->config->store, ends[i], from);
        if (r == 0)
            r = path_of(x, aside, ends[i], to);
        if (r < 0 || access(from, F_OK) < 0)
            continue;
        if (rename(from, to) < 0)
            r = failed(x, to);
        else if (i == 0)
            memcpy(x->aside, aside, sizeof(x->aside));
    }
    return r;
}

static int sync_folder(struct restoring *x)
{
    char dir[KK_COPY_PATH_MAX];
    char *slash;
    int fd;

    snprintf(dir, sizeof(dir), "%s", x->config->store);
    slash = strrchr(dir, '/');
    memcpy(slash ? slash + (slash == dir) : dir, slash ? "" : ".", slash ? 1 : 2);
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return failed(x, dir);
    kk_ignore(fsync(fd)); /* a file system that can't has done it already */
    close(fd);
    return 0;
}

/* Files that waited wait again; those that are there stay. */
static int place_spool(struct restoring *x)
{
    static const char *const start = "/done/000-start.kkyb";
    char from[KK_COPY_PATH_MAX], to[KK_COPY_PATH_MAX];
    int r = kk_spool_prepare(x->config->spool, x->err);

    if (r == 0)
        r = path_of(x, x->staged, "/spool/in", from);
    if (r == 0)
        r = path_of(x, x->config->spool, "/in", to);
    if (r == 0 && access(from, F_OK) == 0)
        r = kk_copy_move_files(from, to, x->err);
    if (r == 0)
        r = path_of(x, x->staged, "/spool/done", from);
    if (r == 0)
        r = path_of(x, x->config->spool, start, to);
    if (r < 0 || access(to, F_OK) == 0 || access(from, F_OK) < 0)
        return r;
    to[strlen(to) - strlen(strrchr(start, '/'))] = '\0';
    return kk_copy_move_files(from, to, x->err);
}

static int swap(struct restoring *x)
{
    char path[KK_COPY_PATH_MAX];
    int r = path_of(x, x->staged, "/" KK_BACKUP_STORE, path);

    if (r == 0)
        r = move_aside(x);
    if (r == 0 && rename(path, x->config->store) < 0)
        r = failed(x, x->config->store);
    if (r == 0)
        r = sync_folder(x);
    return r == 0 ? place_spool(x) : r;
}

static int note_test(struct restoring *x)
{
    struct kk_backup_facts facts;

    kk_backup_facts(x->config, &facts);
    facts.tested_ms = kk_clock_ms(NULL);
    memcpy(facts.tested, x->set.path, sizeof(facts.tested));
    return kk_backup_note(x->config, &facts, x->err);
}

static int finish(struct restoring *x)
{
    char made[KK_INSTANT_TEXT];
    int r = 0;

    kk_instant_of(x->set.made_ms, made);
    if (x->how->mode == KK_RESTORE && x->lost.len > 0 && !x->how->force)
        return refuse_newer(x);
    if (x->how->mode == KK_RESTORE)
        r = swap(x);
    if (x->how->mode == KK_RESTORE_TEST)
        r = note_test(x);
    if (r < 0)
        return r;
    printf("%s %s\nmade %s\nfiles %llu\nbytes %llu\n%.*s",
           x->how->mode == KK_RESTORE       ? "restored"
           : x->how->mode == KK_RESTORE_DRY ? "would-restore"
                                            : "tested",
           x->set.path, made, (unsigned long long)x->set.files, (unsigned long long)x->set.bytes,
           (int)x->state.len, (const char *)x->state.data);
    if (x->aside[0])
        printf("aside %s\n", x->aside);
    return 0;
}

static int restore(struct restoring *x)
{
    int r = kk_copy_open(x->how->from, KK_BACKUP_PREFIX, &x->set, x->err);

    if (r == 0)
        r = stage(x);
    if (r == 0 && x->how->mode != KK_RESTORE_TEST)
        r = weigh(x);
    if (r == 0)
        r = finish(x);
    if (x->staged[0])
        kk_ignore(kk_copy_remove(x->staged, NULL)); /* the next one removes it first */
    return r;
}

int kk_backup_restore(const struct kk_config *config, const struct kk_restore *how,
                      struct kk_error *err)
{
    struct restoring x = { .config = config, .how = how, .err = err };
    int lock = -1, r = 0;

    if (how->mode == KK_RESTORE)
        r = kk_daemon_lock(config->store, &lock, err);
    if (r == 0)
        r = restore(&x);
    if (r < 0 && !err->fault)
        kk_error_set(err, r, how->from, "%s", "");
    kk_copy_set_fini(&x.set);
    kk_bytes_fini(&x.state);
    kk_bytes_fini(&x.lost);
    if (lock >= 0)
        close(lock);
    return r;
}
