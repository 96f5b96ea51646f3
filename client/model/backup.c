/* Making and restoring backups of a home. [RL-4] */
#include "model/backup.h"

#include "model/state.h"
#include "model/sync_turn.h"

#include "home/drafts.h"

#include "kukyoku/base/text.h"

#include <stdio.h>

#define CHAINS_MAX (4 * KK_SCOPES_MAX)

void kk_backup_report_fini(struct kk_backup_report *r)
{
    kk_bytes_fini(&r->state);
    kk_bytes_fini(&r->lost);
}

/* --- what a home holds, in lines --- */

static int count_draft(void *user, const struct kk_draft *draft)
{
    uint64_t *count = user;

    (void)draft;
    (*count)++;
    return 0;
}

static int say_figures(struct kk_replicas *all, struct kk_slice scope, struct kk_bytes *out,
                       struct kk_error *err)
{
    struct kk_replica_held held;
    struct kk_replica *replica;
    char hex[2 * KK_HASH_BYTES + 1];
    int r = kk_replicas_get(all, scope, &replica, err);

    if (r == KK_E_NOT_FOUND)
        return 0;
    if (r == 0)
        r = kk_replica_held(replica, &held);
    if (r < 0 || held.release == 0)
        return r;
    kk_hex_encode(kk_slice(held.state, KK_HASH_BYTES), hex);
    return kk_bytes_format(out, "figures@%.*s %u %s\n", (int)scope.len, (const char *)scope.data,
                           held.release, hex);
}

static int say_log(struct kk_replicas *all, struct kk_slice scope, struct kk_bytes *out,
                   struct kk_error *err)
{
    char hex[2 * KK_HASH_BYTES + 1];
    uint64_t waiting = 0, refused;
    struct kk_log_head head;
    struct kk_ledger l;
    int r = kk_replicas_ledger(all, scope, &l, err);

    if (r == KK_E_NOT_FOUND)
        return 0;
    if (r == 0)
        r = kk_ledger_head(&l, &head);
    if (r == 0)
        r = kk_ledger_waiting(&l, &waiting, &refused);
    if (r < 0)
        return r;
    kk_hex_encode(kk_slice(head.head, KK_HASH_BYTES), hex);
    r = kk_bytes_format(out, "log %.*s %llu %llu %s\n", (int)scope.len, (const char *)scope.data,
                        (unsigned long long)head.era, (unsigned long long)head.gsn, hex);
    return r == 0 && waiting
               ? kk_bytes_format(out, "waiting@%.*s %llu\n", (int)scope.len,
                                 (const char *)scope.data, (unsigned long long)waiting)
               : r;
}

static int say_home(struct kk_home *h, struct kk_bytes *out, struct kk_error *err)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas all = { 0 };
    char hex[2 * KK_ID_BYTES + 1];
    uint64_t drafts = 0;
    struct kk_slice scope;
    int r;

    kk_hex_encode(kk_slice(h->keys.id, KK_ID_BYTES), hex);
    r = kk_bytes_format(out, "device %s\n", hex);
    kk_replicas_init(&all, h, KK_REPLICA_READ);
    for (size_t i = 0; r == 0 && kk_home_release_scope(h, i, &scope); i++)
        r = say_figures(&all, scope, out, err);
    for (size_t i = 0; r == 0 && kk_home_record_scope(h, i, &scope); i++)
        r = say_log(&all, scope, out, err);
    *err = (struct kk_error){ .fault = r < 0 ? err->fault : 0 }; /* a scope without a file */
    if (r == 0)
        r = kk_home_draft_each(h, count_draft, &drafts);
    return r == 0 ? kk_bytes_format(out, "drafts %llu\n", (unsigned long long)drafts) : r;
}

static bool is_home(const char *folder)
{
    char path[KK_OS_PATH_MAX];

    return kk_os_path_join(folder, "state.db", path) == 0 && kk_os_exists(path);
}

