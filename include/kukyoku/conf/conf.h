/*
 * A program's settings in INI, held against a table: which section, which key, which type, which
 * bounds. Both programs declare a table and a struct; reading, refusing, origins and showing are
 * here. Several texts may be read one after another: what a later one gives counts, a list as a
 * whole. The texts are the caller's: there is no file here.
 *
 * The caller's struct begins with `struct kk_conf`; the offsets of the table are in it.
 */
#ifndef KUKYOKU_CONF_CONF_H
#define KUKYOKU_CONF_CONF_H

#include "kukyoku/error.h"
#include "kukyoku/slice.h"

#include <stddef.h>
#include <stdint.h>

#define KK_CONF_FILES_MAX 32
#define KK_CONF_ROWS_MAX  32
#define KK_CONF_LIST_MAX  8
#define KK_CONF_BYTES_MAX (256 * 1024) /* of one file */
#define KK_CONF_LINE_MAX  198          /* of one line, without its end: inih holds no more */

enum kk_conf_type {
    KK_CONF_PATH,  /* char *: relative to the folder of the main file; must be given */
    KK_CONF_FILE,  /* char *: the same, and may be empty: NULL */
    KK_CONF_INT,   /* int64_t in lo … hi */
    KK_CONF_BOOL,  /* int64_t, 0 or 1: no, yes */
    KK_CONF_LIST,  /* struct kk_conf_list: the key may stand several times */
    KK_CONF_LOCAL  /* char *: address of this machine and port, or empty: NULL */
};
struct kk_conf_row {
    const char *section, *key;
    enum kk_conf_type type;
    size_t offset;
    int64_t lo, hi;
    const char *otherwise; /* as it would be written; of INT and BOOL */
};
struct kk_conf_table {
    const struct kk_conf_row *rows; /* those of a section stand together */
    size_t count;
};

struct kk_conf_list {
    char *items[KK_CONF_LIST_MAX];
    int lines[KK_CONF_LIST_MAX];
    size_t count;
};
/* Where a value stands: files[file - 1], line; file 0: nowhere, it is the default. */
struct kk_conf_at {
    unsigned file;
    int line;
};
struct kk_conf {
    char *files[KK_CONF_FILES_MAX]; /* those that were read, in their order */
    size_t file_count;
    struct kk_conf_at at[KK_CONF_ROWS_MAX]; /* of each row */
};

/* On a zeroed struct: what holds where nothing is given. KK_E_MEMORY. */
KK_MUST_USE int kk_conf_default(const struct kk_conf_table *t, struct kk_conf *s);
/* One file. main: the path from whose folder paths start. */
struct kk_conf_file {
    const char *main, *path;
    struct kk_slice text;
};
/* KK_E_CONFIG with "path:line", the reason and the nearest name; KK_E_MEMORY. */
KK_MUST_USE int kk_conf_read(const struct kk_conf_table *t, struct kk_conf *s,
                             const struct kk_conf_file *file, struct kk_error *err);
/* Is all there that must be given? KK_E_CONFIG names what is missing. */
KK_MUST_USE int kk_conf_whole(const struct kk_conf_table *t, const struct kk_conf *s,
                                  const char *path, struct kk_error *err);
void kk_conf_fini(const struct kk_conf_table *t, struct kk_conf *s);

/* A value as it would be written, and where it stands. */
struct kk_conf_shown {
    const struct kk_conf_row *setting;
    const char *value, *file; /* file NULL: the default */
    int line;
};
typedef int kk_conf_show_fn(void *user, const struct kk_conf_shown *shown);
/* Every value, in the order of the table; a list item by item. What fn gives ends it. */
KK_MUST_USE int kk_conf_each(const struct kk_conf_table *t, const struct kk_conf *s,
                                 kk_conf_show_fn *fn, void *user);

/*
 * Files of the folder beside the main file are read in the order of their names' bytes. Each
 * program has a folder of its own, as both may have their files in /etc/kukyoku.
 */
bool kk_conf_is_file(const char *name); /* *.ini that is not hidden */

#endif
