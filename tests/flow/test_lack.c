/*
 * Acts that some other program signed past the checks: every reader sees what they lack, in every
 * view, and they count nevertheless; and what a later program writes is shown and kept. Covers
 * client/model/lack.c and what client/cmd shows of it. [RL-1] [RL-15] [RL-20]
 */
#include "typed.h"

#include "model/lack.h"

#include "kukyoku/wire/packer.h"

#include <jansson.h>

#define SEED 20261129
#define W    "w:14133"
#define E    "e:14133"

struct scene {
    struct bureau bureau;
    struct village village;
    struct office staff, lead, officer;
};

static void join(struct scene *s, struct office *o, enum kk_role role, const char *ward)
{
    struct bureau_device *as = bureau_stranger(&s->bureau);

    bureau_approve(&s->bureau, as, role, ward);
    office_init(o, &s->bureau, as);
}

static void all_sync(struct scene *s)
{
    struct office *each[] = { &s->staff, &s->lead, &s->officer, &s->staff, &s->lead };

    for (size_t i = 0; i < KK_COUNT(each); i++)
        ck_assert_int_eq(office_sync(each[i], &s->village, NULL), 0);
}

static void scene_init(struct scene *s)
{
    uint64_t seed = unit_seed(SEED);

    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, seed, kk_os_now_ms());
    join(s, &s->staff, KK_ROLE_STAFF, "14133");
    join(s, &s->lead, KK_ROLE_LEAD, "14133");
    join(s, &s->officer, KK_ROLE_OFFICER, "");
    bureau_sign_roster(&s->bureau);
    village_init(&s->village, &s->bureau, seed + 1);
    village_hand_over(&s->village);
    all_sync(s);
}

static void scene_fini(struct scene *s)
{
    office_fini(&s->staff);
    office_fini(&s->lead);
    office_fini(&s->officer);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
}

/* --- an act as another program signs it: the fields given, and no question asked --- */

struct field {
    uint32_t number;
    const char *text; /* NULL: the number beside it */
    int64_t value;
};

static void forge(struct office *o, const char *scope, struct kk_ledger_draft draft,
                  const struct field *fields)
{
    struct kk_bytes values[16] = { 0 };
    struct kk_body body = { .count = 0 };
    struct office_desk k;

    for (size_t i = 0; fields[i].number; i++) {
        bool list = fields[i].number == KK_FIELD_AREAS;

        if (list)
            ck_assert_int_eq(kk_pack_array(&values[i], 1), 0);
        ck_assert_int_eq(fields[i].text ? kk_pack_text(&values[i], kk_slice_text(fields[i].text))
                                        : kk_pack_int(&values[i], fields[i].value),
                         0);
        ck_assert_int_eq(kk_body_set(&body, fields[i].number, kk_bytes_slice(&values[i])), 0);
    }
    draft.body = &body;
    office_sit(&k, o, scope);
    o->clock.now_ms = kk_os_now_ms();
    ck_assert_int_eq(kk_ledger_write(&k.ledger, &draft, &o->clock, NULL), 0);
    office_stand(&k);
    for (size_t i = 0; i < KK_COUNT(values); i++)
        kk_bytes_fini(&values[i]);
}
#define FIELDS(...) (const struct field[]){ __VA_ARGS__, { 0 } }
#define SOUND_ISSUE(rung)                                                                         \
    { KK_FIELD_TITLE, "買い物", 0 }, { KK_FIELD_PROBLEM, "坂が多い", 0 },                         \
    { KK_FIELD_FIELD, NULL, 1 }, { KK_FIELD_AREAS, "14133-01", 0 },                               \
    { KK_BODY_KIND, NULL, KK_KIND_ISSUE }, { KK_FIELD_RUNG, NULL, rung }

static struct kk_ledger_draft issue(unsigned act)
{
    return (struct kk_ledger_draft){ .rec = { 0xab, 0xcd, 1 }, .kind = KK_KIND_ISSUE, .act = act };
}

static struct kk_ledger_draft of_case(unsigned act)
{
    return (struct kk_ledger_draft){ .rec = { 0xca, 0x5e, 1 }, .kind = KK_KIND_CASE, .act = act };
}

/* --- what people see --- */

static void says(const struct office *o, bool says_so, const char *text, const char *const *words)
{
    char *data = typed(o, words);

    ck_assert_msg(!!strstr(data, text) == says_so, "%s\n%s", text, data);
    free(data);
}
#define SAYS(o, text, ...) says(o, true, text, (const char *const[]){ __VA_ARGS__, NULL })
#define SILENT(o, text, ...) says(o, false, text, (const char *const[]){ __VA_ARGS__, NULL })

