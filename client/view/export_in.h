/* What the files of the exports share. */
#ifndef VIEW_EXPORT_IN_H
#define VIEW_EXPORT_IN_H

#include "view/export.def"
#include "view/export.h"

struct kk_export_column {
    const char *name, *type, *en, *ja;
};
#define KK_EXPORT_COLUMN_COUNT 11
extern const struct kk_export_column kk_export_columns[KK_EXPORT_COLUMN_COUNT];

/* The texts of a row in the order of the columns; value is its decimal, "" where there is none. */
#define KK_EXPORT_VALUE   4
#define KK_EXPORT_MISSING 5
struct kk_export_cells {
    struct kk_slice texts[KK_EXPORT_COLUMN_COUNT];
    char value[48];
};
void kk_export_cells(const struct kk_obs *o, struct kk_export_cells *ret);

/* A workbook (export_xlsx.c). */
struct kk_export_book;
KK_MUST_USE int kk_export_book_open(const struct kk_export_place *place,
                                    const struct kk_export_about *about,
                                    struct kk_export_book **ret);
KK_MUST_USE int kk_export_book_row(struct kk_export_book *b, const struct kk_obs *o);
KK_MUST_USE int kk_export_book_end(struct kk_export_book *b);
void kk_export_book_free(struct kk_export_book *b);

#endif
