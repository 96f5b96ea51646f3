/*
 * Copies of a database that others go on writing: SQLite's own backup, read through a connection
 * that never writes and never checkpoints, so that the one that does is not disturbed. A copy is
 * one file of mode 0600 with nothing beside it; it is a whole one, or it is not there.
 */
#ifndef KUKYOKU_DB_BACKUP_H
#define KUKYOKU_DB_BACKUP_H

#include "kukyoku/error.h"

/*
 * What is committed in the file `from` at one moment. KK_E_EXISTS where `to` is there already;
 * max_pages: 0 for no limit, tests fill the disk with it. The copy is read once more before 0 is
 * returned.
 */
KK_MUST_USE int kk_db_backup(const char *from, const char *to, int max_pages,
                             struct kk_error *err);
/* Every page and index of a file read; err names what is wrong with it. KK_E_STORE. */
KK_MUST_USE int kk_db_check(const char *path, struct kk_error *err);

#endif
