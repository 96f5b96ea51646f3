/*
 * Who may erase what, and which bodies go: a second reading of the rule, by hand, for every scope
 * and role. Covers proto/record/verdict.c. [RL-28]
 */
#include "unit.h"

#include "asking.h"

#include "kukyoku/record/kind.h"

#include <stdio.h>

static enum kk_wire_code judge_now(struct ask *a)
{
    return kk_verdict(&a->span, &a->op, own_id, KK_TV_ERASE, &a->track);
}

static void name_one(struct ask *a, bool some)
{
    a->ref.id = kk_slice(pending_id, KK_HASH_BYTES);
    a->op.refs.items = &a->ref;
    a->op.refs.count = some;
}

static const char *const may_erase[] = { /* scope, and the roles that erase there */
    "w:14133 l", "b o", "int lo", "e:14133 lo",
};

static enum kk_wire_code erase_expected(const char *row, unsigned role, bool over, bool some)
{
    char letter = role == KK_ROLE_LEAD ? 'l' : role == KK_ROLE_OFFICER ? 'o' : '-';

    if (!strchr(strchr(row, ' '), letter))
        return KK_WIRE_ROLE;
    /* all of a case when nobody is waited for; what it names at any time */
    return row[0] != 'e' || over || some ? KK_WIRE_OK : KK_WIRE_STATE;
}

static void one_erase(const char *row, unsigned role, bool over, bool some)
{
    bool is_case = row[0] == 'e';
    unsigned kind = row[0] == 'w' ? 0 : is_case ? KK_KIND_CASE : KK_KIND_FEEDBACK;
    char scope[16];
    enum kk_wire_code want = erase_expected(row, role, over, some);
    struct ask a;

    snprintf(scope, sizeof(scope), "%.*s", (int)strcspn(row, " "), row);
    ask_init(&a, scope, role, kind, KK_ACT_ERASE);
    a.track = (struct kk_track){ .exists = true, .kind = (uint8_t)kind,
                                 .closed = over && !is_case };
    a.track.state = !is_case ? 0 : over ? KK_CASE_DECLINED : KK_CASE_IN_REVIEW;
    name_one(&a, some);
    ck_assert_msg(judge_now(&a) == want, "%s, role %u, over %d, some %d", row, role, over, some);
    ck_assert(a.track.erased == (want == KK_WIRE_OK && !some));
    if (!a.track.erased)
        return;
    a.op.act = is_case ? KK_ACT_SUBMIT : KK_ACT_EDIT; /* takes nothing more */
    a.span.role = is_case ? KK_ROLE_LEAD : a.span.role;
    ck_assert_int_eq(judge_now(&a), KK_WIRE_STATE);
    ck_assert(kk_track_over(is_case ? KK_MACHINE_CASE : KK_MACHINE_PLAIN, &a.track));
}

START_TEST(erasing)
{
    for (unsigned role = KK_ROLE_STAFF; role <= KK_ROLE_AUDITOR; role++) {
        for (unsigned bits = 0; bits < 4; bits++)
            one_erase(may_erase[_i], role, bits & 1, bits & 2);
    }
}
END_TEST

START_TEST(erasing_programs)
{
    for (unsigned state = 0; state < 5; state++) {
        for (unsigned some = 0; some < 2; some++) {
            bool may = state != KK_PROGRAM_NONE && (some || state == KK_PROGRAM_ENDED);
            struct ask a;

            ask_init(&a, "int", KK_ROLE_OFFICER, KK_KIND_PROGRAM, KK_ACT_ERASE);
            a.track = (struct kk_track){ .state = (uint8_t)state, .exists = state > 0,
                                         .kind = state > 0 ? KK_KIND_PROGRAM : 0 };
            name_one(&a, some);
            ck_assert_int_eq(judge_now(&a), may ? KK_WIRE_OK : KK_WIRE_STATE);
            ck_assert(a.track.erased == (may && !some));
            a.op.act = KK_ACT_EDIT;
            if (a.track.erased)
                ck_assert_int_eq(judge_now(&a), KK_WIRE_STATE);
            a.span.role = KK_ROLE_LEAD;
            a.op.act = KK_ACT_ERASE;
            ck_assert_int_eq(judge_now(&a), KK_WIRE_ROLE);
        }
    }
}
END_TEST

/* Which bodies go, under either version of the rules; before there is a record, nothing can. */
START_TEST(what_is_erased)
{
    struct ask a;

    ask_init(&a, "w:14133", KK_ROLE_LEAD, 0, KK_ACT_ERASE);
    ck_assert_int_eq(judge_now(&a), KK_WIRE_STATE);
    name_one(&a, true);
    ck_assert(kk_op_erases(&a.op, KK_TV_ERASE, pending_id));
    ck_assert(!kk_op_erases(&a.op, KK_TV_ERASE, own_id));
    ck_assert(!kk_op_erases_all(&a.op, KK_TV_ERASE));
    /* the first version knew no other */
    ck_assert(kk_op_erases(&a.op, 1, own_id) && kk_op_erases_all(&a.op, 1));
    name_one(&a, false);
    ck_assert(kk_op_erases(&a.op, KK_TV_ERASE, own_id));
    a.op.act = KK_ACT_EDIT;
    ck_assert(!kk_op_erases(&a.op, KK_TV_ERASE, own_id) && !kk_op_erases_all(&a.op, KK_TV_ERASE));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("erasing", &suite);

    tcase_add_loop_test(c, erasing, 0, (int)KK_COUNT(may_erase));
    tcase_add_test(c, erasing_programs);
    tcase_add_test(c, what_is_erased);
    return suite;
}
