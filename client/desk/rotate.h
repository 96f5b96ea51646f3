/*
 * A new root: keys that change hands, were lost or stolen, and a root that would expire. It is
 * signed where enough root keys lie together, each on its own medium; every desk that stands there
 * gets it. Old keys are never needed to replace one, but for those of the root. [TR-7] [TR-17]
 */
#ifndef DESK_ROTATE_H
#define DESK_ROTATE_H

#include "desk/registrar.h"

enum kk_rotation {
    KK_ROTATE_ROOT,      /* one root key, or none: the root signed anew for five years */
    KK_ROTATE_REGISTRAR, /* its key, and every scope key: it knew them all */
    KK_ROTATE_PUBLISHER, /* the publisher's key or the approver's */
    KK_ROTATE_DAEMON     /* a pair of sign and transport key: they lie in one file */
};
struct kk_rotation_options {
    enum kk_rotation what;
    /*
     * The folder that gets the new key. registrar, publisher: the desk's own, whose old key goes.
     * root, daemon: one that is made. NULL: a root that keeps its keys.
     */
    const char *dir;
    const char *roots[KK_ROLE_KEYS_MAX]; /* folders of root keys that sign */
    struct kk_slice root_passphrases[KK_ROLE_KEYS_MAX], dir_passphrase; /* absent: none */
    size_t root_count;
    unsigned lost;      /* which key of the role goes, from 1; 0: of the daemon the live one, of
                           publisher and registrar the one in dir */
    bool add;           /* another key beside those of the role: nothing goes */
    unsigned threshold; /* of the role; 0: as it is. With dir NULL nothing else changes */
    int64_t now_ms;
    bool check_only;
};
struct kk_rotation_sum {
    uint64_t root_ver;
    uint8_t root_id[KK_HASH_BYTES];
    int64_t expires_ms;
    unsigned signatures, needed;
    unsigned keys, threshold; /* of the role, from now on */
    struct kk_ver roster; /* zeros where none was signed: one that others must sign, too */
};
/*
 * *out: the KKYB file for the daemon, which carries the root to every device. KK_E_SIGNATURE where
 * too few root keys are there, KK_E_USAGE. Until everything was signed nothing on disk changes.
 */
KK_MUST_USE int kk_rotate(const struct kk_rotation_options *o, struct kk_bytes *out,
                          struct kk_rotation_sum *ret, struct kk_error *err);

/* A root that was signed elsewhere, from the KKYB file of kk_rotate, into a desk's folder. */
KK_MUST_USE int kk_rotate_adopt(const char *dir, const char *path, struct kk_error *err);

#endif
