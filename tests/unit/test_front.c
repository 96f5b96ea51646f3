/*
 * What WELCOME tells of a release beside its catalog. daemon/relay/front.c [SY-18]
 */
#include "village.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/base/text.h"

#define NOW 1795392000000ll

struct scene {
    struct bureau bureau;
    struct village village;
    struct bureau_device *staff;
    struct kk_arena arena;
    struct kk_bytes answer;
};

static void scene_init(struct scene *s)
{
    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, unit_seed(35), NOW);
    s->staff = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, s->staff, KK_ROLE_STAFF, "14133");
    bureau_sign_roster(&s->bureau);
    village_init(&s->village, &s->bureau, 36);
    kk_arena_init(&s->arena, KK_DOCUMENT_BYTES_MAX);
}

static void scene_fini(struct scene *s)
{
    village_fini(&s->village);
    bureau_fini(&s->bureau);
    kk_arena_fini(&s->arena);
    kk_bytes_fini(&s->answer);
}

/* A release of other rows, of `pub` or of `int` alone. */
static void publish(struct scene *s, int number, bool pub)
{
    KK_AUTO_FINI(press_table) struct press_table table = { 0 };

    press_table_init(&table);
    press_fill(&table, 20 + number, 2, number);
    bureau_publish(&s->bureau, pub ? &table : NULL, pub ? NULL : &table);
    village_hand_over(&s->village);
}

static const struct kk_msg_welcome *hello(struct scene *s, struct kk_ver held)
{
    struct kk_msg_hello hello = { .client = kk_slice_text("test 1"), .root_ver = 1,
                                  .catalog = held };
    struct kk_message m = { .type = KK_MSG_HELLO, .id = 7, .body = &hello };
    struct kk_relay_caller who;
    uint64_t detail;

    kk_bytes_clear(&s->answer);
    kk_arena_reset(&s->arena);
    ck_assert_int_eq(kk_relay_identify(s->village.relay, s->staff->keys.noise, &who), 0);
    ck_assert_int_eq(kk_relay_begin(s->village.relay), 0);
    ck_assert_int_eq(kk_relay_answer(s->village.relay, &who, &m, &s->answer, &detail), 0);
    ck_assert_int_eq(kk_relay_commit(s->village.relay), 0);
    ck_assert_int_eq(kk_message_decode(kk_bytes_slice(&s->answer), &s->arena, &m, NULL), 0);
    return m.body;
}

/* The newest manifest first, then its index. */
static void assert_front(const struct scene *s, const struct kk_msg_welcome *w)
{
    const struct press *pub = &s->bureau.pub;
    uint8_t hash[KK_HASH_BYTES];

    ck_assert_uint_eq(w->front.count, 2);
    kk_hash_of("blob", w->front.items[0].bytes, hash);
    ck_assert_mem_eq(hash, pub->row.manifest.hash, KK_HASH_BYTES);
    kk_hash_of("blob", w->front.items[1].bytes, hash);
    ck_assert_ptr_nonnull(press_find(pub, hash));
    ck_assert_int_eq(press_find(pub, hash)->kind, KK_BLOB_INDEX);
}

START_TEST(what_is_new_is_told)
{
    const struct kk_msg_welcome *w;
    struct kk_ver held = { 0 };
    struct scene s;

    scene_init(&s);
    for (int release = 1; release <= 3; release++) { /* the second is of `int` alone */
        publish(&s, release, release != 2);
        w = hello(&s, held);
        ck_assert_ptr_nonnull(w->catalog_doc.data);
        if (release == 2)
            ck_assert_uint_eq(w->front.count, 0);
        else
            assert_front(&s, w);
        held = w->catalog.version;
    }
    ck_assert_uint_eq(hello(&s, held)->front.count, 0);
    assert_front(&s, hello(&s, (struct kk_ver){ 0 }));
    scene_fini(&s);
}
END_TEST

/* What is long is left to be asked for: here an index of words that nobody can compress. */
START_TEST(what_does_not_fit)
{
    KK_AUTO_FINI(press_table) struct press_table table = { 0 };
    uint8_t hash[KK_HASH_BYTES];
    char word[33];
    struct scene s;

    scene_init(&s);
    press_table_init(&table);
    for (unsigned i = 0; i < 1000; i++) {
        struct kk_obs row;

        kk_hash_of("word", kk_slice((const uint8_t *)&i, sizeof(i)), hash);
        kk_hex_encode(kk_slice(hash, 16), word);
        row = press_row("births", word, "2020", 1);
        press_add(&table, &row);
    }
    press_sort(&table);
    bureau_publish(&s.bureau, &table, NULL);
    village_hand_over(&s.village);
    ck_assert_uint_eq(hello(&s, (struct kk_ver){ 0 })->front.count, 1);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("front", &suite);

    tcase_add_test(c, what_is_new_is_told);
    tcase_add_test(c, what_does_not_fit);
    return suite;
}
