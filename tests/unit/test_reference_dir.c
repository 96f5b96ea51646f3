/* Reference data as people write them: what is read, and every way in which it is refused. */
#include "unit.h"

#include "desk/ref_check.h"
#include "import/reference_dir.h"

#include <stdlib.h>

#define AREAS "code,valid_from,name,kind,parent,valid_to,successors,members\n"
#define INDICATORS                                                                                \
    "code,name,name_en,field,kind,unit,population_base,sensitivity,additive,definition,"          \
    "definition_en,tier\n"
#define BORDERS(code, name, ring)                                                                 \
    "{\"type\":\"FeatureCollection\",\"source\":\"s\",\"licence\":\"l\",\"vintage\":\"2021\","    \
    "\"features\":[{\"type\":\"Feature\",\"properties\":{\"code\":\"" code "\",\"name\":\""       \
    name "\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[" ring "]}}]}"
#define RING "[[139.5,35.5],[139.6,35.5],[139.6,35.6],[139.5,35.5]]"

/* Read, sorted and checked, as a desk does it. */
static int read(enum kk_ref_table table, const char *text, struct kk_ref *ref,
                struct kk_error *err)
{
    int e = kk_reference_dir_table(kk_slice_text(text), table, ref, err);

    kk_ref_sort(ref);
    return e == 0 ? kk_ref_check(ref, err) : e;
}

START_TEST(a_folder_is_read) /* [RF-5] */
{
    static const unsigned counts[KK_REF_TABLE_COUNT] = { 10, 7, 24, 5, 29, 5 };
    KK_AUTO_FINI(kk_ref) struct kk_ref ref;
    const struct kk_ref_entry *e;
    struct kk_error err = { 0 };
    unsigned there = 0;

    kk_ref_init(&ref);
    ck_assert_msg(kk_reference_dir_read(getenv("KK_REFERENCE"), &ref, &there, &err) == 0,
                  "%s %s", err.where, err.detail);
    kk_ref_sort(&ref);
    ck_assert_msg(kk_ref_check(&ref, &err) == 0, "%s %s", err.where, err.detail);
    ck_assert_uint_eq(there, (1u << KK_REF_TABLE_COUNT) - 1);
    for (size_t t = 0; t < KK_REF_TABLE_COUNT; t++)
        ck_assert_uint_eq(ref.lists[t].count, counts[t]);
    e = kk_ref_find(&ref, KK_REF_AREAS, kk_slice_text("14135"), kk_slice(NULL, 0));
    ck_assert(kk_slice_is(e->texts[KK_REF_AREAS_NAME], "多摩区"));
    e = kk_ref_find(&ref, KK_REF_RUBRICS, kk_slice_text("guide-h29/solving"), kk_slice(NULL, 0));
    ck_assert(kk_slice_is(e->texts[KK_REF_RUBRICS_LEVEL_1], "特になし"));
    e = kk_ref_find(&ref, KK_REF_BORDERS, kk_slice_text("14137"), kk_slice(NULL, 0));
    ck_assert(e->texts[KK_REF_BORDERS_GEOMETRY].len > 200);
    ck_assert(kk_slice_is(e->texts[KK_REF_BORDERS_VINTAGE], "2021"));
}
END_TEST

/* A town that was renamed, one that was divided: days follow one another. */
START_TEST(days_follow_one_another)
{
    KK_AUTO_FINI(kk_ref) struct kk_ref ref;
    struct kk_error err = { 0 };

    kk_ref_init(&ref);
    ck_assert_msg(read(KK_REF_AREAS, AREAS
                       "14136,,宮前区,admin,,,,\n"
                       "14136-0000001,,野川,town,14136,2019-12-31,14136-0000002;14136-0000003,\n"
                       "14136-0000002,2020-01-01,野川本町,town,14136,,,\n"
                       "14136-0000003,2020-01-01,野川,town,14136,,,\n"
                       "14136-0000003,1990-01-01,野川台,town,14136,2019-12-31,,\n"
                       "M1404,,川崎北部,medical,,,,14136\n",
                       &ref, &err) == 0,
                  "%s %s", err.where, err.detail);
}
END_TEST

