/*
 * A table as somebody made it, into the rows of a release: what the file is, its encoding and
 * separator are found out, notations are made one, and desk/tidy checks what results. [IM-1]
 */
#ifndef IMPORT_TABLE_H
#define IMPORT_TABLE_H

#include "desk/tidy.h"
#include "import/grid.h"

#define KK_IMPORT_FILE_MAX ((size_t)512 * 1024 * 1024)

struct kk_table_sum {
    uint64_t rewritten; /* cells whose notation was changed */
};

/* Reads all of a grid into t, which must be fresh from kk_tidy_init, up to kk_tidy_end, and looks
 * for persons in it (review.h). Faults as kk_tidy_take. */
KK_MUST_USE int kk_table_read(struct kk_grid *grid, struct kk_tidy *t, struct kk_table_sum *ret,
                              struct kk_error *err);

#endif
