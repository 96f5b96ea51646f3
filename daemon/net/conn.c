/*
 * A connection's bytes and its end. libuv's rules that are kept here: a write request and its bytes
 * live until the callback; uv_close once; nothing is freed before the close callback and the last
 * job; the queue is looked at before anything is produced; reading stops while the session takes
 * nothing ([LM-6]).
 */
#include "net/server.h"

#include "kukyoku/base/alloc.h"

struct write {
    uv_write_t request;
    struct kk_conn *conn;
    struct kk_bytes bytes;
};

/* --- life --- */

struct kk_conn *kk_conn_new(struct kk_net *net)
{
    struct kk_conn *c = kk_alloc(sizeof(*c));

    if (!c)
        return NULL;
    c->net = net;
    return c;
}

int kk_conn_start(struct kk_conn *c, unsigned source)
{
    struct kk_session_options o = {
        .role = KK_SESSION_SERVER,
        .secret = c->net->secret,
        .entropy = c->net->entropy,
        .times = &c->net->limits.times,
        .now_ms = kk_net_now(c->net),
    };

    c->source = source;
    c->socket_open = true;
    c->moved_ms = o.now_ms;
    uv_tcp_nodelay(&c->tcp, 1);
    return kk_session_init(&c->session, &o);
}

/* The socket is closed and no job is on its way: the service hears of it, then all is freed. */
static void leave(struct kk_conn *c)
{
    if (c->socket_open || c->jobs > 0 || c->state != KK_CONN_CLOSING)
        return;
    c->state = KK_CONN_LEAVING;
    if (c->identified && kk_request_left(c) == 0)
        return;
    kk_net_forget(c); /* without memory for the job the service keeps a state nobody uses */
}

static void on_closed(uv_handle_t *handle)
{
    struct kk_conn *c = KK_OWNER_OF(handle, struct kk_conn, tcp);

    c->socket_open = false;
    kk_gate_leave(&c->net->gate, c->source, c->proved);
    kk_request_drop_waiting(c);
    leave(c);
}

static void close_socket(struct kk_conn *c)
{
    c->state = KK_CONN_CLOSING;
    c->reading = false;
    if (!uv_is_closing((uv_handle_t *)&c->tcp))
        uv_close((uv_handle_t *)&c->tcp, on_closed);
}

void kk_conn_job_done(struct kk_conn *c)
{
    kk_assert(c->jobs > 0);
    c->jobs--;
    if (c->state == KK_CONN_LEAVING)
        kk_net_forget(c);
    else if (c->state == KK_CONN_CLOSING)
        leave(c);
    else
        kk_conn_advance(c);
}

static void tell_end(struct kk_conn *c, enum kk_session_end end, const char *detail)
{
    struct kk_net_end e = { .peer = c->peer,
                            .device = c->identified ? c->caller.device : NULL,
                            .proved = c->proved,
                            .end = end,
                            .detail = detail,
                            .received = c->received,
                            .sent = c->sent };

    if (c->net->watch.ended)
        c->net->watch.ended(c->net->watch.self, &e);
}

static void end_session(struct kk_conn *c, enum kk_session_end end, const char *detail)
{
    if (c->state != KK_CONN_LIVE)
        return;
    c->state = KK_CONN_FLUSHING;
    c->over_ms = kk_net_now(c->net);
    tell_end(c, end, detail);
}

static void on_reset(uv_handle_t *handle)
{
    on_closed(handle);
}

void kk_conn_reset(struct kk_conn *c, enum kk_session_end end, const char *why)
{
    if (c->state == KK_CONN_LIVE)
        tell_end(c, end, why);
    if (c->state != KK_CONN_LIVE && c->state != KK_CONN_FLUSHING)
        return;
    c->state = KK_CONN_CLOSING;
    c->reading = false;
    if (uv_tcp_close_reset(&c->tcp, on_reset) < 0)
        close_socket(c);
}

/* --- bytes out --- */

size_t kk_conn_queued(const struct kk_conn *c)
{
    return uv_stream_get_write_queue_size((const uv_stream_t *)&c->tcp);
}

static void on_written(uv_write_t *request, int status)
{
    struct write *w = KK_OWNER_OF(request, struct write, request);
    struct kk_conn *c = w->conn;

    kk_bytes_fini(&w->bytes);
    kk_free(w);
    c->writes--;
    if (c->state == KK_CONN_CLOSING || c->state == KK_CONN_LEAVING)
        return; /* it may even say success */
    if (status < 0)
        kk_conn_reset(c, KK_END_CUT, "write");
    else
        kk_conn_advance(c);
}

static int write_bytes(struct kk_conn *c, struct write *w)
{
    uv_buf_t buf = uv_buf_init((char *)w->bytes.data, (unsigned)w->bytes.len);

    w->conn = c;
    if (uv_write(&w->request, (uv_stream_t *)&c->tcp, &buf, 1, on_written) < 0)
        return KK_E_CUT;
    c->writes++;
    c->sent += w->bytes.len;
    return 0;
}

static int flush(struct kk_conn *c)
{
    struct write *w;
    int r;

    if (kk_session_out_len(&c->session) == 0)
        return 0;
    w = kk_alloc(sizeof(*w));
    if (!w)
        return KK_E_MEMORY;
    kk_session_take_out(&c->session, &w->bytes);
    r = write_bytes(c, w);
    if (r < 0) {
        kk_bytes_fini(&w->bytes);
        kk_free(w);
    }
    return r;
}

/* --- bytes in --- */

