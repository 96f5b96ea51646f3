/*
 * What the digest tells of a time: what was said of a case that did not move, what became of a
 * program and what it taught, what was shared anew. And nothing of the time before.
 * Covers client/cmd/cmd_digest.c, client/model/queue.c.
 */
#include "typed.h"

#include "kukyoku/base/date.h"
#include "kukyoku/wire/packer.h"

#include <jansson.h>

#define SEED 20261130
#define DAY  INT64_C(86400000)
#define E    "e:14133"

static const uint8_t case_id[KK_ID_BYTES] = { 0xca, 0x5e }, program_id[KK_ID_BYTES] = { 0x40 },
                     copy_id[KK_ID_BYTES] = { 0x50 }, other_id[KK_ID_BYTES] = { 0x60 };

struct scene {
    struct bureau bureau;
    struct village village;
    struct office lead, officer;
};

static void both_sync(struct scene *s)
{
    ck_assert_int_eq(office_sync(&s->lead, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->officer, &s->village, NULL), 0);
    ck_assert_int_eq(office_sync(&s->lead, &s->village, NULL), 0);
}

static void scene_init(struct scene *s)
{
    struct bureau_device *lead, *officer;

    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, unit_seed(SEED), kk_os_now_ms());
    lead = bureau_stranger(&s->bureau);
    officer = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, lead, KK_ROLE_LEAD, "14133");
    bureau_approve(&s->bureau, officer, KK_ROLE_OFFICER, "");
    bureau_sign_roster(&s->bureau);
    village_init(&s->village, &s->bureau, SEED + 1);
    village_hand_over(&s->village);
    office_init(&s->lead, &s->bureau, lead);
    office_init(&s->officer, &s->bureau, officer);
    both_sync(s);
}

static void scene_fini(struct scene *s)
{
    office_fini(&s->lead);
    office_fini(&s->officer);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
}

/* One text of one field. */
static void act(struct office *o, const char *scope, struct kk_ledger_draft draft, uint32_t field,
                const char *text)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes value = { 0 };
    struct kk_body body = { .count = 0 };
    struct office_desk k;

    ck_assert_int_eq(kk_pack_text(&value, kk_slice_text(text)), 0);
    ck_assert_int_eq(kk_body_set(&body, field, kk_bytes_slice(&value)), 0);
    draft.body = &body;
    office_sit(&k, o, scope);
    o->clock.now_ms = kk_os_now_ms();
    ck_assert_int_eq(kk_ledger_write(&k.ledger, &draft, &o->clock, NULL), 0);
    office_stand(&k);
}

static struct kk_ledger_draft draft_of(const uint8_t rec[KK_ID_BYTES], unsigned kind, unsigned how)
{
    struct kk_ledger_draft d = { .kind = kind, .act = how };

    memcpy(d.rec, rec, KK_ID_BYTES);
    return d;
}

static json_t *digest(const struct office *o, int64_t since_ms)
{
    char day[KK_DATE_TEXT], *text;
    json_t *j;

    kk_date_of(since_ms, day);
    text = TYPED(o, "digest", "--since", day, "--json");
    j = json_loads(text, 0, NULL);
    ck_assert_msg(j != NULL, "%s", text);
    free(text);
    return j;
}

static void holds(const json_t *j, const char *part, size_t count, size_t acts)
{
    const json_t *list = json_object_get(j, part);

    ck_assert_msg(json_array_size(list) == count, "%s: %zu", part, json_array_size(list));
    if (count)
        ck_assert_uint_eq(
            json_array_size(json_object_get(json_array_get(list, 0), "acts")), acts);
}

static void begins(struct scene *s)
{
    act(&s->lead, E, draft_of(case_id, KK_KIND_CASE, KK_ACT_SUBMIT), KK_FIELD_TITLE, "買い物");
    act(&s->officer, "int", draft_of(program_id, KK_KIND_PROGRAM, KK_ACT_PUBLISH), KK_FIELD_TITLE,
        "移動支援");
    act(&s->lead, "int", draft_of(copy_id, KK_KIND_RESOURCE, KK_ACT_CREATE), KK_FIELD_TITLE, "会");
    both_sync(s);
}

START_TEST(what_did_not_move)
{
    struct scene s;
    int64_t later;
    char day[KK_DATE_TEXT], *text;
    json_t *j;

    scene_init(&s);
    begins(&s);
    j = digest(&s.officer, s.village.now_ms);
    holds(j, "moved", 1, 1);
    holds(j, "programs", 1, 1);
    holds(j, "shared", 1, 1);
    holds(j, "shared_again", 0, 0);
    json_decref(j);
    s.village.now_ms += 3 * DAY;
    both_sync(&s);
    later = s.village.now_ms;
    j = digest(&s.officer, later); /* nothing since */
    holds(j, "moved", 0, 0);
    holds(j, "programs", 0, 0);
    holds(j, "shared", 0, 0);
    json_decref(j);
    act(&s.officer, E, draft_of(case_id, KK_KIND_CASE, KK_ACT_COMMENT), KK_FIELD_COMMENT,
        "資料を待つ");
    act(&s.officer, "int", draft_of(program_id, KK_KIND_PROGRAM, KK_ACT_START), KK_FIELD_NOTE,
        "開始");
    act(&s.lead, "int", draft_of(copy_id, KK_KIND_RESOURCE, KK_ACT_EDIT), KK_FIELD_TITLE, "新会");
    act(&s.lead, "int", draft_of(other_id, KK_KIND_RESOURCE, KK_ACT_CREATE), KK_FIELD_TITLE, "輪");
    both_sync(&s);
    j = digest(&s.lead, later);
    holds(j, "moved", 1, 1);
    holds(j, "programs", 1, 1);
    holds(j, "shared", 1, 1);
    holds(j, "shared_again", 1, 1);
    json_decref(j);
    kk_date_of(later, day);
    text = TYPED(&s.lead, "digest", "--since", day, "ja");
    ck_assert_ptr_nonnull(strstr(text, "資料を待つ"));
    ck_assert_ptr_nonnull(strstr(text, "移動支援"));
    ck_assert_ptr_nonnull(strstr(text, "新会"));
    free(text);
    scene_fini(&s);
}
END_TEST

/* A program that has ended is told with what it taught; what was taken back is not told. */
START_TEST(what_is_over)
{
    struct scene s;
    json_t *j;

    scene_init(&s);
    begins(&s);
    act(&s.officer, "int", draft_of(program_id, KK_KIND_PROGRAM, KK_ACT_START), KK_FIELD_NOTE, "x");
    act(&s.officer, "int", draft_of(program_id, KK_KIND_PROGRAM, KK_ACT_EVALUATE),
        KK_FIELD_LESSONS, "少人数がよい");
    act(&s.officer, "int", draft_of(program_id, KK_KIND_PROGRAM, KK_ACT_END), KK_FIELD_NOTE, "y");
    act(&s.lead, "int", draft_of(copy_id, KK_KIND_RESOURCE, KK_ACT_CLOSE), KK_FIELD_NOTE, "z");
    both_sync(&s);
    j = digest(&s.lead, s.village.now_ms);
    holds(j, "programs", 1, 4);
    ck_assert_str_eq(json_string_value(json_object_get(
                         json_object_get(json_array_get(json_object_get(j, "programs"), 0),
                                         "fields"),
                         "lessons")),
                     "少人数がよい");
    holds(j, "shared", 0, 0);
    holds(j, "shared_again", 0, 0);
    json_decref(j);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("digest", &suite);

    tcase_set_timeout(c, 120);
    tcase_add_test(c, what_did_not_move);
    tcase_add_test(c, what_is_over);
    return suite;
}
