/*
 * Backups of a home, or of a desk's folder: every file of it, databases as of one moment, under the
 * lock that each writer takes. Keys are in it: it belongs where the home belongs.
 *
 *     DIR/kukyoku-20261129T070000Z/device.key  state.db  pub.db …  MANIFEST
 */
#ifndef MODEL_BACKUP_H
#define MODEL_BACKUP_H

#include "model/replicas.h"

#include "kukyoku/db/copy.h"

#define KK_BACKUP_PREFIX "kukyoku"

struct kk_backup_report {
    char path[KK_COPY_PATH_MAX];  /* of the backup */
    char aside[KK_COPY_PATH_MAX]; /* where the folder that was lies now; "": there was none */
    int64_t made_ms;
    uint64_t files, bytes;
    unsigned removed;      /* older backups */
    struct kk_bytes state; /* what it holds, in lines */
    struct kk_bytes lost;  /* what the folder here knows and the backup does not */
};
void kk_backup_report_fini(struct kk_backup_report *r);
KK_DEFINE_FINI(kk_backup_report)

KK_MUST_USE int kk_backup_make(const char *folder, const char *to, struct kk_backup_report *ret,
                               struct kk_error *err);

enum kk_restore_mode { KK_RESTORE, KK_RESTORE_DRY, KK_RESTORE_TEST };
struct kk_restore {
    const char *folder; /* the home or desk that is restored */
    const char *from;   /* a backup, or a folder of them */
    enum kk_restore_mode mode;
    bool force;
};
/*
 * Placed beside the folder, opened and compared; then both change places. A home that was restored
 * writes again after its next sync, in an incarnation that nobody used. KK_E_BACKUP,
 * KK_E_BACKUP_OLDER, KK_E_SYNCING; ret is filled as far as it came. [RL-4] [KS-1]
 */
KK_MUST_USE int kk_backup_restore(const struct kk_restore *how, struct kk_backup_report *ret,
                                  struct kk_error *err);

/* A home that is in step again may write: its chains go on behind all that any log holds of it. */
KK_MUST_USE int kk_backup_settle(struct kk_replicas *all, struct kk_error *err);

#endif
