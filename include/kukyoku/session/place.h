/*
 * The place gate: may this message come now, from this side (docs/protocol.md, [PL-1] …)? It knows
 * the order of a session and which requests wait for an answer; it knows nothing of devices, scopes
 * or what the daemon holds.
 */
#ifndef KUKYOKU_SESSION_PLACE_H
#define KUKYOKU_SESSION_PLACE_H

#include "kukyoku/error.h"
#include "kukyoku/wire/message.h"

enum kk_session_mode { KK_MODE_SESSION = 1, KK_MODE_ENROL = 2 };

/* A request without its last answer. */
struct kk_place_open {
    uint32_t id;
    uint8_t type; /* of the request */
};

struct kk_place {
    enum kk_session_mode mode;
    bool greeted;  /* HELLO or ENROL has passed */
    bool welcomed; /* WELCOME or ENROLLED has passed */
    bool stated;   /* STATE has passed */
    bool may_push; /* the daemon has the device's chains: WELCOME said so, or STATED */
    bool watching;   /* a WATCH waits for its NOTE, for however long */
    uint32_t watch_id;
    bool pinged_by_client, pinged_by_server; /* a PONG is due */
    uint8_t open_count;
    struct kk_place_open open[KK_REQUESTS_IN_FLIGHT_MAX];
};

void kk_place_init(struct kk_place *p, enum kk_session_mode mode);
/*
 * Looks at a message that travels from `from` and, when it may, notes it. Both sides call it for
 * what they send and for what they receive. KK_WIRE_OK, or KK_WIRE_PROTO; KK_WIRE_LIMIT for a ninth
 * open request.
 */
KK_MUST_USE enum kk_wire_code kk_place_pass(struct kk_place *p, enum kk_message_from from,
                                            const struct kk_message *m);
/* Requests that wait for their last answer. */
size_t kk_place_open_count(const struct kk_place *p);

#endif
