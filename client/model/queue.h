/*
 * The queue of cases: how long each has stood where it stands, until when it may, and who is waited
 * for. Derived, never written: from the entry's receive time and the newest time that the daemon
 * has signed; no clock of a ward decides anything. [RL-23]
 */
#ifndef MODEL_QUEUE_H
#define MODEL_QUEUE_H

#include "model/record.h"

struct kk_queue_row {
    struct kk_record record;
    int64_t since_ms; /* of this state, or of the pending proposal; 0: not in the log yet */
    int64_t due_ms;   /* 0: nothing is due */
    unsigned days;    /* whole ones since then, by the daemon's clock */
    bool overdue;
    enum kk_side waits; /* for whom; NONE: nobody */
    unsigned priority;  /* of this office's own memo; 0: none */
};
struct kk_queue_filter {
    int state;                   /* -1: any */
    const char *ward;            /* NULL: any */
    unsigned field, fund, priority; /* codes; 0: any */
    enum kk_side waits;          /* NONE: any */
    bool overdue;
    bool open;        /* only where somebody is waited for, or may be */
    int64_t since_ms; /* only what moved at or after this time; 0: any */
    int64_t touched_ms; /* only what anything was written to since, a comment too; 0: any */
    unsigned days;    /* only what has stood where it stands for so many; 0: any */
    int64_t due_ms;   /* only what is due before this time; 0: any */
};
typedef int kk_queue_fn(void *user, const struct kk_queue_row *row);
/* Calls back for each case, the most urgent first: overdue, then by due date, then by age. */
KK_MUST_USE int kk_queue_each(struct kk_records *r, const struct kk_queue_filter *filter,
                              kk_queue_fn *fn, void *user);
/* The overdue ones that this device has not told yet; each once. The home is for writing. */
KK_MUST_USE int kk_queue_tell(struct kk_records *r, kk_queue_fn *fn, void *user);
/* The newest time that the daemon has signed; 0 before the first sync. */
int64_t kk_queue_now(const struct kk_records *r);

#endif
