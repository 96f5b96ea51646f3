/* Which device holds which release: the roster beside the daemon's list. [DM-19] */
#ifndef CMD_WHO_VIEW_H
#define CMD_WHO_VIEW_H

#include "cmd/command.h"
#include "home/home.h"

/* Every device that is not revoked; newest: what it should hold. Ends with warnings where one does
 * not. */
KK_MUST_USE int kk_who_view(struct kk_command *c, struct kk_home *home, const char *path,
                            uint32_t newest);

#endif
