/*
 * The list of errors: numbers that were published stay, every row says what to do in both
 * languages, and a filled error never overruns.
 */
#include "unit.h"

#include "kukyoku/error.h"

#include <signal.h>

/* Scripts rely on these; a row here never changes. */
static const struct {
    enum kk_exit exit;
    int status;
} statuses[] = {
    { KK_EXIT_OK, 0 },       { KK_EXIT_FAILED, 1 },    { KK_EXIT_USAGE, 2 },
    { KK_EXIT_WARNINGS, 3 }, { KK_EXIT_UNCHANGED, 4 }, { KK_EXIT_TEMPORARY, 5 },
    { KK_EXIT_CONFLICT, 6 }, { KK_EXIT_VERIFY, 7 },    { KK_EXIT_DENIED, 8 },
    { KK_EXIT_NEWER, 9 },    { KK_EXIT_LOCKED, 10 },   { KK_EXIT_INTERRUPTED, 130 },
};

START_TEST(exit_statuses)
{
    for (size_t i = 0; i < KK_COUNT(statuses); i++)
        ck_assert_int_eq((int)statuses[i].exit, statuses[i].status);
}
END_TEST

/* What travels: name, number, whether the session ends with it. [EN-17] */
static const struct {
    unsigned number;
    const char *name;
    bool closes;
} wires[] = {
    { 0, "OK", false },       { 1, "PROTO", true },      { 2, "VERSION", true },
    { 3, "AUTH", true },      { 4, "REVOKED", true },    { 5, "PENDING", false },
    { 6, "BUSY", false },     { 7, "RATE", false },      { 8, "LIMIT", true },
    { 9, "NOTFOUND", false }, { 10, "CHAIN", false },    { 11, "FORK", false },
    { 12, "SIG", false },     { 13, "ROLE", false },     { 14, "STATE", false },
    { 15, "SCOPE", false },   { 16, "EPOCH", false },    { 17, "STALE_ROSTER", false },
    { 18, "INVITE", false },  { 19, "INTERNAL", false },
};

START_TEST(wire_codes)
{
    for (size_t i = 0; i < KK_COUNT(wires); i++) {
        ck_assert_str_eq(kk_wire_name(wires[i].number), wires[i].name);
        ck_assert_int_eq(kk_wire_closes(wires[i].number), wires[i].closes);
    }
    ck_assert_ptr_null(kk_wire_name(255));
    ck_assert(!kk_wire_closes(255));
}
END_TEST

static bool is_japanese(const char *text)
{
    for (const char *at = text; *at; at++) {
        if ((unsigned char)*at >= 0xe3)
            return true;
    }
    return false;
}

START_TEST(every_row)
{
    size_t count;
    const struct kk_error_info *list = kk_error_list(&count);

    for (size_t i = 0; i < count; i++) {
        const struct kk_error_info *e = &list[i];

        ck_assert_msg(-e->fault >= 1000 && -e->fault <= 8999, "%s: group", e->name);
        ck_assert_msg(i == 0 || e->fault < e[-1].fault, "%s: ascending", e->name);
        ck_assert_ptr_eq(kk_error_info(e->fault), e);
        ck_assert_msg(e->en[0] && e->remedy_en[0], "%s: English", e->name);
        ck_assert_msg(is_japanese(e->ja) && is_japanese(e->remedy_ja), "%s: Japanese", e->name);
        ck_assert_msg(e->remedy_en[strlen(e->remedy_en) - 1] == '.', "%s: a sentence", e->name);
        ck_assert_msg(e->exit != KK_EXIT_OK, "%s: exit status", e->name);
        ck_assert_msg(e->wire != KK_WIRE_OK && kk_wire_name(e->wire), "%s: wire code", e->name);
    }
}
END_TEST

START_TEST(in_two_languages)
{
    struct kk_error err;

    ck_assert_int_eq(kk_error_say(&err, KK_E_FORM, "x", "%d pages", "%dページ", 3), KK_E_FORM);
    ck_assert_str_eq(kk_error_detail(&err, "en"), "3 pages");
    ck_assert_str_eq(kk_error_detail(&err, "ja"), "3ページ");
    ck_assert_int_eq(kk_error_text(&err, KK_E_IO, "x", "100%d", "百%s"), KK_E_IO);
    ck_assert_str_eq(kk_error_detail(&err, "en"), "100%d");
    ck_assert_str_eq(kk_error_detail(&err, "ja"), "百%s");
    ck_assert_int_eq(kk_error_set(&err, KK_E_FORM, "x", "%d", 7), KK_E_FORM);
    ck_assert_str_eq(kk_error_detail(&err, "ja"), "7"); /* a number needs no words */
    ck_assert_int_eq(kk_error_say(NULL, KK_E_FORM, "x", "%d", "%d", 3), KK_E_FORM);
}
END_TEST

START_TEST(filling)
{
    struct kk_error err;
    char longer[KK_ERROR_DETAIL_MAX + 10];

    ck_assert_int_eq(kk_error_set(&err, KK_E_FORM, "file.c:7", "%s %d", "field", 3), KK_E_FORM);
    ck_assert_int_eq(err.fault, KK_E_FORM);
    ck_assert_str_eq(err.where, "file.c:7");
    ck_assert_str_eq(err.detail, "field 3");
    ck_assert_int_eq(kk_error_set(NULL, KK_E_IO, NULL, "%s", ""), KK_E_IO);
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    ck_assert_int_eq(kk_error_set(&err, KK_E_IO, longer, "%s", longer), KK_E_IO);
    ck_assert_uint_eq(strlen(err.where), KK_ERROR_WHERE_MAX - 1);
    ck_assert_uint_eq(strlen(err.detail), KK_ERROR_DETAIL_MAX - 1);
    ck_assert_int_eq(kk_error_set(&err, KK_E_IO, NULL, "%s", ""), KK_E_IO);
    ck_assert_str_eq(err.where, "");
    /* what was typed, cut in the middle of a character, or meant for a terminal */
    kk_ignore(kk_error_say(&err, KK_E_IO, "a\x1b[2J", "%.4s\x07", "%.5s", "区局"));
    ck_assert_str_eq(err.where, "a?[2J");
    ck_assert_str_eq(err.detail, "区?");
    ck_assert_str_eq(err.detail_ja, "区");
}
END_TEST

START_TEST(no_such_fault)
{
    kk_ignore(kk_error_info(-1) != NULL);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("base_error", &suite);

    tcase_add_test(tcase, exit_statuses);
    tcase_add_test(tcase, wire_codes);
    tcase_add_test(tcase, every_row);
    tcase_add_test(tcase, filling);
    tcase_add_test(tcase, in_two_languages);
    if (unit_forks())
        tcase_add_test_raise_signal(tcase, no_such_fault, SIGABRT);
    return suite;
}
