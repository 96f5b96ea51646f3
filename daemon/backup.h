/*
 * Backups of the daemon: one command each, beside a running daemon where it only reads. All say on
 * standard output what they did.
 *
 *     DIR/kukyokud-20261129T070000Z/store.db  spool/in/…  spool/done/…  desk/…  MANIFEST
 */
#ifndef BACKUP_H
#define BACKUP_H

#include "config/config.h"

#include "kukyoku/db/copy.h"
#include "store/store.h"

#define KK_BACKUP_PREFIX "kukyokud"
#define KK_BACKUP_STORE  "store.db"

/* with_keys: the desk's folder too, with the daemon's secret keys. Old ones go (db/keep.h). */
KK_MUST_USE int kk_backup_make(const struct kk_config *config, const char *dir, bool with_keys,
                               struct kk_error *err);

enum kk_restore_mode {
    KK_RESTORE,
    KK_RESTORE_DRY, /* says what would be, changes nothing */
    KK_RESTORE_TEST /* restores into a place of its own, compares, and notes that it went well */
};
struct kk_restore {
    const char *from; /* a backup, or a folder of them */
    enum kk_restore_mode mode;
    bool force; /* over a store that knows more */
};
KK_MUST_USE int kk_backup_restore(const struct kk_config *config, const struct kk_restore *how,
                                  struct kk_error *err);

/* When the last backup was made, and when one was last restored and found equal: STORE.backups. */
struct kk_backup_facts {
    int64_t made_ms, tested_ms; /* 0: never */
    char made[KK_COPY_PATH_MAX], tested[KK_COPY_PATH_MAX];
};
void kk_backup_facts(const struct kk_config *config, struct kk_backup_facts *ret);
KK_MUST_USE int kk_backup_note(const struct kk_config *config, const struct kk_backup_facts *facts,
                               struct kk_error *err);
/* Prints them; *ret_well: both are there and not old. */
void kk_backup_show(const struct kk_config *config, bool *ret_well);

#endif
