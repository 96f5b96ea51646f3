/*
 * A folder that a web server shows to everybody. A file appears whole or not at all, one that is
 * right stays as it is, and one that nothing names any more goes after a grace, so that a reader
 * who is under way finds what he was told of. Files of other names are left alone. [MI-2] [MI-3]
 */
#ifndef SPOOL_FOLDER_H
#define SPOOL_FOLDER_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"
#include "kukyoku/limits.h"

struct folder {
    int dir, lock;        /* descriptors plus 1; 0: closed */
    char path[4096];      /* for messages */
    struct kk_bytes named; /* hashes of blob/ that belong there */
    unsigned written, unchanged, removed;
};
/* Makes what is missing; KK_E_LOCKED while another export writes there. */
KK_MUST_USE int folder_open(struct folder *f, const char *path, struct kk_error *err);
void folder_fini(struct folder *f);
KK_DEFINE_FINI(folder)

/* "now", "root/1"; on disk when it returns, with all that was put before. */
KK_MUST_USE int folder_put(struct folder *f, const char *name, struct kk_slice bytes,
                           struct kk_error *err);
/* blob/HASH; it belongs there. */
KK_MUST_USE int folder_put_blob(struct folder *f, const uint8_t hash[KK_HASH_BYTES],
                                struct kk_slice bytes, struct kk_error *err);
/* Of blob/: what was not put goes once that has been so for grace_ms. */
KK_MUST_USE int folder_sweep(struct folder *f, int64_t now_ms, int64_t grace_ms,
                             struct kk_error *err);
/* At once, whatever grace. A file that is not there is fine. */
KK_MUST_USE int folder_drop_blob(struct folder *f, const uint8_t hash[KK_HASH_BYTES],
                                 struct kk_error *err);

#endif
