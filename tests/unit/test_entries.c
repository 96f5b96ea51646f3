/*
 * A page of a log as the daemon gives it: its end, its head, and whose bodies go along.
 * daemon/relay/entries.c [DM-9] [ER-8] [SY-16]
 */
#include "ward.h"
#include "village.h"

#include "kukyoku/error.h"
#include "kukyoku/record/act.h"

#define NOW 1795392000000ll
#define W   6 /* w:14133 among bureau_scope */

struct scene {
    struct bureau bureau;
    struct village village;
    struct bureau_device *staff, *lead, *other, *auditor;
    struct ward ward; /* of staff */
    struct kk_arena arena;
    struct kk_bytes answer;
    struct kk_message said;
};

static struct bureau_device *join(struct scene *s, enum kk_role role, const char *ward)
{
    struct bureau_device *d = bureau_stranger(&s->bureau);

    bureau_approve(&s->bureau, d, role, ward);
    return d;
}

/* Writes the nth record of staff, which the log has then. */
static void write(struct scene *s, uint8_t n)
{
    const uint8_t rec[KK_ID_BYTES] = { n, 3 };

    ward_write(&s->ward, W, 0, KK_ACT_CREATE, rec);
    ck_assert_int_eq(village_sync(&s->village, &s->staff->keys, &s->ward.store, NULL), 0);
}

/* Three entries of staff. */
static void scene_init(struct scene *s)
{
    *s = (struct scene){ 0 };
    ck_assert_str_eq(bureau_scope(W), "w:14133");
    bureau_init(&s->bureau, unit_seed(41), NOW);
    s->staff = join(s, KK_ROLE_STAFF, "14133");
    s->lead = join(s, KK_ROLE_LEAD, "14133");
    s->other = join(s, KK_ROLE_LEAD, "14131");
    s->auditor = join(s, KK_ROLE_AUDITOR, "");
    bureau_sign_roster(&s->bureau);
    village_init(&s->village, &s->bureau, 42);
    village_hand_over(&s->village);
    ward_init(&s->ward, &s->bureau, &s->staff->keys);
    kk_arena_init(&s->arena, 4 * KK_DOCUMENT_BYTES_MAX);
    ck_assert_int_eq(village_sync(&s->village, &s->staff->keys, &s->ward.store, NULL), 0);
    for (uint8_t n = 1; n <= 3; n++)
        write(s, n);
}

static void scene_fini(struct scene *s)
{
    ward_fini(&s->ward);
    village_fini(&s->village);
    bureau_fini(&s->bureau);
    kk_arena_fini(&s->arena);
    kk_bytes_fini(&s->answer);
}

/* The fault, or 0 and the page. */
static int ask(struct scene *s, const struct bureau_device *d, const struct kk_msg_log *log,
               const struct kk_msg_entries **ret)
{
    struct kk_message m = { .type = KK_MSG_LOG, .id = 7, .body = log };
    struct kk_relay_caller who;
    uint64_t detail;
    int r;

    kk_bytes_clear(&s->answer);
    kk_arena_reset(&s->arena);
    ck_assert_int_eq(kk_relay_identify(s->village.relay, d->keys.noise, &who), 0);
    ck_assert_int_eq(kk_relay_begin(s->village.relay), 0);
    r = kk_relay_answer(s->village.relay, &who, &m, &s->answer, &detail);
    if (r < 0) {
        kk_relay_rollback(s->village.relay);
        return r;
    }
    ck_assert_int_eq(kk_relay_commit(s->village.relay), 0);
    ck_assert_int_eq(
        kk_message_decode(kk_bytes_slice(&s->answer), &s->arena, &s->said, NULL), 0);
    *ret = s->said.body;
    return 0;
}

