/*
 * Listeners, the door, the clock of once a second while somebody is connected, and the end of all
 * of it. Connections live in one list; what each of them does stands in conn.c.
 */
#include "net/server.h"

#include "kukyoku/base/alloc.h"

#include <stdlib.h>

#define BACKLOG   512 /* who comes with many others waits here, not for a second SYN */
#define TICK_MS   1000
#define ARENA_MAX ((size_t)4 * 1024 * 1024)

/* [LM-1] … [LM-6] */
const struct kk_net_limits kk_net_limits_default = {
    .gate = { .preauth = KK_PREAUTH_CONNS_MAX,
              .preauth_per_source = KK_PREAUTH_PER_SOURCE_MAX,
              .sessions = KK_SESSIONS_MAX,
              .rate = KK_HANDSHAKES_PER_S,
              .rate_per_source = KK_HANDSHAKES_PER_SOURCE_S },
    .sessions_per_device = KK_SESSIONS_PER_DEVICE_MAX,
    .outbound_soft = KK_OUTBOUND_SOFT_BYTES,
    .outbound_hard = KK_OUTBOUND_HARD_BYTES,
    .write_ms = KK_WRITE_TIMEOUT_MS,
    .times = { .preauth = KK_PREAUTH_TIMEOUT_MS,
               .frame = KK_FRAME_TIMEOUT_MS,
               .idle = KK_IDLE_TIMEOUT_MS,
               .ping = KK_PING_INTERVAL_MS,
               .answer = KK_ANSWER_TIMEOUT_MS,
               .life = KK_SESSION_LIFE_MS,
               .frames = KK_SESSION_FRAMES_MAX },
};

int64_t kk_net_now(const struct kk_net *net)
{
    return (int64_t)uv_now(net->loop);
}

uint16_t kk_net_turn_away(struct kk_net *net)
{
    return (uint16_t)kk_gate_turn_away(&net->gate, kk_net_now(net));
}

/* --- the end --- */

static void on_timer_closed(uv_handle_t *handle);

static void finish(struct kk_net *net)
{
    kk_net_closed_fn *closed = net->closed;
    void *user = net->user;

    if (!net->closing || net->conns)
        return;
    if (!net->timer_closed) { /* it watched over the last connections */
        net->timer_closed = true;
        uv_close((uv_handle_t *)&net->timer, on_timer_closed);
        return;
    }
    if (net->handles > 0)
        return;
    kk_arena_fini(&net->arena);
    kk_free(net);
    closed(user);
}

static void handle_closed(struct kk_net *net)
{
    kk_assert(net->handles > 0);
    net->handles--;
    finish(net);
}

static void on_timer_closed(uv_handle_t *handle)
{
    handle_closed(KK_OWNER_OF(handle, struct kk_net, timer));
}

static void unlink_conn(struct kk_conn *c)
{
    if (c->prev)
        c->prev->next = c->next;
    else
        c->net->conns = c->next;
    if (c->next)
        c->next->prev = c->prev;
}

void kk_net_forget(struct kk_conn *c)
{
    struct kk_net *net = c->net;

    unlink_conn(c);
    if (!net->conns)
        uv_timer_stop(&net->timer);
    kk_session_fini(&c->session);
    kk_secret_wipe(&c->caller, sizeof(c->caller));
    kk_free(c);
    finish(net);
}

/* --- the door --- */

static void turn_away(struct kk_net *net, uv_stream_t *listener);

static void on_door_closed(uv_handle_t *handle)
{
    struct kk_net *net = KK_OWNER_OF(handle, struct kk_net, door);
    uv_stream_t *next = net->door_next;

    net->door_busy = false;
    net->door_next = NULL;
    if (next && !net->closing)
        turn_away(net, next);
    handle_closed(net);
}

static void tell_refused(struct kk_net *net, const char *peer, const char *why)
{
    if (net->watch.refused)
        net->watch.refused(net->watch.self, peer, why);
}

/* [HS-8] a hint, no more: nobody waits until it is read */
static void write_reject(struct kk_net *net, uv_tcp_t *tcp)
{
    uint8_t reject[KK_REJECT_BYTES];
    uv_buf_t buf = uv_buf_init((char *)reject, sizeof(reject));

    kk_session_reject(KK_WIRE_BUSY, kk_net_turn_away(net), reject);
    kk_ignore(uv_try_write((uv_stream_t *)tcp, &buf, 1));
}

/*
 * Without memory for a connection: libuv goes on only after an accept, so that one handle is kept
 * for taking a peer in and closing it; the next one waits until that is done.
 */
static void turn_away(struct kk_net *net, uv_stream_t *listener)
{
    if (net->door_busy) {
        net->door_next = listener;
        return;
    }
    net->door_busy = true;
    net->handles++;
    uv_tcp_init(net->loop, &net->door);
    if (uv_accept(listener, (uv_stream_t *)&net->door) == 0)
        write_reject(net, &net->door);
    uv_close((uv_handle_t *)&net->door, on_door_closed);
}

