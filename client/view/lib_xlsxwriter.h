/* What is used of libxlsxwriter, loaded when the first workbook is written (os_library.h). */
#ifndef VIEW_LIB_XLSXWRITER_H
#define VIEW_LIB_XLSXWRITER_H

#include "os_library.h"

#include <xlsxwriter.h>

#define KK_LXW(F)        \
    F(format_set_bold)          \
    F(format_set_num_format)    \
    F(lxw_workbook_free)        \
    F(workbook_add_format)      \
    F(workbook_add_worksheet)   \
    F(workbook_close)           \
    F(workbook_new_opt)         \
    F(workbook_set_properties)  \
    F(worksheet_fit_to_pages)   \
    F(worksheet_freeze_panes)   \
    F(worksheet_repeat_rows)    \
    F(worksheet_set_column)     \
    F(worksheet_set_landscape)  \
    F(worksheet_set_paper)      \
    F(worksheet_write_number)   \
    F(worksheet_write_string)
KK_LIBRARY_DECLARE(kk_lxw, KK_LXW);

#endif
