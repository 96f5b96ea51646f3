/*
 * Signatures of entries, checked by a crew while what follows them is taken in. Nothing that was
 * taken in so is committed before all of them are found right; which one is wrong is not told.
 */
#ifndef REPLICA_LEDGER_CHECKS_H
#define REPLICA_LEDGER_CHECKS_H

#include "replica/crew.h"

#include "kukyoku/base/bytes.h"
#include "kukyoku/record/op.h"

#include <stdatomic.h>

struct ledger_checks {
    struct kk_crew *crew;
    struct ledger_checks_batch *open; /* that is being filled */
    atomic_bool wrong;
};
/* header is moved; key is borrowed until the end. KK_E_MEMORY. */
KK_MUST_USE int ledger_checks_add(struct ledger_checks *c, struct kk_bytes *header,
                                  const uint8_t sig[KK_SIG_BYTES], const uint8_t *key);
/* Waits for all of them: were they right? */
KK_MUST_USE bool ledger_checks_end(struct ledger_checks *c);

#endif
