/* What the page asks for beyond commands: itself, a sync and how far it is, locks, the end. */
#include "cmd/page.h"

#include "cmd/run.h"
#include "home/home.h"
#include "view/json.h"

#include "kukyoku/trust/scope.h"

/* --- about --- */

static json_t *wards_json(enum kk_lang lang)
{
#define WARD_CODE(code, ja, en) code,
    static const char *const codes[] = { KK_WARDS(WARD_CODE) };
    json_t *list = json_array();

    for (size_t i = 0; i < KK_COUNT(codes); i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s}", "code", codes[i], "name",
                                        kk_ward_name(codes[i], kk_lang_name(lang))));
    return list;
}

static json_t *options_json(const struct kk_route *route)
{
    json_t *list = json_array();

    for (size_t i = 0; route->command && i < route->command->option_count; i++) {
        if (kk_route_takes(route, &route->command->options[i]))
            json_array_append_new(list, json_string(route->command->options[i].name));
    }
    return list;
}

static json_t *routes_json(void)
{
#define WHO_NAME(NAME, en, ja) #NAME,
    static const char *const methods[] = { "GET", "HEAD", "POST", "PUT" };
    static const char *const whos[] = { KK_WHOS(WHO_NAME) };
    struct kk_route all[KK_ROUTES_MAX];
    json_t *list = json_array();

    kk_route_list(all);
    for (size_t i = 0; i < KK_ROUTES_MAX; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:o}", "method", methods[all[i].method], "path",
                            all[i].path, "arguments",
                            all[i].command ? all[i].command->arguments : "", "who",
                            whos[all[i].command ? all[i].command->who : KK_WHO_ANYONE], "options",
                            options_json(&all[i])));
    return list;
}

/* A home that is not there or not enrolled wants none; status says what is wrong with it. */
static bool wants_passphrase(const struct kk_page *p)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    bool locked = false;

    if (kk_home_open(p->home, KK_HOME_READ, &home, NULL) == 0)
        kk_ignore(kk_home_locked(&home, &locked, NULL));
    return locked;
}

int kk_page_about(struct kk_page_call *c)
{
    enum kk_lang lang = kk_page_lang(c->request);
    bool unlocked;

    uv_mutex_lock(&c->page->guard);
    unlocked = c->page->passphrase.len > 0;
    uv_mutex_unlock(&c->page->guard);
    kk_page_tell(json_pack("{s:s, s:s, s:b, s:b, s:o, s:o}", "version", KUKYOKU_VERSION, "lang",
                           kk_lang_name(c->page->lang), "passphrase", wants_passphrase(c->page),
                           "unlocked", unlocked, "wards", wards_json(lang), "routes",
                           routes_json()),
                 200, c->answer);
    return 0;
}

/* --- the passphrase --- */

static int try_passphrase(const struct kk_page_call *c, const char *text, struct kk_error *err)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    int r = kk_home_open(c->page->home, KK_HOME_READ, &home, err);

    return r == 0 ? kk_home_unlock(&home, kk_slice_text(text), err) : r;
}

static void keep(struct kk_page *p, struct kk_bytes *take)
{
    uv_mutex_lock(&p->guard);
    kk_os_wipe(&p->passphrase);
    p->passphrase = *take;
    uv_mutex_unlock(&p->guard);
    *take = (struct kk_bytes){ 0 };
}

/* jansson's copy can't be wiped by its interface alone, but in place: the text is its own. */
static int unlock_with(struct kk_page_call *c, const json_t *member)
{
    const char *text = json_string_value(member);
    struct kk_bytes copy = { 0 };
    int r;

    if (!text)
        return kk_error_set(&c->err, KK_E_PAGE_BODY, "passphrase", "%s", "\"\"");
    r = try_passphrase(c, text, &c->err);
    if (r == 0)
        r = kk_bytes_append_text(&copy, text);
    kk_secret_wipe((void *)(uintptr_t)text, strlen(text));
    if (r == 0)
        keep(c->page, &copy);
    return r;
}

int kk_page_unlock(struct kk_page_call *c)
{
    json_t *body;
    int r = kk_route_body(c->request->body, &body, &c->err);

    if (r < 0)
        return r;
    r = unlock_with(c, json_object_get(body, "passphrase"));
    json_decref(body);
    if (r == 0)
        kk_page_tell(json_pack("{s:b}", "unlocked", true), 200, c->answer);
    return r;
}

int kk_page_lock(struct kk_page_call *c)
{
    struct kk_bytes none = { 0 };

    keep(c->page, &none);
    kk_page_tell(json_pack("{s:b}", "unlocked", false), 200, c->answer);
    return 0;
}

/* --- the end --- */

int kk_page_quit(struct kk_page_call *c)
{
    c->answer->last = true;
    kk_page_tell(json_pack("{s:b}", "ended", true), 200, c->answer);
    return 0;
}
