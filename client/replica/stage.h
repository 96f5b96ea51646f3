/*
 * Blobs on their way ([BN-21] of docs/protocol.md): one file each in a folder, named by the hash,
 * growing as pieces arrive. Nothing here is durable or trusted; a blob counts only once it is whole
 * and its hash is right, and whatever is amiss is thrown away and fetched again. A cut transfer
 * goes on at the length of the file.
 */
#ifndef CLIENT_REPLICA_STAGE_H
#define CLIENT_REPLICA_STAGE_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/wire/shapes.h"

#define KK_STAGE_PATH_MAX 4096
struct kk_stage {
    char dir[KK_STAGE_PATH_MAX];
};
/* dir must exist. KK_E_ROW_LIMIT for a path that is too long. */
KK_MUST_USE int kk_stage_init(struct kk_stage *s, const char *dir);

/* Bytes of the blob that are there: 0 for none, ref->len for a whole one (not yet checked). */
uint64_t kk_stage_have(const struct kk_stage *s, const struct kk_blob_ref *ref);
/*
 * Appends a piece at offset, which must be kk_stage_have (KK_E_IO otherwise). When the last byte is
 * there the hash is checked: KK_E_HASH, and the file is gone. *ret_whole (may be NULL): the blob is
 * complete.
 */
KK_MUST_USE int kk_stage_put(struct kk_stage *s, const struct kk_blob_ref *ref, uint64_t offset,
                             struct kk_slice piece, bool *ret_whole);
/* A whole blob, checked. KK_E_BLOB_MISSING; KK_E_HASH, and the file is gone. */
KK_MUST_USE int kk_stage_get(const struct kk_stage *s, const struct kk_blob_ref *ref,
                             struct kk_bytes *out);
void kk_stage_drop(struct kk_stage *s, const uint8_t hash[KK_HASH_BYTES]);
/* Removes every file: after a sync that left nothing to fetch. */
void kk_stage_sweep(struct kk_stage *s);

#endif
