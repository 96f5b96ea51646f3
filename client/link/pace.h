/*
 * When a device that is to stay in step syncs next, or how long it listens first. Pure: the time
 * and the chance are the caller's. [KS-3]
 */
#ifndef LINK_PACE_H
#define LINK_PACE_H

#include "kukyoku/base/secret.h"

#define KK_PACE_FIRST_MS  (5 * 1000)
#define KK_PACE_SPREAD_MS (2 * 1000)

struct kk_pace {
    int64_t interval_ms; /* between two syncs when nothing is heard; the longest wait of all */
    struct kk_entropy entropy;
    unsigned failures; /* one after another */
    unsigned in_vain;  /* syncs that a NOTE called for and that brought nothing */
    bool noted;        /* a NOTE called for the sync that comes now */
};

/* A sync, or the line that was held, failed: how long to wait. retry_s: what the daemon named. */
int64_t kk_pace_failed(struct kk_pace *p, unsigned retry_s);
/* A sync went well; brought: something went either way. */
void kk_pace_synced(struct kk_pace *p, bool brought);
/* A NOTE was heard: how long to wait before the sync. */
int64_t kk_pace_noted(struct kk_pace *p);
/* How long to listen before a sync of its own accord. */
int64_t kk_pace_listen(const struct kk_pace *p);

#endif
