/* Inside proto/db: a prepared statement and the connection that owns it. */
#ifndef DB_STMT_H
#define DB_STMT_H

#include "kukyoku/db/db.h"

#include <sqlite3.h>

struct kk_stmt {
    sqlite3_stmt *handle;
    int bound; /* SQLITE_OK, or the first binding that failed */
};

#endif
