/* Small files of the desks: bytes in, bytes out, in the desk's folder. */
#ifndef DESK_FILES_H
#define DESK_FILES_H

#include "desk/csv.h"
#include "home/home.h"

#define KK_DESK_FILE_MAX (64 * 1024 * 1024)

KK_MUST_USE int kk_desk_read(const char *dir, const char *name, struct kk_bytes *out,
                             struct kk_error *err);
KK_MUST_USE int kk_desk_write(const char *dir, const char *name, struct kk_slice bytes,
                              struct kk_error *err);
/* A table of at most max bytes, record by record; what fn gives ends it. */
KK_MUST_USE int kk_desk_read_csv(const char *path, size_t max, kk_csv_fn *fn, void *user,
                                 struct kk_error *err);
/* The key files of desks: name, kind and what is inside. */
struct kk_desk_key {
    const char *name, *kind;
    const struct kk_shape *shape;
};
extern const struct kk_desk_key kk_desk_key_desk, kk_desk_key_daemon, kk_desk_key_scopes;
/* passphrase absent: plain. */
KK_MUST_USE int kk_desk_write_key(const char *dir, const struct kk_desk_key *key,
                                  const void *value, struct kk_slice passphrase,
                                  struct kk_error *err);
/* desk.key: the secret of a role. KK_E_PASSPHRASE. */
KK_MUST_USE int kk_desk_secret(const char *dir, struct kk_slice passphrase,
                               uint8_t ret_secret[KK_SIGN_SECRET],
                               uint8_t ret_public[KK_KEY_BYTES], struct kk_error *err);
/*
 * The chain of roots that a desk knows: root.doc, which it believes, then root-2.doc, root-3.doc …
 * save writes those that are not there.
 */
KK_MUST_USE int kk_desk_load_roots(const char *dir, struct kk_trust *trust, struct kk_error *err);
KK_MUST_USE int kk_desk_save_roots(const char *dir, const struct kk_trust *trust,
                                   struct kk_error *err);
/* The chain as items of a file, without root 1, which everybody has: how many, and each. */
struct kk_kkyb_writer;
uint32_t kk_desk_roots_count(const struct kk_trust *trust);
KK_MUST_USE int kk_desk_roots_pack(const struct kk_trust *trust, struct kk_kkyb_writer *w,
                                   struct kk_bytes *out);
/* Writes bytes for the daemon: into spool/in under a name that sorts by time, or to a file. */
KK_MUST_USE int kk_desk_deliver(const char *spool, const char *out, const char *what,
                                struct kk_slice bytes, struct kk_error *err);

#endif
