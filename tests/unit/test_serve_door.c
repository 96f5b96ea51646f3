/* client/serve: who may speak to the page's server, and its files (door.c, asset.c). */
#include "unit.h"

#include "serve/asset.h"
#include "serve/door.h"

#include <stdio.h>

#define PORT 54321

static struct kk_door made(uint64_t seed)
{
    struct unit_entropy entropy;
    struct kk_door d;

    unit_entropy_init(&entropy, seed);
    kk_door_init(&d, &entropy.entropy);
    d.port = PORT;
    return d;
}

static struct kk_door_head good_head(const struct kk_door *d, enum kk_serve_method method)
{
    return (struct kk_door_head){ .method = method, .path = "/api/status",
                                  .host = "127.0.0.1:54321", .origin = "http://127.0.0.1:54321",
                                  .site = "same-origin", .cookie = d->cookie, .key = d->key };
}

static int check_of(const struct kk_door *d, const struct kk_door_head *head)
{
    struct kk_error err = { 0 };
    enum kk_door_way way;
    int r = kk_door_check(d, head, &way, &err);

    ck_assert_int_eq(err.fault, r);
    return r;
}

START_TEST(secrets_are_apart_and_whole)
{
    struct kk_door a = made(1), b = made(2);
    char name[KK_DOOR_NAME];

    ck_assert_uint_eq(strlen(a.token), 64);
    ck_assert_uint_eq(strlen(a.cookie), 64);
    ck_assert_uint_eq(strlen(a.key), 64);
    ck_assert_str_ne(a.token, a.cookie);
    ck_assert_str_ne(a.cookie, a.key);
    ck_assert_str_ne(a.cookie, b.cookie);
    kk_door_cookie_name(&a, name);
    ck_assert_str_eq(name, "kukyoku-54321");
    kk_door_fini(&a);
    ck_assert_uint_eq(a.key[0], 0);
}
END_TEST

START_TEST(whole_requests_pass)
{
    static const struct {
        const char *path;
        enum kk_door_way way;
    } ways[] = { { "/", KK_DOOR_FILE },           { "/page.js", KK_DOOR_FILE },
                 { "/api", KK_DOOR_FILE },        { "/apix/status", KK_DOOR_FILE },
                 { "/open", KK_DOOR_OPEN },       { "/open/", KK_DOOR_FILE },
                 { "/api/status", KK_DOOR_API },  { "/api/", KK_DOOR_API } };
    struct kk_door d = made(1);

    for (size_t i = 0; i < KK_COUNT(ways); i++) {
        struct kk_door_head head = good_head(&d, KK_SERVE_GET);
        enum kk_door_way way;

        head.path = ways[i].path;
        ck_assert_int_eq(kk_door_check(&d, &head, &way, NULL), 0);
        ck_assert_int_eq(way, ways[i].way);
        if (way == KK_DOOR_API)
            continue;
        head.cookie = head.key = head.origin = head.site = NULL; /* nobody's data: nothing asked */
        ck_assert_int_eq(kk_door_check(&d, &head, &way, NULL), 0);
    }
}
END_TEST

START_TEST(another_host_is_refused_first)
{
    static const char *const hosts[] = {
        NULL, "", "127.0.0.1", "127.0.0.1:5432", "127.0.0.1:543210", "127.0.0.1:54321.",
        "127.0.0.1:54321 ", "LOCALHOST:54321", "localhost", "127.1:54321", "[::1]:54321",
        "127.0.0.1.evil.example:54321", "evil.example:54321", "http://127.0.0.1:54321",
    };
    struct kk_door d = made(1);

    for (size_t i = 0; i < KK_COUNT(hosts); i++) {
        struct kk_door_head head = good_head(&d, KK_SERVE_OTHER);

        head.host = hosts[i];
        ck_assert_int_eq(check_of(&d, &head), KK_E_PAGE_HOST);
        head.path = "/";
        ck_assert_int_eq(check_of(&d, &head), KK_E_PAGE_HOST);
    }
}
END_TEST

START_TEST(methods)
{
    static const struct {
        enum kk_serve_method method;
        const char *path;
        int r;
    } cases[] = {
        { KK_SERVE_HEAD, "/", 0 },
        { KK_SERVE_HEAD, "/open", KK_E_PAGE_METHOD }, /* it would use the token up */
        { KK_SERVE_HEAD, "/api/status", KK_E_PAGE_METHOD },
        { KK_SERVE_POST, "/", KK_E_PAGE_METHOD },
        { KK_SERVE_POST, "/open", KK_E_PAGE_METHOD },
        { KK_SERVE_PUT, "/page.js", KK_E_PAGE_METHOD },
        { KK_SERVE_OTHER, "/api/status", KK_E_PAGE_METHOD },
        { KK_SERVE_POST, "/api/sync", 0 },
        { KK_SERVE_PUT, "/api/record/import", 0 },
    };
    struct kk_door d = made(1);

    for (size_t i = 0; i < KK_COUNT(cases); i++) {
        struct kk_door_head head = good_head(&d, cases[i].method);

        head.path = cases[i].path;
        ck_assert_int_eq(check_of(&d, &head), cases[i].r);
    }
}
END_TEST

