/* Inside daemon/relay. */
#ifndef RELAY_RELAY_IN_H
#define RELAY_RELAY_IN_H

#include "relay/relay.h"

/* What a device has handed in by line and the hour has not drained yet; thousandths of bytes. */
#define RELAY_QUOTAS 256
struct relay_quota {
    uint8_t device[KK_ID_BYTES];
    int64_t milli, at_ms;
};

/* So many device-scope-day-releases are remembered as noted; one more is noted once more. */
#define RELAY_SERVED_KNOWN 4096

struct kk_relay {
    struct kk_store *store;
    struct kk_relay_keys keys;
    struct kk_trust *trust;
    struct kk_bytes fresh; /* signed; made anew when what it says has changed */
    uint64_t fresh_ms;
    bool notes_nothing;
    bool changed; /* since the fresh was signed */
    bool forgets; /* recalled or erased: files that hold it are still to be looked for */
    bool grew;    /* a log has, since somebody asked */
    bool adopted; /* documents came in with this batch: a rollback reads the store again */
    uint64_t served[RELAY_SERVED_KNOWN];
    struct relay_quota quotas[RELAY_QUOTAS];
    _Atomic int64_t hourly_bytes; /* of one device; 0: as much as it likes */
    int broken;   /* the machine failed within a write of this batch: it must not be committed */
    int64_t (*now_ms)(void *user);
    kk_relay_tell_fn *tell; /* may be NULL */
    void *user;
};

/* relay.c */
int relay_load(struct kk_relay *r, struct kk_trust **ret, struct kk_error *err);
/* Are the acts' tables of its roster (tv) tables of this program? True without a roster. [RL-10] */
bool relay_knows_rules(const struct kk_trust *trust);
/* Passes the fault of a write on; one of the machine breaks the batch. */
int relay_wrote(struct kk_relay *r, int fault);
/* fresh.c: the fresh document, signed anew when it says something else or is an hour old. */
int relay_fresh(struct kk_relay *r, struct kk_slice *ret);
/* The newest span of the caller; NULL for whom the roster does not know. */
const struct kk_device_span *relay_span(const struct kk_relay *r,
                                        const uint8_t device[KK_ID_BYTES]);
/* May this span read the log of the scope? An auditor reads all, without bodies. */
bool relay_reads_log(const struct kk_device_span *span, struct kk_slice scope);

/* hello.c */
int relay_hello(struct kk_relay *r, const struct kk_relay_caller *caller, uint32_t id,
                const struct kk_msg_hello *m, struct kk_bytes *answer);
/* Appends a NOTE where the device holds something else; nothing where it must wait. [KS-2] */
int relay_watch(struct kk_relay *r, const struct kk_relay_caller *caller, uint32_t id,
                const struct kk_msg_watch *m, struct kk_bytes *answer);
/* front.c: what WELCOME tells of a release beside its catalog; held by the arena. [SY-18] */
int relay_front(struct kk_relay *r, const struct kk_relay_caller *caller,
                const struct kk_msg_hello *m, struct kk_arena *arena, struct kk_msg_welcome *w);
/* entries.c */
int relay_entries(struct kk_relay *r, const struct kk_relay_caller *caller, uint32_t id,
                  const struct kk_msg_log *m, struct kk_bytes *answer);
/* served.c: notes what is handed out. */
int relay_served_log(struct kk_relay *r, const struct kk_relay_caller *caller,
                     struct kk_slice scope, const struct kk_msg_entries *page);
int relay_served_blob(struct kk_relay *r, const struct kk_relay_caller *caller,
                      struct kk_slice label);
/* quota.c: KK_E_PEER_BUSY where the device must wait with so many bytes of a body. */
int relay_quota_take(struct kk_relay *r, const uint8_t device[KK_ID_BYTES], size_t bytes);
/* push.c: an operation on its way into a log. */
struct relay_ordering {
    struct kk_relay *relay;
    struct kk_slice scope;
    const uint8_t *device;
    const struct kk_push_op *in;
    struct kk_op op;
    struct kk_bytes header;
    uint8_t op_id[KK_HASH_BYTES];
    struct kk_chain end;
    bool has_end;
    bool erased; /* by whoever judged it: its record is, as a whole */
    bool bare; /* it may come without its body: that was erased in an era that has ended */
};
/* The header as its author signed it; what it had seen must be what this log holds. [DM-11] */
int relay_rebuild(struct relay_ordering *o);
int relay_check_author(const struct relay_ordering *o);
/* Appends it as `what` says, the number and time of which are set; the log's head moves on. */
int relay_append(const struct relay_ordering *o, const struct kk_pushed_op *what,
                 struct kk_log_head *head);
/* erase.c: an erase that was accepted takes away what it names, once it is appended. [DM-21] */
int relay_erase(const struct relay_ordering *o, const struct kk_pushed_op *what);
/* The body that is kept of an operation: none where its record is erased already. */
struct kk_slice relay_body_kept(const struct relay_ordering *o, const struct kk_pushed_op *what);
int relay_push(struct kk_relay *r, const struct kk_relay_caller *caller,
               const struct kk_message *m, struct kk_bytes *answer, uint64_t *ret_detail);

/* recover.c: a store that was restored. */
int relay_state(struct kk_relay *r, const struct kk_relay_caller *caller,
                const struct kk_message *m, struct kk_bytes *answer);
int relay_recover(struct kk_relay *r, const struct kk_relay_caller *caller,
                  const struct kk_message *m, struct kk_bytes *answer);
/* 1 while nothing new is ordered in this log, 0. [ER-3] */
int relay_recovering(struct kk_relay *r, struct kk_slice scope);
/*
 * The roster that was just taken: do its eras fit the logs? KK_E_ERA, KK_E_ERA_LATE. before: logs
 * that waited for one until then. [ER-5]
 */
int relay_take_eras(struct kk_relay *r, unsigned before);

#endif
