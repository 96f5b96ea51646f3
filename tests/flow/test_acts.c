/*
 * Acts as commands do them, before anything is signed: fields by name and their faults, who writes
 * what, what an act needs, rungs, figures as evidence and who may read them, what is frozen. Covers
 * client/model/record.c, client/model/record_field.c, client/model/record_act.c,
 * client/model/refusal.c, client/model/evidence.c. [RL-13] [RL-14] [RL-15] [RL-20] [RL-21] [RL-25]
 */
#include "office.h"

#include "model/evidence.h"
#include "model/karte.h"

#include "kukyoku/error.h"
#include "kukyoku/wire/packer.h"

#include <stdio.h>

#define SEED 20261127

struct scene {
    struct bureau bureau;
    struct village village;
    struct press_table pub, internal;
    struct office staff, lead, officer;
};

static void join(struct scene *s, struct office *o, enum kk_role role, const char *ward)
{
    struct bureau_device *as = bureau_stranger(&s->bureau);

    bureau_approve(&s->bureau, as, role, ward);
    office_init(o, &s->bureau, as);
}

static void scene_init(struct scene *s)
{
    uint64_t seed = unit_seed(SEED);

    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, seed, kk_os_now_ms()); /* the client's stores read the real clock */
    join(s, &s->staff, KK_ROLE_STAFF, "14133");
    join(s, &s->lead, KK_ROLE_LEAD, "14133");
    join(s, &s->officer, KK_ROLE_OFFICER, "");
    bureau_sign_roster(&s->bureau);
    press_table_init(&s->pub);
    press_table_init(&s->internal);
    press_fill(&s->pub, 40, 1, 700); /* ind000 of 14133-0001 in 2020 is 1556 */
    press_fill(&s->internal, 2, 2, 5);
    bureau_publish(&s->bureau, &s->pub, &s->internal);
    village_init(&s->village, &s->bureau, seed + 1);
    village_hand_over(&s->village);
    ck_assert_int_eq(office_sync(&s->staff, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->lead, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->officer, &s->village, NULL), 0);
}

static void scene_fini(struct scene *s)
{
    office_fini(&s->staff);
    office_fini(&s->lead);
    office_fini(&s->officer);
    press_table_fini(&s->pub);
    press_table_fini(&s->internal);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
}

/* One run of a program that writes. */
struct run {
    struct kk_home home;
    struct kk_records records;
    struct kk_body body;
    struct kk_error err;
};

static void begin(struct run *r, const struct office *o)
{
    *r = (struct run){ .err = { .fault = 0 } };
    ck_assert_int_eq(kk_home_open(o->dir, KK_HOME_WRITE, &r->home, &r->err), 0);
    ck_assert_int_eq(kk_home_unlock(&r->home, kk_slice(NULL, 0), &r->err), 0);
    ck_assert_int_eq(kk_records_open(&r->records, &r->home, KK_REPLICA_WRITE, &r->err), 0);
}

static void end(struct run *r)
{
    kk_records_fini(&r->records);
    kk_home_fini(&r->home);
}

static struct kk_act_request request(struct run *r, const char *scope, enum kk_kind kind,
                                     unsigned act, const uint8_t rec[KK_ID_BYTES])
{
    struct kk_act_request q = { .scope = kk_slice_text(scope), .kind = kk_kind_info(kind),
                                .act = act, .body = &r->body };

    memcpy(q.rec, rec, KK_ID_BYTES);
    return q;
}

static int act(struct run *r, const char *scope, enum kk_kind kind, unsigned act,
               const uint8_t rec[KK_ID_BYTES])
{
    struct kk_act_request q = request(r, scope, kind, act, rec);

    return kk_record_act(&r->records, &q);
}

static void set(struct run *r, enum kk_kind kind, const char *assignment)
{
    int e = kk_record_set(&r->records, kk_kind_info(kind), assignment, &r->body);

    ck_assert_msg(e == 0, "%s: %s %s", assignment, r->err.where, r->err.detail);
}

static void set_issue(struct run *r, const char *rung)
{
    char line[40];

    snprintf(line, sizeof(line), "rung=%s", rung);
    set(r, KK_KIND_ISSUE, "title=買い物に困る高齢者");
    set(r, KK_KIND_ISSUE, "problem=坂が多く、店が遠い");
    set(r, KK_KIND_ISSUE, "field=elderly");
    set(r, KK_KIND_ISSUE, "areas=14133-01");
    set(r, KK_KIND_ISSUE, line);
}

/* --- fields by name --- */

