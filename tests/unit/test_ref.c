/* Reference data: what goes in as entries comes out of rows, and rows that are none are refused. */
#include "unit.h"

#include "press.h"

#include "kukyoku/bundle/ref.h"
#include "kukyoku/error.h"

#include <stdio.h>

static struct kk_ref_entry *add(struct kk_ref *r, enum kk_ref_table table, const char *code,
                                const char *from)
{
    struct kk_ref_entry *entry = NULL;

    ck_assert_int_eq(kk_ref_add(r, table, kk_slice_text(code), kk_slice_text(from), &entry), 0);
    return entry;
}

static void set(struct kk_ref *r, enum kk_ref_table table, struct kk_ref_entry *entry,
                size_t field, const char *text)
{
    ck_assert_int_eq(kk_ref_set(r, table, entry, field, kk_slice_text(text)), 0);
}

/* Three bytes a character, so that no row ends where a piece does by chance. */
static void long_text(char *text, size_t chars)
{
    for (size_t i = 0; i < chars; i++)
        memcpy(text + 3 * i, i % 7 ? "区" : "局", 3);
    text[3 * chars] = 0;
}

#define LONG 2000
static void fill(struct kk_ref *r)
{
    static char text[3 * LONG + 1];
    struct kk_ref_entry *e;

    kk_ref_init(r);
    long_text(text, LONG);
    e = add(r, KK_REF_AREAS, "14135-0000001", "1972-04-01");
    set(r, KK_REF_AREAS, e, KK_REF_AREAS_NAME, "野川");
    set(r, KK_REF_AREAS, e, KK_REF_AREAS_KIND, "town");
    set(r, KK_REF_AREAS, e, KK_REF_AREAS_VALID_TO, "2019-12-31");
    e = add(r, KK_REF_AREAS, "14135-0000001", "2020-01-01");
    set(r, KK_REF_AREAS, e, KK_REF_AREAS_NAME, "野川本町");
    set(r, KK_REF_AREAS, e, KK_REF_AREAS_KIND, "town");
    e = add(r, KK_REF_AREAS, "14130", "");
    set(r, KK_REF_AREAS, e, KK_REF_AREAS_NAME, "川崎市");
    set(r, KK_REF_AREAS, e, KK_REF_AREAS_KIND, "admin");
    for (int i = 0; i < 2; i++) {
        e = add(r, KK_REF_BORDERS, "14135", i ? "2021-01-01" : "2011-01-01");
        set(r, KK_REF_BORDERS, e, KK_REF_BORDERS_GEOMETRY, text + 3 * i);
        set(r, KK_REF_BORDERS, e, KK_REF_BORDERS_VINTAGE, i ? "2021" : "2011");
    }
    e = add(r, KK_REF_INDICATORS, "population_census", "");
    set(r, KK_REF_INDICATORS, e, KK_REF_INDICATORS_NAME, "人口（国勢調査）");
    kk_ref_sort(r);
}

static int keep(void *user, const struct kk_obs *row)
{
    press_add(user, row);
    return 0;
}

static int read_back(const struct press_table *rows, struct kk_ref *ret)
{
    int e = 0;

    kk_ref_init(ret);
    for (size_t i = 0; i < rows->count && e == 0; i++)
        e = kk_ref_take(ret, &rows->rows[i]);
    return e < 0 ? e : kk_ref_done(ret);
}

static void assert_same(const struct kk_ref *a, const struct kk_ref *b)
{
    for (size_t t = 0; t < KK_REF_TABLE_COUNT; t++) {
        ck_assert_uint_eq(a->lists[t].count, b->lists[t].count);
        for (size_t i = 0; i < a->lists[t].count; i++) {
            const struct kk_ref_entry *x = &a->lists[t].items[i], *y = &b->lists[t].items[i];

            ck_assert(kk_slice_equal(x->code, y->code) && kk_slice_equal(x->from, y->from));
            for (size_t k = 0; k < KK_REF_FIELDS_MAX; k++)
                ck_assert(kk_slice_equal(x->texts[k], y->texts[k]));
        }
    }
}

START_TEST(rows_give_the_entries_back) /* [RF-1] [RF-2] */
{
    KK_AUTO_FINI(kk_ref) struct kk_ref a, b;
    KK_AUTO_FINI(press_table) struct press_table rows;

    fill(&a);
    press_table_init(&rows);
    ck_assert_int_eq(kk_ref_each(&a, keep, &rows), 0);
    ck_assert_uint_eq(rows.count, 7 + 2 * (7 + 1) + 1);
    for (size_t i = 0; i < rows.count; i++) {
        ck_assert_uint_le(rows.rows[i].note.len, KK_OBS_TEXT_MAX);
        ck_assert_int_eq(rows.rows[i].missing, KK_MISSING_NOTHING);
    }
    ck_assert_int_eq(read_back(&rows, &b), 0);
    assert_same(&a, &b);
    ck_assert_uint_eq(b.strange, 0);
}
END_TEST