static void take_identify(struct kk_conn *c)
{
    const uint8_t *invite = kk_session_invite(&c->session);

    c->caller.mode = invite ? KK_MODE_ENROL : KK_MODE_SESSION;
    memcpy(c->caller.noise, kk_session_peer(&c->session), KK_KEY_BYTES);
    if (invite)
        memcpy(c->caller.invite, invite, KK_ID_BYTES);
    if (kk_request_identify(c) < 0)
        kk_conn_reset(c, KK_END_MEMORY, "memory");
}

/* [HS-6] the first message: from here on the connection counts as a session. */
static void note_proof(struct kk_conn *c)
{
    bool room = kk_gate_has_room(&c->net->gate);

    if (c->proved)
        return;
    c->proved = true;
    kk_gate_prove(&c->net->gate, c->source);
    memcpy(c->caller.hash, kk_session_hash(&c->session), KK_HASH_BYTES);
    if (!room)
        kk_session_bye(&c->session, KK_WIRE_BUSY, kk_net_now(c->net));
}

static void take_event(struct kk_conn *c, const struct kk_session_event *event)
{
    switch (event->what) {
    case KK_SESSION_MORE:
    case KK_SESSION_OPENED: /* a client's */
        break;
    case KK_SESSION_IDENTIFY:
        take_identify(c);
        break;
    case KK_SESSION_MESSAGE:
        note_proof(c);
        if (kk_request_add(c, &event->message, event->plain) < 0)
            kk_conn_reset(c, KK_END_MEMORY, "memory");
        break;
    case KK_SESSION_CLOSED:
        end_session(c, event->end, event->detail);
        break;
    }
}

void kk_conn_feed(struct kk_conn *c, struct kk_slice bytes)
{
    struct kk_session_event event;
    size_t at = 0;

    do {
        struct kk_slice rest = at ? kk_slice(bytes.data + at, bytes.len - at) : bytes;

        kk_session_feed(&c->session, rest, kk_net_now(c->net), &c->net->arena, &event);
        at += event.used;
        take_event(c, &event);
    } while (event.what != KK_SESSION_MORE && c->state == KK_CONN_LIVE);
}

static void cut(struct kk_conn *c, bool orderly)
{
    struct kk_session_event event;

    kk_session_cut(&c->session, orderly, &event);
    take_event(c, &event);
    if (!orderly)
        kk_conn_reset(c, KK_END_CUT, "cut");
}

/* No more than the session can use: nothing is ever left over when it pauses. */
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    struct kk_conn *c = KK_OWNER_OF(handle, struct kk_conn, tcp);
    size_t wants = kk_session_wants(&c->session);

    (void)suggested;
    kk_assert(wants <= sizeof(c->net->in));
    *ret = uv_buf_init((char *)c->net->in, (unsigned)wants);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct kk_conn *c = KK_OWNER_OF(stream, struct kk_conn, tcp);

    if (count == 0 || c->state != KK_CONN_LIVE)
        return;
    if (count < 0) {
        cut(c, count == UV_EOF);
    } else {
        c->received += (uint64_t)count;
        kk_conn_feed(c, kk_slice(buf->base, (size_t)count));
    }
    kk_conn_advance(c);
}

static void set_reading(struct kk_conn *c)
{
    bool want = c->state == KK_CONN_LIVE && kk_session_wants(&c->session) > 0;

    if (want == c->reading)
        return;
    c->reading = want;
    if (!want)
        uv_read_stop((uv_stream_t *)&c->tcp);
    else if (uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read) < 0)
        kk_conn_reset(c, KK_END_CUT, "read");
}

/* --- going on --- */

void kk_conn_advance(struct kk_conn *c)
{
    if (c->state != KK_CONN_LIVE && c->state != KK_CONN_FLUSHING)
        return;
    if (c->state == KK_CONN_LIVE)
        kk_request_dispatch(c);
    if (flush(c) < 0 || kk_conn_queued(c) > c->net->limits.outbound_hard) {
        kk_conn_reset(c, KK_END_TIMEOUT, "outbound queue"); /* [LM-5] */
        return;
    }
    set_reading(c);
    if (c->state == KK_CONN_FLUSHING && c->writes == 0)
        close_socket(c);
}

void kk_conn_bye(struct kk_conn *c, unsigned reason)
{
    if (c->state != KK_CONN_LIVE)
        return;
    kk_session_bye(&c->session, reason, kk_net_now(c->net));
    kk_conn_feed(c, kk_slice(NULL, 0)); /* hears of its own end */
    kk_conn_advance(c);
}

/* [LM-5] a queue that does not shrink for write_ms belongs to a peer that does not read */
static bool stalled(struct kk_conn *c, int64_t now_ms)
{
    uint64_t moved = c->sent - kk_conn_queued(c);

    if (moved != c->moved || kk_conn_queued(c) == 0) {
        c->moved = moved;
        c->moved_ms = now_ms;
    }
    return now_ms - c->moved_ms >= c->net->limits.write_ms;
}

void kk_conn_tick(struct kk_conn *c)
{
    int64_t now_ms = kk_net_now(c->net);
    struct kk_session_event event;

    if (c->state != KK_CONN_LIVE && c->state != KK_CONN_FLUSHING)
        return;
    if (stalled(c, now_ms)) {
        kk_conn_reset(c, KK_END_TIMEOUT, "write");
        return;
    }
    if (c->state == KK_CONN_FLUSHING && now_ms - c->over_ms >= KK_NET_CLOSE_MS) {
        kk_conn_reset(c, KK_END_TIMEOUT, "flush");
        return;
    }
    if (c->state == KK_CONN_FLUSHING || now_ms < kk_session_deadline(&c->session))
        return;
    kk_session_tick(&c->session, now_ms, &event);
    take_event(c, &event);
    kk_conn_advance(c);
}