static const struct {
    const char *assignment, *where;
} not_fields[] = {
    { "title", "title" },                            /* no value */
    { "wish=more", "wish" },                         /* no such field */
    { "title=", "title" },                           /* empty */
    { "title=a\nb", "title" },                       /* two lines in one */
    { "title=\xff", "title" },                       /* not UTF-8 */
    { "field=sports", "field" },                     /* no such code */
    { "size_value=many", "size_value" },             /* no number */
    { "size_value=-1", "size_value" },               /* out of range */
    { "review_date=2026-02-30", "review_date" },     /* no day */
    { "feedback=abcd1234", "abcd1234" },             /* no such record */
    { "evidence=ind000 14133-0000", "ind000 14133-0000" },
    { "evidence=ind000 14133-0000 1999", "ind000 14133-0000 1999" }, /* not released */
};

START_TEST(what_is_no_field)
{
    struct scene s;
    struct run r;

    scene_init(&s);
    begin(&r, &s.staff);
    for (size_t i = 0; i < KK_COUNT(not_fields); i++) {
        int e = kk_record_set(&r.records, kk_kind_info(KK_KIND_ISSUE), not_fields[i].assignment,
                              &r.body);

        ck_assert_msg(e == KK_E_FIELD || e == KK_E_NOT_FOUND, "%s: %d", not_fields[i].assignment,
                      e);
        ck_assert_str_eq(r.err.where, not_fields[i].where);
        ck_assert_str_ne(kk_error_detail(&r.err, "ja"), kk_error_detail(&r.err, "en"));
    }
    end(&r);
    scene_fini(&s);
}
END_TEST

/* --- acts --- */

START_TEST(each_side_its_own_fields)
{
    static const uint8_t rec[KK_ID_BYTES] = { 1 };
    uint8_t id[KK_ID_BYTES];
    struct scene s;
    struct run r;

    scene_init(&s);
    kk_case_id(rec, id);
    begin(&r, &s.lead);
    set(&r, KK_KIND_CASE, "answer=we will see to it"); /* the bureau's */
    ck_assert_int_eq(act(&r, "e:14133", KK_KIND_CASE, KK_ACT_SUBMIT, id), KK_E_ROLE);
    ck_assert_str_eq(r.err.where, "answer");
    end(&r);
    begin(&r, &s.lead);
    set(&r, KK_KIND_PROGRAM, "title=x"); /* officers write programs */
    ck_assert_int_eq(act(&r, "int", KK_KIND_PROGRAM, KK_ACT_PUBLISH, rec), KK_E_ROLE);
    end(&r);
    begin(&r, &s.staff);
    set(&r, KK_KIND_CASE, "title=x"); /* staff may not submit */
    ck_assert_int_eq(act(&r, "e:14133", KK_KIND_CASE, KK_ACT_SUBMIT, id), KK_E_FIELD);
    end(&r);
    scene_fini(&s);
}
END_TEST

START_TEST(what_an_act_needs)
{
    static const uint8_t rec[KK_ID_BYTES] = { 2 };
    struct scene s;
    struct run r;

    scene_init(&s);
    begin(&r, &s.staff);
    set(&r, KK_KIND_ISSUE, "title=only a title");
    ck_assert_int_eq(act(&r, "w:14133", KK_KIND_ISSUE, KK_ACT_CREATE, rec), KK_E_FIELD);
    ck_assert_str_eq(r.err.where, "problem");
    end(&r);
    begin(&r, &s.staff);
    set_issue(&r, "residents"); /* skips two rungs */
    ck_assert_int_eq(act(&r, "w:14133", KK_KIND_ISSUE, KK_ACT_CREATE, rec), KK_E_FIELD);
    ck_assert_str_eq(r.err.where, "rung");
    ck_assert_ptr_nonnull(strstr(kk_error_detail(&r.err, "ja"), "理由"));
    set(&r, KK_KIND_ISSUE, "reason=already known");
    ck_assert_int_eq(act(&r, "w:14133", KK_KIND_ISSUE, KK_ACT_CREATE, rec), 0);
    end(&r);
    begin(&r, &s.staff);
    ck_assert_int_eq(act(&r, "w:14133", KK_KIND_ISSUE, KK_ACT_CREATE, rec), KK_E_STATE);
    end(&r);
    begin(&r, &s.officer); /* no ward's text for the bureau */
    set_issue(&r, "noticed");
    ck_assert_int_lt(act(&r, "w:14133", KK_KIND_ISSUE, KK_ACT_CREATE, rec), 0);
    end(&r);
    scene_fini(&s);
}
END_TEST

/* --- figures --- */

