/*
 * Who may connect: caps and rates, globally and by source ([LM-3], [LM-4]). Pure: the caller brings
 * the time and the address. A source is an IPv4 address or an IPv6 /64.
 */
#ifndef NET_GATE_H
#define NET_GATE_H

#include "kukyoku/attr.h"
#include "kukyoku/limits.h"

#include <stdbool.h>
#include <stdint.h>

struct kk_gate_limits {
    unsigned preauth, preauth_per_source; /* connections that have not proved themselves */
    unsigned sessions;
    unsigned rate, rate_per_source; /* handshakes a second */
};

/* Tokens in thousandths, so that time in milliseconds fills without rounding. */
struct kk_bucket {
    unsigned per_s; /* also its depth */
    int64_t milli;
    int64_t at_ms;
};
void kk_bucket_init(struct kk_bucket *b, unsigned per_s, int64_t now_ms);
KK_MUST_USE bool kk_bucket_take(struct kk_bucket *b, int64_t now_ms);
void kk_bucket_give(struct kk_bucket *b);

#define KK_GATE_SOURCE_BYTES 8
struct kk_gate_source {
    uint8_t address[KK_GATE_SOURCE_BYTES]; /* IPv4: 0, 0, 0, 4, then the address */
    unsigned preauth;                      /* connections of it that have not proved themselves */
    bool used;
    struct kk_bucket bucket;
};

#define KK_GATE_SOURCES 256
struct kk_gate {
    struct kk_gate_limits limits;
    unsigned preauth, sessions;
    struct kk_bucket bucket;
    int64_t crowd_milli, crowd_at_ms; /* who was turned away and may be coming back */
    struct kk_gate_source sources[KK_GATE_SOURCES];
};

enum kk_gate_verdict { KK_GATE_IN, KK_GATE_FULL, KK_GATE_RATE };

/* limits.preauth must be below KK_GATE_SOURCES. */
void kk_gate_init(struct kk_gate *g, const struct kk_gate_limits *limits, int64_t now_ms);
/* A connection arrives. KK_GATE_IN counts it; *ret_source is for the calls below. */
KK_MUST_USE enum kk_gate_verdict kk_gate_enter(struct kk_gate *g,
                                               const uint8_t address[KK_GATE_SOURCE_BYTES],
                                               int64_t now_ms, unsigned *ret_source);
/*
 * Somebody is turned away. Gives the seconds after which there should be room for him: those who
 * were turned away before him come back as well, and `rate` of them get in a second. 1 to
 * KK_RETRY_S_MAX. [LM-7]
 */
unsigned kk_gate_turn_away(struct kk_gate *g, int64_t now_ms);
/* Is there room for another session? */
bool kk_gate_has_room(const struct kk_gate *g);
/* The connection has proved itself: it counts as a session, and its tokens go back. */
void kk_gate_prove(struct kk_gate *g, unsigned source);
/* The connection is gone; proved: kk_gate_prove was called for it. */
void kk_gate_leave(struct kk_gate *g, unsigned source, bool proved);

#endif
