/*
 * daemon/relay/recover.c: what a restored daemon takes back, from whom, and what it refuses. Each
 * page is whole in the log or not at all. [ER-3] [ER-4]
 */
#include "ward.h"
#include "village.h"

#include "kukyoku/error.h"

#define NOW     1795392000000ll
#define W       6 /* w:14133 among bureau_scope */
#define ENTRIES 4

struct scene {
    struct bureau bureau;
    struct village first, restored;
    struct bureau_device *staff, *lead, *other, *auditor, *stranger;
    struct ward ward; /* of staff: knows all that the first daemon ordered */
    struct kk_arena arena, answer_arena;
    struct kk_bytes page, answer;
    uint64_t detail;
    struct kk_entry entries[ENTRIES];
    struct kk_msg_recover recover; /* all of it, as lead would give it back */
};

static void join(struct scene *s, struct bureau_device **d, enum kk_role role, const char *ward)
{
    *d = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, *d, role, ward);
}

static int ask(struct scene *s, struct village *v, const struct bureau_device *d,
               enum kk_message_type type, const void *body)
{
    struct kk_message m = { .type = type, .id = 7, .body = (void *)body };
    struct kk_relay_caller who;
    int r;

    ck_assert_int_eq(kk_relay_identify(v->relay, d->keys.noise, &who), 0);
    kk_bytes_clear(&s->answer);
    ck_assert_int_eq(kk_relay_begin(v->relay), 0);
    r = kk_relay_answer(v->relay, &who, &m, &s->answer, &s->detail);
    ck_assert_int_eq(kk_relay_commit(v->relay), 0); /* a fault, too: others wait */
    return r;
}

/* What the device's LOG had brought is, entry by entry, what it gives back. */
static void read_page(struct scene *s)
{
    struct kk_msg_log log = { .scope = kk_slice_text("w:14133"), .from_gsn = 1, .max = 64 };
    const struct kk_msg_entries *e;
    struct kk_message m;

    ck_assert_int_eq(ask(s, &s->first, s->lead, KK_MSG_LOG, &log), 0);
    ck_assert_int_eq(kk_bytes_append_slice(&s->page, kk_bytes_slice(&s->answer)), 0);
    ck_assert_int_eq(kk_message_decode(kk_bytes_slice(&s->page), &s->arena, &m, NULL), 0);
    e = m.body;
    ck_assert_uint_eq(e->entries.count, ENTRIES);
    memcpy(s->entries, e->entries.items, sizeof(s->entries));
    s->recover = (struct kk_msg_recover){ .scope = e->scope, .entries = { s->entries, ENTRIES },
                                          .head = e->head };
}

static void scene_init(struct scene *s)
{
    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, unit_seed(41), NOW);
    join(s, &s->staff, KK_ROLE_STAFF, "14133");
    join(s, &s->lead, KK_ROLE_LEAD, "14133");
    join(s, &s->other, KK_ROLE_LEAD, "14131");
    join(s, &s->auditor, KK_ROLE_AUDITOR, "");
    s->stranger = bureau_stranger(&s->bureau);
    bureau_sign_roster(&s->bureau);
    village_init(&s->first, &s->bureau, 42);
    village_hand_over(&s->first);
    village_init(&s->restored, &s->bureau, 43);
    village_hand_over(&s->restored);
    ward_init(&s->ward, &s->bureau, &s->staff->keys);
    kk_arena_init(&s->arena, 4 * KK_DOCUMENT_BYTES_MAX);
    kk_arena_init(&s->answer_arena, 4 * KK_DOCUMENT_BYTES_MAX);
    ck_assert_int_eq(village_sync(&s->first, &s->staff->keys, &s->ward.store, NULL), 0);
    for (uint8_t n = 0; n < ENTRIES; n++) {
        ward_write(&s->ward, W, 0, KK_ACT_CREATE, (const uint8_t[KK_ID_BYTES]){ 9, n });
        ck_assert_int_eq(village_sync(&s->first, &s->staff->keys, &s->ward.store, NULL), 0);
    }
    read_page(s);
}

