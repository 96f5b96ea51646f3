/*
 * One thread, one queue in, one queue out, one lock over both. The lock is held only while a list
 * is handed over, never while a job runs.
 */
#include "net/worker.h"

#include "kukyoku/base/alloc.h"

struct list {
    struct kk_job *first, **end;
};

struct kk_worker {
    struct kk_worker_batch batch;
    uv_thread_t thread;
    uv_mutex_t lock;
    uv_cond_t wake;
    uv_async_t back;
    struct list in, out; /* under the lock */
    bool stop;           /* under the lock */
    size_t pending;      /* the loop's own */
    kk_worker_closed_fn *closed;
    void *user;
};

static void clear(struct list *l)
{
    l->first = NULL;
    l->end = &l->first;
}

/* Moves all of `from` to the end of `to`. */
static void move(struct list *from, struct list *to)
{
    if (!from->first)
        return;
    *to->end = from->first;
    to->end = from->end;
    clear(from);
}

/* --- on the store thread --- */

/* Waits for jobs; false when there are none and none will come. */
static bool take_batch(struct kk_worker *w, struct list *ret)
{
    uv_mutex_lock(&w->lock);
    while (!w->in.first && !w->stop)
        uv_cond_wait(&w->wake, &w->lock);
    clear(ret);
    move(&w->in, ret);
    uv_mutex_unlock(&w->lock);
    return ret->first != NULL;
}

static void fail_all(const struct list *jobs, int fault)
{
    for (struct kk_job *job = jobs->first; job; job = job->next)
        job->fault = fault;
}

static void run_batch(struct kk_worker *w, const struct list *jobs)
{
    int r = w->batch.begin(w->batch.self);

    if (r < 0) {
        fail_all(jobs, r);
        return;
    }
    for (struct kk_job *job = jobs->first; job; job = job->next)
        job->run(job);
    r = w->batch.commit(w->batch.self);
    if (r < 0) /* nothing of the batch is on disk: nobody may be told that it is */
        fail_all(jobs, r);
}

static void hand_back(struct kk_worker *w, struct list *jobs)
{
    uv_mutex_lock(&w->lock);
    move(jobs, &w->out);
    uv_mutex_unlock(&w->lock);
    uv_async_send(&w->back);
}

static void work(void *arg)
{
    struct kk_worker *w = arg;
    struct list jobs;

    while (take_batch(w, &jobs)) {
        run_batch(w, &jobs);
        hand_back(w, &jobs);
    }
}

/* --- on the loop --- */

static void deliver(struct kk_worker *w)
{
    struct list jobs;
    struct kk_job *job, *next;

    clear(&jobs);
    uv_mutex_lock(&w->lock);
    move(&w->out, &jobs);
    uv_mutex_unlock(&w->lock);
    for (job = jobs.first; job; job = next) {
        next = job->next;
        w->pending--;
        job->done(job);
    }
}

static void on_back(uv_async_t *back)
{
    deliver(KK_OWNER_OF(back, struct kk_worker, back));
}

static int make_parts(struct kk_worker *w, uv_loop_t *loop)
{
    if (uv_mutex_init(&w->lock) < 0)
        return KK_E_MEMORY;
    if (uv_cond_init(&w->wake) < 0) {
        uv_mutex_destroy(&w->lock);
        return KK_E_MEMORY;
    }
    if (uv_async_init(loop, &w->back, on_back) == 0)
        return 0;
    uv_cond_destroy(&w->wake);
    uv_mutex_destroy(&w->lock);
    return KK_E_MEMORY;
}

static void free_parts(struct kk_worker *w)
{
    uv_cond_destroy(&w->wake);
    uv_mutex_destroy(&w->lock);
    kk_free(w);
}

static void on_unstarted_closed(uv_handle_t *handle)
{
    free_parts(KK_OWNER_OF(handle, struct kk_worker, back));
}

int kk_worker_start(uv_loop_t *loop, const struct kk_worker_batch *batch, struct kk_worker **ret)
{
    struct kk_worker *w = kk_alloc(sizeof(*w));

    if (!w)
        return KK_E_MEMORY;
    w->batch = *batch;
    clear(&w->in);
    clear(&w->out);
    if (make_parts(w, loop) < 0) {
        kk_free(w);
        return KK_E_MEMORY;
    }
    if (uv_thread_create(&w->thread, work, w) < 0) {
        uv_close((uv_handle_t *)&w->back, on_unstarted_closed);
        return KK_E_MEMORY;
    }
    *ret = w;
    return 0;
}

void kk_worker_post(struct kk_worker *w, struct kk_job *job)
{
    job->next = NULL;
    job->fault = 0;
    w->pending++;
    uv_mutex_lock(&w->lock);
    kk_assert(!w->stop);
    *w->in.end = job;
    w->in.end = &job->next;
    uv_cond_signal(&w->wake);
    uv_mutex_unlock(&w->lock);
}

size_t kk_worker_pending(const struct kk_worker *w)
{
    return w->pending;
}

static void on_closed(uv_handle_t *handle)
{
    struct kk_worker *w = KK_OWNER_OF(handle, struct kk_worker, back);
    kk_worker_closed_fn *closed = w->closed;
    void *user = w->user;

    free_parts(w);
    closed(user);
}

void kk_worker_close(struct kk_worker *w, kk_worker_closed_fn *closed, void *user)
{
    w->closed = closed;
    w->user = user;
    uv_mutex_lock(&w->lock);
    w->stop = true;
    uv_cond_signal(&w->wake);
    uv_mutex_unlock(&w->lock);
    uv_thread_join(&w->thread);
    deliver(w);
    uv_close((uv_handle_t *)&w->back, on_closed);
}
