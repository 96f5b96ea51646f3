/*
 * The ledger of a replica: records of one scope. What the daemon ordered is verified entry by entry
 * (signature, chain, head, verdict) and kept; what this device wrote waits in the outbox and counts
 * on top of it as pending (未送信) until the log holds it.
 */
#ifndef REPLICA_LEDGER_H
#define REPLICA_LEDGER_H

#include "replica/replica.h"

#include "kukyoku/record/held.h"
#include "kukyoku/record/kind.h"
#include "kukyoku/record/log.h"
#include "kukyoku/record/merge.h"
#include "kukyoku/record/op.h"
#include "kukyoku/trust/device.h"
#include "kukyoku/trust/trust.h"

/* All borrowed. */
struct kk_ledger {
    struct kk_db *db;
    struct kk_slice scope;
    const struct kk_trust *trust;
    const struct kk_keyring *keys;
    const struct kk_device_keys *device;
    struct kk_body_opener *opener; /* may be NULL: slower */
};
static inline struct kk_ledger kk_ledger(struct kk_replica *r, const struct kk_trust *trust,
                                         const struct kk_keyring *keys,
                                         const struct kk_device_keys *device)
{
    return (struct kk_ledger){ .db = kk_replica_db(r),
                               .scope = kk_replica_scope(r),
                               .trust = trust,
                               .keys = keys,
                               .device = device };
}

/* Zeros for an empty log. */
KK_MUST_USE int kk_ledger_head(const struct kk_ledger *l, struct kk_log_head *ret);
/* Own chains as the log holds them; appended to ret, at most max. */
KK_MUST_USE int kk_ledger_chains(const struct kk_ledger *l, struct kk_chain *ret, size_t max,
                                 size_t *ret_count);

/* --- with the daemon (ledger_take.c, ledger_push.c); each in one transaction --- */
/*
 * Verifies and keeps pages of the log that follow one another, each whole or not at all; what
 * stands before a bad one is kept. err names the entry. KK_E_VERDICT where the daemon judged
 * otherwise than the tables: that page is kept as a complaint, and nothing of it.
 */
KK_MUST_USE int kk_ledger_take(const struct kk_ledger *l, const struct kk_msg_entries *pages,
                               size_t count, struct kk_error *err);
/* What waits, in order, behind the first `skip`, as much as fits one frame: 1, or 0 for none. */
KK_MUST_USE int kk_ledger_push(const struct kk_ledger *l, size_t skip, struct kk_arena *arena,
                               struct kk_msg_push *ret);
/* All waiting operations as a file carries them, in the order of their chains. */
typedef int kk_carried_fn(void *user, const struct kk_carried *op);
KK_MUST_USE int kk_ledger_carry(const struct kk_ledger *l, kk_carried_fn *fn, void *user);
/* Keeps the receipts. */
KK_MUST_USE int kk_ledger_pushed(const struct kk_ledger *l, const struct kk_msg_pushed *m);
/* The first waiting operation was not taken: it and what follows it in its chain are set aside. */
KK_MUST_USE int kk_ledger_refused(const struct kk_ledger *l, unsigned code);
/*
 * An operation waits for a place in its chain where the log holds another one of this very device:
 * a copy of it was faster. It and what follows it are set aside: 1, or 0 where none does. [SY-14]
 */
KK_MUST_USE int kk_ledger_overtaken(const struct kk_ledger *l);
/* Operations that wait, and of those the ones set aside. */
KK_MUST_USE int kk_ledger_waiting(const struct kk_ledger *l, uint64_t *ret_all,
                                  uint64_t *ret_refused);

