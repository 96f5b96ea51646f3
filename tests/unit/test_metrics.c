/* daemon/ops/metrics.c: the text that Prometheus reads, held against its own rules. */
#include "unit.h"

#include "ops/metrics.h"

#include <ctype.h>
#include <stdio.h>

static const struct row {
    const char *name, *label, *help;
} rows[] = {
#define ROW(NAME, name, TYPE, label, help) { name, label, help },
    KK_METRICS(ROW)
};

static unsigned count(const char *text, const char *what)
{
    unsigned n = 0;

    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        n++;
    return n;
}

START_TEST(every_number_once_under_its_head)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    struct kk_metrics m;
    char want[200];

    for (size_t i = 0; i < KK_METRIC_COUNT; i++)
        m.values[i] = (int64_t)i + 1000;
    m.values[0] = -7;
    ck_assert_int_eq(kk_metrics_print(&m, &text), 0);
    ck_assert_int_eq(kk_bytes_append(&text, "", 1), 0);
    for (size_t i = 0; i < KK_METRIC_COUNT; i++) {
        snprintf(want, sizeof(want), "# HELP kukyokud_%s ", rows[i].name);
        ck_assert_msg(count((const char *)text.data, want) == 1, "%s", want);
        snprintf(want, sizeof(want), "\nkukyokud_%s%s%s%s %lld\n", rows[i].name,
                 rows[i].label[0] ? "{" : "", rows[i].label, rows[i].label[0] ? "}" : "",
                 (long long)m.values[i]);
        ck_assert_msg(count((const char *)text.data, want) == 1, "%s", want);
    }
    ck_assert_uint_eq(count((const char *)text.data, "kukyokud_build_info{version=\""), 1);
    ck_assert_int_eq(text.data[text.len - 2], '\n');
}
END_TEST

START_TEST(names_are_names_and_stand_together)
{
    for (size_t i = 0; i < KK_METRIC_COUNT; i++) {
        for (const char *at = rows[i].name; *at; at++)
            ck_assert_msg(islower((unsigned char)*at) || *at == '_', "%s", rows[i].name);
        ck_assert_ptr_null(strpbrk(rows[i].help, "\\\n"));
        for (size_t k = 0; k + 1 < i; k++) /* of one name: neighbours, or none */
            ck_assert_msg(strcmp(rows[k].name, rows[i].name) != 0 ||
                              strcmp(rows[i - 1].name, rows[i].name) == 0,
                          "%s", rows[i].name);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("metrics", &s);

    tcase_add_test(c, every_number_once_under_its_head);
    tcase_add_test(c, names_are_names_and_stand_together);
    return s;
}