/* IPv4 as 0, 0, 0, 4 and the address; IPv6 as its /64; an IPv4 address inside IPv6 as IPv4. */
static void source_of(const struct sockaddr_storage *from, uint8_t ret[KK_GATE_SOURCE_BYTES])
{
    static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    static const uint8_t ipv4[4] = { 0, 0, 0, 4 };
    const struct sockaddr_in6 *six = (const void *)from;
    const struct sockaddr_in *four = (const void *)from;

    memcpy(ret, ipv4, sizeof(ipv4));
    if (from->ss_family == AF_INET)
        memcpy(ret + 4, &four->sin_addr, 4);
    else if (memcmp(&six->sin6_addr, mapped, sizeof(mapped)) == 0)
        memcpy(ret + 4, (const uint8_t *)&six->sin6_addr + sizeof(mapped), 4);
    else
        memcpy(ret, &six->sin6_addr, KK_GATE_SOURCE_BYTES);
}

static void on_dismissed(uv_handle_t *handle)
{
    kk_net_forget(KK_OWNER_OF(handle, struct kk_conn, tcp));
}

/* A connection that never became one. */
static void dismiss(struct kk_conn *c)
{
    c->state = KK_CONN_LEAVING;
    uv_close((uv_handle_t *)&c->tcp, on_dismissed);
}

/* Whom the gate does not let in hears it in clear, and is forgotten. */
static void refuse(struct kk_conn *c, const char *why)
{
    tell_refused(c->net, c->peer, why);
    write_reject(c->net, &c->tcp);
    dismiss(c);
}

static void on_tick(uv_timer_t *timer)
{
    struct kk_net *net = KK_OWNER_OF(timer, struct kk_net, timer);
    bool stirred = net->stirred;

    net->stirred = false;
    for (struct kk_conn *c = net->conns; c; c = c->next) {
        kk_conn_tick(c); /* frees nothing: that is for the close callbacks */
        if (stirred)
            kk_request_stir(c);
    }
}

void kk_net_stir(struct kk_net *net)
{
    net->stirred = true;
}

/* The clock runs while there is somebody to watch over. */
static void link_conn(struct kk_net *net, struct kk_conn *c)
{
    if (!net->conns)
        uv_timer_start(&net->timer, on_tick, TICK_MS, TICK_MS);
    c->next = net->conns;
    if (c->next)
        c->next->prev = c;
    net->conns = c;
}

/* NULL, or why not. */
static const char *ask_gate(struct kk_conn *c, unsigned *ret_source)
{
    struct sockaddr_storage from = { 0 };
    int len = sizeof(from);
    uint8_t source[KK_GATE_SOURCE_BYTES];

    if (uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&from, &len) < 0)
        return "gone"; /* it was cut before we looked */
    kk_ignore(uv_ip_name((const struct sockaddr *)&from, c->peer, sizeof(c->peer)));
    source_of(&from, source);
    switch (kk_gate_enter(&c->net->gate, source, kk_net_now(c->net), ret_source)) {
    case KK_GATE_IN:
        return NULL;
    case KK_GATE_FULL:
        return "connections";
    case KK_GATE_RATE:
        return "rate";
    }
    return "connections";
}

static void admit(struct kk_net *net, uv_stream_t *listener, struct kk_conn *c)
{
    const char *why;
    unsigned source;

    uv_tcp_init(net->loop, &c->tcp);
    link_conn(net, c);
    if (uv_accept(listener, (uv_stream_t *)&c->tcp) < 0) {
        dismiss(c);
        return;
    }
    why = ask_gate(c, &source);
    if (why)
        refuse(c, why);
    else if (kk_conn_start(c, source) < 0)
        kk_conn_reset(c, KK_END_MEMORY, "memory");
    else
        kk_conn_advance(c);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct kk_net *net = KK_OWNER_OF(listener, struct kk_listener, tcp)->net;
    struct kk_conn *c;

    if (status < 0 || net->closing)
        return;
    c = kk_conn_new(net);
    if (c)
        admit(net, listener, c);
    else
        turn_away(net, listener);
}

bool kk_net_has_room(const struct kk_net *net, const struct kk_conn *asking)
{
    unsigned same = 0;

    if (asking->caller.mode == KK_MODE_ENROL)
        return kk_gate_has_room(&net->gate);
    for (const struct kk_conn *c = net->conns; c; c = c->next) {
        bool counts = c != asking && c->identified && c->state == KK_CONN_LIVE && !c->held;

        if (counts && memcmp(c->caller.noise, asking->caller.noise, KK_KEY_BYTES) == 0)
            same++;
    }
    return same < net->limits.sessions_per_device && kk_gate_has_room(&net->gate);
}

bool kk_net_may_hold(const struct kk_net *net, const struct kk_conn *asking)
{
    unsigned same = 0;

    for (const struct kk_conn *c = net->conns; c; c = c->next) {
        if (c != asking && c->held &&
            memcmp(c->caller.noise, asking->caller.noise, KK_KEY_BYTES) == 0)
            same++;
    }
    return same < net->limits.sessions_per_device;
}

/* --- start --- */

