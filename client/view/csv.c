/* Fields of a table as text (csv.h). */
#include "view/csv.h"

#include <string.h>

void kk_csv_mark(FILE *to)
{
    fputs("\xef\xbb\xbf", to);
}

static bool needs_quotes(struct kk_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        if (c == ',' || c == '"' || c == '\r' || c == '\n')
            return true;
    }
    return false;
}

void kk_csv_put(FILE *to, struct kk_slice text)
{
    if (!needs_quotes(text)) {
        fwrite(text.data, 1, text.len, to);
        return;
    }
    fputc('"', to);
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"')
            fputc('"', to);
        fputc(text.data[i], to);
    }
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
