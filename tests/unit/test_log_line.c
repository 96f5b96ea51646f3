/* daemon/log/log.c: lines of pairs, for the journal and as JSON, whatever the values hold. */
#include "unit.h"

#include "log/log.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static char line[4096];

/* One event with two pairs; gives the line. */
static const char *write_line(enum kk_log_format format, const char *text, int64_t number)
{
    FILE *to = fmemopen(line, sizeof(line), "w");
    struct kk_log log = { to, format };

    ck_assert_ptr_nonnull(to);
    kk_log(&log, KK_LOG_REJECTED, KK_LOG_TEXT("file", text), KK_LOG_INT("count", number));
    ck_assert_int_eq(fclose(to), 0);
    return line;
}

START_TEST(as_the_journal_wants_it)
{
    ck_assert_str_eq(write_line(KK_LOG_PLAIN, "a.kkyb", 7), "<4>rejected file=a.kkyb count=7\n");
    ck_assert_str_eq(write_line(KK_LOG_PLAIN, "", -7), "<4>rejected file=\"\" count=-7\n");
    ck_assert_str_eq(write_line(KK_LOG_PLAIN, "a b=\"c\"\n<3>x", 0),
                     "<4>rejected file=\"a b=\\x22c\\x22\\x0a<3>x\" count=0\n");
    ck_assert_str_eq(write_line(KK_LOG_PLAIN, "区", 0),
                     "<4>rejected file=\"\\xe5\\x8c\\xba\" count=0\n");
}
END_TEST

START_TEST(as_an_object_a_line)
{
    static const char *const texts[] = { "a.kkyb", "", "a \"b\" \\ \n\t\x01", "区局 𠮷" };

    for (size_t i = 0; i < KK_COUNT(texts); i++) {
        const char *got = write_line(KK_LOG_JSON, texts[i], INT64_MAX);
        json_t *j = json_loads(got, JSON_REJECT_DUPLICATES, NULL);

        ck_assert_msg(j != NULL, "%s", got);
        ck_assert_ptr_eq(strchr(got, '\n'), got + strlen(got) - 1);
        ck_assert_str_eq(json_string_value(json_object_get(j, "file")), texts[i]);
        ck_assert_int_eq(json_integer_value(json_object_get(j, "count")), INT64_MAX);
        ck_assert_str_eq(json_string_value(json_object_get(j, "event")), "rejected");
        ck_assert_int_eq(json_integer_value(json_object_get(j, "level")), 4);
        ck_assert_uint_eq(strlen(json_string_value(json_object_get(j, "time"))), 24);
        json_decref(j);
    }
}
END_TEST

START_TEST(bytes_that_are_no_text_and_lines_that_are_too_long)
{
    char text[3000];
    json_t *j = json_loads(write_line(KK_LOG_JSON, "a\xff\x80z", 1), 0, NULL);

    ck_assert_ptr_nonnull(j);
    ck_assert_str_eq(json_string_value(json_object_get(j, "file")), "a\xef\xbf\xbd\xef\xbf\xbdz");
    json_decref(j);
    for (size_t len = 1900; len < sizeof(text); len++) {
        memset(text, 'x', len);
        text[len] = '\0';
        j = json_loads(write_line(KK_LOG_JSON, text, 1), 0, NULL);
        ck_assert_msg(j != NULL, "%zu: %s", len, line);
        json_decref(j);
    }
    ck_assert_str_eq(write_line(KK_LOG_PLAIN, text, 1), "<4>rejected\n");
}
END_TEST

START_TEST(formats_by_name)
{
    enum kk_log_format format = KK_LOG_PLAIN;

    ck_assert(kk_log_format_parse("json", &format) && format == KK_LOG_JSON);
    ck_assert(kk_log_format_parse("text", &format) && format == KK_LOG_PLAIN);
    ck_assert(!kk_log_format_parse("JSON", &format) && !kk_log_format_parse("", &format));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("log_line", &s);

    tcase_add_test(c, as_the_journal_wants_it);
    tcase_add_test(c, as_an_object_a_line);
    tcase_add_test(c, bytes_that_are_no_text_and_lines_that_are_too_long);
    tcase_add_test(c, formats_by_name);
    return s;
}
