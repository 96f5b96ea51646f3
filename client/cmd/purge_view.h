/* What was given back and what went, for people. */
#ifndef CMD_PURGE_VIEW_H
#define CMD_PURGE_VIEW_H

#include "cmd/command.h"
#include "model/purge.h"

#include <jansson.h>

/* Nothing where nothing was given back and nothing went. */
void kk_purge_told(struct kk_command *c, const struct kk_purge_report *report);
json_t *kk_purge_json(const struct kk_purge_report *report);
/* The daemon says that this device is revoked: what waits is given back, nothing goes. */
void kk_purge_offer(struct kk_command *c, struct kk_home *home);

#endif
