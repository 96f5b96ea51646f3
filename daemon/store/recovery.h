/* What a store knows of its own restoration, and marks inside a batch. */
#ifndef STORE_RECOVERY_H
#define STORE_RECOVERY_H

#include "kukyoku/limits.h"

#include <stdint.h>

/* A restoration that the registrar's eras must end, log by log. [ER-3] */
struct kk_store_recovery {
    uint8_t id[KK_ID_BYTES];
    int64_t since_ms;
};
/* Inside a batch: what follows SET is there to stay (KEEP) or never was (UNDO). One at a time. */
enum kk_store_mark { KK_MARK_SET, KK_MARK_KEEP, KK_MARK_UNDO };

#endif
