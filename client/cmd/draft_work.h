/* A release in the making, by the options of a command: tables, settings, what can be found out. */
#ifndef CMD_DRAFT_WORK_H
#define CMD_DRAFT_WORK_H

#include "cmd/release_table.h"
#include "desk/working.h"
#include "model/karte.h"
#include "model/practice.h"

/* "pub=FILE": the scope into ret, the file given back; NULL: not of that form. */
const char *kk_draft_work_split(const char *option, char ret[KK_SCOPE_NAME_MAX + 1]);
/* What --reference names, in the place of the tables in into. KK_E_REFERENCE. [RF-5] */
KK_MUST_USE int kk_draft_work_reference(struct kk_command *c, struct kk_ref *into);
/* Every --scope SCOPE=FILE: read, told and added. KK_E_USAGE, KK_E_CSV. */
KK_MUST_USE int kk_draft_work_scopes(struct kk_command *c, struct kk_draft *d);
/* Every --working FILE, placed in the scopes that may show its rows. KK_E_CSV. */
KK_MUST_USE int kk_draft_work_working(struct kk_command *c, struct kk_draft *d,
                                      struct kk_working *w);
/* --editions: before the scopes; editions live as long as the draft. */
KK_MUST_USE int kk_draft_work_editions(struct kk_command *c, struct kk_draft *d,
                                       struct kk_editions *editions);
/* --practice ID …: before the scopes; they live as long as the draft. KK_E_PERSONAL. */
KK_MUST_USE int kk_draft_work_practices(struct kk_command *c, struct kk_draft *d,
                                        struct kk_editions *practices);
/* The pub that carries either, where no table makes it. */
KK_MUST_USE int kk_draft_work_texts(struct kk_command *c, struct kk_draft *d);
/* --settings FILE and --history-incomplete REASON, where they are given. */
KK_MUST_USE int kk_draft_work_settings(struct kk_command *c, struct kk_draft *d);
/* Printed figures that do not add up, where one of them is new in this release. */
KK_MUST_USE int kk_draft_work_loosened(struct kk_command *c, const struct kk_guard *g);
/* Cells that can be found out, with what gives them away, as warnings. */
KK_MUST_USE int kk_draft_work_findings(struct kk_command *c, const struct kk_guard *g);

#endif