START_TEST(the_session_is_cookie_and_key)
{
    struct kk_door d = made(1), other = made(2);
    const char *wrong[] = { NULL, "", other.cookie, d.token, "0" };

    for (size_t i = 0; i < KK_COUNT(wrong); i++) {
        struct kk_door_head head = good_head(&d, KK_SERVE_GET);

        head.cookie = wrong[i];
        ck_assert_int_eq(check_of(&d, &head), KK_E_PAGE_SESSION);
        head = good_head(&d, KK_SERVE_GET);
        head.key = wrong[i];
        ck_assert_int_eq(check_of(&d, &head), KK_E_PAGE_SESSION);
    }
}
END_TEST

START_TEST(another_origin_is_refused)
{
    static const char *const origins[] = { "null", "http://localhost:54321",
                                           "https://127.0.0.1:54321", "http://127.0.0.1",
                                           "http://127.0.0.1:54321.evil.example", "" };
    static const char *const sites[] = { "cross-site", "same-site", "none", "" };
    struct kk_door d = made(1);
    struct kk_door_head head;

    for (size_t i = 0; i < KK_COUNT(origins); i++) {
        head = good_head(&d, KK_SERVE_GET);
        head.origin = origins[i];
        ck_assert_int_eq(check_of(&d, &head), KK_E_PAGE_ORIGIN);
    }
    for (size_t i = 0; i < KK_COUNT(sites); i++) {
        head = good_head(&d, KK_SERVE_GET);
        head.site = sites[i];
        ck_assert_int_eq(check_of(&d, &head), KK_E_PAGE_ORIGIN);
    }
    head = good_head(&d, KK_SERVE_GET);
    head.origin = head.site = NULL; /* a browser says neither of its own reading */
    ck_assert_int_eq(check_of(&d, &head), 0);
    head.method = KK_SERVE_POST;
    ck_assert_int_eq(check_of(&d, &head), KK_E_PAGE_ORIGIN);
    head.host = "localhost:54321";
    head.origin = "http://localhost:54321";
    ck_assert_int_eq(check_of(&d, &head), 0);
}
END_TEST

START_TEST(a_token_works_once)
{
    struct kk_door d = made(1);
    char token[KK_DOOR_SECRET];

    snprintf(token, sizeof token, "%s", d.token);
    ck_assert(!kk_door_open(&d, NULL));
    ck_assert(!kk_door_open(&d, ""));
    ck_assert(!kk_door_open(&d, d.cookie));
    ck_assert(kk_door_open(&d, token));
    ck_assert(!kk_door_open(&d, token));
    ck_assert(!kk_door_open(&d, ""));
}
END_TEST

START_TEST(escapes)
{
    static const struct {
        const char *sent, *want; /* NULL: refused */
    } cases[] = {
        { "", "" },           { "/a/b", "/a/b" },   { "%2f", "/" },         { "%2F%2e", "/." },
        { "%e9%87%91", "金" }, { "%", NULL },        { "%4", NULL },         { "%zz", NULL },
        { "a%00b", NULL },    { "%ff", NULL },      { "%c0%80", NULL },     { "%ed%a0%80", NULL },
        { "%%41", NULL },     { "%2541", "%41" },   { "\xff", NULL },       { "+", "+" },
    };

    for (size_t i = 0; i < KK_COUNT(cases); i++) {
        char text[32];

        snprintf(text, sizeof text, "%s", cases[i].sent);
        ck_assert_int_eq(kk_door_decode(text), cases[i].want != NULL);
        if (cases[i].want)
            ck_assert_str_eq(text, cases[i].want);
    }
}
END_TEST

START_TEST(files_have_one_path_each)
{
    size_t count;
    const struct kk_asset *list = kk_asset_list(&count);

    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_eq(kk_asset_find(list[i].path), &list[i]);
        ck_assert_uint_eq(strlen(list[i].etag), 34);
        ck_assert(list[i].path[0] == '/' && list[i].type[0] && list[i].bytes.len > 0);
    }
    ck_assert_ptr_null(kk_asset_find(""));
    ck_assert_ptr_null(kk_asset_find("/../asset.c"));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s;
    TCase *c = unit_case("serve_door", &s);

    tcase_add_test(c, secrets_are_apart_and_whole);
    tcase_add_test(c, whole_requests_pass);
    tcase_add_test(c, another_host_is_refused_first);
    tcase_add_test(c, methods);
    tcase_add_test(c, the_session_is_cookie_and_key);
    tcase_add_test(c, another_origin_is_refused);
    tcase_add_test(c, a_token_works_once);
    tcase_add_test(c, escapes);
    tcase_add_test(c, files_have_one_path_each);
    return s;
}
