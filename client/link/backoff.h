/*
 * How long to wait before the next try at a daemon that had no room, or whose line broke. Pure: the
 * time and the chance are the caller's.
 */
#ifndef LINK_BACKOFF_H
#define LINK_BACKOFF_H

#include "kukyoku/base/secret.h"

#define KK_BACKOFF_FIRST_MS 500
#define KK_BACKOFF_STEP_MAX (16 * 1000)
#define KK_BACKOFF_OVER     (-1)

struct kk_backoff {
    unsigned tries;
    int64_t until_ms; /* no try begins later; set by the first call */
};

/*
 * Milliseconds to wait, or KK_BACKOFF_OVER after KK_RETRY_TRIES_MAX tries or KK_RETRY_MS_MAX. At
 * least what the daemon named (hint_s, 0: nothing; at most KK_RETRY_S_MAX counts), at least twice
 * as long each time, and up to half as much again by chance, so that those who were turned away
 * together do not come back together.
 */
int64_t kk_backoff_next(struct kk_backoff *b, unsigned hint_s, int64_t now_ms,
                        const struct kk_entropy *entropy);
/* After a session that was cut but brought something: by chance up to the first wait, so that the
 * many whom one fault cut come back one by one. */
int64_t kk_backoff_short(const struct kk_entropy *entropy);

#endif
