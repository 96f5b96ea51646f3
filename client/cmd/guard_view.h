/* What disclosure control went by and found, for whoever signs next. [DC-6] */
#ifndef CMD_GUARD_VIEW_H
#define CMD_GUARD_VIEW_H

#include "cmd/command.h"
#include "desk/guarded.h"

#include <jansson.h>

/* Settings as the publisher has them, thresholds that follow, what was found in each view,
 * relations that were loosened. */
KK_MUST_USE int kk_guard_view_show(struct kk_command *c, const struct kk_guard *g);
/* The same; NULL: no memory. */
json_t *kk_guard_view_json(const struct kk_guard *g);

#endif
