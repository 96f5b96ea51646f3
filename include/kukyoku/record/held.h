/*
 * The digest of all that a device holds ([SY-2]): versions, log heads, own chains. The device sends
 * it in HELLO; the daemon computes the same over what it would send; equal digests end a sync.
 *
 *   H("held", root, roster gen, roster ver, catalog gen, catalog ver,
 *      count of logs,   per log, scopes ascending: name length, name, era, gsn, head
 *      count of chains, per chain, (scope, inc) ascending: name length, name, inc, seq, op_id)
 */
#ifndef KUKYOKU_RECORD_HELD_H
#define KUKYOKU_RECORD_HELD_H

#include "kukyoku/wire/shapes.h"

struct kk_held {
    uint64_t root_ver;
    struct kk_ver roster, catalog;
    const struct kk_head_held *logs; /* logs without entries are left out */
    size_t log_count;
    const struct kk_chain *chains;
    size_t chain_count;
};
void kk_held_digest(const struct kk_held *held, uint8_t ret[KK_HASH_BYTES]);

#endif
