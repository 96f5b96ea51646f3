/*
 * During a sync with a daemon that was restored: which of its logs are shorter, what it asks back,
 * what a new era has cut off here. [SY-11] [ER-4] [ER-7]
 */
#ifndef MODEL_SYNC_RECOVER_H
#define MODEL_SYNC_RECOVER_H

#include "model/sync_store.h"

/* Takes off what stands behind newer eras, in all logs. KK_E_ERA. */
KK_MUST_USE int kk_sync_cut(struct kk_home_sync *s);
/*
 * The daemon's heads against the own logs, behind kk_sync_cut. KK_E_SIGNATURE, KK_E_DAEMON_FORK,
 * KK_E_ERA for an era that no roster names.
 */
KK_MUST_USE int kk_sync_compare(struct kk_home_sync *s, const struct kk_msg_welcome *welcome);

/* As kk_sync_store has them. */
KK_MUST_USE int kk_sync_wanted(struct kk_home_sync *s, const struct kk_msg_stated *stated);
KK_MUST_USE int kk_sync_return_next(struct kk_home_sync *s, struct kk_arena *arena,
                                    struct kk_msg_recover *ret);
KK_MUST_USE int kk_sync_return_taken(struct kk_home_sync *s, const struct kk_msg_recovered *m);

#endif
