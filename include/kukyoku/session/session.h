/*
 * One session, either side, without socket or clock. The owner brings bytes, the time and the keys;
 * the session gives bytes to send and one event at a time.
 *
 *   client   MESSAGE2 ───────────────> OPEN ──> CLOSED        any state ──> CLOSED
 *   server   PREAMBLE ──> MESSAGE1 ──> IDENTIFY ──> FIRST ──> OPEN ──> CLOSED
 *
 *   IDENTIFY  waits for kk_session_admit; takes no bytes meanwhile
 *   FIRST     message 2 is sent; waits for the first frame that opens, which proves that message 1
 *             was no replay ([HS-6]); frames are bound to KK_FIRST_FRAME_MAX until then
 *
 * The owner's loop: kk_session_feed until it gives KK_SESSION_MORE; send kk_session_out; at
 * kk_session_deadline call kk_session_tick. After CLOSED only output may remain.
 */
#ifndef KUKYOKU_SESSION_SESSION_H
#define KUKYOKU_SESSION_SESSION_H

#include "kukyoku/session/end.h"
#include "kukyoku/session/frame.h"
#include "kukyoku/session/noise.h"
#include "kukyoku/session/options.h"
#include "kukyoku/session/place.h"

enum kk_session_what {
    KK_SESSION_MORE,     /* nothing to tell: bring more bytes */
    KK_SESSION_IDENTIFY, /* server: who is kk_session_peer? answer with kk_session_admit */
    KK_SESSION_OPENED,   /* client: the daemon has proved itself; admission is filled */
    KK_SESSION_MESSAGE,  /* a message that passed all five gates */
    KK_SESSION_CLOSED    /* the last event; end, code and detail are filled */
};

struct kk_session_event {
    enum kk_session_what what;
    size_t used;               /* bytes taken by this call */
    struct kk_message message; /* MESSAGE: slices point into the session, lists into the arena */
    struct kk_slice plain;     /* MESSAGE: its bytes; valid until the next call */
    struct kk_admission admission; /* OPENED, and CLOSED with REVOKED or BUSY */
    enum kk_session_end end;       /* CLOSED */
    unsigned code;                 /* CLOSED with REFUSED: the wire code that the peer gave */
    const char *detail;            /* CLOSED: what was wrong, static text for a log, or NULL */
};

enum kk_session_state {
    KK_SESSION_PREAMBLE,
    KK_SESSION_MESSAGE1,
    KK_SESSION_IDENTIFYING,
    KK_SESSION_FIRST,
    KK_SESSION_MESSAGE2,
    KK_SESSION_OPEN,
    KK_SESSION_END
};

/* The longest frame body before the session is open: an ENROL fits. [FR-4] */
#define KK_FIRST_FRAME_MAX     (512 + KK_AEAD_TAG_BYTES)
#define KK_HANDSHAKE_BYTES_MAX 122

/* Visible so that it embeds; the members are the machine's own business. */
struct kk_session {
    enum kk_session_role role;
    enum kk_session_state state;
    struct kk_entropy entropy;
    const struct kk_session_times *times;
    const uint8_t *secret;
    uint8_t version;
    bool told;    /* CLOSED was given */
    size_t taken; /* bytes of the handshake step in hello */
    uint8_t hello[KK_HANDSHAKE_BYTES_MAX];
    uint8_t hash[KK_HASH_BYTES], peer[KK_KEY_BYTES], invite[KK_ID_BYTES];
    int64_t started_ms, opened_ms, heard_ms, sent_ms, begun_ms;
    struct kk_place place;
    struct kk_seal send, receive;
    struct kk_noise *noise; /* until the handshake is over */
    struct kk_frame frame;
    struct kk_bytes out;
    enum kk_session_end end;
    unsigned code;
    uint16_t retry_s;
    const char *detail;
};

/* The client's first flight stands in the out-buffer at once. */
KK_MUST_USE int kk_session_init(struct kk_session *s, const struct kk_session_options *o);
void kk_session_fini(struct kk_session *s); /* wipes; also on a zeroed one, and twice */
KK_DEFINE_FINI(kk_session)

/*
 * Takes bytes up to the end of what makes one event; ret->used says how many. Call again with the
 * rest (also when it is empty) until the event is KK_SESSION_MORE. With 8 requests open a server
 * takes nothing: call again once an answer was sent. The owner's arena is reset by each message.
 */
void kk_session_feed(struct kk_session *s, struct kk_slice in, int64_t now_ms,
                     struct kk_arena *arena, struct kk_session_event *ret);
/* How many bytes the session can use at most; reading no more than this leaves nothing over. */
size_t kk_session_wants(const struct kk_session *s);
/* IDENTIFY is answered; the next feed (of no bytes, if need be) goes on. */
void kk_session_admit(struct kk_session *s, const struct kk_admission *a);

/*
 * Queues a message; body is the struct of the type. KK_E_MEMORY; KK_E_CUT when the session is not
 * open (any more); KK_E_PROTOCOL for a message that is out of place or longer than a frame: nothing
 * is queued then. A client counts kk_session_open_count against KK_REQUESTS_IN_FLIGHT_MAX.
 */
KK_MUST_USE int kk_session_send(struct kk_session *s, enum kk_message_type type, uint32_t id,
                                const void *body, int64_t now_ms);
/* The same for [type, id, map] that is encoded already; the arena is reset. */
KK_MUST_USE int kk_session_send_plain(struct kk_session *s, struct kk_slice plain,
                                      struct kk_arena *arena, int64_t now_ms);
/* Queues BYE and closes. reason: 0 done, 1 reconnect, 2 stopping, else a wire code. */
void kk_session_bye(struct kk_session *s, unsigned reason, int64_t now_ms);
/* The peer's stream has ended: in order (FIN) or not. */
void kk_session_cut(struct kk_session *s, bool orderly, struct kk_session_event *ret);

/* Bytes to send; the owner takes the buffer itself and frees it. Empty when there is nothing. */
void kk_session_take_out(struct kk_session *s, struct kk_bytes *ret);
size_t kk_session_out_len(const struct kk_session *s);
/* The owner got bytes onto the line: who sends slowly is not waiting for an answer yet. */
void kk_session_wrote(struct kk_session *s, int64_t now_ms);

/* When kk_session_tick must be called at the latest; INT64_MAX when nothing is awaited. */
int64_t kk_session_deadline(const struct kk_session *s);
/* MORE, or CLOSED where a deadline passed; may queue a PING or BYE. */
void kk_session_tick(struct kk_session *s, int64_t now_ms, struct kk_session_event *ret);

/* Requests without their last answer. */
size_t kk_session_open_count(const struct kk_session *s);
bool kk_session_is_open(const struct kk_session *s);
/* From IDENTIFY on (server), at once (client). Borrowed: 32, 32 and 16 bytes. */
const uint8_t *kk_session_peer(const struct kk_session *s);
const uint8_t *kk_session_hash(const struct kk_session *s);   /* once open: what ENROL binds to */
const uint8_t *kk_session_invite(const struct kk_session *s); /* server, enrolment; else NULL */

#endif
