/* Inside daemon/spool: what a catalog recalls or a record's erase takes away leaves the files
 * beside the store too. [DM-18] [DM-21] */
#ifndef SPOOL_FORGET_H
#define SPOOL_FORGET_H

#include "spool/spool.h"

/*
 * Scrubs the store, and takes away each file of done/ and bad/ that holds a recalled blob
 * or an operation with an erased body; report
 * is called for each. Not inside a batch. 0 or what kept it from working.
 */
KK_MUST_USE int spool_forget(struct kk_relay *relay, const char *dir, kk_spool_fn *report,
                             void *user);

#endif
