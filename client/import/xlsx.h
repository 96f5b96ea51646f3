/*
 * A workbook (XLSX) as rows of cells: values only, as a person sees them written. Shared and inline
 * strings without their furigana, dates as YYYY-MM-DD, the last value of a formula. What a table
 * should not have (merged cells, what is hidden, formulas, drawings) is told and read all the same.
 * Sizes are those that come out, whatever the file claims; a part with a DOCTYPE is refused. [IM-7]
 */
#ifndef IMPORT_XLSX_H
#define IMPORT_XLSX_H

#include "desk/tidy.h"

#define KK_XLSX_BYTES_MAX  (512u * 1024 * 1024) /* of all parts that are read, taken together */
#define KK_XLSX_RATIO_MAX  200                  /* of a part to its packed size … */
#define KK_XLSX_RATIO_FROM (1024u * 1024)       /* … once it is larger than this */
#define KK_XLSX_TEXT_MAX   (128u * 1024 * 1024) /* of the shared strings */
#define KK_XLSX_SHEET_NAME 128

/* Both kinds of files in which a workbook comes: a ZIP, and the older or encrypted one. */
bool kk_xlsx_looks(struct kk_slice file);

struct kk_xlsx;
/* sheet: NULL for the first one that is not hidden. KK_E_SHEET with the reason. */
KK_MUST_USE int kk_xlsx_open(struct kk_slice file, const char *path, const char *sheet,
                             struct kk_xlsx **ret, struct kk_error *err);
void kk_xlsx_free(struct kk_xlsx *x);
KK_DEFINE_FREE(kk_xlsx)
const char *kk_xlsx_sheet(const struct kk_xlsx *x);

/* A remark about the sheet, in the form in which tables take it. */
typedef int kk_xlsx_remark_fn(void *user, const struct kk_tidy_complaint *remark);
struct kk_xlsx_reader {
    kk_csv_fn *row;
    kk_xlsx_remark_fn *remark; /* NULL: nobody asks */
    void *user;
};
/*
 * Rows that are not empty, with their numbers, as wide as the first or wider where they hold more.
 * A fault of the reader's ends it; KK_E_SHEET.
 */
KK_MUST_USE int kk_xlsx_each(struct kk_xlsx *x, const struct kk_xlsx_reader *reader,
                             struct kk_error *err);

/* "C12" of column 3 (from 1) and row 12. */
#define KK_XLSX_CELL 24
void kk_xlsx_cell_name(uint64_t row, unsigned column, char ret[KK_XLSX_CELL]);

#endif
