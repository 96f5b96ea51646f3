/*
 * The passphrase of the keys in one folder: a desk's key and the keys of scopes, a device's sign
 * key. All of a folder have the same one. A device's other keys have none, so that it syncs without
 * a person; nor has the daemon's. [TR-16] [TR-18]
 */
#ifndef HOME_PASSPHRASE_H
#define HOME_PASSPHRASE_H

#include "home/home.h"

#define KK_PASSPHRASE_CHARACTERS_MIN 8

struct kk_passphrase_look {
    unsigned keys, locked; /* that could have one; that have one */
};
/* KK_E_KEY_MODE, KK_E_SHAPE: a key that no passphrase would open. */
KK_MUST_USE int kk_passphrase_look(const char *dir, struct kk_passphrase_look *ret,
                                   struct kk_error *err);
/* Does it open the folder's keys? KK_E_PASSPHRASE. Without a locked key any does. */
KK_MUST_USE int kk_passphrase_try(const char *dir, struct kk_slice passphrase,
                                  struct kk_error *err);

struct kk_passphrase_change {
    struct kk_slice old, new; /* absent: none */
    bool check_only;
};
/*
 * Every key of the folder under the new passphrase. Nothing changes before all were opened and all
 * are sealed anew; where an earlier change was cut short, a key that the new one opens stays as it
 * is. KK_E_PASSPHRASE. ret_changed: how many were written, or would be.
 */
KK_MUST_USE int kk_passphrase_change(const char *dir, const struct kk_passphrase_change *change,
                                     unsigned *ret_changed, struct kk_error *err);
/* Is it long enough for a new one? */
bool kk_passphrase_long_enough(struct kk_slice passphrase);

#endif
