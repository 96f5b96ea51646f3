/*
 * A replica: what a device holds of one scope, in one SQLite file. Figures rest as verified packs
 * and deltas and are read by lanes (lane.h; SQL: the virtual table `obs`); records have tables of
 * their own beside them. A release comes in whole or not at all, in one transaction.
 *
 *   wants → fetch into the stage → wants → … → nothing wanted → apply
 */
#ifndef CLIENT_REPLICA_REPLICA_H
#define CLIENT_REPLICA_REPLICA_H

#include "kukyoku/bundle/plan.h"
#include "kukyoku/bundle/segment.h"
#include "kukyoku/db/db.h"
#include "kukyoku/trust/keyring.h"
#include "replica/stage.h"

#define KK_REPLICA_APPLICATION_ID 0x4b4b5952 /* "KKYR" */

struct kk_replica;

enum kk_replica_mode {
    KK_REPLICA_WRITE, /* creates the file where there is none */
    KK_REPLICA_READ
};
/* scope: "pub", "r:14133" …; a file of another scope is KK_E_STORE. KK_E_STORE_NEWER;
 * for a reader KK_E_NOT_FOUND where nothing was written yet. */
KK_MUST_USE int kk_replica_open(const char *path, struct kk_slice scope, enum kk_replica_mode mode,
                                struct kk_replica **ret, struct kk_error *err);
void kk_replica_free(struct kk_replica *r);
KK_DEFINE_FREE(kk_replica)
/* The version of a replica's file that this program writes. */
int kk_replica_schema_version(void);
/* For statements of other modules and for queries over `obs`. Borrowed. */
struct kk_db *kk_replica_db(struct kk_replica *r);
struct kk_slice kk_replica_scope(const struct kk_replica *r);
/* "pub.db", "r-14133.db" …: the file of a scope. */
void kk_replica_file_name(struct kk_slice scope, char ret[KK_SCOPE_NAME_MAX + 4]);

struct kk_replica_held {
    uint32_t release; /* in which the scope last changed; 0: holds nothing yet */
    uint8_t state[KK_HASH_BYTES];
    struct kk_blob_ref manifest;
    uint64_t rows;
};
KK_MUST_USE int kk_replica_held(struct kk_replica *r, struct kk_replica_held *ret);
/* Is the scope as the catalog says, with every blob that it needs? */
KK_MUST_USE int kk_replica_in_step(struct kk_replica *r, const struct kk_catalog_scope *signed_row,
                                   bool *ret);
/* A dataset that the scope holds now, ascending by name. Texts are borrowed for the call. */
struct kk_replica_listed {
    struct kk_slice dataset, title;
    uint64_t rows;
    uint32_t since, base, newest; /* first release here; of the base; of the last change */
};
typedef int kk_replica_listed_fn(void *user, const struct kk_replica_listed *listed);
/* A fault of fn ends it. Decodes no figures. */
KK_MUST_USE int kk_replica_each_dataset(struct kk_replica *r, kk_replica_listed_fn *fn, void *user);
/* An indicator in the newest state. Texts are borrowed for the call. */
struct kk_replica_indicator {
    struct kk_slice name, first, last; /* periods */
    struct kk_slice unit;              /* the first by its letters, where it has several */
    uint64_t rows, areas;
};
typedef int kk_replica_indicator_fn(void *user, const struct kk_replica_indicator *indicator);
/*
 * Those of each dataset of figures, ascending. A fault of fn ends it. Decodes figures only where
 * the file was last written before it kept such lists.
 */
KK_MUST_USE int kk_replica_each_indicator(struct kk_replica *r, kk_replica_indicator_fn *fn,
                                          void *user);
/* Can every dataset of the scope be read as of this release? */
KK_MUST_USE int kk_replica_has_release(struct kk_replica *r, uint32_t release, bool *ret);

/* What a catalog wants of this scope, and how to open it. */
struct kk_replica_job {
    const struct kk_catalog_scope *signed_row;
    struct kk_stage *stage;
    const struct kk_keyring *keys; /* may be NULL for pub */
    uint64_t now_ms;               /* for the list of releases */
};
/*
 * Adds to the plan what is to be fetched next: the manifest, then indexes, then packs and deltas.
 * Nothing added: everything is here, apply. KK_E_HASH, KK_E_BUNDLE … where a blob that came is bad.
 */
KK_MUST_USE int kk_replica_wants(struct kk_replica *r, const struct kk_replica_job *job,
                                 struct kk_plan *plan);
/* A blob of the plan is whole in the stage: what can be proven of it now is proven. */
void kk_replica_came(struct kk_replica *r, const struct kk_blob_ref *ref);
/*
 * Decodes, hashes, compares with the signed state, and only then stores, in one transaction. On any
 * fault the replica is as before. Drops from the stage what it took. err names dataset and pack.
 */
KK_MUST_USE int kk_replica_apply(struct kk_replica *r, const struct kk_replica_job *job,
                                 struct kk_error *err);

/* One thing that `verify` found. Texts are borrowed for the call. */
struct kk_replica_fault {
    int fault; /* KK_E_HASH, KK_E_BUNDLE, KK_E_BLOB_MISSING; KK_E_DERIVED: evidence is well */
    struct kk_slice scope, dataset, indicator; /* indicator may be absent: of which pack, below */
    uint32_t release;                          /* as of which it was found */
    uint8_t blob[KK_HASH_BYTES];               /* zeros where no single blob is at fault */
};
typedef void kk_replica_fault_fn(void *user, const struct kk_replica_fault *fault);
struct kk_replica_verified {
    uint64_t rows, datasets, blobs, faults;
};
/*
 * Computes everything again from what is stored: every blob, every root as of every release held,
 * the state. expected: the state in the signed catalog, NULL to trust the file's own. 0 also where
 * faults were found; a negative result means that the file could not be read at all.
 */
KK_MUST_USE int kk_replica_verify(struct kk_replica *r, const uint8_t *expected,
                                  kk_replica_fault_fn *found, void *user,
                                  struct kk_replica_verified *ret);
struct kk_replica_repaired {
    uint64_t dropped, mended;
};
/* Forgets every blob that verify names, so that the next sync fetches it alone; makes anew what is
 * derived. Adds to *ret. */
KK_MUST_USE int kk_replica_repair(struct kk_replica *r, struct kk_replica_repaired *ret);

/* Plain STRICT tables in a new file, as of a release (0: the newest). KK_E_EXISTS. */
KK_MUST_USE int kk_replica_export(struct kk_replica *r, const char *path, uint32_t as_of,
                                  struct kk_error *err);

#endif