static void scene_fini(struct scene *s)
{
    ward_fini(&s->ward);
    village_fini(&s->first);
    village_fini(&s->restored);
    bureau_fini(&s->bureau);
    kk_arena_fini(&s->arena);
    kk_arena_fini(&s->answer_arena);
    kk_bytes_fini(&s->page);
    kk_bytes_fini(&s->answer);
}

static uint64_t end_of_log(const struct scene *s)
{
    struct kk_store *store = s->restored.store;
    struct kk_log_head head;

    ck_assert_int_ge(store->engine->log_find(store, kk_slice_text("w:14133"), &head), 0);
    return head.gsn;
}

/* RECOVER: the fault, or 0 and how many operations are in the log by it. */
static int give(struct scene *s, const struct bureau_device *d, uint64_t *ret_taken)
{
    const struct kk_msg_recovered *done;
    struct kk_message m;
    int r = ask(s, &s->restored, d, KK_MSG_RECOVER, &s->recover);

    if (r < 0)
        return r;
    kk_arena_reset(&s->answer_arena);
    ck_assert_int_eq(kk_message_decode(kk_bytes_slice(&s->answer), &s->answer_arena, &m, NULL), 0);
    done = m.body;
    ck_assert_uint_eq(done->gsn, end_of_log(s));
    *ret_taken = done->taken;
    return 0;
}

START_TEST(all_of_it_comes_back)
{
    struct kk_log_head was, is;
    struct kk_store *a, *b;
    uint64_t taken = 0;
    unsigned logs;
    struct scene s;

    scene_init(&s);
    a = s.first.store;
    b = s.restored.store;
    ck_assert_int_eq(kk_relay_recovering(s.restored.relay, &logs), 0);
    ck_assert_uint_eq(logs, 0);
    ck_assert_int_eq(give(&s, s.lead, &taken), 0);
    ck_assert_uint_eq(taken, ENTRIES);
    ck_assert_int_eq(a->engine->log_find(a, kk_slice_text("w:14133"), &was), 1);
    ck_assert_int_eq(b->engine->log_find(b, kk_slice_text("w:14133"), &is), 1);
    ck_assert(was.gsn == is.gsn && memcmp(was.head, is.head, KK_HASH_BYTES) == 0);
    /* nobody had told it that it was restored: it knows now, and waits for the registrar */
    ck_assert_int_eq(kk_relay_recovering(s.restored.relay, &logs), 0);
    ck_assert_uint_gt(logs, 0);
    ck_assert_int_eq(give(&s, s.staff, &taken), 0);
    ck_assert_uint_eq(taken, 0);
    scene_fini(&s);
}
END_TEST

START_TEST(the_rest_of_a_page)
{
    uint64_t taken = 0;
    struct scene s;

    scene_init(&s);
    s.recover.entries.items = s.entries + 1; /* it begins too late: the answer says where */
    s.recover.entries.count = ENTRIES - 1;
    ck_assert_int_eq(give(&s, s.lead, &taken), 0);
    ck_assert_uint_eq(taken, 0);
    s.recover.entries.items = s.entries;
    s.recover.entries.count = ENTRIES;
    ck_assert_int_eq(give(&s, s.lead, &taken), 0);
    ck_assert_uint_eq(end_of_log(&s), ENTRIES);
    scene_fini(&s);
}
END_TEST

/* --- what is refused --- */

