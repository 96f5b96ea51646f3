/* proto/session/end.c: every end has a name, a text, and a fault that the error list knows. */
#include "kukyoku/session/end.h"
#include "unit.h"

START_TEST(the_table_is_whole)
{
    for (int end = KK_END_DONE; end <= KK_END_MEMORY; end++) {
        int fault = kk_end_fault((enum kk_session_end)end);

        ck_assert_ptr_nonnull(kk_end_name((enum kk_session_end)end));
        ck_assert_str_ne(kk_end_text((enum kk_session_end)end, "en"), "");
        ck_assert_str_ne(kk_end_text((enum kk_session_end)end, "ja"),
                         kk_end_text((enum kk_session_end)end, "en"));
        ck_assert(fault == 0 || kk_error_info(fault)->fault == fault);
    }
}
END_TEST

START_TEST(ends_lead_to_their_faults)
{
    ck_assert_int_eq(kk_end_fault(KK_END_DONE), 0);
    ck_assert_int_eq(kk_end_fault(KK_END_RECONNECT), 0);
    ck_assert_int_eq(kk_end_fault(KK_END_VERSION), KK_E_PEER_VERSION);
    ck_assert_int_eq(kk_end_fault(KK_END_TIMEOUT), KK_E_TIMEOUT);
    ck_assert_int_eq(kk_end_fault(KK_END_CUT), KK_E_CUT);
    ck_assert_str_eq(kk_end_name(KK_END_CUT), "CUT");
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("end", &suite);

    tcase_add_test(c, the_table_is_whole);
    tcase_add_test(c, ends_lead_to_their_faults);
    return suite;
}
