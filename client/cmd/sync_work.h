/* What every command that brings a home in step does around it. */
#ifndef CMD_SYNC_WORK_H
#define CMD_SYNC_WORK_H

#include "cmd/command.h"
#include "model/sync.h"

#include <jansson.h>

/* Waits as long as the settings say, and says for whom. KK_E_SYNCING. [KS-1] */
KK_MUST_USE int kk_sync_work_turn(struct kk_command *c, struct kk_os_lock *ret);

/*
 * After a sync, however it ended: the numbers for node_exporter and the program of the settings,
 * which gets `told` and how it ended on its standard input. What fails here is a warning. [KS-4]
 */
void kk_sync_work_after(struct kk_command *c, int fault, const json_t *told);

#endif
