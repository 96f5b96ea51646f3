/*
 * The machine for a reader who never becomes a device: the roster without rows, and no word of the
 * daemon beside less than it names. What a mirror would tell, told by a line that lies. [MI-6]
 */
#include "village.h"
#include "ward.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/error.h"

#define NOW 1795392000000ll

struct scene {
    struct bureau bureau;
    struct village village;
    struct ward reader;
    struct press_table pub;
    struct kk_bytes old_catalog, old_roster;
    bool holds_catalog, holds_roster; /* back: the ones of before are told */
};

static void name(const struct kk_bytes *bytes, uint64_t ver, struct kk_doc_ref *ret)
{
    kk_hash_of("blob", kk_bytes_slice(bytes), ret->blob.hash);
    ret->blob.len = bytes->len;
    ret->version.ver = ver;
}

static void hold_back(void *user, const struct kk_message *m, struct kk_bytes *plain)
{
    struct scene *s = user;
    struct kk_msg_welcome w;

    if (m->type != KK_MSG_WELCOME)
        return;
    w = *(const struct kk_msg_welcome *)m->body;
    if (s->holds_catalog)
        name(&s->old_catalog, 1, &w.catalog);
    if (s->holds_roster)
        name(&s->old_roster, 1, &w.roster);
    kk_bytes_clear(plain);
    kk_assert(kk_message_encode(KK_MSG_WELCOME, m->id, &w, plain) == 0);
}

/* A stranger who asked to join: the daemon lets him read what is public. */
static void scene_init(struct scene *s)
{
    struct kk_enrol_request q = { .label = kk_slice_text("PC") };
    struct bureau_device *stranger;

    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, unit_seed(61), NOW);
    stranger = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, bureau_stranger(&s->bureau), KK_ROLE_LEAD, "14133");
    bureau_sign_roster(&s->bureau);
    press_table_init(&s->pub);
    press_fill(&s->pub, 40, 1, 0);
    bureau_publish(&s->bureau, &s->pub, &s->pub);
    village_init(&s->village, &s->bureau, 62);
    village_hand_over(&s->village);
    memset(q.invite, 7, sizeof(q.invite));
    memset(q.binding, 9, sizeof(q.binding));
    memcpy(q.sign, stranger->keys.sign, KK_KEY_BYTES);
    memcpy(q.noise, stranger->keys.noise, KK_KEY_BYTES);
    memcpy(q.wrap, stranger->keys.wrap, KK_KEY_BYTES);
    ck_assert_int_eq(kk_relay_begin(s->village.relay), 0);
    ck_assert_int_eq(s->village.store->engine->request_put(s->village.store, &q), 0);
    ck_assert_int_eq(kk_relay_commit(s->village.relay), 0);
    ward_init(&s->reader, &s->bureau, &stranger->keys);
    ck_assert_int_eq(kk_bytes_append_slice(&s->old_catalog,
                                           kk_bytes_slice(&s->bureau.catalog_doc)), 0);
    ck_assert_int_eq(kk_bytes_append_slice(&s->old_roster,
                                           kk_bytes_slice(&s->bureau.roster_doc)), 0);
    s->village.lie = hold_back;
    s->village.lie_user = s;
}

static void scene_fini(struct scene *s)
{
    ward_fini(&s->reader);
    village_fini(&s->village);
    press_table_fini(&s->pub);
    bureau_fini(&s->bureau);
    kk_bytes_fini(&s->old_catalog);
    kk_bytes_fini(&s->old_roster);
}

static int read_public(struct scene *s)
{
    struct village_line l;
    int r;

    s->reader.now_ms = s->village.now_ms;
    ck_assert_int_eq(village_open(&s->village, &l, s->reader.keys, &s->reader.store), 0);
    l.sync.bare = true;
    while (village_step(&l))
        continue;
    r = l.fault;
    village_close(&l);
    return r;
}

static void next_of_both(struct scene *s)
{
    s->village.now_ms += KK_DAY_MS;
    press_fill(&s->pub, 41, 1, 3);
    bureau_publish(&s->bureau, &s->pub, NULL);
    bureau_sign_roster(&s->bureau);
    village_hand_over(&s->village);
}

START_TEST(a_roster_and_nobody_in_it)
{
    const struct kk_trust *t;
    int64_t since = 0;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(read_public(&s), 0);
    t = s.reader.trust;
    ck_assert_uint_eq(kk_trust_roster(t)->version.ver, 1);
    ck_assert_uint_eq(kk_trust_view(t)->devices->rows.count, 0);
    ck_assert_int_eq(kk_trust_grade(t, s.village.now_ms, false, &since), KK_GRADE_FRESH);
    ck_assert_mem_eq(s.reader.states[1], s.bureau.pub.row.state, KK_HASH_BYTES);
    next_of_both(&s);
    ck_assert_int_eq(read_public(&s), 0);
    ck_assert_uint_eq(kk_trust_roster(t)->version.ver, 2);
    ck_assert_uint_eq(kk_trust_catalog(t)->version.ver, 2);
    scene_fini(&s);
}
END_TEST

/* Each alone: the newest word of the daemon beside the catalog, or the roster, of before. */
START_TEST(a_word_that_names_more)
{
    uint64_t said;
    struct scene s;

    scene_init(&s);
    ck_assert_int_eq(read_public(&s), 0);
    said = kk_trust_fresh(s.reader.trust)->issued_ms;
    next_of_both(&s);
    s.holds_catalog = _i == 0;
    s.holds_roster = _i == 1;
    ck_assert_int_eq(read_public(&s), KK_E_MIRROR);
    ck_assert_uint_eq(kk_trust_fresh(s.reader.trust)->issued_ms, said);
    s.holds_catalog = s.holds_roster = false;
    ck_assert_int_eq(read_public(&s), 0);
    ck_assert_uint_gt(kk_trust_fresh(s.reader.trust)->issued_ms, said);
    ck_assert_mem_eq(s.reader.states[1], s.bureau.pub.row.state, KK_HASH_BYTES);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("bare", &suite);

    tcase_add_test(c, a_roster_and_nobody_in_it);
    tcase_add_loop_test(c, a_word_that_names_more, 0, 2);
    return suite;
}
