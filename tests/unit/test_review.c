/* client/import/review.c, review_person.c: what a table says as a whole. [IM-5] [IM-6] */
#include "unit.h"

#include "import/review.h"
#include "import/table.h"
#include "kukyoku/base/date.h"

#include <stdio.h>
#include <stdlib.h>

#define HEAD "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"
#define NOW  (INT64_C(1795500000) * 1000) /* in November 2026 */

static struct kk_tidy *tidy;
static struct kk_grid grid;
static struct kk_table_sum sum;

static void read_file(const char *text)
{
    const struct kk_grid_options options = { .path = "t.csv" };

    tidy = calloc(1, sizeof *tidy);
    ck_assert_ptr_nonnull(tidy);
    kk_tidy_init(tidy);
    ck_assert_int_eq(kk_grid_open(kk_slice_text(text), &options, &grid, NULL), 0);
    ck_assert_int_eq(kk_table_read(&grid, &(struct kk_table_options){ .mapping = NULL }, tidy,
                                   &sum, NULL),
                     0);
}

static void done(void)
{
    kk_tidy_fini(tidy);
    kk_grid_fini(&grid);
    free(tidy);
}

/* --- beside a release --- */
struct wanted {
    const char *held, *file; /* rows after the header */
    uint64_t made, changed, same, gone, rejected;
    enum kk_tidy_reason reason; /* KK_TIDY_REASON_COUNT: nothing is said */
    const char *hint;
};
#define NOTHING KK_TIDY_REASON_COUNT, ""
static const struct wanted wanted[] = {
    { "", "a,14133,2020,,1,,人,,,,\n", 1, 0, 0, 0, 0, NOTHING },
    { "a,14133,2020,,1,,人,,,,\n", "a,14133,2020,,1,,人,,,,\n", 0, 0, 1, 0, 0, NOTHING },
    { "a,14133,2020,,1,,人,,,,\n", "a,14133,2020,,2,,人,,,,\n", 0, 1, 0, 0, 0, NOTHING },
    { "a,14133,2020,,1,,人,,,,\n", "a,14133,2019,,1,,人,,,,\n", 1, 0, 0, 1, 0, NOTHING },
    { "a,14133,2020,,1,,人,,,,\nb,14133,2020,,1,,人,,,,\n", "a,14133,2021,,1,,人,,,,\n", 1, 0, 0,
      2, 0, NOTHING },
    { "", "a,14138,2020,,1,,人,,,,\n", 0, 0, 0, 0, 1, KK_TIDY_BAD_NO_WARD, "" },
    { "", "a,14139-01,2020,,1,,人,,,,\n", 0, 0, 0, 0, 1, KK_TIDY_BAD_NO_WARD, "" },
    { "", "a,13101,2020,,1,,人,,,,\n", 1, 0, 0, 0, 0, NOTHING },
    { "", "a,14130,2020,,1,,人,,,,\n", 1, 0, 0, 0, 0, NOTHING },
    { "", "a,14133,2027,,1,,人,,,,\n", 0, 0, 0, 0, 1, KK_TIDY_BAD_OUTSIDE, "" },
    { "", "a,14133,FY2027,,1,,人,,,,\n", 0, 0, 0, 0, 1, KK_TIDY_BAD_OUTSIDE, "" },
    { "", "a,14133,FY2026,,1,,人,,,,\n", 1, 0, 0, 0, 0, NOTHING },
    { "", "a,14133,2027,,1,,人,e,,,\n", 1, 0, 0, 0, 0, NOTHING },
    { "", "a,14133,1867,,1,,人,,,,\n", 0, 0, 0, 0, 1, KK_TIDY_BAD_OUTSIDE, "" },
    { "", "a,14133,2020,,1,,,,,,\n", 1, 0, 0, 0, 0, KK_TIDY_BAD_NO_UNIT, "" },
    { "a,14133,2019,,5,,世帯,,,,\n", "a,14133,2019,,5,,世帯,,,,\na,14133,2020,,5,,人,,,,\n", 0, 0, 1,
      0, 1, KK_TIDY_BAD_UNIT_CHANGED, "世帯" },
    { "a,14133,2019,,500,,人,,,,\n", "a,14133,2019,,500,,人,,,,\na,14133,2020,,1501,,人,,,,\n", 1, 0,
      1, 0, 0, KK_TIDY_BAD_BREAK, "1501 ← 500" },
    { "a,14133,2019,,500,,人,,,,\n", "a,14133,2019,,500,,人,,,,\na,14133,2020,,1500,,人,,,,\n", 1, 0,
      1, 0, 0, NOTHING },
    { "a,14133,2019,,500,,人,,,,\n", "a,14133,2019,,500,,人,,,,\na,14133,2020,,9000,,人,,,,区域変更\n",
      1, 0, 1, 0, 0, NOTHING },
    { "a,14133,2019,,5,,人,,,,\n", "a,14133,2019,,5,,人,,,,\na,14133,2020,,50,,人,,,,\n", 1, 0, 1, 0,
      0, NOTHING },
    { "households,14133,2019,,5,,,,,,\n", "housholds,14133,2019,,5,,戸,,,,\n", 1, 0, 0, 1, 0,
      KK_TIDY_BAD_NEW_INDICATOR, "households" },
    { "a,14133-01,2019,,5,,人,,,,\n", "a,14133-02,2019,,5,,人,,,,\n", 1, 0, 0, 1, 0,
      KK_TIDY_BAD_NEW_AREA, "14133-01" },
    /* what is wrong in both was published: it blocks nothing */
    { "a,14138,2027,,1,,,,,,\n", "a,14138,2027,,1,,,,,,\n", 0, 0, 1, 0, 0, NOTHING },
    { "", "a,14133,2020,,1,,人,,,,\ufffd区\n", 0, 0, 0, 0, 1, KK_TIDY_BAD_GARBLED, "" },
    { "", "a,14133,2020,,1,,人,,,,縺九繧輔\n", 0, 0, 0, 0, 1, KK_TIDY_BAD_GARBLED, "" },
    { "", "a,14133,2020,,1,,人,,,,糸の縺れ\n", 1, 0, 0, 0, 0, NOTHING }, /* a word */
    { "a,14133,2020,,1,,人,,,,\ufffd区\n", "a,14133,2020,,1,,人,,,,\ufffd区\n", 0, 0, 1, 0, 0,
      NOTHING },
    { "", "a,14133,2020,,1,,人,,,,\na,14133,2020,,2,,人,,,,\nb,14133,2020,,2,,人,,,,\n", 1, 0, 0, 0,
      2, KK_TIDY_BAD_DUPLICATE, "" },
};

