/*
 * Syncs in which the n-th allocation fails, and all after it, for n = 1, 2, … until a run needs no
 * more: on either end of the line. Each must end by itself with a fault, leak nothing and leave
 * nothing half done: the next sync, with memory, brings the device in step.
 */
#include "village.h"
#include "ward.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"
#include "kukyoku/record/act.h"

#include <stdio.h>

#define SEED    20261126
#define NOW     1795392000000ll
#define W_SCOPE 6

struct scene {
    struct bureau bureau;
    struct village village;
    struct bureau_device *lead;
    struct ward a;
    struct press_table pub;
};

static void scene_init(struct scene *s)
{
    uint64_t seed = unit_seed(SEED);

    *s = (struct scene){ 0 };
    bureau_init(&s->bureau, seed, NOW);
    s->lead = bureau_stranger(&s->bureau);
    bureau_approve(&s->bureau, s->lead, KK_ROLE_LEAD, "14133");
    bureau_sign_roster(&s->bureau);
    press_table_init(&s->pub);
    press_fill(&s->pub, 60, 1, 0);
    bureau_publish(&s->bureau, &s->pub, &s->pub);
    village_init(&s->village, &s->bureau, seed + 1);
    village_hand_over(&s->village);
    ward_init(&s->a, &s->bureau, &s->lead->keys);
}

static void scene_fini(struct scene *s)
{
    ward_fini(&s->a);
    village_fini(&s->village);
    press_table_fini(&s->pub);
    bureau_fini(&s->bureau);
}

static int run(struct scene *s, unsigned long fail_at)
{
    int r;

    kk_alloc_fail_at(fail_at);
    r = village_sync(&s->village, s->a.keys, &s->a.store, NULL);
    kk_alloc_fail_at(0);
    return r;
}

static void assert_in_step(const struct scene *s)
{
    ck_assert_uint_eq(kk_trust_roster(s->a.trust)->version.ver, s->bureau.roster_ver);
    ck_assert_uint_eq(s->a.applied.ver, s->bureau.release);
    ck_assert_mem_eq(s->a.states[1], s->bureau.pub.row.state, KK_HASH_BYTES);
    ck_assert_mem_eq(s->a.states[0], s->bureau.internal.row.state, KK_HASH_BYTES);
}

START_TEST(first_sync)
{
    struct scene s;
    unsigned long n = 1;
    int r;

    scene_init(&s);
    while ((r = run(&s, n)) != 0) {
        ck_assert_int_lt(r, 0);
        ward_crash(&s.a);
        ck_assert_int_eq(run(&s, 0), 0);
        assert_in_step(&s);
        ward_fini(&s.a);
        ward_init(&s.a, &s.bureau, &s.lead->keys);
        n++;
    }
    assert_in_step(&s);
    printf("# %lu allocations\n", n);
    ck_assert_uint_gt(n, 100);
    scene_fini(&s);
}
END_TEST

/* Documents, a log, an outbox and a release at once; what was pushed counts once. */
START_TEST(update_with_records)
{
    struct scene s;
    unsigned long n = 1;
    unsigned written = 0;
    int r = KK_E_MEMORY;

    scene_init(&s);
    ck_assert_int_eq(run(&s, 0), 0);
    while (r != 0) {
        uint8_t rec[KK_ID_BYTES];

        if (written == WARD_OPS_MAX) {
            /* a village that has seen enough: a new one, at the same n */
            scene_fini(&s);
            scene_init(&s);
            ck_assert_int_eq(run(&s, 0), 0);
            written = 0;
        }
        kk_entropy_fill(&s.bureau.entropy.entropy, rec, sizeof(rec));
        ward_write(&s.a, W_SCOPE, 0, KK_ACT_CREATE, rec);
        written++;
        bureau_sign_roster(&s.bureau);
        village_hand_over(&s.village);
        r = run(&s, n);
        ward_crash(&s.a);
        ck_assert_int_eq(run(&s, 0), 0);
        assert_in_step(&s);
        ck_assert_uint_eq(s.a.logs[W_SCOPE].count, written);
        n++;
    }
    printf("# %lu allocations\n", n);
    scene_fini(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("short_memory", &suite);

    tcase_set_timeout(c, 600);
    tcase_add_test(c, first_sync);
    tcase_add_test(c, update_with_records);
    return suite;
}
