/*
 * Opening: whose file it is and of which version, pragmas, schema or migrations in one transaction
 * (behind a copy of what was there), then every statement. The daemon's WAL is checkpointed by this
 * connection alone, at its commits; a read-only connection never checkpoints.
 */
#include "kukyoku/db/db.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/db/backup.h"
#include "kukyoku/db/journal.h"
#include "kukyoku/limits.h"

#include "db_sql.h"
#include "stmt.h"

#include <stdio.h>
#include <unistd.h>

struct kk_db {
    sqlite3 *handle;
    const struct kk_db_schema *schema;
    struct kk_stmt *stmts; /* one a query; prepared when it is used first */
    size_t stmt_count;
    char *kept; /* where the file lies as it was before it was brought up */
};

int kk_db_fault(int sqlite_code)
{
    switch (sqlite_code & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return 0;
    case SQLITE_NOMEM:
        return KK_E_MEMORY;
    case SQLITE_FULL:
        return KK_E_DISK_FULL;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return KK_E_IO;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return KK_E_LOCKED;
    default:
        return KK_E_STORE;
    }
}

static const char *own(enum db_query query)
{
    return kk_db_schema.queries[query].sql;
}

static int run_text(struct kk_db *db, const char *sql)
{
    return kk_db_fault(sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

/* A pragma that takes a number can't be bound; the number is our own. */
static int run_number(struct kk_db *db, enum db_query query, int number)
{
    char sql[96];

    snprintf(sql, sizeof(sql), own(query), number);
    return run_text(db, sql);
}

static int read_number(struct kk_db *db, enum db_query query, int *ret)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db->handle, own(query), -1, &s, NULL);

    if (rc == SQLITE_OK) {
        rc = sqlite3_step(s);
        if (rc == SQLITE_ROW)
            *ret = sqlite3_column_int(s, 0);
    }
    sqlite3_finalize(s);
    return kk_db_fault(rc);
}

/* What goes for the connection; the file is as it was. */
static int set_up(struct kk_db *db, const struct kk_db_options *o)
{
    int r;

    sqlite3_busy_timeout(db->handle, KK_STORE_BUSY_MS);
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    r = run_text(db, own(DB_CONNECTION));
    if (r == 0 && o->read_only) {
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        sqlite3_wal_autocheckpoint(db->handle, 0);
    }
    return r;
}

/* The journal's mode stands in the file: it is set once the file is known to be ours. */
static int set_journal(struct kk_db *db, const struct kk_db_options *o)
{
    static const unsigned journals[] = { [KK_DB_WAL] = DB_JOURNAL_WAL,
                                         [KK_DB_TRUNCATE] = DB_JOURNAL_TRUNCATE,
                                         [KK_DB_DELETE] = DB_JOURNAL_DELETE };
    int r = o->read_only ? 0 : run_text(db, own(journals[o->journal]));

    return r == 0 && o->max_pages ? run_number(db, DB_MAX_PAGES, o->max_pages) : r;
}

static int make(struct kk_db *db, const struct kk_db_options *o)
{
    int r = run_text(db, o->schema->schema);

    if (r == 0)
        r = run_number(db, DB_SET_APPLICATION, o->application_id);
    return r == 0 && o->first ? o->first(db, o->user) : r;
}

/* In a transaction: from `version` to the schema's. 0 means that the file is new. */
static int raise_version(struct kk_db *db, const struct kk_db_options *o, int version)
{
    int r = version == 0 ? make(db, o) : 0;

    for (int v = version; r == 0 && version > 0 && v < o->schema->version; v++)
        r = run_text(db, o->schema->migrations[v - 1]);
    return r == 0 ? run_number(db, DB_SET_VERSION, o->schema->version) : r;
}

/* Version 0 is a new file only where nothing is in it: other programs leave the version at 0. */
static int read_origin(struct kk_db *db, const struct kk_db_options *o, int *ret_version,
                       bool *ret_own)
{
    int application = 0, tables = 0;
    int r = read_number(db, DB_VERSION, ret_version);

    if (r == 0)
        r = read_number(db, DB_APPLICATION, &application);
    if (r == 0)
        r = read_number(db, DB_ANY_TABLE, &tables);
    *ret_own = *ret_version == 0 ? application == 0 && !tables : application == o->application_id;
    return r;
}

