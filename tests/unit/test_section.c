/*
 * The coding of figures, down to single cases. Covers proto/bundle/container.c,
 * proto/bundle/keys_in.c, proto/bundle/keys_out.c, proto/bundle/values.c, proto/bundle/touch.c and
 * proto/bundle/stream.c.
 */
#include "press.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/error.h"

#include <stdio.h>

/* Two tables as two releases: both must read back; gives the bytes of the second one's blobs. */
static uint64_t there_and_back(const struct press_table *old, const struct press_table *fresh)
{
    struct kk_release_stats stats;
    struct kk_segment s;
    struct press p;
    uint64_t bytes = 0;

    press_init(&p, "pub");
    press_release(&p, 1, old, false);
    stats = press_release(&p, 2, fresh, false);
    press_segment(&p, &s);
    if (stats.delta)
        press_assert_table(&s, 0, old);
    press_assert_table(&s, s.index.deltas.count, fresh);
    ck_assert_int_eq(kk_segment_verify(&s, s.index.deltas.count, NULL, NULL), 0);
    for (size_t i = p.fresh; i < p.count; i++)
        if (p.blobs[i].kind == KK_BLOB_DELTA)
            bytes += p.blobs[i].ref.len;
    kk_segment_close(&s);
    press_fini(&p);
    return bytes;
}

static void add(struct press_table *t, const char *area, const char *period, int64_t scaled)
{
    struct kk_obs row = press_row("i", area, period, 0);

    row.value = scaled;
    press_add(t, &row);
}

START_TEST(many_periods) /* more than any machine word has bits */
{
    struct press_table a, b;
    char period[24], area[24];

    press_table_init(&a);
    press_table_init(&b);
    for (int k = 0; k < 5; k++) {
        snprintf(area, sizeof(area), "1413%d", k);
        for (int i = 0; i < 300; i++) {
            snprintf(period, sizeof(period), "%d-%02d", 2000 + i / 12, 1 + i % 12);
            if (i % 7 != k)
                add(&a, area, period, i * 10000);
            if (i % 5 != k)
                add(&b, area, period, i * 10000);
        }
    }
    press_sort(&a);
    press_sort(&b);
    there_and_back(&a, &b);
    press_table_fini(&a);
    press_table_fini(&b);
}
END_TEST

START_TEST(values_at_the_edges) /* [BN-13] */
{
    static const int64_t values[] = { 0,
                                      1,
                                      -1,
                                      9999,
                                      -9999,
                                      10000,
                                      KK_OBS_VALUE_MAX,
                                      -KK_OBS_VALUE_MAX,
                                      KK_OBS_VALUE_MAX - 1,
                                      INT64_C(1) << 58,
                                      -(INT64_C(1) << 58),
                                      123456789012345,
                                      30000,
                                      35000 };
    struct press_table a, b;
    char period[24];

    press_table_init(&a);
    press_table_init(&b);
    for (size_t i = 0; i < KK_COUNT(values) * KK_COUNT(values); i++) {
        snprintf(period, sizeof(period), "p%04zu", i);
        add(&a, "14130", period, values[i % KK_COUNT(values)]);
        add(&b, "14130", period, values[i / KK_COUNT(values)]);
    }
    there_and_back(&a, &b);
    press_table_fini(&a);
    press_table_fini(&b);
}
END_TEST

/* Steps from one length of values to the next, over each power of two, up and down; so many series
 * that bits and steps do not come to their end. */
START_TEST(series_of_all_lengths) /* [BN-13] */
{
    struct press_table a, b;
    char area[24], period[24];

    press_table_init(&a);
    press_table_init(&b);
    add(&a, "a", "p", 0);
    for (int k = 0; k < 360; k++) {
        int64_t value = (INT64_C(1) << k % 45) - 2;

        snprintf(area, sizeof(area), "a%03d", k);
        for (int i = 0; i < 12; i++) {
            snprintf(period, sizeof(period), "%d", 2000 + i);
            add(&b, area, period, KK_OBS_SCALE * (k % 2 ? -value : value));
            value += i < 4 ? 1 : (i < 8 ? -value : value) / (2 + k % 20) - 1;
        }
    }
    there_and_back(&a, &b);
    press_table_fini(&a);
    press_table_fini(&b);
}
END_TEST

