/*
 * Packed sets: what is written is read again, one coding a set, and nothing else is taken.
 * client/words/postings.c [SR-2]
 */
#include "unit.h"

#include "kukyoku/error.h"
#include "words/postings.h"

/* Of each density, from one slot to all of them. */
static void fill(struct kk_slots *s, struct unit_entropy *e, unsigned one_in)
{
    *s = (struct kk_slots){ { 0 } };
    for (unsigned slot = 0; slot < KK_SLOTS; slot++) {
        if (unit_random(e) % one_in == 0)
            kk_slots_add(s, slot);
    }
    kk_slots_add(s, (unsigned)(unit_random(e) % KK_SLOTS));
}

static void write_as_list(const struct kk_slots *set, struct kk_bytes *out)
{
    uint16_t slots[KK_SLOTS];
    size_t count = 0;

    for (unsigned slot = kk_slots_next(set, 0); slot < KK_SLOTS;
         slot = kk_slots_next(set, slot + 1))
        slots[count++] = (uint16_t)slot;
    ck_assert_int_eq(kk_postings_write_list(slots, count, out), 0);
}

START_TEST(comes_back)
{
    static const unsigned densities[] = { 1, 2, 3, 8, 9, 20, 200, 4096 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes out = { 0 }, list = { 0 };
    struct unit_entropy e;
    struct kk_slots set, got;

    unit_entropy_init(&e, unit_seed(700 + (uint64_t)_i));
    fill(&set, &e, densities[(size_t)_i % KK_COUNT(densities)]);
    ck_assert_int_eq(kk_postings_write(&set, &out), 0);
    ck_assert_uint_le(out.len, KK_SLOTS / 8);
    ck_assert_int_eq(kk_postings_read(kk_bytes_slice(&out), &got), 0);
    ck_assert_mem_eq(&set, &got, sizeof(set));
    write_as_list(&set, &list);
    ck_assert(kk_slice_equal(kk_bytes_slice(&list), kk_bytes_slice(&out)));
}
END_TEST

START_TEST(one_coding_a_set)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes again = { 0 };
    struct unit_entropy e;
    struct kk_slots got;
    uint8_t bytes[KK_SLOTS / 8];
    size_t len;

    unit_entropy_init(&e, unit_seed(800 + (uint64_t)_i));
    len = 1 + unit_random(&e) % (unit_random(&e) % 4 ? 8 : sizeof(bytes));
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(unit_random(&e) % 3 ? unit_random(&e) % 8 : unit_random(&e));
    if (kk_postings_read(kk_slice(bytes, len), &got) < 0)
        return;
    ck_assert_int_eq(kk_postings_write(&got, &again), 0);
    ck_assert(kk_slice_equal(kk_bytes_slice(&again), kk_slice(bytes, len)));
}
END_TEST

static const struct {
    uint8_t bytes[4];
    size_t len;
} bad[] = {
    { { 0 }, 0 },
    { { 0x81 }, 1 },             /* cut */
    { { 0x80, 0x05 }, 2 },       /* longer than it must be */
    { { 0x81, 0x85 }, 2 },       /* three bytes for one distance */
    { { 0xa0, 0x00 }, 2 },       /* past the last slot */
    { { 0x9f, 0x7f, 0x00 }, 3 }, /* the last slot, and one more */
};

START_TEST(nothing_else_is_taken)
{
    struct kk_slots got;
    uint8_t empty[KK_SLOTS / 8] = { 0 };

    ck_assert_int_eq(kk_postings_read(kk_slice(bad[_i].bytes, bad[_i].len), &got), KK_E_FORM);
    ck_assert_int_eq(kk_postings_read(kk_slice(empty, sizeof(empty)), &got), KK_E_FORM);
    empty[0] = 1; /* one slot: a bitmap is not its coding */
    ck_assert_int_eq(kk_postings_read(kk_slice(empty, sizeof(empty)), &got), KK_E_FORM);
}
END_TEST

START_TEST(sets)
{
    struct kk_slots a = { { 0 } }, b = { { 0 } };

    ck_assert(kk_slots_empty(&a));
    kk_slots_add(&a, 5);
    kk_slots_add(&a, 4095);
    kk_slots_add(&b, 4095);
    kk_slots_add(&b, 64);
    kk_slots_keep(&a, &b);
    ck_assert(!kk_slots_has(&a, 5) && kk_slots_has(&a, 4095) && !kk_slots_has(&a, 64));
    kk_slots_join(&a, &b);
    ck_assert(kk_slots_has(&a, 64));
    kk_slots_drop(&a, 64);
    kk_slots_drop(&a, 4095);
    ck_assert(kk_slots_empty(&a));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("postings", &suite);

    tcase_add_loop_test(c, comes_back, 0, 64);
    tcase_add_loop_test(c, one_coding_a_set, 0, 400);
    tcase_add_loop_test(c, nothing_else_is_taken, 0, KK_COUNT(bad));
    tcase_add_test(c, sets);
    return suite;
}
