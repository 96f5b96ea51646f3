/*
 * Setting an authority up: one folder a desk, all keys made here and nowhere else. Each folder goes
 * to its person; while two stand on one machine, that is said.
 */
#ifndef DESK_AUTHORITY_H
#define DESK_AUTHORITY_H

#include "desk/registrar.h"

#define KK_AUTHORITY_ENDPOINTS_MAX 8

struct kk_authority_options {
    const char *dir, *city;
    unsigned roots, threshold; /* threshold below roots, unless there is one */
    const char *endpoints[KK_AUTHORITY_ENDPOINTS_MAX];
    size_t endpoint_count;
    int64_t now_ms;
};
/* KK_E_EXISTS where the folder holds anything. ret_root: the root's fingerprint. */
KK_MUST_USE int kk_authority_init(const struct kk_authority_options *o,
                                  uint8_t ret_root[KK_HASH_BYTES], struct kk_error *err);

#endif
