/*
 * The index of lists, wherever it stands: after any acts, syncs and partial refreshes a list holds
 * the very records that a look at every record finds. Covers client/replica/glance.c and the
 * walks of client/model/record.c.
 */
#include "office.h"

#include "kukyoku/wire/packer.h"
#include "model/record.h"

#include <stdio.h>

#define RECORDS 24
#define ROUNDS  120
#define SCOPE   "w:14133"

static const char *const areas[] = { "14133-01", "14133-02", "14133", "14136-01" };
static const enum kk_kind kinds[] = { KK_KIND_VOICE, KK_KIND_ISSUE, KK_KIND_RESOURCE };

struct scene {
    struct bureau bureau;
    struct village village;
    struct office a;
    struct unit_entropy entropy;
    uint8_t made[RECORDS][KK_ID_BYTES];
    size_t count;
};

static size_t pick(struct scene *s, size_t of)
{
    return (size_t)(unit_random(&s->entropy) % of);
}

static void scene_init(struct scene *s, uint64_t seed)
{
    struct bureau_device *lead;

    *s = (struct scene){ .count = 0 };
    unit_entropy_init(&s->entropy, seed);
    bureau_init(&s->bureau, seed, 1795392000000ll);
    lead = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, lead, KK_ROLE_LEAD, "14133");
    bureau_sign_roster(&s->bureau);
    village_init(&s->village, &s->bureau, seed + 1);
    village_hand_over(&s->village);
    office_init(&s->a, &s->bureau, lead);
    ck_assert_int_eq(office_sync(&s->a, &s->village, NULL), 0);
}

static void scene_fini(struct scene *s)
{
    office_fini(&s->a);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
}

/* --- acts --- */

static void put_areas(struct scene *s, struct kk_bytes *out)
{
    size_t count = 1 + pick(s, 2);

    ck_assert_int_eq(kk_pack_array(out, count), 0);
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(kk_pack_text(out, kk_slice_text(areas[pick(s, KK_COUNT(areas))])), 0);
}

static void write(struct scene *s, const uint8_t rec[KK_ID_BYTES], unsigned act, enum kk_kind kind)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes list = { 0 }, number = { 0 };
    struct kk_body body = { .count = 0 };
    struct kk_ledger_draft draft = { .kind = kind, .act = act, .body = &body };
    struct office_desk k;

    memcpy(draft.rec, rec, KK_ID_BYTES);
    put_areas(s, &list);
    ck_assert_int_eq(kk_pack_int(&number, kind), 0);
    ck_assert_int_eq(kk_body_set(&body, KK_FIELD_AREAS, kk_bytes_slice(&list)), 0);
    if (act == KK_ACT_CREATE)
        ck_assert_int_eq(kk_body_set(&body, KK_BODY_KIND, kk_bytes_slice(&number)), 0);
    office_sit(&k, &s->a, SCOPE);
    s->a.clock.now_ms = s->village.now_ms;
    ck_assert_int_eq(kk_ledger_write(&k.ledger, &draft, &s->a.clock, NULL), 0);
    office_stand(&k);
}

static void act(struct scene *s)
{
    if (s->count < RECORDS && pick(s, 2)) {
        uint8_t *rec = s->made[s->count++];

        for (size_t i = 0; i < KK_ID_BYTES; i++)
            rec[i] = (uint8_t)pick(s, 256);
        write(s, rec, KK_ACT_CREATE, kinds[pick(s, KK_COUNT(kinds))]);
    } else if (s->count) {
        write(s, s->made[pick(s, s->count)], KK_ACT_EDIT, KK_KIND_VOICE);
    }
    s->village.now_ms += 1000;
}

static void refresh(struct scene *s)
{
    struct office_desk k;
    int r;

    office_sit(&k, &s->a, SCOPE);
    r = pick(s, 4) ? kk_glance_refresh(&k.ledger, 1 + pick(s, 5), false)
                   : kk_glance_forget(&k.ledger);
    ck_assert_int_ge(r, 0);
    office_stand(&k);
}

/* --- looking --- */

struct seen {
    uint8_t ids[RECORDS][KK_ID_BYTES];
    size_t count;
};

static int on_record(void *user, const struct kk_record *record)
{
    struct seen *seen = user;

    ck_assert_uint_lt(seen->count, RECORDS);
    memcpy(seen->ids[seen->count++], record->is.rec, KK_ID_BYTES);
    return 0;
}

