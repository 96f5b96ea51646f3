/*
 * One run of the client's line, on a loop of its own.
 *
 *   NEXT ──> RESOLVING ──> CONNECTING ──> TALKING ──> FLUSHING ──> CLOSING ──> NEXT or DONE
 *
 *   WAITING     before all, wait_ms;                cancel: at once
 *   RESOLVING   waits for the resolver;             cancel: when it answers
 *   CONNECTING  waits for the connection, connect_ms; cancel: at once
 *   TALKING     waits for bytes or the session's deadline; cancel: BYE, then FLUSHING
 *   FLUSHING    waits until BYE is on the line, FLUSH_MS;  cancel: at once
 *   CLOSING     waits for libuv to let go of the socket
 *
 * An attempt is one address with one pinned key; whatever fails before the daemon has proved itself
 * leads to the next attempt, whatever ends after that is the result. Callbacks note what happened
 * and tick. Handles are counted: the run is over when the last is closed.
 */
#include "link/link.h"

#include "kukyoku/base/alloc.h"
#include "link/flow.h"

#include <signal.h>

#define FLUSH_MS (5 * 1000)

struct write {
    uv_write_t request;
    struct kk_bytes bytes;
};

static void on_timer(uv_timer_t *timer);

int64_t kk_flow_now(const struct kk_link *l)
{
    return (int64_t)uv_now(&l->loop) - l->away_ms;
}

void kk_flow_enter(struct kk_link *l, enum kk_flow_state state)
{
    l->state = state;
    l->step_ms = kk_flow_now(l);
}

/* --- bytes --- */

static int start_session(struct kk_link *l)
{
    struct kk_session_options o = {
        .role = KK_SESSION_CLIENT,
        .mode = l->o->mode,
        .secret = l->o->secret,
        .peer = l->o->daemon_keys[l->key].id,
        .invite = l->o->invite,
        .psk = l->o->psk,
        .entropy = l->o->entropy,
        .times = l->o->times,
        .now_ms = kk_flow_now(l),
    };

    kk_session_fini(&l->session);
    return kk_session_init(&l->session, &o);
}

static void on_written(uv_write_t *request, int status)
{
    struct write *w = KK_OWNER_OF(request, struct write, request);
    struct kk_link *l = request->data;

    l->writes--;
    if (status == 0)
        kk_session_wrote(&l->session, kk_flow_now(l));
    kk_bytes_fini(&w->bytes);
    kk_free(w);
    kk_flow_tick(l);
}

static int write_bytes(struct kk_link *l, struct write *w)
{
    uv_buf_t buf = uv_buf_init((char *)w->bytes.data, (unsigned)w->bytes.len);

    w->request.data = l;
    if (uv_write(&w->request, (uv_stream_t *)&l->tcp, &buf, 1, on_written) < 0)
        return KK_E_CUT;
    l->writes++;
    l->counts.sent += w->bytes.len;
    return 0;
}

/* Hands the session's output to libuv; the request owns the bytes until its callback. */
int kk_flow_flush(struct kk_link *l)
{
    struct write *w;
    int r;

    if (kk_session_out_len(&l->session) == 0)
        return 0;
    w = kk_alloc(sizeof(*w));
    if (!w)
        return KK_E_MEMORY;
    kk_session_take_out(&l->session, &w->bytes);
    r = write_bytes(l, w);
    if (r < 0) {
        kk_bytes_fini(&w->bytes);
        kk_free(w);
    }
    return r;
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    struct kk_link *l = KK_OWNER_OF(handle, struct kk_link, tcp);

    (void)suggested;
    *ret = uv_buf_init((char *)l->in, sizeof(l->in));
}

/* --- events of the session --- */

/* The owner may take its time: whatever it takes does not count against the daemon. */
static int call_owner(struct kk_link *l, const struct kk_session_event *event)
{
    int64_t before = (int64_t)uv_now(&l->loop);
    void *self = l->owner->self;
    int r;

    if (event->what == KK_SESSION_OPENED)
        r = l->owner->opened(self, l, &event->admission);
    else
        r = l->owner->message(self, l, &event->message, event->plain);
    uv_update_time(&l->loop);
    l->away_ms += (int64_t)uv_now(&l->loop) - before;
    return r;
}

/* Before the daemon has proved itself another key or address may do better. */
static bool may_retry(const struct kk_link *l, enum kk_session_end end)
{
    return !l->proved && end != KK_END_REVOKED && end != KK_END_VERSION && end != KK_END_MEMORY;
}

static void hear_wait(struct kk_link *l, uint64_t retry_s)
{
    l->counts.refused = true;
    if (retry_s > l->counts.retry_s)
        l->counts.retry_s = retry_s < KK_RETRY_S_MAX ? (unsigned)retry_s : KK_RETRY_S_MAX;
}

