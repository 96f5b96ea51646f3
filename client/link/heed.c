/* A thread that waits for signals (heed.h). */
#include "link/heed.h"

#include "kukyoku/base/alloc.h"

#include <signal.h>
#include <uv.h>

#define SIGNALS 2

struct kk_heed {
    struct kk_link_stop *stop;
    uv_loop_t loop;
    uv_signal_t signals[SIGNALS];
    uv_async_t end;
    uv_thread_t thread;
};

static void on_signal(uv_signal_t *handle, int number)
{
    struct kk_heed *h = handle->data;

    (void)number;
    for (size_t i = 0; i < SIGNALS; i++)
        uv_signal_stop(&h->signals[i]);
    kk_link_stop_tell(h->stop);
}

static void on_end(uv_async_t *end)
{
    struct kk_heed *h = KK_OWNER_OF(end, struct kk_heed, end);

    for (size_t i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&h->signals[i], NULL);
    uv_close((uv_handle_t *)&h->end, NULL);
}

static void wait_for_them(void *self)
{
    struct kk_heed *h = self;

    uv_run(&h->loop, UV_RUN_DEFAULT);
}

/* Before the thread is there, so that none is missed once kk_heed_start has come back. */
static void begin(struct kk_heed *h)
{
    static const int numbers[SIGNALS] = { SIGINT, SIGTERM };

    kk_assert(uv_async_init(&h->loop, &h->end, on_end) == 0);
    for (size_t i = 0; i < SIGNALS; i++) {
        kk_assert(uv_signal_init(&h->loop, &h->signals[i]) == 0);
        h->signals[i].data = h;
        kk_assert(uv_signal_start(&h->signals[i], on_signal, numbers[i]) == 0);
    }
}

int kk_heed_start(struct kk_link_stop *stop, struct kk_heed **ret)
{
    struct kk_heed *h = kk_alloc(sizeof(*h));

    if (!h)
        return KK_E_MEMORY;
    h->stop = stop;
    if (uv_loop_init(&h->loop) < 0) {
        kk_free(h);
        return KK_E_IO;
    }
    begin(h);
    if (uv_thread_create(&h->thread, wait_for_them, h) < 0) {
        on_end(&h->end);
        wait_for_them(h);
        kk_assert(uv_loop_close(&h->loop) == 0);
        kk_free(h);
        return KK_E_IO;
    }
    *ret = h;
    return 0;
}

void kk_heed_close(struct kk_heed *h)
{
    if (!h)
        return;
    uv_async_send(&h->end);
    uv_thread_join(&h->thread);
    kk_assert(uv_loop_close(&h->loop) == 0);
    kk_free(h);
}
