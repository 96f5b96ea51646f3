/*
 * A home: what one device has on disk. device.key and sign.key, state.db (documents, scope keys as
 * they were wrapped, facts), one replica a scope, blobs on their way in stage/, drafts of desks.
 *
 *     DIR/device.key  sign.key  state.db  pub.db  int.db  r-14133.db …  stage/  lock
 *
 * Readers take no lock; whoever writes holds kk_home_lock for that act.
 */
#ifndef HOME_HOME_H
#define HOME_HOME_H

#include "os.h"

#include "kukyoku/db/db.h"
#include "kukyoku/trust/device.h"
#include "kukyoku/trust/keyring.h"
#include "kukyoku/trust/trust.h"

#define KK_HOME_APPLICATION_ID 0x4b4b5948 /* "KKYH" */

/* Single facts; N(NAME, "name"). */
#define KK_HOME_FACTS(N)                                                                          \
    N(INVITATION, "invitation")     /* the invite_file that was enrolled with */                  \
    N(SYNC_MS, "sync_ms")           /* when a sync last ended well, and by which version */       \
    N(SYNC_TRIED_MS, "sync_tried")  /* when one was last begun */                                 \
    N(SYNC_FAULT, "sync_fault")     /* what the last one ended with, 0 or a fault */              \
    N(SYNC_WHY, "sync_why") N(SYNC_WHY_JA, "sync_why_ja") /* and its reason in words */           \
    N(SKEW_MS, "skew_ms")           /* the daemon's clock minus this one, at the last sync */     \
    N(PENDING, "pending")           /* 1: the daemon knows the device, nobody approved it yet */  \
    N(CLOCK_MS, "clock_ms")         /* the latest that this clock has shown: kk_home_clock_seen */ \
    N(BY_MEDIA, "by_media")         /* 1: the last sync came by a file */                         \
    N(MIRROR, "mirror")             /* addresses of mirrors that `enroll` was given, in lines */ \
    N(INCARNATION, "incarnation")   /* of this device's chains */                                 \
    N(RESTORED, "restored")         /* 1: from a backup, not in step since: no writing */         \
    N(HELD, "held")                 /* 1: the daemon was restored and takes nothing new yet */    \
    N(BACKUP_MS, "backup_ms")       /* when the last backup was made, and where */                \
    N(RESTORE_TEST_MS, "restore_test_ms") /* when one was last restored and found equal */        \
    N(NEWCOMERS, "newcomers")       /* the roster up to which new devices were told */             \
    N(VERIFY_MS, "verify_ms")       /* when `verify` last ran, and how many faults it found */    \
    N(HLC, "hlc")                   /* the newest timestamp seen or made */
#define KK_HOME_FACT_ENUM(NAME, name) KK_FACT_##NAME,
enum kk_home_fact { KK_HOME_FACTS(KK_HOME_FACT_ENUM) };

struct kk_home {
    char dir[KK_OS_PATH_MAX];
    struct kk_db *db;
    struct kk_trust *trust;
    struct kk_device_keys keys;
    bool enrolled; /* keys are there */
    struct kk_keyring keyring;
    size_t broken_wraps; /* scopes whose wrapped key is here and does not open */
};

enum kk_home_mode { KK_HOME_READ, KK_HOME_WRITE };
/*
 * Opens what is there. A home that does not exist is KK_E_NOT_FOUND for READ; WRITE makes it. Every
 * document is verified again, every wrapped key opened.
 */
KK_MUST_USE int kk_home_open(const char *dir, enum kk_home_mode mode, struct kk_home *ret,
                             struct kk_error *err);
/* The version of state.db that this program writes. */
int kk_home_schema_version(void);
void kk_home_fini(struct kk_home *h); /* wipes; also on a zeroed one, and twice */
KK_DEFINE_FINI(kk_home)
/* For one act; KK_E_LOCKED after 5 s. */
KK_MUST_USE int kk_home_lock(const struct kk_home *h, struct kk_os_lock *ret,
                             struct kk_error *err);
KK_MUST_USE int kk_home_path(const struct kk_home *h, const char *name,
                             char ret[KK_OS_PATH_MAX], struct kk_error *err);

/* --- keys (keys.c) --- */
/* Both key files, mode 0600; refuses to replace one (KK_E_EXISTS). passphrase guards sign.key. */
KK_MUST_USE int kk_home_keys_write(const struct kk_home *h, const struct kk_device_keys *keys,
                                   struct kk_slice passphrase, struct kk_error *err);