static int check_origin(struct kk_db *db, const struct kk_db_options *o, const char *path,
                        int *ret_version, struct kk_error *err)
{
    bool is_own;
    int r = read_origin(db, o, ret_version, &is_own);

    if (r < 0)
        return kk_error_set(err, r, path, "%s", sqlite3_errmsg(db->handle));
    if (!is_own)
        return kk_error_say(err, KK_E_STORE, path, "a database of another program",
                            "別のプログラムのデータベースです");
    if (*ret_version > o->schema->version)
        return kk_error_say(err, KK_E_STORE_NEWER, path, "version %d; this program knows %d",
                            "版 %d（このプログラムが扱えるのは %d まで）",
                            *ret_version, o->schema->version);
    return 0;
}

/*
 * What was there stays beside it, under the write lock, so that the way back is one file. A copy
 * that an earlier attempt left is of the same version, and goes.
 */
static int keep_old(struct kk_db *db, const char *path, int version, struct kk_error *err)
{
    static const char format[] = "%s.version-%d";
    size_t size = strlen(path) + sizeof(format) + 16;

    kk_free(db->kept);
    db->kept = kk_alloc(size);
    if (!db->kept)
        return KK_E_MEMORY;
    snprintf(db->kept, size, format, path, version);
    unlink(db->kept);
    return kk_db_backup(path, db->kept, 0, err);
}

static int raise_kept(struct kk_db *db, const struct kk_db_options *o, const char *path,
                      int version, struct kk_error *err)
{
    int now = 0, r = read_number(db, DB_VERSION, &now);

    if (r == 0 && now != version)
        return now == o->schema->version ? 0 : KK_E_LOCKED; /* another process was faster */
    if (r == 0 && version > 0 && !o->private_cache)
        r = keep_old(db, path, version, err);
    if (r < 0)
        return r;
    r = raise_version(db, o, version);
    if (r < 0 && db->kept)
        return kk_error_say(err, r, path, "%s; as it was before: %s", "%s。移行前の複製: %s",
                            sqlite3_errmsg(db->handle), db->kept);
    return r;
}

static int reach_version(struct kk_db *db, const struct kk_db_options *o, const char *path,
                         int version, struct kk_error *err)
{
    int r;

    if (version == o->schema->version)
        return 0;
    if (o->read_only)
        return version == 0
                   ? kk_error_say(err, KK_E_NOT_FOUND, path, "nothing was written to it yet",
                                  "まだ何も書かれていません")
                   : kk_error_say(err, KK_E_STORE_OLDER, path, "version %d; this program reads %d",
                                  "版 %d（このプログラムが読むのは %d）", version,
                                  o->schema->version);
    r = kk_db_begin(db);
    if (r == 0)
        r = raise_kept(db, o, path, version, err);
    if (r == 0)
        r = kk_db_commit(db);
    if (r < 0) {
        if (!err || err->fault != r)
            kk_error_set(err, r, path, "%s", sqlite3_errmsg(db->handle));
        kk_db_rollback(db);
    }
    return r;
}

static int make_stmts(struct kk_db *db, const struct kk_db_schema *schema)
{
    db->stmts = kk_alloc_array(schema->query_count + 1, sizeof(*db->stmts));
    if (!db->stmts)
        return KK_E_MEMORY;
    db->schema = schema;
    db->stmt_count = schema->query_count;
    return 0;
}

static int open_handle(struct kk_db *db, const char *path, const struct kk_db_options *o)
{
    int flags = o->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

    return kk_db_fault(sqlite3_open_v2(o->private_cache ? ":memory:" : path, &db->handle,
                                       flags | SQLITE_OPEN_NOMUTEX, NULL));
}

static int tell(const struct kk_db *db, int fault, const char *path, struct kk_error *err)
{
    return fault < 0 ? kk_error_set(err, fault, path, "%s",
                                    db->handle ? sqlite3_errmsg(db->handle) : "out of memory")
                     : 0;
}