/* The rows are in the order that a release asks for, and travel as any dataset. [RF-1] */
START_TEST(a_release_takes_the_rows)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref a, b;
    KK_AUTO_FINI(press_table) struct press_table rows;
    KK_AUTO_FINI(press) struct press p;
    struct kk_segment s;
    size_t depth;

    fill(&a);
    press_table_init(&rows);
    ck_assert_int_eq(kk_ref_each(&a, keep, &rows), 0);
    press_init(&p, "pub");
    press_release(&p, 1, &rows, false);
    kk_ref_sort(&a);
    set(&a, KK_REF_AREAS, &a.lists[KK_REF_AREAS].items[0], KK_REF_AREAS_NAME, "川崎");
    press_table_fini(&rows);
    press_table_init(&rows);
    ck_assert_int_eq(kk_ref_each(&a, keep, &rows), 0);
    ck_assert(press_release(&p, 2, &rows, false).delta);
    press_segment(&p, &s);
    for (uint32_t release = 1; release <= 2; release++) {
        KK_AUTO_FINI(kk_obs_block) struct kk_obs_block block;
        const struct kk_ref_entry *city;

        kk_obs_block_init(&block);
        ck_assert_int_eq(kk_segment_depth(&s, release, &depth), 0);
        ck_assert_int_eq(kk_segment_block(&s, 0, depth, &block), 0);
        kk_ref_init(&b);
        for (size_t g = 0; g < block.count; g++) {
            for (size_t i = 0; i < block.groups[g].count; i++) {
                struct kk_obs o;

                kk_obs_get(&s.words, &block.groups[g], &block.groups[g].rows[i], &o);
                ck_assert_int_eq(kk_ref_take(&b, &o), 0);
            }
        }
        ck_assert_int_eq(kk_ref_done(&b), 0);
        city = kk_ref_find(&b, KK_REF_AREAS, kk_slice_text("14130"), kk_slice(NULL, 0));
        ck_assert(city && kk_slice_is(city->texts[KK_REF_AREAS_NAME],
                                      release == 1 ? "川崎市" : "川崎"));
        kk_ref_fini(&b);
    }
    kk_segment_close(&s);
}
END_TEST

START_TEST(an_entry_is_found_by_its_day)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref r;
    const struct {
        const char *code, *day, *name;
    } cases[] = {
        { "14135-0000001", "1972-03-31", NULL },     { "14135-0000001", "1972-04-01", "野川" },
        { "14135-0000001", "2019-12-31", "野川" },   { "14135-0000001", "2020-01-01", "野川本町" },
        { "14135-0000001", NULL, "野川本町" },       { "14130", "1900-01-01", "川崎市" },
        { "14135-0000002", NULL, NULL },             { "1413", NULL, NULL },
    };

    fill(&r);
    for (size_t i = 0; i < KK_COUNT(cases); i++) {
        const struct kk_ref_entry *e = kk_ref_find(&r, KK_REF_AREAS, kk_slice_text(cases[i].code),
                                                   kk_slice_text(cases[i].day));

        ck_assert_msg(!e == !cases[i].name, "%s %s", cases[i].code, cases[i].day);
        if (e)
            ck_assert(kk_slice_is(e->texts[KK_REF_AREAS_NAME], cases[i].name));
    }
}
END_TEST

static struct kk_obs row(const char *table, const char *code, const char *field,
                         const char *period, const char *text)
{
    struct kk_obs o = press_row(table, code, period, 0);

    o.breakdown = kk_slice_text(field);
    o.missing = KK_MISSING_NOTHING;
    o.note = kk_slice_text(text);
    return o;
}

START_TEST(what_is_not_known_is_passed_over) /* [RF-3] */
{
    KK_AUTO_FINI(kk_ref) struct kk_ref r;
    const struct kk_obs rows[] = {
        row("areas", "14131", "anthem", "-", "a field of tomorrow"),
        row("areas", "14131", "anthem", "-/0002", "and its second piece"),
        row("areas", "14131", "name", "-", "川崎区"),
        row("weather", "14131", "rain", "whatever it is", "a table of tomorrow"),
    };

    kk_ref_init(&r);
    for (size_t i = 0; i < KK_COUNT(rows); i++)
        ck_assert_int_eq(kk_ref_take(&r, &rows[i]), 0);
    ck_assert_int_eq(kk_ref_done(&r), 0);
    ck_assert_uint_eq(r.strange, 3);
    ck_assert_uint_eq(r.lists[KK_REF_AREAS].count, 1);
}
END_TEST

