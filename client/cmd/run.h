/* From a command line to an exit status: what main() calls, and tests. */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include "cmd/command.h"

struct kk_run_streams {
    FILE *data, *talk; /* standard output, standard error */
    bool data_terminal, talk_terminal;
    const struct kk_served *served; /* NULL: run by a person */
};

enum kk_exit kk_run(int argc, const char *const *argv, const struct kk_run_streams *streams);

/* The nearest of the names by edit distance, NULL when none is near enough to be meant. */
typedef const char *kk_name_fn(const void *list, size_t i); /* NULL past the end */
const char *kk_suggest(const char *typed, kk_name_fn *name, const void *list);

#endif
