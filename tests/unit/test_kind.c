/*
 * Kinds of records: the tables, each rule for values, what an act needs, and the rungs of an issue.
 * Covers proto/record/check.c and proto/record/rung.c. [RL-1] [RL-14] [RL-15] [RL-20]
 */
#include "unit.h"

#include "kukyoku/record/kind.h"
#include "kukyoku/wire/packer.h"

static void fine(int r)
{
    ck_assert_int_eq(r, 0);
}

START_TEST(tables)
{
    size_t count;
    const struct kk_kind_info *kinds = kk_kind_list(&count);

    for (size_t i = 0; i < count; i++) {
        const struct kk_kind_info *k = &kinds[i];

        ck_assert_ptr_eq(kk_kind_info((unsigned)k->kind), k);
        ck_assert_ptr_eq(kk_kind_parse(k->name), k);
        for (size_t n = 0; n < k->count; n++) {
            const struct kk_item *item = &k->items[n];
            const struct kk_term *t = item->term;

            ck_assert_msg(n == 0 || t->number > item[-1].term->number, "%s.%s", k->name, t->name);
            ck_assert_ptr_eq(kk_kind_item(k, item->term->number), item);
            ck_assert_ptr_eq(kk_kind_item_named(k, kk_slice_text(item->term->name)), item);
            ck_assert_ptr_eq(kk_term_info(t->number), t);
            ck_assert(t->en[0] && t->ja[0] && t->help_en[0] && t->help_ja[0]);
            ck_assert_msg((t->type == KK_ITEM_CODE) == (t->codes != KK_CODES_NONE), "%s.%s",
                          k->name, t->name);
        }
    }
    ck_assert_ptr_null(kk_kind_info(0));
    ck_assert_ptr_null(kk_kind_parse("wish"));
    ck_assert_ptr_null(kk_kind_item(&kinds[0], 9999));
}
END_TEST

START_TEST(code_lists)
{
    size_t count;

    for (int list = KK_CODES_NONE + 1; list <= KK_CODES_OF_SHEET; list++) {
        const struct kk_code *codes = kk_codes((enum kk_code_list)list, &count);

        ck_assert_uint_gt(count, 0);
        for (size_t i = 0; i < count; i++) {
            ck_assert_ptr_eq(kk_code_find((enum kk_code_list)list, codes[i].number), &codes[i]);
            ck_assert_ptr_eq(kk_code_parse((enum kk_code_list)list, kk_slice_text(codes[i].name)),
                             &codes[i]);
            ck_assert_ptr_eq(kk_code_parse((enum kk_code_list)list, kk_slice_text(codes[i].ja)),
                             &codes[i]);
        }
        ck_assert_ptr_null(kk_code_find((enum kk_code_list)list, 0));
    }
}
END_TEST

