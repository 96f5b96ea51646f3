/*
 * A file or a mirror in place of a line: what it answers waits its turn, as it would in a socket,
 * so that the machine of a sync is never called from within its own question.
 */
#ifndef MODEL_ANSWERS_H
#define MODEL_ANSWERS_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/sync/sync.h"

struct kk_answers {
    struct kk_bytes waiting; /* messages, each behind its length */
};
/* plain: one encoded message; copied. */
KK_MUST_USE int kk_answers_put(struct kk_answers *a, struct kk_slice plain);
/* All that wait, and what is answered meanwhile, in order; the first fault ends it. */
KK_MUST_USE int kk_answers_hear(struct kk_answers *a, struct kk_sync *machine);
void kk_answers_fini(struct kk_answers *a); /* also on a zeroed one, and twice */
KK_DEFINE_FINI(kk_answers)

#endif
