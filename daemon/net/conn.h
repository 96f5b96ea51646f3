/*
 * One connection of the daemon, from accept to the last closed handle.
 *
 *   LIVE ──> FLUSHING ──> CLOSING ──> LEAVING ──> gone        (LIVE ──> CLOSING by reset)
 *
 *   LIVE      the session runs
 *   FLUSHING  the session is over; waits for its last bytes to leave, KK_NET_CLOSE_MS
 *   CLOSING   waits for libuv to let go of the socket, and for jobs that are on their way
 *   LEAVING   waits for the service to forget the caller
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include "net/net.h"

#define KK_PEER_TEXT 46

enum kk_conn_state { KK_CONN_LIVE, KK_CONN_FLUSHING, KK_CONN_CLOSING, KK_CONN_LEAVING };

struct kk_request;

struct kk_conn {
    struct kk_net *net;
    struct kk_conn *prev, *next;
    enum kk_conn_state state;
    uv_tcp_t tcp;
    bool socket_open, reading;
    bool proved;     /* counted as a session */
    bool identified; /* the service knows the caller */
    unsigned source; /* of the gate */
    unsigned jobs, writes;
    size_t expected;                           /* bytes that jobs on their way may bring */
    uint64_t received, sent;                   /* bytes of TCP payload; sent: handed to libuv */
    uint64_t moved;                            /* sent and left the queue, when last looked at */
    int64_t moved_ms, over_ms;                 /* when `moved` last grew; when the session ended */
    struct kk_request *waiting; /* not yet on their way, in the order in which they will be */
    struct kk_request *held; /* a WATCH for which there is nothing yet; NULL: none, or under way */
    struct kk_session session;
    struct kk_caller caller;
    char peer[KK_PEER_TEXT];
};

/* --- conn.c --- */
/* A connection that the gate let in as `source`; tcp is accepted by the caller afterwards. */
struct kk_conn *kk_conn_new(struct kk_net *net);
KK_MUST_USE int kk_conn_start(struct kk_conn *c, unsigned source);
/* Bytes out, requests on, reading on or off: after anything that may have changed one of these. */
void kk_conn_advance(struct kk_conn *c);
/* Brings the session on by no bytes: after kk_session_admit. */
void kk_conn_feed(struct kk_conn *c, struct kk_slice bytes);
void kk_conn_bye(struct kk_conn *c, unsigned reason);
/* Once a second. */
void kk_conn_tick(struct kk_conn *c);
/* At once, without a word: a queue that does not move, or moves too little. */
void kk_conn_reset(struct kk_conn *c, enum kk_session_end end, const char *why);
/* A job of the connection came back. */
void kk_conn_job_done(struct kk_conn *c);
size_t kk_conn_queued(const struct kk_conn *c);

/* --- request.c --- */
/* Who is the peer? */
KK_MUST_USE int kk_request_identify(struct kk_conn *c);
/* Takes a copy of the message. */
KK_MUST_USE int kk_request_add(struct kk_conn *c, const struct kk_message *m,
                               struct kk_slice plain);
/* Sends requests on their way while the outgoing queue has room for their answers. [LM-5] */
void kk_request_dispatch(struct kk_conn *c);
/* The caller is gone. */
KK_MUST_USE int kk_request_left(struct kk_conn *c);
void kk_request_drop_waiting(struct kk_conn *c);
/* Something was taken in: the held WATCH, if there is one, is asked again. [KS-2] */
void kk_request_stir(struct kk_conn *c);

#endif
