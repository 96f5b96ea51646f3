/* The store of the sync machine over a home. Each change takes the home's lock for itself alone. */
#include "model/sync_store.h"

#include "model/backup.h"
#include "model/erasure.h"
#include "model/proof.h"
#include "model/sync_proof.h"
#include "model/sync_recover.h"
#include "replica/ledger_own.h"

#include <stdio.h>

#define CHAINS_MAX (4 * KK_SCOPES_MAX)
#define PAGE_ARENA ((size_t)1024 * 1024)

int kk_home_sync_init(struct kk_home_sync *s, struct kk_home *home, struct kk_error *err)
{
    char dir[KK_OS_PATH_MAX];
    int r = kk_home_path(home, "stage", dir, err);

    *s = (struct kk_home_sync){ .home = home, .err = err };
    kk_replicas_init(&s->replicas, home, KK_REPLICA_WRITE);
    kk_arena_init(&s->page_arena, KK_SYNC_PAGES * PAGE_ARENA);
    if (r == 0)
        r = kk_os_dir_make(dir, err);
    return r == 0 ? kk_stage_init(&s->stage, dir) : r;
}

static int keep_pages(struct kk_home_sync *s);

/* What came in before the line was cut is not asked for twice. */
void kk_home_sync_fini(struct kk_home_sync *s)
{
    kk_ignore(keep_pages(s));
    kk_arena_fini(&s->page_arena);
    kk_replicas_fini(&s->replicas);
}

static void tell(const struct kk_home_sync *s, enum kk_sync_part part, uint64_t done, uint64_t all)
{
    if (s->progress)
        s->progress(s->user, part, done, all < done ? done : all);
}

static void indexed(void *user, uint64_t done, uint64_t all)
{
    tell(user, KK_PART_INDEXES, done, all);
}

/* All bodies are looked for where entries came, and as long as one was missing before. */
static int settle_erased(struct kk_home_sync *s)
{
    int64_t before = 0;
    int r = kk_home_fact_get(s->home, KK_FACT_SYNC_FAULT, &before, NULL);

    return r == 0 ? kk_erasure_settle(&s->replicas,
                                      s->entry_done > 0 || before == KK_E_BODY_MISSING, s->err)
                  : r;
}

int kk_home_sync_derive(struct kk_home_sync *s)
{
    int r = kk_backup_settle(&s->replicas, s->err);

    s->replicas.indexed = indexed;
    s->replicas.user = s;
    if (r == 0)
        r = kk_replicas_refresh(&s->replicas, s->err);
    return r == 0 ? settle_erased(s) : r;
}

static int64_t now_ms(void *self)
{
    (void)self;
    return kk_os_now_ms();
}

static int keep(void *self)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_home_sync *s = self;
    int r = kk_home_lock(s->home, &lock, s->err);

    if (r == 0) /* while the keys of what the new roster takes away are still here */
        r = kk_purge_return(s->home, KK_PURGE_LOST, &s->purge, s->err);
    if (r == 0)
        r = kk_home_keep(s->home);
    return r == 0 ? kk_home_load_keyring(s->home) : r;
}

struct holding {
    struct kk_home_sync *sync;
    struct kk_head_held *logs;
    struct kk_chain *chains;
    struct kk_held *held;
};

static int hold_scope(struct holding *x, struct kk_slice scope)
{
    struct kk_log_head head;
    struct kk_ledger l;
    size_t added = 0;
    int r = kk_replicas_ledger(&x->sync->replicas, scope, &l, x->sync->err);

    if (r == 0)
        r = kk_ledger_head(&l, &head);
    if (r < 0)
        return r;
    if (head.gsn > 0) {
        struct kk_head_held *at = &x->logs[x->held->log_count++];

        *at = (struct kk_head_held){ .scope = scope, .era = head.era, .gsn = head.gsn };
        memcpy(at->head, head.head, KK_HASH_BYTES);
    }
    r = kk_ledger_chains(&l, x->chains + x->held->chain_count,
                         CHAINS_MAX - x->held->chain_count, &added);
    for (size_t i = 0; i < added; i++)
        x->chains[x->held->chain_count + i].scope = scope;
    x->held->chain_count += added;
    return r;
}

