/*
 * What goes wrong again and again is told when it begins, when it becomes something else, and then
 * at a gap that doubles: a fault met twice a second must not fill the disk with its lines.
 */
#ifndef LOG_REPEAT_H
#define LOG_REPEAT_H

#include "kukyoku/error.h"

#include <stdint.h>

#define KK_REPEAT_FIRST_MS (60 * 1000)
#define KK_REPEAT_MAX_MS   (60 * 60 * 1000)

/* Of zeros: nothing is wrong; set to zeros again when that is so. */
struct kk_repeat {
    int fault;
    char where[KK_ERROR_WHERE_MAX];
    int64_t gap_ms, due_ms;
};

/* Is this failure to be told now? now_ms: of any clock that does not go back. */
bool kk_repeat_due(struct kk_repeat *r, int fault, const char *where, int64_t now_ms);

#endif