static bool holds(const struct seen *seen, const uint8_t id[KK_ID_BYTES])
{
    size_t found = 0;

    for (size_t i = 0; i < seen->count; i++)
        found += memcmp(seen->ids[i], id, KK_ID_BYTES) == 0;
    ck_assert_uint_le(found, 1); /* once at most */
    return found == 1;
}

/* The rule by itself: one of the areas, or one that begins with the ward and a hyphen. */
static bool in_area(const struct kk_ledger_record *r, const char *area)
{
    const struct kk_body_field *f = kk_body_find(&r->body, KK_FIELD_AREAS);
    char text[64];
    struct kk_cursor c = kk_cursor(f->value);
    struct kk_slice named;
    size_t count, len = strlen(area);
    bool found = false;

    ck_assert_int_eq(kk_cursor_array(&c, &count), 0);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(kk_cursor_text(&c, &named), 0);
        snprintf(text, sizeof(text), "%.*s", (int)named.len, (const char *)named.data);
        found = found || strcmp(text, area) == 0 ||
                (len == 5 && strncmp(text, area, 5) == 0 && text[5] == '-');
    }
    return found;
}

static bool is_meant(const struct kk_ledger_record *r, const struct kk_record_query *q,
                     const char *area)
{
    return (q->kind == 0 || r->kind == q->kind) && (!area || in_area(r, area)) &&
           kk_glance_touched_ms(r) >= q->since_ms;
}

static void compare(struct scene *s, struct kk_records *r, struct kk_record_query *q,
                    const char *area)
{
    struct seen seen = { .count = 0 };
    size_t expected = 0;
    struct kk_ledger l;

    q->area = area ? kk_slice_text(area) : kk_slice("", 0);
    ck_assert_int_eq(kk_record_each(r, q, on_record, &seen), 0);
    ck_assert_int_eq(kk_replicas_ledger(&r->replicas, kk_slice_text(SCOPE), &l, NULL), 0);
    for (size_t i = 0; i < s->count; i++) {
        KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
        struct kk_ledger_record record;

        kk_arena_init(&arena, 1024 * 1024);
        ck_assert_int_eq(kk_ledger_record(&l, s->made[i], &arena, &record), 1);
        ck_assert_int_eq(holds(&seen, s->made[i]), is_meant(&record, q, area));
        expected += is_meant(&record, q, area);
    }
    ck_assert_uint_eq(seen.count, expected);
    if (expected > 1) { /* no more than are asked for */
        q->limit = expected - 1;
        seen.count = 0;
        ck_assert_int_eq(kk_record_each(r, q, on_record, &seen), 0);
        ck_assert_uint_eq(seen.count, expected - 1);
    }
}

static void look(struct scene *s)
{
    KK_AUTO_FINI(kk_records) struct kk_records r = { 0 };
    struct kk_error err = { 0 };
    struct office_desk k;

    office_sit(&k, &s->a, SCOPE);
    ck_assert_int_eq(kk_records_open(&r, &k.home, KK_REPLICA_WRITE, &err), 0);
    for (size_t i = 0; i <= KK_COUNT(kinds); i++) {
        struct kk_record_query q = { .kind = i < KK_COUNT(kinds) ? kinds[i] : 0,
                                     .passing = pick(s, 2) };

        q.since_ms = pick(s, 2) ? 0 : s->village.now_ms - 20000;
        compare(s, &r, &q, NULL);
        q.limit = 0;
        if (q.kind)
            compare(s, &r, &q, areas[pick(s, KK_COUNT(areas))]);
    }
    kk_records_fini(&r);
    office_stand(&k);
}

START_TEST(lists_are_whole)
{
    struct scene s;

    scene_init(&s, unit_seed(500 + (uint64_t)_i));
    for (size_t i = 0; i < ROUNDS; i++) {
        size_t what = pick(&s, 8);

        if (what < 4)
            act(&s);
        else if (what < 6)
            refresh(&s);
        else if (what == 6)
            ck_assert_int_eq(office_sync(&s.a, &s.village, NULL), 0);
        else
            look(&s);
    }
    look(&s);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("glance", &suite);

    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, lists_are_whole, 0, 4);
    return suite;
}
