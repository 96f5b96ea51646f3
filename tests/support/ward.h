/*
 * A device in memory behind the interface of proto/sync: documents, keys, logs, an outbox, blobs.
 * What `keep` and the other calls have taken survives ward_crash; everything else is lost there.
 * Written from the specification and apart from the client's stores, so that both can be held
 * against each other.
 */
#ifndef TESTS_WARD_H
#define TESTS_WARD_H

#include "bureau.h"

#include "kukyoku/record/log.h"
#include "kukyoku/record/op.h"
#include "kukyoku/sync/sync.h"

#define WARD_OPS_MAX   64
#define WARD_BLOBS_MAX 64

struct ward_op {
    struct kk_op op;
    struct kk_bytes header, body;
    uint8_t id[KK_HASH_BYTES], sig[KK_SIG_BYTES];
    unsigned refused; /* wire code: set aside */
};
struct ward_log {
    struct kk_log_head heads[WARD_OPS_MAX + 1]; /* by gsn */
    struct kk_pushed_op what[WARD_OPS_MAX + 1];
    size_t count;
    struct ward_op out[WARD_OPS_MAX]; /* own operations, sequenced or not */
    size_t out_count, sequenced;
};
struct ward_blob {
    struct kk_blob_ref ref;
    struct kk_bytes bytes;
};
struct ward {
    struct kk_sync_store store;
    struct bureau *bureau; /* stands in for opening wraps: the key of int */
    const struct kk_device_keys *keys;
    int64_t now_ms;
    struct kk_trust *trust;
    struct kk_bytes kept[3], kept_devices; /* roster, catalog, fresh */
    struct kk_bytes kept_roots[KK_ROOT_CHAIN_MAX];
    size_t kept_root_count;
    uint8_t wraps[BUREAU_SCOPES][KK_HASH_BYTES]; /* hashes of the wraps taken */
    struct ward_log logs[BUREAU_SCOPES];
    struct {
        size_t scope;
        uint8_t device[KK_ID_BYTES];
        struct kk_chain end;
    } chains[BUREAU_SCOPES * BUREAU_DEVICES_MAX]; /* everybody's, as the logs say */
    size_t chain_count;
    struct ward_blob blobs[WARD_BLOBS_MAX];
    size_t blob_count;
    struct kk_ver applied;            /* catalog of the last apply */
    uint8_t states[2][KK_HASH_BYTES]; /* of int and pub, then */
    unsigned pieces;                  /* taken */
};

/* Holds the first root, as an invitation would bring it. */
void ward_init(struct ward *w, struct bureau *b, const struct kk_device_keys *keys);
void ward_fini(struct ward *w);
KK_DEFINE_FINI(ward)
/* The program died: what was not kept is gone. */
void ward_crash(struct ward *w);
/* The disk lost every blob and what was made of them. */
void ward_lose_blobs(struct ward *w);
/* Signs the next operation into the outbox of a scope: a new record of that kind. */
void ward_write(struct ward *w, size_t scope, unsigned kind, unsigned act,
                const uint8_t rec[KK_ID_BYTES]);
/* The same signed and sequenced state: documents, logs, releases. Asserts. */
void ward_assert_equal(const struct ward *a, const struct ward *b);

#endif