/* So that the device can sign. KK_E_PASSPHRASE; nothing to do where it can. */
KK_MUST_USE int kk_home_unlock(struct kk_home *h, struct kk_slice passphrase,
                               struct kk_error *err);
/* Does sign.key want a passphrase? */
KK_MUST_USE int kk_home_locked(const struct kk_home *h, bool *ret, struct kk_error *err);
/* Any key file: kind and the plain bytes (kk_keyfile_wipe). Shared with the desks. */
KK_MUST_USE int kk_key_write(const char *path, const char *kind, struct kk_slice plain,
                             struct kk_slice passphrase, struct kk_error *err);
KK_MUST_USE int kk_key_read(const char *path, const char *kind, struct kk_slice passphrase,
                            struct kk_bytes *ret_plain, struct kk_error *err);

/* --- documents and papers (papers.c) --- */
/* All that trust holds is on disk, in one transaction; older documents go. */
KK_MUST_USE int kk_home_keep(struct kk_home *h);
KK_MUST_USE int kk_home_paper_put(struct kk_home *h, const uint8_t hash[KK_HASH_BYTES],
                                  struct kk_slice bytes);
/* 1: appended, 0: not there. */
KK_MUST_USE int kk_home_paper_get(struct kk_home *h, const uint8_t hash[KK_HASH_BYTES],
                                  struct kk_bytes *out);
/* Opens every wraps blob that the roster names and that is here; counts those that do not open. */
KK_MUST_USE int kk_home_load_keyring(struct kk_home *h);

/* --- facts --- */
KK_MUST_USE int kk_home_fact_put(struct kk_home *h, enum kk_home_fact fact, int64_t number,
                                 struct kk_slice bytes);
/* Zero and nothing where it was never put; bytes (may be NULL) are appended. */
KK_MUST_USE int kk_home_fact_get(struct kk_home *h, enum kk_home_fact fact, int64_t *ret,
                                 struct kk_bytes *bytes);

/*
 * At the end of each sync or import: a clock that is set back later makes nothing fresh. A clock
 * that the daemon's confirms counts as it is, so that one which once ran ahead is forgotten.
 */
KK_MUST_USE int kk_home_clock_seen(struct kk_home *h, int64_t clock_ms, bool confirmed);
/*
 * How old what is held is, by the settings for the way that the last sync came by, at the later of
 * the clock and the latest that it has shown. For reading alone: nothing is allowed by it. [TR-11]
 */
KK_MUST_USE int kk_home_grade(struct kk_home *h, int64_t clock_ms, enum kk_grade *ret,
                              int64_t *ret_since_ms);

/* --- the register of media (media.c) --- */
#define KK_MEDIA_WAYS(W)                                                                          \
    W(OUT, 1, "out", "持出")                                                                      \
    W(IN, 2, "in", "取込")                                                                        \
    W(ERASED, 3, "erased", "消去")
#define KK_MEDIA_WAY_ENUM(NAME, number, en, ja) KK_MEDIA_##NAME = (number),
enum kk_media_way { KK_MEDIA_WAYS(KK_MEDIA_WAY_ENUM) };
#undef KK_MEDIA_WAY_ENUM
const char *kk_media_way_name(unsigned way, const char *lang);
struct kk_media_line {
    int64_t at_ms;
    unsigned way;
    struct kk_slice file, approver;
    uint8_t hash[KK_HASH_BYTES]; /* H("media", the file's bytes) */
    uint64_t bytes;
};
KK_MUST_USE int kk_home_media_add(struct kk_home *h, const struct kk_media_line *line);
/* Lines in the order of writing, borrowed for the call. Anything but 0 ends it. */
typedef int kk_media_fn(void *user, const struct kk_media_line *line);
KK_MUST_USE int kk_home_media_each(struct kk_home *h, kk_media_fn *fn, void *user);

/* --- proofs that the daemon signed two histories: shape fork, as it was found (proofs.c) --- */
KK_MUST_USE int kk_home_proof_add(struct kk_home *h, const struct kk_fork *fork);
/* Borrowed for the call. Anything but 0 ends it. */
typedef int kk_proof_fn(void *user, struct kk_slice fork);
KK_MUST_USE int kk_home_proof_each(struct kk_home *h, kk_proof_fn *fn, void *user);

/* Was it told already that the record is overdue since then? 1: it is new, and told from now on. */
KK_MUST_USE int kk_home_tell_once(struct kk_home *h, const uint8_t rec[KK_ID_BYTES],
                                  int64_t due_ms);

/* --- what the roster says of this device; NULL before it is approved --- */
const struct kk_device_span *kk_home_span(const struct kk_home *h);

#endif
