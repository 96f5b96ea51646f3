/* Releases: what goes in comes out, as of any of them; when a base, when a delta, when nothing. */
#include "press.h"

#include "kukyoku/error.h"

#define CHAIN 6

/* Any table, any edits: every release of the chain reads back row by row, and hashes to its root.
 */
static void run_chain(uint64_t seed)
{
    struct press_table tables[CHAIN];
    struct unit_entropy e;
    struct press p;
    struct kk_segment s;
    size_t first = 0;

    unit_entropy_init(&e, seed);
    press_init(&p, seed % 2 ? "pub" : "r:14133");
    press_chain(tables, CHAIN, 1 + (size_t)(unit_random(&e) % 1500), &e);
    for (size_t i = 0; i < CHAIN; i++) {
        if (press_release(&p, (uint32_t)i + 1, &tables[i], false).base)
            first = i;
    }
    press_segment(&p, &s);
    ck_assert_uint_eq(s.index.base, first + 1);
    ck_assert_uint_eq(s.index.since, 1);
    for (size_t i = first; i < CHAIN; i++) {
        size_t depth;

        ck_assert_int_eq(kk_segment_depth(&s, (uint32_t)i + 1, &depth), 0);
        press_assert_table(&s, depth, &tables[i]);
        ck_assert_int_eq(kk_segment_verify(&s, depth, NULL, NULL), 0);
    }
    if (first > 0)
        ck_assert_int_eq(kk_segment_depth(&s, (uint32_t)first, &first), KK_E_RELEASE_ABSENT);
    kk_segment_close(&s);
    press_fini(&p);
    press_chain_fini(tables, CHAIN);
}

START_TEST(chains_read_back) /* [BN-10] [BN-11] [BN-12] [BN-13] [BN-14] [BN-18] */
{
    uint64_t seed = unit_seed(20261123);

    for (uint64_t i = 0; i < 40; i++)
        run_chain(seed + i);
}
END_TEST

START_TEST(same_input_same_bytes)
{
    struct press_table t;
    struct unit_entropy e;
    struct press a, b;

    unit_entropy_init(&e, 5);
    press_table_init(&t);
    press_random(&t, &e, 3000);
    press_init(&a, "int");
    press_init(&b, "int");
    press_release(&a, 1, &t, false);
    press_release(&b, 1, &t, false);
    ck_assert_mem_eq(a.row.state, b.row.state, KK_HASH_BYTES);
    ck_assert_mem_eq(a.row.manifest.hash, b.row.manifest.hash, KK_HASH_BYTES);
    ck_assert_uint_eq(a.count, b.count);
    press_fini(&a);
    press_fini(&b);
    press_table_fini(&t);
}
END_TEST

START_TEST(nothing_new_keeps_the_manifest) /* [BN-17] */
{
    struct press_table t;
    struct unit_entropy e;
    struct kk_release_stats stats;
    struct press p;
    size_t blobs;

    unit_entropy_init(&e, 6);
    press_table_init(&t);
    press_random(&t, &e, 500);
    press_init(&p, "pub");
    stats = press_release(&p, 1, &t, false);
    ck_assert(stats.base && !stats.delta);
    blobs = p.count;
    stats = press_release(&p, 2, &t, false);
    ck_assert(!stats.base && !stats.delta);
    ck_assert_uint_eq(p.count, blobs);
    press_fini(&p);
    press_table_fini(&t);
}
END_TEST

START_TEST(small_change_is_a_delta) /* [BN-18] */
{
    struct press_table t, changed;
    struct unit_entropy e;
    struct kk_release_stats stats;
    struct press p;

    unit_entropy_init(&e, 7);
    press_table_init(&t);
    press_table_init(&changed);
    press_random(&t, &e, 2000);
    for (size_t i = 0; i < t.count; i++)
        if (i != 3)
            press_add(&changed, &t.rows[i]);
    changed.rows[10].unit = kk_slice_text("万人"); /* a unit alone, no value */
    press_init(&p, "pub");
    press_release(&p, 1, &t, false);
    stats = press_release(&p, 2, &changed, false);
    ck_assert(stats.delta && !stats.base);
    ck_assert_uint_eq(stats.added, 0);
    ck_assert_uint_eq(stats.dropped, 1);
    ck_assert_uint_eq(stats.changed, 1);
    press_fini(&p);
    press_table_fini(&t);
    press_table_fini(&changed);
}
END_TEST

