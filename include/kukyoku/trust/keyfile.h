/* The bytes of key files, with or without a passphrase. Where and how they lie is the owner's. */
#ifndef KUKYOKU_TRUST_KEYFILE_H
#define KUKYOKU_TRUST_KEYFILE_H

#include "kukyoku/base/secret.h"
#include "kukyoku/wire/shapes.h"

enum kk_keyfile_verdict {
    KK_KEYFILE_OPENED,
    KK_KEYFILE_LOCKED,   /* needs a passphrase and got none */
    KK_KEYFILE_WRONG,    /* the passphrase does not open it */
    KK_KEYFILE_DAMAGED   /* not a key file of this kind */
};

/* Appends the file. passphrase absent: plain. 0 or KK_E_MEMORY (argon2id wants 64 MiB). */
KK_MUST_USE int kk_keyfile_seal(const char *kind, struct kk_slice plain, struct kk_slice passphrase,
                                const struct kk_entropy *entropy, struct kk_bytes *out);
/* Appends the plain bytes: the owner wipes them with kk_keyfile_wipe. 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_keyfile_open(const char *kind, struct kk_slice file, struct kk_slice passphrase,
                                struct kk_bytes *out, enum kk_keyfile_verdict *ret);
/* Wipes and frees. */
void kk_keyfile_wipe(struct kk_bytes *plain);

#endif
