/*
 * How old the records are that a view shows: the day to which this device is in step with the
 * bureau, and what that age is called. Every view of records ends with it, so that nothing looks
 * current.
 */
#ifndef CMD_FRESH_VIEW_H
#define CMD_FRESH_VIEW_H

#include "cmd/command.h"
#include "home/home.h"
#include "view/json.h"
#include "view/when.h"

#define KK_FRESH_TEXT (KK_WHEN_TEXT + 64)
/* Records as of 2026-11-29 20:00 (fresh). */
KK_MUST_USE int kk_fresh_text(const struct kk_command *c, struct kk_home *h,
                              char ret[KK_FRESH_TEXT]);
/* The same as a line of data; nothing with --json. */
KK_MUST_USE int kk_fresh_view(struct kk_command *c, struct kk_home *h);
/*
 * "as_of" and "freshness" into the object, as `status` has them, and prints it. Takes the object,
 * also with a fault; NULL is KK_E_MEMORY.
 */
KK_MUST_USE int kk_fresh_json(struct kk_command *c, struct kk_home *h, json_t *take_object);

#endif
