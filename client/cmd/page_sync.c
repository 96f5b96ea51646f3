/*
 * The page's syncs: those that a window asks for, and those that come by themselves while the page
 * is open, on a thread of their own, by the same machine as `sync --watch`. One at a time: whoever
 * comes second joins the one under way. [KS-3]
 */
#include "cmd/page.h"

#include "config/prefs.h"
#include "model/keep.h"
#include "os.h"

#include <stdlib.h>

/* Under the guard. What the last one answered stands in it as it was. */
static json_t *sync_json(const struct kk_page *p)
{
    json_t *last = p->last.len
                       ? json_loadb((const char *)p->last.data, p->last.len, 0, NULL)
                       : json_null();

    return json_pack("{s:b, s:b, s:I, s:I, s:o}", "running", p->syncing, "keeps", p->keeps, "done",
                     (json_int_t)p->done, "total", (json_int_t)p->total, "last", last);
}

int kk_page_sync_state(struct kk_page_call *c)
{
    json_t *state;

    uv_mutex_lock(&c->page->guard);
    state = sync_json(c->page);
    uv_mutex_unlock(&c->page->guard);
    kk_page_tell(state, 200, c->answer);
    return 0;
}

static void watch(void *user, uint64_t done, uint64_t total)
{
    struct kk_page *p = user;

    uv_mutex_lock(&p->guard);
    p->done = done;
    p->total = total;
    uv_mutex_unlock(&p->guard);
}

/* Under the guard: false where one is under way. */
static bool begin(struct kk_page *p, enum kk_lang lang)
{
    if (p->syncing)
        return false;
    p->syncing = true;
    p->done = p->total = 0;
    p->sync_lang = lang;
    kk_bytes_clear(&p->last);
    return true;
}

/* stop may be NULL. *ret_told: the envelope; nothing where memory ran out. */
static void run(struct kk_page *p, struct kk_link_stop *stop, struct kk_bytes *ret_told)
{
    KK_AUTO_FINI(kk_page_run) struct kk_page_run run = { 0 };
    KK_AUTO_FINI(kk_route_words) struct kk_route_words words;
    struct kk_served served = { .watch = watch, .user = p, .stop = stop };
    int r;

    kk_route_words_init(&words);
    r = kk_route_word(&words, "sync", NULL);
    if (r == 0)
        r = kk_page_run_line(p, &words, &served, p->sync_lang, &run);
    if (r == 0)
        r = kk_page_envelope(&run, ret_told);
    if (r < 0)
        kk_bytes_clear(ret_told);
}

static void end(struct kk_page *p, struct kk_bytes *take_told)
{
    uv_mutex_lock(&p->guard);
    kk_bytes_fini(&p->last);
    p->last = *take_told; /* nothing where memory ran out: the page asks again */
    p->syncing = false;
    uv_mutex_unlock(&p->guard);
}

static void run_sync(void *self)
{
    struct kk_bytes told = { 0 };

    run(self, NULL, &told);
    end(self, &told);
}

/* Two windows, one sync: the second joins it. */
int kk_page_sync_start(struct kk_page_call *c)
{
    struct kk_page *p = c->page;
    json_t *state;

    uv_mutex_lock(&p->guard);
    if (begin(p, kk_page_lang(c->request)))
        c->answer->after = run_sync;
    state = sync_json(p);
    uv_mutex_unlock(&p->guard);
    kk_page_tell(state, 202, c->answer);
    return 0;
}

/* --- by themselves --- */

/* {"exit", "data": {"unchanged"…}} or {"error": {"code": "E4001"}}: what a pace wants of it. */
static int judge(const struct kk_bytes *told, struct kk_kept *ret)
{
    json_t *j = json_loadb((const char *)told->data, told->len, 0, NULL);
    const char *code = json_string_value(json_object_get(json_object_get(j, "error"), "code"));
    int fault = code && code[0] == 'E' ? -(int)strtol(code + 1, NULL, 10) : j ? 0 : KK_E_MEMORY;

    ret->brought = !json_is_true(json_object_get(json_object_get(j, "data"), "unchanged"));
    json_decref(j);
    return fault;
}

static int on_sync(void *self, struct kk_kept *ret)
{
    struct kk_page *p = self;
    struct kk_bytes told = { 0 };
    bool mine;
    int r;

    uv_mutex_lock(&p->guard);
    mine = begin(p, p->lang);
    uv_mutex_unlock(&p->guard);
    ret->brought = true;
    if (!mine) /* a window asked for one: that serves as well */
        return 0;
    run(p, p->stop, &told);
    r = judge(&told, ret);
    end(p, &told);
    return r;
}

static void keep(void *self)
{
    struct kk_page *p = self;
    struct kk_keep k = { .home = p->home,
                         .pace = { .interval_ms = p->prefs->interval_min * 60000,
                                   .entropy = kk_os_entropy() },
                         .stop = p->stop,
                         .sync = on_sync,
                         .self = p };

    kk_ignore(kk_model_keep(&k, NULL)); /* the last sync says why, and `status` after it */
    uv_mutex_lock(&p->guard);
    p->keeps = false;
    uv_mutex_unlock(&p->guard);
}

void kk_page_keep(struct kk_page *p)
{
    if (!p->prefs || !p->prefs->ui_sync)
        return;
    p->stop = kk_link_stop_new();
    p->keeps = p->stop && uv_thread_create(&p->keeper, keep, p) == 0;
    p->joins = p->keeps;
}

void kk_page_keep_end(struct kk_page *p)
{
    if (p->stop)
        kk_link_stop_tell(p->stop);
    if (p->joins)
        uv_thread_join(&p->keeper);
    p->joins = false;
    kk_link_stop_free(KK_STEAL(p->stop));
}
