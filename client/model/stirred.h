/*
 * Whether something was written into this home since: by another process, while a line is held or
 * a sync was under way. Only the home's own files are asked; no lock is taken. [KS-3]
 */
#ifndef MODEL_STIRRED_H
#define MODEL_STIRRED_H

#include "kukyoku/error.h"

#include <stdbool.h>
#include <stdint.h>

struct kk_stirred {
    uint64_t written; /* operations of this device, in the logs and waiting */
    uint64_t waiting; /* that the next sync sends */
};
KK_MUST_USE int kk_stirred_look(const char *home, struct kk_stirred *ret, struct kk_error *err);
/* Something new waits. What waited before and could not be sent is not new. */
bool kk_stirred_since(const struct kk_stirred *now, const struct kk_stirred *before);

#endif