static int held(void *self, struct kk_arena *arena, struct kk_held *ret)
{
    struct kk_home_sync *s = self;
    struct holding x = { .sync = s, .held = ret };
    const struct kk_trust *t = s->home->trust;
    struct kk_slice scope;
    int r = 0;

    x.logs = kk_arena_array(arena, KK_SCOPES_MAX, sizeof(*x.logs));
    x.chains = kk_arena_array(arena, CHAINS_MAX, sizeof(*x.chains));
    if (!x.logs || !x.chains)
        return KK_E_MEMORY;
    *ret = (struct kk_held){ .root_ver = kk_trust_root(t)->ver, .logs = x.logs,
                             .chains = x.chains };
    if (kk_trust_roster(t))
        ret->roster = kk_trust_roster(t)->version;
    if (kk_trust_catalog(t))
        ret->catalog = kk_trust_catalog(t)->version;
    for (size_t i = 0; r == 0 && kk_home_record_scope(s->home, i, &scope); i++)
        r = hold_scope(&x, scope);
    return r;
}

static int compare(void *self, const struct kk_msg_welcome *welcome)
{
    return kk_sync_compare(self, welcome);
}

static int wanted(void *self, const struct kk_msg_stated *stated)
{
    return kk_sync_wanted(self, stated);
}

static int return_next(void *self, struct kk_arena *arena, struct kk_msg_recover *ret)
{
    return kk_sync_return_next(self, arena, ret);
}

static int return_taken(void *self, const struct kk_msg_recovered *m)
{
    return kk_sync_return_taken(self, m);
}

static int wraps_next(void *self, size_t skip, struct kk_blob_ref *ret)
{
    struct kk_home_sync *s = self;
    const struct kk_roster *roster = kk_trust_roster(s->home->trust);
    const struct kk_device_span *span = kk_home_span(s->home);

    for (size_t i = 0; span && i < roster->scopes.count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes have = { 0 };
        const struct kk_roster_scope *entry = &roster->scopes.items[i];
        int r;

        if (!kk_device_span_has(span, entry->scope))
            continue;
        r = kk_home_paper_get(s->home, entry->wraps.hash, &have);
        if (r < 0)
            return r;
        if (r == 0 && skip-- == 0) {
            *ret = entry->wraps;
            return 1;
        }
    }
    return 0;
}

static int wraps_take(void *self, const struct kk_blob_ref *ref, struct kk_slice bytes)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_home_sync *s = self;
    int r = kk_home_lock(s->home, &lock, s->err);

    if (r == 0)
        r = kk_home_paper_put(s->home, ref->hash, bytes);
    return r == 0 ? kk_home_load_keyring(s->home) : r;
}

static int scope_at(void *self, size_t i, struct kk_slice *ret)
{
    struct kk_home_sync *s = self;

    return kk_home_record_scope(s->home, i, ret);
}

static int log_from(void *self, struct kk_slice scope, struct kk_msg_log *log)
{
    struct kk_home_sync *s = self;
    struct kk_log_head head;
    struct kk_ledger l;
    int r = kk_replicas_ledger(&s->replicas, scope, &l, s->err);

    if (r == 0)
        r = kk_ledger_head(&l, &head);
    if (r == 0)
        r = kk_ledger_numbered(&l, &log->own);
    if (log->own.seq > 0)
        log->own.scope = scope; /* which lives as long as this store */
    if (r == 0)
        log->from_gsn = head.gsn + 1;
    return r;
}

/* The ledger of a scope, to be written. */
static int ledger_locked(struct kk_home_sync *s, struct kk_slice scope, struct kk_ledger *ret,
                         struct kk_os_lock *lock)
{
    int r = kk_replicas_ledger(&s->replicas, scope, ret, s->err);

    return r == 0 ? kk_home_lock(s->home, lock, s->err) : r;
}

/* Pages are put by as they came, and no lock is held while the line is waited for. */
static int keep_pages(struct kk_home_sync *s)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_ledger l;
    int r;

    if (s->page_count == 0)
        return 0;
    r = ledger_locked(s, kk_slice_text(s->page_scope), &l, &lock);
    if (r == 0)
        r = kk_ledger_take(&l, s->pages, s->page_count, s->err);
    for (size_t i = 0; r == 0 && i < s->page_count; i++)
        r = kk_sync_seen(s, &l, &s->pages[i]);
    kk_arena_reset(&s->page_arena);
    s->page_count = 0;
    return r;
}

