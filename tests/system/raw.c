/* Plain sockets, poll with a limit. */
#include "raw.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

int raw_connect(const struct server *s, unsigned host)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)s->port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct sockaddr_in from = { .sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + host) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&from, sizeof(from)), 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

/* Waits for the end of the stream, or for bytes: their count, 0 at the end, -1 when neither came.
 */
ssize_t raw_read_within(int fd, void *bytes, size_t len, int wait_ms)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    ssize_t n;

    if (poll(&p, 1, wait_ms) <= 0)
        return -1;
    n = recv(fd, bytes, len, 0);
    return n < 0 ? 0 : n; /* a reset is an end too */
}

void raw_send_all(int fd, struct kk_slice bytes)
{
    ck_assert_int_eq(send(fd, bytes.data, bytes.len, 0), (ssize_t)bytes.len);
}

void raw_cut_hard(int fd)
{
    struct linger hard = { .l_onoff = 1 };

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    close(fd);
}

void raw_init(struct raw *r, const struct server *s, const uint8_t *secret)
{
    struct kk_session_options o = { .role = KK_SESSION_CLIENT,
                                    .mode = KK_MODE_SESSION,
                                    .secret = secret,
                                    .peer = s->public,
                                    .entropy = { .fill = server_random } };

    *r = (struct raw){ .fd = raw_connect(s, 1) };
    kk_arena_init(&r->arena, 1 << 20);
    ck_assert_int_eq(kk_session_init(&r->session, &o), 0);
}

void raw_fini(struct raw *r)
{
    kk_session_fini(&r->session);
    kk_arena_fini(&r->arena);
}

void raw_flush(struct raw *r)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 };

    kk_session_take_out(&r->session, &out);
    if (out.len)
        raw_send_all(r->fd, kk_bytes_slice(&out));
}

static void take(struct raw *r, struct kk_slice bytes)
{
    struct kk_session_event e;
    size_t at = 0;

    do {
        kk_session_feed(&r->session, kk_slice(bytes.data + at, bytes.len - at), 0, &r->arena, &e);
        at += e.used;
        r->opened = r->opened || e.what == KK_SESSION_OPENED;
        r->closed = r->closed || e.what == KK_SESSION_CLOSED;
        r->messages += e.what == KK_SESSION_MESSAGE;
    } while (e.what != KK_SESSION_MORE);
}

bool raw_read(struct raw *r, unsigned messages)
{
    uint8_t in[4096];

    while (!r->opened || r->messages < messages) {
        ssize_t n = raw_read_within(r->fd, in, sizeof(in), RAW_WAIT_MS);

        if (n <= 0 || r->closed)
            return false;
        take(r, kk_slice(in, (size_t)n));
    }
    return true;
}

void raw_hello(struct raw *r)
{
    struct kk_msg_hello hello = { .client = kk_slice_text("raw"), .root_ver = 1, .digest = { 1 } };

    ck_assert_int_eq(kk_session_send(&r->session, KK_MSG_HELLO, 1, &hello, 0), 0);
    raw_flush(r);
}

void raw_get(struct raw *r, uint32_t id)
{
    struct kk_msg_get get = { .blob = { 1 }, .max = KK_GET_BYTES_MAX };

    ck_assert_int_eq(kk_session_send(&r->session, KK_MSG_GET, id, &get, 0), 0);
}

bool raw_try_open(struct raw *r, const struct server *s)
{
    raw_init(r, s, s->client_secret);
    raw_flush(r);
    if (!raw_read(r, 0))
        return false;
    raw_hello(r);
    return raw_read(r, 1);
}