static void head_altered(struct scene *s)
{
    s->recover.head.sig[2] ^= 1;
}
static void head_by_the_author(struct scene *s)
{
    struct kk_log_head head = { .gsn = s->recover.head.gsn };

    memcpy(head.head, s->recover.head.head, KK_HASH_BYTES);
    ck_assert_int_eq(kk_head_sign(s->recover.scope, &head, NOW, s->staff->keys.sign_secret,
                                  &s->recover.head),
                     0);
}
static void head_of_another_log(struct scene *s)
{
    struct kk_log_head head = { .gsn = s->recover.head.gsn };

    memcpy(head.head, s->recover.head.head, KK_HASH_BYTES);
    ck_assert_int_eq(kk_head_sign(kk_slice_text("int"), &head, NOW, s->bureau.daemon.secret,
                                  &s->recover.head),
                     0);
}
static void one_left_out(struct scene *s)
{
    s->entries[1] = s->entries[2];
    s->entries[2] = s->entries[3];
    s->recover.entries.count = ENTRIES - 1;
}
static void two_swapped(struct scene *s)
{
    struct kk_entry e = s->entries[1];

    s->entries[1] = s->entries[2];
    s->entries[2] = e;
}
static void cut_short(struct scene *s)
{
    s->recover.entries.count = ENTRIES - 1;
}
static void another_verdict(struct scene *s)
{
    s->entries[2].verdict = KK_WIRE_ROLE;
}
static void another_time(struct scene *s)
{
    s->entries[0].recv_ms++;
}
static void without_its_body(struct scene *s)
{
    struct kk_op_wire *op = &s->entries[3].op;

    kk_op_body_hash(s->entries[3].body, op->body_hash);
    op->body_len = s->entries[3].body.len;
    s->entries[3].body = kk_slice(NULL, 0);
}
static void another_body(struct scene *s)
{
    s->entries[3].body.len--;
}
static void another_author(struct scene *s)
{
    kk_device_id(s->lead->keys.sign, s->lead->keys.noise, s->lead->keys.wrap,
                 s->entries[1].op.device);
}
static void signature_altered(struct scene *s)
{
    s->entries[1].sig[9] ^= 1;
}
static void a_roster_to_come(struct scene *s)
{
    s->entries[3].rv.ver += 1;
}

static const struct {
    void (*change)(struct scene *s);
    int fault;
} pages[] = {
    { head_altered, KK_E_SIGNATURE },
    { head_by_the_author, KK_E_SIGNATURE },
    { head_of_another_log, KK_E_SIGNATURE },
    { one_left_out, KK_E_CHAIN },
    { two_swapped, KK_E_CHAIN },
    { cut_short, KK_E_CHAIN },
    { another_verdict, KK_E_CHAIN },
    { another_time, KK_E_SIGNATURE }, /* what the next author had seen is another head now */
    { another_body, KK_E_SIGNATURE },
    { another_author, KK_E_CHAIN },
    { signature_altered, KK_E_SIGNATURE },
    { a_roster_to_come, KK_E_RECOVERING },
};

START_TEST(altered_pages)
{
    uint64_t taken;
    unsigned logs;
    struct scene s;

    scene_init(&s);
    pages[_i].change(&s);
    ck_assert_int_eq(give(&s, s.lead, &taken), pages[_i].fault);
    ck_assert_uint_eq(end_of_log(&s), 0);
    ck_assert_int_eq(kk_relay_recovering(s.restored.relay, &logs), 0);
    ck_assert_uint_eq(logs, 0); /* nobody closes a daemon's logs by a claim */
    scene_fini(&s);
}
END_TEST

/* It may have been erased by an act that is still to come: header and signature hold. [RL-30] */
START_TEST(a_body_that_is_gone)
{
    uint64_t taken;
    struct kk_op own = { .inc = 1 };
    struct kk_store *store;
    struct scene s;

    scene_init(&s);
    without_its_body(&s);
    ck_assert_int_eq(give(&s, s.lead, &taken), 0);
    ck_assert_uint_eq(taken, ENTRIES);
    store = s.restored.store;
    ck_assert_int_eq(store->engine->entry_bare(store, kk_slice("", 0), NULL), 1);
    memcpy(own.device, s.entries[3].op.device, KK_ID_BYTES);
    own.seq = s.entries[3].op.seq;
    ck_assert_int_eq(store->engine->entry_bare(store, kk_slice_text("w:14133"), &own), 1);
    own.seq--;
    ck_assert_int_eq(store->engine->entry_bare(store, kk_slice_text("w:14133"), &own), 0);
    scene_fini(&s);
}
END_TEST

