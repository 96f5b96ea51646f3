/*
 * Bringing a device in step (docs/protocol.md, [SY-1] …): one flow over messages and a store, with
 * no socket, file or clock. The owner hands in what happens on the line and sends what is asked.
 *
 *   START ──> WELCOMING ──> ROOTS ──> ROSTER ──> WRAPS ──> CATALOG ──> STATING ──┐
 *                 │ same                                                         v
 *                 └────────────> PUSHING ──> FETCHING ──> DONE                 LOGS
 *                                   ^  └── something was pushed: LOGS ──┐        │
 *                                   └───────────────────────────────────┴────────┘
 *
 *   WELCOMING  waits for WELCOME          ROOTS … CATALOG  wait for one document or blob at a time
 *   STATING    waits for STATED           LOGS, PUSHING    wait for ENTRIES, PUSHED of each scope
 *   PUSHING    of up to KK_SYNC_PUSHES at a time
 *   FETCHING   waits for DATA of up to KK_SYNC_IN_FLIGHT blobs
 *
 * Whatever a step has brought is kept by the store before the next step begins; a cut line loses
 * nothing but the step at hand.
 */
#ifndef KUKYOKU_SYNC_SYNC_H
#define KUKYOKU_SYNC_SYNC_H

#include "kukyoku/bundle/plan.h"
#include "kukyoku/record/held.h"
#include "kukyoku/trust/trust.h"
#include "kukyoku/wire/message.h"

#define KK_SYNC_IN_FLIGHT KK_REQUESTS_IN_FLIGHT_MAX
#define KK_SYNC_PUSHES    4

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
    /* The next wraps blob that is not held yet: 1 and *ret, or 0. */
    int (*wraps_next)(void *self, struct kk_blob_ref *ret);
    int (*wraps_take)(void *self, const struct kk_blob_ref *ref, struct kk_slice bytes);
    /* Scopes whose logs the device follows: the i-th, or 0. The text lives as long as the store. */
    int (*scope)(void *self, size_t i, struct kk_slice *ret);
    /* Pages come in order; a store may put them by until one says that no more follow. */
    int (*log_from)(void *self, struct kk_slice scope, uint64_t *ret_gsn);
    int (*log_take)(void *self, const struct kk_msg_entries *entries);
    /* To hand in, behind the first `skip` that wait, what fits one frame; in the arena. 1 or 0. */
    int (*push_next)(void *self, struct kk_slice scope, size_t skip, struct kk_arena *arena,
                     struct kk_msg_push *ret);
    int (*push_taken)(void *self, const struct kk_msg_pushed *pushed);
    int (*push_refused)(void *self, struct kk_slice scope, const struct kk_msg_err *why,
                        enum kk_sync_refusal *ret);
    /* Blobs of the catalog: what is wanted, how much of one is there, a piece, all is there. */
    int (*wants)(void *self, struct kk_plan *plan);
    uint64_t (*have)(void *self, const struct kk_blob_ref *ref);
    int (*piece)(void *self, const struct kk_blob_ref *ref, uint64_t offset, struct kk_slice bytes,
                 bool *ret_whole);
    int (*apply)(void *self);
    void *self;
};

/* Sends a request: [type, id, body]. */
struct kk_sync_line {
    int (*send)(void *self, enum kk_message_type type, uint32_t id, const void *body);
    void *self;
};

enum kk_sync_state {
    KK_SYNC_START,
    KK_SYNC_WELCOMING,
    KK_SYNC_ROOTS,
    KK_SYNC_ROSTER,
    KK_SYNC_WRAPS,
    KK_SYNC_CATALOG,
    KK_SYNC_STATING,
    KK_SYNC_LOGS,
    KK_SYNC_PUSHING,
    KK_SYNC_FETCHING,
    KK_SYNC_DONE
};

/* A blob on its way. */
struct kk_sync_get {
    uint32_t id; /* of the request; 0: free */
    struct kk_want want;
    uint64_t offset; /* next byte expected */
    bool again;      /* its hash was wrong once */
};
struct kk_sync_counts {
    bool same;                    /* nothing was new */
    unsigned documents;           /* taken */
    uint64_t entries, pushed, refused;
    uint64_t blobs, blob_bytes, wanted_bytes;
};

struct kk_sync {
    enum kk_sync_state state;
    const struct kk_sync_store *store;
    const struct kk_sync_line *line;
    bool pending; /* not approved yet: only what is public */
    uint32_t next_id;
    struct kk_arena arena;        /* of the welcome: lives through the sync */
    struct kk_bytes welcome_bytes;
    struct kk_msg_welcome welcome;
    /* one document at a time */
    uint32_t document_id;
    struct kk_blob_ref document_ref;
    struct kk_bytes document, roster;
    size_t root_at;
    bool devices_next;
    /* logs */
    uint32_t scope_id; /* the LOG on its way */
    size_t scope_at;
    struct {
        uint32_t id;
        size_t ops;           /* that it hands in */
    } pushes[KK_SYNC_PUSHES]; /* of one scope, the oldest first */
    size_t push_count;
    bool push_dry, push_broken, push_given_up; /* nothing more waits; not all taken; nor will be */
    bool pushed_any;
    /* blobs */
    struct kk_plan plan;
    size_t plan_at;
    struct kk_sync_get gets[KK_SYNC_IN_FLIGHT];
    struct kk_sync_counts counts;
    const char *doing; /* what a fault happened at, for a person */
};

/* store and line are borrowed. */
void kk_sync_init(struct kk_sync *s, const struct kk_sync_store *store,
                  const struct kk_sync_line *line);
void kk_sync_fini(struct kk_sync *s);
KK_DEFINE_FINI(kk_sync)

/* The session is open; pending: the device is not approved yet. client: "kukyoku 0.1.0". */
KK_MUST_USE int kk_sync_opened(struct kk_sync *s, bool pending, struct kk_slice client);
/* An answer. plain: the whole message, copied where it must outlive the call. */
KK_MUST_USE int kk_sync_message(struct kk_sync *s, const struct kk_message *m,
                                struct kk_slice plain);
static inline bool kk_sync_done(const struct kk_sync *s)
{
    return s->state == KK_SYNC_DONE;
}
const char *kk_sync_state_name(enum kk_sync_state state);

#endif
