/*
 * A table as somebody made it, into the rows of a release: what the file is, its encoding and
 * separator are found out, notations are made one, and desk/tidy checks what results. [IM-1]
 */
#ifndef IMPORT_TABLE_H
#define IMPORT_TABLE_H

#include "desk/tidy.h"
#include "import/grid.h"
#include "import/mapping.h"
#include "kukyoku/bundle/ref.h"

#define KK_IMPORT_FILE_MAX ((size_t)512 * 1024 * 1024)

struct kk_table_options {
    const struct kk_mapping *mapping; /* NULL: the table has the columns of a release */
    const struct kk_ref *reference;   /* sorted; NULL: names of areas are those of wards alone */
};
struct kk_table_sum {
    uint64_t rewritten; /* cells whose notation was changed */
};

/*
 * The mapping that a table wants: none if it has the columns of a release, our own for SDMX-CSV as
 * we write it, else the one of the files *.ini in dir whose columns it has. *ret NULL: none.
 * KK_E_MAPPINGS names those that fit where they are several; a file that is no mapping is
 * KK_E_MAPPING.
 */
KK_MUST_USE int kk_table_find_mapping(struct kk_grid *grid, const char *dir,
                                      struct kk_mapping **ret, struct kk_error *err);

/* Reads all of a grid into t, which must be fresh from kk_tidy_init, up to kk_tidy_end, and looks
 * for persons in it (review.h). Faults as kk_tidy_take, kk_grid_each and kk_layout_bind. */
KK_MUST_USE int kk_table_read(struct kk_grid *grid, const struct kk_table_options *options,
                              struct kk_tidy *t, struct kk_table_sum *ret, struct kk_error *err);

#endif
