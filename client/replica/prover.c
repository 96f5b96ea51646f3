/* Threads that prove packs (prover.h). */
#include "replica/prover.h"

#include "kukyoku/base/alloc.h"

#include <uv.h>

#define THREADS_MAX  3      /* beside the one that asks; each holds a pack, some 2 MiB */
#define WAITING_MAX  4      /* packs as they came, up to 256 KiB each */
#define WORTH_ROWS   100000 /* a thread costs as much as a thousand rows do */

struct job {
    struct kk_segment *segment;
    size_t pack;
    struct kk_bytes coded;
};
struct replica_prover {
    uv_mutex_t lock;
    uv_cond_t change; /* something waits, or no more will come */
    struct job jobs[WAITING_MAX];
    size_t count;
    bool closing;
    uv_thread_t threads[THREADS_MAX];
    size_t thread_count;
};

static void prove_one(struct job *j)
{
    kk_ignore(kk_segment_prove(j->segment, j->pack, kk_bytes_slice(&j->coded)));
    kk_bytes_fini(&j->coded);
}

/* Locked. The oldest first. */
static bool take(struct replica_prover *p, struct job *ret)
{
    if (p->count == 0)
        return false;
    *ret = p->jobs[0];
    p->count--;
    memmove(p->jobs, p->jobs + 1, p->count * sizeof(*p->jobs));
    return true;
}

static void work(void *self)
{
    struct replica_prover *p = self;
    struct job j;

    uv_mutex_lock(&p->lock);
    for (;;) {
        while (p->count == 0 && !p->closing)
            uv_cond_wait(&p->change, &p->lock);
        if (!take(p, &j))
            break;
        uv_mutex_unlock(&p->lock);
        prove_one(&j);
        uv_mutex_lock(&p->lock);
    }
    uv_mutex_unlock(&p->lock);
}

static void start_threads(struct replica_prover *p)
{
    unsigned cores = uv_available_parallelism();

    while (p->thread_count < THREADS_MAX && p->thread_count + 1 < cores &&
           uv_thread_create(&p->threads[p->thread_count], work, p) == 0)
        p->thread_count++;
}

/* NULL where the system gives none: then who asks does it. */
static struct replica_prover *start(void)
{
    struct replica_prover *p = kk_alloc(sizeof(*p));

    if (!p)
        return NULL;
    if (uv_mutex_init(&p->lock) < 0) {
        kk_free(p);
        return NULL;
    }
    if (uv_cond_init(&p->change) < 0) {
        uv_mutex_destroy(&p->lock);
        kk_free(p);
        return NULL;
    }
    start_threads(p);
    return p;
}

static bool put(struct replica_prover *p, const struct job *j)
{
    bool room;

    uv_mutex_lock(&p->lock);
    room = p->thread_count > 0 && p->count < WAITING_MAX;
    if (room)
        p->jobs[p->count++] = *j;
    uv_cond_signal(&p->change);
    uv_mutex_unlock(&p->lock);
    return room;
}

void replica_prover_add(struct replica_prover **p, struct kk_segment *s, size_t pack,
                        struct kk_bytes *coded)
{
    struct job j = { .segment = s, .pack = pack, .coded = *coded };

    *coded = (struct kk_bytes){ 0 };
    if (!*p && s->index.rows >= WORTH_ROWS)
        *p = start();
    if (!*p || !put(*p, &j))
        prove_one(&j);
}

void replica_prover_end(struct replica_prover **at)
{
    struct replica_prover *p = *at;

    if (!p)
        return;
    uv_mutex_lock(&p->lock);
    p->closing = true;
    uv_cond_broadcast(&p->change);
    uv_mutex_unlock(&p->lock);
    work(p);
    for (size_t i = 0; i < p->thread_count; i++)
        uv_thread_join(&p->threads[i]);
    uv_cond_destroy(&p->change);
    uv_mutex_destroy(&p->lock);
    kk_free(p);
    *at = NULL;
}

void replica_prove(struct kk_segment *s)
{
    struct replica_prover *p = NULL;
    bool ready = kk_segment_ready(s) > 0;

    for (size_t i = 0; ready && i < s->index.packs.count; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };

        if (!kk_segment_proven(s, i) &&
            s->source.get(s->source.self, KK_BLOB_PACK, &s->index.packs.items[i].blob, &coded) == 0)
            replica_prover_add(&p, s, i, &coded);
    }
    replica_prover_end(&p);
}
