/*
 * What the daemon keeps, behind one interface. Nothing outside daemon/store knows which engine it
 * is, or any SQL. One thread uses a store. Every change happens between begin and commit; what
 * commit has acknowledged is on disk. Faults: KK_E_DISK_FULL, KK_E_IO, KK_E_STORE, KK_E_MEMORY;
 * look-ups give 1 for found and 0 for not.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/recovery.h"
#include "store/served.h"

#include "kukyoku/record/act.h"
#include "kukyoku/record/log.h"
#include "kukyoku/trust/document.h"

struct kk_store;
/* Who may fetch a blob: "doc" (anybody with a session), "devices" (active devices), or a scope. */
#define KK_LABEL_DOC     "doc"
#define KK_LABEL_DEVICES "devices"

struct kk_store_invite {
    struct kk_invite invite;
    bool used;
    uint8_t device[KK_ID_BYTES]; /* who used it */
};
/* An entry as it is kept; slices are valid during the call or callback. */
struct kk_store_entry {
    struct kk_slice scope;
    struct kk_pushed_op what; /* op_id, gsn, recv_ms, rv, tv, verdict */
    uint8_t head[KK_HASH_BYTES];
    struct kk_slice op; /* the header as signed */
    uint8_t sig[KK_SIG_BYTES];
    struct kk_slice body; /* absent where there is none */
};

struct kk_store_range {
    struct kk_slice scope;
    uint64_t from, count;
};
/* Callbacks: 0 goes on; anything else stops, and the walk returns it. */
typedef int kk_store_document_fn(void *user, enum kk_doc_kind kind, struct kk_slice bytes);
typedef int kk_store_bytes_fn(void *user, struct kk_slice bytes);
typedef int kk_store_blob_fn(void *user, const uint8_t hash[KK_HASH_BYTES],
                             struct kk_slice bytes);
typedef int kk_store_entry_fn(void *user, const struct kk_store_entry *entry);
typedef int kk_store_chain_fn(void *user, const struct kk_chain *chain);
typedef int kk_store_log_fn(void *user, struct kk_slice scope, const struct kk_log_head *head);

struct kk_store_engine {
    void (*free)(struct kk_store *s);
    int (*begin)(struct kk_store *s);
    int (*commit)(struct kk_store *s);
    void (*rollback)(struct kk_store *s);

    /* Documents: every root, the newest of the others. Roots in order, then roster, catalog. */
    int (*document_put)(struct kk_store *s, enum kk_doc_kind kind, struct kk_ver version,
                        struct kk_slice bytes);
    int (*document_each)(struct kk_store *s, kk_store_document_fn *fn, void *user);

