/* client/guard/rules.c: settings of disclosure control, right and wrong. [DC-1] */
#include "unit.h"

#include "guard/scopes.h"

static void read_rules(struct kk_rules *r, const char *text)
{
    struct kk_error err = { 0 };

    ck_assert_int_eq(kk_rules_init(r), 0);
    ck_assert_msg(kk_rules_read(r, kk_slice_text(text), "f", &err) == 0, "%s: %s", err.where,
                  err.detail);
}

START_TEST(thresholds_go_by_residents)
{
    static const struct {
        enum kk_guard_tier tier;
        enum kk_guard_sense sense;
        uint64_t people;
        unsigned k;
        bool all;
    } rows[] = {
        { KK_TIER_PUB, KK_SENSE_NORMAL, 25000, 10, false },
        { KK_TIER_PUB, KK_SENSE_NORMAL, 24999, 20, false },
        { KK_TIER_PUB, KK_SENSE_NORMAL, 2000, 20, false },
        { KK_TIER_PUB, KK_SENSE_NORMAL, 1999, 20, true },
        { KK_TIER_PUB, KK_SENSE_OPEN, 5, 0, false },
        { KK_TIER_PUB, KK_SENSE_OFFICES, 5, 3, false },
        { KK_TIER_INT, KK_SENSE_NORMAL, 5, 0, false },
        { KK_TIER_INT, KK_SENSE_SMALL, 30000, 10, false },
        { KK_TIER_WARD, KK_SENSE_SMALL, 5, 0, false },
        { KK_TIER_WARD, KK_SENSE_ABUSE, 30000, 10, false },
    };
    struct kk_rules r;
    bool all;

    ck_assert_int_eq(kk_rules_init(&r), 0);
    for (size_t i = 0; i < KK_COUNT(rows); i++) {
        ck_assert_uint_eq(kk_rules_k(&r, rows[i].tier, rows[i].sense, rows[i].people, &all),
                          rows[i].k);
        ck_assert_int_eq(all, rows[i].all);
    }
    kk_rules_fini(&r);
}
END_TEST

START_TEST(a_file_stands_over_the_defaults)
{
    struct kk_guard_indicator found;
    struct kk_rules r;
    bool all;

    read_rules(&r, "; a note\n[pub]\nnormal = ward 100:5\n[indicator]\nabuse_cases = abuse int\n"
                   "* = small\nrate = open apart\nmoney = normal adds\n");
    ck_assert_int_eq(r.limits[KK_TIER_PUB][KK_SENSE_NORMAL].finest, KK_LEVEL_WARD);
    ck_assert_uint_eq(kk_rules_k(&r, KK_TIER_PUB, KK_SENSE_NORMAL, 100, &all), 5);
    ck_assert_uint_eq(kk_rules_k(&r, KK_TIER_PUB, KK_SENSE_NORMAL, 99, &all), 0);
    ck_assert_uint_eq(kk_rules_k(&r, KK_TIER_PUB, KK_SENSE_SMALL, 99, &all), 20);
    kk_rules_indicator(&r, kk_slice_text("abuse_cases"), &found);
    ck_assert(found.declared && found.sense == KK_SENSE_ABUSE && found.tier == KK_TIER_INT);
    kk_rules_indicator(&r, kk_slice_text("rate"), &found);
    ck_assert(found.sense == KK_SENSE_OPEN && found.apart && !found.adds);
    kk_rules_indicator(&r, kk_slice_text("money"), &found);
    ck_assert(found.adds && found.tier == KK_TIER_PUB);
    kk_rules_indicator(&r, kk_slice_text("anything"), &found);
    ck_assert(found.declared && found.sense == KK_SENSE_SMALL);
    kk_rules_fini(&r);
    ck_assert_int_eq(kk_rules_init(&r), 0);
    kk_rules_indicator(&r, kk_slice_text("anything"), &found);
    ck_assert(!found.declared && found.sense == KK_SENSE_NORMAL);
    kk_rules_fini(&r);
}
END_TEST

static void know(struct kk_ref *ref, const char *code, const char *const texts[4])
{
    static const size_t fields[] = { KK_REF_INDICATORS_SENSITIVITY, KK_REF_INDICATORS_KIND,
                                     KK_REF_INDICATORS_ADDITIVE, KK_REF_INDICATORS_TIER };
    struct kk_ref_entry *entry;

    ck_assert_int_eq(kk_ref_add(ref, KK_REF_INDICATORS, kk_slice_text(code), kk_slice("", 0),
                                &entry),
                     0);
    for (size_t i = 0; i < KK_COUNT(fields); i++)
        ck_assert_int_eq(kk_ref_set(ref, KK_REF_INDICATORS, entry, fields[i],
                                    kk_slice_text(texts[i])),
                         0);
}

