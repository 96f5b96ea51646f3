/* Blobs of a release that is coming in: from the file where they are there, else from the stage. */
#include "replica_inside.h"

static int open_seal(const struct replica_reader *reader, struct kk_blob_seal *seal,
                     struct kk_secret *key)
{
    const uint8_t *found;

    if (kk_scope_tier(seal->scope) <= 0)
        return 0;
    if (!reader->job->keys)
        return KK_E_KEY_UNKNOWN;
    found = kk_keyring_find(reader->job->keys, seal->scope, seal->epoch);
    if (!found)
        return KK_E_KEY_UNKNOWN;
    kk_secret_init(key, kk_slice(found, KK_KEY_BYTES));
    seal->key = key;
    return 0;
}

int replica_staged(const struct replica_reader *reader, enum kk_blob_kind kind,
                   const struct kk_blob_ref *ref, struct kk_bytes *out, uint32_t *ret_epoch)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes blob = { 0 };
    KK_AUTO_FINI(kk_secret) struct kk_secret key = { 0 };
    struct kk_blob_seal seal = { .kind = kind, .scope = kk_replica_scope(reader->replica) };
    int r = kk_stage_get(reader->job->stage, ref, &blob);

    if (r == 0)
        r = kk_blob_epoch(kk_bytes_slice(&blob), &seal.epoch);
    if (r == 0)
        r = open_seal(reader, &seal, &key);
    if (r == 0)
        r = kk_blob_unwrap(&seal, kk_bytes_slice(&blob), out);
    if (r == 0)
        *ret_epoch = seal.epoch;
    return r;
}

int replica_reader_get(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                       struct kk_bytes *out)
{
    const struct replica_reader *reader = self;
    uint32_t epoch;
    int r = replica_blob(reader->replica, ref->hash, out);

    return r == KK_E_BLOB_MISSING ? replica_staged(reader, kind, ref, out, &epoch) : r;
}

static int staged_plain(const struct replica_reader *reader, const struct kk_want *want, size_t max,
                        struct kk_bytes *out)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    uint32_t epoch;
    int r = replica_staged(reader, want->kind, &want->ref, &coded, &epoch);

    return r < 0 ? r : kk_blob_decode(kk_bytes_slice(&coded), max, out);
}

int replica_manifest(const struct replica_reader *reader, struct kk_bytes *out)
{
    const struct kk_blob_ref *ref = &reader->job->signed_row->manifest;
    struct kk_want want = { KK_BLOB_MANIFEST, *ref };
    struct kk_stmt *s = kk_db_use(reader->replica->db, REPLICA_HELD_GET);
    uint8_t hash[KK_HASH_BYTES];
    int r = kk_stmt_step(s);
    bool held = r > 0 && kk_stmt_col_copy(s, 3, hash, KK_HASH_BYTES) &&
                memcmp(hash, ref->hash, KK_HASH_BYTES) == 0;

    if (held)
        r = kk_bytes_append_slice(out, kk_stmt_col_blob(s, 5));
    kk_stmt_reset(s);
    if (r < 0 || held)
        return r;
    return staged_plain(reader, &want, KK_MANIFEST_BYTES_MAX, out);
}

int replica_index(const struct replica_reader *reader, const struct kk_blob_ref *ref,
                  struct kk_bytes *out)
{
    struct kk_want want = { KK_BLOB_INDEX, *ref };
    struct kk_stmt *s = kk_db_use(reader->replica->db, REPLICA_SEGMENT_BY_INDEX);
    int r;

    kk_stmt_blob(s, 1, kk_slice(ref->hash, KK_HASH_BYTES));
    r = kk_stmt_fetch(s, out);
    if (r != 0)
        return r < 0 ? r : 0;
    return staged_plain(reader, &want, KK_INDEX_BYTES_MAX, out);
}