/* Of a desk without a home in it there is nothing to say but its files. */
static int say_folder(const char *folder, struct kk_bytes *out, struct kk_error *err)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    int r;

    if (!is_home(folder))
        return 0;
    r = kk_home_open(folder, KK_HOME_READ, &home, err);
    return r == 0 ? say_home(&home, out, err) : r;
}

/* --- making one --- */

/* Kept in the home itself, so that `status` can tell; a desk without one keeps nothing. */
static int note(const char *folder, enum kk_home_fact fact, int64_t ms, const char *path,
                struct kk_error *err)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    int r;

    if (!is_home(folder))
        return 0;
    r = kk_home_open(folder, KK_HOME_WRITE, &home, err);
    return r == 0 ? kk_home_fact_put(&home, fact, ms, kk_slice_text(path)) : r;
}

static int make(const char *folder, const char *to, struct kk_backup_report *ret,
                struct kk_error *err)
{
    KK_AUTO_FINI(kk_copy) struct kk_copy c = { .open = false };
    int r = kk_copy_begin(&c, to, KK_BACKUP_PREFIX, ret->made_ms, err);

    if (r == 0)
        r = kk_copy_tree(&c, folder, "", err);
    if (r == 0)
        r = say_folder(c.part, &ret->state, err);
    if (r == 0)
        r = kk_copy_say(&c, kk_bytes_slice(&ret->state));
    if (r == 0)
        r = kk_copy_commit(&c, err);
    if (r < 0)
        return r;
    ret->bytes = c.bytes;
    memcpy(ret->path, c.whole, sizeof(ret->path));
    return kk_copy_rotate(to, KK_BACKUP_PREFIX, ret->made_ms, &ret->removed, err);
}

int kk_backup_make(const char *folder, const char *to, struct kk_backup_report *ret,
                   struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    int r = 0;

    if (!kk_os_exists(folder))
        return kk_error_say(err, KK_E_NOT_FOUND, folder, "there is no such folder",
                            "フォルダーがありません");
    r = kk_os_lock_take(&lock, folder, KK_OS_LOCK_WAIT_MS, err);
    ret->made_ms = kk_os_now_ms();
    if (r == 0)
        r = make(folder, to, ret, err);
    if (r == 0)
        r = note(folder, KK_FACT_BACKUP_MS, ret->made_ms, ret->path, err);
    return r < 0 && !err->fault ? kk_error_set(err, r, folder, "%s", "") : r;
}

/* --- restoring one --- */

static void ignore_fault(void *user, const struct kk_error *fault)
{
    struct kk_error *first = user;

    if (!first->fault)
        *first = *fault;
}

/* All of it computed once more, as `verify` does: for the test of a restore. */
static int verify(const char *folder, struct kk_error *err)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct kk_error first = { .fault = 0 };
    struct kk_verify_report report;
    int r;

    if (!is_home(folder))
        return 0;
    r = kk_home_open(folder, KK_HOME_READ, &home, err);
    if (r == 0)
        r = kk_model_verify(&home, ignore_fault, &first, &report, err);
    if (r < 0 || report.faults == 0)
        return r;
    return kk_error_say(err, KK_E_BACKUP, first.where, "E%d: %s", "E%d: %s", -first.fault,
                        first.detail);
}

/* A file of that scope that is there, of whatever version: writing brings it up. */
static int bring_up_scope(const struct kk_home *h, struct kk_slice scope, struct kk_error *err)
{
    KK_AUTO_FREE(kk_replica) struct kk_replica *replica = NULL;
    char name[KK_SCOPE_NAME_MAX + 4], path[KK_OS_PATH_MAX];
    int r;

    kk_replica_file_name(scope, name);
    r = kk_home_path(h, name, path, err);
    return r == 0 && kk_os_exists(path)
               ? kk_replica_open(path, scope, KK_REPLICA_WRITE, &replica, err)
               : r;
}

static int bring_up(struct kk_home *h, struct kk_error *err)
{
    struct kk_slice scope;
    int r = 0;

    for (size_t i = 0; r == 0 && kk_home_release_scope(h, i, &scope); i++)
        r = bring_up_scope(h, scope, err);
    for (size_t i = 0; r == 0 && kk_home_record_scope(h, i, &scope); i++)
        r = bring_up_scope(h, scope, err);
    return r;
}

