/* Threads that take jobs in turn (crew.h). */
#include "replica/crew.h"

#include "kukyoku/base/alloc.h"

#include <stdbool.h>
#include <string.h>
#include <uv.h>

#define THREADS_MAX 3
#define WAITING_MAX 4 /* jobs; more would only take memory */

struct job {
    kk_crew_fn *run;
    void *job;
};
struct kk_crew {
    uv_mutex_t lock;
    uv_cond_t change; /* something waits, or no more will come */
    uv_cond_t done;   /* nothing waits, and nobody works */
    struct job jobs[WAITING_MAX];
    size_t count, working;
    bool closing;
    uv_thread_t threads[THREADS_MAX];
    size_t thread_count;
};

/* Locked. The oldest first. */
static bool take(struct kk_crew *c, struct job *ret)
{
    if (c->count == 0)
        return false;
    *ret = c->jobs[0];
    c->count--;
    memmove(c->jobs, c->jobs + 1, c->count * sizeof(*c->jobs));
    return true;
}

/* Locked; not while jobs are done. */
static void do_all(struct kk_crew *c)
{
    struct job j;

    while (take(c, &j)) {
        c->working++;
        uv_mutex_unlock(&c->lock);
        j.run(j.job);
        uv_mutex_lock(&c->lock);
        if (--c->working == 0 && c->count == 0)
            uv_cond_signal(&c->done);
    }
}

static void work(void *self)
{
    struct kk_crew *c = self;

    uv_mutex_lock(&c->lock);
    do_all(c);
    while (!c->closing) {
        uv_cond_wait(&c->change, &c->lock);
        do_all(c);
    }
    uv_mutex_unlock(&c->lock);
}

static void start_threads(struct kk_crew *c)
{
    unsigned cores = uv_available_parallelism();

    while (c->thread_count < THREADS_MAX && c->thread_count + 1 < cores &&
           uv_thread_create(&c->threads[c->thread_count], work, c) == 0)
        c->thread_count++;
}

static bool init(struct kk_crew *c)
{
    if (uv_mutex_init(&c->lock) < 0)
        return false;
    if (uv_cond_init(&c->change) == 0) {
        if (uv_cond_init(&c->done) == 0)
            return true;
        uv_cond_destroy(&c->change);
    }
    uv_mutex_destroy(&c->lock);
    return false;
}

/* NULL where the system gives none: then who asks does it. */
static struct kk_crew *start(void)
{
    struct kk_crew *c = kk_alloc(sizeof(*c));

    if (!c)
        return NULL;
    if (!init(c)) {
        kk_free(c);
        return NULL;
    }
    start_threads(c);
    return c;
}

static bool put(struct kk_crew *c, const struct job *j)
{
    bool room;

    uv_mutex_lock(&c->lock);
    room = c->thread_count > 0 && c->count < WAITING_MAX;
    if (room)
        c->jobs[c->count++] = *j;
    uv_cond_signal(&c->change);
    uv_mutex_unlock(&c->lock);
    return room;
}

void kk_crew_add(struct kk_crew **crew, kk_crew_fn *run, void *job)
{
    struct job j = { .run = run, .job = job };

    if (!*crew)
        *crew = start();
    if (!*crew || !put(*crew, &j))
        run(job);
}

void kk_crew_wait(struct kk_crew *crew)
{
    if (!crew)
        return;
    uv_mutex_lock(&crew->lock);
    do_all(crew);
    while (crew->working > 0)
        uv_cond_wait(&crew->done, &crew->lock);
    uv_mutex_unlock(&crew->lock);
}

void kk_crew_end(struct kk_crew **crew)
{
    struct kk_crew *c = *crew;

    if (!c)
        return;
    uv_mutex_lock(&c->lock);
    c->closing = true;
    uv_cond_broadcast(&c->change);
    uv_mutex_unlock(&c->lock);
    work(c);
    for (size_t i = 0; i < c->thread_count; i++)
        uv_thread_join(&c->threads[i]);
    uv_cond_destroy(&c->done);
    uv_cond_destroy(&c->change);
    uv_mutex_destroy(&c->lock);
    kk_free(c);
    *crew = NULL;
}
