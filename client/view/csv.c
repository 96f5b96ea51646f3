/* Fields of a table as text (csv.h). */
#include "view/csv.h"

#include <string.h>

void kk_csv_mark(FILE *to)
{
    fputs("\xef\xbb\xbf", to);
}

void kk_csv_put(FILE *to, struct kk_slice text)
{
    bool quote = false;

    for (size_t i = 0; i < text.len && !quote; i++)
        quote = memchr(",\"\r\n", text.data[i], 4) != NULL;
    if (quote)
        fputc('"', to);
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"')
            fputc('"', to);
        fputc(text.data[i], to);
    }
    if (quote)
        fputc('"', to);
}

void kk_csv_next(FILE *to)
{
    fputc(',', to);
}

void kk_csv_end_row(FILE *to)
{
    fputs("\r\n", to);
}
