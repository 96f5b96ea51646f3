/*
 * libcurl, told to be modest: no environment of its own but the system's proxy and certificates, no
 * cookies, no compression, no redirect that it follows by itself. [MI-4]
 */
#include "fetch/fetch.h"

#include "fetch/address.h"
#include "fetch/lib_curl.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/limits.h"

#include <stdio.h>

#define PATH_MAX_BYTES 80
#define ASIDE_MAX      (64 * 1024) /* bytes of one answer that are no part of a file: its head */

struct kk_fetch {
    CURL *curl;
    struct curl_slist *headers;
    char base[KK_FETCH_URL_MAX + 2], url[KK_FETCH_URL_MAX + PATH_MAX_BYTES];
    /* of the request under way */
    const struct kk_fetch_want *want;
    struct kk_bytes body;
    uint64_t limit; /* bytes of body that are taken; one more ends it */
    size_t aside;
    bool too_long, ranged;
    bool cut; /* the piece broke off: what came of it counts, the rest is asked for next */
    uint64_t range_from, range_total;
    /* a server that gave a whole file where a piece was asked for: the pieces come from here */
    char whole_path[PATH_MAX_BYTES];
    struct kk_bytes whole;
    uint64_t received;
    unsigned cuts;
};

/* --- what comes --- */

static size_t on_body(char *data, size_t size, size_t count, void *user)
{
    struct kk_fetch *f = user;
    size_t len = size * count;
    long status = 0;

    kk_curl->curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
    f->received += len;
    if (status != 200 && status != 206) { /* a page that says what is wrong */
        f->aside += len;
        f->too_long = f->aside > ASIDE_MAX;
        return f->too_long ? 0 : len;
    }
    if (f->body.len == 0)
        f->limit = status == 206 ? f->want->max : f->want->whole_max;
    if (len > f->limit - f->body.len) {
        f->too_long = true;
        return 0;
    }
    return kk_bytes_append(&f->body, data, len) == 0 ? len : 0;
}

/* "Content-Range: bytes 0-99/1234" */
static size_t on_header(char *data, size_t size, size_t count, void *user)
{
    static const char name[] = "content-range:";
    struct kk_fetch *f = user;
    size_t len = size * count;
    unsigned long long from = 0, to = 0, total = 0;
    char line[128];

    f->aside += len;
    f->too_long = f->aside > ASIDE_MAX;
    if (f->too_long)
        return 0;
    if (len >= 5 && kk_curl->curl_strnequal(data, "HTTP/", 5))
        f->ranged = false; /* of an answer before the last one */
    if (len >= sizeof(line) || len < sizeof(name) ||
        !kk_curl->curl_strnequal(data, name, sizeof(name) - 1))
        return len;
    snprintf(line, sizeof(line), "%.*s", (int)len, data);
    f->ranged = sscanf(line + sizeof(name) - 1, " bytes %llu-%llu/%llu", &from, &to, &total) == 3 &&
                from <= to && to < total;
    f->range_from = from;
    f->range_total = total;
    return len;
}

/* --- making and freeing --- */

static bool set_up(struct kk_fetch *f, const struct kk_fetch_options *o)
{
    long silence = o->silence_s ? o->silence_s : KK_MIRROR_SILENCE_S;
    long connect = KK_MIRROR_CONNECT_MS;
    const struct kk_curl *k = kk_curl;
    CURL *c = f->curl;

    if (silence * 1000 < connect)
        connect = silence * 1000;
    /* whether a mirror is asked for the newest is not a cache's to decide */
    f->headers = k->curl_slist_append(NULL, "Cache-Control: no-cache");
    return f->headers && k->curl_easy_setopt(c, CURLOPT_HTTPHEADER, f->headers) == CURLE_OK &&
           k->curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           k->curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           k->curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           k->curl_easy_setopt(c, CURLOPT_USERAGENT, "kukyoku/" KUKYOKU_VERSION) == CURLE_OK &&
           k->curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, connect) == CURLE_OK &&
           k->curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)KK_MIRROR_REQUEST_MS) == CURLE_OK &&
           k->curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)KK_MIRROR_BYTES_S) == CURLE_OK &&
           k->curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, silence) == CURLE_OK &&
           k->curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
           k->curl_easy_setopt(c, CURLOPT_WRITEDATA, f) == CURLE_OK &&
           k->curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
           k->curl_easy_setopt(c, CURLOPT_HEADERDATA, f) == CURLE_OK;
}

