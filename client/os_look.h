/*
 * Looking at a machine without changing it: what `doctor` wants to know of folders, disks, ports,
 * fonts and locks. What can't be found out is said to be unknown, and why. os_posix_look.c.
 */
#ifndef CLIENT_OS_LOOK_H
#define CLIENT_OS_LOOK_H

#include "os.h"

#define KK_OS_SYSTEM_NAME 24

enum kk_os_answer { KK_OS_UNKNOWN, KK_OS_NO, KK_OS_YES };

struct kk_os_place {
    bool there, is_dir;
    bool own;       /* this user's */
    unsigned mode;  /* permission bits */
    bool network;   /* on a share of another machine */
    bool read_only; /* nothing can be written there */
    char system[KK_OS_SYSTEM_NAME]; /* "nfs", "tmpfs" …; "" for an ordinary one */
    uint64_t free_bytes, all_bytes;
    int64_t modified_ms;
};
/* A link is followed. A path that is not there is an answer, no fault. */
KK_MUST_USE int kk_os_look(const char *path, struct kk_os_place *ret, struct kk_error *err);
/* 0600 for a file, 0700 for a folder: only what is this user's own. */
KK_MUST_USE int kk_os_tighten(const char *path, struct kk_error *err);

/* Why it is not known whether a disk is encrypted. */
enum kk_os_hidden {
    KK_OS_HIDDEN_NOT,
    KK_OS_HIDDEN_CONTAINER, /* the disk is the host's */
    KK_OS_HIDDEN_DEVICE     /* the file system stands on no block device that the system shows */
};
/* Does the path lie on LUKS or another dm-crypt, at any depth below it? */
enum kk_os_answer kk_os_encrypted(const char *path, enum kk_os_hidden *ret_why);

/* Can a page be served on 127.0.0.1? */
bool kk_os_port_free(void);
/* The name of a font file that has Japanese letters; false: none found. */
bool kk_os_japanese_font(char ret[KK_OS_NAME_MAX]);
/* "UTF-8", "ANSI_X3.4-1968" …; "" where the locale that was asked for is not installed. */
void kk_os_codeset(char ret[KK_OS_NAME_MAX]);

struct kk_os_holder {
    bool held;
    int process; /* 0: not known */
    bool halted; /* it is stopped or dead, and will not let go by itself */
};
/* Who holds dir/name (KK_OS_LOCK_HOME) at this moment? A folder without such a file: nobody. */
KK_MUST_USE int kk_os_lock_look(const char *dir, const char *name, struct kk_os_holder *ret,
                                struct kk_error *err);

#endif
