/*
 * Tables whose columns align in Japanese: the width of a cell is that of its East Asian characters
 * (①Ⅲ— are wide, ｶﾅ of half width are narrow). Numbers stand at the right.
 *
 *     KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };
 *     kk_table_column(&t, KK_T(out, COL_AREA), KK_ALIGN_LEFT);
 *     kk_table_cell(&t, "中原区");            // cells row by row, in the order of the columns
 *     r = kk_table_print(&t, out);            // KK_E_MEMORY shows here, not at each cell
 */
#ifndef VIEW_TABLE_H
#define VIEW_TABLE_H

#include "kukyoku/base/arena.h"
#include "view/out.h"

#include <stdint.h>

#define KK_TABLE_COLUMNS_MAX 16
#define KK_TABLE_KNOWN_BITS  6

enum kk_align { KK_ALIGN_LEFT, KK_ALIGN_RIGHT };

struct kk_table_text {
    const char *text;
    int width;
    unsigned len;
};
struct kk_table_known {
    struct kk_slice key;
    uint32_t column;
    size_t next; /* the place behind the cell that shows it; 0: none does */
};
struct kk_table {
    struct {
        char *head;
        enum kk_align align;
    } columns[KK_TABLE_COLUMNS_MAX];
    size_t column_count;
    struct kk_table_text *cells;
    size_t count, cap;
    struct kk_arena texts; /* of the cells */
    struct kk_table_known known[1 << KK_TABLE_KNOWN_BITS]; /* by a hash of column and key */
    int fault;
};
void kk_table_fini(struct kk_table *t);
KK_DEFINE_FINI(kk_table)
void kk_table_column(struct kk_table *t, const char *head, enum kk_align align);
/* So many rows are to come: none of them is moved. Needless for a few hundred. */
void kk_table_reserve(struct kk_table *t, size_t rows);
/* Texts are copied. Control characters are shown as spaces. */
void kk_table_cell(struct kk_table *t, const char *text);
KK_PRINTF(2, 3) void kk_table_cellf(struct kk_table *t, const char *format, ...);
void kk_table_cell_slice(struct kk_table *t, const char *text, size_t len);
/*
 * For names that are made of codes, which come again and again: true where this column has shown
 * one for `key` a little ago, which now stands here, too; else the next cell is to be the one.
 */
bool kk_table_again(struct kk_table *t, struct kk_slice key);
/* Prints head and rows to the data side. 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_table_print(struct kk_table *t, struct kk_out *out);

/* Columns that a text takes on a terminal. */
int kk_text_width(const char *text);
/* 1,234,567.5; value is scaled by 10^decimals, zeros at its end are left out. */
#define KK_NUMBER_TEXT 48
void kk_number_text(int64_t value, unsigned decimals, char ret[KK_NUMBER_TEXT]);

#endif
