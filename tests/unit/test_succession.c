/* client/model/succession.c: where the series of an area breaks, and what goes on there. [DA-2] */
#include "unit.h"

#include "model/succession.h"

#include <stdio.h>

/* 01 was split into 02 and 03; 03 and 04 were joined to 05. 06 got another name. 07 ended. */
static const struct {
    const char *code, *from, *last, *to;
} rows[] = {
    { "14133-01", "2000-04-01", "2010-03-31", "14133-02;14133-03" },
    { "14133-02", "2010-04-01", "", "" },
    { "14133-03", "2010-04-01", "2020-03-31", "14133-05" },
    { "14133-04", "2000-04-01", "2020-03-31", "14133-05" },
    { "14133-05", "2020-04-01", "", "" },
    { "14133-06", "2000-04-01", "2010-03-31", "" },
    { "14133-06", "2010-04-01", "", "" },
    { "14133-07", "2000-04-01", "2010-03-31", "" },
};

static void fill(struct kk_ref *ref)
{
    kk_ref_init(ref);
    for (size_t i = 0; i < KK_COUNT(rows); i++) {
        struct kk_ref_entry *e;

        ck_assert_int_eq(kk_ref_add(ref, KK_REF_AREAS, kk_slice_text(rows[i].code),
                                    kk_slice_text(rows[i].from), &e),
                         0);
        ck_assert_int_eq(kk_ref_set(ref, KK_REF_AREAS, e, KK_REF_AREAS_VALID_TO,
                                    kk_slice_text(rows[i].last)),
                         0);
        ck_assert_int_eq(kk_ref_set(ref, KK_REF_AREAS, e, KK_REF_AREAS_SUCCESSORS,
                                    kk_slice_text(rows[i].to)),
                         0);
    }
    kk_ref_sort(ref);
}

static const struct {
    const char *area, *breaks, *line;
} cases[] = {
    { "14133-01", "14133-01>14133-02;14133-03 ", "14133-01 14133-02 14133-03 14133-05 14133-04 " },
    { "14133-02", "14133-01>14133-02;14133-03 ", "14133-02 14133-01 14133-03 14133-05 14133-04 " },
    { "14133-03", "14133-01>14133-02;14133-03 14133-03>14133-05 ",
      "14133-03 14133-01 14133-02 14133-05 14133-04 " },
    { "14133-05", "14133-03>14133-05 14133-04>14133-05 ",
      "14133-05 14133-03 14133-04 14133-01 14133-02 " },
    { "14133-06", "", "14133-06 " },
    { "14133-07", "14133-07> ", "14133-07 " },
    { "14133-0", "", "14133-0 " },
};

static int note(void *user, const struct kk_succession *s)
{
    return kk_bytes_format(user, "%.*s>%.*s ", (int)s->from.len, (const char *)s->from.data,
                           (int)s->to.len, s->to.len ? (const char *)s->to.data : "");
}

START_TEST(breaks_are_found_on_both_sides)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes breaks = { 0 }, line = { 0 };
    struct kk_slice areas[KK_SUCCESSION_AREAS], area = kk_slice_text(cases[_i].area);
    KK_AUTO_FINI(kk_ref) struct kk_ref ref;

    fill(&ref);
    ck_assert_int_eq(kk_succession_each(&ref, area, note, &breaks), 0);
    unit_assert_slice(kk_bytes_slice(&breaks), kk_slice_text(cases[_i].breaks));
    size_t count = kk_succession_line(&ref, area, areas);
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(kk_bytes_format(&line, "%.*s ", (int)areas[i].len,
                                         (const char *)areas[i].data),
                         0);
    unit_assert_slice(kk_bytes_slice(&line), kk_slice_text(cases[_i].line));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("succession", &suite);

    tcase_add_loop_test(c, breaks_are_found_on_both_sides, 0, KK_COUNT(cases));
    return suite;
}