/* One value of each type: what is sound, and each way not to be. */
enum written { TEXT, NUMBER, LIST, REF };
static const struct {
    enum kk_item_type type;
    int64_t max;
    enum written how;
    const char *text;
    int64_t number; /* of NUMBER the value; of LIST and REF the count */
    enum kk_item_fault fault;
} values[] = {
    { KK_ITEM_LINE, 9, TEXT, "区の課題", 0, KK_ITEM_TOO_LONG }, /* bytes, not characters */
    { KK_ITEM_LINE, 12, TEXT, "区の課題", 0, KK_ITEM_SOUND },
    { KK_ITEM_LINE, 12, TEXT, "", 0, KK_ITEM_MISSING },
    { KK_ITEM_LINE, 12, TEXT, "a\nb", 0, KK_ITEM_BAD_TEXT },
    { KK_ITEM_LINE, 12, TEXT, "a\x1b[31m", 0, KK_ITEM_BAD_TEXT },
    { KK_ITEM_LINE, 12, TEXT, "a\x7f", 0, KK_ITEM_BAD_TEXT },
    { KK_ITEM_LINE, 12, TEXT, "a\xc2\x85", 0, KK_ITEM_BAD_TEXT },     /* a C1 control */
    { KK_ITEM_LINE, 12, TEXT, "a\xe2\x80\xae", 0, KK_ITEM_BAD_TEXT }, /* turns the order around */
    { KK_ITEM_LINE, 12, TEXT, "a\xe2\x81\xa6", 0, KK_ITEM_BAD_TEXT },
    { KK_ITEM_LINE, 12, TEXT, "a\xe2\x80\x93", 0, KK_ITEM_SOUND }, /* a dash */
    { KK_ITEM_LINE, 12, NUMBER, NULL, 1, KK_ITEM_OTHER_TYPE },
    { KK_ITEM_TEXT, 12, TEXT, "a\n\tb", 0, KK_ITEM_SOUND },
    { KK_ITEM_TEXT, 12, TEXT, "a\r", 0, KK_ITEM_BAD_TEXT },
    { KK_ITEM_INT, 10, NUMBER, NULL, 0, KK_ITEM_SOUND },
    { KK_ITEM_INT, 10, NUMBER, NULL, 10, KK_ITEM_SOUND },
    { KK_ITEM_INT, 10, NUMBER, NULL, 11, KK_ITEM_OUT_OF_RANGE },
    { KK_ITEM_INT, 10, NUMBER, NULL, -1, KK_ITEM_OUT_OF_RANGE },
    { KK_ITEM_INT, 10, TEXT, "5", 0, KK_ITEM_OTHER_TYPE },
    { KK_ITEM_YEAR, 9999, NUMBER, NULL, 2026, KK_ITEM_SOUND },
    { KK_ITEM_YEAR, 9999, NUMBER, NULL, 1899, KK_ITEM_OUT_OF_RANGE },
    { KK_ITEM_DATE, 10, TEXT, "2026-11-23", 0, KK_ITEM_SOUND },
    { KK_ITEM_DATE, 10, TEXT, "2026-02-30", 0, KK_ITEM_BAD_DATE },
    { KK_ITEM_DATE, 10, TEXT, "2026-1-1", 0, KK_ITEM_BAD_DATE },
    { KK_ITEM_CODE, 1, NUMBER, NULL, 13, KK_ITEM_SOUND },
    { KK_ITEM_CODE, 1, NUMBER, NULL, 14, KK_ITEM_UNKNOWN_CODE },
    { KK_ITEM_LIST, 2, LIST, "14133-01", 2, KK_ITEM_SOUND },
    { KK_ITEM_LIST, 2, LIST, "14133-01", 3, KK_ITEM_TOO_LONG },
    { KK_ITEM_LIST, 2, LIST, "14133-01", 0, KK_ITEM_MISSING },
    { KK_ITEM_LIST, 2, LIST, "", 1, KK_ITEM_MISSING },
    { KK_ITEM_LIST, 2, LIST, "a\n", 1, KK_ITEM_BAD_TEXT },
    { KK_ITEM_LIST, 2, TEXT, "14133-01", 0, KK_ITEM_OTHER_TYPE },
    { KK_ITEM_FIGURES, 2, LIST, "pub 3 population 14133 2020 - 12 人", 2, KK_ITEM_SOUND },
    { KK_ITEM_FIGURES, 2, LIST, "population 14133 2020", 1, KK_ITEM_BAD_FIGURE },
    { KK_ITEM_REF, 1, REF, "0123456789abcdef", 1, KK_ITEM_SOUND },
    { KK_ITEM_REF, 1, REF, "short", 1, KK_ITEM_OTHER_TYPE },
    { KK_ITEM_REF, 1, LIST, "0123456789abcdef", 1, KK_ITEM_OTHER_TYPE },
};

static void write_value(int i, struct kk_bytes *out)
{
    if (values[i].how == NUMBER) {
        fine(kk_pack_int(out, values[i].number));
        return;
    }
    if (values[i].how == TEXT) {
        fine(kk_pack_text(out, kk_slice_text(values[i].text)));
        return;
    }
    fine(kk_pack_array(out, (size_t)values[i].number));
    for (int64_t n = 0; n < values[i].number; n++) {
        struct kk_slice member = kk_slice_text(values[i].text);

        fine(values[i].how == REF ? kk_pack_bytes(out, member) : kk_pack_text(out, member));
    }
}

START_TEST(each_type)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes value = { 0 };
    struct kk_term term = { .type = values[_i].type,
                            .max = values[_i].max,
                            .codes = values[_i].type == KK_ITEM_CODE ? KK_CODES_OF_RUNG
                                                                     : KK_CODES_NONE };

    write_value(_i, &value);
    ck_assert_int_eq(kk_term_check(&term, kk_bytes_slice(&value)), values[_i].fault);
    ck_assert_str_ne(kk_item_fault_text(values[_i].fault, "ja"),
                     kk_item_fault_text(values[_i].fault, "en"));
}
END_TEST

/* A body of fields whose values are texts or codes; enough for what is asked below. */
struct paper {
    struct kk_bytes bytes[16];
    struct kk_body body;
};

static void put_text(struct paper *p, uint32_t number, const char *text)
{
    struct kk_bytes *b = &p->bytes[p->body.count];

    fine(kk_pack_text(b, kk_slice_text(text)));
    fine(kk_body_set(&p->body, number, kk_bytes_slice(b)));
}

