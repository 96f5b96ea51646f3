/*
 * The daemon's side of the line: listens, keeps sessions within their limits, hands requests to the
 * store thread and answers. One loop; every call below from its thread.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include "net/gate.h"
#include "net/service.h"
#include "net/worker.h"

#include "kukyoku/session/session.h"

/* Each a key of the configuration; docs/protocol.md, [LM-1] … [LM-6]. */
struct kk_net_limits {
    struct kk_gate_limits gate;
    unsigned sessions_per_device;
    size_t outbound_soft, outbound_hard;
    int64_t write_ms;
    struct kk_session_times times;
};
extern const struct kk_net_limits kk_net_limits_default;

/* What the daemon's log hears. Texts are static or valid during the call. */
struct kk_net_end {
    const char *peer;      /* address, as text */
    const uint8_t *device; /* 16 bytes; NULL before a device is known */
    bool proved;           /* a session, not only a connection */
    enum kk_session_end end;
    const char *detail; /* or NULL */
    uint64_t received, sent;
};
struct kk_net_watch {
    void (*ended)(void *self, const struct kk_net_end *end);        /* a connection is over */
    void (*refused)(void *self, const char *peer, const char *why); /* at the door */
    void *self;
};

struct kk_net_options {
    uv_loop_t *loop;
    const char *const *listen; /* "address:port"; port 0 takes any */
    size_t listen_count;
    const uint8_t *secret; /* the transport key in use; borrowed for the life of the net */
    struct kk_entropy entropy;
    struct kk_service service;
    struct kk_worker *worker;           /* borrowed: its batches are the service's */
    struct kk_net_watch watch;          /* members may be NULL */
    const struct kk_net_limits *limits; /* NULL: the defaults; copied */
};

struct kk_net;
/* KK_E_CONFIG for an address that is none, KK_E_IO for one that cannot be had; err says which. */
KK_MUST_USE int kk_net_start(const struct kk_net_options *o, struct kk_net **ret,
                             struct kk_error *err);
/* The port of the first listener. */
int kk_net_port(const struct kk_net *net);
unsigned kk_net_sessions(const struct kk_net *net);
/* Ends the sessions of a device (it was revoked): BYE with the wire code. */
void kk_net_drop(struct kk_net *net, const uint8_t device[KK_ID_BYTES], enum kk_wire_code code);
/* Something was taken in: within a second those who watch are looked at. [KS-2] */
void kk_net_stir(struct kk_net *net);
/* New limits for what comes from now on. */
void kk_net_set_limits(struct kk_net *net, const struct kk_net_limits *limits);
/*
 * Stops listening, says BYE(2) to all, waits at most KK_NET_CLOSE_MS for the line and for the store
 * thread to finish their requests; then closed is called and net is gone.
 */
#define KK_NET_CLOSE_MS (5 * 1000)
typedef void kk_net_closed_fn(void *user);
void kk_net_close(struct kk_net *net, kk_net_closed_fn *closed, void *user);

#endif
