/*
 * Figures into a file or to standard output, for `data` and `release`: in the form and encoding
 * asked for, with a description beside a file, and read again before anybody is told that it is
 * there. [EX-1] [EX-2] [EX-3]
 */
#ifndef CMD_FIGURES_OUT_H
#define CMD_FIGURES_OUT_H

#include "cmd/command.h"
#include "view/export.h"

struct kk_figures_out {
    enum kk_export_format format;
    struct kk_export_about about; /* encoding is filled in */
    const char *path;             /* NULL: standard output */
    /* Gives every row to fn; a fault of fn ends it. */
    int (*feed)(void *user, int (*fn)(void *sink, const struct kk_obs *row), void *sink,
                struct kk_error *err);
    void *user;
};
/* KK_E_EXISTS; KK_E_ENCODING with every row and character that CP932 does not have, and no file. */
KK_MUST_USE int kk_figures_out(struct kk_command *c, struct kk_figures_out *what);

#endif
