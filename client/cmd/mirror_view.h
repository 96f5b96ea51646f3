/* `sync` and `enroll` with mirrors: addresses as a person gives them, and what came of it. */
#ifndef CMD_MIRROR_VIEW_H
#define CMD_MIRROR_VIEW_H

#include "cmd/command.h"
#include "model/mirror.h"

#include <jansson.h>

/* Adds one; KK_E_USAGE at where for what is no address. */
KK_MUST_USE int kk_mirrors_take(struct kk_command *c, const char *where, const char *url,
                                struct kk_mirrors *ret);
/* Adds what --mirror names. KK_E_USAGE for what is no address. */
KK_MUST_USE int kk_mirrors_given(struct kk_command *c, struct kk_mirrors *ret);
bool kk_mirror_is_address(const char *argument);
/* Is this sync one from mirrors: asked for, or a home that has no device? */
bool kk_mirror_wanted(const struct kk_command *c, const struct kk_home *home);
/* Which would be asked: what is wrong with them, and nothing else. */
KK_MUST_USE int kk_mirrors_dry(struct kk_command *c, struct kk_home *home);
/* *ret: the report, for --json and for whoever comes after a sync; the caller's. */
KK_MUST_USE int kk_mirror_run(struct kk_command *c, struct kk_home *home, json_t **ret);

#endif
