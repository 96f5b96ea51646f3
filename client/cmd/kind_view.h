/* Kinds of records and their fields, for people who are about to write one. */
#ifndef CMD_KIND_VIEW_H
#define CMD_KIND_VIEW_H

#include "cmd/command.h"

#include "kukyoku/record/kind.h"

#include <jansson.h>

/* A kind by its name; NULL after a usage error that names the nearest one. */
const struct kk_kind_info *kk_kind_named(struct kk_command *c, const char *name);
/* All kinds: where they live, who writes them, how they go further. */
KK_MUST_USE int kk_kinds_show(struct kk_command *c);
/* The fields of one, with type, bound, codes and help. */
KK_MUST_USE int kk_kind_show(struct kk_command *c, const struct kk_kind_info *kind);
/* The same as an object; NULL: memory ran out. */
json_t *kk_kind_json(const struct kk_command *c, const struct kk_kind_info *kind);
/*
 * A JSON object to fill in and give to --file: every field empty, and above each a member "#name"
 * that says what it is; such members are passed over when it is read.
 */
KK_MUST_USE int kk_kind_template(struct kk_command *c, const struct kk_kind_info *kind);

#endif
