/* The strings and formats that cells point to (xlsx_in.h). [IM-7] */
#include "import/xlsx_in.h"

#include "kukyoku/base/alloc.h"

#include <stdlib.h>

/* --- shared strings --- */
struct strings {
    struct kk_xlsx *x;
    bool in_text; /* inside <t> … */
    unsigned ruby; /* … but not of <rPh>: how to read it is no part of a name */
};

static void strings_start(struct kk_xml *xml, const char *name, const char **attributes)
{
    struct strings *s = xml->user;

    (void)attributes;
    s->ruby += strcmp(name, "rPh") == 0;
    s->in_text = strcmp(name, "t") == 0 && s->ruby == 0;
}

static int end_string(struct kk_xlsx *x)
{
    if (x->string_count == x->string_cap) {
        size_t cap = x->string_cap ? 2 * x->string_cap : 1024;
        size_t *ends = kk_realloc(x->ends, cap * sizeof *ends);

        if (!ends)
            return KK_E_MEMORY;
        x->ends = ends;
        x->string_cap = cap;
    }
    x->ends[x->string_count++] = x->strings.len;
    return 0;
}

static void strings_end(struct kk_xml *xml, const char *name)
{
    struct strings *s = xml->user;
    int r = strcmp(name, "si") == 0 ? end_string(s->x) : 0;

    s->in_text = false;
    if (strcmp(name, "rPh") == 0 && s->ruby > 0)
        s->ruby--;
    if (r < 0)
        kk_xml_stop(xml, r);
}

static void strings_text(struct kk_xml *xml, struct kk_slice text)
{
    struct strings *s = xml->user;
    int r = 0;

    if (!s->in_text)
        return;
    if (s->x->strings.len + text.len > KK_XLSX_TEXT_MAX)
        r = KK_E_ROW_LIMIT;
    else
        r = kk_bytes_append_slice(&s->x->strings, text);
    if (r < 0)
        kk_xml_stop(xml, r);
}

int kk_xlsx_read_strings(struct kk_xlsx *x, const char *part, struct kk_error *err)
{
    struct strings strings = { .x = x };
    struct kk_xml xml = { .user = &strings, .start = strings_start, .end = strings_end,
                          .text = strings_text };
    int r = kk_xml_read(x, part, &xml, err);

    if (r == KK_E_ROW_LIMIT)
        return kk_xlsx_refuse(x, err, "the texts of the workbook are larger than 128 MiB",
                              "ブックの文字列が 128 MiB を超えています");
    return r == KK_E_NOT_FOUND ? 0 : r; /* a workbook of numbers alone has none */
}

struct kk_slice kk_xlsx_string(const struct kk_xlsx *x, const char *index)
{
    char *end;
    unsigned long at = strtoul(index, &end, 10);
    size_t from;

    if (end == index || *end || at >= x->string_count)
        return kk_slice(NULL, 0);
    from = at ? x->ends[at - 1] : 0;
    return kk_slice(x->strings.data ? x->strings.data + from : (const uint8_t *)"",
                    x->ends[at] - from);
}

/* --- formats of numbers --- */
#define OWN_FORMATS 512 /* those past it show no dates */
struct styles {
    struct kk_xlsx *x;
    bool in_cells;
    unsigned own[OWN_FORMATS]; /* numbers of formats that show dates */
    size_t own_count;
};

static bool shows_dates(const struct styles *s, unsigned id)
{
    for (size_t i = 0; i < s->own_count; i++) {
        if (s->own[i] == id)
            return true;
    }
    return kk_xlsx_builtin_dates(id);
}

static void styles_start(struct kk_xml *xml, const char *name, const char **attributes)
{
    struct styles *s = xml->user;
    const char *id = kk_xml_attribute(attributes, "numFmtId");
    const char *code = kk_xml_attribute(attributes, "formatCode");
    unsigned number = id ? (unsigned)strtoul(id, NULL, 10) : 0;
    int r = 0;

    if (strcmp(name, "cellXfs") == 0)
        s->in_cells = true;
    else if (strcmp(name, "numFmt") == 0 && code && kk_xlsx_format_dates(code) &&
             s->own_count < OWN_FORMATS)
        s->own[s->own_count++] = number;
    else if (strcmp(name, "xf") == 0 && s->in_cells)
        r = kk_bytes_append(&s->x->dates, &(char){ (char)shows_dates(s, number) }, 1);
    if (r < 0)
        kk_xml_stop(xml, r);
}

static void styles_end(struct kk_xml *xml, const char *name)
{
    struct styles *s = xml->user;

    if (strcmp(name, "cellXfs") == 0)
        s->in_cells = false;
}

int kk_xlsx_read_styles(struct kk_xlsx *x, const char *part, struct kk_error *err)
{
    struct styles styles = { .x = x };
    struct kk_xml xml = { .user = &styles, .start = styles_start, .end = styles_end };
    int r = kk_xml_read(x, part, &xml, err);

    return r == KK_E_NOT_FOUND ? 0 : r;
}
