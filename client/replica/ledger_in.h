/* What the files of the ledger share. */
#ifndef REPLICA_LEDGER_IN_H
#define REPLICA_LEDGER_IN_H

#include "replica/ledger.h"

#include "replica_sql.h"

/* Room for one record; a body has at most 16 KiB, an operation 1 KiB, a chain of edits many. */
#define LEDGER_RECORD_ARENA (64 * 1024 * 1024)

/* An entry as it came or as it is stored, whole again. */
struct ledger_entry {
    struct kk_pushed_op what;
    struct kk_op op;
    struct kk_bytes header;
    uint8_t sig[KK_SIG_BYTES];
    struct kk_slice body;
    bool mine;             /* signed by this device, as its outbox says */
    bool unchecked;        /* its signature is the caller's to check, by `key` */
    const uint8_t *key;    /* by ledger_admit: its author's, borrowed from the roster */
    struct kk_chain *end;  /* of its chain before it, moved on by ledger_admit; NULL: the file's */
    enum kk_wire_code own; /* by ledger_admit: the verdict of the tables */
    bool erased;           /* by ledger_admit: its record is, as a whole */
};
/* Where a log stands: the head of its last entry, and by what that one was judged. [RL-5] */
struct ledger_end {
    struct kk_log_head head;
    struct kk_ver rv;
    uint64_t tv;
};
KK_MUST_USE int ledger_end_get(const struct kk_ledger *l, struct ledger_end *ret);
/*
 * Checks signature, chain, verdict against the chains and tracks as they stand in the file, and
 * moves end, chain and track on. err names the entry. KK_E_SIGNATURE, KK_E_CHAIN, KK_E_HASH,
 * KK_E_STORE_NEWER; KK_E_VERDICT where the tables say otherwise than the entry.
 */
KK_MUST_USE int ledger_admit(const struct kk_ledger *l, struct ledger_entry *e,
                             struct ledger_end *end, struct kk_error *err);

KK_MUST_USE int ledger_chain_get(const struct kk_ledger *l, const uint8_t device[KK_ID_BYTES],
                                 uint64_t inc, struct kk_chain *ret);
KK_MUST_USE int ledger_chain_put(const struct kk_ledger *l, const uint8_t device[KK_ID_BYTES],
                                 const struct kk_chain *end);
KK_MUST_USE int ledger_track_get(const struct kk_ledger *l, const uint8_t rec[KK_ID_BYTES],
                                 struct kk_track *ret);
KK_MUST_USE int ledger_track_put(const struct kk_ledger *l, const uint8_t rec[KK_ID_BYTES],
                                 const struct kk_track *track);
/* The first column of every row, an id, appended; and ids into the arena. */
KK_MUST_USE int ledger_collect(struct kk_stmt *q, struct kk_bytes *ids);
KK_MUST_USE int ledger_keep(const struct kk_bytes *ids, struct kk_arena *arena,
                            struct kk_ledger_ids *ret);
KK_MUST_USE int ledger_entry_head(const struct kk_ledger *l, uint64_t gsn,
                                  uint8_t ret[KK_HASH_BYTES]);
/* Columns gsn, op_id, recv_ms, rv_gen, rv_ver, tv, verdict from `first` on. */
KK_MUST_USE bool ledger_what(struct kk_stmt *q, int first, struct kk_pushed_op *ret);

/* --- ledger_era.c --- */
uint64_t ledger_era(const struct kk_ledger *l, uint64_t gsn);
/* Where the eras of this log begin, for evidence: all that the roster names; in the arena. */
KK_MUST_USE int ledger_eras(const struct kk_ledger *l, struct kk_arena *arena,
                            const struct kk_era_step **ret, size_t *ret_count);
/* ledger_erase.c: an entry was kept; what it erases goes, and it itself where it came too late. */
KK_MUST_USE int ledger_erase(const struct kk_ledger *l, const struct ledger_entry *e);
/* The statement that takes the body of one entry. */
struct kk_stmt *ledger_bare(const struct kk_ledger *l, uint64_t gsn);
/* ledger_read.c: the record whose only operation is this entry, by a row of REPLICA_ENTRY_BEHIND,
 * which has these columns too. */
enum {
    LEDGER_BEHIND_GSN = 0,
    LEDGER_BEHIND_RECV = 2,
    LEDGER_BEHIND_VERDICT = 6,
    LEDGER_BEHIND_REC = 10,
    LEDGER_BEHIND_TRACK = 11,
    LEDGER_BEHIND_ALONE = 12,
};
KK_MUST_USE int ledger_record_at(const struct kk_ledger *l, struct kk_stmt *row,
                                 struct kk_arena *arena, struct kk_ledger_record *ret);
/* ledger_verify.c: an entry as it is stored; the row is one of REPLICA_ENTRY_EACH. */
KK_MUST_USE int ledger_read_stored(struct kk_stmt *q, struct kk_arena *arena,
                                   struct ledger_entry *e);

#endif