int kk_fetch_new(const struct kk_fetch_options *o, struct kk_fetch **ret, struct kk_error *err)
{
    KK_AUTO_FREE(kk_fetch) struct kk_fetch *f = NULL;
    size_t len = strlen(o->base);
    int r = kk_curl_load(err);

    if (r < 0)
        return r;
    if (!kk_address_sound(o->base))
        return kk_error_say(err, KK_E_USAGE, o->base,
                            "not the address of a mirror: http or https, a host, a path at most",
                            "ミラーのアドレスではありません（http か https、ホスト名、パスのみ）");
    if (kk_curl->curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return kk_error_set(err, KK_E_MEMORY, o->base, "%s", "");
    f = kk_alloc(sizeof(*f));
    if (!f)
        return kk_error_set(err, KK_E_MEMORY, o->base, "%s", "");
    snprintf(f->base, sizeof(f->base), "%s%s", o->base, o->base[len - 1] == '/' ? "" : "/");
    f->curl = kk_curl->curl_easy_init();
    if (!f->curl || !set_up(f, o))
        return kk_error_set(err, KK_E_MEMORY, o->base, "%s", "");
    *ret = KK_STEAL(f);
    return 0;
}

void kk_fetch_free(struct kk_fetch *f)
{
    if (!f)
        return;
    kk_curl->curl_easy_cleanup(f->curl);
    kk_curl->curl_slist_free_all(f->headers);
    kk_bytes_fini(&f->body);
    kk_bytes_fini(&f->whole);
    kk_free(f);
}

uint64_t kk_fetch_received(const struct kk_fetch *f)
{
    return f->received;
}

/* --- one request --- */

static int unread(const struct kk_fetch *f, struct kk_error *err, const char *en, const char *ja)
{
    return kk_error_text(err, KK_E_MIRROR_UNREAD, f->url, en, ja);
}

static int library_fault(const struct kk_fetch *f, CURLcode code, struct kk_error *err)
{
    if (f->too_long)
        return unread(f, err, "it sends more than was asked for", "要求より多くのデータを送ってきます");
    if (code == CURLE_WRITE_ERROR)
        return kk_error_set(err, KK_E_MEMORY, f->url, "%s", "");
    if (code == CURLE_OPERATION_TIMEDOUT)
        return unread(f, err, "it does not answer, or too slowly", "応答がないか、遅すぎます");
    if (code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR)
        return unread(f, err, "the connection broke off", "接続が途中で切れました");
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR)
        return unread(f, err, "https: its certificate does not hold here, or it has none",
                      "https: 証明書をこの端末で確認できないか、https に対応していません");
    if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST)
        return unread(f, err, "nobody answers at this address", "この接続先から応答がありません");
    /* the library's own words, never a server's */
    return kk_error_set(err, KK_E_MIRROR_UNREAD, f->url, "%s", kk_curl->curl_easy_strerror(code));
}

static int ask_once(struct kk_fetch *f, struct kk_error *err, long *ret_status)
{
    CURLcode code;

    kk_bytes_clear(&f->body);
    f->aside = 0;
    f->too_long = f->ranged = f->cut = false;
    code = kk_curl->curl_easy_setopt(f->curl, CURLOPT_URL, f->url);
    if (code == CURLE_OK)
        code = kk_curl->curl_easy_perform(f->curl);
    kk_curl->curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, ret_status);
    f->cut = (code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR ||
              code == CURLE_OPERATION_TIMEDOUT) &&
             f->ranged && *ret_status == 206 && f->body.len > 0 && ++f->cuts <= KK_MIRROR_CUTS;
    return code == CURLE_OK || f->cut ? 0 : library_fault(f, code, err);
}