static void read_rows(const char *rows)
{
    char text[512];

    snprintf(text, sizeof text, "%s%s", HEAD, rows);
    read_file(text);
}

START_TEST(beside_a_release)
{
    const struct wanted *w = &wanted[_i];
    const struct kk_review_options options = { .now_ms = NOW, .factor = KK_REVIEW_FACTOR };
    KK_AUTO_FINI(kk_review) struct kk_review review;
    struct kk_tidy *file;

    read_rows(w->file);
    file = tidy;
    kk_review_begin(&review, file, &options);
    if (w->held[0]) {
        kk_grid_fini(&grid);
        read_rows(w->held);
        ck_assert_int_eq(kk_tidy_each(tidy, kk_review_held, &review), 0);
        done();
    }
    ck_assert_int_eq(kk_review_end(&review), 0);
    ck_assert_uint_eq(review.made, w->made);
    ck_assert_uint_eq(review.changed, w->changed);
    ck_assert_uint_eq(review.same, w->same);
    ck_assert_uint_eq(review.gone, w->gone);
    ck_assert_uint_eq(review.rejected, w->rejected);
    ck_assert_uint_eq(file->issue_count, w->reason != KK_TIDY_REASON_COUNT);
    if (file->issue_count) {
        ck_assert_uint_eq(file->issues[0].reason, w->reason);
        ck_assert_str_eq(file->issues[0].hint, w->hint);
    }
    tidy = file;
    done();
}
END_TEST

/* --- beside the reference data --- */
struct meaning {
    enum kk_ref_table table;
    const char *code, *from;
    size_t field;
    const char *text;
};

static void add(struct kk_ref *ref, const struct meaning *m)
{
    struct kk_ref_entry *entry;

    ck_assert_int_eq(
        kk_ref_add(ref, m->table, kk_slice_text(m->code), kk_slice_text(m->from), &entry), 0);
    ck_assert_int_eq(kk_ref_set(ref, m->table, entry, m->field, kk_slice_text(m->text)), 0);
}