/* "ask:reason:missing; …" as the JSON of the record has it. */
static void lacks(const struct office *o, const char *noun, const char *id, const char *want)
{
    char *data = TYPED(o, noun, "show", id, "--json"), told[512] = "";
    json_t *j = json_loads(data, 0, NULL), *list = json_object_get(j, "incomplete"), *one;
    size_t at;

    ck_assert_msg(json_is_array(list), "%s", data);
    json_array_foreach(list, at, one) {
        size_t len = strlen(told);

        ck_assert_uint_eq(strlen(json_string_value(json_object_get(one, "operation"))), 64);
        snprintf(told + len, sizeof(told) - len, "%s%s:%s:%s", at ? " " : "",
                 json_string_value(json_object_get(one, "act")),
                 json_string_value(json_object_get(one, "field")),
                 json_string_value(json_object_get(one, "why")));
    }
    ck_assert_str_eq(told, want);
    json_decref(j);
    free(data);
}

/* --- what is shown --- */

START_TEST(an_issue_that_jumps)
{
    struct scene s;

    scene_init(&s);
    forge(&s.staff, W, issue(KK_ACT_CREATE), FIELDS(SOUND_ISSUE(1)));
    all_sync(&s);
    lacks(&s.lead, "issue", "abcd", "");
    SILENT(&s.lead, "incomplete", "issue", "show", "abcd");
    SILENT(&s.lead, "incomplete", "issue", "list");
    forge(&s.staff, W, issue(KK_ACT_EDIT), FIELDS({ KK_FIELD_RUNG, NULL, 7 }));
    lacks(&s.staff, "issue", "abcd", "edit:reason:missing"); /* not sent yet, and seen */
    all_sync(&s);
    lacks(&s.lead, "issue", "abcd", "edit:reason:missing");
    SAYS(&s.lead, "incomplete", "issue", "show", "abcd");
    SAYS(&s.lead, "記載不備", "record", "show", "abcd", "ja");
    SAYS(&s.lead, "(incomplete)", "issue", "list");
    /* closed without a feedback, and edited afterwards; what it said then is kept */
    forge(&s.staff, W, issue(KK_ACT_EDIT), FIELDS({ KK_FIELD_RUNG, NULL, 10 }));
    forge(&s.staff, W, issue(KK_ACT_EDIT), FIELDS({ KK_FIELD_TITLE, "別", 0 }));
    all_sync(&s);
    lacks(&s.lead, "issue", "abcd",
          "edit:reason:missing edit:reason:missing edit:rung:ended");
    scene_fini(&s);
}
END_TEST

START_TEST(a_case_by_the_tables)
{
    struct scene s;
    char path[128], *page;
    FILE *in;
    size_t len;

    scene_init(&s);
    forge(&s.lead, E, of_case(KK_ACT_SUBMIT),
          FIELDS({ KK_FIELD_TITLE, "買い物", 0 }, { KK_FIELD_AREAS, "14133-01", 0 }));
    all_sync(&s);
    forge(&s.officer, E, of_case(KK_ACT_RECEIVE), FIELDS({ KK_FIELD_COMMENT, "見ました", 0 }));
    forge(&s.officer, E, of_case(KK_ACT_REVIEW), FIELDS({ KK_FIELD_COMMENT, "検討", 0 }));
    forge(&s.officer, E, of_case(KK_ACT_ASK), FIELDS({ KK_FIELD_COMMENT, "なぜ", 0 }));
    forge(&s.officer, E, of_case(KK_ACT_COMMENT),
          FIELDS({ KK_FIELD_COMMENT, "x", 0 }, { KK_FIELD_TITLE, "書き換え", 0 }));
    all_sync(&s);
    lacks(&s.lead, "case", "ca5e",
          "submit:problem:missing ask:reason:missing comment:title:others");
    SAYS(&s.officer, "incomplete", "case", "show", "ca5e");
    SAYS(&s.officer, "(incomplete)", "case", "list");
    SAYS(&s.officer, "\"incomplete\": [\n", "case", "list", "--json");
    SAYS(&s.officer, "記載不備: 理由", "timeline", "ca5e", "ja");
    SAYS(&s.officer, "\"why\": \"others\"", "timeline", "ca5e", "--json");
    /* and on paper */
    snprintf(path, sizeof(path), "%s/page.html", s.officer.dir);
    free(TYPED(&s.officer, "case", "show", "ca5e", "--print", path, "ja"));
    in = fopen(path, "r");
    ck_assert_ptr_nonnull(in);
    page = calloc(1, 1 << 16);
    len = fread(page, 1, (1 << 16) - 1, in);
    fclose(in);
    ck_assert_uint_gt(len, 0);
    ck_assert_ptr_nonnull(strstr(page, "（記載不備）"));
    ck_assert_ptr_nonnull(strstr(page, "記載不備: "));
    free(page);
    scene_fini(&s);
}
END_TEST

