/* docs/page-api.md: the addresses of the page's API, from routes.def and commands.def. */
#include "derived.h"

#include "cmd/route.h"

#include <stdio.h>
#include <string.h>

static const char *method_name(enum kk_serve_method method)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "PUT" };

    return names[method];
}

/* A FILE is the body or the answer; with GET an ID may stand in its place. */
static void print_arguments(const struct kk_route *route)
{
    for (const char *at = route->command->arguments; *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " "), skip = 0;

        if (route->method == KK_SERVE_GET && strncmp(at, "FILE|", 5) == 0)
            skip = 5;
        if (skip || !memmem(at, len, "FILE", 4))
            printf("/%.*s", (int)(len - skip), at + skip);
        at += len;
    }
}

static void print_options(const struct kk_route *route)
{
    const char *between = "";

    for (size_t i = 0; i < route->command->option_count; i++) {
        const struct kk_option_row *o = &route->command->options[i];

        if (!kk_route_takes(route, o))
            continue;
        printf("%s`%s`%s", between, o->name,
               o->rule == KK_OPTION_MUST || o->rule == KK_OPTION_SOME ? " (must)" : "");
        between = ", ";
    }
    for (size_t i = 0; i < route->command->option_count; i++) {
        if (strcmp(route->command->options[i].name, "file") == 0)
            printf("%s*fields*", between);
    }
}

static void print_route(const struct kk_route *route)
{
    static const char *const gives[] = { "object", "CSV", "HTML", "PDF", "KKYB" };
    const struct kk_command_row *c = route->command;

    printf("| %s | `%s", method_name(route->method), route->path);
    print_arguments(route);
    printf("` | `%s%s%s%s%s` | ", c->noun, c->verb[0] ? " " : "", c->verb,
           route->fixed[0] ? " " : "", route->fixed);
    print_options(route);
    printf(" | %s | %s |\n", gives[route->gives], kk_who_text(c->who, KK_LANG_EN));
}

#define PRINT_OWN(method, path, function, takes, en)                                              \
    printf("| %s | `%s` | %s | %s |\n", #method, path, takes[0] ? "`" takes "`" : "", en);

static const char head[] =
    "# The page's API\n"
    "\n"
    "Printed from `client/cmd/routes.def` and `client/commands.def`; `tests/lint/derived.py\n"
    "--write` renews this page.\n"
    "\n"
    "`kukyoku ui` serves the page of one home to one person, on 127.0.0.1 alone. An address\n"
    "below `/api/` is a command: its words are read by the same parser and carried out by\n"
    "the same function as those of the command line, so the object it gives is the object\n"
    "of `--json`.\n"
    "\n"
    "## A request\n"
    "\n"
    "* Arguments are segments of the path, options of the command its parameters: with GET\n"
    "  and PUT in the query (`?area=14133-01&open`; a flag is given by its name alone, `1`\n"
    "  or `true`), with POST in a body of JSON, `{\"options\": {\"title\": \"…\", \"take\":\n"
    "  [\"title=2\"], \"confirm-personal\": true}, \"fields\": {…}}`. Both members may be left\n"
    "  out. *fields* is what the file of `--file` holds; a field is emptied by an empty text,\n"
    "  an empty list or null, as by `\"set\": [\"name=\"]`.\n"
    "* PUT takes the bytes of the table as its body.\n"
    "* `dry-run` may be added to every POST and PUT: everything is checked, nothing\n"
    "  written.\n"
    "* Options that name a file of the machine, and those of every command, are not taken.\n"
    "* `Accept-Language: ja` or `en` chooses the language of labels and messages.\n"
    "\n"
    "## An answer\n"
    "\n"
    "    {\"exit\": 0, \"data\": … , \"error\": {…}, \"warnings\": [\"…\"]}\n"
    "\n"
    "`exit` is the exit status of the command, `data` its object or null. `error` stands\n"
    "there only where there is one, and is the object of the command line: code, name,\n"
    "message, where, detail, remedy, exit ([errors.md](errors.md)). A table that was\n"
    "refused row by row has both. CSV, HTML, PDF and KKYB are the file itself, to be kept;\n"
    "a refusal of one is the object above.\n"
    "\n"
    "| status | when |\n"
    "|---|---|\n"
    "| 200 | there is no error, also with warnings (exit 3) and conflicts shown (exit 6) |\n"
    "| 202 | a sync was begun, or joined |\n"
    "| 400 | usage, a field, a body that is not well formed |\n"
    "| 401 | no session (E8002) |\n"
    "| 403 | not entitled; another site asked (E8003); the passphrase is wanted or wrong "
    "(E1010) |\n"
    "| 404, 405 | no such thing or address; not with this method (`Allow` names those there "
    "are) |\n"
    "| 409 | not in this state; what looks personal |\n"
    "| 413, 415 | too long; not JSON |\n"
    "| 421 | another name than 127.0.0.1 or localhost (E8001) |\n"
    "| 422 | any other refusal of the command |\n"
    "| 423 | another process holds the home (E1006) |\n"
    "| 503 | try again later |\n"
    "\n"
    "## A session\n"
    "\n"
    "The address that `kukyoku ui` opens holds a token that works once: `/open?token=…`\n"
    "leads to `/#key=…` and sets a cookie, HttpOnly and SameSite=Strict. Every request to\n"
    "`/api/` needs both the cookie and the key as header `" KK_DOOR_KEY_HEADER "`: browsers "
    "send cookies\n"
    "to every port of 127.0.0.1, so that another person's program there could learn the\n"
    "cookie; what a page stores belongs to its port. POST and PUT need our own `Origin`,\n"
    "and `Sec-Fetch-Site`, where it is sent, must be `same-origin`. A `Host` other than\n"
    "ours is refused before anything else. The page's files hold nothing of anybody and are\n"
    "given to all who ask; nothing below `/api/` may be stored (`no-store`). When the\n"
    "program ends, so does the session.\n"
    "\n"
    "Who writes is served one by one, who reads beside them; at most 32 requests are under\n"
    "way. A body of JSON has at most 1 MiB, a file 64 MiB.\n"
    "\n"
    "## Commands\n"
    "\n"
    "| method | behind `/api/` | command | takes | gives | for |\n"
    "|---|---|---|---|---|---|\n";

void derived_page(void)
{
    struct kk_route all[KK_ROUTES_MAX];

    fputs(head, stdout);
    kk_route_list(all);
    for (size_t i = 0; i < KK_ROUTES_MAX; i++) {
        if (all[i].command)
            print_route(&all[i]);
    }
    printf("\n## The page's own\n\n| method | behind `/api/` | takes | what |\n"
           "|---|---|---|---|\n");
    KK_PAGE_ROUTES(PRINT_OWN)
    printf("\n`page` gives version, lang (of the terminal), passphrase (one is wanted), unlocked,\n"
           "wards [code, name], routes [method, path, arguments, who, options]. `sync` gives\n"
           "running, done, total (0: not known) and last: the whole answer of the last sync, or\n"
           "null.\n");
}
