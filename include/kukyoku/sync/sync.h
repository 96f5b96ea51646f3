/*
 * Bringing a device in step (docs/protocol.md, [SY-1] …): one flow over messages and a store, with
 * no socket, file or clock. The owner hands in what happens on the line and sends what is asked.
 *
 *   START ──> WELCOMING ──> ROOTS ──> ROSTER ──> WRAPS ──> CATALOG ──> STATING ──┐
 *                 │ same                                                         v
 *                 └──> RETURNING ──> PUSHING ──> FETCHING ──> DONE             LOGS
 *                          ^            └── something was pushed: LOGS ──┐       │
 *                          └─────────────────────────────────────────────┴───────┘
 *
 *   WELCOMING  waits for WELCOME          ROOTS, ROSTER    wait for one document at a time
 *   WRAPS      of up to KK_SYNC_IN_FLIGHT blobs; the catalog was asked for beside the roster
 *   STATING    waits for nothing          LOGS             wait for STATED, ENTRIES of all scopes
 *   RETURNING  waits for RECOVERED, one at a time: entries that a restored daemon lost
 *   PUSHING    waits for PUSHED of up to KK_SYNC_PUSHES at a time, scope by scope
 *   FETCHING   waits for DATA of up to KK_SYNC_IN_FLIGHT blobs; since CATALOG up to KK_SYNC_AHEAD
 *              at a time were asked for beside what else was waited for
 *
 * Whatever a step has brought is kept by the store before the next step begins; a cut line loses
 * nothing but the step at hand.
 */
#ifndef KUKYOKU_SYNC_SYNC_H
#define KUKYOKU_SYNC_SYNC_H

#include "kukyoku/sync/store.h"

#define KK_SYNC_IN_FLIGHT KK_REQUESTS_IN_FLIGHT_MAX
#define KK_SYNC_PUSHES    4
#define KK_SYNC_CAREFUL_BYTES   8192 /* of a blob at a time, and entries, where lines are cut */
#define KK_SYNC_CAREFUL_ENTRIES 8
#define KK_SYNC_AHEAD     (KK_SYNC_IN_FLIGHT - KK_SYNC_PUSHES)
#define KK_SYNC_AHEAD_LARGE     2 /* of these, packs and deltas */

enum kk_sync_state {
    KK_SYNC_START,
    KK_SYNC_WELCOMING,
    KK_SYNC_ROOTS,
    KK_SYNC_ROSTER,
    KK_SYNC_WRAPS,
    KK_SYNC_CATALOG,
    KK_SYNC_STATING,
    KK_SYNC_LOGS,
    KK_SYNC_RETURNING,
    KK_SYNC_PUSHING,
    KK_SYNC_FETCHING,
    KK_SYNC_DONE
};

/* A document on its way, or the catalog that was asked for early and waits for its turn. */
struct kk_sync_document {
    uint32_t id; /* of the request; 0: none */
    struct kk_blob_ref ref;
    struct kk_bytes bytes;
    bool early;
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
    uint64_t returned;            /* entries that a restored daemon has again by this */
    bool held;                    /* it takes nothing new yet [ER-3] */
    uint64_t blobs, blob_bytes, wanted_bytes;
};

struct kk_sync {
    enum kk_sync_state state;
    const struct kk_sync_store *store;
    const struct kk_sync_line *line;
    bool pending; /* not approved yet: only what is public */
    bool careful; /* the line was cut before: little is asked for at a time [SY-17] */
    bool bare;    /* pending, and never to be a device: the roster is taken without rows [MI-6] */
    uint32_t next_id;
    struct kk_arena arena;        /* of the welcome: lives through the sync */
    struct kk_bytes welcome_bytes;
    struct kk_msg_welcome welcome;
    struct kk_sync_document documents[KK_SYNC_IN_FLIGHT];
    struct kk_bytes roster;
    size_t root_at;
    bool devices_next;
    unsigned kept_documents; /* of those taken, how many the store has */
    /* logs */
    bool stated; /* no STATE waits for its answer */
    struct {
        uint32_t id; /* of a LOG on its way; 0: free */
        size_t scope;
        struct kk_msg_log log;
    } logs[KK_SYNC_IN_FLIGHT];
    size_t scope_at; /* the next to ask for, to push in */
    uint32_t return_id; /* of a RECOVER on its way; 0: none */
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
    bool ahead_over; /* something was wrong with what was asked ahead: its turn will show it */
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