static void put_code(struct paper *p, uint32_t number, int64_t code)
{
    struct kk_bytes *b = &p->bytes[p->body.count];

    fine(kk_pack_int(b, code));
    fine(kk_body_set(&p->body, number, kk_bytes_slice(b)));
}

static void put_list(struct paper *p, uint32_t number, const char *text)
{
    struct kk_bytes *b = &p->bytes[p->body.count];

    fine(kk_pack_array(b, 1));
    fine(kk_pack_text(b, kk_slice_text(text)));
    fine(kk_body_set(&p->body, number, kk_bytes_slice(b)));
}

static void paper_fini(struct paper *p)
{
    for (size_t i = 0; i < KK_COUNT(p->bytes); i++)
        kk_bytes_fini(&p->bytes[i]);
}

START_TEST(what_an_issue_needs)
{
    const struct kk_kind_info *issue = kk_kind_info(KK_KIND_ISSUE);
    const struct kk_item *item;
    const struct kk_body none = { .count = 0 };
    struct paper p = { .body = { .count = 0 } };

    ck_assert_int_eq(kk_kind_check(issue, KK_ACT_CREATE, &p.body, &item), KK_ITEM_MISSING);
    ck_assert_str_eq(item->term->name, "title");
    put_text(&p, 1, "見守り");
    put_text(&p, 2, "担い手が足りない");
    put_code(&p, 3, 4);
    put_list(&p, 4, "14133-01");
    ck_assert_int_eq(kk_kind_check(issue, KK_ACT_CREATE, &p.body, &item), KK_ITEM_MISSING);
    ck_assert_str_eq(item->term->name, "rung");
    put_code(&p, 5, 1);
    ck_assert_int_eq(kk_kind_check(issue, KK_ACT_CREATE, &p.body, &item), KK_ITEM_SOUND);
    ck_assert_int_eq(kk_kind_check(issue, KK_ACT_SUBMIT, &p.body, &item), KK_ITEM_MISSING);
    ck_assert_str_eq(item->term->name, "tried");
    put_text(&p, 200, "\x1b"); /* a field that nobody knows is no fault */
    ck_assert_int_eq(kk_kind_check(issue, KK_ACT_EDIT, &p.body, &item), KK_ITEM_SOUND);
    put_code(&p, 6, 99);
    ck_assert_int_eq(kk_kind_check(issue, KK_ACT_EDIT, &p.body, &item), KK_ITEM_UNKNOWN_CODE);
    ck_assert_str_eq(item->term->name, "priority");
    /* where it stood before, it is kept: a later program may know it */
    ck_assert_int_eq(kk_kind_check_act(issue, KK_ACT_EDIT, &none, &p.body, &item), KK_ITEM_SOUND);
    ck_assert_int_eq(kk_kind_check_act(issue, KK_ACT_CREATE, &none, &none, &item),
                     KK_ITEM_MISSING);
    paper_fini(&p);
}
END_TEST

START_TEST(what_an_act_needs)
{
    const struct kk_transition *refuse = kk_transition_find(KK_MACHINE_CASE, 1, KK_ACT_REFUSE);
    const struct kk_transition *closed =
        kk_transition_find(KK_MACHINE_CASE, 1, KK_ACT_PROPOSE_CLOSED);
    const struct kk_transition *receive = kk_transition_find(KK_MACHINE_CASE, 1, KK_ACT_RECEIVE);
    struct paper p = { .body = { .count = 0 } };

    ck_assert_uint_eq(kk_need_missing(receive, &p.body, 0), 0);
    ck_assert_uint_eq(kk_need_missing(refuse, &p.body, 0), 7);
    ck_assert_uint_eq(kk_need_missing(closed, &p.body, 0), 15);
    ck_assert_uint_eq(kk_need_missing(closed, &p.body, 1), 0);
    put_text(&p, 7, "理由");
    ck_assert_uint_eq(kk_need_missing(refuse, &p.body, 0), 0);
    paper_fini(&p);
}
END_TEST

/* 1 noticed … 10 closed, 11 referred, 12 shelved, 13 withdrawn. r reason, d review date, f feedback
 */
