/* The SQLite engine: one WAL file, one connection that writes and checkpoints it. [DM-3] */
#include "store_sqlite.h"

#include "kukyoku/base/alloc.h"

#define APPLICATION_ID 0x4b4b5944 /* "KKYD" */

static void free_store(struct kk_store *s)
{
    struct store_sqlite *own = KK_OWNER_OF(s, struct store_sqlite, store);

    kk_db_free(own->db);
    kk_free(own);
}

static int begin(struct kk_store *s)
{
    return kk_db_begin(store_db(s));
}

static int commit(struct kk_store *s)
{
    return kk_db_commit(store_db(s));
}

static void rollback(struct kk_store *s)
{
    kk_db_rollback(store_db(s));
}

static int scrub(struct kk_store *s)
{
    return kk_db_scrub(store_db(s));
}

static const struct kk_store_engine engine = {
    .free = free_store,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .document_put = store_document_put,
    .document_each = store_document_each,
    .blob_put = store_blob_put,
    .blob_find = store_blob_find,
    .blob_read = store_blob_read,
    .blob_drop = store_blob_drop,
    .scrub = scrub,
    .blob_each = store_blob_each,
    .blob_walk = store_blob_walk,
    .invite_put = store_invite_put,
    .invite_find = store_invite_find,
    .invite_use = store_invite_use,
    .request_put = store_request_put,
    .request_by_noise = store_request_by_noise,
    .request_each = store_request_each,
    .holder_put = store_holder_put,
    .holder_each = store_holder_each,
    .served_put = store_served_put,
    .served_each = store_served_each,
    .log_find = store_log_find,
    .log_each = store_log_each,
    .entry_add = store_entry_add,
    .entry_each = store_entry_each,
    .entry_head = store_entry_head,
    .body_drop = store_body_drop,
    .entry_bare = store_entry_bare,
    .entry_of = store_entry_of,
    .chain_find = store_chain_find,
    .chain_each = store_chain_each,
    .track_find = store_track_find,
    .track_put = store_track_put,
    .fork_put = store_fork_put,
    .recovery_put = store_recovery_put,
    .recovery_find = store_recovery_find,
    .shown_put = store_shown_put,
    .shown_each = store_shown_each,
    .mark = store_mark,
};

int kk_store_open_sqlite(const struct kk_store_options *o, struct kk_store **ret,
                         struct kk_error *err)
{
    struct kk_db_options db = {
        .schema = &kk_store_schema,
        .journal = KK_DB_WAL,
        .application_id = APPLICATION_ID,
        .private_cache = o->path == NULL,
        .read_only = o->read_only,
        .max_pages = o->max_pages,
    };
    struct store_sqlite *own = kk_alloc(sizeof(*own));
    int r;

    if (!own)
        return KK_E_MEMORY;
    r = kk_db_open(o->path ? o->path : "memory", &db, &own->db, err);
    if (r < 0) {
        kk_free(own);
        return r;
    }
    own->store.engine = &engine;
    *ret = &own->store;
    return 0;
}

const char *kk_store_kept(struct kk_store *s)
{
    return kk_db_kept(store_db(s));
}
