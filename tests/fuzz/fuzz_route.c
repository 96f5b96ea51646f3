/*
 * A request of the page: method, Host, path, a pair of the query and a body, a line each. Whatever
 * is asked for, the door gives one verdict, and what a route makes of it is a line that the command
 * line's own parser takes or refuses, with no option of every command and no file of the machine.
 */
#include "fuzz.h"

#include "cmd/route.h"
#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"

/* What must never come from a request. */
static const char *const closed[] = { "home", "config", "passphrase-file", "json", "lang",
                                      "progress", "quiet", "verbose", "version", "help" };

static void fill(void *self, void *bytes, size_t len)
{
    memset(bytes, *(const uint8_t *)self, len);
}

static void check_door(const struct kk_door_head *head)
{
    static const uint8_t seed = 7;
    struct kk_entropy entropy = { .fill = fill, .self = (void *)(uintptr_t)&seed };
    struct kk_door d;
    enum kk_door_way way;

    kk_door_init(&d, &entropy);
    d.port = 80;
    int r = kk_door_check(&d, head, &way, NULL);
    kk_assert(r == 0 || r == KK_E_PAGE_HOST || r == KK_E_PAGE_METHOD || r == KK_E_PAGE_SESSION ||
              r == KK_E_PAGE_ORIGIN);
    kk_assert(r < 0 || way != KK_DOOR_API); /* nobody can guess the key */
    kk_assert(!kk_door_open(&d, head->cookie));
}

static void check_words(const struct kk_route_words *w)
{
    struct kk_parsed parsed;
    const char *argv[KK_PARSE_WORDS_MAX + 1] = { "kukyoku" };

    for (int i = 0; i < w->count; i++) {
        kk_assert(kk_utf8_valid(kk_slice_text(w->words[i])));
        argv[i + 1] = w->words[i];
    }
    if (kk_parse(w->count + 1, argv, KK_LANG_EN, &parsed, NULL) < 0)
        return;
    for (size_t i = 0; i < parsed.given_count; i++) {
        const struct kk_given *g = &parsed.given[i];

        for (size_t k = 0; k < KK_COUNT(closed); k++)
            kk_assert(strcmp(g->option->name, closed[k]) != 0);
        if (strcmp(g->option->value, "FILE") == 0)
            kk_assert(strcmp(g->value, "-") == 0);
    }
}

static void check_route(const struct kk_serve_request *q)
{
    struct kk_route_words w;
    struct kk_route_match match;

    if (kk_route_find(q->method, q->path, &match, NULL) < 0 || !match.route.command)
        return;
    kk_route_words_init(&w);
    if (kk_route_line(&w, &match, q, NULL) == 0)
        check_words(&w);
    kk_route_words_fini(&w);
}

/* The next line of the input, as a text of its own. */
static char *take_line(struct kk_slice *rest)
{
    const uint8_t *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;
    size_t len = end ? (size_t)(end - rest->data) : rest->len;
    char *line = kk_text_dup((const char *)rest->data, len);

    kk_assert(line);
    *rest = kk_slice(rest->data + len + (end != NULL), rest->len - len - (end != NULL));
    return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kk_slice rest = kk_slice(size ? data + 1 : data, size ? size - 1 : 0);
    char *lines[4];
    struct kk_serve_request q = { .method = size ? (enum kk_serve_method)(data[0] % 5) : 0 };

    for (size_t i = 0; i < KK_COUNT(lines); i++)
        lines[i] = take_line(&rest);
    check_door(&(struct kk_door_head){ .method = q.method, .path = lines[1], .host = lines[0],
                                       .origin = lines[2], .cookie = lines[2], .key = lines[3] });
    if (kk_door_decode(lines[1]) && kk_door_decode(lines[2]) && kk_door_decode(lines[3])) {
        q.path = lines[1];
        q.body = rest;
        q.query_count = lines[2][0] != '\0';
        q.query[0] = (struct kk_serve_pair){ lines[2], lines[3] };
        check_route(&q);
    }
    for (size_t i = 0; i < KK_COUNT(lines); i++)
        kk_free(lines[i]);
    return 0;
}
