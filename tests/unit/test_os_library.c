/*
 * client/os_posix_library.c, and client/guard/lib_clp.c, client/serve/lib_microhttpd.c,
 * client/import/lib_zip.c, client/view/lib_xlsxwriter.c: libraries that are loaded when they are
 * needed, and one that is not there.
 */
#include "unit.h"

#include "guard/lib_clp.h"
#include "import/lib_zip.h"
#include "os_library.h"
#include "serve/lib_microhttpd.h"
#include "view/lib_xlsxwriter.h"

#include <math.h>

#define FOUND(F) F(cos) F(floor)
KK_LIBRARY_DECLARE(found, FOUND);
KK_LIBRARY_DEFINE(found, FOUND, "libm.so.6", "libc6")

START_TEST(a_library_is_found_once)
{
    struct kk_error err = { 0 };

    ck_assert(!found->cos);
    ck_assert_int_eq(found_load(&err), 0);
    ck_assert(found->cos(0) > 0.999 && found->floor(1.5) < 1.1);
    ck_assert_int_eq(found_load(NULL), 0);
}
END_TEST

START_TEST(one_that_is_not_there)
{
    static const char *const names[] = { "cos", "no_such_function" };
    void *ret[2] = { NULL, NULL };
    struct kk_os_library gone = { "libnosuch.so.9", "libnosuch9", names, 1, false };
    struct kk_os_library older = { "libm.so.6", "libc6", names, 2, false };
    struct kk_error err = { 0 };

    ck_assert_int_eq(kk_os_library_load(&gone, ret, &err), KK_E_LIBRARY);
    ck_assert_str_eq(err.where, "libnosuch.so.9");
    ck_assert_str_eq(kk_error_detail(&err, "en"), "package libnosuch9");
    ck_assert_int_eq(kk_os_library_load(&older, ret, &err), KK_E_LIBRARY);
    ck_assert_str_eq(err.where, "libm.so.6");
    ck_assert_int_eq(kk_os_library_load(&older, ret, NULL), KK_E_LIBRARY);
}
END_TEST

START_TEST(all_that_the_client_loads)
{
    struct kk_error err = { 0 };

    ck_assert_int_eq(kk_clp_load(&err), 0);
    ck_assert_int_eq(kk_mhd_load(&err), 0);
    ck_assert_int_eq(kk_zip_load(&err), 0);
    ck_assert_int_eq(kk_lxw_load(&err), 0);
    ck_assert(kk_clp->Clp_dual && kk_mhd->MHD_run && kk_zip->zip_stat && kk_lxw->workbook_close);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("os_library", &s);

    tcase_add_test(c, a_library_is_found_once);
    tcase_add_test(c, one_that_is_not_there);
    tcase_add_test(c, all_that_the_client_loads);
    return s;
}
