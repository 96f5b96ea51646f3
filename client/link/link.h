/*
 * The client's line to the daemon: connects, runs one session, hands messages to its owner and
 * sends what the owner wants, on a loop of its own, until the owner is done or something ends it.
 * kk_link_run blocks; callbacks come from inside it, never after it. Ctrl-C ends it with
 * KK_E_CANCELLED.
 */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "kukyoku/session/session.h"

struct kk_link;

/*
 * Ends a run, or a wait, from another thread: one of them at a time may name it. Once told, it ends
 * each that comes.
 */
struct kk_link_stop;
struct kk_link_stop *kk_link_stop_new(void); /* NULL: no memory */
void kk_link_stop_tell(struct kk_link_stop *stop);
bool kk_link_stop_told(struct kk_link_stop *stop);
void kk_link_stop_free(struct kk_link_stop *stop); /* no run names it any more; NULL is fine */

/*
 * What the owner of a line does. Each gives 0, or a fault that ends the session and is what
 * kk_link_run returns.
 */
struct kk_link_owner {
    /* The daemon has proved itself: send the first request. */
    int (*opened)(void *self, struct kk_link *link, const struct kk_admission *admission);
    /* An answer. Its slices and plain are valid during the call. */
    int (*message)(void *self, struct kk_link *link, const struct kk_message *m,
                   struct kk_slice plain);
    /* For kk_link_run_again, may be NULL: forgets what it did so far, a new session follows. 1: the
     * session has brought something that stays, and patience begins anew; 0: nothing. */
    int (*again)(void *self);
    /* May be NULL. A file *.db in options.folder has changed while the session is on: whether the
     * owner is done. */
    bool (*stirred)(void *self);
    void *self;
};

#define KK_LINK_CONNECT_MS (10 * 1000)

struct kk_link_options {
    const char *const *endpoints; /* "host:port" or "[v6]:port", tried in order */
    size_t endpoint_count;
    const struct kk_hash_item *daemon_keys; /* root.transport: live, standby; tried in order */
    size_t daemon_key_count;
    enum kk_session_mode mode;
    const uint8_t *secret;       /* the device's Noise secret */
    const uint8_t *invite, *psk; /* enrolment only: 16 and 32 bytes */
    struct kk_entropy entropy;
    int64_t connect_ms;                   /* 0: KK_LINK_CONNECT_MS */
    int64_t wait_ms;                      /* before anything else; Ctrl-C ends it */
    int64_t hold_ms; /* a session that old is ended, as if the owner were done; 0: never */
    struct kk_link_stop *stop;            /* may be NULL */
    const char *folder;                   /* that is watched for the owner; may be NULL */
    const struct kk_session_times *times; /* NULL: the defaults */
};

/* What a run cost, on the line itself; also after a failure. */
struct kk_link_counts {
    uint64_t sent, received; /* bytes of TCP payload */
    unsigned connects, waits;
    bool refused;     /* somebody was there and had no room: worth another try */
    bool broken;      /* a session was cut, or nothing came in time: so is this */
    unsigned retry_s; /* the longest wait that was named; 0: none was */
};

/*
 * 0 once kk_link_done was called; else the fault: of the owner, of the session
 * (KK_E_HANDSHAKE, _DEVICE_UNKNOWN, _REVOKED, _PEER_BUSY, _PEER_VERSION, _PROTOCOL, _TIMEOUT,
 * _CUT), KK_E_NETWORK when no endpoint could be reached, KK_E_CANCELLED. err and counts may be
 * NULL; err stays as it was for a fault of the owner, who knows more about it. A daemon that ends a
 * session of its own accord before the owner is done is KK_E_CUT.
 */
KK_MUST_USE int kk_link_run(const struct kk_link_options *o, const struct kk_link_owner *owner,
                            struct kk_link_counts *counts, struct kk_error *err);

/*
 * The same; and where the daemon had no room, or the line broke, waits and tries all endpoints
 * again, up to KK_RETRY_TRIES_MAX times. counts are of all runs together.
 */
KK_MUST_USE int kk_link_run_again(const struct kk_link_options *o,
                                  const struct kk_link_owner *owner, struct kk_link_counts *counts,
                                  struct kk_error *err);

/* Waits. KK_E_CANCELLED by a signal or by stop (may be NULL), KK_E_MEMORY. */
KK_MUST_USE int kk_link_wait(int64_t ms, struct kk_link_stop *stop);

/* --- for the owner, inside its callbacks --- */
/* Queues a request; at most KK_REQUESTS_IN_FLIGHT_MAX may wait for their answer. */
KK_MUST_USE int kk_link_send(struct kk_link *link, enum kk_message_type type, uint32_t id,
                             const void *body);
/* The same, encoded as [type, id, map] already. */
KK_MUST_USE int kk_link_send_plain(struct kk_link *link, struct kk_slice plain);
/* What was queued goes out now, not after the callback: before the owner waits for a disk. */
KK_MUST_USE int kk_link_flush(struct kk_link *link);
size_t kk_link_open_count(const struct kk_link *link);
/* The handshake hash, 32 bytes: what an enrolment binds to. */
const uint8_t *kk_link_hash(const struct kk_link *link);
/* Says goodbye; kk_link_run returns 0 once that is sent. */
void kk_link_done(struct kk_link *link);

/* --- enrolment: one ENROL, one ENROLLED --- */
/* Fills the request for this session's handshake hash; slices in it outlive kk_link_enrol. */
typedef int kk_link_enrol_fn(void *user, const uint8_t hash[KK_HASH_BYTES],
                             struct kk_msg_enrol *ret);
/*
 * o->mode must be KK_MODE_ENROL, err empty. A refusal of the daemon comes back as its fault
 * (KK_E_INVITE for an invitation that is used or expired).
 */
KK_MUST_USE int kk_link_enrol(const struct kk_link_options *o, kk_link_enrol_fn *fill, void *user,
                              uint8_t ret_device[KK_ID_BYTES], struct kk_error *err);

#endif
