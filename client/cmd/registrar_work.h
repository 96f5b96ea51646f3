/* What the commands of the registrar's desk share. */
#ifndef CMD_REGISTRAR_WORK_H
#define CMD_REGISTRAR_WORK_H

#include "cmd/command.h"
#include "desk/registrar.h"

/* The desk in --dir. */
KK_MUST_USE int kk_registrar_work_open(struct kk_command *c, struct kk_registrar *ret);
/* To --spool or --daemon-out; what: a word for the file's name. */
KK_MUST_USE int kk_registrar_work_deliver(struct kk_command *c, const char *what,
                                          struct kk_slice bytes);
/* Where others must sign it can't go to the daemon yet: --daemon-out is for them. KK_E_USAGE. */
KK_MUST_USE int kk_registrar_work_by_file(struct kk_command *c, const struct kk_registrar *desk);
/* Signs the next roster, hands it over and tells it; nothing with --dry-run. */
KK_MUST_USE int kk_registrar_work_sign(struct kk_command *c, struct kk_registrar *desk);

#endif
