/* client/link/endpoint.c: what is an endpoint and what is not. */
#include "link/endpoint.h"
#include "unit.h"

struct sample {
    const char *text, *host, *port; /* host NULL: refused */
};
static const struct sample samples[] = {
    { "127.0.0.1:7480", "127.0.0.1", "7480" },
    { "daemon.city.example:1", "daemon.city.example", "1" },
    { "[::1]:65535", "::1", "65535" },
    { "[fe80::1%eth0]:7480", "fe80::1%eth0", "7480" },
    { "", NULL, NULL },
    { "host", NULL, NULL },
    { "host:", NULL, NULL },
    { ":7480", NULL, NULL },
    { "[]:7480", NULL, NULL },
    { "::1:7480", NULL, NULL },
    { "host:0", NULL, NULL },
    { "host:65536", NULL, NULL },
    { "host:99999", NULL, NULL },
    { "host:123456", NULL, NULL },
    { "host:74a0", NULL, NULL },
    { "host:-1", NULL, NULL },
    { "host: 80", NULL, NULL },
};

START_TEST(samples_as_expected)
{
    const struct sample *s = &samples[_i];
    struct kk_endpoint e;

    ck_assert_msg(kk_endpoint_parse(s->text, &e) == (s->host != NULL), "%s", s->text);
    if (!s->host)
        return;
    ck_assert_str_eq(e.host, s->host);
    ck_assert_str_eq(e.port, s->port);
}
END_TEST

START_TEST(an_over_long_host)
{
    char text[300];
    struct kk_endpoint e;

    memset(text, 'a', sizeof(text));
    memcpy(text + 253, ":1", 3);
    ck_assert(kk_endpoint_parse(text, &e));
    memset(text, 'a', sizeof(text));
    memcpy(text + 254, ":1", 3);
    ck_assert(!kk_endpoint_parse(text, &e));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite;
    TCase *c = unit_case("endpoint", &suite);

    tcase_add_loop_test(c, samples_as_expected, 0, (int)KK_COUNT(samples));
    tcase_add_test(c, an_over_long_host);
    return suite;
}
