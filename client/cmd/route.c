/* The table of addresses, and words out of a request (route.h). */
#include "cmd/route.h"

#include <stdio.h>

#define JSON_MAX  ((size_t)1024 * 1024)
#define FILE_MAX  ((size_t)64 * 1024 * 1024)

/* --- the table --- */

struct route_row {
    enum kk_serve_method method;
    const char *path, *noun, *verb, *fixed;
    enum kk_route_gives gives;
    const char *without;
};

#define ROUTE_ROW(method, path, noun, verb, fixed, gives, without)                                \
    { KK_SERVE_##method, path, noun, verb, fixed, KK_ROUTE_##gives, without },
static const struct route_row rows[] = { KK_ROUTES(ROUTE_ROW) };

#define PAGE_ROW(method, path, function, takes, en)                                               \
    { KK_SERVE_##method, path, NULL, NULL, "", KK_ROUTE_JSON, "" },
static const struct route_row page_rows[] = { KK_PAGE_ROUTES(PAGE_ROW) };

static struct kk_route route_of(const struct route_row *row, size_t page)
{
    return (struct kk_route){
        .method = row->method,
        .path = row->path,
        .command = row->noun ? kk_command_find(row->noun, row->verb) : NULL,
        .fixed = row->fixed,
        .gives = row->gives,
        .without = row->without,
        .page = page,
    };
}

void kk_route_list(struct kk_route ret[KK_ROUTES_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < KK_COUNT(rows); i++)
        ret[count++] = route_of(&rows[i], 0);
    for (size_t i = 0; i < KK_COUNT(page_rows); i++)
        ret[count++] = route_of(&page_rows[i], i);
}

/* Whole segments: "karte" begins "karte/14133", not "karte.csv". */
static bool begins(const char *path, const char *head)
{
    size_t len = strlen(head);

    return strncmp(path, head, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

static const char *allowed(unsigned methods)
{
    static const char *const names[] = { "", "GET", "POST", "GET, POST",
                                         "PUT", "GET, PUT", "POST, PUT", "GET, POST, PUT" };
    unsigned get = methods >> KK_SERVE_GET & 1, post = methods >> KK_SERVE_POST & 1;

    return names[get | post << 1 | (methods >> KK_SERVE_PUT & 1) << 2];
}

int kk_route_find(enum kk_serve_method method, const char *path, struct kk_route_match *ret,
                  struct kk_error *err)
{
    struct kk_route all[KK_ROUTES_MAX];
    size_t longest = 0;
    unsigned methods = 0;
    bool found = false;

    kk_route_list(all);
    *ret = (struct kk_route_match){ .allow = NULL };
    for (size_t i = 0; i < KK_ROUTES_MAX; i++) {
        size_t len = strlen(all[i].path);

        if (!begins(path, all[i].path) || len < longest)
            continue;
        if (len > longest)
            methods = 0, found = false;
        longest = len;
        methods |= 1U << all[i].method;
        if (all[i].method == method) {
            ret->route = all[i];
            found = true;
        }
    }
    if (longest == 0)
        return kk_error_set(err, KK_E_PAGE_ROUTE, path, "%s", "");
    ret->allow = allowed(methods);
    if (!found)
        return kk_error_set(err, KK_E_PAGE_METHOD, path, "%s", ret->allow);
    ret->rest = path + longest + (path[longest] == '/');
    return 0;
}

/* One of the words of a list with blanks between. */
static bool listed(const char *list, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = list; *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");

        if (word == len && memcmp(at, name, len) == 0)
            return true;
        at += word;
    }
    return false;
}

/* What an option or argument is called where a file or folder of the machine is meant. */
static bool names_a_place(const char *value)
{
    return strcmp(value, "FILE") == 0 || strcmp(value, "DIR") == 0;
}

bool kk_route_takes(const struct kk_route *route, const struct kk_option_row *option)
{
    return !names_a_place(option->value) && !listed(route->without, option->name);
}

size_t kk_route_body_max(const struct kk_route *route)
{
    if (route->method == KK_SERVE_PUT)
        return FILE_MAX;
    return route->method == KK_SERVE_POST ? JSON_MAX : 0;
}

/* --- words --- */

void kk_route_words_init(struct kk_route_words *w)
{
    *w = (struct kk_route_words){ .count = 0 };
    kk_arena_init(&w->arena, KK_ROUTE_WORDS_BYTES);
}

void kk_route_words_fini(struct kk_route_words *w)
{
    kk_arena_fini(&w->arena);
    kk_bytes_fini(&w->fields);
}

int kk_route_word(struct kk_route_words *w, const char *word, const char *value)
{
    size_t len = strlen(word), more = value ? strlen(value) : 0;
    char *copy;

    if (w->count == KK_PARSE_WORDS_MAX)
        return KK_E_PAGE_BODY;
    copy = kk_arena_alloc(&w->arena, len + more + 1);
    if (!copy)
        return KK_E_MEMORY;
    memcpy(copy, word, len);
    if (value)
        memcpy(copy + len, value, more);
    w->words[w->count++] = copy;
    return 0;
}

struct line {
    struct kk_route_words *words;
    const struct kk_route *route;
    struct kk_error *err;
};

static const struct kk_option_row *option_named(const struct line *l, const char *name)
{
    static const struct kk_option_row dry_run = { .name = "dry-run", .value = "" };
    const struct kk_command_row *row = l->route->command;

    for (size_t i = 0; i < row->option_count; i++) {
        if (strcmp(row->options[i].name, name) == 0)
            return kk_route_takes(l->route, &row->options[i]) ? &row->options[i] : NULL;
    }
    return l->route->method != KK_SERVE_GET && strcmp(name, "dry-run") == 0 ? &dry_run : NULL;
}

static int too_much(struct line *l, int fault)
{
    if (fault != KK_E_PAGE_BODY)
        return fault;
    return kk_error_say(l->err, fault, l->route->path, "too many words", "項目が多すぎます");
}

/* A flag is given by its name alone, by "1" or "true"; "0" and "false" leave it out. */
static int add_option(struct line *l, const char *name, const char *value)
{
    const struct kk_option_row *option = option_named(l, name);
    char word[80];

    if (!option)
        return kk_error_say(l->err, KK_E_USAGE, name, "no option of this address",
                            "このアドレスにはない指定です");
    if (option->value[0]) {
        snprintf(word, sizeof word, "--%.70s=", option->name);
        return too_much(l, kk_route_word(l->words, word, value));
    }
    if (strcmp(value, "0") == 0 || strcmp(value, "false") == 0)
        return 0;
    if (value[0] && strcmp(value, "1") != 0 && strcmp(value, "true") != 0)
        return kk_error_say(l->err, KK_E_USAGE, name, "it takes no value", "値をとらない指定です");
    snprintf(word, sizeof word, "--%.70s", option->name);
    return too_much(l, kk_route_word(l->words, word, NULL));
}

static int add_query(struct line *l, const struct kk_serve_request *q)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < q->query_count; i++)
        r = add_option(l, q->query[i].name, q->query[i].value);
    return r;
}

/* --- a body of JSON --- */

int kk_route_body(struct kk_slice body, json_t **ret, struct kk_error *err)
{
    json_error_t why;
    json_t *value;

    if (body.len == 0) {
        *ret = json_object();
        return *ret ? 0 : KK_E_MEMORY;
    }
    value = json_loadb((const char *)body.data, body.len, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(value)) {
        json_decref(value);
        return kk_error_set(err, KK_E_PAGE_BODY, "JSON", "%d:%d %s", why.line, why.column,
                            value ? "object" : why.text);
    }
    *ret = value;
    return 0;
}

static int add_member(struct line *l, const char *name, const json_t *value)
{
    char number[24];

    if (json_is_string(value))
        return add_option(l, name, json_string_value(value));
    if (json_is_boolean(value))
        return add_option(l, name, json_is_true(value) ? "true" : "false");
    if (!json_is_integer(value))
        return kk_error_say(l->err, KK_E_PAGE_BODY, name, "a text, a number, true or a list",
                            "文字列・数値・true・一覧のいずれかにしてください");
    snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
    return add_option(l, name, number);
}

static int add_options(struct line *l, json_t *options)
{
    const char *name;
    json_t *value;
    int r = 0;

    json_object_foreach(options, name, value) {
        for (size_t i = 0; r == 0 && i < json_array_size(value); i++)
            r = add_member(l, name, json_array_get(value, i));
        if (r == 0 && !json_is_array(value))
            r = add_member(l, name, value);
    }
    return r;
}

static int put_bytes(const char *bytes, size_t len, void *to)
{
    return kk_bytes_append(to, bytes, len) == 0 ? 0 : -1;
}

/* They are handed on as the file that --file would name. */
static int add_fields(struct line *l, const json_t *fields)
{
    if (json_dump_callback(fields, put_bytes, &l->words->fields, JSON_COMPACT) < 0)
        return KK_E_MEMORY;
    return too_much(l, kk_route_word(l->words, "--file=-", NULL));
}

static bool takes_fields(const struct kk_route *route)
{
    for (size_t i = 0; i < route->command->option_count; i++) {
        if (strcmp(route->command->options[i].name, "file") == 0)
            return true;
    }
    return false;
}

static int add_parts(struct line *l, json_t *body)
{
    const char *name;
    json_t *value;
    int r = 0;

    json_object_foreach(body, name, value) {
        bool fields = strcmp(name, "fields") == 0 && takes_fields(l->route);

        if (!json_is_object(value) || (!fields && strcmp(name, "options") != 0))
            return kk_error_say(l->err, KK_E_PAGE_BODY, name,
                                "an object \"options\" or \"fields\" is expected",
                                "\"options\" か \"fields\" のオブジェクトにしてください");
        if (r == 0)
            r = fields ? add_fields(l, value) : add_options(l, value);
    }
    return r;
}

static int add_body(struct line *l, struct kk_slice body)
{
    json_t *parts;
    int r = kk_route_body(body, &parts, l->err);

    if (r < 0)
        return r;
    r = add_parts(l, parts);
    json_decref(parts);
    return r;
}

/* --- the line --- */

static int add_segments(struct line *l, const char *rest)
{
    int r = 0;

    while (r == 0 && *rest) {
        size_t len = strcspn(rest, "/");
        struct kk_slice word = kk_arena_dup(&l->words->arena, kk_slice(rest, len));

        if (!word.data)
            return KK_E_MEMORY;
        r = too_much(l, kk_route_word(l->words, (const char *)word.data, NULL));
        rest += len + (rest[len] == '/');
    }
    return r;
}

/* A last argument FILE: the body or the answer stands for it. */
static bool ends_with_file(const struct kk_route *route)
{
    const char *arguments = route->command->arguments;
    size_t len = strlen(arguments);

    return route->method == KK_SERVE_PUT || (len >= 4 && names_a_place(arguments + len - 4));
}

static int add_fixed(struct line *l)
{
    int r = 0;

    for (const char *at = l->route->fixed; r == 0 && *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        struct kk_slice word = kk_arena_dup(&l->words->arena, kk_slice(at, len));

        r = word.data ? kk_route_word(l->words, (const char *)word.data, NULL) : KK_E_MEMORY;
        at += len;
    }
    return r;
}

int kk_route_line(struct kk_route_words *w, const struct kk_route_match *match,
                  const struct kk_serve_request *q, struct kk_error *err)
{
    const struct kk_route *route = &match->route;
    struct line l = { w, route, err };
    int r = kk_route_word(w, route->command->noun, NULL);

    if (r == 0 && route->command->verb[0])
        r = kk_route_word(w, route->command->verb, NULL);
    if (r == 0)
        r = add_fixed(&l);
    if (r == 0)
        r = add_query(&l, q);
    if (r == 0 && route->method == KK_SERVE_POST)
        r = add_body(&l, q->body);
    if (r == 0)
        r = too_much(&l, kk_route_word(w, "--", NULL));
    if (r == 0)
        r = add_segments(&l, match->rest);
    if (r == 0 && ends_with_file(route))
        r = too_much(&l, kk_route_word(w, "-", NULL));
    return r;
}
