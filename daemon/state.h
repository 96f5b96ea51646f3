/* What a store holds, in lines that two stores can be compared by; all of it computed again. */
#ifndef STATE_H
#define STATE_H

#include "store/store.h"

/*
 *     documents COUNT HASH
 *     blobs COUNT BYTES
 *     requests COUNT
 *     log SCOPE ERA GSN HEAD      of each log, its head computed from its first entry on
 *
 * Every entry's id and head, the end of every chain, every blob's hash: KK_E_STORE with its place.
 */
KK_MUST_USE int kk_state_of_store(struct kk_store *s, struct kk_bytes *out, struct kk_error *err);

#endif