/* A full door may also be heard as a reset: what was written of a refusal can be lost with it. */
static void note_refusal(struct kk_link *l, enum kk_session_end end, unsigned retry_s)
{
    l->counts.broken = end == KK_END_TIMEOUT || (end == KK_END_CUT && l->proved);
    if (kk_end_fault(end) == KK_E_PEER_BUSY || (end == KK_END_CUT && !l->proved))
        hear_wait(l, retry_s);
}

static void take_end(struct kk_link *l, const struct kk_session_event *event)
{
    enum kk_session_end end = event->end;
    int fault = kk_end_fault(end) ? kk_end_fault(end) : KK_E_CUT;
    struct kk_why why = kk_why(kk_end_text(end, "en"), kk_end_text(end, "ja"));

    note_refusal(l, end, event->admission.retry_s);
    if (l->final) { /* our own BYE */
        kk_flow_enter(l, KK_FLOW_FLUSHING);
    } else if (may_retry(l, end)) {
        kk_attempt_fail(l, fault, why, end != KK_END_BUSY);
    } else {
        kk_attempt_settle(l, fault, why);
        kk_flow_enter(l, KK_FLOW_FLUSHING);
    }
}

static void note_error(struct kk_link *l, const struct kk_msg_err *err)
{
    if (err->code == KK_WIRE_BUSY || err->code == KK_WIRE_RATE)
        hear_wait(l, err->detail);
}

static void take_event(struct kk_link *l, const struct kk_session_event *event)
{
    int r;

    if (event->what == KK_SESSION_CLOSED) {
        take_end(l, event);
        return;
    }
    if (event->what == KK_SESSION_MESSAGE && event->message.type == KK_MSG_ERR)
        note_error(l, event->message.body);
    if (event->what == KK_SESSION_OPENED)
        l->proved = true;
    r = call_owner(l, event);
    if (r < 0) {
        l->owners = !l->final;
        kk_attempt_settle(l, r, kk_why("", ""));
        kk_session_bye(&l->session, 0, kk_flow_now(l));
    }
}

static void feed(struct kk_link *l, struct kk_slice bytes)
{
    struct kk_session_event event;
    size_t at = 0;

    do {
        struct kk_slice rest = kk_slice(bytes.data + at, bytes.len - at);

        kk_session_feed(&l->session, rest, kk_flow_now(l), &l->arena, &event);
        at += event.used;
        if (event.what != KK_SESSION_MORE)
            take_event(l, &event);
    } while (event.what != KK_SESSION_MORE && l->state == KK_FLOW_TALKING);
}

static void cut(struct kk_link *l, bool orderly)
{
    struct kk_session_event event;

    kk_session_cut(&l->session, orderly, &event);
    if (event.what == KK_SESSION_CLOSED)
        take_event(l, &event);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct kk_link *l = KK_OWNER_OF(stream, struct kk_link, tcp);

    if (count == 0 || l->state != KK_FLOW_TALKING)
        return;
    if (count < 0) {
        cut(l, count == UV_EOF);
    } else {
        l->counts.received += (uint64_t)count;
        feed(l, kk_slice(buf->base, (size_t)count));
    }
    kk_flow_tick(l);
}

/* --- connecting --- */

static int start_talking(struct kk_link *l)
{
    int r = start_session(l);

    if (r < 0)
        return r;
    if (uv_read_start((uv_stream_t *)&l->tcp, on_alloc, on_read) < 0)
        return KK_E_CUT;
    uv_tcp_nodelay(&l->tcp, 1);
    l->proved = false;
    l->counts.connects++;
    kk_flow_enter(l, KK_FLOW_TALKING);
    return 0;
}

static void on_connected(uv_connect_t *request, int status)
{
    struct kk_link *l = KK_OWNER_OF(request, struct kk_link, connect);
    int r;

    if (l->state != KK_FLOW_CONNECTING) /* the deadline or a cancel came first */
        return;
    r = status < 0 ? KK_E_NETWORK : start_talking(l);
    if (r < 0)
        kk_attempt_fail(l, r,
                        status < 0 ? kk_why(uv_strerror(status), uv_strerror(status))
                                   : kk_why("no session", "セッションを作れません"),
                        false);
    kk_flow_tick(l);
}

static void connect_to(struct kk_link *l)
{
    if (uv_tcp_init(&l->loop, &l->tcp) < 0) {
        kk_attempt_fail(l, KK_E_NETWORK, kk_why("no socket", "ソケットを作れません"), false);
        return;
    }
    l->tcp_open = true;
    kk_flow_enter(l, KK_FLOW_CONNECTING);
    if (uv_tcp_connect(&l->connect, &l->tcp, l->address->ai_addr, on_connected) < 0)
        kk_attempt_fail(l, KK_E_NETWORK,
                        kk_why("no way to this address", "このアドレスへの経路がありません"), false);
}

