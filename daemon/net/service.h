/*
 * What the network asks of the rest of the daemon. All calls come from the store thread, one at a
 * time, inside one of its batches (worker.h): whatever a batch wrote is on disk before any of its
 * answers leaves the machine, and where it cannot be written every request is told the fault.
 */
#ifndef NET_SERVICE_H
#define NET_SERVICE_H

#include "kukyoku/session/options.h"
#include "kukyoku/wire/message.h"

/* Who is at the other end of a session. */
struct kk_caller {
    enum kk_session_mode mode;
    enum kk_admit status;        /* what identify said */
    uint8_t noise[KK_KEY_BYTES]; /* the key that the handshake proves */
    uint8_t invite[KK_ID_BYTES]; /* enrolment: the invitation named */
    uint8_t hash[KK_HASH_BYTES]; /* of the handshake; set before the first request */
    uint8_t device[KK_ID_BYTES]; /* filled by identify; zeros while there is none */
    void *state;                 /* the service's own, from request to request; freed by left */
};

struct kk_service {
    /* Fills *ret (psk, in an enrolment) and caller->device. Keeps no state for whom it does not
     * know: left is not called then. */
    void (*identify)(void *self, struct kk_caller *caller, struct kk_admission *ret);
    /*
     * Answers any request but GET: appends one message, [type, id, map], to `answer`; nothing for a
     * WATCH that has to wait: it is asked again once something was taken in. A fault is told to the
     * peer by its wire code, with *ret_detail (0: none) in ERR's detail.
     */
    int (*answer)(void *self, struct kk_caller *caller, const struct kk_message *m,
                  struct kk_bytes *answer, uint64_t *ret_detail);
    /*
     * Appends at most max bytes of a blob from offset on, and says how long it is. KK_E_NOT_FOUND
     * where it is not there, where the caller may not have it, and past its end.
     */
    int (*read)(void *self, struct kk_caller *caller, const struct kk_msg_get *get,
                struct kk_bytes *bytes, uint64_t *ret_total);
    /* The session is over; no further call for this caller follows. */
    void (*left)(void *self, struct kk_caller *caller);
    void *self;
};

#endif
