/*
 * k of n at the registrar's desks: what one desk has made and signed goes to the next as a file,
 * which checks it against what it holds, adds its signature, and gives it back. A desk that only
 * signs has no scope keys: desk.key, the roots, the roster with its rows. [TR-19]
 *
 *     kk_registrar_sign → kk_cosign_open, kk_cosign_sign … → kk_cosign_open, kk_cosign_publish
 */
#ifndef DESK_COSIGN_H
#define DESK_COSIGN_H

#include "desk/registrar.h"

#define KK_COSIGN_INVITES_MAX 64

struct kk_cosign {
    char dir[KK_OS_PATH_MAX];
    struct kk_trust *before, *after; /* what the desk holds; the same with the file's roster */
    struct kk_bytes file;
    uint32_t count; /* of its items */
    struct kk_arena arena;
    struct kk_slice roster, devices; /* absent: there is none in it */
    struct kk_invite invites[KK_COSIGN_INVITES_MAX];
    size_t invite_count;
    bool published;       /* the desk holds this very roster already */
    unsigned signatures;  /* of the document that has fewest */
    unsigned needed;
};
/*
 * Reads the file and checks all but the number of signatures; changes nothing. KK_E_NOT_FOUND: no
 * document of the registrar's in it; KK_E_ROLLBACK, KK_E_HASH, KK_E_SIGNATURE: keys that were
 * replaced.
 */
KK_MUST_USE int kk_cosign_open(const char *dir, const char *path, struct kk_cosign *ret,
                               struct kk_error *err);
void kk_cosign_fini(struct kk_cosign *s);
KK_DEFINE_FINI(kk_cosign)
/* The same file with this desk's signature under each document; counts it. */
KK_MUST_USE int kk_cosign_sign(struct kk_cosign *s, struct kk_slice passphrase,
                               struct kk_bytes *out, struct kk_error *err);
/*
 * At the desk that made it: enough have signed, so what it made is what it holds from now on.
 * KK_E_SIGNATURE: too few; KK_E_NOT_FOUND: it is not the draft that waits here.
 */
KK_MUST_USE int kk_cosign_publish(struct kk_cosign *s, struct kk_error *err);
/* At a desk that only signs: the roster that was published. Nothing where the file has none. */
KK_MUST_USE int kk_cosign_adopt(const char *dir, const char *path, struct kk_error *err);

/* --- the draft that waits in the registrar's folder (draft/) --- */
bool kk_cosign_waits(const char *dir);
/* Gives it up. KK_E_NOT_FOUND. */
KK_MUST_USE int kk_cosign_discard(const char *dir, struct kk_error *err);
/* An empty folder for the next one. KK_E_ROSTER_WAITS. */
KK_MUST_USE int kk_cosign_begin(const char *dir, char ret[KK_OS_PATH_MAX], struct kk_error *err);

#endif