/* What the author could not have seen is not held against him. */
START_TEST(behind_a_fork)
{
    struct scene s;

    scene_init(&s);
    forge(&s.staff, W, issue(KK_ACT_CREATE), FIELDS(SOUND_ISSUE(1)));
    all_sync(&s);
    forge(&s.staff, W, issue(KK_ACT_EDIT), FIELDS({ KK_FIELD_RUNG, NULL, 2 }));
    forge(&s.lead, W, issue(KK_ACT_EDIT), FIELDS({ KK_FIELD_TITLE, "乙", 0 }));
    forge(&s.lead, W, issue(KK_ACT_EDIT),
          FIELDS({ KK_FIELD_RUNG, NULL, 12 }, { KK_FIELD_REASON, "先に", 0 }));
    all_sync(&s);
    /* shelved needs a day to look again; the step to framed was one from noticed */
    lacks(&s.staff, "issue", "abcd", "edit:review_date:missing");
    scene_fini(&s);
}
END_TEST

/* --- what a later program wrote --- */

/* Runs a command that is to be refused; its code is told. */
static void refused(const struct office *o, const char *code, const char *const *words)
{
    const char *argv[TYPED_WORDS_MAX] = { "kukyoku", "--home", o->dir, "--lang", "en" };
    char *data, *talk;
    size_t data_len, talk_len;
    struct kk_run_streams streams = { .data = open_memstream(&data, &data_len),
                                      .talk = open_memstream(&talk, &talk_len) };
    int argc = 5;

    while (*words)
        argv[argc++] = *words++;
    ck_assert_int_ne(kk_run(argc, argv, &streams), KK_EXIT_OK);
    fclose(streams.data);
    fclose(streams.talk);
    ck_assert_msg(strstr(talk, code), "%s", talk);
    free(data);
    free(talk);
}
#define REFUSED(o, code, ...) refused(o, code, (const char *const[]){ __VA_ARGS__, NULL })

#define LATER_FIELD 900 /* no such word here */
#define LATER_CODE  77
#define LATER_KIND  200

/* A field, a code and a kind that this program does not know: shown as they are, never lost. */
START_TEST(of_a_later_program)
{
    struct kk_ledger_draft kind = { .rec = { 0xbe, 0xef, 1 }, .kind = LATER_KIND,
                                    .act = KK_ACT_CREATE };
    struct scene s;

    scene_init(&s);
    forge(&s.staff, W, issue(KK_ACT_CREATE),
          FIELDS(SOUND_ISSUE(1), { LATER_FIELD, "のちの項目", 0 }));
    forge(&s.staff, W, issue(KK_ACT_EDIT), FIELDS({ KK_FIELD_FIELD, NULL, LATER_CODE }));
    forge(&s.staff, W, kind,
          FIELDS({ KK_FIELD_TITLE, "のちの種類", 0 }, { KK_BODY_KIND, NULL, LATER_KIND },
                 { LATER_FIELD, "のちの項目", 0 }));
    all_sync(&s);
    SAYS(&s.lead, "#900: のちの項目", "issue", "show", "abcd");
    SAYS(&s.lead, "\"#900\": \"のちの項目\"", "issue", "show", "abcd", "--json");
    SAYS(&s.lead, "77", "issue", "show", "abcd");
    /* who edits another field keeps them; everybody sees it */
    free(TYPED(&s.lead, "issue", "edit", "abcd", "--set", "title=直した件名"));
    all_sync(&s);
    SAYS(&s.staff, "#900: のちの項目", "issue", "show", "abcd");
    SAYS(&s.staff, "直した件名", "issue", "show", "abcd", "ja");
    SAYS(&s.staff, "\"field\": 77", "issue", "show", "abcd", "--json");
    /* a kind: read as far as its words are known, found, but not written to */
    SAYS(&s.lead, "のちの種類", "record", "show", "beef");
    SAYS(&s.lead, "#900: のちの項目", "record", "show", "beef", "ja");
    SAYS(&s.lead, "のちの種類", "search", "のちの種類");
    SAYS(&s.lead, "のちの種類", "timeline", "beef");
    REFUSED(&s.lead, "E1005", "record", "edit", "beef", "--set", "title=x");
    SAYS(&s.lead, "のちの種類", "record", "show", "beef");
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("lack", &suite);

    tcase_set_timeout(c, 120);
    tcase_add_test(c, an_issue_that_jumps);
    tcase_add_test(c, a_case_by_the_tables);
    tcase_add_test(c, behind_a_fork);
    tcase_add_test(c, of_a_later_program);
    return suite;
}
