/* A device's own state: in step? how old? what waits? what failed, why? */
#ifndef MODEL_STATE_H
#define MODEL_STATE_H

#include "model/replicas.h"
#include "replica/ledger_era.h"

/* As much as the clocks may differ before a person is told. */
#define KK_SKEW_WARN_MS (5 * 60 * 1000)

struct kk_state_scope {
    char scope[KK_SCOPE_NAME_MAX + 1];
    uint32_t release; /* held; 0: none */
    bool in_step;     /* with the catalog that is held */
    uint64_t entries; /* of its log */
    uint64_t waiting, refused;
    uint64_t conflicts; /* records with a field of two values */
};
struct kk_state {
    bool enrolled, pending, revoked, draining;
    uint8_t device[KK_ID_BYTES];
    unsigned role;
    char ward[6], holder[124], label[64];
    uint64_t root_ver;
    uint8_t root_id[KK_HASH_BYTES]; /* what the letter's fingerprint is made of */
    struct kk_ver roster, catalog;
    char title[204]; /* of the release */
    enum kk_grade grade;
    int64_t since_ms; /* of the grade */
    struct kk_trust_flags flags;
    int64_t sync_ms, sync_tried_ms, skew_ms;
    bool clock_behind; /* the time that it showed earlier, by more than KK_TRUST_AHEAD_MS */
    int64_t backup_ms, restore_test_ms; /* 0: never */
    int64_t verify_ms, verify_faults;   /* of the last `verify` */
    char program[24]; /* the version that last brought it in step; "": one that does not say */
    bool restored;                      /* from a backup, and not in step since */
    bool held;                          /* the daemon was, and takes nothing new yet */
    struct kk_ledger_lost lost;         /* what new eras have cut off, of all logs */
    struct kk_error sync_error; /* of the last one; fault 0: it went well */
    struct kk_state_scope scopes[KK_SCOPES_MAX];
    size_t scope_count;
    uint64_t waiting, refused, conflicts;
};
KK_MUST_USE int kk_model_state(struct kk_home *h, struct kk_state *ret, struct kk_error *err);
/* The documents in force: none has expired, none is signed by keys that were replaced. */
bool kk_state_documents_sound(const struct kk_state *s);
/* The clock agrees with the daemon's, with the documents, and with what it showed before. */
bool kk_state_clock_sound(const struct kk_state *s);
/*
 * Nothing failed, nothing is set aside, every scope is as the catalog says, it is fresh, the
 * documents and the clock are sound, and the device is not on its way out.
 */
bool kk_state_well(const struct kk_state *s);

/* --- verify: everything that is stored, once more --- */
struct kk_verify_report {
    uint64_t documents, rows, datasets, entries, faults;
    uint64_t waiting; /* scopes whose newest figures are yet to come */
};
typedef void kk_verify_fn(void *user, const struct kk_error *fault);
/* found is called for each fault; 0 also then. */
KK_MUST_USE int kk_model_verify(struct kk_home *h, kk_verify_fn *found, void *user,
                                struct kk_verify_report *ret, struct kk_error *err);
/* Keeps when it was done, and how it ended, for the doctor. */
KK_MUST_USE int kk_model_verified(const char *home, const struct kk_verify_report *report,
                                  struct kk_error *err);
/* Forgets every stored pack that is damaged, so that the next sync fetches it alone, and makes anew
 * what is derived. */
KK_MUST_USE int kk_model_repair(struct kk_home *h, struct kk_replica_repaired *ret,
                                struct kk_error *err);

#endif