/* --- closing --- */

static void on_tcp_closed(uv_handle_t *handle)
{
    struct kk_link *l = KK_OWNER_OF(handle, struct kk_link, tcp);

    l->tcp_open = false;
    kk_flow_enter(l, KK_FLOW_NEXT);
    kk_flow_tick(l);
}

static void close_tcp(struct kk_link *l)
{
    if (!uv_is_closing((uv_handle_t *)&l->tcp))
        uv_close((uv_handle_t *)&l->tcp, on_tcp_closed);
}

static void close_rest(struct kk_link *l)
{
    if (l->closed)
        return;
    l->closed = true;
    uv_close((uv_handle_t *)&l->timer, NULL);
    uv_close((uv_handle_t *)&l->interrupt, NULL);
    uv_close((uv_handle_t *)&l->terminate, NULL);
    kk_wake_leave(l);
}

/* --- time --- */

static int64_t held_until(const struct kk_link *l)
{
    return l->o->hold_ms > 0 ? l->step_ms + l->o->hold_ms : INT64_MAX;
}

static int64_t talking_until(const struct kk_link *l)
{
    int64_t session = kk_session_deadline(&l->session), held = held_until(l);

    return session < held ? session : held;
}

static int64_t deadline_of(const struct kk_link *l)
{
    int64_t connect_ms = l->o->connect_ms ? l->o->connect_ms : KK_LINK_CONNECT_MS;

    switch (l->state) {
    case KK_FLOW_WAITING:
        return l->step_ms + l->o->wait_ms;
    case KK_FLOW_CONNECTING:
        return l->step_ms + connect_ms;
    case KK_FLOW_TALKING:
        return talking_until(l);
    case KK_FLOW_FLUSHING:
        return l->step_ms + FLUSH_MS;
    case KK_FLOW_NEXT:
    case KK_FLOW_RESOLVING:
    case KK_FLOW_CLOSING:
    case KK_FLOW_DONE:
        break;
    }
    return INT64_MAX;
}

static void arm(struct kk_link *l)
{
    int64_t at = deadline_of(l), wait = at - kk_flow_now(l);

    if (l->closed)
        return;
    if (at == INT64_MAX)
        uv_timer_stop(&l->timer);
    else
        uv_timer_start(&l->timer, on_timer, wait > 0 ? (uint64_t)wait : 0, 0);
}

static void tick_session(struct kk_link *l)
{
    struct kk_session_event event;

    kk_session_tick(&l->session, kk_flow_now(l), &event);
    if (event.what == KK_SESSION_CLOSED)
        take_event(l, &event);
}

static void on_timer(uv_timer_t *timer)
{
    struct kk_link *l = KK_OWNER_OF(timer, struct kk_link, timer);

    if (l->state == KK_FLOW_CONNECTING)
        kk_attempt_fail(l, KK_E_NETWORK, kk_why("no answer in time", "時間内に応答がありません"),
                        false);
    else if (l->state == KK_FLOW_FLUSHING)
        kk_flow_enter(l, KK_FLOW_CLOSING);
    else if (l->state == KK_FLOW_WAITING)
        kk_flow_enter(l, KK_FLOW_NEXT);
    else if (l->state == KK_FLOW_TALKING && kk_flow_now(l) >= held_until(l))
        kk_link_done(l);
    else if (l->state == KK_FLOW_TALKING)
        tick_session(l);
    kk_flow_tick(l);
}

void kk_flow_cancel(struct kk_link *l)
{
    kk_attempt_settle(l, KK_E_CANCELLED, kk_why("by a signal", "操作により中断しました"));
    if (l->state == KK_FLOW_RESOLVING)
        uv_cancel((uv_req_t *)&l->resolve); /* where it runs already, its answer is awaited */
    if (l->state == KK_FLOW_WAITING)
        kk_flow_enter(l, KK_FLOW_NEXT);
    if (l->state == KK_FLOW_CONNECTING)
        kk_flow_enter(l, KK_FLOW_CLOSING);
    if (l->state == KK_FLOW_TALKING) {
        kk_session_bye(&l->session, 0, kk_flow_now(l));
        kk_ignore(kk_flow_flush(l)); /* without it the daemon sees a cut, which is no harm */
        kk_flow_enter(l, KK_FLOW_FLUSHING);
    }
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct kk_link *l = handle->data;

    (void)number;
    kk_flow_cancel(l);
    kk_flow_tick(l);
}

/* --- the run --- */

static void tick_talking(struct kk_link *l)
{
    int r = kk_flow_flush(l);

    if (r < 0) {
        kk_attempt_settle(l, r, kk_why("sending failed", "送信できませんでした"));
        kk_flow_enter(l, KK_FLOW_CLOSING);
    } else if (l->final) {
        kk_flow_enter(l, KK_FLOW_FLUSHING);
    }
}

