/* [KS-1] */
#include "model/sync_turn.h"

#include "os_look.h"

static int refuse(const char *home, int64_t wait_ms, struct kk_error *err)
{
    long long waited = (long long)(wait_ms / 1000);
    struct kk_os_holder who;

    if (kk_os_lock_look(home, KK_OS_LOCK_SYNC, &who, NULL) < 0 || !who.process)
        return kk_error_say(err, KK_E_SYNCING, KK_OS_LOCK_SYNC, "waited %lld s", "%lld 秒待ちました",
                            waited);
    if (who.halted)
        return kk_error_say(err, KK_E_SYNCING, KK_OS_LOCK_SYNC,
                            "process %d, which is stopped; waited %lld s",
                            "停止したままのプロセス %d が実行中です。%lld 秒待ちました", who.process, waited);
    return kk_error_say(err, KK_E_SYNCING, KK_OS_LOCK_SYNC, "process %d; waited %lld s",
                        "プロセス %d が実行中です。%lld 秒待ちました", who.process, waited);
}

int kk_sync_turn_take(struct kk_os_lock *turn, const char *home, int64_t wait_ms,
                      struct kk_error *err)
{
    int r = kk_os_lock_named(turn, home, KK_OS_LOCK_SYNC, (int)wait_ms, err);

    if (r == KK_E_NOT_FOUND) {
        if (err)
            *err = (struct kk_error){ .fault = 0 };
        return 0;
    }
    return r == KK_E_LOCKED ? refuse(home, wait_ms, err) : r;
}