/* What an older one says is the same when it was brought up. */
static int say_brought_up(const char *folder, struct kk_bytes *state, struct kk_error *err)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    int r;

    if (!is_home(folder))
        return 0;
    r = kk_home_open(folder, KK_HOME_WRITE, &home, err);
    if (r == 0)
        r = bring_up(&home, err);
    return r == 0 ? say_home(&home, state, err) : r;
}

static int incarnation_of(const char *folder, int64_t *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    int r;

    *ret = 0;
    if (!is_home(folder))
        return 0;
    r = kk_home_open(folder, KK_HOME_READ, &home, err);
    return r == 0 ? kk_home_fact_get(&home, KK_FACT_INCARNATION, ret, NULL) : r;
}

/* Past what both knew; which others the device used since, its next sync says. */
static int mark_restored(const char *staged, const char *folder, struct kk_error *err)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct kk_error unread = { .fault = 0 };
    int64_t own = 0, here = 0;
    int r;

    if (!is_home(staged))
        return 0;
    if (incarnation_of(folder, &here, &unread) < 0)
        here = 0; /* what can't be read has nothing to say */
    r = kk_home_open(staged, KK_HOME_WRITE, &home, err);
    if (r == 0)
        r = kk_home_fact_get(&home, KK_FACT_INCARNATION, &own, NULL);
    own = own > here ? own : here;
    if (r == 0)
        r = kk_home_fact_put(&home, KK_FACT_INCARNATION, (own ? own : 1) + 1, kk_slice(NULL, 0));
    return r == 0 ? kk_home_fact_put(&home, KK_FACT_RESTORED, 1, kk_slice(NULL, 0)) : r;
}

static int weigh(const struct kk_restore *how, struct kk_backup_report *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes here = { 0 };
    struct kk_error unread = { .fault = 0 };
    int r = say_folder(how->folder, &here, &unread);

    if (r == KK_E_STORE_OLDER && how->mode == KK_RESTORE) {
        kk_bytes_clear(&here);
        r = say_brought_up(how->folder, &here, &unread);
    }
    if (r == KK_E_MEMORY || r == KK_E_STORE_NEWER) {
        *err = unread;
        return r;
    }
    if (r < 0)
        return 0; /* it can't be read: that is what a restore is for */
    return kk_copy_lost(kk_bytes_slice(&here), kk_bytes_slice(&ret->state), &ret->lost);
}

static int swap(const struct kk_restore *how, const char *staged, struct kk_backup_report *ret,
                struct kk_error *err)
{
    int r = mark_restored(staged, how->folder, err);

    if (r == 0 && kk_os_exists(how->folder)) {
        r = kk_copy_aside(how->folder, kk_os_now_ms(), ret->aside, err);
        if (r == 0)
            r = kk_os_file_move(how->folder, ret->aside, err);
    }
    return r == 0 ? kk_os_file_move(staged, how->folder, err) : r;
}

static int refuse_newer(const struct kk_restore *how, const struct kk_backup_report *ret,
                        struct kk_error *err)
{
    char lost[200];
    size_t len = ret->lost.len < sizeof(lost) ? ret->lost.len : sizeof(lost) - 1;

    memcpy(lost, ret->lost.data, len);
    lost[len] = '\0';
    for (size_t i = 0; i < len; i++) {
        if (lost[i] == '\n')
            lost[i] = ';';
    }
    return kk_error_say(err, KK_E_BACKUP_OLDER, how->folder, "it would lose: %s",
                        "失われるもの: %s", lost);
}

static int decide(const struct kk_restore *how, const char *staged, struct kk_backup_report *ret,
                  struct kk_error *err)
{
    int r;

    if (how->mode == KK_RESTORE_TEST) {
        r = verify(staged, err);
        return r == 0 ? note(how->folder, KK_FACT_RESTORE_TEST_MS, kk_os_now_ms(), ret->path, err)
                      : r;
    }
    r = weigh(how, ret, err);
    if (r < 0 || how->mode == KK_RESTORE_DRY)
        return r;
    if (ret->lost.len > 0 && !how->force)
        return refuse_newer(how, ret, err);
    return swap(how, staged, ret, err);
}

