/*
 * A file as rows of cells, whatever its form: what is read is UTF-8, a row knows its line. Which
 * form, encoding and separator a file has is found out. [IM-1]
 *
 *     kk_grid_open → kk_grid_each (any number of times) → kk_grid_fini
 */
#ifndef IMPORT_GRID_H
#define IMPORT_GRID_H

#include "desk/csv.h"
#include "import/encoding.h"

struct kk_grid {
    struct kk_encoded text;
    char separator; /* ',', '\t' or ';' */
    uint64_t lines; /* after kk_grid_each */
};
/* Borrows the file's bytes. path is for messages. KK_E_ENCODING: neither UTF-8 nor CP932. */
KK_MUST_USE int kk_grid_open(struct kk_slice file, const char *path, struct kk_grid *ret,
                             struct kk_error *err);
void kk_grid_fini(struct kk_grid *g);
KK_DEFINE_FINI(kk_grid)
/* Every row that is not empty; a fault of fn ends the reading. */
KK_MUST_USE int kk_grid_each(struct kk_grid *g, kk_csv_fn *fn, void *user);

#endif
