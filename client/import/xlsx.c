/* The package of a workbook: which sheets, in which parts (xlsx.h). [IM-7] */
#include "import/xlsx_in.h"

#include "kukyoku/base/alloc.h"

#include <stdio.h>

bool kk_xlsx_looks(struct kk_slice file)
{
    return file.len >= 4 && (memcmp(file.data, "PK\x03\x04", 4) == 0 ||
                             memcmp(file.data, "\xd0\xcf\x11\xe0", 4) == 0);
}

void kk_xlsx_free(struct kk_xlsx *x)
{
    if (!x)
        return;
    if (x->zip)
        kk_zip->zip_discard(x->zip);
    kk_bytes_fini(&x->strings);
    kk_bytes_fini(&x->dates);
    kk_free(x->ends);
    kk_free(x);
}

const char *kk_xlsx_sheet(const struct kk_xlsx *x)
{
    return x->sheets[x->chosen].name;
}

static int open_zip(struct kk_xlsx *x, struct kk_slice file, struct kk_error *err)
{
    zip_error_t why;
    zip_source_t *source;
    int r = kk_zip_load(err);

    if (r < 0)
        return r;
    if (file.len >= 4 && memcmp(file.data, "\xd0\xcf\x11\xe0", 4) == 0)
        return kk_xlsx_refuse(x, err, "the workbook is encrypted, or of the old form (.xls)",
                              "暗号化されたブックか、古い形式（.xls）です");
    kk_zip->zip_error_init(&why);
    source = kk_zip->zip_source_buffer_create(file.data, file.len, 0, &why);
    if (source)
        x->zip = kk_zip->zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &why);
    if (!x->zip)
        kk_zip->zip_source_free(source);
    kk_zip->zip_error_fini(&why);
    return x->zip ? 0
                  : kk_xlsx_refuse(x, err, "the workbook is damaged or was cut off",
                                   "ブックが壊れているか、途中で切れています");
}

/* --- the list of sheets --- */
static void workbook_start(struct kk_xml *xml, const char *name, const char **attributes)
{
    struct kk_xlsx *x = xml->user;
    const char *title = kk_xml_attribute(attributes, "name");
    const char *state = kk_xml_attribute(attributes, "state"), *id = NULL;

    if (strcmp(name, "workbookPr") == 0)
        x->from_1904 = kk_xml_flag(attributes, "date1904");
    if (strcmp(name, "sheet") != 0 || !title || x->sheet_count == KK_XLSX_SHEETS)
        return;
    for (size_t i = 0; attributes[i]; i += 2) {
        /* r:id, not the number sheetId; its prefix is whatever the writer chose */
        const char *colon = strchr(attributes[i], ':');

        id = colon && strcmp(colon, ":id") == 0 ? attributes[i + 1] : id;
    }
    struct kk_xlsx_sheet *sheet = &x->sheets[x->sheet_count++];
    snprintf(sheet->name, sizeof sheet->name, "%.*s", KK_XLSX_SHEET_NAME - 1, title);
    snprintf(sheet->id, sizeof sheet->id, "%.63s", id ? id : "");
    sheet->hidden = state && strcmp(state, "visible") != 0;
}

static void nothing_ends(struct kk_xml *xml, const char *name)
{
    (void)xml;
    (void)name;
}

static bool choose(struct kk_xlsx *x, const char *sheet)
{
    for (x->chosen = 0; x->chosen < x->sheet_count; x->chosen++) {
        const struct kk_xlsx_sheet *s = &x->sheets[x->chosen];

        if (sheet ? strcmp(s->name, sheet) == 0 : !s->hidden)
            return true;
    }
    return false;
}

/* --- where its parts are --- */
struct relations {
    struct kk_xlsx *x;
    char strings[KK_XLSX_PATH], styles[KK_XLSX_PATH];
};

/* Relative to xl/, or from the root of the package. */
static void target(const char *path, char ret[KK_XLSX_PATH])
{
    if (path[0] == '/')
        snprintf(ret, KK_XLSX_PATH, "%.250s", path + 1);
    else
        snprintf(ret, KK_XLSX_PATH, "xl/%.250s", path);
}

static bool ends_in(const char *text, const char *with)
{
    size_t len = strlen(text), end = strlen(with);

    return len >= end && strcmp(text + len - end, with) == 0;
}

static void relations_start(struct kk_xml *xml, const char *name, const char **attributes)
{
    struct relations *r = xml->user;
    const char *id = kk_xml_attribute(attributes, "Id");
    const char *type = kk_xml_attribute(attributes, "Type");
    const char *path = kk_xml_attribute(attributes, "Target");

    if (strcmp(name, "Relationship") != 0 || !id || !type || !path)
        return;
    if (strcmp(id, r->x->sheets[r->x->chosen].id) == 0)
        target(path, r->x->part);
    else if (ends_in(type, "/sharedStrings"))
        target(path, r->strings);
    else if (ends_in(type, "/styles"))
        target(path, r->styles);
}

static int read_package(struct kk_xlsx *x, const char *sheet, struct kk_error *err)
{
    struct relations relations = { .x = x };
    struct kk_xml workbook = { .user = x, .start = workbook_start, .end = nothing_ends };
    struct kk_xml parts = { .user = &relations, .start = relations_start, .end = nothing_ends };
    int r = kk_xml_read(x, "xl/workbook.xml", &workbook, err);

    if (r == KK_E_NOT_FOUND)
        return kk_xlsx_refuse(x, err, "this ZIP holds no workbook", "ブックではない ZIP です");
    if (r < 0)
        return r;
    if (!choose(x, sheet))
        return kk_error_say(err, KK_E_SHEET, x->path, "no sheet `%s`; the first is `%s`",
                            "「%s」というシートはありません（最初のシートは「%s」）",
                            sheet ? sheet : "", x->sheet_count ? x->sheets[0].name : "");
    r = kk_xml_read(x, "xl/_rels/workbook.xml.rels", &parts, err);
    if (r == KK_E_NOT_FOUND || (r == 0 && !x->part[0]))
        return kk_xlsx_refuse(x, err, "the workbook does not say where its sheet is",
                              "シートの所在が分からないブックです");
    if (r == 0 && relations.strings[0])
        r = kk_xlsx_read_strings(x, relations.strings, err);
    return r == 0 && relations.styles[0] ? kk_xlsx_read_styles(x, relations.styles, err) : r;
}

int kk_xlsx_open(struct kk_slice file, const char *path, const char *sheet, struct kk_xlsx **ret,
                 struct kk_error *err)
{
    KK_AUTO_FREE(kk_xlsx) struct kk_xlsx *x = kk_alloc(sizeof *x);
    int r;

    if (!x)
        return KK_E_MEMORY;
    x->path = path;
    r = open_zip(x, file, err);
    if (r == 0)
        r = read_package(x, sheet, err);
    if (r == 0)
        *ret = KK_STEAL(x);
    return r;
}
