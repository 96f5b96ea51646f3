/*
 * Everything in which operating systems differ, for the client: os_posix.c implements it, and no
 * other file of client/ includes a header of the system. Paths are UTF-8. Faults: KK_E_NOT_FOUND,
 * KK_E_EXISTS, KK_E_DISK_FULL, KK_E_LOCKED, KK_E_KEY_MODE, KK_E_MEMORY, else KK_E_IO; err (may be
 * NULL) names the path and what the system said.
 */
#ifndef CLIENT_OS_H
#define CLIENT_OS_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/base/secret.h"
#include "kukyoku/error.h"

#include <stdbool.h>
#include <stdint.h>

#define KK_OS_PATH_MAX 4096
#define KK_OS_NAME_MAX 256

/* --- clock and chance --- */
int64_t kk_os_now_ms(void);      /* since 1970, UTC: for documents and records */
int64_t kk_os_monotonic_ms(void); /* for waiting and measuring */
void kk_os_sleep_ms(int ms);
struct kk_entropy kk_os_entropy(void); /* of the system; never fails, never weak */

/* --- the person and the machine --- */
/* Once, before the first thread: memory that is freed stays for what comes next. */
void kk_os_keep_memory(void);
enum kk_os_stream { KK_OS_STDIN, KK_OS_STDOUT, KK_OS_STDERR };
bool kk_os_is_terminal(enum kk_os_stream stream);
/* "en" or "ja": the language of messages that the system was told; "ja" without one. */
const char *kk_os_language(void);
void kk_os_hostname(char ret[KK_OS_NAME_MAX]);
/* Where a person's data stands: $XDG_DATA_HOME/kukyoku, ~/.local/share/kukyoku. */
KK_MUST_USE int kk_os_data_home(char ret[KK_OS_PATH_MAX], struct kk_error *err);
/* Where settings stand: of this person, $XDG_CONFIG_HOME/kukyoku or ~/.config/kukyoku; of all. */
KK_MUST_USE int kk_os_settings_home(char ret[KK_OS_PATH_MAX], struct kk_error *err);
const char *kk_os_settings_system(void);
/*
 * Shows prompt on the terminal and reads one line without echo; appended without its end. Give it
 * back with kk_os_wipe. KK_E_PASSPHRASE when there is no terminal.
 */
KK_MUST_USE int kk_os_ask_secret(const char *prompt, struct kk_bytes *ret, struct kk_error *err);
void kk_os_wipe(struct kk_bytes *secret); /* wipes and frees */
/* A secret that the service manager hands over (systemd: LoadCredential=): where it lies, if so. */
bool kk_os_credential(const char *name, char ret[KK_OS_PATH_MAX]);

/* --- files and folders --- */
/* "dir/name" into ret; KK_E_ROW_LIMIT when that is too long. */
KK_MUST_USE int kk_os_path_join(const char *dir, const char *name, char ret[KK_OS_PATH_MAX]);
/* From the present folder on; "." and ".." stay as they are. */
KK_MUST_USE int kk_os_path_absolute(const char *path, char ret[KK_OS_PATH_MAX],
                                    struct kk_error *err);
bool kk_os_exists(const char *path);
/* A folder that only its owner may enter, with those above it; one that exists is fine. */
KK_MUST_USE int kk_os_dir_make(const char *path, struct kk_error *err);
/* Calls back for each entry but "." and "..", names ascending. A fault of fn ends it. */
typedef int kk_os_dir_fn(void *user, const char *name);
KK_MUST_USE int kk_os_dir_list(const char *path, kk_os_dir_fn *fn, void *user,
                               struct kk_error *err);
/* Appends the whole file. More than max bytes is KK_E_ROW_LIMIT. */
KK_MUST_USE int kk_os_file_read(const char *path, size_t max, struct kk_bytes *out,
                                struct kk_error *err);
/* An empty file of this user's alone among the temporary ones, for a library that wants a path. */
KK_MUST_USE int kk_os_file_temporary(char ret[KK_OS_PATH_MAX], struct kk_error *err);
KK_MUST_USE int kk_os_file_size(const char *path, uint64_t *ret, struct kk_error *err);
/* Another number than before once the file was written; 0: it is not there. */
uint64_t kk_os_file_stamp(const char *path);
/* KK_E_KEY_MODE for a file that somebody else may read or write. */
KK_MUST_USE int kk_os_file_check_private(const char *path, struct kk_error *err);
/* The fault of the call that has just failed (errno), with the system's words. */
int kk_os_failed(const char *path, struct kk_error *err);
/* A file that is not there is fine. */
KK_MUST_USE int kk_os_file_remove(const char *path, struct kk_error *err);
/* Replaces `to`; on disk when it returns. Same file system only. */
KK_MUST_USE int kk_os_file_move(const char *from, const char *to, struct kk_error *err);

enum kk_os_access {
    KK_OS_PRIVATE, /* 0600 */
    KK_OS_SHARED   /* as the umask says */
};
/* The old file or the whole new one, whatever happens meanwhile; on disk when it returns. */
KK_MUST_USE int kk_os_file_write(const char *path, struct kk_slice bytes, enum kk_os_access access,
                                 struct kk_error *err);

/* The same in pieces: a file beside the place, moved there by commit, gone with fini otherwise. */
struct kk_os_writer {
    int handle; /* plus 1; 0: closed */
    char path[KK_OS_PATH_MAX], temporary[KK_OS_PATH_MAX];
};
KK_MUST_USE int kk_os_writer_open(struct kk_os_writer *w, const char *path,
                                  enum kk_os_access access, struct kk_error *err);
KK_MUST_USE int kk_os_writer_put(struct kk_os_writer *w, struct kk_slice bytes,
                                 struct kk_error *err);
KK_MUST_USE int kk_os_writer_commit(struct kk_os_writer *w, struct kk_error *err);
void kk_os_writer_fini(struct kk_os_writer *w); /* also on a zeroed one, and twice */
KK_DEFINE_FINI(kk_os_writer)

/* --- the encoding of Windows tables --- */
enum kk_os_cp932 { KK_OS_FROM_CP932, KK_OS_TO_CP932 };
/*
 * Appends text, turned from CP932 into UTF-8 or back, as far as it goes; *ret_stop: the first byte
 * that has no counterpart, text.len for none. KK_E_MEMORY, KK_E_IO where the system lacks it.
 */
KK_MUST_USE int kk_os_cp932(enum kk_os_cp932 way, struct kk_slice text, struct kk_bytes *out,
                            size_t *ret_stop);

/* --- one writer at a time --- */
#define KK_OS_LOCK_WAIT_MS 5000
/* Held per act, never for a session; the system lets go of it when the process ends. */
struct kk_os_lock {
    int handle; /* plus 1; 0: not held */
};
#define KK_OS_LOCK_HOME "lock"
/* Locks dir/name; tries for wait_ms, then KK_E_LOCKED. */
KK_MUST_USE int kk_os_lock_named(struct kk_os_lock *lock, const char *dir, const char *name,
                                 int wait_ms, struct kk_error *err);
/* The same of the home: dir/lock. */
KK_MUST_USE int kk_os_lock_take(struct kk_os_lock *lock, const char *dir, int wait_ms,
                                struct kk_error *err);
void kk_os_lock_fini(struct kk_os_lock *lock); /* also on a zeroed one, and twice */
KK_DEFINE_FINI(kk_os_lock)

#endif