START_TEST(by_whom)
{
    uint64_t taken;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(give(&s, s.other, &taken), KK_E_NOT_FOUND);
    ck_assert_int_eq(give(&s, s.auditor, &taken), KK_E_NOT_FOUND);
    ck_assert_int_eq(give(&s, s.stranger, &taken), KK_E_DEVICE_UNKNOWN);
    ck_assert_uint_eq(end_of_log(&s), 0);
    scene_fini(&s);
}
END_TEST

/* STATE: what is asked back, of whom; a claim alone asks and does no more. */
START_TEST(what_is_asked_back)
{
    struct kk_head_held heads[] = { { .scope = kk_slice_text("e:14133"), .gsn = 3 },
                                    { .scope = kk_slice_text("w:14133"), .gsn = ENTRIES } };
    struct kk_msg_state state = { .heads = { heads, 2 } };
    const struct kk_msg_stated *stated;
    struct kk_message m;
    unsigned logs;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(ask(&s, &s.restored, s.lead, KK_MSG_STATE, &state), 0);
    ck_assert_int_eq(kk_message_decode(kk_bytes_slice(&s.answer), &s.answer_arena, &m, NULL), 0);
    stated = m.body;
    ck_assert_uint_eq(stated->wants.count, 2);
    ck_assert_uint_eq(stated->wants.items[1].from_gsn, 1);
    ck_assert_int_eq(kk_relay_recovering(s.restored.relay, &logs), 0);
    ck_assert_uint_eq(logs, 0);
    ck_assert_int_eq(ask(&s, &s.restored, s.auditor, KK_MSG_STATE, &state), 0);
    ck_assert_int_eq(kk_message_decode(kk_bytes_slice(&s.answer), &s.answer_arena, &m, NULL), 0);
    ck_assert_uint_eq(((const struct kk_msg_stated *)m.body)->wants.count, 0);
    ck_assert_int_eq(ask(&s, &s.first, s.lead, KK_MSG_STATE, &state), 0);
    ck_assert_int_eq(kk_message_decode(kk_bytes_slice(&s.answer), &s.answer_arena, &m, NULL), 0);
    ck_assert_uint_eq(((const struct kk_msg_stated *)m.body)->wants.count, 1); /* e: is empty */
    scene_fini(&s);
}
END_TEST

/* Entries of an ended era, while the daemon still waits for the registrar: later. */
START_TEST(late_ones_wait)
{
    uint64_t taken = 0;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(kk_relay_begin(s.restored.relay), 0);
    ck_assert_int_eq(kk_relay_mark_restored(s.restored.store, NOW, kk_slice_text("x")), 0);
    ck_assert_int_eq(kk_relay_commit(s.restored.relay), 0);
    s.recover.head = (struct kk_head){ .gsn = 0 };
    ck_assert_int_eq(give(&s, s.lead, &taken), KK_E_RECOVERING);
    ck_assert_uint_eq(end_of_log(&s), 0);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *tcase = unit_case("recover", &suite);

    tcase_add_test(tcase, all_of_it_comes_back);
    tcase_add_test(tcase, the_rest_of_a_page);
    tcase_add_loop_test(tcase, altered_pages, 0, KK_COUNT(pages));
    tcase_add_test(tcase, a_body_that_is_gone);
    tcase_add_test(tcase, by_whom);
    tcase_add_test(tcase, what_is_asked_back);
    tcase_add_test(tcase, late_ones_wait);
    return suite;
}