static void fill_reference(struct kk_ref *ref)
{
    static const struct meaning list[] = {
        { KK_REF_AREAS, "14133", "", KK_REF_AREAS_NAME, "中原区" },
        { KK_REF_AREAS, "14133-01", "2015-04-01", KK_REF_AREAS_VALID_TO, "2020-03-31" },
        { KK_REF_AREAS, "14133-02", "2015-04-01", KK_REF_AREAS_VALID_TO, "2020-03-31" },
        { KK_REF_INDICATORS, "households", "", KK_REF_INDICATORS_UNIT, "世帯" },
        { KK_REF_INDICATORS, "abuse", "", KK_REF_INDICATORS_TIER, "int" },
    };

    kk_ref_init(ref);
    for (size_t i = 0; i < KK_COUNT(list); i++)
        add(ref, &list[i]);
    struct kk_ref_list *areas = &ref->lists[KK_REF_AREAS];
    ck_assert_int_eq(kk_ref_set(ref, KK_REF_AREAS, &areas->items[2], KK_REF_AREAS_SUCCESSORS,
                                kk_slice_text("14133;14133-01")),
                     0);
    kk_ref_sort(ref);
}

static const struct {
    unsigned tier;
    enum kk_tidy_reason reason;
    const char *hint, *row;
} meanings[] = {
    { 0, NOTHING, "households,14133,2020,,1,,世帯,,,,\n" },
    { 0, KK_TIDY_BAD_UNKNOWN_AREA, "14133", "households,14132,2020,,1,,世帯,,,,\n" },
    { 0, KK_TIDY_BAD_UNKNOWN_AREA, "", "households,13101,2020,,1,,世帯,,,,\n" },
    { 0, KK_TIDY_BAD_UNKNOWN_INDICATOR, "households", "housholds,14133,2020,,1,,世帯,,,,\n" },
    { 0, KK_TIDY_BAD_AREA_PERIOD, "", "households,14133-01,2015-03-31,,1,,世帯,,,,\n" },
    { 0, NOTHING, "households,14133-01,2015-04-01,,1,,世帯,,,,\n" },
    { 0, NOTHING, "households,14133-01,2020-03-31,,1,,世帯,,,,\n" },
    { 0, KK_TIDY_BAD_AREA_PERIOD, "", "households,14133-01,2020-04-01,,1,,世帯,,,,\n" },
    { 0, KK_TIDY_BAD_AREA_PERIOD, "→ 14133;14133-01", "households,14133-02,2021,,1,,世帯,,,,\n" },
    { 0, KK_TIDY_BAD_AREA_PERIOD, "", "households,14133-02,2014,,1,,世帯,,,,\n" },
    { 0, KK_TIDY_BAD_OTHER_UNIT, "世帯", "households,14133,2020,,1,,戸,,,,\n" },
    { 0, KK_TIDY_BAD_MORE_OPEN, "", "abuse,14133,2020,,1,,件,,,,\n" },
    { 1, NOTHING, "abuse,14133,2020,,1,,件,,,,\n" },
    { 2, NOTHING, "abuse,14133,2020,,1,,件,,,,\n" },
};

START_TEST(beside_the_reference) /* [RF-6] */
{
    KK_AUTO_FINI(kk_ref) struct kk_ref ref;
    KK_AUTO_FINI(kk_review) struct kk_review review;
    const struct kk_review_options options = { NOW, KK_REVIEW_FACTOR, &ref, meanings[_i].tier };

    fill_reference(&ref);
    read_rows(meanings[_i].row);
    kk_review_begin(&review, tidy, &options);
    ck_assert_int_eq(kk_review_end(&review), 0);
    ck_assert_uint_eq(tidy->issue_total, meanings[_i].reason != KK_TIDY_REASON_COUNT);
    if (tidy->issue_total) {
        ck_assert_uint_eq(tidy->issues[0].reason, meanings[_i].reason);
        ck_assert_str_eq(tidy->issues[0].hint, meanings[_i].hint);
    }
    done();
}
END_TEST

/* Last year's unit was wrong: the right one is not refused for it, another is. [IM-6] */
START_TEST(an_old_unit_blocks_nothing)
{
    static const struct {
        const char *unit;
        enum kk_tidy_reason reason;
    } tries[] = { { "世帯", KK_TIDY_REASON_COUNT }, { "戸", KK_TIDY_BAD_OTHER_UNIT } };
    KK_AUTO_FINI(kk_ref) struct kk_ref ref;
    KK_AUTO_FINI(kk_review) struct kk_review review;
    const struct kk_review_options options = { NOW, KK_REVIEW_FACTOR, &ref, 0 };
    char rows[200];
    struct kk_tidy *file;

    fill_reference(&ref);
    snprintf(rows, sizeof rows,
             "households,14133,2019,,1,,千世帯,,,,\nhouseholds,14133,2020,,1,,%s,,,,\n",
             tries[_i].unit);
    read_rows(rows);
    file = tidy;
    kk_review_begin(&review, file, &options);
    kk_grid_fini(&grid);
    read_rows("households,14133,2019,,1,,千世帯,,,,\n");
    ck_assert_int_eq(kk_tidy_each(tidy, kk_review_held, &review), 0);
    done();
    ck_assert_int_eq(kk_review_end(&review), 0);
    ck_assert_uint_eq(file->issue_total > 0, tries[_i].reason != KK_TIDY_REASON_COUNT);
    if (file->issue_total > 0)
        ck_assert_uint_eq(file->issues[0].reason, tries[_i].reason);
    tidy = file;
    done();
}
END_TEST

