/* SQLite as the program links it, or, in the loadable extension, as the host hands it over. */
#ifndef CLIENT_REPLICA_SQLITE_API_H
#define CLIENT_REPLICA_SQLITE_API_H

#ifdef KK_SQLITE_EXTENSION
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT3
#else
#include <sqlite3.h>
#endif

#endif
