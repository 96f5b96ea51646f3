/*
 * The virtual table `obs` for any SQLite tool: .load ./kukyokuobs, on a replica file. The host
 * hands over its own SQLite, so this file and those of the table are compiled for that.
 */
#include "replica/obs_vtab.h"

#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1

__attribute__((visibility("default"))) int sqlite3_kukyokuobs_init(sqlite3 *db, char **ret_error,
                                                                   const sqlite3_api_routines *api);

int sqlite3_kukyokuobs_init(sqlite3 *db, char **ret_error, const sqlite3_api_routines *api)
{
    (void)ret_error;
    SQLITE_EXTENSION_INIT2(api);
    return kk_obs_vtab_register(db);
}
