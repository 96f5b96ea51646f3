/*
 * A file as rows of cells, whatever its form: what is read is UTF-8, a row knows its line. Which
 * form, encoding and separator a file has is found out. [IM-1]
 *
 *     kk_grid_open → kk_grid_each (any number of times) → kk_grid_fini
 */
#ifndef IMPORT_GRID_H
#define IMPORT_GRID_H

#include "import/encoding.h"
#include "import/estat.h"
#include "import/xlsx.h"

enum kk_grid_form { KK_GRID_CSV, KK_GRID_XLSX, KK_GRID_ESTAT };

struct kk_grid_options {
    const char *path;  /* for messages */
    const char *sheet; /* of a workbook; NULL: the first that is not hidden */
};
struct kk_grid {
    enum kk_grid_form form;
    struct kk_encoded text; /* of a CSV */
    char separator;         /* ',', '\t' or ';' */
    struct kk_xlsx *xlsx;
    struct kk_estat *estat;
    uint64_t lines; /* after kk_grid_each */
};
/* Borrows the file's bytes. KK_E_ENCODING: neither UTF-8 nor CP932; KK_E_SHEET. */
KK_MUST_USE int kk_grid_open(struct kk_slice file, const struct kk_grid_options *options,
                             struct kk_grid *ret, struct kk_error *err);
void kk_grid_fini(struct kk_grid *g);
KK_DEFINE_FINI(kk_grid)
/* Every row that is not empty; a fault of the reader's ends the reading. */
KK_MUST_USE int kk_grid_each(struct kk_grid *g, const struct kk_xlsx_reader *reader,
                             struct kk_error *err);
/* The same as CSV with commas, for a reader that knows nothing else: row n is line n. */
KK_MUST_USE int kk_grid_csv(struct kk_grid *g, struct kk_bytes *out, struct kk_error *err);
/* "CP932", "XLSX" … */
const char *kk_grid_name(const struct kk_grid *g);
/* Where a person finds a cell: "C12" in a workbook, "VALUE[10]" in JSON, "12:3" elsewhere. Column
 * 0: the row alone. */
#define KK_GRID_PLACE 48
void kk_grid_place(const struct kk_grid *g, uint64_t line, unsigned column,
                   char ret[KK_GRID_PLACE]);

#endif
