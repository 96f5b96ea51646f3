/* What this device has written, counted (stirred.h). [KS-3] */
#include "model/stirred.h"

#include "model/replicas.h"

#define CHAINS_MAX (4 * KK_SCOPES_MAX)

static int count_scope(struct kk_replicas *all, struct kk_slice scope, struct kk_stirred *s)
{
    struct kk_chain chains[CHAINS_MAX];
    uint64_t waiting = 0, aside = 0;
    struct kk_ledger l;
    size_t count = 0;
    int r = kk_replicas_ledger(all, scope, &l, NULL);

    if (r == KK_E_NOT_FOUND)
        return 0;
    if (r == 0)
        r = kk_ledger_chains(&l, chains, KK_COUNT(chains), &count);
    if (r == 0)
        r = kk_ledger_waiting(&l, &waiting, &aside);
    for (size_t i = 0; i < count; i++)
        s->written += chains[i].seq;
    s->written += waiting;
    s->waiting += waiting - aside;
    return r;
}

int kk_stirred_look(const char *dir, struct kk_stirred *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_replicas) struct kk_replicas all = { 0 };
    struct kk_stirred s = { 0 };
    struct kk_slice scope;
    int r = kk_home_open(dir, KK_HOME_READ, &home, err);

    if (r < 0)
        return r;
    kk_replicas_init(&all, &home, KK_REPLICA_READ);
    for (size_t i = 0; r == 0 && kk_home_record_scope(&home, i, &scope); i++)
        r = count_scope(&all, scope, &s);
    if (r < 0)
        return kk_error_set(err, r, dir, "%s", "");
    *ret = s;
    return 0;
}

bool kk_stirred_since(const struct kk_stirred *now, const struct kk_stirred *before)
{
    return now->waiting > 0 && now->written > before->written;
}