/* A redirect is followed by hand, where it stays at the host. */
static int redirect(struct kk_fetch *f, struct kk_error *err)
{
    char *to = NULL;

    kk_curl->curl_easy_getinfo(f->curl, CURLINFO_REDIRECT_URL, &to);
    if (!to || strlen(to) >= sizeof(f->url) || !kk_address_stays(f->base, to))
        return unread(f, err, "it points to another place", "別の場所へ誘導しています");
    snprintf(f->url, sizeof(f->url), "%s", to);
    return 0;
}

static int ask(struct kk_fetch *f, struct kk_error *err, long *ret_status)
{
    int r = ask_once(f, err, ret_status);

    for (int i = 0; r == 0 && *ret_status >= 300 && *ret_status < 400; i++) {
        if (i == KK_MIRROR_REDIRECTS)
            return unread(f, err, "it points from place to place", "誘導が繰り返されます");
        r = redirect(f, err);
        if (r == 0)
            r = ask_once(f, err, ret_status);
    }
    return r;
}

/* --- what is made of it --- */

static int give_whole(struct kk_fetch *f, const struct kk_fetch_want *want,
                      struct kk_fetch_got *ret)
{
    uint64_t left;

    if (want->offset >= f->whole.len)
        return KK_E_NOT_FOUND;
    left = f->whole.len - want->offset;
    *ret = (struct kk_fetch_got){ .total = f->whole.len };
    ret->bytes = kk_slice(f->whole.data + want->offset, left < want->max ? left : want->max);
    return 0;
}

static void keep_whole(struct kk_fetch *f, const struct kk_fetch_want *want)
{
    struct kk_bytes old = f->whole;

    f->whole = f->body;
    f->body = old;
    snprintf(f->whole_path, sizeof(f->whole_path), "%s", want->path);
}

static int give_piece(struct kk_fetch *f, const struct kk_fetch_want *want,
                      struct kk_fetch_got *ret, struct kk_error *err)
{
    uint64_t left = f->range_total - want->offset; /* of an honest answer */

    if (!f->ranged || f->range_from != want->offset || f->body.len == 0 ||
        (f->body.len != (left < want->max ? left : want->max) && !f->cut))
        return unread(f, err, "it gives another piece than was asked for",
                      "要求と異なる部分を送ってきました");
    if (f->range_total > want->whole_max)
        return unread(f, err, "the file is longer than it may be",
                      "ファイルが上限より大きいです");
    *ret = (struct kk_fetch_got){ kk_bytes_slice(&f->body), f->range_total };
    return 0;
}

static int judge(struct kk_fetch *f, long status, struct kk_fetch_got *ret, struct kk_error *err)
{
    const struct kk_fetch_want *want = f->want;

    if (status == 206)
        return give_piece(f, want, ret, err);
    if (status == 200) {
        keep_whole(f, want);
        return give_whole(f, want, ret);
    }
    if (status == 404 || status == 410 || status == 416)
        return KK_E_NOT_FOUND;
    return kk_error_say(err, KK_E_MIRROR_UNREAD, f->url, "it answers with status %ld",
                        "状態コード %ld を返しました", status);
}

int kk_fetch_get(struct kk_fetch *f, const struct kk_fetch_want *want, struct kk_fetch_got *ret,
                 struct kk_error *err)
{
    char range[48];
    long status = 0;
    int r;

    if (f->whole.len && strcmp(f->whole_path, want->path) == 0 && want->offset > 0)
        return give_whole(f, want, ret);
    kk_bytes_clear(&f->whole);
    f->want = want;
    snprintf(f->url, sizeof(f->url), "%s%s", f->base, want->path);
    snprintf(range, sizeof(range), "%llu-%llu", (unsigned long long)want->offset,
             (unsigned long long)(want->offset + want->max - 1));
    if (kk_curl->curl_easy_setopt(f->curl, CURLOPT_RANGE, range) != CURLE_OK)
        return kk_error_set(err, KK_E_MEMORY, f->url, "%s", "");
    r = ask(f, err, &status);
    if (r == 0)
        r = judge(f, status, ret, err);
    if (r == KK_E_NOT_FOUND)
        return kk_error_text(err, r, f->url, "the mirror does not have it", "ミラーにありません");
    return r;
}
