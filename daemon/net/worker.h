/*
 * The store thread: runs jobs one after another away from the loop. Whatever waits when it wakes
 * is one batch, between one begin and one commit. Results come back to the loop in order.
 *
 * Post and close from the loop's thread only. Jobs own copies of what they need.
 */
#ifndef NET_WORKER_H
#define NET_WORKER_H

#include "kukyoku/error.h"

#include <uv.h>

struct kk_worker;
struct kk_job;
typedef void kk_job_fn(struct kk_job *job);

/* Embedded in what the job is about; stays put until done was called. */
struct kk_job {
    kk_job_fn *run;  /* on the store thread */
    kk_job_fn *done; /* on the loop; may free the job */
    int fault;       /* run sets it; a failed commit sets it for every job of the batch */
    struct kk_job *next;
};

/* Both on the store thread; 0 or a fault. */
struct kk_worker_batch {
    int (*begin)(void *self);
    int (*commit)(void *self);
    void *self;
};

KK_MUST_USE int kk_worker_start(uv_loop_t *loop, const struct kk_worker_batch *batch,
                                struct kk_worker **ret);
void kk_worker_post(struct kk_worker *w, struct kk_job *job);
/* Jobs posted whose done was not called yet. */
size_t kk_worker_pending(const struct kk_worker *w);
/*
 * Waits for the thread to finish what was posted; the results are delivered, then closed is called
 * from the loop and w is gone. Nothing may be posted after this.
 */
typedef void kk_worker_closed_fn(void *user);
void kk_worker_close(struct kk_worker *w, kk_worker_closed_fn *closed, void *user);

#endif
