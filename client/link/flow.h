/*
 * What link.c and attempt.c share: the struct of a run, its states, and the search for an address
 * and a key that lead to the daemon. The diagram of the states stands in link.c.
 */
#ifndef LINK_FLOW_H
#define LINK_FLOW_H

#include "link/link.h"

#include <uv.h>

#define KK_LINK_IN_BYTES  (64 * 1024)
#define KK_LINK_ARENA_MAX ((size_t)4 * 1024 * 1024)

enum kk_flow_state {
    KK_FLOW_WAITING,
    KK_FLOW_NEXT,
    KK_FLOW_RESOLVING,
    KK_FLOW_CONNECTING,
    KK_FLOW_TALKING,
    KK_FLOW_FLUSHING,
    KK_FLOW_CLOSING,
    KK_FLOW_DONE
};

/* A reason in both languages, static text. */
struct kk_why {
    const char *en, *ja;
};
static inline struct kk_why kk_why(const char *en, const char *ja)
{
    return (struct kk_why){ en, ja };
}

struct kk_link {
    const struct kk_link_options *o;
    const struct kk_link_owner *owner;
    struct kk_link_counts counts;
    enum kk_flow_state state;
    int fault;       /* the first that says more than "not reached" */
    size_t blame;    /* the endpoint it came from */
    struct kk_why why; /* of that fault */
    bool owners;     /* it is the owner's */
    bool final;      /* no further attempt */
    bool done;       /* the owner has what it wanted */
    bool proved;     /* the daemon of this attempt */
    bool tcp_open;   /* the socket is initialised and not yet closed */
    bool closed;     /* the timer and signals are being closed */
    bool wakeable;   /* the stop may wake the loop */
    uv_async_t wake;
    bool stirs; /* changes of the folder are asked for */
    uv_fs_event_t changes;
    uv_timer_t settle;
    size_t endpoint, key;
    struct addrinfo *addresses, *address;
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t interrupt, terminate;
    uv_tcp_t tcp;
    uv_getaddrinfo_t resolve;
    uv_connect_t connect;
    unsigned writes;
    int64_t away_ms, step_ms; /* time spent in the owner; when the state began */
    struct kk_session session;
    struct kk_arena arena;
    uint8_t in[KK_LINK_IN_BYTES];
};

/* The line's clock stands still while the owner works, so that no deadline passes meanwhile. */
int64_t kk_flow_now(const struct kk_link *l);
void kk_flow_enter(struct kk_link *l, enum kk_flow_state state);
/* Goes on until it must wait. */
void kk_flow_tick(struct kk_link *l);
/* Hands the session's output to libuv, which writes at once what the socket takes. */
KK_MUST_USE int kk_flow_flush(struct kk_link *l);

/* Ends what can be ended at once: a signal, or the stop. */
void kk_flow_cancel(struct kk_link *l);

/* --- what wakes the loop from elsewhere: another thread (stop.c), another process (stir.c) --- */
void kk_wake_join(struct kk_link *l);  /* the loop is there */
void kk_wake_leave(struct kk_link *l); /* as its handles are closed */
void kk_stir_join(struct kk_link *l);
void kk_stir_leave(struct kk_link *l);

/* Starts to look up the endpoint whose turn it is. */
void kk_attempt_resolve(struct kk_link *l);
/* This attempt has failed. reached: there was somebody, so that another key may do. */
void kk_attempt_fail(struct kk_link *l, int fault, struct kk_why why, bool reached);
/* Nothing further is tried: the fault of the run, unless it is settled already. */
void kk_attempt_settle(struct kk_link *l, int fault, struct kk_why why);
void kk_attempt_forget(struct kk_link *l); /* frees the addresses */

#endif
