/*
 * A workbook, in two ways: the input as the whole file, and as the parts that matter (sheet, shared
 * strings, styles, parted by a zero byte) inside of a sound one. What comes out are rows in
 * ascending order, of sound texts, and the same rows each time. [IM-7]
 */
#include "fuzz.h"

#include "import/xlsx.h"
#include "kukyoku/base/bytes.h"
#include "kukyoku/base/text.h"

#include <zip.h>

#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define REL  "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const char workbook[] = "<workbook " MAIN " xmlns:r=\"" REL "\"><sheets>"
                               "<sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>";
static const char relations[] =
    "<Relationships><Relationship Id=\"r1\" Type=\"" REL "/worksheet\" Target=\"s.xml\"/>"
    "<Relationship Id=\"r2\" Type=\"" REL "/sharedStrings\" Target=\"w.xml\"/>"
    "<Relationship Id=\"r3\" Type=\"" REL "/styles\" Target=\"y.xml\"/></Relationships>";

struct seen {
    uint64_t line, rows, bytes;
};

static int row(void *user, const struct kk_csv_record *record)
{
    struct seen *s = user;

    kk_assert(record->line > s->line && record->count <= KK_CSV_FIELDS_MAX);
    s->line = record->line;
    s->rows++;
    for (size_t i = 0; i < record->count; i++) {
        kk_assert(kk_utf8_valid(record->fields[i]));
        s->bytes += record->fields[i].len;
    }
    return 0;
}

static int remark(void *user, const struct kk_tidy_complaint *c)
{
    (void)user;
    kk_assert(!kk_tidy_cause(c->reason)->refuses);
    return 0;
}

static void read_book(struct kk_slice file)
{
    KK_AUTO_FREE(kk_xlsx) struct kk_xlsx *x = NULL;
    struct seen first = { 0 }, again = { 0 };
    struct kk_xlsx_reader reader = { row, remark, &first };
    struct kk_error err = { 0 };
    int r = kk_xlsx_open(file, "f.xlsx", NULL, &x, &err);

    kk_assert(r == 0 || r == KK_E_SHEET);
    if (r < 0)
        return;
    r = kk_xlsx_each(x, &reader, &err);
    kk_assert(r == 0 || r == KK_E_SHEET);
    reader.user = &again;
    kk_assert(kk_xlsx_each(x, &reader, &err) == r);
    kk_assert(first.rows == again.rows && first.bytes == again.bytes);
}

static void add(zip_t *zip, const char *name, struct kk_slice text)
{
    zip_source_t *s = zip_source_buffer(zip, text.data, text.len, 0);

    kk_assert(s && zip_file_add(zip, name, s, ZIP_FL_ENC_UTF_8) >= 0);
}

static struct kk_slice next_part(struct kk_slice *rest)
{
    const uint8_t *end = rest->len ? memchr(rest->data, 0, rest->len) : NULL;
    struct kk_slice part = kk_slice(rest->data, end ? (size_t)(end - rest->data) : rest->len);
    size_t skip = part.len + (end != NULL);

    *rest = kk_slice(rest->data + skip, rest->len - skip);
    return part.len ? part : kk_slice_text("<a/>");
}

static void read_parts(struct kk_slice data)
{
    static const char *const names[] = { "xl/s.xml", "xl/w.xml", "xl/y.xml" };
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_TRUNCATE, NULL) : NULL;
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    zip_stat_t stat;
    uint8_t *at;

    kk_assert(zip);
    zip_source_keep(source);
    add(zip, "xl/workbook.xml", kk_slice_text(workbook));
    add(zip, "xl/_rels/workbook.xml.rels", kk_slice_text(relations));
    for (size_t i = 0; i < KK_COUNT(names); i++)
        add(zip, names[i], next_part(&data));
    kk_assert(zip_close(zip) == 0 && zip_source_open(source) == 0);
    kk_assert(zip_source_stat(source, &stat) == 0);
    kk_assert(kk_bytes_extend(&file, stat.size, &at) == 0);
    kk_assert(zip_source_read(source, at, stat.size) == (zip_int64_t)stat.size);
    zip_source_close(source);
    zip_source_free(source);
    read_book(kk_bytes_slice(&file));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kk_slice file = kk_slice(data, size);

    if (kk_xlsx_looks(file))
        read_book(file);
    else
        read_parts(file);
    return 0;
}
