/* What the machine of sync.h keeps things in, and what it sends by: interfaces of its owner. */
#ifndef KUKYOKU_SYNC_STORE_H
#define KUKYOKU_SYNC_STORE_H

#include "kukyoku/bundle/plan.h"
#include "kukyoku/record/held.h"
#include "kukyoku/trust/trust.h"
#include "kukyoku/wire/message.h"

/* What became of a PUSH that the daemon did not take. */
enum kk_sync_refusal { KK_SYNC_GO_ON, KK_SYNC_PUSH_AGAIN };

/* All give 0 or a fault, which ends the sync; what was kept stays. */
struct kk_sync_store {
    struct kk_trust *trust; /* offered to by the machine */
    int64_t (*now_ms)(void *self);
    /* Everything that trust holds now is on disk. */
    int (*keep)(void *self);
    /* Fills what the device holds; texts and lists in the arena. */
    int (*held)(void *self, struct kk_arena *arena, struct kk_held *ret);
    /* The daemon's view of logs and own chains: what is behind, and whether they agree. */
    int (*compare)(void *self, const struct kk_msg_welcome *welcome);
    /* The next wraps blob that is not held, behind the first `skip` of them: 1 and *ret, or 0. */
    int (*wraps_next)(void *self, size_t skip, struct kk_blob_ref *ret);
    int (*wraps_take)(void *self, const struct kk_blob_ref *ref, struct kk_slice bytes);
    /* Scopes whose logs the device follows: the i-th, or 0. The text lives as long as the store. */
    int (*scope)(void *self, size_t i, struct kk_slice *ret);
    /* Pages come in order; a store may put them by until one says that no more follow. */
    /* Fills from_gsn, and own where bodies of its own wait here for their entries [SY-16]. */
    int (*log_from)(void *self, struct kk_slice scope, struct kk_msg_log *log);
    int (*log_take)(void *self, const struct kk_msg_entries *entries);
    /* To hand in, behind the first `skip` that wait, what fits one frame; in the arena. 1 or 0. */
    int (*push_next)(void *self, struct kk_slice scope, size_t skip, struct kk_arena *arena,
                     struct kk_msg_push *ret);
    int (*push_taken)(void *self, const struct kk_msg_pushed *pushed);
    int (*push_refused)(void *self, struct kk_slice scope, const struct kk_msg_err *why,
                        enum kk_sync_refusal *ret);
    /*
     * Entries for a restored daemon [ER-4] [ER-7]: what STATED asks back; the next RECOVER, in the
     * arena, 1 or 0; what became of it, NULL where it was refused. All three or none.
     */
    int (*wanted)(void *self, const struct kk_msg_stated *stated);
    int (*return_next)(void *self, struct kk_arena *arena, struct kk_msg_recover *ret);
    int (*return_taken)(void *self, const struct kk_msg_recovered *m);
    /* Blobs of the catalog: what is wanted, how much of one is there, a piece, all is there. */
    int (*wants)(void *self, struct kk_plan *plan);
    uint64_t (*have)(void *self, const struct kk_blob_ref *ref);
    int (*piece)(void *self, const struct kk_blob_ref *ref, uint64_t offset, struct kk_slice bytes,
                 bool *ret_whole);
    int (*apply)(void *self);
    void *self;
};

/* Sends a request: [type, id, body]. flush, or NULL: what was sent goes out before a disk waits. */
struct kk_sync_line {
    int (*send)(void *self, enum kk_message_type type, uint32_t id, const void *body);
    int (*flush)(void *self);
    void *self;
};

#endif
