/* What is wanted: everything at first, then what is not there, nothing twice. */
#include "press.h"

#include "kukyoku/bundle/plan.h"
#include "kukyoku/error.h"

/* Has every blob that existed before the newest release of the press. */
static bool has_older(void *user, enum kk_blob_kind kind, const struct kk_blob_ref *ref)
{
    const struct press *p = user;
    const struct press_blob *b = press_find(p, ref->hash);

    ck_assert_ptr_nonnull(b);
    ck_assert_int_eq((int)b->kind, (int)kind);
    return (size_t)(b - p->blobs) < p->fresh;
}

static bool has_nothing(void *user, enum kk_blob_kind kind, const struct kk_blob_ref *ref)
{
    (void)user;
    (void)kind;
    (void)ref;
    return false;
}

START_TEST(deltas_follow_a_base) /* [BN-20] */
{
    struct press_table tables[3];
    struct unit_entropy e;
    struct press p;

    unit_entropy_init(&e, 40);
    press_init(&p, "pub");
    for (size_t i = 0; i < 3; i++) {
        struct kk_segment s;
        KK_AUTO_FINI(kk_plan) struct kk_plan all = { 0 };
        KK_AUTO_FINI(kk_plan) struct kk_plan lacking = { 0 };

        press_table_init(&tables[i]);
        if (i == 0)
            press_random(&tables[0], &e, 2000);
        for (size_t k = 0; i > 0 && k < tables[i - 1].count; k++)
            if (k % 500 != i)
                press_add(&tables[i], &tables[i - 1].rows[k]);
        press_release(&p, (uint32_t)i + 1, &tables[i], false);
        press_segment(&p, &s);
        ck_assert_int_eq(kk_plan_index(&all, &s.index, has_nothing, NULL), 0);
        ck_assert_uint_eq(all.count, 1 + i);
        ck_assert_int_eq(kk_plan_index(&all, &s.index, has_nothing, NULL), 0);
        ck_assert_uint_eq(all.count, 1 + i); /* nothing twice */
        ck_assert_int_eq(kk_plan_index(&lacking, &s.index, has_older, &p), 0);
        ck_assert_uint_eq(lacking.count, 1);
        ck_assert_int_eq((int)lacking.wants[0].kind, i ? KK_BLOB_DELTA : KK_BLOB_PACK);
        ck_assert_uint_eq(lacking.bytes, lacking.wants[0].ref.len);
        kk_segment_close(&s);
    }
    press_fini(&p);
    for (size_t i = 0; i < 3; i++)
        press_table_fini(&tables[i]);
}
END_TEST

START_TEST(a_manifest_wants_its_indexes)
{
    struct kk_segment_ref refs[2] = { { .dataset = kk_slice_text("a") },
                                      { .dataset = kk_slice_text("b") } };
    struct kk_manifest m = { .scope = kk_slice_text("pub") };
    KK_AUTO_FINI(kk_plan) struct kk_plan plan = { 0 };

    refs[0].index.len = 10;
    refs[1].index.len = 20;
    refs[1].index.hash[0] = 1;
    m.segments.items = refs;
    m.segments.count = 2;
    ck_assert_int_eq(kk_plan_manifest(&plan, &m, has_nothing, NULL), 0);
    ck_assert_uint_eq(plan.count, 2);
    ck_assert_uint_eq(plan.bytes, 30);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("plan", &suite);

    tcase_add_test(c, deltas_follow_a_base);
    tcase_add_test(c, a_manifest_wants_its_indexes);
    return suite;
}
