/*
 * Pairs that are gathered: each once, in order, with the slots that held it and no other; none are
 * left for the next batch. client/words/gather.c [SR-2]
 */
#include "unit.h"

#include "words/gather.h"

#define PAIRS 3000 /* more than the first table has room for */

static uint64_t pair_of(size_t i)
{
    return (uint64_t)(0x3041 + i * 7) << 21 | (i % 5 ? 0x4e00 + i : 0);
}

/* As a text does: some of its pairs twice. */
static void gather(struct kk_gather *g, struct kk_slots *model, size_t pairs, unsigned slot,
                   struct unit_entropy *e)
{
    for (size_t n = 0; n < 60; n++) {
        size_t i = (size_t)(unit_random(e) % pairs);

        ck_assert_int_eq(kk_gather_add(g, pair_of(i), slot), 0);
        kk_slots_add(&model[i], slot);
        if (n % 3 == 0)
            ck_assert_int_eq(kk_gather_add(g, pair_of(i), slot), 0);
    }
}

static void slots_of(const struct kk_gathered *item, struct kk_slots *ret)
{
    *ret = (struct kk_slots){ { 0 } };
    for (size_t i = 0; i < item->count; i++) {
        ck_assert(i == 0 || item->slots[i - 1] < item->slots[i]);
        kk_slots_add(ret, item->slots[i]);
    }
}

static void compare(struct kk_gather *g, const struct kk_slots *model, size_t pairs)
{
    size_t held = 0;

    kk_gather_order(g);
    for (size_t i = 0; i < pairs; i++) {
        struct kk_slots slots;

        if (kk_slots_empty(&model[i]))
            continue;
        ck_assert_uint_lt(held, g->count);
        ck_assert_uint_eq(g->items[held].pair, pair_of(i));
        slots_of(&g->items[held++], &slots);
        ck_assert_mem_eq(&slots, &model[i], sizeof(slots));
    }
    ck_assert_uint_eq(g->count, held);
}

START_TEST(each_once_in_order)
{
    static const size_t counts[] = { 1, 2, 40, PAIRS };
    size_t pairs = counts[(size_t)_i % KK_COUNT(counts)];
    KK_AUTO_FINI(kk_gather) struct kk_gather g = { 0 };
    struct unit_entropy e;

    unit_entropy_init(&e, unit_seed(900 + (uint64_t)_i));
    for (size_t batch = 0; batch < 2; batch++) {
        static struct kk_slots model[PAIRS];

        memset(model, 0, sizeof(model));
        for (unsigned slot = 0; slot < KK_SLOTS; slot += 1 + (unsigned)(unit_random(&e) % 40))
            gather(&g, model, pairs, slot, &e);
        compare(&g, model, pairs);
        kk_gather_clear(&g);
        ck_assert_uint_eq(g.count, 0);
    }
}
END_TEST

/* As pair by pair, whatever the length of its characters. */
START_TEST(text_as_its_pairs)
{
    static const char folded[] = "a人口 é口人口 \xf0\xa0\xae\xb7人";
    static const uint32_t pairs[][2] = { { 'a', 0x4eba }, { 0x4eba, 0x53e3 }, { 0x53e3, 0 },
                                         { 0xe9, 0x53e3 }, { 0x53e3, 0x4eba }, { 0x20bb7, 0x4eba },
                                         { 0x4eba, 0 } };
    KK_AUTO_FINI(kk_gather) struct kk_gather g = { 0 };

    for (unsigned slot = 3; slot < 5; slot++)
        ck_assert_int_eq(kk_gather_text(&g, kk_slice_text(folded), slot), 0);
    ck_assert_uint_eq(g.count, KK_COUNT(pairs));
    for (size_t i = 0; i < g.count; i++) {
        ck_assert_uint_eq(g.items[i].pair, (uint64_t)pairs[i][0] << 21 | pairs[i][1]);
        ck_assert_uint_eq(g.items[i].count, 2);
        ck_assert_uint_eq(g.items[i].slots[0], 3);
    }
}
END_TEST

START_TEST(every_slot)
{
    KK_AUTO_FINI(kk_gather) struct kk_gather g = { 0 };
    struct kk_slots slots;

    for (unsigned slot = 0; slot < KK_SLOTS; slot++)
        ck_assert_int_eq(kk_gather_add(&g, pair_of(1), slot), 0);
    slots_of(&g.items[0], &slots);
    for (unsigned slot = 0; slot < KK_SLOTS; slot++)
        ck_assert(kk_slots_has(&slots, slot));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("gather", &suite);

    tcase_add_loop_test(c, each_once_in_order, 0, 8);
    tcase_add_test(c, text_as_its_pairs);
    tcase_add_test(c, every_slot);
    return suite;
}
