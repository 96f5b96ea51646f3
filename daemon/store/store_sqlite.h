/* Inside daemon/store: the SQLite engine, one file a noun. */
#ifndef STORE_STORE_SQLITE_H
#define STORE_STORE_SQLITE_H

#include "store/store.h"

#include "store_sql.h"

struct store_sqlite {
    struct kk_store store;
    struct kk_db *db;
};

static inline struct kk_db *store_db(struct kk_store *s)
{
    return KK_OWNER_OF(s, struct store_sqlite, store)->db;
}

/* --- store_paper.c: documents, blobs, invitations, requests --- */
int store_document_put(struct kk_store *s, enum kk_doc_kind kind, struct kk_ver version,
                       struct kk_slice bytes);
int store_document_each(struct kk_store *s, kk_store_document_fn *fn, void *user);
int store_blob_put(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES], struct kk_slice label,
                   struct kk_slice bytes);
int store_blob_find(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES], struct kk_bytes *label,
                    uint64_t *ret_len);
int store_blob_read(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES], uint64_t offset,
                    size_t max, struct kk_bytes *out);
int store_blob_drop(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES]);
int store_blob_each(struct kk_store *s, struct kk_slice label, kk_store_bytes_fn *fn, void *user);
int store_blob_walk(struct kk_store *s, kk_store_blob_fn *fn, void *user);
int store_invite_put(struct kk_store *s, const struct kk_invite *invite);
int store_invite_find(struct kk_store *s, const uint8_t id[KK_ID_BYTES],
                      struct kk_store_invite *ret);
int store_invite_use(struct kk_store *s, const uint8_t id[KK_ID_BYTES],
                     const uint8_t device[KK_ID_BYTES]);
int store_request_put(struct kk_store *s, const struct kk_enrol_request *request);
int store_request_by_noise(struct kk_store *s, const uint8_t noise[KK_KEY_BYTES],
                           uint8_t ret_device[KK_ID_BYTES]);
int store_request_each(struct kk_store *s, kk_store_bytes_fn *fn, void *user);
int store_holder_put(struct kk_store *s, const struct kk_store_holder *holder);
int store_holder_each(struct kk_store *s, kk_store_holder_fn *fn, void *user);
/* --- store_served.c --- */
int store_served_put(struct kk_store *s, const struct kk_store_served *served);
int store_served_each(struct kk_store *s, kk_store_served_fn *fn, void *user);

/* --- store_log.c: logs, entries, chains, tracks, forks --- */
int store_log_find(struct kk_store *s, struct kk_slice scope, struct kk_log_head *ret);
int store_log_each(struct kk_store *s, kk_store_log_fn *fn, void *user);
int store_entry_add(struct kk_store *s, const struct kk_store_entry *entry,
                    const struct kk_log_head *head, const struct kk_op *op);
int store_entry_each(struct kk_store *s, const struct kk_store_range *range,
                     kk_store_entry_fn *fn, void *user);
int store_entry_head(struct kk_store *s, struct kk_slice scope, uint64_t gsn,
                     uint8_t ret[KK_HASH_BYTES]);
int store_body_drop(struct kk_store *s, struct kk_slice scope, uint64_t gsn);
int store_entry_bare(struct kk_store *s, struct kk_slice scope, const struct kk_op *op);
int store_entry_of(struct kk_store *s, struct kk_slice scope, const struct kk_op *op,
                   struct kk_pushed_op *ret);
int store_chain_find(struct kk_store *s, struct kk_slice scope, const uint8_t device[KK_ID_BYTES],
                     uint64_t inc, struct kk_chain *ret);
int store_chain_each(struct kk_store *s, const uint8_t device[KK_ID_BYTES], kk_store_chain_fn *fn,
                     void *user);
int store_track_find(struct kk_store *s, struct kk_slice scope, const uint8_t rec[KK_ID_BYTES],
                     struct kk_track *ret);
int store_track_put(struct kk_store *s, struct kk_slice scope, const uint8_t rec[KK_ID_BYTES],
                    const struct kk_track *track);
int store_fork_put(struct kk_store *s, const struct kk_op *op, struct kk_slice header,
                   const uint8_t sig[KK_SIG_BYTES]);

/* --- store_recovery.c --- */
int store_recovery_put(struct kk_store *s, const struct kk_store_recovery *recovery);
int store_recovery_find(struct kk_store *s, struct kk_store_recovery *ret);
int store_shown_put(struct kk_store *s, struct kk_slice scope, uint64_t era, uint64_t gsn);
int store_shown_each(struct kk_store *s, kk_store_log_fn *fn, void *user);
int store_mark(struct kk_store *s, enum kk_store_mark what);

#endif