START_TEST(reference_data_stand_under_the_file)
{
    static const struct {
        const char *code, *texts[4];
        enum kk_guard_sense sense;
        enum kk_guard_tier tier;
        bool apart;
    } rows[] = {
        { "a", { "normal", "count", "yes", "pub" }, KK_SENSE_NORMAL, KK_TIER_PUB, false },
        { "b", { "normal", "rate", "no", "int" }, KK_SENSE_OPEN, KK_TIER_INT, true },
        { "c", { "abuse", "rate", "no", "r" }, KK_SENSE_ABUSE, KK_TIER_WARD, true },
        { "d", { "small", "count", "yes", "" }, KK_SENSE_SMALL, KK_TIER_PUB, false },
        { "e", { "office", "count", "yes", "pub" }, KK_SENSE_OFFICES, KK_TIER_PUB, false },
    };
    struct kk_guard_indicator found;
    struct kk_rules r;
    struct kk_ref ref;

    kk_ref_init(&ref);
    for (size_t i = 0; i < KK_COUNT(rows); i++)
        know(&ref, rows[i].code, rows[i].texts);
    kk_ref_sort(&ref);
    read_rules(&r, "[indicator]\n* = abuse\nd = open\n");
    ck_assert_int_eq(kk_rules_reference(&r, &ref), 0);
    kk_ref_fini(&ref);
    for (size_t i = 0; i < KK_COUNT(rows); i++) {
        bool named = strcmp(rows[i].code, "d") == 0;

        kk_rules_indicator(&r, kk_slice_text(rows[i].code), &found);
        ck_assert(found.declared && found.tier == rows[i].tier && found.apart == rows[i].apart);
        ck_assert_int_eq(found.sense, named ? KK_SENSE_OPEN : rows[i].sense);
    }
    kk_rules_indicator(&r, kk_slice_text("f"), &found);
    ck_assert_int_eq(found.sense, KK_SENSE_ABUSE);
    kk_rules_fini(&r);
}
END_TEST

/* [DC-8] */
START_TEST(working_figures_have_their_places)
{
    static const struct {
        const char *area, *status;
        struct kk_guard_indicator said;
        const char *scopes[3];
    } rows[] = {
        { "14130", "", { .sense = KK_SENSE_NORMAL }, { "pub", "int" } },
        { "14130", "t", { .sense = KK_SENSE_NORMAL }, { "int" } },
        { "14133", "", { .sense = KK_SENSE_NORMAL }, { "pub", "int", "r:14133" } },
        { "14133-01", "p", { .sense = KK_SENSE_NORMAL }, { "pub", "int", "r:14133" } },
        { "14133-01", "", { .sense = KK_SENSE_ABUSE }, { "r:14133" } },
        { "14133-0000001", "", { .sense = KK_SENSE_NORMAL }, { "r:14133" } },
        { "14133", "", { .sense = KK_SENSE_OPEN, .tier = KK_TIER_WARD }, { "r:14133" } },
        { "14130", "", { .sense = KK_SENSE_OPEN, .tier = KK_TIER_WARD }, { NULL } },
    };
    struct kk_rules r;

    ck_assert_int_eq(kk_rules_init(&r), 0);
    for (size_t i = 0; i < KK_COUNT(rows); i++) {
        struct kk_obs obs = { .area = kk_slice_text(rows[i].area),
                              .status = kk_slice_text(rows[i].status) };
        uint32_t want = 0;

        for (size_t k = 0; k < KK_COUNT(rows[i].scopes) && rows[i].scopes[k]; k++)
            want |= kk_eyes_of(kk_slice_text(rows[i].scopes[k]));
        ck_assert_uint_eq(kk_scopes_of_row(&r, &rows[i].said, &obs), want);
    }
    kk_rules_fini(&r);
}
END_TEST

