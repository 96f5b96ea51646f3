/*
 * Proof without the daemon: receipts of acts, whole logs without bodies, and proofs that a daemon
 * signed two histories. Each goes as a KKYB file of evidence; whoever checks one needs a root that
 * they believe and nothing else. [RL-7] [RL-19] [RL-24]
 */
#ifndef MODEL_PROOF_H
#define MODEL_PROOF_H

#include "model/parcel.h"
#include "model/record.h"

/* --- out; err names what is missing --- */
/*
 * The receipts of every act of a record (the start of its id) that has its number, or of one entry
 * ("w:14133#17"). KK_E_NOT_FOUND.
 */
KK_MUST_USE int kk_proof_receipts(struct kk_records *r, const char *name, struct kk_parcel *out);
/* That of one entry of a log that is open. */
KK_MUST_USE int kk_proof_receipt(const struct kk_ledger *l, uint64_t gsn, struct kk_parcel *out);
/* Roots, roster and entries of the logs held; scope: NULL for all. KK_E_NOT_FOUND: no entry. */
KK_MUST_USE int kk_proof_logs(struct kk_records *r, const char *scope, struct kk_parcel *out);
/* The proofs of two histories that this home has kept. KK_E_NOT_FOUND: none. */
KK_MUST_USE int kk_proof_forks(struct kk_home *h, struct kk_parcel *out, struct kk_error *err);

/* --- the logs as people read them --- */
struct kk_proof_entry {
    struct kk_slice scope;
    const struct kk_audit_entry *is;
    const struct kk_op *op;
    const struct kk_device_span *author; /* as the roster in force said; may be NULL */
};
typedef int kk_proof_entry_fn(void *user, const struct kk_proof_entry *entry);
struct kk_proof_query {
    const char *scope; /* NULL: all */
    int64_t since_ms;
};
KK_MUST_USE int kk_proof_each(struct kk_records *r, const struct kk_proof_query *query,
                              kk_proof_entry_fn *fn, void *user);

/* --- in: the check of a file (proof_check.c) --- */
enum kk_proof_kind { KK_PROOF_RECEIPT, KK_PROOF_LOG, KK_PROOF_FORK, KK_PROOF_FREEZE };
struct kk_proof {
    enum kk_proof_kind kind;
    struct kk_error fault;    /* fault 0: it holds */
    struct kk_slice scope;
    uint64_t gsn;             /* of the entry; of a log, its last */
    int64_t at_ms;            /* received; of a log or fork, when the head was signed */
    const struct kk_op *op;   /* of a receipt */
    const struct kk_pushed_op *what;
};
typedef int kk_proof_found_fn(void *user, const struct kk_proof *proof);

/* The reader, and whom they believe: the root with this fingerprint, else a root of the home. */
struct kk_proof_reader {
    struct kk_home *home;    /* NULL: none; its own logs are held against those of a file */
    const char *fingerprint; /* may be NULL */
    kk_proof_found_fn *found; /* each piece */
    void *user;
};
struct kk_proof_report {
    uint64_t held, failed;
    uint8_t root[KK_HASH_BYTES]; /* of the last piece: the root that it was checked against */
    bool unconfirmed;            /* nobody said which root to believe: the file's own was taken */
    bool forked;                 /* a log of the file and the home's own are two histories */
};
/* 0 also where a piece fails: found is told. KK_E_BUNDLE_FILE for what is no file of evidence. */
KK_MUST_USE int kk_proof_check(struct kk_slice file, const struct kk_proof_reader *reader,
                               struct kk_proof_report *ret, struct kk_error *err);

/* A proof is kept that was made under the daemon's present keys: nothing is sent to it. */
KK_MUST_USE int kk_proof_blames(struct kk_home *h, bool *ret);

#endif