START_TEST(other_rows_are_refused) /* [RF-3] */
{
    struct kk_obs value = row("areas", "1", "name", "-", "x");
    static char too_long[KK_OBS_TEXT_MAX + 1];
    const struct kk_obs bad[] = {
        row("areas", "1", "name", "-/0002", "no first piece"),
        row("areas", "1", "name", "-/0001", "a first piece has no number"),
        row("areas", "1", "name", "-/002", "three digits"),
        row("areas", "1", "name", "-/00x2", "no digits"),
        row("areas", "1", "name", "2020-01-011", "no day"),
        row("areas", "1", "name", "/0002", "no day either"),
        row("areas", "1", "name", "-", ""),
        row("areas", "1", "name", "-", too_long),
    };

    memset(too_long, 'x', 201);
    for (size_t i = 0; i <= KK_COUNT(bad); i++) {
        KK_AUTO_FINI(kk_ref) struct kk_ref r;
        int e;

        value.missing = KK_MISSING_NONE;
        value.value = 1;
        kk_ref_init(&r);
        e = kk_ref_take(&r, i < KK_COUNT(bad) ? &bad[i] : &value);
        if (e == 0)
            e = kk_ref_done(&r);
        ck_assert_msg(e == KK_E_BUNDLE, "%zu: %d", i, e);
    }
}
END_TEST

START_TEST(pieces_follow_one_another) /* [RF-2] */
{
    const char *periods[][3] = { { "-", "-/0003" }, { "-", "-/0002", "-/0002" }, { "-", "-" } };

    for (size_t i = 0; i < KK_COUNT(periods); i++) {
        KK_AUTO_FINI(kk_ref) struct kk_ref r;
        int e = 0;

        kk_ref_init(&r);
        for (size_t k = 0; k < 3 && periods[i][k] && e == 0; k++) {
            struct kk_obs o = row("borders", "1", "geometry", periods[i][k], "{}");

            e = kk_ref_take(&r, &o);
        }
        ck_assert_int_eq(e, KK_E_BUNDLE);
    }
}
END_TEST

START_TEST(bounds_hold)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref r;
    struct kk_ref_entry *e;
    char code[KK_OBS_NAME_MAX + 2] = "", name[202];

    memset(code, 'a', KK_OBS_NAME_MAX + 1);
    memset(name, 'n', 201);
    name[201] = 0;
    kk_ref_init(&r);
    ck_assert_int_eq(kk_ref_add(&r, KK_REF_AREAS, kk_slice_text(code), kk_slice("", 0), &e),
                     KK_E_ROW_LIMIT);
    code[KK_OBS_NAME_MAX] = 0;
    e = add(&r, KK_REF_AREAS, code, "");
    ck_assert_int_eq(kk_ref_set(&r, KK_REF_AREAS, e, KK_REF_AREAS_NAME, kk_slice_text(name)),
                     KK_E_ROW_LIMIT);
    name[200] = 0;
    set(&r, KK_REF_AREAS, e, KK_REF_AREAS_NAME, name);
    ck_assert_int_eq(kk_ref_set(&r, KK_REF_AREAS, e, 0, kk_slice_text("\xff")), KK_E_FORM);
}
END_TEST

START_TEST(every_list_has_words)
{
    for (int list = 0; list < KK_REF_TYPE_COUNT; list++) {
        const char *en = NULL, *ja = NULL;
        const char *word = kk_ref_word((enum kk_ref_type)list, 0, &en, &ja);

        ck_assert_int_eq(word != NULL, list > KK_REF_IS_AREAS);
        ck_assert(!word || (en[0] && ja[0]));
        ck_assert_ptr_null(kk_ref_word((enum kk_ref_type)list, 50, NULL, NULL));
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("ref", &suite);

    tcase_add_test(c, rows_give_the_entries_back);
    tcase_add_test(c, a_release_takes_the_rows);
    tcase_add_test(c, an_entry_is_found_by_its_day);
    tcase_add_test(c, what_is_not_known_is_passed_over);
    tcase_add_test(c, other_rows_are_refused);
    tcase_add_test(c, pieces_follow_one_another);
    tcase_add_test(c, bounds_hold);
    tcase_add_test(c, every_list_has_words);
    return suite;
}
