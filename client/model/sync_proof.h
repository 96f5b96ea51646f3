/* During a sync: what shows that the daemon has two histories, kept as proof. [SY-11] [RL-19] */
#ifndef MODEL_SYNC_PROOF_H
#define MODEL_SYNC_PROOF_H

#include "model/sync_store.h"

/* theirs: signed, at or before the end of the own log. KK_E_DAEMON_FORK, or 0: one history. */
KK_MUST_USE int kk_sync_two_heads(struct kk_home_sync *s, const struct kk_ledger *l,
                                  const struct kk_head *theirs);
/* The page was kept, under the home's lock: had an author in it seen another head? The same. */
KK_MUST_USE int kk_sync_seen(struct kk_home_sync *s, const struct kk_ledger *l,
                             const struct kk_msg_entries *page);

#endif
