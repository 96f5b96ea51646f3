/* client/cmd: from a request of the page to a command line (route.c, routes.def). */
#include "unit.h"

#include "cmd/route.h"

#include <stdio.h>

/* Those of the page itself stand behind those of commands. */
enum { OWN = 0 KK_PAGE_ROUTES(KK_ROUTE_COUNT_ONE) };

START_TEST(every_row_is_a_command_or_the_page_s_own)
{
    struct kk_route all[KK_ROUTES_MAX];

    kk_route_list(all);
    for (size_t i = 0; i < KK_ROUTES_MAX; i++) {
        struct kk_route_match match;

        ck_assert_int_eq(kk_route_find(all[i].method, all[i].path, &match, NULL), 0);
        ck_assert_str_eq(match.route.path, all[i].path);
        ck_assert_ptr_eq(match.route.command, all[i].command);
        ck_assert_str_eq(match.rest, "");
        ck_assert(all[i].command || i >= KK_ROUTES_MAX - OWN);
        ck_assert_int_eq(kk_route_body_max(&all[i]) > 0, all[i].method != KK_SERVE_GET);
    }
}
END_TEST

static void check_left_out(const struct kk_route *route, const char *name, size_t len)
{
    for (size_t i = 0; i < route->command->option_count; i++) {
        const struct kk_option_row *o = &route->command->options[i];

        if (strlen(o->name) == len && memcmp(o->name, name, len) == 0) {
            ck_assert(!kk_route_takes(route, o));
            return;
        }
    }
    ck_abort_msg("%s: without %.*s", route->path, (int)len, name);
}

/* It must be an option of that command, or a slip of the pen opens what was meant shut. */
START_TEST(what_is_left_out_is_there)
{
    struct kk_route all[KK_ROUTES_MAX];

    kk_route_list(all);
    for (size_t i = 0; i < KK_ROUTES_MAX; i++) {
        for (const char *at = all[i].without; *at; at += strspn(at, " ")) {
            size_t len = strcspn(at, " ");

            check_left_out(&all[i], at, len);
            at += len;
        }
    }
}
END_TEST

/* No address takes the name of a file or folder, under whatever option. */
START_TEST(no_place_of_the_machine)
{
    struct kk_route all[KK_ROUTES_MAX];

    kk_route_list(all);
    for (size_t i = 0; i < KK_ROUTES_MAX; i++) {
        for (size_t k = 0; all[i].command && k < all[i].command->option_count; k++) {
            const struct kk_option_row *o = &all[i].command->options[k];

            if (strstr(o->value, "FILE") || strstr(o->value, "DIR"))
                ck_assert_msg(!kk_route_takes(&all[i], o), "%s --%s", all[i].path, o->name);
        }
    }
}
END_TEST

START_TEST(addresses)
{
    static const struct {
        enum kk_serve_method method;
        const char *path;
        int r;
        const char *rest, *allow;
    } cases[] = {
        { KK_SERVE_GET, "status", 0, "", "GET" },
        { KK_SERVE_GET, "status/", 0, "", "GET" },
        { KK_SERVE_GET, "issue/show/ab/cd", 0, "ab/cd", "GET" },
        { KK_SERVE_GET, "karte/14133-01", 0, "14133-01", "GET, POST" },
        { KK_SERVE_GET, "karte.csv/14133-01", 0, "14133-01", "GET" },
        { KK_SERVE_POST, "karte.csv", KK_E_PAGE_METHOD, NULL, "GET" },
        { KK_SERVE_GET, "issue/new", KK_E_PAGE_METHOD, NULL, "POST" },
        { KK_SERVE_PUT, "sync", KK_E_PAGE_METHOD, NULL, "GET, POST" },
        { KK_SERVE_POST, "record/import/voice", KK_E_PAGE_METHOD, NULL, "PUT" },
        { KK_SERVE_GET, "", KK_E_PAGE_ROUTE, NULL, NULL },
        { KK_SERVE_GET, "issue", KK_E_PAGE_ROUTE, NULL, NULL },
        { KK_SERVE_GET, "statusx", KK_E_PAGE_ROUTE, NULL, NULL },
        { KK_SERVE_GET, "/status", KK_E_PAGE_ROUTE, NULL, NULL },
        { KK_SERVE_GET, "authority/init", KK_E_PAGE_ROUTE, NULL, NULL },
    };

    for (size_t i = 0; i < KK_COUNT(cases); i++) {
        struct kk_route_match match;
        struct kk_error err = { 0 };

        ck_assert_int_eq(kk_route_find(cases[i].method, cases[i].path, &match, &err), cases[i].r);
        ck_assert_int_eq(err.fault, cases[i].r);
        if (cases[i].rest)
            ck_assert_str_eq(match.rest, cases[i].rest);
        ck_assert_pstr_eq(match.allow, cases[i].allow);
    }
}
END_TEST

