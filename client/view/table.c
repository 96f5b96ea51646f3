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
    kk_arena_fini(&t->texts);
    kk_free(t->cells);
    *t = (struct kk_table){ 0 };
}

/* Kana or Kanji, U+3041 to U+3096, U+30A1 to U+30FA, U+4E00 to U+9FFF: three bytes, two columns. */
static bool is_wide(const unsigned char *c)
{
    bool follows = c[1] >= 0x80 && c[1] < 0xc0 && c[2] >= 0x80 && c[2] < 0xc0;
    unsigned code = follows ? (c[0] & 0x0fu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu) : 0;

    return (c[0] & 0xf0u) == 0xe0 && ((code >= 0x4e00 && code <= 0x9fff) ||
                                      (code >= 0x3041 && code <= 0x3096) ||
                                      (code >= 0x30a1 && code <= 0x30fa));
}

/* Most cells are codes, numbers and common characters, for which nothing has to be looked up. */
int kk_text_width(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    int width = 0;

    while (*c) {
        bool wide = *c >= 0x7f && is_wide(c);

        if (!wide && (*c < 0x20 || *c >= 0x7f))
            return width + u8_strwidth(c, WIDTH_AS);
        c += wide ? 3 : 1;
        width += wide ? 2 : 1;
    }
    return width;
}

/* Nothing can move the cursor. */
static void clean(char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = ' ';
    }
}

void kk_table_column(struct kk_table *t, const char *head, enum kk_align align)
{
    kk_assert(t->column_count < KK_TABLE_COLUMNS_MAX);
    kk_assert(t->count == 0);
    char *copy = kk_text_dup(head, strlen(head));
    if (!copy) {
        t->fault = KK_E_MEMORY;
        return;
    }
    clean(copy);
    t->columns[t->column_count].head = copy;
    t->columns[t->column_count].align = align;
    t->column_count++;
}

static bool has_room(struct kk_table *t)
{
    size_t cap = t->cap ? t->cap * 2 : 64;
    struct kk_table_text *cells;

    if (t->count < t->cap)
        return true;
    if (t->cap == 0)
        kk_arena_init(&t->texts, SIZE_MAX);
    cells = kk_realloc(t->cells, cap * sizeof *cells);
    if (!cells)
        return false;
    t->cells = cells;
    t->cap = cap;
    return true;
}

void kk_table_cell_slice(struct kk_table *t, const char *text, size_t len)
{
    char *copy = NULL;

    if (t->fault < 0)
        return;
    if (has_room(t))
        copy = kk_arena_alloc(&t->texts, text ? len + 1 : 1);
    if (!copy) {
        t->fault = KK_E_MEMORY;
        return;
    }
    if (text && len)
        memcpy(copy, text, len);
    clean(copy);
    t->cells[t->count++] = (struct kk_table_text){ .text = copy, .width = kk_text_width(copy) };
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
    const struct kk_table_text *cells;
    size_t used;
    const int *widths;
};

/* Spaces stand before a number and between columns. */
static void print_line(const struct kk_table *t, struct kk_out *out, const struct line *line)
{
    for (size_t c = 0; c < line->used; c++) {
        int fill = line->widths[c] - line->cells[c].width;
        bool right = t->columns[c].align == KK_ALIGN_RIGHT;

        pad(out, right ? fill : 0);
        fputs(line->cells[c].text, out->data);
        if (c + 1 < line->used)
            pad(out, (right ? 0 : fill) + GAP);
    }
}

static void measure(const struct kk_table *t, const struct kk_table_text *heads,
                    int widths[KK_TABLE_COLUMNS_MAX])
{
    for (size_t c = 0; c < t->column_count; c++)
        widths[c] = heads[c].width;
    for (size_t i = 0; i < t->count; i++) {
        int *width = &widths[i % t->column_count];

        *width = t->cells[i].width > *width ? t->cells[i].width : *width;
    }
}

static size_t used_of(const struct kk_table_text *cells, size_t count)
{
    while (count > 0 && cells[count - 1].text[0] == 0)
        count--;
    return count;
}

static void print_rows(const struct kk_table *t, struct kk_out *out, struct line *line)
{
    for (size_t i = 0; i < t->count; i += t->column_count) {
        line->cells = &t->cells[i];
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
    struct kk_table_text heads[KK_TABLE_COLUMNS_MAX];
    size_t columns = t->column_count;
    struct line line = { .cells = heads, .widths = widths };

    if (t->fault < 0)
        return t->fault;
    kk_assert(columns > 0 && t->count % columns == 0);
    for (size_t c = 0; c < columns; c++)
        heads[c] = (struct kk_table_text){ .text = t->columns[c].head,
                                           .width = kk_text_width(t->columns[c].head) };
    measure(t, heads, widths);
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
