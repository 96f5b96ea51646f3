/* Invitations and the requests that answer them (docs/protocol.md, [TR-14] …). */
#ifndef KUKYOKU_TRUST_INVITE_H
#define KUKYOKU_TRUST_INVITE_H

#include "kukyoku/trust/device.h"

/* A Noise PSK must not be used outside Noise: two keys from one secret. */
void kk_invite_psk(const uint8_t secret[KK_KEY_BYTES], uint8_t ret[KK_KEY_BYTES]);
void kk_invite_file_key(const uint8_t secret[KK_KEY_BYTES], uint8_t ret[KK_KEY_BYTES]);

/*
 * Fills keys, binding and proof of a request. binding: the handshake hash of the session, or NULL
 * for a request by file: then file_key makes the mac. label stays borrowed. 0 or KK_E_MEMORY.
 */
KK_MUST_USE int kk_enrol_request_make(const struct kk_device_keys *keys, struct kk_slice label,
                                      const uint8_t binding[KK_HASH_BYTES],
                                      const uint8_t *file_key, struct kk_enrol_request *request);
/* The proof, and for a file the binding. 1, 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_enrol_request_check(const struct kk_enrol_request *request);
/* Does a request by file carry the mac of this invitation? */
bool kk_enrol_request_mac_ok(const struct kk_enrol_request *request,
                             const uint8_t file_key[KK_KEY_BYTES]);
bool kk_enrol_request_by_file(const struct kk_enrol_request *request);
void kk_enrol_request_device(const struct kk_enrol_request *request, uint8_t ret[KK_ID_BYTES]);

#endif
