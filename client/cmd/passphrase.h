/*
 * Where a command gets a passphrase from: files that --passphrase-file names, else the credential
 * `kukyoku.passphrase` that the system's service manager hands over, else the terminal, without
 * echo. Never an argument or a variable: others can read these. Give it back with kk_os_wipe.
 */
#ifndef CMD_PASSPHRASE_H
#define CMD_PASSPHRASE_H

#include "cmd/command.h"

/* The one of the home's sign key. */
KK_MUST_USE int kk_command_passphrase(struct kk_command *c, struct kk_bytes *ret);
/*
 * The one of the keys in a desk's folder, nothing where they have none. Of several files the first
 * that opens them; asked for with the folder's name. KK_E_PASSPHRASE.
 */
KK_MUST_USE int kk_command_desk_passphrase(struct kk_command *c, const char *dir,
                                           struct kk_bytes *ret);
/*
 * For a new key, from the file that the option names, else asked twice on a terminal. Empty: none
 * wanted, or nobody to ask. KK_E_PASSPHRASE_NEW.
 */
KK_MUST_USE int kk_command_new_passphrase(struct kk_command *c, const char *option,
                                          struct kk_bytes *ret);
/* What the keys are opened with: absent where none was given. */
struct kk_slice kk_command_passphrase_slice(const struct kk_bytes *passphrase);

#endif
