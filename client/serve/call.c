/*
 * One request: its head is checked before anything of a body is kept, the body is gathered, the
 * owner answers on the pool while the connection sleeps, the reply goes out with its headers.
 */
#include "serve/call.h"

#include "kukyoku/base/alloc.h"

#include <stdio.h>
#include <stdlib.h>

#define WORKING_MAX 32

static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

static struct MHD_Response *nothing(void)
{
    return kk_mhd->MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
}

enum stage { READING, WORKING, ANSWERED };

struct call {
    struct kk_serve *serve;
    struct MHD_Connection *connection;
    enum stage stage;
    struct kk_serve_request request;
    struct kk_bytes texts[2 * KK_SERVE_PAIRS_MAX + 1]; /* the path and the query, decoded */
    size_t text_count;
    bool bad_text;
    struct kk_error refused; /* its fault 0: it is not */
    enum kk_door_way way;
    size_t body_max;
    struct kk_bytes body;
    struct kk_serve_answer answer;
    uv_work_t work;
    struct call *next; /* of those that wait to write */
};

/* --- replies --- */

struct header {
    const char *name, *value;
};

/* Memory that runs out closes the connection: nothing else can be said. */
static enum MHD_Result reply(struct call *c, unsigned status, struct MHD_Response *response,
                             const struct header *more)
{
    static const struct header always[] = {
        { "Content-Security-Policy", policy },
        { "X-Content-Type-Options", "nosniff" },
        { "Referrer-Policy", "no-referrer" },
        { "Cross-Origin-Resource-Policy", "same-origin" },
        { "Cross-Origin-Opener-Policy", "same-origin" },
        { NULL, NULL },
    };
    enum MHD_Result done = response ? MHD_YES : MHD_NO;

    c->stage = ANSWERED;
    for (const struct header *h = always; done == MHD_YES && h->name; h++)
        done = kk_mhd->MHD_add_response_header(response, h->name, h->value);
    for (; done == MHD_YES && more->name; more++) {
        if (more->value)
            done = kk_mhd->MHD_add_response_header(response, more->name, more->value);
    }
    if (done == MHD_YES)
        done = kk_mhd->MHD_queue_response(c->connection, status, response);
    if (response)
        kk_mhd->MHD_destroy_response(response);
    return done;
}

static enum MHD_Result reply_answer(struct call *c)
{
    struct kk_serve_answer *a = &c->answer;
    uint8_t *bytes = a->body.data;
    size_t len = a->body.len;
    char keep[96];
    struct header more[] = {
        { "Cache-Control", "no-store" }, { "Content-Type", a->type },
        { "Allow", a->allow },           { "Content-Disposition", a->download ? keep : NULL },
        { NULL, NULL },
    };

    snprintf(keep, sizeof keep, "attachment; filename=\"%.60s\"", a->download ? a->download : "");
    if (!bytes)
        return reply(c, (unsigned)a->status, nothing(), more);
    a->body = (struct kk_bytes){ 0 }; /* the response owns them */
    return reply(
        c, (unsigned)a->status,
        kk_mhd->MHD_create_response_from_buffer_with_free_callback(len, bytes, kk_free), more);
}

static enum MHD_Result refuse(struct call *c, const struct kk_error *why)
{
    c->serve->owner.refuse(c->serve->owner.self, &c->request, why, &c->answer);
    return reply_answer(c);
}

/* --- files and the token --- */

static const char *header_of(const struct call *c, const char *name)
{
    return kk_mhd->MHD_lookup_connection_value(c->connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result reply_file(struct call *c)
{
    const struct kk_asset *a = kk_asset_find(c->request.path);
    const char *held = header_of(c, "If-None-Match");
    struct header more[] = { { "Cache-Control", "no-cache" }, { NULL, NULL }, { NULL, NULL },
                             { NULL, NULL } };
    struct kk_error err = { 0 };
    size_t len;

    if (!a) {
        kk_error_set(&err, KK_E_PAGE_ROUTE, c->request.path, "%s", "");
        return refuse(c, &err);
    }
    more[1] = (struct header){ "ETag", a->etag };
    if (held && strcmp(held, a->etag) == 0)
        return reply(c, MHD_HTTP_NOT_MODIFIED, nothing(), more);
    more[2] = (struct header){ "Content-Type", a->type };
    len = a->bytes.len;
    return reply(c, MHD_HTTP_OK,
                 kk_mhd->MHD_create_response_from_buffer(len, (void *)(uintptr_t)a->bytes.data,
                                                 MHD_RESPMEM_PERSISTENT),
                 more);
}

static const char *asked(const struct call *c, const char *name)
{
    for (size_t i = 0; i < c->request.query_count; i++) {
        if (strcmp(c->request.query[i].name, name) == 0)
            return c->request.query[i].value;
    }
    return NULL;
}

/*
 * The key stands behind the '#', which no browser sends on. A token that was used gives nothing,
 * but leads to the page all the same: there it works, or says what to do.
 */
static enum MHD_Result reply_open(struct call *c)
{
    struct kk_door *d = &c->serve->door;
    char name[KK_DOOR_NAME], cookie[256], place[KK_DOOR_SECRET + 16];
    struct header more[] = { { "Cache-Control", "no-store" },
                             { "Location", "/" },
                             { "Set-Cookie", NULL },
                             { NULL, NULL } };

    if (kk_door_open(d, asked(c, "token"))) {
        kk_door_cookie_name(d, name);
        snprintf(cookie, sizeof cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict", name,
                 d->cookie);
        snprintf(place, sizeof place, "/#key=%s", d->key);
        more[1].value = place;
        more[2].value = cookie;
    }
    return reply(c, MHD_HTTP_SEE_OTHER, nothing(), more);
}

/* --- the head --- */

static enum kk_serve_method method_of(const char *text)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "PUT" };

    for (size_t i = 0; i < KK_COUNT(names); i++) {
        if (strcmp(text, names[i]) == 0)
            return (enum kk_serve_method)i;
    }
    return KK_SERVE_OTHER;
}