/* A name beside the code of any area, not of wards alone. [RF-6] */
START_TEST(names_are_those_of_the_reference)
{
    static const char map[] = "[table]\n[row]\nindicator = a\narea = {code}\n"
                              "area_name = {name}\nperiod = 2020\n[values]\nn = unit=人\n";
    static const char *const files[] = { "code,name,n\n14133-01,中原区大戸,5\n",
                                         "code,name,n\n14133-01,中原区丸子,5\n" };
    const struct kk_grid_options options = { .path = "t.csv" };
    KK_AUTO_FREE(kk_mapping) struct kk_mapping *mapping = NULL;
    KK_AUTO_FINI(kk_ref) struct kk_ref ref;

    kk_ref_init(&ref);
    add(&ref, &(struct meaning){ KK_REF_AREAS, "14133-01", "", KK_REF_AREAS_NAME, "大戸" });
    ck_assert_int_eq(kk_mapping_read(kk_slice_text(map), "m.ini", &mapping, NULL), 0);
    const struct kk_table_options how = { mapping, &ref };
    tidy = calloc(1, sizeof *tidy);
    ck_assert_ptr_nonnull(tidy);
    kk_tidy_init(tidy);
    ck_assert_int_eq(kk_grid_open(kk_slice_text(files[_i]), &options, &grid, NULL), 0);
    ck_assert_int_eq(kk_table_read(&grid, &how, tidy, &sum, NULL), 0);
    ck_assert_uint_eq(tidy->by_reason[KK_TIDY_BAD_CODE_NAME], (uint64_t)_i);
    if (_i)
        ck_assert_str_eq(tidy->issues[0].hint, "大戸");
    done();
}
END_TEST

/* --- persons --- */
static const struct {
    enum kk_tidy_reason reason;
    unsigned line;
    const char *file;
} persons[] = {
    { KK_TIDY_BAD_MY_NUMBER, 2, HEAD "a,14133,2020,,1,,人,,,,番号123456789018\n" },
    { KK_TIDY_BAD_MY_NUMBER, 2, HEAD "a,14133,2020,,1,,人,,,番号123456789018,\n" },
    { KK_TIDY_BAD_MY_NUMBER, 2,
      HEAD "a,14133,2020,,1,,人,,,https://example.jp/?id=1 の1234 5678 9018,\n" },
    { KK_TIDY_REASON_COUNT, 0,
      HEAD "a,14133,2020,,1,,人,,,e-Stat https://www.e-stat.go.jp/?stat_infid=000032143614,\n" },
    { KK_TIDY_REASON_COUNT, 0, HEAD "a,14133,2020,,1,,人,,,statInfId 000032142410,\n" },
    { KK_TIDY_BAD_PERSONAL, 2, HEAD "a,14133,2020,,1,,人,,,,宮本町1番地\n"
                                    "a,14133,2021,,1,,人,,,,宮本町3番地\n"
                                    "a,14133,2022,,1,,人,,,,宮本町2番地\n" },
    { KK_TIDY_REASON_COUNT, 0, HEAD "a,14133,2020,,1,,人,,,,宮本町1番地\n" },
    { KK_TIDY_REASON_COUNT, 0, HEAD "a,14133,2020,,123456789018,,円,,,,\n" },
    { KK_TIDY_BAD_PLATFORM, 2, HEAD "a,14133,2020,,1,,㎡,,,,\n" },
    { KK_TIDY_BAD_GAIJI, 2, HEAD "a,14133,2020,,1,,人,,,,\xee\x80\x80\n" },
};

START_TEST(persons_are_no_figures)
{
    read_file(persons[_i].file);
    ck_assert_uint_eq(tidy->issue_count, persons[_i].reason != KK_TIDY_REASON_COUNT);
    if (tidy->issue_count) {
        ck_assert_uint_eq(tidy->issues[0].reason, persons[_i].reason);
        ck_assert_uint_eq(tidy->issues[0].line, persons[_i].line);
    }
    done();
}
END_TEST

