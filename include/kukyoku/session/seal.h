/*
 * The seal gate: ChaCha20-Poly1305 under a key whose nonce is the number of the message, never
 * transmitted ([FR-3]). One struct kk_seal a direction: a frame that was dropped, repeated, moved
 * or altered does not open. The handshake uses the same with its hash as associated data.
 */
#ifndef KUKYOKU_SESSION_SEAL_H
#define KUKYOKU_SESSION_SEAL_H

#include "kukyoku/attr.h"
#include "kukyoku/limits.h"
#include "kukyoku/slice.h"

struct kk_seal {
    uint8_t key[KK_KEY_BYTES];
    uint64_t count; /* messages sealed or opened so far */
};

/* out holds plain.len + KK_AEAD_TAG_BYTES; it may be plain.data. */
void kk_seal_close(struct kk_seal *s, struct kk_slice ad, struct kk_slice plain, uint8_t *out);
/*
 * ret holds sealed.len - KK_AEAD_TAG_BYTES; it may be sealed.data. KK_E_PROTOCOL for what does not
 * open; the counter then stays as it was.
 */
KK_MUST_USE int kk_seal_open(struct kk_seal *s, struct kk_slice ad, struct kk_slice sealed,
                             uint8_t *ret);

#endif
