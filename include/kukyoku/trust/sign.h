/*
 * Ed25519 with a domain: what is signed starts with "kky1/…" so that no signature fits elsewhere.
 */
#ifndef KUKYOKU_TRUST_SIGN_H
#define KUKYOKU_TRUST_SIGN_H

#include "kukyoku/base/secret.h"
#include "kukyoku/limits.h"
#include "kukyoku/slice.h"

/* A key pair from a 32-byte seed. */
void kk_sign_keys(const uint8_t seed[KK_KEY_BYTES], uint8_t ret_secret[KK_SIGN_SECRET],
                  uint8_t ret_public[KK_KEY_BYTES]);

#define KK_SIGN_PARTS_MAX 8
/* Signs and checks the parts one after another; a domain such as "kky1/op" comes first. */
KK_MUST_USE int kk_sign(const uint8_t secret[KK_SIGN_SECRET], const struct kk_slice *parts,
                        size_t count, uint8_t ret_sig[KK_SIG_BYTES]);
/* 1: valid, 0: not, or KK_E_MEMORY. */
KK_MUST_USE int kk_sign_check(const uint8_t key[KK_KEY_BYTES], const struct kk_slice *parts,
                              size_t count, const uint8_t sig[KK_SIG_BYTES]);

#endif
