/* Tables by East Asian width (table.h). */
#include "view/table.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"

#include <stdarg.h>
#include <string.h>
#include <uniwidth.h>

/* With this encoding the ambiguous characters (①Ⅲ—) count as wide, as they look in Japanese. */
#define WIDTH_AS "EUC-JP"
#define GAP      2

void kk_table_fini(struct kk_table *t)
{
    for (size_t i = 0; i < t->column_count; i++)
        kk_free(t->columns[i].head);
    for (size_t i = 0; i < t->count; i++)
        kk_free(t->cells[i]);
    kk_free(t->cells);
    *t = (struct kk_table){ 0 };
}

/* Most cells are codes and numbers, for which nothing has to be looked up. */
int kk_text_width(const char *text)
{
    size_t len = 0;

    while (text[len] >= 0x20 && text[len] < 0x7f)
        len++;
    return text[len] == '\0' ? (int)len : u8_strwidth((const uint8_t *)text, WIDTH_AS);
}

/* A copy in which nothing can move the cursor. */
static char *clean(const char *text, size_t len)
{
    char *copy = kk_text_dup(text, len);

    for (size_t i = 0; copy && i < len; i++) {
        if ((unsigned char)copy[i] < 0x20 || copy[i] == 0x7f)
            copy[i] = ' ';
    }
    return copy;
}

void kk_table_column(struct kk_table *t, const char *head, enum kk_align align)
{
    kk_assert(t->column_count < KK_TABLE_COLUMNS_MAX);
    kk_assert(t->count == 0);
    char *copy = clean(head, strlen(head));
    if (!copy) {
        t->fault = KK_E_MEMORY;
        return;
    }
    t->columns[t->column_count].head = copy;
    t->columns[t->column_count].align = align;
    t->column_count++;
}

void kk_table_cell_slice(struct kk_table *t, const char *text, size_t len)
{
    if (t->fault < 0)
        return;
    if (t->count == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 64;
        char **cells = kk_realloc(t->cells, cap * sizeof *cells);

        if (!cells) {
            t->fault = KK_E_MEMORY;
            return;
        }
        t->cells = cells;
        t->cap = cap;
    }
    char *copy = clean(text ? text : "", text ? len : 0);
    if (!copy)
        t->fault = KK_E_MEMORY;
    else
        t->cells[t->count++] = copy;
}

void kk_table_cell(struct kk_table *t, const char *text)
{
    kk_table_cell_slice(t, text, text ? strlen(text) : 0);
}

void kk_table_cellf(struct kk_table *t, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    kk_table_cell(t, text);
}

static void pad(struct kk_out *out, int columns)
{
    for (int i = 0; i < columns; i++)
        fputc(' ', out->data);
}

/* The cells of one line, as far as they are used: no spaces at its end. */
struct line {
    const char *const *cells;
    size_t used;
    const int *widths;
};

/* Spaces stand before a number and between columns. */
static void print_line(const struct kk_table *t, struct kk_out *out, const struct line *line)
{
    for (size_t c = 0; c < line->used; c++) {
        int fill = line->widths[c] - kk_text_width(line->cells[c]);
        bool right = t->columns[c].align == KK_ALIGN_RIGHT;

        pad(out, right ? fill : 0);
        fputs(line->cells[c], out->data);
        if (c + 1 < line->used)
            pad(out, (right ? 0 : fill) + GAP);
    }
}

static void measure(const struct kk_table *t, int widths[KK_TABLE_COLUMNS_MAX])
{
    for (size_t c = 0; c < t->column_count; c++)
        widths[c] = kk_text_width(t->columns[c].head);
    for (size_t i = 0; i < t->count; i++) {
        int width = kk_text_width(t->cells[i]);

        if (width > widths[i % t->column_count])
            widths[i % t->column_count] = width;
    }
}

static size_t used_of(const char *const *cells, size_t count)
{
    while (count > 0 && cells[count - 1][0] == 0)
        count--;
    return count;
}

static void print_rows(const struct kk_table *t, struct kk_out *out, struct line *line)
{
    for (size_t i = 0; i < t->count; i += t->column_count) {
        line->cells = (const char *const *)t->cells + i;
        line->used = used_of(line->cells, t->column_count);
        print_line(t, out, line);
        fputc('\n', out->data);
    }
    if (t->count == 0) /* heads alone look as if something were missing */
        kk_out_line(out, "%s", KK_T(out, TABLE_EMPTY));
}

int kk_table_print(struct kk_table *t, struct kk_out *out)
{
    int widths[KK_TABLE_COLUMNS_MAX];
    const char *heads[KK_TABLE_COLUMNS_MAX];
    size_t columns = t->column_count;
    struct line line = { .cells = heads, .widths = widths };

    if (t->fault < 0)
        return t->fault;
    kk_assert(columns > 0 && t->count % columns == 0);
    measure(t, widths);
    for (size_t c = 0; c < columns; c++)
        heads[c] = t->columns[c].head;
    line.used = used_of(heads, columns);
    fputs(kk_out_style(out, KK_STYLE_STRONG), out->data);
    print_line(t, out, &line);
    fprintf(out->data, "%s\n", kk_out_style(out, KK_STYLE_END));
    print_rows(t, out, &line);
    return 0;
}

void kk_number_text(int64_t value, unsigned decimals, char ret[KK_NUMBER_TEXT])
{
    char plain[KK_DECIMAL_TEXT];
    size_t whole, n = 0;

    kk_decimal_text(value, decimals, plain);
    whole = strcspn(plain, ".");
    for (size_t i = 0; plain[i]; i++) {
        bool parts = i > 0 && i < whole && plain[i - 1] != '-' && (whole - i) % 3 == 0;

        if (parts)
            ret[n++] = ',';
        ret[n++] = plain[i];
    }
    ret[n] = '\0';
}
