/* The command line of kukyokud (options.def): read, and told why it is not understood. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "backup.h"
#include "export.h"
#include "log/log.h"

#include <stdio.h>

/* All texts are borrowed from argv. */
struct kk_arguments {
    const char *config, *backup; /* NULL: not given */
    struct kk_export export;
    struct kk_restore restore;
    bool check, show, with_keys, backups, dry_run, test, help, version;
    struct kk_log log; /* standard error, in the format asked for */
};

/*
 * One task at a time, and no option that belongs to another. With help or version nothing else is
 * asked for. KK_E_USAGE: the option is the place, in *err; log is usable even then.
 */
KK_MUST_USE int kk_arguments_read(int argc, char **argv, struct kk_arguments *ret,
                                  struct kk_error *err);
/* How it is written, then each option. lang: "ja" or "en". */
void kk_arguments_help(FILE *to, const char *lang);

#endif