static const struct {
    const char *text, *where;
} bad[] = {
    { "[publ]\nnormal = ward\n", "f:2" },
    { "[pub]\nnormall = ward\n", "f:2" },
    { "[pub]\nnormal = house 5:5\n", "f:2" },
    { "[pub]\n\nnormal = ward 5\n", "f:3" },
    { "[pub]\nnormal = ward 5:1\n", "f:2" },
    { "[pub]\nnormal = ward 5:x\n", "f:2" },
    { "[pub]\nnormal = ward -5:10\n", "f:2" },
    { "[pub]\nnormal = ward 5:10 25000:5\n", "f:2" },
    { "[pub]\nnormal = ward 7:9 6:9 5:9 4:9 3:9 2:9 1:9\n", "f:2" },
    { "[indicator]\na = secret\n", "f:2" },
    { "[indicator]\na = open everywhere\n", "f:2" },
    { "[population]\narea = a\n", "f:2" },
    { "[areas]\n14133 = 14133-01\n", "f:2" },
    { "[sum]\na = b\n", "f:2" },
    { "[same]\na = b c\n", "f:2" },
    { "[rate]\na = b c\n", "f:2" },
    { "[rate]\na = b c none\n", "f:2" },
    { "[rate]\na = b\tc\t0\n", "f:2" },
    { "[parts]\nkind = some\n", "f:2" },
    { "[pub\nnormal = ward\n", "f:1" },
};

START_TEST(wrong_settings_name_their_line)
{
    struct kk_error err = { 0 };
    struct kk_rules r;

    ck_assert_int_eq(kk_rules_init(&r), 0);
    ck_assert_int_eq(kk_rules_read(&r, kk_slice_text(bad[_i].text), "f", &err), KK_E_CONFIG);
    ck_assert_str_eq(err.where, bad[_i].where);
    ck_assert(err.detail[0] && err.detail_ja[0]);
    kk_rules_fini(&r);
}
END_TEST

START_TEST(areas_have_levels)
{
    ck_assert_int_eq(kk_guard_level(kk_slice_text("14130")), KK_LEVEL_CITY);
    ck_assert_int_eq(kk_guard_level(kk_slice_text("14133")), KK_LEVEL_WARD);
    ck_assert_int_eq(kk_guard_level(kk_slice_text("M1404")), KK_LEVEL_WARD);
    ck_assert_int_eq(kk_guard_level(kk_slice_text("14133-01")), KK_LEVEL_AREA);
    ck_assert_int_eq(kk_guard_level(kk_slice_text("14133-0000001")), KK_LEVEL_TOWN);
}
END_TEST

START_TEST(scopes_by_tier_and_area)
{
    struct kk_slice city = kk_slice_text("14130"), ward = kk_slice_text("14133");
    struct kk_slice area = kk_slice_text("14133-01"), town = kk_slice_text("14133-0000001");
    uint32_t own = kk_eyes_of(kk_slice_text("r:14133"));
    uint32_t other = kk_eyes_of(kk_slice_text("r:14136"));
    uint32_t all = KK_EYES_PUB | KK_EYES_INT | own | other;
    struct kk_rules r;

    ck_assert_int_eq(kk_rules_init(&r), 0);
    ck_assert_uint_eq(kk_scopes_of_tier(KK_TIER_PUB) & all, all);
    ck_assert_uint_eq(kk_scopes_of_tier(KK_TIER_INT) & all, all & ~KK_EYES_PUB);
    ck_assert_uint_eq(kk_scopes_of_tier(KK_TIER_WARD) & all, own | other);
    ck_assert_uint_eq(kk_scopes_of_area(&r, KK_SENSE_SMALL, city) & all, all);
    ck_assert_uint_eq(kk_scopes_of_area(&r, KK_SENSE_SMALL, ward) & all, all);
    ck_assert_uint_eq(kk_scopes_of_area(&r, KK_SENSE_SMALL, area) & all, own);
    ck_assert_uint_eq(kk_scopes_of_area(&r, KK_SENSE_NORMAL, area) & all, all);
    ck_assert_uint_eq(kk_scopes_of_area(&r, KK_SENSE_NORMAL, town) & all, own);
    kk_rules_fini(&r);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("rules", &s);

    tcase_add_test(c, thresholds_go_by_residents);
    tcase_add_test(c, a_file_stands_over_the_defaults);
    tcase_add_test(c, reference_data_stand_under_the_file);
    tcase_add_test(c, scopes_by_tier_and_area);
    tcase_add_test(c, working_figures_have_their_places);
    tcase_add_loop_test(c, wrong_settings_name_their_line, 0, (int)KK_COUNT(bad));
    tcase_add_test(c, areas_have_levels);
    return s;
}