START_TEST(attributes_alone_cost_little)
{
    struct press_table a, b;
    char area[24];
    uint64_t bytes;

    press_table_init(&a);
    press_table_init(&b);
    for (int i = 0; i < 2000; i++) {
        struct kk_obs row;

        snprintf(area, sizeof(area), "a%04d", i);
        row = press_row("i", area, "2020", i * 37 % 1000);
        row.status = kk_slice_text("p");
        row.unit = kk_slice_text("人");
        press_add(&a, &row);
        row.status = kk_slice_text("");
        press_add(&b, &row);
    }
    bytes = there_and_back(&a, &b);
    ck_assert_uint_gt(bytes, 0);
    ck_assert_uint_lt(bytes, 400);
    press_table_fini(&a);
    press_table_fini(&b);
}
END_TEST

START_TEST(values_come_and_go)
{
    struct press_table a, b;

    press_table_init(&a);
    press_table_init(&b);
    for (int i = 0; i < 200; i++) {
        char period[24];
        struct kk_obs row;

        snprintf(period, sizeof(period), "%d", 1800 + i);
        row = press_row("i", "14130", period, 100 + i);
        for (int k = 0; k < 2; k++) {
            struct kk_obs with = row;

            with.missing = (enum kk_missing)((i / (k ? 3 : 5)) % KK_MISSING_END);
            if (with.missing != KK_MISSING_NONE)
                with.value = 0;
            press_add(k ? &b : &a, &with);
        }
    }
    there_and_back(&a, &b);
    press_table_fini(&a);
    press_table_fini(&b);
}
END_TEST

START_TEST(earlier_periods_come_later)
{
    struct press_table a, b;

    press_table_init(&a);
    press_table_init(&b);
    for (int i = 0; i < 100; i++) {
        char area[24];

        snprintf(area, sizeof(area), "a%03d", i);
        add(&a, area, "2020", 1000000 + i);
        add(&b, area, "1990", 990000 + i);
        add(&b, area, "2020", 1000000 + i);
    }
    there_and_back(&a, &b);
    press_table_fini(&a);
    press_table_fini(&b);
}
END_TEST

/* --- what is not ours --- */
/* The plain container of the first pack of a random release, and its words. */
struct specimen {
    struct press p;
    struct kk_segment s;
    struct kk_bytes plain;
};

static void specimen_of(struct specimen *x, struct press_table *t)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes coded = { 0 };
    const struct kk_pack_ref *ref;

    *x = (struct specimen){ 0 };
    press_init(&x->p, "pub");
    press_release(&x->p, 1, t, false);
    press_segment(&x->p, &x->s);
    ref = &x->s.index.packs.items[0];
    ck_assert_int_eq(x->s.source.get(x->s.source.self, KK_BLOB_PACK, &ref->blob, &coded), 0);
    ck_assert_int_eq(kk_blob_decode(kk_bytes_slice(&coded), ref->plain_len, &x->plain), 0);
    press_table_fini(t);
}

static void take_specimen(struct specimen *x, uint64_t seed)
{
    struct press_table t;
    struct unit_entropy e;

    unit_entropy_init(&e, seed);
    press_table_init(&t);
    press_random(&t, &e, 60);
    specimen_of(x, &t);
}

static void drop_specimen(struct specimen *x)
{
    kk_bytes_fini(&x->plain);
    kk_segment_close(&x->s);
    press_fini(&x->p);
}

static bool ascends(const struct kk_obs_words *w, const struct kk_obs_block *b)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct kk_obs_group *g = &b->groups[i];

        if (i > 0 && kk_slice_compare(b->groups[i - 1].indicator, g->indicator) >= 0)
            return false;
        for (size_t k = 1; k < g->count; k++)
            if (kk_obs_row_compare(w, &g->rows[k - 1], &g->rows[k]) >= 0)
                return false;
    }
    return true;
}