/* A file of another program, or of a newer one, is left as it was. */
static int open_own(struct kk_db *db, const char *path, const struct kk_db_options *o,
                    int *ret_version, struct kk_error *err)
{
    int r = open_handle(db, path, o);

    if (r == 0)
        r = set_up(db, o);
    r = tell(db, r, path, err);
    if (r == 0)
        r = check_origin(db, o, path, ret_version, err);
    return r == 0 ? tell(db, set_journal(db, o), path, err) : r;
}

int kk_db_open(const char *path, const struct kk_db_options *o, struct kk_db **ret,
               struct kk_error *err)
{
    KK_AUTO_FREE(kk_db) struct kk_db *db = kk_alloc(sizeof(*db));
    int version = 0, r;

    if (!db)
        return KK_E_MEMORY;
    r = open_own(db, path, o, &version, err);
    if (r < 0 && kk_journal_left(db->handle)) {
        sqlite3_close(db->handle);
        db->handle = NULL;
        if (err)
            *err = (struct kk_error){ .fault = 0 };
        r = kk_journal_play_back(path, err);
        if (r == 0)
            r = open_own(db, path, o, &version, err);
    }
    if (r == 0)
        r = make_stmts(db, o->schema);
    if (r == 0)
        r = reach_version(db, o, path, version, err);
    if (r == 0 && o->attach)
        r = o->attach(db->handle, o->user);
    if (r < 0)
        return r;
    *ret = KK_STEAL(db);
    return 0;
}

void kk_db_free(struct kk_db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < db->stmt_count; i++)
        sqlite3_finalize(db->stmts[i].handle);
    kk_free(db->stmts);
    kk_free(db->kept);
    sqlite3_close(db->handle);
    kk_free(db);
}

struct sqlite3 *kk_db_handle(struct kk_db *db)
{
    return db->handle;
}

const char *kk_db_kept(const struct kk_db *db)
{
    return db->kept;
}

const char *kk_db_message(struct kk_db *db)
{
    return sqlite3_errmsg(db->handle);
}

int kk_db_begin(struct kk_db *db)
{
    return run_text(db, own(DB_BEGIN));
}

int kk_db_commit(struct kk_db *db)
{
    return run_text(db, own(DB_COMMIT));
}

void kk_db_rollback(struct kk_db *db)
{
    if (!sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, own(DB_ROLLBACK), NULL, NULL, NULL);
}

int kk_db_scrub(struct kk_db *db)
{
    return kk_db_fault(
        sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}

int kk_db_tx_begin(struct kk_db *db, struct kk_db_tx *ret)
{
    int r = kk_db_begin(db);

    ret->db = r == 0 ? db : NULL;
    return r;
}

int kk_db_tx_read(struct kk_db *db, struct kk_db_tx *ret)
{
    int r;

    ret->db = NULL;
    if (!sqlite3_get_autocommit(db->handle))
        return 0;
    r = run_text(db, own(DB_BEGIN_READ));
    if (r == 0)
        ret->db = db;
    return r;
}

int kk_db_tx_commit(struct kk_db_tx *tx)
{
    int r = kk_db_commit(tx->db);

    if (r == 0)
        tx->db = NULL;
    return r;
}

void kk_db_tx_fini(struct kk_db_tx *tx)
{
    if (tx->db)
        kk_db_rollback(tx->db);
    tx->db = NULL;
}

/* One that cannot be prepared has no handle, and tells why when it is stepped. */
static int prepare(struct kk_db *db, unsigned query)
{
    return sqlite3_prepare_v3(db->handle, db->schema->queries[query].sql, -1,
                              SQLITE_PREPARE_PERSISTENT, &db->stmts[query].handle, NULL);
}

/*
 * A device opens a replica a scope, and uses few of its queries: to prepare all of them at once was
 * most of what a sync cost that found nothing new.
 */
struct kk_stmt *kk_db_use(struct kk_db *db, unsigned query)
{
    struct kk_stmt *s;

    kk_assert(query < db->stmt_count);
    s = &db->stmts[query];
    if (!s->handle) {
        s->bound = prepare(db, query);
        return s;
    }
    sqlite3_reset(s->handle);
    sqlite3_clear_bindings(s->handle);
    s->bound = SQLITE_OK;
    return s;
}

int64_t kk_db_changes(struct kk_db *db)
{
    return sqlite3_changes64(db->handle);
}

int64_t kk_db_last_rowid(struct kk_db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}
