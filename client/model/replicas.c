/* Opening replicas, and which scopes a device has. */
#include "model/replicas.h"

void kk_replicas_init(struct kk_replicas *r, struct kk_home *home, enum kk_replica_mode mode)
{
    *r = (struct kk_replicas){ .home = home, .mode = mode };
}

void kk_replicas_fini(struct kk_replicas *r)
{
    for (size_t i = 0; i < r->count; i++)
        kk_replica_free(r->open[i].replica);
    r->count = 0;
    kk_body_opener_free(r->opener);
    r->opener = NULL;
}

int kk_replicas_get(struct kk_replicas *r, struct kk_slice scope, struct kk_replica **ret,
                    struct kk_error *err)
{
    char name[KK_SCOPE_NAME_MAX + 4], path[KK_OS_PATH_MAX];
    struct kk_replica *replica;
    int e;

    *ret = NULL;
    for (size_t i = 0; i < r->count; i++) {
        if (kk_slice_is(scope, r->open[i].scope)) {
            *ret = r->open[i].replica;
            return 0;
        }
    }
    kk_assert(r->count < KK_SCOPES_MAX);
    kk_replica_file_name(scope, name);
    e = kk_home_path(r->home, name, path, err);
    if (e == 0 && r->mode == KK_REPLICA_READ && !kk_os_exists(path))
        return kk_error_say(err, KK_E_NOT_FOUND, name, "nothing of this scope is here yet",
                            "この範囲のデータはまだありません");
    if (e == 0)
        e = kk_replica_open(path, scope, r->mode, &replica, err);
    if (e < 0)
        return e;
    memcpy(r->open[r->count].scope, scope.data, scope.len);
    r->open[r->count].scope[scope.len] = '\0';
    r->open[r->count++].replica = replica;
    *ret = replica;
    return 0;
}

int kk_replicas_ledger(struct kk_replicas *r, struct kk_slice scope, struct kk_ledger *ret,
                       struct kk_error *err)
{
    struct kk_replica *replica;
    int e = kk_replicas_get(r, scope, &replica, err);

    if (e < 0)
        return e;
    if (!r->opener)
        r->opener = kk_body_opener_new();
    *ret = kk_ledger(replica, r->home->trust, &r->home->keyring, &r->home->keys);
    ret->opener = r->opener;
    return 0;
}

static bool suits(struct kk_slice name, bool records)
{
    struct kk_scope scope;
    const struct kk_scope_info *info;

    if (!kk_scope_parse(name, &scope))
        return false;
    info = kk_scope_info(scope.kind);
    return records ? info->records : info->releases && scope.kind != KK_SCOPE_PUB;
}

static bool nth(const struct kk_home *h, size_t i, bool records, struct kk_slice *ret)
{
    const struct kk_device_span *span = kk_home_span(h);

    for (size_t k = 0; span && k < span->scopes.count; k++) {
        if (suits(span->scopes.items[k].name, records) && i-- == 0) {
            *ret = span->scopes.items[k].name;
            return true;
        }
    }
    return false;
}

/* An auditor reads every log, without bodies and without a key. [DM-9] */
static bool nth_of_all(const struct kk_home *h, size_t i, struct kk_slice *ret)
{
    const struct kk_roster *roster = kk_trust_roster(h->trust);

    for (size_t k = 0; k < roster->scopes.count; k++) {
        if (suits(roster->scopes.items[k].scope, true) && i-- == 0) {
            *ret = roster->scopes.items[k].scope;
            return true;
        }
    }
    return false;
}

bool kk_home_release_scope(const struct kk_home *h, size_t i, struct kk_slice *ret)
{
    if (i == 0) {
        *ret = kk_slice_text("pub");
        return true;
    }
    return nth(h, i - 1, false, ret);
}

bool kk_home_record_scope(const struct kk_home *h, size_t i, struct kk_slice *ret)
{
    const struct kk_device_span *span = kk_home_span(h);

    return span && span->role == KK_ROLE_AUDITOR ? nth_of_all(h, i, ret) : nth(h, i, true, ret);
}

/* A step is short, so that nobody waits long for the lock. */
#define REFRESH_STEP 4096 /* a batch of the word index */

static int refresh_step(struct kk_replicas *r, const struct kk_ledger *l, struct kk_error *err)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    int e = kk_home_lock(r->home, &lock, err);

    return e == 0 ? kk_glance_refresh(l, REFRESH_STEP, false) : e;
}

static int refresh(struct kk_replicas *r, const struct kk_ledger *l, struct kk_error *err)
{
    uint64_t all = 0, done = 0;
    int e = r->indexed ? kk_glance_lacks(l, &all) : 0;

    for (e = e == 0 ? 1 : e; e > 0;) {
        if (r->indexed && all)
            r->indexed(r->user, done, all);
        e = refresh_step(r, l, err);
        done = done + REFRESH_STEP < all ? done + REFRESH_STEP : all;
    }
    if (e == 0 && r->indexed && all)
        r->indexed(r->user, all, all);
    return e;
}

int kk_replicas_refresh(struct kk_replicas *r, struct kk_error *err)
{
    struct kk_slice scope;
    int e = 0;

    for (size_t i = 0; e == 0 && kk_home_record_scope(r->home, i, &scope); i++) {
        struct kk_ledger l;

        e = kk_replicas_ledger(r, scope, &l, err);
        if (e == 0)
            e = refresh(r, &l, err);
    }
    return e;
}