/* Without an address or a key there is nobody to try: a wait is all that there was. */
static bool nobody(const struct kk_link *l)
{
    return l->o->endpoint_count == 0 || l->o->daemon_key_count == 0;
}

static void tick_next(struct kk_link *l)
{
    if (l->final || nobody(l))
        kk_flow_enter(l, KK_FLOW_DONE);
    else if (l->address)
        connect_to(l);
    else
        kk_attempt_resolve(l);
}

/* Goes on until it must wait. NEXT never waits, the others do when a pass leaves them unchanged. */
void kk_flow_tick(struct kk_link *l)
{
    enum kk_flow_state before;

    do {
        before = l->state;
        switch (l->state) {
        case KK_FLOW_NEXT:
            tick_next(l);
            break;
        case KK_FLOW_TALKING:
            tick_talking(l);
            break;
        case KK_FLOW_FLUSHING:
            kk_ignore(kk_flow_flush(l)); /* a last BYE */
            if (l->writes == 0)
                kk_flow_enter(l, KK_FLOW_CLOSING);
            break;
        case KK_FLOW_CLOSING:
            close_tcp(l);
            break;
        case KK_FLOW_DONE:
            close_rest(l);
            break;
        case KK_FLOW_WAITING:
        case KK_FLOW_RESOLVING:
        case KK_FLOW_CONNECTING:
            break;
        }
    } while (l->state != before || l->state == KK_FLOW_NEXT);
    arm(l);
}

static void watch(struct kk_link *l)
{
    uv_signal_init(&l->loop, &l->interrupt);
    uv_signal_init(&l->loop, &l->terminate);
    l->interrupt.data = l->terminate.data = l;
    uv_signal_start(&l->interrupt, on_signal, SIGINT);
    uv_signal_start(&l->terminate, on_signal, SIGTERM);
}

static int start(struct kk_link *l)
{
    if (uv_loop_init(&l->loop) < 0)
        return KK_E_MEMORY;
    uv_timer_init(&l->loop, &l->timer);
    watch(l);
    kk_arena_init(&l->arena, KK_LINK_ARENA_MAX);
    kk_wake_join(l);
    return 0;
}

static void finish(struct kk_link *l)
{
    kk_attempt_forget(l);
    kk_session_fini(&l->session);
    kk_arena_fini(&l->arena);
    kk_assert(l->writes == 0);
    kk_assert(uv_loop_close(&l->loop) == 0); /* a handle that was not counted is a bug */
}

/* What went wrong in the owner only the owner can explain. */
static int explain(const struct kk_link *l, struct kk_error *err)
{
    if (l->owners)
        return l->fault;
    if (l->o->endpoint_count == 0 && l->fault != KK_E_CANCELLED)
        return kk_error_say(err, KK_E_NETWORK, "endpoints", "no endpoint is known",
                            "宛先がわかりません");
    if (!l->why.en)
        return kk_error_say(err, l->fault, l->o->endpoints[l->blame], "no key", "鍵がありません");
    return kk_error_text(err, l->fault, l->o->endpoint_count ? l->o->endpoints[l->blame] : "line",
                         l->why.en, l->why.ja);
}

static int run(struct kk_link *l, struct kk_error *err)
{
    int r = start(l);

    if (r < 0)
        return kk_error_say(err, r, "line", "the loop could not be started",
                            "イベントループを開始できません");
    kk_flow_enter(l, l->o->wait_ms <= 0 ? KK_FLOW_NEXT : KK_FLOW_WAITING);
    kk_flow_tick(l);
    uv_run(&l->loop, UV_RUN_DEFAULT);
    finish(l);
    return l->done ? 0 : explain(l, err);
}

typedef void signal_fn(int number);

/* A peer that has gone is an error of the write, not the end of the process. Gives what was. */
static signal_fn *set_broken_pipe(signal_fn *how)
{
#ifdef SIGPIPE /* not every system has it */
    return signal(SIGPIPE, how);
#else
    return how;
#endif
}

int kk_link_run(const struct kk_link_options *o, const struct kk_link_owner *owner,
                struct kk_link_counts *counts, struct kk_error *err)
{
    signal_fn *before = set_broken_pipe(SIG_IGN);
    struct kk_link *l = kk_alloc(sizeof(*l));
    int r;

    if (!l) {
        set_broken_pipe(before);
        return kk_error_say(err, KK_E_MEMORY, "line", "no memory for a connection",
                            "接続のためのメモリがありません");
    }
    l->o = o;
    l->owner = owner;
    l->fault = KK_E_NETWORK; /* until somebody was reached */
    r = run(l, err);
    set_broken_pipe(before);
    if (counts)
        *counts = l->counts;
    kk_secret_wipe(l, sizeof(*l));
    kk_free(l);
    return r;
}
