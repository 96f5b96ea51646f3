/* How far a sync is, by line or by file. */
#ifndef CMD_SYNC_PROGRESS_H
#define CMD_SYNC_PROGRESS_H

#include "cmd/command.h"
#include "model/sync_store.h"
#include "view/progress.h"

struct kk_sync_progress {
    const struct kk_command *command; /* borrowed */
    struct kk_progress progress;
};
void kk_sync_progress_init(struct kk_sync_progress *p, const struct kk_command *c);
/* A kk_sync_progress_fn; user: a kk_sync_progress. */
void kk_sync_progress_step(void *user, enum kk_sync_part part, uint64_t done, uint64_t all);

#endif
