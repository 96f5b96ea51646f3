/* When to tell the same thing again. */
#include "log/repeat.h"

#include <stdio.h>
#include <string.h>

bool kk_repeat_due(struct kk_repeat *r, int fault, const char *where, int64_t now_ms)
{
    bool same = r->fault == fault && strncmp(r->where, where, sizeof(r->where) - 1) == 0;

    if (same && now_ms < r->due_ms)
        return false;
    if (!same)
        r->gap_ms = KK_REPEAT_FIRST_MS;
    else if (r->gap_ms < KK_REPEAT_MAX_MS)
        r->gap_ms = 2 * r->gap_ms < KK_REPEAT_MAX_MS ? 2 * r->gap_ms : KK_REPEAT_MAX_MS;
    r->fault = fault;
    snprintf(r->where, sizeof(r->where), "%s", where);
    r->due_ms = now_ms + r->gap_ms;
    return true;
}