static int parse_address(const char *text, struct sockaddr_storage *ret)
{
    const char *colon = strrchr(text, ':');
    char host[64] = { 0 };
    size_t len = colon ? (size_t)(colon - text) : 0;
    long port = colon ? strtol(colon + 1, NULL, 10) : -1;

    if (len == 0 || len >= sizeof(host) || port < 0 || port > 65535)
        return KK_E_CONFIG;
    if (text[0] == '[' && colon[-1] == ']') {
        memcpy(host, text + 1, len - 2);
        return uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)(void *)ret) < 0 ? KK_E_CONFIG
                                                                                    : 0;
    }
    memcpy(host, text, len);
    return uv_ip4_addr(host, (int)port, (struct sockaddr_in *)(void *)ret) < 0 ? KK_E_CONFIG : 0;
}

static int listen_on(struct kk_net *net, struct kk_listener *l, const char *text,
                     struct kk_error *err)
{
    struct sockaddr_storage address = { 0 };
    int r = parse_address(text, &address);

    if (r < 0)
        return kk_error_say(err, r, "listen", "%s is no address:port",
                            "%s は アドレス:ポート ではありません", text);
    if (uv_tcp_init(net->loop, &l->tcp) < 0)
        return kk_error_say(err, KK_E_IO, text, "no socket",
                            "ソケットを作れません");
    l->net = net;
    net->handles++;
    r = uv_tcp_bind(&l->tcp, (const struct sockaddr *)&address, 0);
    if (r == 0)
        r = uv_listen((uv_stream_t *)&l->tcp, BACKLOG, on_connection);
    return r == 0 ? 0 : kk_error_set(err, KK_E_IO, text, "%s", uv_strerror(r));
}

static int listen_all(struct kk_net *net, const struct kk_net_options *o, struct kk_error *err)
{
    if (o->listen_count == 0 || o->listen_count > KK_NET_LISTENERS_MAX)
        return kk_error_say(err, KK_E_CONFIG, "listen", "1 to %d addresses",
                            "アドレスは 1〜%d 個です", KK_NET_LISTENERS_MAX);
    for (size_t i = 0; i < o->listen_count; i++) {
        int r = listen_on(net, &net->listeners[i], o->listen[i], err);

        if (r < 0)
            return r;
    }
    return 0;
}

static void ignore_closed(void *user)
{
    (void)user;
}

int kk_net_start(const struct kk_net_options *o, struct kk_net **ret, struct kk_error *err)
{
    struct kk_net *net = kk_alloc(sizeof(*net));
    int r;

    if (!net)
        return kk_error_say(err, KK_E_MEMORY, "net", "no memory to listen",
                            "待ち受けのためのメモリがありません");
    net->loop = o->loop;
    net->secret = o->secret;
    net->entropy = o->entropy;
    net->service = o->service;
    net->worker = o->worker;
    net->watch = o->watch;
    net->limits = o->limits ? *o->limits : kk_net_limits_default;
    kk_gate_init(&net->gate, &net->limits.gate, kk_net_now(net));
    kk_arena_init(&net->arena, ARENA_MAX);
    uv_timer_init(net->loop, &net->timer); /* started by the first connection */
    net->handles++;
    r = listen_all(net, o, err);
    if (r < 0) {
        kk_net_close(net, ignore_closed, NULL); /* freed by the loop */
        return r;
    }
    *ret = net;
    return 0;
}

int kk_net_port(const struct kk_net *net)
{
    struct sockaddr_storage at = { 0 };
    int len = sizeof(at);
    const struct sockaddr_in6 *six = (const void *)&at;
    const struct sockaddr_in *four = (const void *)&at;

    if (uv_tcp_getsockname(&net->listeners[0].tcp, (struct sockaddr *)&at, &len) < 0)
        return 0;
    return at.ss_family == AF_INET ? ntohs(four->sin_port) : ntohs(six->sin6_port);
}

unsigned kk_net_sessions(const struct kk_net *net)
{
    return net->gate.sessions;
}

void kk_net_drop(struct kk_net *net, const uint8_t device[KK_ID_BYTES], enum kk_wire_code code)
{
    for (struct kk_conn *c = net->conns; c; c = c->next) {
        if (c->identified && memcmp(c->caller.device, device, KK_ID_BYTES) == 0)
            kk_conn_bye(c, code);
    }
}

void kk_net_set_limits(struct kk_net *net, const struct kk_net_limits *limits)
{
    net->limits = *limits;
    net->gate.limits = limits->gate;
    kk_bucket_init(&net->gate.bucket, limits->gate.rate, kk_net_now(net));
}

static void on_listener_closed(uv_handle_t *handle)
{
    handle_closed(KK_OWNER_OF(handle, struct kk_listener, tcp)->net);
}

void kk_net_close(struct kk_net *net, kk_net_closed_fn *closed, void *user)
{
    net->closed = closed;
    net->user = user;
    net->closing = true;
    for (struct kk_conn *c = net->conns; c; c = c->next)
        kk_conn_bye(c, 2);
    for (size_t i = 0; i < KK_NET_LISTENERS_MAX; i++) {
        if (net->listeners[i].net)
            uv_close((uv_handle_t *)&net->listeners[i].tcp, on_listener_closed);
    }
    finish(net);
}
