/*
 * The Noise handshake (revision 34), from libsodium's calls alone: 25519, ChaChaPoly, SHA256.
 * A pattern is data; the core below runs any pattern of the tokens named here. KKY1 uses IK for
 * sessions and IKpsk2 for enrolment (docs/protocol.md, [HS-1]); others exist only in test vectors.
 *
 * Whatever fails (a tag, a length, a low-order point) is KK_E_HANDSHAKE, and the handshake is dead:
 * nothing but kk_noise_fini may follow.
 */
#ifndef KUKYOKU_SESSION_NOISE_H
#define KUKYOKU_SESSION_NOISE_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/base/secret.h"
#include "kukyoku/limits.h"
#include "kukyoku/session/seal.h"

enum kk_noise_token {
    KK_NOISE_END,
    KK_NOISE_E,
    KK_NOISE_S,
    KK_NOISE_EE,
    KK_NOISE_ES,
    KK_NOISE_SE,
    KK_NOISE_SS,
    KK_NOISE_PSK
};

#define KK_NOISE_MESSAGES_MAX 3
#define KK_NOISE_TOKENS_MAX   6
struct kk_noise_pattern {
    const char *protocol; /* "Noise_IK_25519_ChaChaPoly_SHA256" */
    bool knows_responder; /* the initiator holds the responder's static key beforehand */
    bool psk;             /* then each e is also mixed into the key */
    uint8_t messages;
    uint8_t tokens[KK_NOISE_MESSAGES_MAX][KK_NOISE_TOKENS_MAX];
};
extern const struct kk_noise_pattern kk_noise_ik, kk_noise_ikpsk2;

enum kk_noise_role { KK_NOISE_INITIATOR, KK_NOISE_RESPONDER };

/* The members are the core's own business. About 300 bytes. */
struct kk_noise {
    const struct kk_noise_pattern *pattern;
    enum kk_noise_role role;
    uint8_t message, token; /* where in the pattern */
    bool has_key, dead;
    size_t taken; /* bytes of the current message already read */
    uint8_t hash[KK_HASH_BYTES], chain[KK_HASH_BYTES];
    struct kk_seal cipher;
    uint8_t s[KK_KEY_BYTES], e[KK_KEY_BYTES];   /* own secrets */
    uint8_t rs[KK_KEY_BYTES], re[KK_KEY_BYTES]; /* the peer's public keys */
    uint8_t psk[KK_KEY_BYTES];
};

struct kk_noise_options {
    const struct kk_noise_pattern *pattern;
    enum kk_noise_role role;
    struct kk_slice prologue;
    const uint8_t *secret; /* own static key */
    const uint8_t *peer;   /* the responder's static key, where the pattern knows it; else NULL */
};

/* Copies what it needs. KK_E_HANDSHAKE for a key that libsodium refuses. */
KK_MUST_USE int kk_noise_init(struct kk_noise *n, const struct kk_noise_options *o);
void kk_noise_fini(struct kk_noise *n); /* wipes; also on a zeroed one, and twice */
KK_DEFINE_FINI(kk_noise)
/* Before the message that holds the psk token. */
void kk_noise_set_psk(struct kk_noise *n, const uint8_t psk[KK_KEY_BYTES]);

/* Appends the next message. entropy gives 32 bytes for each e. */
KK_MUST_USE int kk_noise_write(struct kk_noise *n, const struct kk_entropy *entropy,
                               struct kk_slice payload, struct kk_bytes *out);
/*
 * Reads the next message as far as the sender's static key, so that an unknown peer costs one DH
 * ([HS-4]). kk_noise_read must follow with the same bytes. Does nothing where the message has no s.
 */
KK_MUST_USE int kk_noise_read_static(struct kk_noise *n, struct kk_slice message);
/* Reads the message; appends its payload. */
KK_MUST_USE int kk_noise_read(struct kk_noise *n, struct kk_slice message,
                              struct kk_bytes *payload);

bool kk_noise_done(const struct kk_noise *n);
/* The peer's static key, once read or known. Borrowed. */
const uint8_t *kk_noise_peer(const struct kk_noise *n);
/* After the last message: one cipher a direction, and the handshake hash. */
void kk_noise_split(const struct kk_noise *n, struct kk_seal *ret_send, struct kk_seal *ret_receive,
                    uint8_t ret_hash[KK_HASH_BYTES]);

#endif
