/* Copies through SQLite's backup, each of them read again from its first page to its last. */
#include "kukyoku/db/backup.h"

#include "kukyoku/db/db.h"
#include "kukyoku/db/journal.h"
#include "kukyoku/limits.h"

#include "db_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int tell(sqlite3 *handle, int rc, const char *path, struct kk_error *err)
{
    int r = kk_db_fault(rc);

    return r < 0 ? kk_error_set(err, r, path, "%s", handle ? sqlite3_errmsg(handle) : "") : 0;
}

static int open_raw(const char *path, int flags, sqlite3 **ret, struct kk_error *err)
{
    int rc = sqlite3_open_v2(path, ret, flags | SQLITE_OPEN_NOMUTEX, NULL);

    if (rc == SQLITE_OK) {
        sqlite3_busy_timeout(*ret, KK_STORE_BUSY_MS);
        sqlite3_extended_result_codes(*ret, 1);
        /* one connection of one process checkpoints a file, and this is not it */
        sqlite3_db_config(*ret, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        sqlite3_wal_autocheckpoint(*ret, 0);
        rc = sqlite3_exec(*ret, kk_db_schema.queries[DB_CONNECTION].sql, NULL, NULL, NULL);
    }
    return tell(*ret, rc, path, err);
}

/* A reader, once what a killed writer left has been undone. */
static int open_reader(const char *path, sqlite3 **ret, struct kk_error *err)
{
    struct kk_error why = { .fault = 0 };
    int r = open_raw(path, SQLITE_OPEN_READONLY, ret, &why);

    if (r < 0 && kk_journal_left(*ret)) {
        sqlite3_close(*ret);
        *ret = NULL;
        r = kk_journal_play_back(path, err);
        return r == 0 ? open_raw(path, SQLITE_OPEN_READONLY, ret, err) : r;
    }
    if (r < 0 && err)
        *err = why;
    return r;
}

/* SQLite says "ok" in one row, or what is wrong in the first of several. */
static int read_whole(sqlite3 *handle, const char *path, struct kk_error *err)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(handle, kk_db_schema.queries[DB_INTEGRITY].sql, -1, &s, NULL);
    int r = 0;

    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    if (rc == SQLITE_ROW) {
        const char *said = (const char *)sqlite3_column_text(s, 0);

        if (!said || strcmp(said, "ok") != 0)
            r = kk_error_set(err, KK_E_STORE, path, "%s", said ? said : "");
    } else {
        r = tell(handle, rc == SQLITE_DONE ? SQLITE_CORRUPT : rc, path, err);
    }
    sqlite3_finalize(s);
    return r;
}

int kk_db_check(const char *path, struct kk_error *err)
{
    sqlite3 *handle = NULL;
    int r = open_reader(path, &handle, err);

    if (r == 0)
        r = read_whole(handle, path, err);
    sqlite3_close(handle);
    return r;
}

/* Ours alone from its first byte: SQLite would make it as the umask says. */
static int make_empty(const char *path, struct kk_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return kk_error_set(err,
                            errno == EEXIST   ? KK_E_EXISTS
                            : errno == ENOSPC ? KK_E_DISK_FULL
                                              : KK_E_IO,
                            path, "%s", strerror(errno));
    close(fd);
    return 0;
}

static int limit_pages(sqlite3 *handle, int max_pages)
{
    char sql[96];

    if (max_pages == 0)
        return SQLITE_OK;
    snprintf(sql, sizeof(sql), kk_db_schema.queries[DB_MAX_PAGES].sql, max_pages);
    return sqlite3_exec(handle, sql, NULL, NULL, NULL);
}

/* All pages in one step: one reading of the source, whatever is written meanwhile. */
static int copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    int stepped, finished;

    if (!b)
        return sqlite3_errcode(to);
    stepped = sqlite3_backup_step(b, -1);
    finished = sqlite3_backup_finish(b);
    return stepped == SQLITE_DONE ? finished : stepped;
}

static int close_journal(sqlite3 *handle)
{
    return sqlite3_exec(handle, kk_db_schema.queries[DB_JOURNAL_DELETE].sql, NULL, NULL, NULL);
}

static int fill(sqlite3 *from, const char *to, int max_pages, struct kk_error *err)
{
    sqlite3 *handle = NULL;
    int r = open_raw(to, SQLITE_OPEN_READWRITE, &handle, err);

    if (r == 0)
        r = tell(handle, limit_pages(handle, max_pages), to, err);
    if (r == 0)
        r = tell(handle, copy_pages(from, handle), to, err);
    /* a copy of a WAL file is marked as one, and would get files beside it when it is read */
    if (r == 0)
        r = tell(handle, close_journal(handle), to, err);
    if (r == 0)
        r = read_whole(handle, to, err);
    sqlite3_close(handle);
    return r;
}

int kk_db_backup(const char *from, const char *to, int max_pages, struct kk_error *err)
{
    sqlite3 *handle = NULL;
    int r = open_reader(from, &handle, err);

    if (r == 0)
        r = make_empty(to, err);
    if (r == 0) {
        r = fill(handle, to, max_pages, err);
        if (r < 0)
            unlink(to);
    }
    sqlite3_close(handle);
    return r;
}