static const struct {
    enum kk_ref_table table;
    const char *where, *says, *text;
} bad[] = {
    { KK_REF_AREAS, "areas.csv:1", "height", "code,name,kind,height\n" },
    { KK_REF_AREAS, "areas.csv:1", "kind", "code,name\n" },
    { KK_REF_AREAS, "areas.csv:1", "name stands twice", "code,name,kind,name\n" },
    { KK_REF_AREAS, "areas.csv:1", "no column code", "name,kind\n" },
    { KK_REF_AREAS, "areas.csv:1", "no header", "" },
    { KK_REF_CODES, "codes.csv:1", "no column list", "code,name\n" },
    { KK_REF_CODES, "codes.csv:2", "no list", "code,list,name\np,,速報\n" },
    { KK_REF_CODES, "codes.csv:3", "stands twice", "code,list,name\np,s,速報\np,s,速報\n" },
    { KK_REF_AREAS, "areas.csv:2", "number of cells", AREAS "14131,,川崎区,admin\n" },
    { KK_REF_AREAS, "areas.csv:2", "quote", AREAS "14131,,川\"崎区,admin,,,,\n" },
    { KK_REF_AREAS, "areas.csv:2", "no name", AREAS "14131,,,admin,,,,\n" },
    { KK_REF_AREAS, "areas.csv:2", "none of the words", AREAS "14131,,川崎区,ward,,,,\n" },
    { KK_REF_AREAS, "areas.csv:2", "no code of an area", AREAS "1413,,川崎区,admin,,,,\n" },
    { KK_REF_AREAS, "areas.csv:2", "宮前区 is 14136", AREAS "14135,,宮前区,admin,,,,\n" },
    { KK_REF_AREAS, "areas.csv:2", "14130 is not in", AREAS "14131,,川崎区,admin,14130,,,\n" },
    { KK_REF_AREAS, "areas.csv:2", "14139 is not in",
      AREAS "14131,,川崎区,admin,,,14131;14139,\n" },
    { KK_REF_AREAS, "areas.csv:3", "lies in itself",
      AREAS "14130,,川崎市,admin,,,,\n14131,,川崎区,admin,14132,,,\n14132,,幸区,admin,14131,,,\n" },
    { KK_REF_AREAS, "areas.csv:2", "2020-02-30", AREAS "14131,,川崎区,admin,,2020-02-30,,\n" },
    { KK_REF_AREAS, "areas.csv:2", "2020-1-01", AREAS "14131,2020-1-01,川崎区,admin,,,,\n" },
    { KK_REF_AREAS, "areas.csv:2", "before it begins",
      AREAS "14131,2020-01-01,川崎区,admin,,2019-12-31,,\n" },
    { KK_REF_AREAS, "areas.csv:3", "areas.csv:2",
      AREAS "14131,,川崎区,admin,,2020-01-01,,\n14131,2020-01-01,川崎区,admin,,,,\n" },
    { KK_REF_AREAS, "areas.csv:3", "valid on days",
      AREAS "14131,,川崎区,admin,,,,\n14131,2020-01-01,川崎区,admin,,,,\n" },
    { KK_REF_AREAS, "areas.csv:3", "stands twice",
      AREAS "14131,,川崎区,admin,,,,\n14131,,川崎区,admin,,,,\n" },
    { KK_REF_AREAS, "areas.csv:3", "the name of another area: areas.csv:2",
      AREAS "14131-01,,大師,district,,,,\n14131-02,,大師,district,,,,\n" },
    { KK_REF_INDICATORS, "indicators.csv:3", "the name of another indicator",
      INDICATORS "a,人口,a,people,count,人,,normal,yes,定義,d,pub\n"
                 "b,人口,b,people,count,人,,normal,yes,定義,d,pub\n" },
    { KK_REF_INDICATORS, "indicators.csv:2", "indicator b is not in",
      INDICATORS "a,割合,a,people,rate,%,b,normal,no,定義,d,pub\n" },
    { KK_REF_INDICATORS, "indicators.csv:2", "no definition",
      INDICATORS "a,割合,a,people,rate,%,,normal,no,,d,pub\n" },
    { KK_REF_BORDERS, "borders.geojson", "no JSON", "{" },
    { KK_REF_BORDERS, "borders.geojson", "FeatureCollection", "{\"type\":\"Feature\"}" },
    { KK_REF_BORDERS, "borders.geojson", "source, licence, vintage",
      "{\"type\":\"FeatureCollection\",\"features\":[{}]}" },
    { KK_REF_BORDERS, "borders.geojson: feature 1", "14131", BORDERS("14131", "", RING) },
    { KK_REF_BORDERS, "borders.geojson: feature 1", "properties.code", BORDERS("", "", RING) },
    { KK_REF_BORDERS, "borders.geojson: feature 1", "no closed",
      BORDERS("14131", "", "[[139.5,35.5],[139.6,35.5],[139.6,35.6],[139.5,35.4]]") },
    { KK_REF_BORDERS, "borders.geojson: feature 1", "no closed",
      BORDERS("14131", "", "[[35.5,139.5],[35.6,139.5],[35.6,139.6],[35.5,139.5]]") },
    { KK_REF_BORDERS, "borders.geojson: feature 1", "no closed", BORDERS("14131", "", "") },
};

START_TEST(what_is_wrong_is_named) /* [RF-4] [RF-5] */
{
    KK_AUTO_FINI(kk_ref) struct kk_ref ref;
    struct kk_error err = { 0 };

    kk_ref_init(&ref);
    ck_assert_int_eq(read(bad[_i].table, bad[_i].text, &ref, &err), KK_E_REFERENCE);
    ck_assert_str_eq(err.where, bad[_i].where);
    ck_assert_msg(strstr(err.detail, bad[_i].says), "%s", err.detail);
    ck_assert(err.detail_ja[0]);
}
END_TEST

START_TEST(a_border_has_the_name_of_its_area) /* [RF-5] */
{
    KK_AUTO_FINI(kk_ref) struct kk_ref ref;
    struct kk_error err = { 0 };

    kk_ref_init(&ref);
    ck_assert_int_eq(read(KK_REF_AREAS, AREAS "14135,,多摩区,admin,,,,\n", &ref, &err), 0);
    ck_assert_int_eq(read(KK_REF_BORDERS, BORDERS("14135", "宮前区", RING), &ref, &err),
                     KK_E_REFERENCE);
    ck_assert_ptr_nonnull(strstr(err.detail, "宮前区"));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("reference_dir", &suite);

    tcase_add_test(c, a_folder_is_read);
    tcase_add_test(c, days_follow_one_another);
    tcase_add_loop_test(c, what_is_wrong_is_named, 0, KK_COUNT(bad));
    tcase_add_test(c, a_border_has_the_name_of_its_area);
    return suite;
}
