/* Journals of killed writers (journal.h). */
#include "kukyoku/db/journal.h"

#include "kukyoku/db/db.h"
#include "kukyoku/limits.h"

#include "db_sql.h"

#include <sqlite3.h>

bool kk_journal_left(struct sqlite3 *handle)
{
    return handle && sqlite3_extended_errcode(handle) == SQLITE_READONLY_ROLLBACK;
}

int kk_journal_play_back(const char *path, struct kk_error *err)
{
    sqlite3 *handle = NULL;
    int rc = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    int r;

    if (rc == SQLITE_OK) {
        sqlite3_busy_timeout(handle, KK_STORE_BUSY_MS);
        rc = sqlite3_exec(handle, kk_db_schema.queries[DB_VERSION].sql, NULL, NULL, NULL);
    }
    r = kk_db_fault(rc);
    if (r < 0)
        kk_error_set(err, r, path, "%s", handle ? sqlite3_errmsg(handle) : "");
    sqlite3_close(handle);
    return r;
}