/* The words of a request, with a blank between; the fault in brackets. */
static const char *line_of(enum kk_serve_method method, const char *path, const char *query,
                           const char *body)
{
    static char text[512];
    KK_AUTO_FINI(kk_route_words) struct kk_route_words w;
    struct kk_serve_request q = { .method = method, .path = path,
                                  .body = kk_slice_text(body ? body : "") };
    struct kk_route_match match;
    char name[64] = "", value[64] = "";
    size_t len = 0;

    ck_assert_int_eq(kk_route_find(method, path, &match, NULL), 0);
    if (query && sscanf(query, "%63[^=]=%63[^\n]", name, value) > 0)
        q.query[q.query_count++] = (struct kk_serve_pair){ name, value };
    kk_route_words_init(&w);
    int r = kk_route_line(&w, &match, &q, NULL);
    if (r < 0) {
        snprintf(text, sizeof text, "[E%d]", -r);
        return text;
    }
    for (int i = 0; i < w.count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i ? " " : "", w.words[i]);
    if (w.fields.len)
        snprintf(text + len, sizeof text - len, " %.*s", (int)w.fields.len,
                 (const char *)w.fields.data);
    return text;
}

START_TEST(lines)
{
    static const struct {
        enum kk_serve_method method;
        const char *path, *query, *body, *want;
    } cases[] = {
        { KK_SERVE_GET, "status", NULL, NULL, "status --" },
        { KK_SERVE_GET, "issue/show/ab", NULL, NULL, "issue show -- ab" },
        { KK_SERVE_GET, "issue/show/-x", NULL, NULL, "issue show -- -x" },
        { KK_SERVE_GET, "record/list/voice", "area=14133-01", NULL,
          "record list --area=14133-01 -- voice" },
        { KK_SERVE_GET, "record/list/voice", "open", NULL, "record list --open -- voice" },
        { KK_SERVE_GET, "record/list/voice", "open=true", NULL, "record list --open -- voice" },
        { KK_SERVE_GET, "record/list/voice", "open=0", NULL, "record list -- voice" },
        { KK_SERVE_GET, "record/list/voice", "open=yes", NULL, "[E7001]" },
        { KK_SERVE_GET, "record/list/voice", "home=/", NULL, "[E7001]" },
        { KK_SERVE_GET, "record/list/voice", "dry-run", NULL, "[E7001]" },
        { KK_SERVE_GET, "karte/14133", "out=x", NULL, "[E7001]" },
        { KK_SERVE_GET, "karte/14133", "extract", NULL, "[E7001]" },
        { KK_SERVE_GET, "karte.csv/14133", NULL, NULL, "karte --format=csv --out=- -- 14133" },
        { KK_SERVE_GET, "record/export.csv/voice", NULL, NULL, "record export -- voice -" },
        { KK_SERVE_PUT, "record/import/voice", "dry-run", "a,b",
          "record import --dry-run -- voice -" },
        { KK_SERVE_PUT, "audit/verify", NULL, "x", "audit verify -- -" },
        { KK_SERVE_GET, "audit/verify", NULL, NULL, "audit verify --" },
        { KK_SERVE_GET, "receipt/verify/ab", NULL, NULL, "receipt verify -- ab" },
        { KK_SERVE_POST, "issue/new", NULL, NULL, "issue new --" },
        { KK_SERVE_POST, "issue/new", NULL, "{\"fields\":{\"title\":\"題\"}}",
          "issue new --file=- -- {\"title\":\"題\"}" },
        { KK_SERVE_POST, "record/resolve/ab", NULL,
          "{\"options\":{\"take\":[\"title=2\",\"note=1\"]}}",
          "record resolve --take=title=2 --take=note=1 -- ab" },
        { KK_SERVE_POST, "karte/14133", NULL, "{\"options\":{\"year\":2026,\"dry-run\":true}}",
          "karte --extract --year=2026 --dry-run -- 14133" },
        { KK_SERVE_POST, "record/share/ab", NULL, "{\"fields\":{}}", "[E8006]" },
        { KK_SERVE_POST, "issue/new", NULL, "{\"options\":{\"set\":null}}", "[E8006]" },
        { KK_SERVE_POST, "issue/new", NULL, "{\"options\":{\"set\":1.5}}", "[E8006]" },
        { KK_SERVE_POST, "issue/new", NULL, "{\"options\":{\"file\":\"x\"}}", "[E7001]" },
        { KK_SERVE_POST, "issue/new", NULL, "{\"options\":{\"json\":true}}", "[E7001]" },
        { KK_SERVE_POST, "issue/new", NULL, "[]", "[E8006]" },
        { KK_SERVE_POST, "issue/new", NULL, "{}{}", "[E8006]" },
    };

    for (size_t i = 0; i < KK_COUNT(cases); i++)
        ck_assert_str_eq(line_of(cases[i].method, cases[i].path, cases[i].query, cases[i].body),
                         cases[i].want);
}
END_TEST

START_TEST(too_many_words)
{
    char body[4096] = "{\"options\":{\"set\":[\"a=1\"";
    size_t len = strlen(body);

    for (int i = 0; i < KK_PARSE_WORDS_MAX; i++)
        len += (size_t)snprintf(body + len, sizeof body - len, ",\"a=1\"");
    snprintf(body + len, sizeof body - len, "]}}");
    ck_assert_str_eq(line_of(KK_SERVE_POST, "issue/new", NULL, body), "[E8006]");
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("route", &s);

    tcase_add_test(c, every_row_is_a_command_or_the_page_s_own);
    tcase_add_test(c, what_is_left_out_is_there);
    tcase_add_test(c, no_place_of_the_machine);
    tcase_add_test(c, addresses);
    tcase_add_test(c, lines);
    tcase_add_test(c, too_many_words);
    return s;
}
