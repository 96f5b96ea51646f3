/* Tables by East Asian width (table.h). */
#include "view/table.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/bytes.h"
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

/* Kana, Kanji, marks of full width: three bytes, two columns. */
static bool is_wide(const unsigned char *c)
{
    bool follows = c[1] >= 0x80 && c[1] < 0xc0 && c[2] >= 0x80 && c[2] < 0xc0;
    unsigned code = follows ? (c[0] & 0x0fu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu) : 0;

    return (c[0] & 0xf0u) == 0xe0 && ((code >= 0x4e00 && code <= 0x9fff) ||
                                      (code >= 0x3041 && code <= 0x3096) ||
                                      (code >= 0x30a1 && code <= 0x30fa) ||
                                      (code >= 0x3001 && code <= 0x3029) ||
                                      (code >= 0xff01 && code <= 0xff60));
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

static struct kk_table_text text_of(const char *text)
{
    return (struct kk_table_text){ .text = text, .width = kk_text_width(text),
                                   .len = (unsigned)strlen(text) };
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

static bool has_room(struct kk_table *t, size_t more)
{
    size_t cap = t->cap ? t->cap * 2 : 64;
    struct kk_table_text *cells;

    if (more <= t->cap - t->count)
        return true;
    if (t->cap == 0)
        kk_arena_init(&t->texts, SIZE_MAX);
    cap = cap < t->count + more ? t->count + more : cap;
    cells = kk_realloc(t->cells, cap * sizeof *cells);
    if (!cells) {
        t->fault = KK_E_MEMORY;
        return false;
    }
    t->cells = cells;
    t->cap = cap;
    return true;
}

void kk_table_reserve(struct kk_table *t, size_t rows)
{
    kk_ignore(has_room(t, rows * t->column_count));
}

bool kk_table_again(struct kk_table *t, struct kk_slice key)
{
    uint32_t column = (uint32_t)t->count % (uint32_t)t->column_count, hash = column;
    struct kk_table_known *k;

    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ key.data[i]) * 2654435761u;
    k = &t->known[hash >> (32 - KK_TABLE_KNOWN_BITS)];
    if (t->fault < 0 || !has_room(t, 1))
        return false;
    if (k->next > 0 && k->next <= t->count && k->column == column && kk_slice_equal(k->key, key)) {
        t->cells[t->count] = t->cells[k->next - 1];
        t->count++;
        return true;
    }
    *k = (struct kk_table_known){ .key = kk_arena_dup(&t->texts, key), .column = column };
    k->next = k->key.data ? t->count + 1 : 0;
    return false;
}

/* Units, tiers and methods stand row for row: what the cell above says is not kept twice. */
void kk_table_cell_slice(struct kk_table *t, const char *text, size_t len)
{
    const struct kk_table_text *above;
    char *copy;

    if (t->fault < 0 || !has_room(t, 1))
        return;
    above = t->count >= t->column_count ? &t->cells[t->count - t->column_count] : NULL;
    if (above && above->len == len && (len == 0 || memcmp(above->text, text, len) == 0)) {
        t->cells[t->count++] = *above;
        return;
    }
    copy = kk_arena_alloc(&t->texts, len + 1);
    if (!copy) {
        t->fault = KK_E_MEMORY;
        return;
    }
    if (len)
        memcpy(copy, text, len);
    clean(copy);
    t->cells[t->count++] = text_of(copy);
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

/* The cells of one line, as far as they are used: no spaces at its end. */
struct line {
    const struct kk_table_text *cells;
    size_t used;
    const int *widths;
    struct kk_bytes text;
};

static uint8_t *pad(uint8_t *to, int columns)
{
    memset(to, ' ', (size_t)columns);
    return to + columns;
}

/* Spaces stand before a number and between columns. */
static int print_line(const struct kk_table *t, struct kk_out *out, struct line *line)
{
    size_t room = 0;
    uint8_t *text, *end;

    for (size_t c = 0; c < line->used; c++)
        room += line->cells[c].len + (size_t)line->widths[c] + GAP;
    kk_bytes_clear(&line->text);
    if (kk_bytes_extend(&line->text, room, &text) < 0)
        return KK_E_MEMORY;
    end = text;
    for (size_t c = 0; c < line->used; c++) {
        int fill = line->widths[c] - line->cells[c].width;
        bool right = t->columns[c].align == KK_ALIGN_RIGHT;

        end = pad(end, right ? fill : 0);
        memcpy(end, line->cells[c].text, line->cells[c].len);
        end += line->cells[c].len;
        if (c + 1 < line->used)
            end = pad(end, (right ? 0 : fill) + GAP);
    }
    fwrite(text, 1, (size_t)(end - text), out->data);
    return 0;
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
    while (count > 0 && cells[count - 1].len == 0)
        count--;
    return count;
}

static int print_rows(const struct kk_table *t, struct kk_out *out, struct line *line)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < t->count; i += t->column_count) {
        line->cells = &t->cells[i];
        line->used = used_of(line->cells, t->column_count);
        r = print_line(t, out, line);
        fputc('\n', out->data);
    }
    if (t->count == 0) /* heads alone look as if something were missing */
        kk_out_line(out, "%s", KK_T(out, TABLE_EMPTY));
    return r;
}

int kk_table_print(struct kk_table *t, struct kk_out *out)
{
    int widths[KK_TABLE_COLUMNS_MAX];
    struct kk_table_text heads[KK_TABLE_COLUMNS_MAX];
    size_t columns = t->column_count;
    struct line line = { .cells = heads, .widths = widths };
    int r;

    if (t->fault < 0)
        return t->fault;
    kk_assert(columns > 0 && t->count % columns == 0);
    for (size_t c = 0; c < columns; c++)
        heads[c] = text_of(t->columns[c].head);
    measure(t, heads, widths);
    line.used = used_of(heads, columns);
    fputs(kk_out_style(out, KK_STYLE_STRONG), out->data);
    r = print_line(t, out, &line);
    fprintf(out->data, "%s\n", kk_out_style(out, KK_STYLE_END));
    if (r == 0)
        r = print_rows(t, out, &line);
    kk_bytes_fini(&line.text);
    return r;
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