/* --- writing (ledger_write.c) --- */
struct kk_ledger_draft {
    uint8_t rec[KK_ID_BYTES];
    unsigned kind; /* enum kk_kind; kept out of the clear header in w:W */
    unsigned act;
    const uint8_t (*refs)[KK_HASH_BYTES]; /* operations named */
    size_t ref_count;
    const struct kk_body *body; /* only the fields that this act writes */
};
struct kk_ledger_clock {
    int64_t now_ms;
    uint64_t hlc; /* in: the newest; out: of this operation */
    uint64_t inc;
    struct kk_entropy entropy;
};
/*
 * Signs an operation into the outbox, with the record's heads as its parents. KK_E_ROLE,
 * KK_E_STATE, KK_E_SCOPE where the verdict would be a refusal as things stand; KK_E_KEY_UNKNOWN.
 * ret_id may be NULL.
 */
KK_MUST_USE int kk_ledger_write(const struct kk_ledger *l, const struct kk_ledger_draft *draft,
                                struct kk_ledger_clock *clock, uint8_t *ret_id);
struct kk_ledger_record;
/* What kk_ledger_write would say of the verdict, without writing; rec: the record as it stands. */
KK_MUST_USE int kk_ledger_judge(const struct kk_ledger *l, const struct kk_ledger_draft *draft,
                                const struct kk_ledger_record *rec);

/* --- reading (ledger_read.c) --- */
struct kk_ledger_op {
    struct kk_op op;
    uint8_t id[KK_HASH_BYTES];
    struct kk_pushed_op what; /* zeros while pending */
    bool pending;
    unsigned refused;      /* wire code, for a pending one that was set aside */
    int64_t made_ms;       /* pending: by this device's clock */
    bool readable;         /* its body opened */
    struct kk_slice plain; /* the map */
};
/* Is it of what the record says: accepted, or waiting and not set aside? */
bool kk_ledger_counts(const struct kk_ledger_op *o);
struct kk_merge_op kk_ledger_merging(const struct kk_ledger_op *o); /* borrowed from it */
struct kk_ledger_record {
    uint8_t rec[KK_ID_BYTES];
    unsigned kind;                  /* from the track, or in w:W from the body; 0: not to be read */
    struct kk_track track;          /* as the log says */
    struct kk_track ahead;          /* with what is pending on top */
    const struct kk_ledger_op *ops; /* in the order of the log, pending last */
    size_t op_count;
    size_t pending;           /* how many wait */
    struct kk_merged merged;  /* of accepted and pending operations */
    const size_t *merged_ops; /* operation of each index that merged uses */
    struct kk_body body;      /* the shown values */
};
/* In w:W the kind stands in the body under this number. */
#define KK_BODY_KIND 1000
/* 1, or 0 for no such record. All in the arena. */
KK_MUST_USE int kk_ledger_record(const struct kk_ledger *l, const uint8_t rec[KK_ID_BYTES],
                                 struct kk_arena *arena, struct kk_ledger_record *ret);
/* Records by id from low to high, both included; in the arena. */
struct kk_ledger_ids {
    const uint8_t (*ids)[KK_ID_BYTES];
    size_t count;
};
KK_MUST_USE int kk_ledger_between(const struct kk_ledger *l, const uint8_t low[KK_ID_BYTES],
                                  const uint8_t high[KK_ID_BYTES], struct kk_arena *arena,
                                  struct kk_ledger_ids *ret);

/* The receipt of an own operation: 1 and the PUSHED body, or 0. */
KK_MUST_USE int kk_ledger_receipt(const struct kk_ledger *l, const uint8_t op_id[KK_HASH_BYTES],
                                  struct kk_bytes *out);
/* What the tables say of an entry whose page was complained about: 1, or 0 for no complaint. */
KK_MUST_USE int kk_ledger_complaint(const struct kk_ledger *l, uint64_t gsn,
                                    enum kk_wire_code *ret_own);
/* --- ledger_verify.c --- */
/* Admits the whole log again from its first entry. err names the entry at fault. */
KK_MUST_USE int kk_ledger_verify(const struct kk_ledger *l, uint64_t *ret_entries,
                                 struct kk_error *err);

#endif
