/* What a session is started with, what the daemon says of itself in message 2, and the times. */
#ifndef KUKYOKU_SESSION_OPTIONS_H
#define KUKYOKU_SESSION_OPTIONS_H

#include "kukyoku/base/secret.h"
#include "kukyoku/limits.h"
#include "kukyoku/session/place.h"

enum kk_session_role { KK_SESSION_CLIENT, KK_SESSION_SERVER };

/* The second byte of message 2; UNKNOWN never travels: the connection is closed in silence. */
enum kk_admit { KK_ADMIT_OK, KK_ADMIT_PENDING, KK_ADMIT_REVOKED, KK_ADMIT_BUSY, KK_ADMIT_UNKNOWN };

struct kk_admission {
    enum kk_admit status;
    uint16_t retry_s; /* BUSY: when to come back */
    uint64_t server_ms;
    uint32_t root_ver;
    uint8_t psk[KK_KEY_BYTES]; /* server, enrolment: of the invitation named; also for one that is
                                  used or expired, so that the refusal is told inside the session */
};

/* Times in milliseconds; docs/protocol.md, [LM-1] …. */
struct kk_session_times {
    int64_t preauth, frame, idle, ping, answer, life;
    uint64_t frames; /* a direction */
};
extern const struct kk_session_times kk_session_times_default;

struct kk_session_options {
    enum kk_session_role role;
    enum kk_session_mode mode;   /* client; the server learns it from the preamble */
    const uint8_t *secret;       /* own X25519 secret; borrowed until the session is open */
    const uint8_t *peer;         /* client: the daemon's key */
    const uint8_t *invite, *psk; /* client, enrolment: invitation id (16), psk (32) */
    struct kk_entropy entropy;
    const struct kk_session_times *times; /* NULL: the defaults; borrowed */
    int64_t now_ms;                       /* of any clock that only goes forward */
};

/* A clear refusal of a connection that gets no session: version, or busy for so long ([HS-8]). */
#define KK_REJECT_BYTES 8
void kk_session_reject(enum kk_wire_code code, uint16_t retry_s, uint8_t ret[KK_REJECT_BYTES]);

#endif
