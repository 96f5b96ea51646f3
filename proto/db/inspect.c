/* Looking into a file of SQLite without believing it: whose it is, its version, is it whole? */
#include "kukyoku/db/db.h"

#include "db_sql.h"

#include <sqlite3.h>
#include <stdio.h>

static int ask(sqlite3 *handle, enum db_query query, struct kk_db_inspected *ret)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(handle, kk_db_schema.queries[query].sql, -1, &s, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    if (rc == SQLITE_ROW && query == DB_VERSION)
        ret->version = sqlite3_column_int(s, 0);
    if (rc == SQLITE_ROW && query == DB_APPLICATION)
        ret->application_id = sqlite3_column_int(s, 0);
    if (rc == SQLITE_ROW && query == DB_INTEGRITY) {
        const char *word = (const char *)sqlite3_column_text(s, 0);

        ret->whole = word && strcmp(word, "ok") == 0;
        if (!ret->whole)
            snprintf(ret->why, sizeof ret->why, "%s", word ? word : "");
    }
    sqlite3_finalize(s);
    return rc;
}

int kk_db_inspect(const char *path, struct kk_db_inspected *ret, struct kk_error *err)
{
    static const enum db_query queries[] = { DB_VERSION, DB_APPLICATION, DB_INTEGRITY };
    sqlite3 *handle = NULL;
    int rc = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    int r = 0;

    *ret = (struct kk_db_inspected){ .whole = false };
    if (rc == SQLITE_OK) {
        sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        rc = SQLITE_ROW;
    }
    for (size_t i = 0; rc == SQLITE_ROW && i < KK_COUNT(queries); i++)
        rc = ask(handle, queries[i], ret);
    if (kk_db_fault(rc) == KK_E_STORE) /* its damage is the answer, whatever it is called */
        snprintf(ret->why, sizeof ret->why, "%s", sqlite3_errmsg(handle));
    else if (kk_db_fault(rc) < 0)
        r = kk_error_set(err, kk_db_fault(rc), path, "%s",
                         handle ? sqlite3_errmsg(handle) : "");
    sqlite3_close(handle);
    return r;
}