static int log_take(void *self, const struct kk_msg_entries *entries)
{
    struct kk_home_sync *s = self;
    int r = 0;

    if (!kk_slice_equal(kk_slice_text(s->page_scope), entries->scope))
        r = keep_pages(s); /* of another log, whose next page comes later */
    if (r == 0)
        r = kk_shape_dup(&kk_shape_msg_entries, entries, &s->page_arena, &s->pages[s->page_count]);
    if (r < 0)
        return r;
    snprintf(s->page_scope, sizeof(s->page_scope), "%.*s", (int)entries->scope.len,
             (const char *)entries->scope.data);
    s->page_count++;
    s->entry_done += entries->entries.count;
    tell(s, KK_PART_RECORDS, s->entry_done, s->entry_all);
    return entries->more && s->page_count < KK_SYNC_PAGES ? 0 : keep_pages(s);
}

/* New work goes on in a chain of its own, so that what was set aside does not block it. [SY-8] */
static int next_incarnation(struct kk_home_sync *s)
{
    int64_t inc = 0;
    int r = kk_home_fact_get(s->home, KK_FACT_INCARNATION, &inc, NULL);

    return r == 0 ? kk_home_fact_put(s->home, KK_FACT_INCARNATION, (inc ? inc : 1) + 1,
                                     kk_slice(NULL, 0))
                  : r;
}

/* Before the daemon is given a second operation for one place: that would be proof against us. */
static int part_from_copy(struct kk_home_sync *s, const struct kk_ledger *l)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    int r = kk_home_lock(s->home, &lock, s->err), parted = 0;

    while (r == 0) {
        r = kk_ledger_overtaken(l);
        if (r <= 0)
            break;
        parted = 1;
        r = 0;
    }
    return r == 0 && parted ? next_incarnation(s) : r;
}

static int push_next(void *self, struct kk_slice scope, size_t skip, struct kk_arena *arena,
                     struct kk_msg_push *ret)
{
    struct kk_home_sync *s = self;
    struct kk_ledger l;
    bool blamed = false;
    int r = kk_proof_blames(s->home, &blamed);

    if (r < 0 || blamed)
        return r; /* reading goes on, writing does not [RL-19] */
    r = kk_replicas_ledger(&s->replicas, scope, &l, s->err);
    if (r == 0 && skip == 0)
        r = part_from_copy(s, &l);
    return r == 0 ? kk_ledger_push(&l, skip, arena, ret) : r;
}

/* How many wait in all scopes, before the first of them is answered. */
static int count_waiting(struct kk_home_sync *s)
{
    struct kk_slice scope;
    int r = 0;

    for (size_t i = 0; r == 0 && kk_home_record_scope(s->home, i, &scope); i++) {
        uint64_t waiting = 0, refused = 0;
        struct kk_ledger l;

        r = kk_replicas_ledger(&s->replicas, scope, &l, s->err);
        if (r == 0)
            r = kk_ledger_waiting(&l, &waiting, &refused);
        s->sent_all += waiting - refused;
    }
    return r;
}

static int push_taken(void *self, const struct kk_msg_pushed *pushed)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_home_sync *s = self;
    struct kk_ledger l;
    int r = s->sent_done == 0 ? count_waiting(s) : 0;

    if (r == 0)
        r = ledger_locked(s, pushed->scope, &l, &lock);
    if (r == 0)
        r = kk_ledger_pushed(&l, pushed);
    s->sent_done += pushed->ops.count;
    if (r == 0)
        tell(s, KK_PART_SENT, s->sent_done, s->sent_all);
    return r;
}

/* Set aside, and new work goes on. [SY-8] */
static int push_refused(void *self, struct kk_slice scope, const struct kk_msg_err *why,
                        enum kk_sync_refusal *ret)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_home_sync *s = self;
    struct kk_ledger l;
    int r = ledger_locked(s, scope, &l, &lock);

    *ret = KK_SYNC_PUSH_AGAIN;
    if (r == 0)
        r = kk_ledger_refused(&l, (unsigned)why->code);
    return r == 0 ? next_incarnation(s) : r;
}