static int stage(const struct kk_copy_set *set, const char *staged, struct kk_backup_report *ret,
                 struct kk_error *err)
{
    int r = kk_copy_remove(staged, err);

    if (r == 0)
        r = kk_copy_place(set, staged, err);
    if (r == 0)
        r = say_brought_up(staged, &ret->state, err);
    if (r == 0 && !kk_slice_equal(kk_bytes_slice(&ret->state), kk_bytes_slice(&set->state)))
        r = kk_error_say(err, KK_E_BACKUP, set->path,
                         "what it holds is not what was written down when it was made",
                         "内容が、作成時に記録された状態と一致しません");
    return r;
}

int kk_backup_restore(const struct kk_restore *how, struct kk_backup_report *ret,
                      struct kk_error *err)
{
    KK_AUTO_FINI(kk_copy_set) struct kk_copy_set set = { .files = 0 };
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock turn = { 0 };
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    char staged[KK_COPY_PATH_MAX];
    int n = snprintf(staged, sizeof(staged), "%s.restoring", how->folder), r;

    if (n >= (int)sizeof(staged))
        return kk_error_say(err, KK_E_IO, how->folder, "the path is too long", "パスが長すぎます");
    r = kk_copy_open(how->from, KK_BACKUP_PREFIX, &set, err);
    if (r == 0 && how->mode == KK_RESTORE && is_home(how->folder))
        r = kk_sync_turn_take(&turn, how->folder, KK_OS_LOCK_WAIT_MS, err);
    if (r == 0 && kk_os_exists(how->folder))
        r = kk_os_lock_take(&lock, how->folder, KK_OS_LOCK_WAIT_MS, err);
    if (r < 0)
        return r;
    memcpy(ret->path, set.path, sizeof(ret->path));
    ret->made_ms = set.made_ms;
    ret->files = set.files;
    ret->bytes = set.bytes;
    r = stage(&set, staged, ret, err);
    if (r == 0)
        r = decide(how, staged, ret, err);
    kk_ignore(kk_copy_remove(staged, NULL)); /* moved away, or of no use; the next one sweeps it */
    return r < 0 && !err->fault ? kk_error_set(err, r, how->from, "%s", "") : r;
}

/* --- in step again --- */

static int highest(struct kk_replicas *all, int64_t *ret, struct kk_error *err)
{
    struct kk_slice scope;
    int r = 0;

    for (size_t i = 0; r == 0 && kk_home_record_scope(all->home, i, &scope); i++) {
        struct kk_chain chains[CHAINS_MAX];
        struct kk_ledger l;
        size_t count = 0;

        r = kk_replicas_ledger(all, scope, &l, err);
        if (r == 0)
            r = kk_ledger_chains(&l, chains, KK_COUNT(chains), &count);
        for (size_t k = 0; r == 0 && k < count; k++) {
            if ((int64_t)chains[k].inc > *ret)
                *ret = (int64_t)chains[k].inc;
        }
    }
    return r;
}

int kk_backup_settle(struct kk_replicas *all, struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    int64_t restored = 0, inc = 0, used = 0;
    int r = kk_home_fact_get(all->home, KK_FACT_RESTORED, &restored, NULL);

    if (r < 0 || !restored || !kk_home_span(all->home))
        return r;
    r = highest(all, &used, err);
    if (r == 0)
        r = kk_home_lock(all->home, &lock, err);
    if (r == 0)
        r = kk_home_fact_get(all->home, KK_FACT_INCARNATION, &inc, NULL);
    if (r == 0 && used >= inc)
        r = kk_home_fact_put(all->home, KK_FACT_INCARNATION, used + 1, kk_slice(NULL, 0));
    return r == 0 ? kk_home_fact_put(all->home, KK_FACT_RESTORED, 0, kk_slice(NULL, 0)) : r;
}
