/*
 * The line with libuv calls that fail: the n-th call from now on of those wrapped below, for each n
 * until a whole conversation needs no more calls. Whatever fails, both sides end, every handle is
 * closed, and the next conversation succeeds. The linker puts the wrappers in place (--wrap).
 */
#include "kukyoku/base/alloc.h"
#include "link/link.h"
#include "server.h"
#include "unit.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_long countdown; /* 0: nothing fails */
static atomic_bool failed;

static bool fails(void)
{
    bool now = atomic_load(&countdown) > 0 && atomic_fetch_sub(&countdown, 1) == 1;

    if (now)
        atomic_store(&failed, true);
    return now;
}

/* W(name, parameters, arguments): a call that may fail with UV_ENOMEM. */
#define WRAPPED(W)                                                                                 \
    W(uv_write,                                                                                    \
      (uv_write_t * req, uv_stream_t * handle, const uv_buf_t bufs[], unsigned n, uv_write_cb cb), \
      (req, handle, bufs, n, cb))                                                                  \
    W(uv_try_write, (uv_stream_t * handle, const uv_buf_t bufs[], unsigned n), (handle, bufs, n))  \
    W(uv_read_start, (uv_stream_t * stream, uv_alloc_cb alloc, uv_read_cb read),                   \
      (stream, alloc, read))                                                                       \
    W(uv_tcp_connect,                                                                              \
      (uv_connect_t * req, uv_tcp_t * tcp, const struct sockaddr *addr, uv_connect_cb cb),         \
      (req, tcp, addr, cb))                                                                        \
    W(uv_tcp_getpeername, (const uv_tcp_t *tcp, struct sockaddr *name, int *len),                  \
      (tcp, name, len))                                                                            \
    W(uv_tcp_close_reset, (uv_tcp_t * tcp, uv_close_cb cb), (tcp, cb))                             \
    W(uv_getaddrinfo,                                                                              \
      (uv_loop_t * loop, uv_getaddrinfo_t * req, uv_getaddrinfo_cb cb, const char *node,           \
       const char *service, const struct addrinfo *hints),                                         \
      (loop, req, cb, node, service, hints))

#define WRAP(name, parameters, arguments)                                                          \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        return fails() ? UV_ENOMEM : __real_##name arguments;                                      \
    }
WRAPPED(WRAP)

/* A failing accept takes the connection all the same, as libuv's own does. */
int __real_uv_accept(uv_stream_t *listener, uv_stream_t *client);
int __wrap_uv_accept(uv_stream_t *listener, uv_stream_t *client);
int __wrap_uv_accept(uv_stream_t *listener, uv_stream_t *client)
{
    int r = __real_uv_accept(listener, client);

    return r == 0 && fails() ? UV_ENOMEM : r;
}

static struct server server;

static int on_opened(void *self, struct kk_link *link, const struct kk_admission *a)
{
    struct kk_msg_hello hello = { .client = kk_slice_text("test"), .root_ver = 1, .digest = { 1 } };

    (void)self;
    (void)a;
    return kk_link_send(link, KK_MSG_HELLO, 1, &hello);
}

static int on_message(void *self, struct kk_link *link, const struct kk_message *m,
                      struct kk_slice plain)
{
    struct kk_msg_get get = { .blob = { 1 }, .max = KK_GET_BYTES_MAX };

    (void)self;
    (void)plain;
    if (m->type == KK_MSG_WELCOME)
        return kk_link_send(link, KK_MSG_GET, 2, &get);
    if (m->type == KK_MSG_DATA && ((const struct kk_msg_data *)m->body)->last)
        kk_link_done(link);
    return 0;
}

static int converse(void)
{
    struct kk_link_owner owner = { .opened = on_opened, .message = on_message };
    struct kk_session_times times = kk_session_times_default;
    struct kk_hash_item key;
    char endpoint[64];
    const char *endpoints[] = { endpoint };
    struct kk_link_options o = { .endpoints = endpoints,
                                 .endpoint_count = 1,
                                 .daemon_keys = &key,
                                 .daemon_key_count = 1,
                                 .mode = KK_MODE_SESSION,
                                 .secret = server.client_secret,
                                 .entropy = { .fill = server_random },
                                 .times = &times };

    times.preauth = times.answer = 2000;
    snprintf(endpoint, sizeof(endpoint), "127.0.0.1:%d", server.port);
    memcpy(key.id, server.public, KK_KEY_BYTES);
    return kk_link_run(&o, &owner, NULL, NULL);
}

START_TEST(any_call_may_fail)
{
    long n = 0;

    signal(SIGPIPE, SIG_IGN);
    server_init(&server);
    server.limits.times.preauth = 1000;
    server_start(&server);
    ck_assert_int_eq(converse(), 0);
    do {
        atomic_store(&failed, false);
        atomic_store(&countdown, ++n);
        kk_ignore(converse()); /* it may succeed: a hint that was not sent, a second try */
        atomic_store(&countdown, 0);
        ck_assert_int_eq(converse(), 0);
    } while (atomic_load(&failed) && n < 200);
    fprintf(stderr, "# %ld calls could fail\n", n - 1);
    ck_assert_int_gt(n, 10);
    ck_assert(!atomic_load(&failed));
    server_stop(&server); /* asserts that every handle was closed */
}
END_TEST

/* The same with memory: from the n-th allocation of either side on there is none. */
START_TEST(memory_may_run_out)
{
    int good = 0;

    signal(SIGPIPE, SIG_IGN);
    server_init(&server);
    server.limits.times.preauth = 1000;
    server_start(&server);
    ck_assert_int_eq(converse(), 0);
    for (unsigned long n = 1; n < 120; n++) {
        kk_alloc_fail_at(n);
        good += converse() == 0;
        kk_alloc_fail_at(0);
        ck_assert_int_eq(converse(), 0);
    }
    fprintf(stderr, "# %d of 119 needed less\n", good);
    server_stop(&server);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("line_faults", &suite);

    tcase_add_test(c, any_call_may_fail);
    tcase_add_test(c, memory_may_run_out);
    return suite;
}
