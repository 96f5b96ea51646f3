/* Kinds of files that are no tables (foreign.h). [IM-1] */
#include "import/foreign.h"

#include <string.h>

/* --- by their first bytes --- */
static const struct {
    const char *bytes;
    size_t len;
    struct kk_foreign kind;
} beginnings[] = {
    { "%PDF", 4, { "a PDF", "PDF です" } },
    { "\x89PNG", 4, { "a picture", "画像です" } },
    { "\xff\xd8\xff", 3, { "a picture", "画像です" } },
    { "GIF8", 4, { "a picture", "画像です" } },
    { "{\\rtf", 5, { "a text document (RTF)", "文書（RTF）です" } },
    { "\x1f\x8b", 2, { "compressed (gzip): unpack it first",
        "圧縮されています（gzip）。先に展開してください" } },
    { "7z\xbc\xaf", 4, { "compressed (7z): unpack it first",
        "圧縮されています（7z）。先に展開してください" } },
    { "Rar!", 4, { "compressed (RAR): unpack it first",
        "圧縮されています（RAR）。先に展開してください" } },
    { "SQLite format 3", 15, { "a database (SQLite)", "データベース（SQLite）です" } },
    { "KKYB", 4, { "a file of this program (KKYB)", "このプログラムのファイル（KKYB）です" } },
};

/* Text of another kind; small and capital letters alike. */
static const struct {
    const char *text;
    struct kk_foreign kind;
} texts[] = {
    { "<!doctype", { "a web page (HTML), perhaps an error of the site",
        "ウェブページ（HTML）です。配布元のエラー画面かもしれません" } },
    { "<html", { "a web page (HTML), perhaps an error of the site",
        "ウェブページ（HTML）です。配布元のエラー画面かもしれません" } },
    { "<?xml", { "XML", "XML です" } },
};

static bool begins(struct kk_slice file, const char *bytes, size_t len)
{
    return file.len >= len && memcmp(file.data, bytes, len) == 0;
}

static uint8_t small(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

static bool reads(struct kk_slice file, const char *text)
{
    size_t len = strlen(text), i = 0;

    while (i < len && i < file.len && small(file.data[i]) == (uint8_t)text[i])
        i++;
    return i == len;
}

static struct kk_slice after_space(struct kk_slice file)
{
    size_t from = begins(file, "\xef\xbb\xbf", 3) ? 3 : 0;

    while (from < file.len && file.data[from] <= ' ')
        from++;
    return kk_slice(file.data + from, file.len - from);
}

const struct kk_foreign *kk_foreign_find(struct kk_slice file)
{
    if (file.len == 0)
        return NULL;
    for (size_t i = 0; i < KK_COUNT(beginnings); i++) {
        if (begins(file, beginnings[i].bytes, beginnings[i].len))
            return &beginnings[i].kind;
    }
    for (size_t i = 0; i < KK_COUNT(texts); i++) {
        if (reads(after_space(file), texts[i].text))
            return &texts[i].kind;
    }
    return NULL;
}

int kk_foreign_refuse(struct kk_slice file, const char *path, struct kk_error *err)
{
    const struct kk_foreign *kind = kk_foreign_find(file);

    return kind ? kk_error_text(err, KK_E_FILE_KIND, path, kind->en, kind->ja) : 0;
}

/* --- by the parts of a package --- */
const struct kk_foreign *kk_foreign_package(kk_foreign_has *has, void *user)
{
    static const struct {
        const char *part;
        struct kk_foreign kind;
    } parts[] = {
        { "xl/workbook.bin", { "a binary workbook (.xlsb)", "バイナリ形式のブック（.xlsb）です" } },
        { "word/document.xml", { "a text document (.docx)", "文書（.docx）です" } },
        { "ppt/presentation.xml", { "slides (.pptx)", "スライド（.pptx）です" } },
        { "content.xml", { "an OpenDocument file (.ods, .odt)", "OpenDocument 形式（.ods、.odt）です" } },
    };
    static const struct kk_foreign none = { "this ZIP holds no workbook", "ブックではない ZIP です" };

    for (size_t i = 0; i < KK_COUNT(parts); i++) {
        if (has(user, parts[i].part))
            return &parts[i].kind;
    }
    return &none;
}

/* --- by the streams of a container --- */
/* Its directory has the names in UTF-16; letters stand at every second byte. */
static bool holds_name(struct kk_slice file, const char *name)
{
    size_t len = strlen(name);

    for (size_t at = 0; at + 2 * len <= file.len; at++) {
        size_t i = 0;

        while (i < len && file.data[at + 2 * i] == (uint8_t)name[i] &&
               file.data[at + 2 * i + 1] == 0)
            i++;
        if (i == len)
            return true;
    }
    return false;
}

const struct kk_foreign *kk_foreign_container(struct kk_slice file)
{
    static const struct kk_foreign encrypted = { "the workbook is encrypted",
                                                 "暗号化されたブックです" };
    static const struct kk_foreign old = { "a workbook of the old form (.xls)",
                                           "古い形式のブック（.xls）です" };
    static const struct kk_foreign other = { "the workbook is encrypted, or of the old form (.xls)",
                                             "暗号化されたブックか、古い形式（.xls）です" };

    if (holds_name(file, "EncryptedPackage"))
        return &encrypted;
    return holds_name(file, "Workbook") || holds_name(file, "Book") ? &old : &other;
}
