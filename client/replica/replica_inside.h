/* What the files of this room share. */
#ifndef CLIENT_REPLICA_REPLICA_INSIDE_H
#define CLIENT_REPLICA_REPLICA_INSIDE_H

#include "replica/replica.h"

#include "replica/span.h"
#include "replica_sql.h"

struct kk_replica {
    struct kk_db *db;
    char scope[KK_SCOPE_NAME_MAX + 1];
    struct replica_ahead *ahead;
    struct kk_crew *crew; /* that proves what is ahead */
};

/* All datasets ascending, each with its history. */
struct replica_segment {
    uint64_t row_count;
    uint8_t seg_root[KK_HASH_BYTES], index_hash[KK_HASH_BYTES];
    struct kk_bytes index, sums;
};
struct replica_dataset {
    char *dataset;
    struct span *spans;
    struct replica_segment *rows; /* one for each span */
    size_t count;
};
struct replica_segments {
    struct replica_dataset *items;
    size_t count;
};
void replica_segments_fini(struct replica_segments *all);
KK_DEFINE_FINI(replica_segments)
KK_MUST_USE int replica_segments_load(struct kk_replica *r, struct replica_segments *ret);
bool replica_holds_now(const struct replica_dataset *d);
/* Of figures: not of what else is told in rows of their form. */
bool replica_is_figures(struct kk_slice dataset);
/* Rows of the newest state of all datasets. */
KK_MUST_USE int replica_rows(struct kk_replica *r, uint64_t *ret);

/* indicators.c: what lists tell of a dataset goes, and comes with the proof of its newest state. */
KK_MUST_USE int replica_indicators_drop(struct kk_replica *r, struct kk_slice dataset);
KK_MUST_USE int replica_indicators_put(struct kk_replica *r, const struct kk_segment *segment,
                                       const struct kk_rows_root *proof);
/* 1 and the first that differs where something else is kept than the proof tells; 0 where none is
 * kept, because lists decode then. */
KK_MUST_USE int replica_indicators_differ(struct kk_replica *r, const struct kk_segment *segment,
                                          const struct kk_rows_root *proof,
                                          char ret[KK_OBS_NAME_MAX + 1]);

/* Coded bytes of a stored blob, checked against their sum. KK_E_BLOB_MISSING, KK_E_HASH. */
KK_MUST_USE int replica_blob(struct kk_replica *r, const uint8_t hash[KK_HASH_BYTES],
                             struct kk_bytes *out);
/* The same as a source for segments: self is the struct kk_replica. */
int replica_source(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                   struct kk_bytes *out);
void replica_sum(struct kk_slice coded, uint8_t ret[KK_HASH_BYTES]);

KK_MUST_USE int replica_drop_blob(struct kk_replica *r, const uint8_t hash[KK_HASH_BYTES]);
/* Drops blobs that no index names. */
KK_MUST_USE int replica_sweep_blobs(struct kk_replica *r);

/* What is stored, or else staged, opened with the keys of the job. */
struct replica_reader {
    struct kk_replica *replica;
    const struct kk_replica_job *job;
};
int replica_reader_get(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                       struct kk_bytes *out);
/* A staged blob, unsealed, still coded; *ret_epoch as it says. */
KK_MUST_USE int replica_staged(const struct replica_reader *reader, enum kk_blob_kind kind,
                               const struct kk_blob_ref *ref, struct kk_bytes *out,
                               uint32_t *ret_epoch);
/* The plain manifest that the job names, from the file or the stage. KK_E_BLOB_MISSING. */
KK_MUST_USE int replica_manifest(const struct replica_reader *reader, struct kk_bytes *out);
/* The plain index of that hash, from the file or the stage. */
KK_MUST_USE int replica_index(const struct replica_reader *reader, const struct kk_blob_ref *ref,
                              struct kk_bytes *out);

/* ahead.c: the segment of that index, whose packs are on their way. Added once. */
KK_MUST_USE int replica_ahead_add(struct kk_replica *r, const struct kk_replica_job *job,
                                  const uint8_t index[KK_HASH_BYTES], struct kk_slice plain);
struct kk_segment *replica_ahead_find(struct kk_replica *r, const uint8_t index[KK_HASH_BYTES]);
/* Until what came is proven, as far as it can be; before any of these segments is used. */
void replica_ahead_wait(struct kk_replica *r);
void replica_ahead_clear(struct kk_replica *r);

/* An empty replica without a file. */
KK_MUST_USE int replica_in_memory(struct kk_db **ret, struct kk_error *err);

#endif
