/*
 * The ends of chains while pages are taken in: each is read once and written once, however many
 * entries go on from it. What has moved on stands in no file before ledger_chains_put: who gives up
 * the transaction takes new ones.
 */
#ifndef REPLICA_LEDGER_CHAINS_H
#define REPLICA_LEDGER_CHAINS_H

#include "replica/ledger.h"

#define LEDGER_CHAINS_MAX 32 /* devices that write in one ward; more are written and read again */

struct ledger_chains {
    struct {
        uint8_t device[KK_ID_BYTES];
        struct kk_chain end;
    } of[LEDGER_CHAINS_MAX];
    size_t count;
};
/* *ret is to be moved on before the next call; its seq is 0 before the first operation. */
KK_MUST_USE int ledger_chains_find(struct ledger_chains *chains, const struct kk_ledger *l,
                                   const uint8_t device[KK_ID_BYTES], uint64_t inc,
                                   struct kk_chain **ret);
KK_MUST_USE int ledger_chains_put(struct ledger_chains *chains, const struct kk_ledger *l);

#endif
