/* The file of a scope: opening, what it holds, its blobs. */
#include "replica_inside.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/hash.h"
#include "replica/obs_vtab.h"

#include <stdio.h>

void kk_replica_file_name(struct kk_slice scope, char ret[KK_SCOPE_NAME_MAX + 4])
{
    kk_assert(scope.len <= KK_SCOPE_NAME_MAX);
    for (size_t i = 0; i < scope.len; i++)
        ret[i] = scope.data[i] == ':' ? '-' : (char)scope.data[i];
    memcpy(ret + scope.len, ".db", 4);
}

int kk_replica_schema_version(void)
{
    return kk_replica_schema.version;
}

void kk_replica_free(struct kk_replica *r)
{
    if (!r)
        return;
    replica_ahead_clear(r);
    kk_db_free(r->db);
    kk_free(r);
}

struct kk_db *kk_replica_db(struct kk_replica *r)
{
    return r->db;
}

struct kk_slice kk_replica_scope(const struct kk_replica *r)
{
    return kk_slice_text(r->scope);
}

static int attach(struct sqlite3 *handle, void *user)
{
    (void)user;
    return kk_db_fault(kk_obs_vtab_register(handle));
}

int replica_in_memory(struct kk_db **ret, struct kk_error *err)
{
    const struct kk_db_options options = { .schema = &kk_replica_schema,
                                           .private_cache = true,
                                           .attach = attach };

    return kk_db_open("", &options, ret, err);
}

static int put_scope(struct kk_db *db, void *user)
{
    const struct kk_replica *r = user;
    struct kk_stmt *s = kk_db_use(db, REPLICA_HELD_PUT);

    kk_stmt_text(s, 1, kk_slice_text(r->scope));
    kk_stmt_int(s, 2, 0);
    kk_stmt_int(s, 5, 0);
    return kk_stmt_run(s);
}

/* The file is of this scope, or new and now is. */
static int check_scope(struct kk_replica *r, enum kk_replica_mode mode, const char *path,
                       struct kk_error *err)
{
    struct kk_stmt *s = kk_db_use(r->db, REPLICA_HELD_GET);
    int e = kk_stmt_step(s);
    bool same = e > 0 && kk_slice_is(kk_stmt_col_text(s, 0), r->scope);

    kk_stmt_reset(s);
    if (e < 0 || same)
        return e < 0 ? e : 0;
    if (e > 0)
        return kk_error_say(err, KK_E_STORE, path, "not a replica of %s",
                            "%s の複製ではありません", r->scope);
    if (mode == KK_REPLICA_READ)
        return kk_error_say(err, KK_E_NOT_FOUND, path, "holds nothing",
                            "中身がありません");
    return put_scope(r->db, r);
}

int kk_replica_open(const char *path, struct kk_slice scope, enum kk_replica_mode mode,
                    struct kk_replica **ret, struct kk_error *err)
{
    struct kk_db_options options = { .schema = &kk_replica_schema,
                                     .journal = KK_DB_TRUNCATE,
                                     .application_id = KK_REPLICA_APPLICATION_ID,
                                     .read_only = mode == KK_REPLICA_READ,
                                     .attach = attach,
                                     .first = put_scope };
    KK_AUTO_FREE(kk_replica) struct kk_replica *r = kk_alloc(sizeof(*r));
    int e;

    if (!r)
        return KK_E_MEMORY;
    options.user = r;
    kk_assert(scope.len > 0 && scope.len <= KK_SCOPE_NAME_MAX);
    memcpy(r->scope, scope.data, scope.len);
    e = kk_db_open(path, &options, &r->db, err);
    if (e == 0)
        e = check_scope(r, mode, path, err);
    if (e < 0)
        return e;
    *ret = KK_STEAL(r);
    return 0;
}

int kk_replica_held(struct kk_replica *r, struct kk_replica_held *ret)
{
    struct kk_stmt *s = kk_db_use(r->db, REPLICA_HELD_GET);
    struct kk_replica_held held = { 0 };
    int e = kk_stmt_step(s);
    bool ok;

    if (e <= 0)
        return e < 0 ? e : KK_E_STORE;
    held.release = (uint32_t)kk_stmt_col_int(s, 1);
    held.manifest.len = (uint64_t)kk_stmt_col_int(s, 4);
    ok = held.release == 0 || (kk_stmt_col_copy(s, 2, held.state, KK_HASH_BYTES) &&
                               kk_stmt_col_copy(s, 3, held.manifest.hash, KK_HASH_BYTES));
    kk_stmt_reset(s);
    if (!ok)
        return KK_E_STORE;
    e = replica_rows(r, &held.rows);
    if (e == 0)
        *ret = held;
    return e;
}

int kk_replica_has_release(struct kk_replica *r, uint32_t release, bool *ret)
{
    KK_AUTO_FINI(replica_segments) struct replica_segments all = { 0 };
    int e = replica_segments_load(r, &all);
    bool has = all.count > 0;

    for (size_t i = 0; i < all.count && has; i++) {
        struct span_choice c = span_choose(all.items[i].spans, all.items[i].count, release);

        has = c.verdict != SPAN_ABSENT;
    }
    if (e == 0)
        *ret = has;
    return e;
}

/* --- blobs --- */
void replica_sum(struct kk_slice coded, uint8_t ret[KK_HASH_BYTES])
{
    kk_hash_of("coded", coded, ret);
}

static int take_blob(struct kk_stmt *s, struct kk_bytes *out)
{
    struct kk_slice coded = kk_stmt_col_blob(s, 3);
    uint8_t stored[KK_HASH_BYTES], got[KK_HASH_BYTES];

    if (!kk_stmt_col_copy(s, 2, stored, KK_HASH_BYTES))
        return KK_E_STORE;
    replica_sum(coded, got);
    if (memcmp(stored, got, KK_HASH_BYTES) != 0)
        return KK_E_HASH;
    return kk_bytes_append_slice(out, coded);
}

int replica_blob(struct kk_replica *r, const uint8_t hash[KK_HASH_BYTES], struct kk_bytes *out)
{
    struct kk_stmt *s = kk_db_use(r->db, REPLICA_BLOB_GET);
    int e;

    kk_stmt_blob(s, 1, kk_slice(hash, KK_HASH_BYTES));
    e = kk_stmt_step(s);
    if (e <= 0)
        return e < 0 ? e : KK_E_BLOB_MISSING;
    e = take_blob(s, out);
    kk_stmt_reset(s);
    return e;
}

int replica_source(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                   struct kk_bytes *out)
{
    (void)kind;
    return replica_blob(self, ref->hash, out);
}
