/* Everything that is stored, computed once more: documents, rows, logs. */
#include "model/state.h"

#include <stdio.h>

struct verifying {
    kk_verify_fn *found;
    void *user;
    struct kk_verify_report *report;
};

static void blame(struct verifying *v, const struct kk_error *fault)
{
    v->report->faults++;
    v->found(v->user, fault);
}

static void on_fault(void *user, const struct kk_replica_fault *f)
{
    struct kk_error fault = { .fault = f->fault };

    snprintf(fault.where, sizeof(fault.where), "%.*s/%.*s/%.*s", (int)f->scope.len,
             (const char *)f->scope.data, (int)f->dataset.len, (const char *)f->dataset.data,
             (int)f->indicator.len, (const char *)f->indicator.data);
    blame(user, &fault);
}

static const struct kk_catalog_scope *signed_row(const struct kk_home *h, struct kk_slice scope)
{
    const struct kk_catalog *catalog = kk_trust_catalog(h->trust);

    for (size_t i = 0; catalog && i < catalog->scopes.count; i++) {
        if (kk_slice_equal(catalog->scopes.items[i].scope, scope))
            return &catalog->scopes.items[i];
    }
    return NULL;
}

/*
 * A sync was cut between a catalog and its figures: what is here is of the release before, whole by
 * itself, and nothing is damaged. One who says so of a state that is signed is not believed.
 */
static bool waits(const struct kk_home *h, const struct kk_catalog_scope *row,
                  const struct kk_replica_held *held)
{
    return row && held->release < kk_trust_catalog(h->trust)->version.ver &&
           memcmp(held->state, row->state, KK_HASH_BYTES) != 0 &&
           memcmp(held->manifest.hash, row->manifest.hash, KK_HASH_BYTES) != 0;
}

/* A fault that nobody explained is named by its scope. */
static void told(struct kk_error *err, int fault, struct kk_slice scope)
{
    if (err->fault != fault)
        *err = (struct kk_error){ .fault = fault };
    if (!err->where[0])
        snprintf(err->where, sizeof(err->where), "%.*s", (int)scope.len, (const char *)scope.data);
}

static int verify_release(struct verifying *v, struct kk_replicas *all, struct kk_slice scope)
{
    struct kk_replica_verified got = { 0 };
    struct kk_replica_held held;
    struct kk_replica *replica;
    const struct kk_catalog_scope *row = signed_row(all->home, scope);
    struct kk_error err = { 0 };
    int r = kk_replicas_get(all, scope, &replica, &err);
    bool behind = false;

    if (r == KK_E_NOT_FOUND)
        return 0;
    if (r == 0)
        r = kk_replica_held(replica, &held);
    if (r == 0 && held.release == 0)
        return 0;
    if (r == 0)
        behind = waits(all->home, row, &held);
    if (r == 0)
        r = kk_replica_verify(replica, row && !behind ? row->state : NULL, on_fault, v, &got);
    v->report->waiting += behind;
    if (r < 0 && r != KK_E_MEMORY) {
        told(&err, r, scope);
        blame(v, &err);
        r = 0;
    }
    v->report->rows += got.rows;
    v->report->datasets += got.datasets;
    return r;
}

static int verify_log(struct verifying *v, struct kk_replicas *all, struct kk_slice scope)
{
    struct kk_error err = { 0 };
    uint64_t entries = 0;
    struct kk_ledger l;
    int r = kk_replicas_ledger(all, scope, &l, &err);

    if (r == KK_E_NOT_FOUND)
        return 0;
    if (r == 0)
        r = kk_ledger_verify(&l, &entries, &err);
    v->report->entries += entries;
    if (r < 0 && r != KK_E_MEMORY) {
        told(&err, r, scope);
        blame(v, &err);
        r = 0;
    }
    return r;
}

int kk_model_verify(struct kk_home *h, kk_verify_fn *found, void *user,
                    struct kk_verify_report *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas all = { 0 };
    struct verifying v = { .found = found, .user = user, .report = ret };
    struct kk_slice scope;
    int r = 0;

    /* opening the home has verified every document again */
    *ret = (struct kk_verify_report){ .documents = kk_trust_root_count(h->trust) };
    ret->documents += (kk_trust_roster(h->trust) != NULL) + (kk_trust_catalog(h->trust) != NULL) +
                      (kk_trust_fresh(h->trust) != NULL);
    kk_replicas_init(&all, h, KK_REPLICA_READ);
    for (size_t i = 0; r == 0 && kk_home_release_scope(h, i, &scope); i++)
        r = verify_release(&v, &all, scope);
    for (size_t i = 0; r == 0 && kk_home_record_scope(h, i, &scope); i++)
        r = verify_log(&v, &all, scope);
    return r < 0 ? kk_error_set(err, r, h->dir, "%s", "") : 0;
}

int kk_model_verified(const char *dir, const struct kk_verify_report *report, struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    char faults[24];
    int r = kk_home_open(dir, KK_HOME_WRITE, &home, err);

    snprintf(faults, sizeof faults, "%llu", (unsigned long long)report->faults);
    if (r == 0)
        r = kk_home_lock(&home, &lock, err);
    if (r == 0)
        r = kk_home_fact_put(&home, KK_FACT_VERIFY_MS, kk_os_now_ms(), kk_slice_text(faults));
    return r;
}

/* The index of lists is derived: it is made anew from the entries. */
static int repair_index(struct kk_replicas *all, struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_slice scope;
    int r = kk_home_lock(all->home, &lock, err);

    for (size_t i = 0; r == 0 && kk_home_record_scope(all->home, i, &scope); i++) {
        struct kk_ledger l;

        r = kk_replicas_ledger(all, scope, &l, err);
        if (r == 0)
            r = kk_glance_forget(&l);
    }
    kk_os_lock_fini(&lock);
    return r == 0 ? kk_replicas_refresh(all, err) : r;
}

static int repair_figures(struct kk_replicas *all, struct kk_replica_repaired *ret,
                          struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_home *h = all->home;
    struct kk_slice scope;
    int r = kk_home_lock(h, &lock, err);

    for (size_t i = 0; r == 0 && kk_home_release_scope(h, i, &scope); i++) {
        struct kk_replica *replica;

        r = kk_replicas_get(all, scope, &replica, err);
        if (r == 0)
            r = kk_replica_repair(replica, ret);
    }
    return r;
}

int kk_model_repair(struct kk_home *h, struct kk_replica_repaired *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_replicas) struct kk_replicas all = { 0 };
    int r;

    *ret = (struct kk_replica_repaired){ 0 };
    kk_replicas_init(&all, h, KK_REPLICA_WRITE);
    r = repair_figures(&all, ret, err);
    return r == 0 ? repair_index(&all, err) : r;
}
