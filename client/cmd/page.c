/* The page's state, and every address that is a command (page.h). */
#include "cmd/page.h"

#include "os.h"
#include "os_show.h"

#include <stdlib.h>

void kk_page_init(struct kk_page *p, const struct kk_command *c)
{
    *p = (struct kk_page){ .home = c->home, .lang = c->lang, .prefs = c->prefs };
    kk_assert(uv_mutex_init(&p->guard) == 0);
}

void kk_page_fini(struct kk_page *p)
{
    uv_mutex_destroy(&p->guard);
    kk_os_wipe(&p->passphrase);
    kk_bytes_fini(&p->last);
}

enum kk_lang kk_page_lang(const struct kk_serve_request *q)
{
    return q->language && strncmp(q->language, "en", 2) == 0 ? KK_LANG_EN : KK_LANG_JA;
}

/* --- on the loop --- */

/* JSON says so; a table may be sent under any name. */
static int check_type(const struct kk_serve_request *head, struct kk_error *err)
{
    static const char json[] = "application/json";
    const char *type = head->content_type;
    size_t len = sizeof json - 1;

    if (head->method != KK_SERVE_POST)
        return 0;
    if (type && strncmp(type, json, len) == 0 && (!type[len] || strchr("; ", type[len])))
        return 0;
    return kk_error_set(err, KK_E_PAGE_TYPE, "Content-Type", "%.60s", type ? type : "-");
}

static int admit(void *self, const struct kk_serve_request *head, size_t *ret_body_max,
                 struct kk_error *err)
{
    struct kk_route_match match;
    int r = kk_route_find(head->method, head->path, &match, err);

    (void)self;
    if (r == 0)
        r = check_type(head, err);
    if (r == 0)
        *ret_body_max = kk_route_body_max(&match.route);
    return r;
}

/* What the door refuses still has the head that it takes off. */
static const char *behind_api(const char *path)
{
    static const char head[] = "/api/";

    return strncmp(path, head, sizeof head - 1) == 0 ? path + sizeof head - 1 : path;
}

static void refuse(void *self, const struct kk_serve_request *request,
                   const struct kk_error *why, struct kk_serve_answer *ret)
{
    struct kk_route_match match = { .allow = NULL };

    (void)self;
    if (why->fault == KK_E_PAGE_METHOD) {
        kk_ignore(kk_route_find(request->method, behind_api(request->path), &match, NULL));
        ret->allow = match.allow ? match.allow : "GET"; /* a file */
    }
    kk_page_refuse(why, kk_page_lang(request), ret);
}

/* --- on the pool --- */

/* "record/export.csv/voice": the name behind the last slash of the path of the route. */
static const char *file_name(const struct kk_route *route)
{
    const char *slash = strrchr(route->path, '/');

    return slash ? slash + 1 : route->path;
}

static void tell_file(const struct kk_route *route, struct kk_bytes *take_made,
                      struct kk_serve_answer *ret)
{
    static const char *const types[] = {
        [KK_ROUTE_JSON] = "application/json",
        [KK_ROUTE_CSV] = "text/csv; charset=utf-8",
        [KK_ROUTE_HTML] = "text/html; charset=utf-8",
        [KK_ROUTE_PDF] = "application/pdf",
        [KK_ROUTE_KKYB] = "application/octet-stream",
    };

    ret->status = 200;
    ret->type = types[route->gives];
    ret->download = file_name(route);
    ret->body = *take_made;
    *take_made = (struct kk_bytes){ 0 };
}

/*
 * A command makes its file in memory; `data get --format csv` prints it as its data. Where nothing
 * was made (a trial) the envelope says what was said.
 */
static int tell_run(struct kk_page_run *run, const struct kk_route *route,
                    struct kk_bytes *made, struct kk_serve_answer *ret)
{
    int r;

    run->file = route->gives == KK_ROUTE_CSV || made->len;
    r = kk_page_envelope(run, &ret->body);
    ret->status = r;
    ret->type = "application/json";
    if (r == 200 && run->file) {
        kk_bytes_fini(&ret->body);
        tell_file(route, made->len ? made : &run->data, ret);
    }
    return r < 0 ? r : 0;
}

static int run_route(struct kk_page *p, const struct kk_route *route,
                     const struct kk_route_words *w, const struct kk_serve_request *q,
                     struct kk_serve_answer *ret)
{
    KK_AUTO_FINI(kk_page_run) struct kk_page_run run = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes made = { 0 };
    struct kk_served served = { .made = kk_os_memory_open(&made) };
    int r;

    served.file = q->method == KK_SERVE_PUT ? q->body : kk_bytes_slice(&w->fields);
    if (!served.made)
        return KK_E_MEMORY;
    r = kk_page_run_line(p, w, &served, kk_page_lang(q), &run);
    if (fclose(served.made) != 0 && r == 0)
        r = KK_E_MEMORY;
    return r == 0 ? tell_run(&run, route, &made, ret) : r;
}

static int answer_command(struct kk_page_call *c, const struct kk_route_match *match)
{
    KK_AUTO_FINI(kk_route_words) struct kk_route_words words;
    int r;

    kk_route_words_init(&words);
    r = kk_route_line(&words, match, c->request, &c->err);
    return r == 0 ? run_route(c->page, &match->route, &words, c->request, c->answer) : r;
}

typedef int page_fn(struct kk_page_call *c);
#define PAGE_FUNCTION(method, path, function, takes, en) function,
static page_fn *const functions[] = { KK_PAGE_ROUTES(PAGE_FUNCTION) };

/* What takes nothing is not begun by something that was meant for another. */
static int takes_nothing(struct kk_page_call *c)
{
    json_t *body;
    int r = kk_route_body(c->request->body, &body, &c->err);

    if (r == 0)
        json_decref(body);
    return r;
}

static int answer_own(struct kk_page_call *c, const struct kk_route_match *match)
{
    page_fn *function = functions[match->route.page];
    int r = 0;

    if (*match->rest || c->request->query_count)
        return kk_error_set(&c->err, KK_E_PAGE_ROUTE, c->request->path, "%s", "");
    if (function != kk_page_unlock) /* which reads its own, and wipes it */
        r = takes_nothing(c);
    return r == 0 ? function(c) : r;
}

static void answer(void *self, const struct kk_serve_request *q, struct kk_serve_answer *ret)
{
    struct kk_page_call c = { .page = self, .request = q, .answer = ret };
    struct kk_route_match match;
    int r = kk_route_find(q->method, q->path, &match, &c.err);

    if (r == 0)
        r = match.route.command ? answer_command(&c, &match) : answer_own(&c, &match);
    if (r < 0 && c.err.fault != r)
        kk_error_set(&c.err, r, "", "%s", "");
    if (r < 0)
        kk_page_refuse(&c.err, kk_page_lang(q), ret);
}

struct kk_serve_owner kk_page_owner(struct kk_page *p)
{
    return (struct kk_serve_owner){ .self = p, .admit = admit, .answer = answer,
                                    .refuse = refuse };
}
