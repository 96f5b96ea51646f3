/*
 * How far each log had come, noted in the spool's folder, apart from the store: a store that was
 * put back by hand is shorter than that, and the daemon finds it out before it numbers anything. It
 * proves nothing, holds no secret, and is never believed against the store's favour. [ER-10]
 */
#ifndef SPOOL_HEIGHTS_H
#define SPOOL_HEIGHTS_H

#include "store/store.h"

#define KK_HEIGHTS_FILE ".heights"

/* After a commit. What can't be written leaves the older note, which is no harm. */
void kk_heights_note(struct kk_store *store, const char *dir);
/* 1 where a log of the store is shorter than the note, or has another head there; 0; a fault. */
KK_MUST_USE int kk_heights_behind(struct kk_store *store, const char *dir);

#endif
