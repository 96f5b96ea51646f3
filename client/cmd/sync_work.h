/* What every command that brings a home in step does around it: one at a time. */
#ifndef CMD_SYNC_WORK_H
#define CMD_SYNC_WORK_H

#include "cmd/command.h"

#include "os.h"

/* Waits as long as the settings say, and says for whom. KK_E_SYNCING. [KS-1] */
KK_MUST_USE int kk_sync_work_turn(struct kk_command *c, struct kk_os_lock *ret);

#endif