    /* Blobs by hash; putting one again is nothing. read appends at most max bytes. */
    int (*blob_put)(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES], struct kk_slice label,
                    struct kk_slice bytes);
    int (*blob_find)(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES], struct kk_bytes *label,
                     uint64_t *ret_len);
    int (*blob_read)(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES], uint64_t offset,
                     size_t max, struct kk_bytes *out);
    /* One that serves a scope; nothing where it is not there. scrub, outside of a batch: what was
     * dropped leaves every file of the store. */
    int (*blob_drop)(struct kk_store *s, const uint8_t hash[KK_HASH_BYTES]);
    int (*scrub)(struct kk_store *s);
    /* All of one label, oldest first. */
    int (*blob_each)(struct kk_store *s, struct kk_slice label, kk_store_bytes_fn *fn, void *user);
    /* All of all labels, with the hash that each was put by. */
    int (*blob_walk)(struct kk_store *s, kk_store_blob_fn *fn, void *user);

    /* Invitations and the requests that used them. use: 1, or 0 when somebody was faster. */
    int (*invite_put)(struct kk_store *s, const struct kk_invite *invite);
    int (*invite_find)(struct kk_store *s, const uint8_t id[KK_ID_BYTES],
                       struct kk_store_invite *ret);
    int (*invite_use)(struct kk_store *s, const uint8_t id[KK_ID_BYTES],
                      const uint8_t device[KK_ID_BYTES]);
    int (*request_put)(struct kk_store *s, const struct kk_enrol_request *request);
    int (*request_by_noise)(struct kk_store *s, const uint8_t noise[KK_KEY_BYTES],
                            uint8_t ret_device[KK_ID_BYTES]);
    int (*request_each)(struct kk_store *s, kk_store_bytes_fn *fn, void *user);

    /* Which release a device says it holds; written when that is new, or the note a day old. */
    int (*holder_put)(struct kk_store *s, const struct kk_store_holder *holder);
    int (*holder_each)(struct kk_store *s, kk_store_holder_fn *fn, void *user);
    int (*served_put)(struct kk_store *s, const struct kk_store_served *served);
    int (*served_each)(struct kk_store *s, kk_store_served_fn *fn, void *user);

    /* Logs. log_find fills zeros for a scope without entries. */
    int (*log_find)(struct kk_store *s, struct kk_slice scope, struct kk_log_head *ret);
    int (*log_each)(struct kk_store *s, kk_store_log_fn *fn, void *user);
    int (*entry_add)(struct kk_store *s, const struct kk_store_entry *entry,
                     const struct kk_log_head *head, const struct kk_op *op);
    int (*entry_each)(struct kk_store *s, const struct kk_store_range *range,
                      kk_store_entry_fn *fn, void *user);
    int (*entry_head)(struct kk_store *s, struct kk_slice scope, uint64_t gsn,
                      uint8_t ret[KK_HASH_BYTES]);
    /* Its body goes and the rest stays. bare: is there an entry of this operation of a chain whose
     * body is not here? op NULL: of any, in any log. */
    int (*body_drop)(struct kk_store *s, struct kk_slice scope, uint64_t gsn);
    int (*entry_bare)(struct kk_store *s, struct kk_slice scope, const struct kk_op *op);
    /* The entry of an operation of a chain. */
    int (*entry_of)(struct kk_store *s, struct kk_slice scope, const struct kk_op *op,
                    struct kk_pushed_op *ret);
    int (*chain_find)(struct kk_store *s, struct kk_slice scope,
                      const uint8_t device[KK_ID_BYTES], uint64_t inc, struct kk_chain *ret);
    int (*chain_each)(struct kk_store *s, const uint8_t device[KK_ID_BYTES], kk_store_chain_fn *fn,
                      void *user);
    int (*track_find)(struct kk_store *s, struct kk_slice scope, const uint8_t rec[KK_ID_BYTES],
                      struct kk_track *ret);
    int (*track_put)(struct kk_store *s, struct kk_slice scope, const uint8_t rec[KK_ID_BYTES],
                     const struct kk_track *track);
    /* Evidence: a second signed operation for one place of a chain; at most 16 a device. */
    int (*fork_put)(struct kk_store *s, const struct kk_op *op, struct kk_slice header,
                    const uint8_t sig[KK_SIG_BYTES]);
    /* Putting one forgets what devices have shown before; of that no head is told. */
    int (*recovery_put)(struct kk_store *s, const struct kk_store_recovery *recovery);
    int (*recovery_find)(struct kk_store *s, struct kk_store_recovery *ret);
    int (*shown_put)(struct kk_store *s, struct kk_slice scope, uint64_t era, uint64_t gsn);
    int (*shown_each)(struct kk_store *s, kk_store_log_fn *fn, void *user);
    int (*mark)(struct kk_store *s, enum kk_store_mark what);
};
struct kk_store {
    const struct kk_store_engine *engine;
};

static inline void kk_store_free(struct kk_store *s)
{
    if (s)
        s->engine->free(s);
}
KK_DEFINE_FREE(kk_store)

/* --- the SQLite engine --- */
struct kk_store_options {
    const char *path; /* NULL: in memory, for tests */
    int max_pages;    /* 0: no limit; tests fill the disk with it */
    bool read_only;
};
KK_MUST_USE int kk_store_open_sqlite(const struct kk_store_options *o, struct kk_store **ret,
                                     struct kk_error *err);
/* Where the copy lies that was made because the store was of an older version; or NULL. */
const char *kk_store_kept(struct kk_store *s);

#endif