START_TEST(recall_leaves_no_trace) /* [BN-19] */
{
    struct press_table t, less;
    struct unit_entropy e;
    struct kk_segment s;
    struct press p;

    unit_entropy_init(&e, 8);
    press_table_init(&t);
    press_table_init(&less);
    press_random(&t, &e, 800);
    for (size_t i = 1; i < t.count; i++)
        press_add(&less, &t.rows[i]);
    press_init(&p, "pub");
    press_release(&p, 1, &t, false);
    ck_assert(press_release(&p, 2, &less, false).delta);
    ck_assert(press_release(&p, 3, &less, true).base);
    press_segment(&p, &s);
    ck_assert_uint_eq(s.index.floor, 3);
    ck_assert_uint_eq(s.index.base, 3);
    ck_assert_uint_eq(s.index.deltas.count, 0);
    press_assert_table(&s, 0, &less);
    kk_segment_close(&s);
    press_fini(&p);
    press_table_fini(&t);
    press_table_fini(&less);
}
END_TEST

START_TEST(a_dataset_may_be_empty)
{
    struct press_table none, one;
    struct kk_obs row = press_row("i", "14130", "2020", 1);
    struct kk_segment s;
    struct press p;

    press_table_init(&none);
    press_table_init(&one);
    press_add(&one, &row);
    press_init(&p, "pub");
    press_release(&p, 1, &none, false);
    press_release(&p, 2, &one, false);
    press_release(&p, 3, &none, false);
    press_segment(&p, &s);
    press_assert_table(&s, s.index.deltas.count, &none);
    kk_segment_close(&s);
    press_fini(&p);
    press_table_fini(&none);
    press_table_fini(&one);
}
END_TEST

/* --- what is refused --- */
static int no_blob(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                   struct kk_bytes *out)
{
    (void)self;
    (void)kind;
    (void)ref;
    (void)out;
    return KK_E_BLOB_MISSING;
}

static int swallow(void *self, enum kk_blob_kind kind, const struct kk_blob_ref *ref,
                   struct kk_slice blob)
{
    (void)self;
    (void)kind;
    (void)ref;
    (void)blob;
    return 0;
}

static struct kk_release *new_release(unsigned min_tier, int expected)
{
    struct kk_release_options options = { .scope = kk_slice_text("pub"),
                                          .release = 1,
                                          .source = { .get = no_blob },
                                          .sink = { .put = swallow } };
    struct kk_dataset_options dataset = { .name = kk_slice_text("d"),
                                          .title = kk_slice_text(""),
                                          .min_tier = min_tier };
    struct kk_release *r = NULL;

    ck_assert_int_eq(kk_release_new(&options, &r), 0);
    ck_assert_int_eq(kk_release_begin(r, &dataset), expected);
    return r;
}

START_TEST(rows_must_ascend)
{
    struct kk_release *r = new_release(0, 0);
    struct kk_obs row = press_row("b", "14131", "2020", 1);

    ck_assert_int_eq(kk_release_row(r, &row), 0);
    ck_assert_int_eq(kk_release_row(r, &row), KK_E_ROW_ORDER);
    ck_assert_ptr_nonnull(strstr(kk_release_error(r)->detail, "14131"));
    row.indicator = kk_slice_text("a");
    ck_assert_int_eq(kk_release_row(r, &row), KK_E_ROW_ORDER);
    kk_release_free(r);
}
END_TEST

START_TEST(rows_have_bounds)
{
    static char longer[KK_OBS_TEXT_MAX + 2];
    struct kk_release *r = new_release(0, 0);
    struct kk_obs row = press_row("b", "14131", "2020", 1);

    memset(longer, 'x', KK_OBS_TEXT_MAX + 1);
    row.note = kk_slice_text(longer);
    ck_assert_int_eq(kk_release_row(r, &row), KK_E_ROW_LIMIT);
    ck_assert_str_eq(kk_release_error(r)->where, "note");
    row = press_row("", "14131", "2020", 1);
    ck_assert_int_eq(kk_release_row(r, &row), KK_E_ROW_LIMIT);
    row = press_row("b", "\xff", "2020", 1);
    ck_assert_int_eq(kk_release_row(r, &row), KK_E_FORM);
    row = press_row("b", "14131", "2020", 1);
    row.value = KK_OBS_VALUE_MAX + 1;
    ck_assert_int_eq(kk_release_row(r, &row), KK_E_ROW_LIMIT);
    row.value = KK_OBS_VALUE_MAX;
    ck_assert_int_eq(kk_release_row(r, &row), 0);
    kk_release_free(r);
}
END_TEST

START_TEST(a_dataset_keeps_to_its_tier) /* [BN-16] */
{
    struct kk_release *r = new_release(1, KK_E_TIER);

    kk_release_free(r);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("release", &suite);

    tcase_add_test(c, chains_read_back);
    tcase_add_test(c, same_input_same_bytes);
    tcase_add_test(c, nothing_new_keeps_the_manifest);
    tcase_add_test(c, small_change_is_a_delta);
    tcase_add_test(c, recall_leaves_no_trace);
    tcase_add_test(c, a_dataset_may_be_empty);
    tcase_add_test(c, rows_must_ascend);
    tcase_add_test(c, rows_have_bounds);
    tcase_add_test(c, a_dataset_keeps_to_its_tier);
    return suite;
}
