/*
 * From a request of the page to a command line: routes.def says which address is which command, and
 * commands.def which options it takes. What comes out is read by the same parser as what a person
 * types, so that both are checked by the same code. Pure: nothing is run or opened here.
 */
#ifndef CMD_ROUTE_H
#define CMD_ROUTE_H

#include "cmd/parse.h"
#include "cmd/routes.def"
#include "serve/serve.h"

#include "kukyoku/base/arena.h"

#include <jansson.h>

enum kk_route_gives { KK_ROUTE_JSON, KK_ROUTE_CSV, KK_ROUTE_HTML, KK_ROUTE_PDF, KK_ROUTE_KKYB };
struct kk_route {
    enum kk_serve_method method;
    const char *path;
    const struct kk_command_row *command; /* NULL: one of KK_PAGE_ROUTES */
    const char *fixed;
    enum kk_route_gives gives;
    const char *without;
    size_t page; /* which one of those */
};
#define KK_ROUTE_COUNT_ONE(...) +1
#define KK_ROUTES_MAX (0 KK_ROUTES(KK_ROUTE_COUNT_ONE) KK_PAGE_ROUTES(KK_ROUTE_COUNT_ONE))
/* All rows of routes.def, R before O. */
void kk_route_list(struct kk_route ret[KK_ROUTES_MAX]);

struct kk_route_match {
    struct kk_route route;
    const char *rest;  /* of the path, behind the route's */
    const char *allow; /* the methods that the address knows; NULL: no such address. Static */
};
/*
 * The row whose path is the longest that begins `path` and whose method is asked for.
 * KK_E_PAGE_ROUTE; KK_E_PAGE_METHOD with allow filled.
 */
KK_MUST_USE int kk_route_find(enum kk_serve_method method, const char *path,
                              struct kk_route_match *ret, struct kk_error *err);
/* Does this address take that option of its command? */
bool kk_route_takes(const struct kk_route *route, const struct kk_option_row *option);
/* Takes a body of JSON, or (PUT) any bytes; 0: none. */
size_t kk_route_body_max(const struct kk_route *route);

#define KK_ROUTE_WORDS_BYTES (2 * 1024 * 1024)
struct kk_route_words {
    struct kk_arena arena;
    const char *words[KK_PARSE_WORDS_MAX];
    int count;
    struct kk_bytes fields; /* what stands for --file; empty: none */
};
void kk_route_words_init(struct kk_route_words *w);
void kk_route_words_fini(struct kk_route_words *w);
KK_DEFINE_FINI(kk_route_words)
/* Adds "word" or, with a value, "wordvalue". KK_E_PAGE_BODY for too many. */
KK_MUST_USE int kk_route_word(struct kk_route_words *w, const char *word, const char *value);
/* KK_E_PAGE_BODY, KK_E_USAGE for an option that is not taken. */
KK_MUST_USE int kk_route_line(struct kk_route_words *w, const struct kk_route_match *match,
                              const struct kk_serve_request *q, struct kk_error *err);
/* The body as an object, which may be empty: {} then. KK_E_PAGE_BODY. */
KK_MUST_USE int kk_route_body(struct kk_slice body, json_t **ret, struct kk_error *err);

#endif
