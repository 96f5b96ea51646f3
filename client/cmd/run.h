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

#endif