START_TEST(a_figure_is_copied)
{
    static const uint8_t rec[KK_ID_BYTES] = { 3 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes line = { 0 }, now = { 0 };
    struct kk_figure then;
    struct kk_obs row;
    struct scene s;
    struct run r;
    bool found;

    scene_init(&s);
    begin(&r, &s.staff);
    set_issue(&r, "noticed");
    set(&r, KK_KIND_ISSUE, "evidence=ind000 14133-0001 2020");
    ck_assert_int_eq(act(&r, "w:14133", KK_KIND_ISSUE, KK_ACT_CREATE, rec), 0);
    ck_assert_int_eq(kk_evidence_copy(&r.records, "ind000 14133-0001 2020", false, &line), 0);
    unit_assert_slice(kk_bytes_slice(&line),
                      kk_slice_text("pub 1 ind000 14133-0001 2020 - 1556 -"));
    ck_assert(kk_figure_parse(kk_bytes_slice(&line), &then));
    end(&r);
    /* the bureau corrects it: then and now differ */
    row = press_row("ind000", "14133-0001", "2020", 1571);
    press_table_fini(&s.pub);
    press_table_init(&s.pub);
    press_add(&s.pub, &row);
    bureau_publish(&s.bureau, &s.pub, NULL);
    village_hand_over(&s.village);
    ck_assert_int_eq(office_sync(&s.staff, &s.village, NULL), 0);
    begin(&r, &s.staff);
    ck_assert_int_eq(kk_evidence_now(&r.records, &then, &now, &found), 0);
    ck_assert(found);
    unit_assert_slice(kk_bytes_slice(&now), kk_slice_text("pub 2 ind000 14133-0001 2020 - 1571 -"));
    then.area = kk_slice_text("14133-9999");
    ck_assert_int_eq(kk_evidence_now(&r.records, &then, &now, &found), 0);
    ck_assert(!found);
    end(&r);
    scene_fini(&s);
}
END_TEST

/* What is for everybody holds only what everybody may read. */
START_TEST(a_figure_for_its_readers)
{
    static const uint8_t rec[KK_ID_BYTES] = { 5 };
    struct scene s;
    struct run r;

    scene_init(&s);
    begin(&r, &s.lead);
    set(&r, KK_KIND_EDITION, "title=地区カルテ");
    set(&r, KK_KIND_EDITION, "areas=14133-01");
    set(&r, KK_KIND_EDITION, "fiscal_year=2026");
    set(&r, KK_KIND_EDITION, "release=1");
    /* ind001 is released to int alone; ind000 of that area to both, and to int otherwise */
    ck_assert_int_eq(kk_record_set(&r.records, kk_kind_info(KK_KIND_EDITION),
                                   "figures=ind001 14133-0000 2020", &r.body), KK_E_FIELD);
    set(&r, KK_KIND_EDITION, "figures=ind000 14133-0000 2020");
    set(&r, KK_KIND_EDITION, "figures=int 1 ind001 14133-0000 2020 - 856 -");
    ck_assert_int_eq(act(&r, "int", KK_KIND_EDITION, KK_ACT_CREATE, rec), KK_E_SCOPE);
    ck_assert_ptr_nonnull(strstr(r.err.where, "ind001"));
    end(&r);
    begin(&r, &s.staff);
    set_issue(&r, "noticed");
    set(&r, KK_KIND_ISSUE, "evidence=ind001 14133-0000 2020"); /* the ward reads int */
    ck_assert_int_eq(act(&r, "w:14133", KK_KIND_ISSUE, KK_ACT_CREATE, rec), 0);
    end(&r);
    scene_fini(&s);
}
END_TEST

/* --- what is not written any more --- */

static int on_karte(void *user, const struct kk_karte *karte)
{
    struct kk_slice *title = user;

    *title = karte->title;
    return 1;
}

/* An edit that some other program signs nevertheless changes nothing of what is shown. [RL-25] */
START_TEST(an_edition_is_frozen)
{
    struct kk_ledger_draft draft = { .rec = { 6 }, .kind = KK_KIND_EDITION, .act = KK_ACT_EDIT };
    struct kk_slice title = kk_slice("", 0);
    struct scene s;
    struct run r;

    scene_init(&s);
    begin(&r, &s.lead);
    set(&r, KK_KIND_EDITION, "title=地区カルテ");
    set(&r, KK_KIND_EDITION, "areas=14133-01");
    set(&r, KK_KIND_EDITION, "fiscal_year=2026");
    set(&r, KK_KIND_EDITION, "release=1");
    set(&r, KK_KIND_EDITION, "figures=ind000 14133-0000 2020");
    ck_assert_int_eq(act(&r, "int", KK_KIND_EDITION, KK_ACT_CREATE, draft.rec), 0);
    r.body.count = 0;
    set(&r, KK_KIND_EDITION, "title=another");
    ck_assert_int_eq(act(&r, "int", KK_KIND_EDITION, KK_ACT_EDIT, draft.rec), KK_E_STATE);
    end(&r);
    ck_assert_int_eq(office_try_write(&s.lead, "int", draft, "another"), 0);
    begin(&r, &s.lead);
    ck_assert_int_eq(kk_karte_each(&r.records, "14133-01", on_karte, &title), 0);
    unit_assert_slice(title, kk_slice_text("地区カルテ"));
    end(&r);
    scene_fini(&s);
}
END_TEST

static int try_act(struct run *r, const char *scope, enum kk_kind kind, unsigned act,
                   const uint8_t rec[KK_ID_BYTES])
{
    struct kk_act_request q = request(r, scope, kind, act, rec);

    q.check_only = true;
    r->err.fault = 0;
    return kk_record_act(&r->records, &q);
}

/* A dry run is refused as the act itself would be; a refusal names who may, or what else. */
START_TEST(judged_beforehand)
{
    static const uint8_t rec[KK_ID_BYTES] = { 7 };
    struct scene s;
    struct run r;

    scene_init(&s);
    begin(&r, &s.staff);
    set_issue(&r, "noticed");
    ck_assert_int_eq(try_act(&r, "w:14133", KK_KIND_ISSUE, KK_ACT_CREATE, rec), 0);
    ck_assert_int_eq(try_act(&r, "w:14133", KK_KIND_ISSUE, KK_ACT_EDIT, rec), KK_E_STATE);
    ck_assert_ptr_nonnull(strstr(kk_error_detail(&r.err, "en"), "create"));
    ck_assert_ptr_nonnull(strstr(kk_error_detail(&r.err, "ja"), "作成"));
    end(&r);
    begin(&r, &s.lead); /* an officer receives */
    ck_assert_int_eq(try_act(&r, "e:14133", KK_KIND_CASE, KK_ACT_RECEIVE, rec), KK_E_ROLE);
    ck_assert_ptr_nonnull(strstr(kk_error_detail(&r.err, "en"), "officer"));
    end(&r);
    scene_fini(&s);
}
END_TEST

/* --- every rung, role and act of an issue --- */

#define RUNGS 13
enum { CLOSED_RUNG = 10, REFERRED_RUNG, SHELVED_RUNG, WITHDRAWN_RUNG };
enum { SAID_REASON = 1, SAID_REVIEW = 2, SAID_FEEDBACK = 4, SAID_ALL = 8 };

static void rung_id(unsigned rung, uint8_t ret[KK_ID_BYTES])
{
    memset(ret, 0x90, KK_ID_BYTES);
    ret[0] = (uint8_t)rung;
}

/* An issue on each rung, as if it had come there. */
static void plant(struct scene *s)
{
    struct kk_ledger l;
    struct run r;

    begin(&r, &s->staff);
    ck_assert_int_eq(
        kk_replicas_ledger(&r.records.replicas, kk_slice_text("w:14133"), &l, NULL), 0);
    for (unsigned rung = 1; rung <= RUNGS; rung++) {
        struct kk_ledger_draft draft = { .kind = KK_KIND_ISSUE, .act = KK_ACT_CREATE,
                                         .body = &r.body };

        r.body.count = 0;
        set_issue(&r, "noticed");
        ck_assert_int_eq(kk_record_put_int(&r.records, &r.body, KK_FIELD_RUNG, rung), 0);
        ck_assert_int_eq(kk_record_put_int(&r.records, &r.body, KK_BODY_KIND, KK_KIND_ISSUE), 0);
        rung_id(rung, draft.rec);
        s->staff.clock.now_ms = kk_os_now_ms();
        ck_assert_int_eq(kk_ledger_write(&l, &draft, &s->staff.clock, NULL), 0);
    }
    end(&r);
    ck_assert_int_eq(office_sync(&s->staff, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->lead, &s->village, NULL), 0);
}

/* The road as product and guide describe it, written a second time. */
static int may_go(unsigned from, unsigned to, unsigned said)
{
    bool reason = said & SAID_REASON, skips = from < CLOSED_RUNG && to <= CLOSED_RUNG &&
                                              to > from + 1;

    if (from == to) /* what is over is not touched */
        return from == CLOSED_RUNG || from == WITHDRAWN_RUNG ? KK_E_STATE : 0;
    if (from == WITHDRAWN_RUNG)
        return KK_E_FIELD;
    if (from == CLOSED_RUNG)
        return to == 2 && reason ? 0 : KK_E_FIELD;
    if (skips && !reason)
        return KK_E_FIELD;
    if (to == CLOSED_RUNG)
        return said & SAID_FEEDBACK ? 0 : KK_E_FIELD;
    if (to == REFERRED_RUNG)
        return reason ? 0 : KK_E_FIELD;
    if (to == SHELVED_RUNG)
        return reason && (said & SAID_REVIEW) ? 0 : KK_E_FIELD;
    return 0;
}

static void say(struct run *r, unsigned to, unsigned said, const struct kk_bytes *feedback)
{
    r->body.count = 0;
    ck_assert_int_eq(kk_record_put_int(&r->records, &r->body, KK_FIELD_RUNG, to), 0);
    if (said & SAID_REASON)
        set(r, KK_KIND_ISSUE, "reason=予算がない");
    if (said & SAID_REVIEW)
        set(r, KK_KIND_ISSUE, "review_date=2027-04-01");
    if (said & SAID_FEEDBACK)
        ck_assert_int_eq(kk_body_set(&r->body, KK_FIELD_FEEDBACK, kk_bytes_slice(feedback)), 0);
}

/* All ways from one rung, and the other acts. */
static void try_rung(struct run *r, unsigned from, const struct kk_bytes *feedback)
{
    uint8_t rec[KK_ID_BYTES];

    rung_id(from, rec);
    for (unsigned to = 1; to <= RUNGS; to++) {
        for (unsigned said = 0; said < SAID_ALL; said++) {
            int e;

            say(r, to, said, feedback);
            e = try_act(r, "w:14133", KK_KIND_ISSUE, KK_ACT_EDIT, rec);
            ck_assert_msg(e == may_go(from, to, said), "%u to %u, said %u: %d", from, to, said, e);
        }
    }
    r->body.count = 0;
    ck_assert_int_eq(try_act(r, "w:14133", KK_KIND_ISSUE, KK_ACT_CLOSE, rec), 0);
    ck_assert_int_eq(try_act(r, "w:14133", KK_KIND_ISSUE, KK_ACT_ERASE, rec), KK_E_FIELD);
    set(r, KK_KIND_ISSUE, "reason=書き間違い"); /* an erase says why */
    ck_assert_int_eq(try_act(r, "w:14133", KK_KIND_ISSUE, KK_ACT_ERASE, rec), 0);
    set_issue(r, "noticed");
    ck_assert_int_lt(try_act(r, "w:14133", KK_KIND_ISSUE, KK_ACT_CREATE, rec), 0);
    r->body.count = 0;
    set(r, KK_KIND_ISSUE, "title=書き直し");
    ck_assert_int_eq(try_act(r, "w:14133", KK_KIND_ISSUE, KK_ACT_EDIT, rec),
                     from == CLOSED_RUNG || from == WITHDRAWN_RUNG ? KK_E_STATE : 0);
}

START_TEST(every_rung_role_and_act)
{
    static const unsigned acts[] = { KK_ACT_CREATE, KK_ACT_EDIT, KK_ACT_CLOSE, KK_ACT_ERASE };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes feedback = { 0 };
    uint8_t rec[KK_ID_BYTES] = { 0xfe };
    struct scene s;
    struct run r;

    scene_init(&s);
    plant(&s);
    ck_assert_int_eq(kk_pack_array(&feedback, 1), 0);
    ck_assert_int_eq(kk_pack_bytes(&feedback, kk_slice(rec, KK_ID_BYTES)), 0);
    for (int lead = 0; lead < 2; lead++) {
        begin(&r, lead ? &s.lead : &s.staff);
        for (unsigned from = 1; from <= RUNGS; from++)
            try_rung(&r, from, &feedback);
        end(&r);
    }
    begin(&r, &s.officer); /* a ward's issue is nothing of the bureau's */
    for (unsigned from = 1; from <= RUNGS; from++) {
        for (size_t i = 0; i < KK_COUNT(acts); i++) {
            rung_id(from, rec);
            say(&r, from, SAID_REASON, &feedback);
            ck_assert_int_lt(try_act(&r, "w:14133", KK_KIND_ISSUE, acts[i], rec), 0);
        }
    }
    end(&r);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("acts", &suite);

    tcase_set_timeout(c, 60);
    tcase_add_test(c, what_is_no_field);
    tcase_add_test(c, each_side_its_own_fields);
    tcase_add_test(c, what_an_act_needs);
    tcase_add_test(c, a_figure_is_copied);
    tcase_add_test(c, a_figure_for_its_readers);
    tcase_add_test(c, an_edition_is_frozen);
    tcase_add_test(c, judged_beforehand);
    tcase_add_test(c, every_rung_role_and_act);
    return suite;
}
