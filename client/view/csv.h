/* Writing CSV after RFC 4180: fields quoted where they must be, lines that end in CR and LF. */
#ifndef VIEW_CSV_H
#define VIEW_CSV_H

#include "kukyoku/slice.h"

#include <stdio.h>

void kk_csv_mark(FILE *to); /* the byte order mark that the usual spreadsheet wants */
void kk_csv_put(FILE *to, struct kk_slice text);
void kk_csv_next(FILE *to); /* between two fields */
void kk_csv_end_row(FILE *to);

#endif