/* Decodes over nothing; what is taken must be in order. */
static int decode(const struct specimen *x, struct kk_slice plain)
{
    KK_AUTO_FINI(kk_container) struct kk_container c = { 0 };
    KK_AUTO_FINI(kk_obs_block) struct kk_obs_block none;
    KK_AUTO_FINI(kk_obs_block) struct kk_obs_block fresh;
    int r;

    kk_obs_block_init(&none);
    kk_obs_block_init(&fresh);
    r = kk_container_read(plain, &c);
    if (r == 0 && c.count != 1)
        r = KK_E_BUNDLE;
    if (r == 0)
        r = kk_section_decode(&c.sections[0], &x->s.words, &none, &fresh);
    if (r == 0)
        ck_assert(ascends(&x->s.words, &fresh));
    return r;
}

START_TEST(altered_packs_are_refused_or_in_order) /* [BN-10] … [BN-14] */
{
    uint64_t seed = unit_seed(50);
    size_t taken = 0;

    for (uint64_t i = 0; i < 4; i++) {
        struct specimen x;

        take_specimen(&x, seed + i);
        ck_assert_int_eq(decode(&x, kk_bytes_slice(&x.plain)), 0);
        for (size_t at = 0; at < x.plain.len; at++) {
            uint8_t byte = x.plain.data[at];

            for (unsigned change = 0; change < 4; change++) {
                static const uint8_t masks[] = { 0x01, 0x80, 0xff, 0x10 };

                x.plain.data[at] = byte ^ masks[change];
                taken += decode(&x, kk_bytes_slice(&x.plain)) == 0;
            }
            x.plain.data[at] = byte;
            ck_assert_int_lt(decode(&x, kk_slice(x.plain.data, at)), 0); /* cut short */
        }
        drop_specimen(&x);
    }
    ck_assert_uint_gt(taken, 0); /* other figures in the same form: the hash is what tells */
}
END_TEST

static int decode_section(const struct specimen *x, const struct kk_section *section)
{
    KK_AUTO_FINI(kk_obs_block) struct kk_obs_block none;
    KK_AUTO_FINI(kk_obs_block) struct kk_obs_block fresh;
    int r;

    kk_obs_block_init(&none);
    kk_obs_block_init(&fresh);
    r = kk_section_decode(section, &x->s.words, &none, &fresh);
    if (r == 0)
        ck_assert(ascends(&x->s.words, &fresh));
    return r;
}

/* [BN-14] what is told is all there is: streams, rows, the order of indicators. */
START_TEST(a_section_ends_where_it_says)
{
    KK_AUTO_FINI(kk_container) struct kk_container c = { 0 };
    struct kk_section *section;
    struct press_table t;
    struct specimen x;
    uint8_t *head;

    press_table_init(&t);
    press_fill(&t, 60, 3, 0);
    specimen_of(&x, &t);
    ck_assert_int_eq(kk_container_read(kk_bytes_slice(&x.plain), &c), 0);
    section = &c.sections[0];
    ck_assert_int_eq(decode_section(&x, section), 0);
    for (size_t i = 0; i < KK_STREAM_COUNT; i++) {
        KK_AUTO_FINI(kk_bytes) struct kk_bytes longer = { 0 };
        struct kk_slice whole = section->streams[i];

        ck_assert_int_eq(kk_bytes_append_slice(&longer, whole), 0);
        ck_assert_int_eq(kk_bytes_append(&longer, "", 1), 0);
        section->streams[i] = kk_bytes_slice(&longer);
        ck_assert_int_eq(decode_section(&x, section), KK_E_BUNDLE);
        section->streams[i] = whole;
    }
    head = (uint8_t *)(uintptr_t)section->streams[KK_STREAM_HEAD].data;
    ck_assert(head[0] > 1 && head[0] < 127 && head[2] == 1); /* entries; none skipped, a new one */
    head[4 + head[3]]++; /* one row more than its keys tell */
    ck_assert_int_eq(decode_section(&x, section), KK_E_BUNDLE);
    head[4 + head[3]]--;
    head[4] = '~'; /* the first indicator, now behind the second */
    ck_assert_int_eq(decode_section(&x, section), KK_E_BUNDLE);
    drop_specimen(&x);
}
END_TEST

