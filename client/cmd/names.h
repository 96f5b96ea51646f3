/* Names that an option or argument may have; what is none of them is told with the nearest. */
#ifndef CMD_NAMES_H
#define CMD_NAMES_H

#include "cmd/command.h"
#include "kukyoku/base/text.h"
#include "kukyoku/record/kind.h"

/* KK_E_USAGE: typed is none of the names. */
int kk_names_refuse(struct kk_command *c, const char *where, const char *typed, kk_name_fn *name,
                    const void *list);
/* Each writes on success only. KK_E_USAGE as above. */
KK_MUST_USE int kk_names_code(struct kk_command *c, const char *where, enum kk_code_list list,
                              const char *typed, const struct kk_code **ret);
KK_MUST_USE int kk_names_state(struct kk_command *c, const char *where, enum kk_machine machine,
                               const char *typed, int *ret);
/* An act of the table, behind prefix: "propose-" and "built". */
KK_MUST_USE int kk_names_act(struct kk_command *c, enum kk_machine machine, const char *prefix,
                             const char *typed, unsigned *ret);

#endif
