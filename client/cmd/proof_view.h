/* Evidence for people: a file written, a file checked. */
#ifndef CMD_PROOF_VIEW_H
#define CMD_PROOF_VIEW_H

#include "cmd/command.h"
#include "model/proof.h"

/* Writes what was gathered, and tells it. --dry-run writes nothing. */
KK_MUST_USE int kk_proof_written(struct kk_command *c, const struct kk_parcel *out,
                                 const char *path);
/* Checks evidence piece by piece. home: whose roots are believed where --root names none. */
KK_MUST_USE int kk_proof_show(struct kk_command *c, struct kk_slice file, struct kk_home *home);
/* The same for a file, with the command's home where there is one. */
KK_MUST_USE int kk_proof_show_file(struct kk_command *c, const char *path);

#endif
