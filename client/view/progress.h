/* How far a long act is: a line on a terminal, JSON lines where asked for, else nothing. */
#ifndef VIEW_PROGRESS_H
#define VIEW_PROGRESS_H

#include "view/out.h"

#include <stdint.h>

struct kk_progress {
    struct kk_out *out;
    int64_t shown_ms; /* when the line was last drawn */
    bool drawn;
};
void kk_progress_init(struct kk_progress *p, struct kk_out *out);
/* what: a short text. total 0: unknown. Draws at most ten times a second. now: any steady clock. */
void kk_progress_step(struct kk_progress *p, const char *what, uint64_t done, uint64_t total,
                      int64_t now_ms);
/* Wipes the line. */
void kk_progress_done(struct kk_progress *p);

#endif
