/*
 * The seal gate: one ChaCha20-Poly1305 stream a direction, its nonce the number of the frame
 * (docs/protocol.md, [FR-3]). A frame that was dropped, repeated, moved or altered does not open.
 */
#ifndef KUKYOKU_SESSION_SEAL_H
#define KUKYOKU_SESSION_SEAL_H

#include "kukyoku/session/noise.h"

/* out holds plain.len + KK_AEAD_TAG_BYTES; it may be plain.data. */
void kk_seal_close(struct kk_noise_cipher *c, struct kk_slice plain, uint8_t *out);
/*
 * Opens in place: the plaintext are the first len - KK_AEAD_TAG_BYTES bytes. KK_E_PROTOCOL for
 * anything that does not open; the counter then stays as it was.
 */
KK_MUST_USE int kk_seal_open(struct kk_noise_cipher *c, uint8_t *bytes, size_t len);

#endif
