/*
 * Never two syncs of one home at once: whoever brings it in step, by line or by a medium, holds
 * sync.lock from before the home is opened (what another one stores meanwhile must not be held from
 * before it) until it is closed. The system lets go of it when the process ends.
 */
#ifndef MODEL_SYNC_TURN_H
#define MODEL_SYNC_TURN_H

#include "os.h"

#define KK_OS_LOCK_SYNC "sync.lock"

/*
 * Tries for wait_ms, then KK_E_SYNCING, which names the process that holds it. Where there is no
 * such folder there is nothing to hold: the home says so when it is opened.
 */
KK_MUST_USE int kk_sync_turn_take(struct kk_os_lock *turn, const char *home, int64_t wait_ms,
                                  struct kk_error *err);

#endif