/* 50 series of three large values, and one value more. */
static void take_steps(struct specimen *x, struct kk_container *ret)
{
    struct press_table t;
    char area[24], period[24];

    press_table_init(&t);
    for (int i = 0; i < 151; i++) {
        snprintf(area, sizeof(area), "a%02d", i / 3);
        snprintf(period, sizeof(period), "%d", 2020 + i % 3);
        add(&t, area, period, KK_OBS_SCALE * ((INT64_C(1) << 45) - 9));
    }
    specimen_of(x, &t);
    ck_assert_int_eq(kk_container_read(kk_bytes_slice(&x->plain), ret), 0);
    ck_assert_int_eq(decode_section(x, &ret->sections[0]), 0);
}

START_TEST(a_step_too_far) /* [BN-14] out of the range of values, wherever in its series */
{
    KK_AUTO_FINI(kk_container) struct kk_container c = { 0 };
    struct specimen x;
    struct kk_slice steps;

    take_steps(&x, &c);
    steps = c.sections[0].streams[KK_STREAM_STEPS];
    ck_assert_uint_eq(steps.len, 100);
    for (size_t i = 0; i < steps.len; i++) {
        uint8_t *step = (uint8_t *)(uintptr_t)&steps.data[i];

        ck_assert_uint_eq(*step, 0);
        *step = 254;
        ck_assert_int_eq(decode_section(&x, &c.sections[0]), KK_E_BUNDLE);
        *step = 0;
    }
    drop_specimen(&x);
}
END_TEST

START_TEST(zeros_fill_the_last_bits) /* [BN-13] */
{
    KK_AUTO_FINI(kk_container) struct kk_container c = { 0 };
    struct specimen x;
    struct kk_slice bits;
    uint8_t *last;

    take_steps(&x, &c);
    bits = c.sections[0].streams[KK_STREAM_BITS];
    ck_assert_uint_eq(bits.len, (51 * 42 + 100 * 39) / 8 + 1);
    last = (uint8_t *)(uintptr_t)&bits.data[bits.len - 1];
    *last |= 0x04; /* behind the two that are in use */
    ck_assert_int_eq(decode_section(&x, &c.sections[0]), KK_E_BUNDLE);
    drop_specimen(&x);
}
END_TEST

START_TEST(more_than_a_container)
{
    struct specimen x;

    take_specimen(&x, 4);
    ck_assert_int_eq(kk_bytes_append(&x.plain, "", 1), 0);
    ck_assert_int_eq(decode(&x, kk_bytes_slice(&x.plain)), KK_E_BUNDLE);
    drop_specimen(&x);
}
END_TEST

START_TEST(a_newer_container_is_told)
{
    struct specimen x;

    take_specimen(&x, 1);
    x.plain.data[0] = KK_CONTAINER_VERSION + 1;
    ck_assert_int_eq(decode(&x, kk_bytes_slice(&x.plain)), KK_E_BUNDLE_NEWER);
    drop_specimen(&x);
}
END_TEST

START_TEST(memory_may_end_anywhere)
{
    struct specimen x;
    unsigned long n = 0;
    int r = KK_E_MEMORY;

    take_specimen(&x, 2);
    while (r == KK_E_MEMORY || r == KK_E_ROW_LIMIT) {
        kk_alloc_fail_at(++n);
        r = decode(&x, kk_bytes_slice(&x.plain));
        kk_alloc_fail_at(0);
        ck_assert_uint_lt(n, 10000);
    }
    ck_assert_int_eq(r, 0);
    ck_assert_uint_gt(n, 5);
    drop_specimen(&x);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("section", &suite);

    tcase_add_test(c, many_periods);
    tcase_add_test(c, values_at_the_edges);
    tcase_add_test(c, series_of_all_lengths);
    tcase_add_test(c, attributes_alone_cost_little);
    tcase_add_test(c, values_come_and_go);
    tcase_add_test(c, earlier_periods_come_later);
    tcase_add_test(c, altered_packs_are_refused_or_in_order);
    tcase_add_test(c, a_section_ends_where_it_says);
    tcase_add_test(c, a_step_too_far);
    tcase_add_test(c, zeros_fill_the_last_bits);
    tcase_add_test(c, more_than_a_container);
    tcase_add_test(c, a_newer_container_is_told);
    tcase_add_test(c, memory_may_end_anywhere);
    return suite;
}
