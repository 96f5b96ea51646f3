/* How far a long act is: a line on a terminal, JSON lines where asked for, else nothing. */
#ifndef VIEW_PROGRESS_H
#define VIEW_PROGRESS_H

#include "view/out.h"

#include <stdint.h>

struct kk_progress {
    struct kk_out *out;
    const char *name; /* of the part last shown */
    int64_t shown_ms; /* when the line was last drawn */
    bool drawn;
};
void kk_progress_init(struct kk_progress *p, struct kk_out *out);
/* The same thing for a program and, in the reader's language, for a person. */
struct kk_progress_part {
    const char *name, *label;
};
/* total 0: unknown. Shows each part that begins, else at most ten times a second. now: any steady
 * clock. */
void kk_progress_step(struct kk_progress *p, const struct kk_progress_part *part, uint64_t done,
                      uint64_t total, int64_t now_ms);
/* Wipes the line. */
void kk_progress_done(struct kk_progress *p);

#endif
