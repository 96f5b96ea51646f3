/* What the files of the workbook reader share. */
#ifndef IMPORT_XLSX_IN_H
#define IMPORT_XLSX_IN_H

#include "import/lib_zip.h"
#include "import/xlsx.h"
#include "kukyoku/base/bytes.h"

#include <expat.h>

#define KK_XLSX_SHEETS 256
#define KK_XLSX_PATH   256

struct kk_xlsx_sheet {
    char name[KK_XLSX_SHEET_NAME], id[64];
    bool hidden;
};
struct kk_xlsx {
    zip_t *zip;
    const char *path; /* borrowed, for messages */
    uint64_t taken;   /* bytes that came out of parts */
    bool from_1904;
    struct kk_xlsx_sheet sheets[KK_XLSX_SHEETS];
    size_t sheet_count, chosen;
    char part[KK_XLSX_PATH]; /* of the chosen sheet */
    struct kk_bytes strings; /* one after the other */
    size_t *ends;            /* of the strings */
    size_t string_count, string_cap;
    struct kk_bytes dates; /* a byte a cell format: it shows dates */
};

/* --- one part through expat (xlsx_part.c) --- */
struct kk_xml {
    void *user;
    int fault; /* set by kk_xml_stop */
    XML_Parser parser;
    void (*start)(struct kk_xml *xml, const char *name, const char **attributes);
    void (*end)(struct kk_xml *xml, const char *name);
    void (*text)(struct kk_xml *xml, struct kk_slice text); /* NULL: not asked for */
};
/* KK_E_NOT_FOUND: no such part; KK_E_SHEET with the reason; the fault of kk_xml_stop. */
KK_MUST_USE int kk_xml_read(struct kk_xlsx *x, const char *part, struct kk_xml *xml,
                            struct kk_error *err);
void kk_xml_stop(struct kk_xml *xml, int fault);
/* NULL where the element has no such attribute; prefixes of namespaces are passed over. */
const char *kk_xml_attribute(const char **attributes, const char *name);
bool kk_xml_flag(const char **attributes, const char *name); /* "1" or "true" */
int kk_xlsx_refuse(const struct kk_xlsx *x, struct kk_error *err, const char *en, const char *ja);

/* --- the tables of a workbook (xlsx_words.c) --- */
KK_MUST_USE int kk_xlsx_read_strings(struct kk_xlsx *x, const char *part, struct kk_error *err);
KK_MUST_USE int kk_xlsx_read_styles(struct kk_xlsx *x, const char *part, struct kk_error *err);
/* Absent for a number that is none. */
struct kk_slice kk_xlsx_string(const struct kk_xlsx *x, const char *index);

/* Serial day to text (xlsx_date.c): YYYY-MM-DD, with THH:MM where there is a time. false: none. */
#define KK_XLSX_NUMBER 64
KK_MUST_USE bool kk_xlsx_date(const char *serial, bool from_1904, char ret[KK_XLSX_NUMBER]);
/* As a spreadsheet shows it unformatted: fifteen digits, no exponent. false: none. */
KK_MUST_USE bool kk_xlsx_number(const char *raw, char ret[KK_XLSX_NUMBER]);
/* Does a format of numbers show dates? */
bool kk_xlsx_format_dates(const char *code);
bool kk_xlsx_builtin_dates(unsigned id);

#endif
