/*
 * A writer that was killed leaves a journal beside its file, and no reader can read before it has
 * been played back. Readers do that themselves: what is undone was never committed. SQLite sees to
 * it that a writer that lives is not disturbed.
 */
#ifndef KUKYOKU_DB_JOURNAL_H
#define KUKYOKU_DB_JOURNAL_H

#include "kukyoku/error.h"

#include <stdbool.h>

struct sqlite3;
/* Is that why the last call of this connection failed? */
bool kk_journal_left(struct sqlite3 *handle);
KK_MUST_USE int kk_journal_play_back(const char *path, struct kk_error *err);

#endif
