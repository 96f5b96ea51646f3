/* The loop, the listener and its signals (serve.h); one request is call.c's. */
#include "serve/call.h"

#include "kukyoku/base/alloc.h"

#include <signal.h>
#include <stdio.h>

#define CONNECTIONS_MAX 64
#define HEADERS_MAX     (32 * 1024)
#define SILENCE_S       20

/* --- the loop --- */

static void on_time(uv_timer_t *timer)
{
    kk_serve_step(timer->data);
}

void kk_serve_step(struct kk_serve *s)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;

    kk_mhd->MHD_run(s->http);
    if (kk_mhd->MHD_get_timeout(s->http, &wait_ms) == MHD_YES)
        kk_assert(uv_timer_start(&s->timer, on_time, wait_ms, 0) == 0);
    else
        uv_timer_stop(&s->timer);
    if (s->closing && s->calls == 0 && s->working == 0)
        uv_stop(&s->loop);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    kk_serve_step(poll->data);
}

void kk_serve_stop(struct kk_serve *s)
{
    MHD_socket listener;

    if (s->closing)
        return;
    s->closing = true;
    listener = kk_mhd->MHD_quiesce_daemon(s->http);
    if (listener != MHD_INVALID_SOCKET)
        s->listener = listener;
    for (size_t i = 0; i < KK_COUNT(s->signals); i++)
        uv_signal_stop(&s->signals[i]); /* a second one ends the program at once */
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct kk_serve *s = handle->data;

    (void)number;
    kk_serve_stop(s);
    kk_serve_step(s);
}

/* --- start --- */

/* Paths and queries come as they were sent; door.h decodes them. */
static size_t keep_escapes(void *self, struct MHD_Connection *connection, char *text)
{
    (void)self;
    (void)connection;
    return strlen(text);
}

static struct MHD_Daemon *listen_on(struct kk_serve *s, unsigned port)
{
    struct sockaddr_in at;

    kk_assert(uv_ip4_addr("127.0.0.1", (int)port, &at) == 0);
    return kk_mhd->MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
                            kk_serve_on_request, s, MHD_OPTION_SOCK_ADDR, &at,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MAX,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S,
                            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
                            keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED,
                            kk_serve_on_completed, s, MHD_OPTION_END);
}

static void set_up_loop(struct kk_serve *s)
{
    static const int numbers[] = { SIGINT, SIGTERM };
    const union MHD_DaemonInfo *info =
        kk_mhd->MHD_get_daemon_info(s->http, MHD_DAEMON_INFO_EPOLL_FD);

    kk_assert(uv_poll_init(&s->loop, &s->poll, info->epoll_fd) == 0);
    kk_assert(uv_timer_init(&s->loop, &s->timer) == 0);
    s->poll.data = s->timer.data = s;
    kk_assert(uv_poll_start(&s->poll, UV_READABLE, on_ready) == 0);
    for (size_t i = 0; i < KK_COUNT(numbers); i++) {
        kk_assert(uv_signal_init(&s->loop, &s->signals[i]) == 0);
        s->signals[i].data = s;
        kk_assert(uv_signal_start(&s->signals[i], on_signal, numbers[i]) == 0);
    }
}

int kk_serve_open(const struct kk_serve_owner *owner, unsigned port, struct kk_serve **ret,
                  struct kk_error *err)
{
    struct kk_serve *s = kk_alloc(sizeof *s);
    struct kk_entropy entropy = kk_os_entropy();
    char where[24];
    int r = s ? kk_mhd_load(err) : KK_E_MEMORY;

    if (r < 0) {
        kk_free(s);
        return r;
    }
#ifdef SIGPIPE /* a browser that has gone is an error of the write, not the end of the program */
    signal(SIGPIPE, SIG_IGN);
#endif
    s->owner = *owner;
    s->listener = MHD_INVALID_SOCKET;
    s->http = listen_on(s, port);
    if (!s->http || uv_loop_init(&s->loop) < 0) {
        kk_serve_free(s);
        snprintf(where, sizeof where, "127.0.0.1:%u", port);
        return kk_error_say(err, KK_E_PAGE_PORT, where, "another program may be using it",
                            "ほかのプログラムが使用している可能性があります");
    }
    s->looping = true;
    kk_door_init(&s->door, &entropy);
    s->door.port = kk_mhd->MHD_get_daemon_info(s->http, MHD_DAEMON_INFO_BIND_PORT)->port;
    set_up_loop(s);
    *ret = s;
    return 0;
}

void kk_serve_address(const struct kk_serve *s, char ret[KK_SERVE_ADDRESS])
{
    snprintf(ret, KK_SERVE_ADDRESS, "http://127.0.0.1:%u/open?token=%s", s->door.port,
             s->door.token);
}

void kk_serve_run(struct kk_serve *s)
{
    kk_serve_step(s);
    uv_run(&s->loop, UV_RUN_DEFAULT);
}

/* --- end --- */

static void close_one(uv_handle_t *handle, void *unused)
{
    (void)unused;
    uv_close(handle, NULL);
}

void kk_serve_free(struct kk_serve *s)
{
    if (!s)
        return;
    kk_assert(s->working == 0);
    if (s->looping) {
        uv_walk(&s->loop, close_one, NULL);
        uv_run(&s->loop, UV_RUN_DEFAULT);
        kk_assert(uv_loop_close(&s->loop) == 0);
    }
    if (s->http)
        kk_mhd->MHD_stop_daemon(s->http);
    if (s->listener != MHD_INVALID_SOCKET)
        kk_os_socket_close((int)s->listener);
    kk_door_fini(&s->door);
    kk_free(s);
}
