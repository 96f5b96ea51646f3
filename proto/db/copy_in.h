/* Inside proto/db: the files of a backup, one at a time. */
#ifndef DB_COPY_IN_H
#define DB_COPY_IN_H

#include "kukyoku/db/copy.h"

#include "kukyoku/limits.h"

/* "dir/name"; KK_E_IO where that is too long. */
KK_MUST_USE int copy_path(const char *dir, const char *name, char ret[KK_COPY_PATH_MAX],
                          struct kk_error *err);
/* Is it a database's name? */
bool copy_is_db(const char *name);
/* What the system said last, as a fault. */
int copy_failed(const char *path, struct kk_error *err);

struct copy_sum {
    uint8_t hash[KK_HASH_BYTES]; /* SHA-256 */
    uint64_t bytes;
};
/* Reads a file; `to`: where it is written as well, mode 0600 and on disk, or NULL. */
KK_MUST_USE int copy_read(const char *from, const char *to, struct copy_sum *ret,
                          struct kk_error *err);
/* The folders above name inside dir, 0700. */
KK_MUST_USE int copy_make_folders(const char *dir, const char *name, struct kk_error *err);
KK_MUST_USE int copy_make_folder(const char *path, struct kk_error *err);
/* What the folder holds is on disk. */
KK_MUST_USE int copy_sync_folder(const char *path, struct kk_error *err);
/* Names ascending, without . and ..; anything but 0 ends it. */
typedef int copy_name_fn(void *user, const char *name);
KK_MUST_USE int copy_list(const char *path, copy_name_fn *fn, void *user, struct kk_error *err);

#endif
