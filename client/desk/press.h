/*
 * The press: what a desk of publisher or approver keeps of the releases, so that the next one is a
 * delta and can be checked: every blob under its hash, every signed catalog. Blobs of a release in
 * the making stand in memory until it is signed off. [DK-1]
 *
 *     HOME/release/blobs/<hash>   HOME/release/catalog-000001.doc …
 */
#ifndef DESK_PRESS_H
#define DESK_PRESS_H

#include "home/home.h"
#include "kukyoku/bundle/release.h"

struct kk_press_blob {
    char scope[KK_SCOPE_NAME_MAX + 1];
    uint8_t hash[KK_HASH_BYTES];
    struct kk_bytes bytes;
};
struct kk_press {
    struct kk_home *home; /* borrowed */
    char dir[KK_OS_PATH_MAX];
    struct kk_press_blob *blobs; /* not yet on disk */
    size_t count, cap;
    struct kk_bytes last; /* the newest catalog document of this desk; empty: none yet */
    struct kk_arena arena;
    struct kk_catalog catalog; /* what it says; version 0 without one */
    uint8_t last_id[KK_HASH_BYTES];
};
/* KK_E_ROLLBACK where the home believes a newer catalog than this desk has ever seen. */
KK_MUST_USE int kk_press_open(struct kk_home *home, struct kk_press *ret, struct kk_error *err);
void kk_press_fini(struct kk_press *p);
KK_DEFINE_FINI(kk_press)
/* NULL when the newest catalog does not have the scope. */
const struct kk_catalog_scope *kk_press_scope(const struct kk_press *p, struct kk_slice scope);

/* The newest key of a scope: none and 0 for pub; KK_E_KEY_UNKNOWN. */
KK_MUST_USE int kk_press_key(const struct kk_press *p, struct kk_slice scope,
                             struct kk_secret *ret, uint32_t *ret_epoch, struct kk_error *err);
KK_MUST_USE int kk_press_add(struct kk_press *p, struct kk_slice scope, struct kk_slice blob);
uint64_t kk_press_bytes(const struct kk_press *p, const char *scope); /* of what was added */

/* Blobs of one scope, opened: a source for reading and for making. */
struct kk_press_source {
    struct kk_press *press;
    struct kk_slice scope;
};
/* KK_E_BLOB_MISSING, KK_E_HASH, KK_E_KEY_UNKNOWN, KK_E_BUNDLE_SEAL; out gets the coded bytes. */
int kk_press_get(void *source, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                 struct kk_bytes *out);

/* --- what travels between the desks: one KKYB file, the catalog and the blobs that are new --- */
KK_MUST_USE int kk_press_write(const struct kk_press *p, struct kk_slice document,
                               const char *path, struct kk_error *err);
KK_MUST_USE int kk_press_read(struct kk_press *p, const char *path, struct kk_bytes *ret_document,
                              struct kk_error *err);
/* Everything added, and the catalog, to disk; they are the newest from now on. */
KK_MUST_USE int kk_press_keep(struct kk_press *p, struct kk_slice document, struct kk_error *err);
/* Appends the document with a signature of this desk's key. KK_E_ROLE: not a publisher's key. */
KK_MUST_USE int kk_press_sign(const struct kk_press *p, struct kk_slice document,
                              struct kk_slice passphrase, struct kk_bytes *out,
                              struct kk_error *err);
/* A catalog of this desk by its number. KK_E_NOT_FOUND. */
KK_MUST_USE int kk_press_catalog(const struct kk_press *p, uint32_t number,
                                 struct kk_bytes *ret_document, struct kk_error *err);

#endif
