/*
 * A backup: a folder of files with a MANIFEST that names each with its SHA-256, and what the files
 * mean in lines of text ("state"), so that a copy can be compared with what it was made from.
 *
 *     DIR/PREFIX-20261129T070000Z/MANIFEST …
 *
 * It is made under a name that begins with a dot and ends in .part, read again whole, and only then
 * gets its name: what was cut short never passes for one. Everything in it is its owner's alone.
 * Faults: KK_E_BACKUP for one that is not whole, with place and reason; else as the system says.
 */
#ifndef KUKYOKU_DB_COPY_H
#define KUKYOKU_DB_COPY_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"

#include <stdint.h>

#define KK_COPY_PATH_MAX 4096
#define KK_COPY_NAME_MAX 64
#define KK_COPY_MANIFEST "MANIFEST"

/* "PREFIX-20261129T070000Z" in UTC, and back; false for any other name. */
void kk_copy_name(const char *prefix, int64_t made_ms, char ret[KK_COPY_NAME_MAX]);
KK_MUST_USE bool kk_copy_time(const char *prefix, const char *name, int64_t *ret_ms);
/*
 * "PATH.before-20261129T070000Z", where a restore puts what was at PATH; "…Z-2" and so on when that
 * is taken, as two restores may fall into one second.
 */
KK_MUST_USE int kk_copy_aside(const char *path, int64_t now_ms, char ret[KK_COPY_PATH_MAX],
                              struct kk_error *err);

/* --- making one (copy.c) --- */
struct kk_copy {
    char part[KK_COPY_PATH_MAX], whole[KK_COPY_PATH_MAX];
    struct kk_bytes manifest, files;
    uint64_t bytes;
    bool open;
    int max_pages; /* of each database, for tests; 0: no limit */
};
/* dir is made where it is missing. Parts that were left there more than a day ago go. */
KK_MUST_USE int kk_copy_begin(struct kk_copy *c, const char *dir, const char *prefix,
                              int64_t now_ms, struct kk_error *err);
/* name: its path inside: "spool/in/x.kkyb". A file that is not there any more is none. */
KK_MUST_USE int kk_copy_file(struct kk_copy *c, const char *from, const char *name,
                             struct kk_error *err);
KK_MUST_USE int kk_copy_db(struct kk_copy *c, const char *from, const char *name,
                           struct kk_error *err);
/*
 * Every file of a folder and of those in it, NAME.db as databases; but no lock, and nothing that
 * is under way (a leading dot, .part, -wal, -shm, -journal). inside: "" or "folder/".
 */
KK_MUST_USE int kk_copy_tree(struct kk_copy *c, const char *from, const char *inside,
                             struct kk_error *err);
/* Lines of state, each with its end. */
KK_MUST_USE int kk_copy_say(struct kk_copy *c, struct kk_slice lines);
/* The manifest; everything read again; then its name. */
KK_MUST_USE int kk_copy_commit(struct kk_copy *c, struct kk_error *err);
void kk_copy_fini(struct kk_copy *c); /* what was not committed is gone; twice is fine */
KK_DEFINE_FINI(kk_copy)

/* --- reading one (copy_read.c) --- */
struct kk_copy_set {
    char path[KK_COPY_PATH_MAX];
    int64_t made_ms;
    struct kk_bytes manifest, state; /* as it was said */
    uint64_t files, bytes;
};
/* path: a backup, or a folder of them, of which the newest is taken. Reads the manifest. */
KK_MUST_USE int kk_copy_open(const char *path, const char *prefix, struct kk_copy_set *ret,
                             struct kk_error *err);
/* Every file is there, is what it was, and every database of them is sound. */
KK_MUST_USE int kk_copy_check(const struct kk_copy_set *s, struct kk_error *err);
/* All files into a new folder, checked on their way; on a fault the folder is gone again. */
KK_MUST_USE int kk_copy_place(const struct kk_copy_set *s, const char *to, struct kk_error *err);
void kk_copy_set_fini(struct kk_copy_set *s);
KK_DEFINE_FINI(kk_copy_set)

/*
 * Lines "log SCOPE ERA COUNT …" and "WORD COUNT …" of two states: where the first counts more than
 * the second, a line "log SCOPE +N" or "WORD +N"; else out stays empty.
 */
KK_MUST_USE int kk_copy_lost(struct kk_slice here, struct kk_slice there, struct kk_bytes *out);

/* --- a folder of them (copy_read.c) --- */
/* Removes those that the default rule does not keep (keep.h); others' files are left alone. */
KK_MUST_USE int kk_copy_rotate(const char *dir, const char *prefix, int64_t now_ms,
                               unsigned *ret_removed, struct kk_error *err);
/* Plain files of one folder into another of the same file system; a name that is there stays. */
KK_MUST_USE int kk_copy_move_files(const char *from, const char *to, struct kk_error *err);
/* A folder and all in it; one that is not there is fine. */
KK_MUST_USE int kk_copy_remove(const char *path, struct kk_error *err);

#endif