START_TEST(a_list_of_persons_is_called_so)
{
    read_file("氏名,住所,点数\n山田太郎,川崎区宮本町1番地,3\n,,123456789018\n");
    ck_assert_uint_eq(tidy->by_reason[KK_TIDY_BAD_HEADER], 1);
    ck_assert_uint_ge(tidy->by_reason[KK_TIDY_BAD_PERSONAL], 2);
    ck_assert_uint_eq(tidy->by_reason[KK_TIDY_BAD_MY_NUMBER], 1);
    done();
}
END_TEST

/* Columns that a mapping passes over. */
static const struct {
    enum kk_tidy_reason reason;
    unsigned line;
    const char *file;
} unread[] = {
    { KK_TIDY_BAD_MY_NUMBER, 2, "area,n,x\n14133,1,山田太郎さん 宮本町1番地 123456789018\n" },
    { KK_TIDY_BAD_MY_NUMBER, 2, "area,n,\n14133,1,123456789018\n" },
    { KK_TIDY_BAD_PERSONAL, 4,
      "area,n,x\n14131,1,宮本町1番地\n14132,1,山田太郎さん\n14133,1,宮本町2番地\n" },
    { KK_TIDY_REASON_COUNT, 0, "area,n,x\n14131,1,宮本町1番地\n14132,1,宮本町1番地\n"
                               "14133,1,宮本町1番地\n14134,1,宮本町2番地\n" },
    { KK_TIDY_REASON_COUNT, 0, "area,n,x\n14131,1,第1回\n" },
};

START_TEST(persons_beside_figures)
{
    static const char text[] = "[row]\nindicator = a\narea = {area}\nperiod = 2020\nunit = 人\n"
                               "[values]\nn =\n[table]\nrest = ignore\n";
    KK_AUTO_FREE(kk_mapping) struct kk_mapping *mapping = NULL;
    const struct kk_grid_options options = { .path = "t.csv" };

    ck_assert_int_eq(kk_mapping_read(kk_slice_text(text), "m.ini", &mapping, NULL), 0);
    tidy = calloc(1, sizeof *tidy);
    ck_assert_ptr_nonnull(tidy);
    kk_tidy_init(tidy);
    ck_assert_int_eq(kk_grid_open(kk_slice_text(unread[_i].file), &options, &grid, NULL), 0);
    ck_assert_int_eq(kk_table_read(&grid, &(struct kk_table_options){ .mapping = mapping }, tidy,
                                   &sum, NULL),
                     0);
    ck_assert_uint_eq(tidy->issue_total, unread[_i].reason != KK_TIDY_REASON_COUNT);
    if (tidy->issue_total) {
        ck_assert_uint_eq(tidy->issues[0].reason, unread[_i].reason);
        ck_assert_uint_eq(tidy->issues[0].line, unread[_i].line);
    }
    done();
}
END_TEST

static void many_rows(const char *breakdown, const char *value)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };

    ck_assert_int_eq(kk_bytes_append_text(&file, HEAD), 0);
    for (int i = 0; i < 25; i++) {
        ck_assert_int_eq(kk_bytes_format(&file, "a,14133,%d,", 2000 + i), 0);
        ck_assert_int_eq(kk_bytes_format(&file, breakdown, i), 0);
        ck_assert_int_eq(kk_bytes_format(&file, ",%s,,人,,,,\n", value), 0);
    }
    ck_assert_int_eq(kk_bytes_append(&file, "", 1), 0);
    read_file((const char *)file.data);
}

START_TEST(records_are_no_counts)
{
    many_rows("care=%d;house=1", "1");
    ck_assert_uint_eq(tidy->by_reason[KK_TIDY_BAD_RECORDS], 1);
    done();
    many_rows("care=%d;house=1", "2");
    ck_assert_uint_eq(tidy->issue_total, 0);
    done();
    many_rows("", "1");
    ck_assert_uint_eq(tidy->issue_total, 0);
    done();
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("review", &suite);

    tcase_add_loop_test(c, beside_a_release, 0, (int)KK_COUNT(wanted));
    tcase_add_loop_test(c, beside_the_reference, 0, KK_COUNT(meanings));
    tcase_add_loop_test(c, an_old_unit_blocks_nothing, 0, 2);
    tcase_add_loop_test(c, names_are_those_of_the_reference, 0, 2);
    tcase_add_loop_test(c, persons_are_no_figures, 0, (int)KK_COUNT(persons));
    tcase_add_loop_test(c, persons_beside_figures, 0, KK_COUNT(unread));
    tcase_add_test(c, a_list_of_persons_is_called_so);
    tcase_add_test(c, records_are_no_counts);
    return suite;
}
