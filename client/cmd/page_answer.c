/* Running a command for the page, and the envelope of its answer (page.h). */
#include "cmd/page.h"

#include "cmd/run.h"
#include "os.h"
#include "os_show.h"
#include "view/json.h"

#include "kukyoku/base/text.h"

#include <stdlib.h>

#define FIXED_WORDS 8

void kk_page_run_fini(struct kk_page_run *run)
{
    kk_bytes_fini(&run->data);
    kk_bytes_fini(&run->talk);
}

/* --- running --- */

static int run_words(struct kk_page *p, const struct kk_route_words *w,
                     const struct kk_served *served, enum kk_lang lang, struct kk_page_run *ret)
{
    const char *argv[KK_PARSE_WORDS_MAX + FIXED_WORDS] = {
        "kukyoku", "--json", "--progress", "never", "--lang", kk_lang_name(lang), "--home", p->home
    };
    struct kk_run_streams streams = { .data = kk_os_memory_open(&ret->data),
                                      .talk = kk_os_memory_open(&ret->talk), .served = served };
    bool good = streams.data && streams.talk;

    for (int i = 0; i < w->count; i++)
        argv[FIXED_WORDS + i] = w->words[i];
    if (good)
        ret->exit = kk_run(FIXED_WORDS + w->count, argv, &streams);
    if (streams.data)
        good = fclose(streams.data) == 0 && good;
    if (streams.talk)
        good = fclose(streams.talk) == 0 && good;
    return good ? 0 : KK_E_MEMORY;
}

int kk_page_run_line(struct kk_page *p, const struct kk_route_words *w,
                     const struct kk_served *served, enum kk_lang lang, struct kk_page_run *ret)
{
    struct kk_served with = *served;
    struct kk_bytes passphrase = { 0 };
    int r = 0;

    uv_mutex_lock(&p->guard);
    if (p->passphrase.len)
        r = kk_bytes_append_slice(&passphrase, kk_bytes_slice(&p->passphrase));
    uv_mutex_unlock(&p->guard);
    with.passphrase = kk_bytes_slice(&passphrase);
    with.prefs = p->prefs;
    if (r == 0)
        r = run_words(p, w, &with, lang, ret);
    kk_os_wipe(&passphrase);
    return r;
}

/* --- how HTTP calls a fault --- */

static int status_of_exit(const struct kk_error_info *info)
{
    if (info->wire == KK_WIRE_NOTFOUND && info->exit == KK_EXIT_FAILED)
        return 404;
    switch (info->exit) {
    case KK_EXIT_USAGE:
        return 400;
    case KK_EXIT_DENIED:
        return 403;
    case KK_EXIT_CONFLICT:
        return 409;
    case KK_EXIT_LOCKED:
        return 423;
    case KK_EXIT_TEMPORARY:
        return 503;
    case KK_EXIT_OK:
    case KK_EXIT_FAILED:
    case KK_EXIT_WARNINGS:
    case KK_EXIT_UNCHANGED:
    case KK_EXIT_VERIFY:
    case KK_EXIT_NEWER:
    case KK_EXIT_INTERRUPTED:
        break;
    }
    return 422;
}

static int status_of(int fault)
{
    static const struct {
        int fault, status;
    } own[] = {
        { KK_E_PAGE_HOST, 421 }, { KK_E_PAGE_SESSION, 401 }, { KK_E_PAGE_METHOD, 405 },
        { KK_E_PAGE_SIZE, 413 }, { KK_E_PAGE_TYPE, 415 },    { KK_E_MEMORY, 500 },
    };

    for (size_t i = 0; i < KK_COUNT(own); i++) {
        if (own[i].fault == fault)
            return own[i].status;
    }
    return status_of_exit(kk_error_info(fault));
}

/* {"code": "E1007", …}: the number behind the E. */
static int status_of_error(const json_t *error)
{
    const char *code = json_string_value(json_object_get(error, "code"));

    return code && code[0] == 'E' ? status_of(-(int)strtol(code + 1, NULL, 10)) : 500;
}

/* --- the envelope --- */

