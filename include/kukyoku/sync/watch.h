/*
 * Waiting for news on a held line (docs/protocol.md, [KS-2]): HELLO, and where both sides hold the
 * same, WATCH until NOTE. No socket, no clock; the owner hands in what happens and sends what is
 * asked, as with sync.h.
 *
 *   START ──> WELCOMING ──> HOLDING ──> HEARD
 *                 └── something is new already ──^
 */
#ifndef KUKYOKU_SYNC_WATCH_H
#define KUKYOKU_SYNC_WATCH_H

#include "kukyoku/sync/store.h"

enum kk_watch_state { KK_WATCH_START, KK_WATCH_WELCOMING, KK_WATCH_HOLDING, KK_WATCH_HEARD };

struct kk_watch {
    enum kk_watch_state state;
    const struct kk_sync_store *store;
    const struct kk_sync_line *line;
    uint8_t digest[KK_HASH_BYTES]; /* of what is held */
};

/* Of the store only `held` is called. Both are borrowed. */
void kk_watch_init(struct kk_watch *w, const struct kk_sync_store *store,
                   const struct kk_sync_line *line);
KK_MUST_USE int kk_watch_opened(struct kk_watch *w, struct kk_slice client);
/* KK_E_PROTOCOL for what is no answer to what was asked. */
KK_MUST_USE int kk_watch_message(struct kk_watch *w, const struct kk_message *m);

#endif
