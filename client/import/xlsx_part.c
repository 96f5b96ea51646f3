/* One part of a workbook, unpacked and parsed as it comes (xlsx_in.h). [IM-7] */
#include "import/xlsx_in.h"

#include "kukyoku/base/alloc.h"

#define PIECE (64 * 1024)

int kk_xlsx_refuse(const struct kk_xlsx *x, struct kk_error *err, const char *en, const char *ja)
{
    return kk_error_text(err, KK_E_SHEET, x->path, en, ja);
}

/* --- elements --- */
static const char *local(const char *name)
{
    const char *colon = strchr(name, ':');

    return colon ? colon + 1 : name;
}

const char *kk_xml_attribute(const char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2) {
        if (strcmp(local(attributes[i]), name) == 0)
            return attributes[i + 1];
    }
    return NULL;
}

bool kk_xml_flag(const char **attributes, const char *name)
{
    const char *value = kk_xml_attribute(attributes, name);

    return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

void kk_xml_stop(struct kk_xml *xml, int fault)
{
    if (xml->fault == 0)
        xml->fault = fault;
    XML_StopParser(xml->parser, XML_FALSE);
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct kk_xml *xml = user;

    if (xml->fault == 0)
        xml->start(xml, local(name), attributes);
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
    struct kk_xml *xml = user;

    if (xml->fault == 0)
        xml->end(xml, local(name));
}

static void XMLCALL on_text(void *user, const XML_Char *text, int len)
{
    struct kk_xml *xml = user;

    if (xml->fault == 0 && xml->text)
        xml->text(xml, kk_slice(text, (size_t)len));
}

/* No workbook needs a DOCTYPE; whoever writes one wants entities. */
static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    kk_xml_stop(user, KK_E_SHEET);
}

/* --- bytes --- */
struct piece {
    struct kk_xlsx *x;
    zip_file_t *file;
    uint64_t packed, taken;
};

/* What the part has given so far against what it may: sizes that the file claims prove nothing. */
static bool too_large(struct piece *p, size_t more)
{
    p->taken += more;
    p->x->taken += more;
    return p->x->taken > KK_XLSX_BYTES_MAX ||
           (p->taken > KK_XLSX_RATIO_FROM && p->taken / KK_XLSX_RATIO_MAX > p->packed);
}

static int parse(struct piece *p, struct kk_xml *xml, struct kk_error *err)
{
    for (;;) {
        void *room = XML_GetBuffer(xml->parser, PIECE);
        zip_int64_t got = room ? kk_zip->zip_fread(p->file, room, PIECE) : 0;

        if (!room)
            return KK_E_MEMORY;
        if (got < 0)
            return kk_xlsx_refuse(p->x, err, "the workbook is damaged or was cut off",
                                  "ブックが壊れているか、途中で切れています");
        if (too_large(p, (size_t)got))
            return kk_xlsx_refuse(p->x, err, "the workbook unpacks to more than a table can be",
                                  "展開すると表としてあり得ない大きさになるブックです");
        if (XML_ParseBuffer(xml->parser, (int)got, got == 0) == XML_STATUS_ERROR)
            break;
        if (got == 0)
            return 0;
    }
    if (xml->fault == KK_E_SHEET)
        return kk_xlsx_refuse(p->x, err, "the workbook declares entities; nothing was read",
                              "実体宣言を含むブックです。読み取っていません");
    return xml->fault < 0 ? xml->fault
                          : kk_xlsx_refuse(p->x, err, "a part of the workbook is no sound XML",
                                           "ブックの中の XML が正しくありません");
}

int kk_xml_read(struct kk_xlsx *x, const char *part, struct kk_xml *xml, struct kk_error *err)
{
    struct piece p = { .x = x };
    zip_stat_t stat;
    int r;

    if (kk_zip->zip_stat(x->zip, part, 0, &stat) < 0 || !(stat.valid & ZIP_STAT_COMP_SIZE))
        return KK_E_NOT_FOUND;
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE)
        return kk_xlsx_refuse(x, err, "the workbook is encrypted", "暗号化されたブックです");
    p.packed = stat.comp_size;
    p.file = kk_zip->zip_fopen(x->zip, part, 0);
    if (!p.file)
        return kk_xlsx_refuse(x, err, "the workbook is damaged or was cut off",
                              "ブックが壊れているか、途中で切れています");
    xml->fault = 0;
    xml->parser = XML_ParserCreate(NULL);
    r = xml->parser ? 0 : KK_E_MEMORY;
    if (r == 0) {
        XML_SetUserData(xml->parser, xml);
        XML_SetElementHandler(xml->parser, on_start, on_end);
        XML_SetCharacterDataHandler(xml->parser, on_text);
        XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
        r = parse(&p, xml, err);
        XML_ParserFree(xml->parser);
    }
    kk_zip->zip_fclose(p.file);
    return r;
}