START_TEST(a_page_and_its_head)
{
    struct kk_msg_log log = { .scope = kk_slice_text("w:14133"), .from_gsn = 1, .max = 2 };
    const struct kk_msg_entries *e;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(ask(&s, s.lead, &log, &e), 0);
    ck_assert_uint_eq(e->entries.count, 2);
    ck_assert(e->more);
    ck_assert_uint_eq(e->head.gsn, 2); /* signed where the page ends */
    ck_assert(e->entries.items[0].body.len > 0);
    log.from_gsn = 4;
    ck_assert_int_eq(ask(&s, s.lead, &log, &e), 0);
    ck_assert_uint_eq(e->entries.count, 0);
    ck_assert_uint_eq(e->head.gsn, 3);
    log.from_gsn = 1;
    ck_assert_int_eq(ask(&s, s.auditor, &log, &e), 0);
    ck_assert_uint_eq(e->entries.count, 2);
    ck_assert_uint_eq(e->entries.items[0].body.len, 0); /* no body for an auditor */
    ck_assert_int_lt(ask(&s, s.other, &log, &e), 0);
    scene_fini(&s);
}
END_TEST

/* The first page ends with its era, however much room there is. */
START_TEST(a_page_is_of_one_era)
{
    struct kk_msg_log log = { .scope = kk_slice_text("w:14133"), .from_gsn = 1, .max = 8 };
    const struct kk_msg_entries *e;
    struct kk_era *era;
    struct scene s;

    scene_init(&s);
    era = &s.bureau.eras[s.bureau.era_count++];
    *era = (struct kk_era){ .scope = log.scope, .era = 1, .after_gsn = 3, .recovery = { 1 } };
    memcpy(era->head, s.ward.logs[W].heads[3].head, KK_HASH_BYTES);
    bureau_sign_roster(&s.bureau);
    village_hand_over(&s.village);
    write(&s, 4);
    ck_assert_int_eq(ask(&s, s.lead, &log, &e), 0);
    ck_assert_uint_eq(e->entries.count, 3);
    ck_assert(e->more);
    ck_assert_uint_eq(e->head.era, 0);
    ck_assert_uint_eq(e->head.gsn, 3);
    log.from_gsn = 4;
    ck_assert_int_eq(ask(&s, s.lead, &log, &e), 0);
    ck_assert_uint_eq(e->entries.count, 1);
    ck_assert(!e->more);
    ck_assert_uint_eq(e->head.era, 1);
    ck_assert_uint_eq(e->head.gsn, 4);
    scene_fini(&s);
}
END_TEST

/* Which of the three entries come with their body. */
static void assert_bodies(struct scene *s, const struct bureau_device *who,
                          const struct kk_msg_log *log, const char *bodies)
{
    const struct kk_msg_entries *e;

    ck_assert_int_eq(ask(s, who, log, &e), 0);
    ck_assert_uint_eq(e->entries.count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct kk_entry *at = &e->entries.items[i];

        ck_assert_int_eq(at->body.data != NULL, bodies[i] == '1');
        ck_assert_int_eq(at->op.body_len == 0, bodies[i] == '1');
    }
}

/* An author has what it names, and what stands before it in its chain: nobody else does. */
START_TEST(bodies_that_the_author_has)
{
    struct kk_msg_log log = { .scope = kk_slice_text("w:14133"), .from_gsn = 1, .max = 8 };
    struct scene s;

    scene_init(&s);
    log.own = (struct kk_chain){ .scope = log.scope, .inc = 1, .seq = 2 };
    memcpy(log.own.op_id, s.ward.logs[W].what[2].op_id, KK_HASH_BYTES);
    assert_bodies(&s, s.staff, &log, "001");
    assert_bodies(&s, s.lead, &log, "111");
    log.own.inc = 2; /* a chain that is not in this log */
    assert_bodies(&s, s.staff, &log, "111");
    log.own.inc = 1;
    log.own.op_id[0] ^= 1; /* a copy of this device was faster: what it has is something else */
    assert_bodies(&s, s.staff, &log, "111");
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("entries", &suite);

    tcase_add_test(c, a_page_and_its_head);
    tcase_add_test(c, a_page_is_of_one_era);
    tcase_add_test(c, bodies_that_the_author_has);
    return suite;
}
