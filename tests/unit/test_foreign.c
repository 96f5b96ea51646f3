/* client/import/foreign.c: files that hold no table are called what they are. [IM-1] */
#include "unit.h"

#include "import/foreign.h"

static const struct {
    const char *file;
    size_t len;
    const char *en; /* NULL: may be a table */
} files[] = {
    { "", 0, NULL },
    { "area,value\n", 11, NULL },
    { "{\"GET_STATS_DATA\":", 18, NULL },
    { "<a", 2, NULL },
    { "%PDF-1.7\n", 9, "a PDF" },
    { "\x89PNG\r\n", 6, "a picture" },
    { "{\\rtf1\\ansi", 11, "a text document (RTF)" },
    { "\x1f\x8b\x08", 3, "compressed (gzip): unpack it first" },
    { "\xef\xbb\xbf\r\n<!DOCTYPE html>", 20, "a web page (HTML), perhaps an error of the site" },
    { "<HTML>", 6, "a web page (HTML), perhaps an error of the site" },
    { "<?xml version=", 14, "XML" },
    { "KKYB\x01", 5, "a file of this program (KKYB)" },
};

START_TEST(kinds_are_named)
{
    struct kk_slice file = kk_slice(files[_i].file, files[_i].len);
    const struct kk_foreign *kind = kk_foreign_find(file);
    struct kk_error err = { 0 };

    ck_assert_int_eq(kind != NULL, files[_i].en != NULL);
    ck_assert_int_eq(kk_foreign_refuse(file, "f", &err), kind ? KK_E_FILE_KIND : 0);
    if (kind)
        ck_assert_str_eq(kind->en, files[_i].en);
}
END_TEST

static bool has(void *user, const char *part)
{
    return strcmp(user, part) == 0;
}

START_TEST(packages_are_named)
{
    char ods[] = "content.xml", other[] = "a.csv";

    ck_assert_ptr_nonnull(strstr(kk_foreign_package(has, ods)->en, "OpenDocument"));
    ck_assert_str_eq(kk_foreign_package(has, other)->en, "this ZIP holds no workbook");
}
END_TEST

START_TEST(containers_are_told_apart)
{
    const char encrypted[] = "..E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
    const char old[] = "W\0o\0r\0k\0b\0o\0o\0k\0";

    ck_assert_str_eq(kk_foreign_container(kk_slice(encrypted, sizeof encrypted - 1))->en,
                     "the workbook is encrypted");
    ck_assert_str_eq(kk_foreign_container(kk_slice(old, sizeof old - 1))->en,
                     "a workbook of the old form (.xls)");
    ck_assert_str_eq(kk_foreign_container(kk_slice(old, sizeof old - 3))->en,
                     "the workbook is encrypted, or of the old form (.xls)");
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("foreign", &suite);

    tcase_add_loop_test(c, kinds_are_named, 0, KK_COUNT(files));
    tcase_add_test(c, packages_are_named);
    tcase_add_test(c, containers_are_told_apart);
    return suite;
}