/* The call's own copy, decoded. */
static const char *text_of(struct call *c, const char *sent)
{
    struct kk_bytes *copy = &c->texts[c->text_count++];

    if (kk_bytes_append(copy, sent, strlen(sent) + 1) < 0 || !kk_door_decode((char *)copy->data)) {
        c->bad_text = true;
        return "";
    }
    return (const char *)copy->data;
}

static enum MHD_Result add_pair(void *self, enum MHD_ValueKind kind, const char *name,
                                const char *value)
{
    struct call *c = self;
    struct kk_serve_request *q = &c->request;

    (void)kind;
    if (q->query_count == KK_SERVE_PAIRS_MAX) {
        c->bad_text = true;
        return MHD_NO;
    }
    struct kk_serve_pair *pair = &q->query[q->query_count++];
    pair->name = text_of(c, name);
    pair->value = text_of(c, value ? value : "");
    return MHD_YES;
}

/* A body says its length before it comes, so that too long a one is refused unread. */
static int check_length(struct call *c, struct kk_error *err)
{
    const char *text = header_of(c, MHD_HTTP_HEADER_CONTENT_LENGTH);
    unsigned long long len = text ? strtoull(text, NULL, 10) : 0;

    if (header_of(c, MHD_HTTP_HEADER_TRANSFER_ENCODING))
        return kk_error_say(err, KK_E_PAGE_SIZE, "Content-Length", "the length must be told",
                            "長さの指定が必要です");
    if (len > c->body_max)
        return kk_error_say(err, KK_E_PAGE_SIZE, c->request.path,
                            "%llu bytes; at most %zu are taken here",
                            "%llu バイトです。ここで受け取れるのは %zu バイトまでです", len,
                            c->body_max);
    return kk_bytes_reserve(&c->body, (size_t)len); /* at once: no copy of a secret stays behind */
}

static int check_head(struct call *c, struct kk_error *err)
{
    struct kk_serve *s = c->serve;
    char name[KK_DOOR_NAME];
    struct kk_door_head head = { .method = c->request.method, .path = c->request.path,
                                 .host = header_of(c, "Host"), .origin = header_of(c, "Origin"),
                                 .site = header_of(c, "Sec-Fetch-Site"),
                                 .key = header_of(c, KK_DOOR_KEY_HEADER) };
    int r;

    kk_door_cookie_name(&s->door, name);
    head.cookie = kk_mhd->MHD_lookup_connection_value(c->connection, MHD_COOKIE_KIND, name);
    r = kk_door_check(&s->door, &head, &c->way, err);
    if (r == 0 && c->bad_text)
        r = kk_error_say(err, KK_E_PAGE_ROUTE, "", "the address is not well formed",
                         "アドレスの形式が正しくありません");
    if (r == 0 && c->way == KK_DOOR_API) {
        c->request.path += strlen("/api/");
        r = s->owner.admit(s->owner.self, &c->request, &c->body_max, err);
    }
    return r < 0 ? r : check_length(c, err);
}

static struct call *call_new(struct kk_serve *s, struct MHD_Connection *connection,
                             const char *url, const char *method)
{
    struct call *c = kk_alloc(sizeof *c);

    if (!c)
        return NULL;
    s->calls++;
    c->serve = s;
    c->connection = connection;
    c->request.method = method_of(method);
    c->request.path = text_of(c, url);
    c->request.language = header_of(c, "Accept-Language");
    c->request.content_type = header_of(c, "Content-Type");
    kk_mhd->MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_pair, c);
    return c;
}

/* --- work on the pool --- */

struct chore {
    struct kk_serve *serve;
    void (*run)(void *self);
    uv_work_t work;
};

static void run_chore(uv_work_t *work)
{
    struct chore *chore = work->data;

    chore->run(chore->serve->owner.self);
}

static void end_chore(uv_work_t *work, int status)
{
    struct chore *chore = work->data;
    struct kk_serve *s = chore->serve;

    (void)status;
    kk_free(chore);
    s->working--;
    kk_serve_step(s);
}

