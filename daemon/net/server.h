/* What net.c and the connections share. */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include "net/conn.h"

#define KK_NET_LISTENERS_MAX 8

struct kk_listener {
    uv_tcp_t tcp;
    struct kk_net *net;
};

struct kk_net {
    uv_loop_t *loop;
    const uint8_t *secret;
    struct kk_entropy entropy;
    struct kk_service service;
    struct kk_worker *worker;
    struct kk_net_watch watch;
    struct kk_net_limits limits;
    struct kk_gate gate;
    struct kk_listener listeners[KK_NET_LISTENERS_MAX];
    uv_timer_t timer;
    uv_tcp_t door; /* for one peer that there is no memory for */
    bool door_busy;
    uv_stream_t *door_next; /* the listener whose peer waits for the door */
    unsigned handles;       /* of the net itself: listeners, timer, door */
    bool closing, timer_closed;
    bool stirred; /* something was taken in since those who watch were last looked at */
    struct kk_conn *conns;
    struct kk_arena arena; /* of the message at hand */
    kk_net_closed_fn *closed;
    void *user;
    uint8_t in[KK_FRAME_BYTES_MAX]; /* between libuv's alloc and read callbacks */
};

int64_t kk_net_now(const struct kk_net *net);
/* Seconds to tell somebody who is turned away. [LM-7] */
uint16_t kk_net_turn_away(struct kk_net *net);
/* May this device have another session? */
bool kk_net_has_room(const struct kk_net *net, const struct kk_conn *asking);
/* May this device wait for news on another line? [LM-3] */
bool kk_net_may_hold(const struct kk_net *net, const struct kk_conn *asking);
/* The connection is unlinked and freed; a closing net may be over with it. */
void kk_net_forget(struct kk_conn *c);

#endif
