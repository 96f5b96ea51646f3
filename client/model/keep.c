/* Sync, listen, sync (keep.h). [KS-3] */
#include "model/keep.h"

/* Another try would find the same. */
static bool is_final(int fault)
{
    return fault == KK_E_CANCELLED || fault == KK_E_REVOKED || fault == KK_E_HOME ||
           fault == KK_E_STORE_NEWER || fault == KK_E_MEMORY;
}

/* Until there is news, or it is time: how long to wait before the sync. */
static int listen(struct kk_keep *k, int64_t *ret_wait_ms, struct kk_error *err)
{
    const struct kk_hold what = { k->home, kk_pace_listen(&k->pace), k->stop, k->before };
    struct kk_held_report how;
    int r = kk_model_hold(&what, &how, err);

    if (r < 0)
        return r;
    if (k->listened)
        k->listened(k->self, &how);
    *ret_wait_ms = 0;
    if (how.end == KK_HELD_NOTE)
        *ret_wait_ms = kk_pace_noted(&k->pace);
    else if (how.end == KK_HELD_LOST)
        *ret_wait_ms = kk_pace_failed(&k->pace, how.retry_s);
    else if (how.end == KK_HELD_DEAF)
        *ret_wait_ms = what.listen_ms;
    return 0;
}

static int once(struct kk_keep *k, struct kk_error *err)
{
    struct kk_kept kept = { .retry_s = 0 };
    int64_t wait_ms;
    int r;

    /* A home that cannot be looked into: the sync says why. */
    kk_ignore(kk_stirred_look(k->home, &k->before, NULL));
    r = k->sync(k->self, &kept);

    if (is_final(r))
        return r;
    if (r < 0) {
        wait_ms = kk_pace_failed(&k->pace, kept.retry_s);
        r = 0;
    } else {
        kk_pace_synced(&k->pace, kept.brought);
        r = listen(k, &wait_ms, err);
    }
    return r < 0 ? r : kk_link_wait(wait_ms, k->stop);
}

int kk_model_keep(struct kk_keep *k, struct kk_error *err)
{
    int r = 0;

    while (r == 0)
        r = k->stop && kk_link_stop_told(k->stop) ? KK_E_CANCELLED : once(k, err);
    return r;
}
