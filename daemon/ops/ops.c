/* The loop's side of ops.h and its three answers. */
#include "ops/ops.h"

#include "kukyoku/base/alloc.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>

#define CONNECTIONS_MAX 16
#define HEADERS_MAX     (16 * 1024)
#define SILENCE_S       10

struct kk_ops {
    struct kk_ops_owner owner;
    struct MHD_Daemon *http;
    uv_poll_t poll;
    uv_timer_t timer;
    unsigned handles; /* of the loop, not closed yet */
};

/* --- answers --- */

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *type,
                             struct kk_slice body)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.data,
                                        MHD_RESPMEM_MUST_COPY);
    enum MHD_Result done = MHD_NO;

    if (response && MHD_add_response_header(response, "Content-Type", type) == MHD_YES &&
        MHD_add_response_header(response, "Cache-Control", "no-store") == MHD_YES &&
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES)
        done = MHD_queue_response(connection, status, response);
    if (response)
        MHD_destroy_response(response);
    return done;
}

static enum MHD_Result reply_text(struct MHD_Connection *connection, unsigned status,
                                  const char *text)
{
    return reply(connection, status, "text/plain; charset=utf-8", kk_slice_text(text));
}

static enum MHD_Result reply_state(struct MHD_Connection *connection, bool good, const char *why)
{
    char text[128];

    snprintf(text, sizeof(text), "%s\n", good ? "ok" : why);
    return reply_text(connection, good ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, text);
}

static enum MHD_Result reply_metrics(struct kk_ops *ops, struct MHD_Connection *connection)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    struct kk_metrics m = { { 0 } };

    ops->owner.measure(ops->owner.self, &m);
    if (kk_metrics_print(&m, &text) < 0)
        return MHD_NO;
    return reply(connection, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8",
                 kk_bytes_slice(&text));
}

static enum MHD_Result answer(struct kk_ops *ops, struct MHD_Connection *connection,
                              const char *path)
{
    const char *why = "";
    bool good;

    if (strcmp(path, "/metrics") == 0)
        return reply_metrics(ops, connection);
    if (strcmp(path, "/healthz") == 0) {
        good = ops->owner.alive(ops->owner.self, &why);
        return reply_state(connection, good, why);
    }
    if (strcmp(path, "/readyz") == 0) {
        good = ops->owner.ready(ops->owner.self, &why);
        return reply_state(connection, good, why);
    }
    return reply_text(connection, MHD_HTTP_NOT_FOUND, "/healthz /readyz /metrics\n");
}

/* A name of this machine, with or without a port. */
static bool is_own_host(const char *host)
{
    static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };

    for (size_t i = 0; host && i < KK_COUNT(names); i++) {
        size_t len = strlen(names[i]);

        if (strncmp(host, names[i], len) == 0 && (host[len] == '\0' || host[len] == ':'))
            return true;
    }
    return false;
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *body,
                                  size_t *body_len, void **state)
{
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                                   MHD_HTTP_HEADER_HOST);

    (void)version;
    (void)body;
    if (!*state) { /* an answer to the head alone would end the connection */
        *state = self;
        return MHD_YES;
    }
    if (*body_len) {
        *body_len = 0; /* nobody reads it */
        return MHD_YES;
    }
    if (!is_own_host(host))
        return reply_text(connection, MHD_HTTP_MISDIRECTED_REQUEST, "not this machine's name\n");
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return reply_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "GET\n");
    return answer(self, connection, path);
}

/* --- the loop --- */

static void step(struct kk_ops *ops);

static void on_time(uv_timer_t *timer)
{
    step(timer->data);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    step(poll->data);
}

static void step(struct kk_ops *ops)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;

    MHD_run(ops->http);
    if (MHD_get_timeout(ops->http, &wait_ms) == MHD_YES)
        kk_assert(uv_timer_start(&ops->timer, on_time, wait_ms, 0) == 0);
    else
        uv_timer_stop(&ops->timer); /* nobody is connected: no wake-ups */
}

/* config.h has checked what stands in front; -1: no port. */
static int port_of(const char *address)
{
    const char *colon = strrchr(address, ':');
    char *end = NULL;
    long port = colon ? strtol(colon + 1, &end, 10) : -1;

    return port >= 0 && port <= UINT16_MAX && end != colon + 1 && !*end ? (int)port : -1;
}

static struct MHD_Daemon *listen_on(struct kk_ops *ops, const char *address)
{
    struct sockaddr_in6 six = { 0 };
    struct sockaddr_in four = { 0 };
    bool is_six = address[0] == '[';
    int port = port_of(address);

    if (port < 0 || (is_six ? uv_ip6_addr("::1", port, &six) : uv_ip4_addr("127.0.0.1", port,
                                                                           &four)) < 0)
        return NULL;
    return MHD_start_daemon(MHD_USE_EPOLL | (is_six ? MHD_USE_IPv6 : 0), 0, NULL, NULL, on_request,
                            ops, MHD_OPTION_SOCK_ADDR,
                            is_six ? (const void *)&six : (const void *)&four,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MAX,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S,
                            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

int kk_ops_start(uv_loop_t *loop, const char *address, const struct kk_ops_owner *owner,
                 struct kk_ops **ret, struct kk_error *err)
{
    struct kk_ops *ops = kk_alloc(sizeof(*ops));

    if (!ops)
        return kk_error_say(err, KK_E_MEMORY, address, "out of memory", "メモリ不足です");
    ops->owner = *owner;
    ops->http = listen_on(ops, address);
    if (!ops->http) {
        kk_free(ops);
        return kk_error_say(err, KK_E_IO, address, "can't listen there for /metrics",
                            "/metrics のために待ち受けられません");
    }
    kk_assert(uv_poll_init(loop, &ops->poll,
                           MHD_get_daemon_info(ops->http, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd) ==
              0);
    kk_assert(uv_timer_init(loop, &ops->timer) == 0);
    ops->handles = 2;
    ops->poll.data = ops->timer.data = ops;
    kk_assert(uv_poll_start(&ops->poll, UV_READABLE, on_ready) == 0);
    *ret = ops;
    return 0;
}

unsigned kk_ops_port(const struct kk_ops *ops)
{
    return MHD_get_daemon_info(ops->http, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static void on_closed(uv_handle_t *handle)
{
    struct kk_ops *ops = handle->data;

    if (--ops->handles > 0)
        return;
    MHD_stop_daemon(ops->http); /* the loop watches its descriptor no more */
    kk_free(ops);
}

void kk_ops_close(struct kk_ops *ops)
{
    if (!ops)
        return;
    uv_close((uv_handle_t *)&ops->poll, on_closed);
    uv_close((uv_handle_t *)&ops->timer, on_closed);
}
