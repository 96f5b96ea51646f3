/* Scopes, roles and wards: names there and back, and who is entitled to what. */
#include "unit.h"

#include "kukyoku/trust/scope.h"

START_TEST(names)
{
    static const char *const good[] = { "pub", "int", "b", "r:14133", "w:14131", "e:14137" };
    static const char *const bad[] = { "",          "pubx",     "Pub",     "r",       "r:",
                                       "r:14130",   "w:1413",   "x:14133", "b:14133", "e:141333",
                                       "pub:14133", "r:14133 ", "int\n" };
    char name[KK_SCOPE_NAME_MAX + 1];
    struct kk_scope scope;

    for (size_t i = 0; i < KK_COUNT(good); i++) {
        ck_assert_msg(kk_scope_parse(kk_slice_text(good[i]), &scope), "%s", good[i]);
        kk_scope_name(&scope, name);
        ck_assert_str_eq(name, good[i]);
    }
    for (size_t i = 0; i < KK_COUNT(bad); i++)
        ck_assert_msg(!kk_scope_parse(kk_slice_text(bad[i]), &scope), "%s", bad[i]);
}
END_TEST

/* product rule by product rule: who reads what */
static const struct {
    const char *scope;
    enum kk_role role;
    const char *ward;
    bool entitled;
} rights[] = {
    { "pub", KK_ROLE_STAFF, "14133", true },     { "pub", KK_ROLE_AUDITOR, "", true },
    { "int", KK_ROLE_STAFF, "14133", true },     { "int", KK_ROLE_AUDITOR, "", false },
    { "r:14133", KK_ROLE_STAFF, "14133", true }, { "r:14133", KK_ROLE_LEAD, "14136", false },
    { "r:14133", KK_ROLE_OFFICER, "", true },    { "w:14133", KK_ROLE_STAFF, "14133", true },
    { "w:14133", KK_ROLE_OFFICER, "", false },   { "w:14133", KK_ROLE_LEAD, "14136", false },
    { "e:14133", KK_ROLE_LEAD, "14133", true },  { "e:14133", KK_ROLE_OFFICER, "", true },
    { "e:14133", KK_ROLE_LEAD, "14136", false }, { "e:14133", KK_ROLE_PUBLISHER, "", false },
    { "b", KK_ROLE_OFFICER, "", true },          { "b", KK_ROLE_LEAD, "14133", false },
};

START_TEST(entitled)
{
    struct kk_scope scope;

    ck_assert(kk_scope_parse(kk_slice_text(rights[_i].scope), &scope));
    ck_assert_msg(kk_scope_entitled(&scope, rights[_i].role, rights[_i].ward) ==
                      rights[_i].entitled,
                  "%s, role %d", rights[_i].scope, (int)rights[_i].role);
}
END_TEST

struct seen {
    char last[KK_SCOPE_NAME_MAX + 1];
    size_t count;
};

static void note(void *user, const struct kk_scope *scope)
{
    struct seen *s = user;
    char name[KK_SCOPE_NAME_MAX + 1];

    kk_scope_name(scope, name);
    ck_assert_int_gt(strcmp(name, s->last), 0); /* ascending, each once */
    memcpy(s->last, name, sizeof(name));
    s->count++;
}

START_TEST(each)
{
    struct seen staff = { .last = "" }, officer = { .last = "" };

    kk_scope_each_entitled(KK_ROLE_STAFF, "14133", note, &staff);
    ck_assert_uint_eq(staff.count, 5); /* e, int, pub, r, w */
    kk_scope_each_entitled(KK_ROLE_OFFICER, "", note, &officer);
    ck_assert_uint_eq(officer.count, 1 + 7 + 1 + 1 + 7); /* b, e:…, int, pub, r:… */
}
END_TEST

START_TEST(labels)
{
    for (int role = KK_ROLE_STAFF; role <= KK_ROLE_AUDITOR; role++) {
        ck_assert_int_eq(kk_role_parse(kk_role_name((enum kk_role)role)), role);
        ck_assert_str_ne(kk_role_label((enum kk_role)role, "ja"),
                         kk_role_label((enum kk_role)role, "en"));
    }
    ck_assert_int_eq(kk_role_parse("mayor"), 0);
    ck_assert_ptr_null(kk_role_name((enum kk_role)0));
    ck_assert_ptr_null(kk_role_label((enum kk_role)99, "en"));
    ck_assert(kk_role_of_bureau(KK_ROLE_OFFICER) && !kk_role_of_bureau(KK_ROLE_LEAD));
    ck_assert_str_eq(kk_status_name(KK_STATUS_REVOKED), "revoked");
    ck_assert_ptr_null(kk_status_name((enum kk_status)0));
    ck_assert_str_eq(kk_status_label(KK_STATUS_REVOKED, "ja"), "失効");
    ck_assert_str_eq(kk_status_label(KK_STATUS_ACTIVE, "en"), "active");
    ck_assert_ptr_null(kk_status_label((enum kk_status)0, "ja"));
    ck_assert_str_eq(kk_ward_name("14133", "ja"), "中原区");
    ck_assert_str_eq(kk_ward_name("14133", "en"), "Nakahara-ku");
    ck_assert(!kk_ward_known("14130") && kk_ward_name("", "en") == NULL);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("scope", &suite);

    tcase_add_test(tcase, names);
    tcase_add_loop_test(tcase, entitled, 0, (int)KK_COUNT(rights));
    tcase_add_test(tcase, each);
    tcase_add_test(tcase, labels);
    return suite;
}