/* Each line of the talk is an object: {"warning": …} or {"error": {…}}. */
static void sort_line(const char *line, size_t len, json_t *warnings, json_t **error)
{
    json_t *said = json_loadb(line, len, 0, NULL);
    json_t *warning = json_object_get(said, "warning"), *fault = json_object_get(said, "error");

    if (warning)
        json_array_append(warnings, warning);
    if (fault && !*error)
        *error = json_incref(fault);
    json_decref(said);
}

static void sort_talk(const struct kk_bytes *talk, json_t *warnings, json_t **error)
{
    struct kk_slice rest = kk_bytes_slice(talk), line;

    while (kk_text_line(&rest, &line))
        sort_line((const char *)line.data, line.len, warnings, error);
}

static int put(const char *bytes, size_t len, void *to)
{
    return kk_bytes_append(to, bytes, len) == 0 ? 0 : -1;
}

static int add_json(struct kk_bytes *out, const char *name, const json_t *value)
{
    if (kk_bytes_format(out, ",\"%s\":", name) < 0)
        return KK_E_MEMORY;
    return json_dump_callback(value, put, out, JSON_COMPACT | JSON_ENCODE_ANY) == 0 ? 0
                                                                                     : KK_E_MEMORY;
}

/* The object stands in it as it was printed: it is never read and written again. */
static int wrap(enum kk_exit exit, struct kk_slice data, const json_t *error,
                const json_t *warnings, struct kk_bytes *out)
{
    int r = kk_bytes_format(out, "{\"exit\":%d,\"data\":", (int)exit);

    if (r == 0)
        r = data.len ? kk_bytes_append_slice(out, data) : kk_bytes_append_text(out, "null");
    if (r == 0 && error)
        r = add_json(out, "error", error);
    if (r == 0)
        r = add_json(out, "warnings", warnings);
    return r == 0 ? kk_bytes_append_text(out, "}\n") : r;
}

int kk_page_envelope(const struct kk_page_run *run, struct kk_bytes *out)
{
    json_t *warnings = json_array(), *error = NULL;
    struct kk_slice data = run->file ? kk_slice("", 0) : kk_bytes_slice(&run->data);
    int r, status = 200;

    sort_talk(&run->talk, warnings, &error);
    if (error)
        status = status_of_error(error);
    r = wrap(run->exit, data, error, warnings, out);
    json_decref(warnings);
    json_decref(error);
    return r < 0 ? r : status;
}

/* --- the page's own words --- */

static const char out_of_memory[] =
    "{\"exit\":1,\"data\":null,\"error\":{\"code\":\"E1001\"},\"warnings\":[]}\n";

/* When not even this can be had, the reply is empty. */
static void tell_memory(struct kk_serve_answer *ret)
{
    kk_bytes_clear(&ret->body);
    ret->status = 500;
    kk_ignore(kk_bytes_append_text(&ret->body, out_of_memory));
}

void kk_page_tell(json_t *take_data, int status, struct kk_serve_answer *ret)
{
    struct kk_bytes data = { 0 };
    json_t *warnings = json_array();

    ret->type = "application/json";
    ret->status = status;
    if (!take_data || json_dump_callback(take_data, put, &data, JSON_COMPACT) < 0 ||
        wrap(KK_EXIT_OK, kk_bytes_slice(&data), NULL, warnings, &ret->body) < 0)
        tell_memory(ret);
    json_decref(take_data);
    json_decref(warnings);
    kk_bytes_fini(&data);
}

void kk_page_refuse(const struct kk_error *why, enum kk_lang lang, struct kk_serve_answer *ret)
{
    KK_AUTO_FINI(kk_page_run) struct kk_page_run run = { 0 };
    struct kk_out out = { .talk = kk_os_memory_open(&run.talk), .lang = lang, .json = true };
    int status = KK_E_MEMORY;

    ret->type = "application/json";
    run.exit = kk_error_info(why->fault)->exit;
    if (out.talk) {
        kk_out_error(&out, why->fault, why);
        if (fclose(out.talk) == 0)
            status = kk_page_envelope(&run, &ret->body);
    }
    if (status < 0)
        tell_memory(ret);
    else
        ret->status = status;
}