static const struct {
    unsigned from, to;
    const char *has;
    enum kk_rung_fault fault;
} ways[] = {
    { 0, 1, "", KK_RUNG_OK },           { 0, 2, "", KK_RUNG_OK },
    { 0, 5, "", KK_RUNG_REASON },       { 0, 5, "r", KK_RUNG_OK },
    { 1, 2, "", KK_RUNG_OK },           { 2, 3, "", KK_RUNG_OK },
    { 2, 4, "", KK_RUNG_REASON },       { 2, 4, "r", KK_RUNG_OK },
    { 6, 3, "", KK_RUNG_OK },           { 4, 4, "", KK_RUNG_OK },
    { 9, 10, "", KK_RUNG_FEEDBACK },    { 9, 10, "f", KK_RUNG_OK },
    { 10, 2, "", KK_RUNG_REASON },      { 10, 2, "r", KK_RUNG_OK },
    { 10, 3, "r", KK_RUNG_CLOSED_WAY }, { 3, 11, "", KK_RUNG_REASON },
    { 3, 11, "r", KK_RUNG_OK },         { 3, 12, "r", KK_RUNG_REVIEW },
    { 3, 12, "d", KK_RUNG_REASON },     { 3, 12, "rd", KK_RUNG_OK },
    { 12, 8, "", KK_RUNG_OK },          { 11, 1, "", KK_RUNG_OK },
    { 3, 13, "", KK_RUNG_OK },          { 13, 1, "r", KK_RUNG_CLOSED_WAY },
    { 1, 14, "", KK_RUNG_UNKNOWN },     { 1, 0, "", KK_RUNG_UNKNOWN },
    { 14, 1, "", KK_RUNG_UNKNOWN },
};

START_TEST(rungs)
{
    struct paper p = { .body = { .count = 0 } };

    if (strchr(ways[_i].has, 'r'))
        put_text(&p, 7, "理由");
    if (strchr(ways[_i].has, 'd'))
        put_text(&p, 8, "2027-04-01");
    if (strchr(ways[_i].has, 'f'))
        put_list(&p, 15, "ref");
    ck_assert_msg(kk_rung_check(ways[_i].from, ways[_i].to, &p.body) == ways[_i].fault,
                  "%u to %u with \"%s\"", ways[_i].from, ways[_i].to, ways[_i].has);
    paper_fini(&p);
}
END_TEST

/* 10 closed, 13 withdrawn; every other rung goes on somewhere. */
START_TEST(ends_of_the_road)
{
    for (unsigned rung = 0; rung <= 14; rung++)
        ck_assert_int_eq(kk_rung_end(rung), rung == 10   ? KK_RUNG_MAY_REOPEN
                                            : rung == 13 ? KK_RUNG_IS_OVER
                                                         : KK_RUNG_GOES_ON);
}
END_TEST

/* Where in a text, by bytes; the kinds that nobody edits. */
START_TEST(flaws_and_frozen_kinds)
{
    ck_assert_uint_eq(kk_text_flaw(kk_slice_text("区\nb"), false), 3);
    ck_assert_uint_eq(kk_text_flaw(kk_slice_text("区\nb"), true), 5);
    ck_assert_uint_eq(kk_text_flaw(kk_slice_text("ab\xe2\x80\xae"), true), 2);
    ck_assert_uint_eq(kk_text_flaw(kk_slice_text(""), false), 0);
    ck_assert(kk_kind_frozen(kk_kind_info(KK_KIND_EDITION)));
    ck_assert(kk_kind_frozen(kk_kind_info(KK_KIND_HANDOUT)));
    ck_assert(!kk_kind_frozen(kk_kind_info(KK_KIND_ISSUE)));
}
END_TEST

/* Each field of a case has its acts, and with them the one that it is needed for. */
START_TEST(acts_write_their_fields)
{
    const struct kk_kind_info *kind = kk_kind_info(KK_KIND_CASE);

    for (size_t i = 0; i < kind->count; i++) {
        const struct kk_item *item = &kind->items[i];
        bool comment = item->term->number == KK_FIELD_COMMENT;

        ck_assert_int_eq(kk_case_act_writes(KK_ACT_COMMENT, item->term->number), comment);
        ck_assert(item->needed_for == KK_NEEDED_NEVER ||
                  kk_case_act_writes(item->needed_for, item->term->number));
    }
    ck_assert(kk_case_act_writes(KK_ACT_REPLY, KK_FIELD_TITLE));
    ck_assert(!kk_case_act_writes(KK_ACT_CONFIRM, KK_FIELD_FUND));
    ck_assert(!kk_case_act_writes(32, KK_FIELD_TITLE)); /* no act of the table */
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("kind", &suite);

    tcase_add_test(tcase, tables);
    tcase_add_test(tcase, code_lists);
    tcase_add_loop_test(tcase, each_type, 0, (int)KK_COUNT(values));
    tcase_add_test(tcase, what_an_issue_needs);
    tcase_add_test(tcase, what_an_act_needs);
    tcase_add_loop_test(tcase, rungs, 0, (int)KK_COUNT(ways));
    tcase_add_test(tcase, ends_of_the_road);
    tcase_add_test(tcase, flaws_and_frozen_kinds);
    tcase_add_test(tcase, acts_write_their_fields);
    return suite;
}
