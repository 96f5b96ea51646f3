/*
 * Signals, heard for as long as a task goes on: a run of the line hears them only while it is on,
 * and what lies between two runs would end the program where it stands.
 */
#ifndef LINK_HEED_H
#define LINK_HEED_H

#include "link/link.h"

struct kk_heed;
/*
 * From here on SIGINT and SIGTERM tell stop, which stays told; a second one ends the program.
 * KK_E_MEMORY, KK_E_IO: there is no room for a thread.
 */
KK_MUST_USE int kk_heed_start(struct kk_link_stop *stop, struct kk_heed **ret);
/* Signals are again what they were. NULL is fine. */
void kk_heed_close(struct kk_heed *h);

#endif
