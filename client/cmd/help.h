/* Help, made from the command table. */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include "cmd/command.h"

/* Every command with its summary. */
KK_MUST_USE int kk_help_list(struct kk_out *out);
/* Every command of one noun. */
KK_MUST_USE int kk_help_noun(struct kk_out *out, const char *noun);
/*
 * One command with its arguments, options and readers. kind: what its argument KIND says, or NULL;
 * the fields of that kind then stand below. KK_E_USAGE where there is no such kind.
 */
KK_MUST_USE int kk_help_command(struct kk_command *c, const struct kk_command_row *row,
                                const char *kind);
/* After a command line that was not understood: how this command is written, on the talk side. */
void kk_help_hint(const struct kk_out *out, const struct kk_command_row *row);

#endif
