/*
 * The one SQLite wrapper of both programs. SQL is text in .sql files: embed_sql.py makes from them
 * a struct kk_db_schema and an enum of statements, all prepared at open, so that a typo stops the
 * program at its start. One connection of one process writes a file, and the same one checkpoints:
 * Debian 12's SQLite 3.40.1 can corrupt a WAL file otherwise.
 *
 *     struct kk_stmt *s = kk_db_use(db, STORE_BLOB_PUT);
 *     kk_stmt_blob(s, 1, hash);
 *     kk_stmt_int(s, 2, len);
 *     r = kk_stmt_run(s);
 *
 * Faults: KK_E_DISK_FULL, KK_E_IO, KK_E_LOCKED (busy for 5 s), KK_E_STORE, KK_E_STORE_NEWER,
 * KK_E_STORE_OLDER (a reader of what was not brought up yet), KK_E_NOT_FOUND (a reader of a file to
 * which nothing was ever written), KK_E_MEMORY.
 */
#ifndef KUKYOKU_DB_DB_H
#define KUKYOKU_DB_DB_H

#include "kukyoku/error.h"
#include "kukyoku/slice.h"

struct kk_bytes;
struct kk_db;
struct kk_stmt;
struct sqlite3;

struct kk_db_query {
    const char *name, *sql;
    bool scans; /* reads a whole table on purpose: `-- scan: why` in its file */
};
/* Made by embed_sql.py. version = 1 + the number of migrations; migrations[i] leads to i + 2. */
struct kk_db_schema {
    const char *schema;
    const struct kk_db_query *queries;
    size_t query_count;
    const char *const *migrations;
    int version;
};

enum kk_db_journal {
    KK_DB_WAL,      /* the daemon's store */
    KK_DB_TRUNCATE, /* replicas: a file copied is a file whole */
    KK_DB_DELETE    /* a file that is made once and given away: nothing stays beside it */
};

struct kk_db_options {
    const struct kk_db_schema *schema;
    enum kk_db_journal journal;
    int32_t application_id;
    bool read_only;     /* no migration, no checkpoint; the file must exist */
    bool private_cache; /* memory only, for tests: path is ignored */
    int max_pages;      /* 0: no limit; tests fill the disk with it */
    /* Runs before statements are prepared: registers virtual tables. May be NULL. */
    int (*attach)(struct sqlite3 *handle, void *user);
    /* What a new file holds from the first, in the transaction that makes it. May be NULL. */
    int (*first)(struct kk_db *db, void *user);
    void *user;
};

/*
 * Opens or creates; brings an older file up in one transaction, behind a copy "PATH.version-N" of
 * what it was. err names the file.
 */
KK_MUST_USE int kk_db_open(const char *path, const struct kk_db_options *o, struct kk_db **ret,
                           struct kk_error *err);
void kk_db_free(struct kk_db *db);
KK_DEFINE_FREE(kk_db)
/* For what SQLite alone offers (virtual tables, backup). Borrowed. */
struct sqlite3 *kk_db_handle(struct kk_db *db);
/* Where the copy lies that was made because opening brought the file up; NULL: it did not. */
const char *kk_db_kept(const struct kk_db *db);
/* What SQLite said last, for logs. Borrowed until the next call. */
const char *kk_db_message(struct kk_db *db);
/* The fault for a result code of SQLite. */
int kk_db_fault(int sqlite_code);

/*
 * A file as it lies there, of any version and however damaged: it is only read. whole: SQLite finds
 * nothing wrong with it; why: what it found. A fault: it could not be looked at (KK_E_LOCKED …).
 */
struct kk_db_inspected {
    int version;
    int32_t application_id;
    bool whole;
    char why[160];
};
KK_MUST_USE int kk_db_inspect(const char *path, struct kk_db_inspected *ret,
                              struct kk_error *err);

/* Transactions do not nest. rollback without one is nothing, so KK_AUTO_FINI(kk_db_tx) is safe. */
KK_MUST_USE int kk_db_begin(struct kk_db *db); /* immediate: the write lock is taken now */
KK_MUST_USE int kk_db_commit(struct kk_db *db); /* 0: it is on disk */
void kk_db_rollback(struct kk_db *db);
/* What was deleted leaves the write-ahead log too. KK_E_LOCKED while somebody reads in it. */
KK_MUST_USE int kk_db_scrub(struct kk_db *db);
struct kk_db_tx {
    struct kk_db *db; /* NULL once committed */
};
KK_MUST_USE int kk_db_tx_begin(struct kk_db *db, struct kk_db_tx *ret);
/* What is read until it ends is of one moment, and finds the file locked once; where a transaction
 * stands it is part of that. Nobody can commit meanwhile: nothing is waited for inside. */
KK_MUST_USE int kk_db_tx_read(struct kk_db *db, struct kk_db_tx *ret);
KK_MUST_USE int kk_db_tx_commit(struct kk_db_tx *tx);
void kk_db_tx_fini(struct kk_db_tx *tx);
KK_DEFINE_FINI(kk_db_tx)

/* The statement of that number of the schema, reset and without bindings. */
struct kk_stmt *kk_db_use(struct kk_db *db, unsigned query);
/*
 * Places count from 1. Bytes are copied; an absent slice binds NULL. Faults show at the next step.
 */
void kk_stmt_int(struct kk_stmt *s, int place, int64_t value);
void kk_stmt_text(struct kk_stmt *s, int place, struct kk_slice value);
void kk_stmt_blob(struct kk_stmt *s, int place, struct kk_slice value);
/* The same without a copy: value stays as it is until the statement has ended. */
void kk_stmt_lend(struct kk_stmt *s, int place, struct kk_slice value);
void kk_stmt_null(struct kk_stmt *s, int place);
/* 1: a row stands ready, 0: no more; a fault. After 0 or a fault the statement is reset. */
KK_MUST_USE int kk_stmt_step(struct kk_stmt *s);
/* Runs a statement that gives no row. 0 or a fault. */
KK_MUST_USE int kk_stmt_run(struct kk_stmt *s);
/* Appends the blob of the first row's first column. 1, 0: no row; a fault. */
KK_MUST_USE int kk_stmt_fetch(struct kk_stmt *s, struct kk_bytes *out);
/* Ends a statement before its last row. */
void kk_stmt_reset(struct kk_stmt *s);
/* Columns count from 0; slices are valid until the next step or reset; NULL is absent. */
int64_t kk_stmt_col_int(struct kk_stmt *s, int column);
struct kk_slice kk_stmt_col_text(struct kk_stmt *s, int column);
struct kk_slice kk_stmt_col_blob(struct kk_stmt *s, int column);
bool kk_stmt_col_null(struct kk_stmt *s, int column);
/* A blob of exactly len bytes into ret; false for anything else. */
KK_MUST_USE bool kk_stmt_col_copy(struct kk_stmt *s, int column, void *ret, size_t len);
/* Rows changed by the last statement. */
int64_t kk_db_changes(struct kk_db *db);
int64_t kk_db_last_rowid(struct kk_db *db);

#endif