/* The row of the catalog for a scope that this device may hold; NULL: none. */
static const struct kk_catalog_scope *catalog_row(const struct kk_home *h, struct kk_slice scope)
{
    const struct kk_catalog *catalog = kk_trust_catalog(h->trust);

    for (size_t i = 0; catalog && i < catalog->scopes.count; i++) {
        if (kk_slice_equal(catalog->scopes.items[i].scope, scope))
            return &catalog->scopes.items[i];
    }
    return NULL;
}

/* 1 and the job of the i-th scope, *skip where it is in step already; 0: past the last. */
static int next_job(struct kk_home_sync *s, size_t i, struct kk_replica **replica,
                    struct kk_replica_job *job, bool *skip)
{
    struct kk_slice scope;
    bool in_step = false;
    int r;

    *skip = true;
    if ((s->only_public && i > 0) || !kk_home_release_scope(s->home, i, &scope))
        return 0; /* the first is pub */
    *job = (struct kk_replica_job){ .signed_row = catalog_row(s->home, scope),
                                    .stage = &s->stage, .keys = &s->home->keyring,
                                    .now_ms = (uint64_t)kk_os_now_ms() };
    if (!job->signed_row)
        return 1;
    r = kk_replicas_get(&s->replicas, scope, replica, s->err);
    if (r == 0)
        r = kk_replica_in_step(*replica, job->signed_row, &in_step);
    *skip = in_step;
    return r < 0 ? r : 1;
}

static int wants(void *self, struct kk_plan *plan)
{
    struct kk_home_sync *s = self;
    struct kk_replica *replica;
    struct kk_replica_job job;
    bool skip;
    int r = 1;

    for (size_t i = 0; r > 0; i++) {
        r = next_job(s, i, &replica, &job, &skip);
        if (r > 0 && !skip) {
            int e = kk_replica_wants(replica, &job, plan);

            r = e < 0 ? e : 1;
        }
    }
    s->blob_all += plan->bytes;
    return r;
}

static uint64_t have(void *self, const struct kk_blob_ref *ref)
{
    struct kk_home_sync *s = self;

    return kk_stage_have(&s->stage, ref);
}

static int piece(void *self, const struct kk_blob_ref *ref, uint64_t offset, struct kk_slice bytes,
                 bool *ret_whole)
{
    struct kk_home_sync *s = self;
    int r = kk_stage_put(&s->stage, ref, offset, bytes, ret_whole);

    s->blob_done += bytes.len;
    for (size_t i = 0; r == 0 && *ret_whole && i < s->replicas.count; i++)
        kk_replica_came(s->replicas.open[i].replica, ref);
    if (r == 0)
        tell(s, KK_PART_FIGURES, s->blob_done, s->blob_all);
    return r;
}

static int apply(void *self)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_home_sync *s = self;
    struct kk_replica *replica;
    struct kk_replica_job job;
    bool skip;
    int r = 1;

    for (size_t i = 0; r > 0; i++) {
        r = next_job(s, i, &replica, &job, &skip);
        if (r > 0 && !skip) {
            int e = lock.handle ? 0 : kk_home_lock(s->home, &lock, s->err);

            if (e == 0)
                e = kk_replica_apply(replica, &job, s->err);
            r = e < 0 ? e : 1;
        }
    }
    if (r == 0)
        kk_stage_sweep(&s->stage);
    return r;
}

struct kk_sync_store kk_home_sync_store(struct kk_home_sync *s)
{
    return (struct kk_sync_store){
        .trust = s->home->trust,
        .now_ms = now_ms,
        .keep = keep,
        .held = held,
        .compare = compare,
        .wraps_next = wraps_next,
        .wraps_take = wraps_take,
        .scope = scope_at,
        .log_from = log_from,
        .log_take = log_take,
        .push_next = push_next,
        .push_taken = push_taken,
        .push_refused = push_refused,
        .wanted = wanted,
        .return_next = return_next,
        .return_taken = return_taken,
        .wants = wants,
        .have = have,
        .piece = piece,
        .apply = apply,
        .self = s,
    };
}
