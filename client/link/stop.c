/*
 * Ending a run from another thread (link.h): the run that is on lends the handle that wakes its
 * loop, and takes it back before it closes. Where no handle can be had the run goes on to its own
 * end, and the next one is not begun.
 */
#include "link/flow.h"

#include "kukyoku/base/alloc.h"

struct kk_link_stop {
    uv_mutex_t guard;
    bool told;
    uv_async_t *wake; /* of the run that is on; NULL: none is */
};

struct kk_link_stop *kk_link_stop_new(void)
{
    struct kk_link_stop *stop = kk_alloc(sizeof(*stop));

    if (stop)
        kk_assert(uv_mutex_init(&stop->guard) == 0);
    return stop;
}

void kk_link_stop_tell(struct kk_link_stop *stop)
{
    uv_mutex_lock(&stop->guard);
    stop->told = true;
    if (stop->wake)
        uv_async_send(stop->wake);
    uv_mutex_unlock(&stop->guard);
}

bool kk_link_stop_told(struct kk_link_stop *stop)
{
    bool told;

    uv_mutex_lock(&stop->guard);
    told = stop->told;
    uv_mutex_unlock(&stop->guard);
    return told;
}

void kk_link_stop_free(struct kk_link_stop *stop)
{
    if (!stop)
        return;
    kk_assert(!stop->wake);
    uv_mutex_destroy(&stop->guard);
    kk_free(stop);
}

static void on_wake(uv_async_t *wake)
{
    struct kk_link *l = KK_OWNER_OF(wake, struct kk_link, wake);

    kk_flow_cancel(l);
    kk_flow_tick(l);
}

static void join(struct kk_link *l)
{
    struct kk_link_stop *stop = l->o->stop;

    if (!stop || uv_async_init(&l->loop, &l->wake, on_wake) < 0)
        return;
    l->wakeable = true;
    uv_mutex_lock(&stop->guard);
    stop->wake = &l->wake;
    if (stop->told)
        uv_async_send(&l->wake);
    uv_mutex_unlock(&stop->guard);
}

static void leave(struct kk_link *l)
{
    struct kk_link_stop *stop = l->o->stop;

    if (!l->wakeable)
        return;
    uv_mutex_lock(&stop->guard);
    stop->wake = NULL;
    uv_mutex_unlock(&stop->guard);
    uv_close((uv_handle_t *)&l->wake, NULL);
}

void kk_wake_join(struct kk_link *l)
{
    join(l);
    kk_stir_join(l);
}

void kk_wake_leave(struct kk_link *l)
{
    leave(l);
    kk_stir_leave(l);
}

int kk_link_wait(int64_t ms, struct kk_link_stop *stop)
{
    struct kk_link_options o = { .wait_ms = ms, .stop = stop };
    struct kk_link_owner owner = { .self = NULL };
    int r = kk_link_run(&o, &owner, NULL, NULL);

    return r == KK_E_CANCELLED || r == KK_E_MEMORY ? r : 0;
}