/* Where memory runs out the work is done here and now: it was promised. */
static void begin_chore(struct kk_serve *s, void (*run)(void *self))
{
    struct chore *chore = kk_alloc(sizeof *chore);

    if (!chore) {
        run(s->owner.self);
        return;
    }
    *chore = (struct chore){ .serve = s, .run = run };
    chore->work.data = chore;
    s->working++;
    kk_assert(uv_queue_work(&s->loop, &chore->work, run_chore, end_chore) == 0);
}

static void run_call(uv_work_t *work)
{
    struct call *c = work->data;

    c->serve->owner.answer(c->serve->owner.self, &c->request, &c->answer);
}

static bool writes(const struct call *c)
{
    return c->request.method != KK_SERVE_GET;
}

static void end_call(uv_work_t *work, int status);

static void set_to_work(struct call *c)
{
    c->work.data = c;
    kk_assert(uv_queue_work(&c->serve->loop, &c->work, run_call, end_call) == 0);
}

/* The next of those that wait; nobody writes where there is none. */
static void let_write(struct kk_serve *s)
{
    struct call *next = s->waiting;

    s->writing = next != NULL;
    if (!next)
        return;
    s->waiting = next->next;
    set_to_work(next);
}

static void wait_to_write(struct kk_serve *s, struct call *c)
{
    struct call **end = &s->waiting;

    while (*end)
        end = &(*end)->next;
    *end = c;
}

static void end_call(uv_work_t *work, int status)
{
    struct call *c = work->data;
    struct kk_serve *s = c->serve;
    void (*after)(void *self) = c->answer.after;
    bool last = c->answer.last;

    (void)status;
    s->working--;
    c->stage = ANSWERED;
    if (writes(c))
        let_write(s);
    kk_mhd->MHD_resume_connection(c->connection);
    if (after)
        begin_chore(s, after);
    if (last)
        kk_serve_stop(s);
    kk_serve_step(s);
}

/*
 * Who writes waits for the home's lock in any case; one by one they leave the pool's other threads
 * to those who read.
 */
static enum MHD_Result begin(struct call *c)
{
    struct kk_serve *s = c->serve;
    struct kk_error err = { 0 };

    if (s->working >= WORKING_MAX || s->closing) {
        kk_error_set(&err, KK_E_PAGE_BUSY, "", "%s", "");
        return refuse(c, &err);
    }
    c->request.body = kk_bytes_slice(&c->body);
    c->stage = WORKING;
    s->working++;
    kk_mhd->MHD_suspend_connection(c->connection);
    if (writes(c) && s->writing) {
        wait_to_write(s, c);
        return MHD_YES;
    }
    s->writing = s->writing || writes(c);
    set_to_work(c);
    return MHD_YES;
}

/* --- what libmicrohttpd calls --- */

/*
 * No reply at once: it would close the connection after it, under a browser that is still sending.
 * What follows the head of a refused request is dropped as it comes.
 */
static enum MHD_Result begin_reading(struct kk_serve *s, struct MHD_Connection *connection,
                                     const char *url, const char *method, void **call)
{
    struct call *c = call_new(s, connection, url, method);
    int r = c ? check_head(c, &c->refused) : 0;

    *call = c;
    if (r < 0 && c->refused.fault != r)
        kk_error_set(&c->refused, r, "", "%s", "");
    return c ? MHD_YES : MHD_NO;
}

static enum MHD_Result take_part(struct call *c, const char *upload, size_t *upload_len)
{
    size_t len = *upload_len;

    *upload_len = 0;
    if (c->refused.fault)
        return MHD_YES;
    return kk_bytes_append(&c->body, upload, len) == 0 ? MHD_YES : MHD_NO;
}

enum MHD_Result kk_serve_on_request(void *self, struct MHD_Connection *connection,
                                    const char *url, const char *method, const char *version,
                                    const char *upload, size_t *upload_len, void **call)
{
    struct call *c = *call;

    (void)version;
    if (!c)
        return begin_reading(self, connection, url, method, call);
    if (*upload_len > 0)
        return take_part(c, upload, upload_len);
    if (c->refused.fault)
        return refuse(c, &c->refused);
    if (c->stage == ANSWERED)
        return reply_answer(c);
    if (c->way == KK_DOOR_FILE)
        return reply_file(c);
    return c->way == KK_DOOR_OPEN ? reply_open(c) : begin(c);
}

void kk_serve_on_completed(void *self, struct MHD_Connection *connection, void **call,
                           enum MHD_RequestTerminationCode how)
{
    struct call *c = *call;

    (void)self;
    (void)connection;
    (void)how;
    if (!c)
        return;
    c->serve->calls--;
    for (size_t i = 0; i < c->text_count; i++)
        kk_bytes_fini(&c->texts[i]);
    kk_secret_wipe(c->body.data, c->body.data ? c->body.cap : 0); /* may hold a passphrase */
    kk_bytes_fini(&c->body);
    kk_bytes_fini(&c->answer.body);
    kk_free(c);
    *call = NULL;
}
