/* Host, session, origin (door.h). */
#include "serve/door.h"

#include "kukyoku/base/text.h"

#include <stdio.h>

#define API_PREFIX "/api/"

static void make_secret(const struct kk_entropy *entropy, char ret[KK_DOOR_SECRET])
{
    uint8_t bytes[KK_DOOR_SECRET / 2];

    kk_entropy_fill(entropy, bytes, sizeof bytes);
    kk_hex_encode(kk_slice(bytes, sizeof bytes), ret);
    kk_secret_wipe(bytes, sizeof bytes);
}

void kk_door_init(struct kk_door *d, const struct kk_entropy *entropy)
{
    d->port = 0;
    make_secret(entropy, d->token);
    make_secret(entropy, d->cookie);
    make_secret(entropy, d->key);
}

void kk_door_fini(struct kk_door *d)
{
    kk_secret_wipe(d, sizeof *d);
}

void kk_door_cookie_name(const struct kk_door *d, char ret[KK_DOOR_NAME])
{
    snprintf(ret, KK_DOOR_NAME, "kukyoku-%u", d->port);
}

/* Nothing is equal to an empty secret: that is a token which was used. */
static bool same(const char *secret, const char *told)
{
    size_t len = strlen(secret);

    return told && len > 0 && strlen(told) == len && kk_secret_equal(secret, told, len);
}

/* "127.0.0.1:PORT" or "localhost:PORT", and nothing else that may lead here. */
static bool our_place(const struct kk_door *d, const char *text)
{
    static const char *const names[] = { "127.0.0.1", "localhost" };
    char place[32];

    for (size_t i = 0; text && i < KK_COUNT(names); i++) {
        snprintf(place, sizeof place, "%s:%u", names[i], d->port);
        if (strcmp(text, place) == 0)
            return true;
    }
    return false;
}

static bool our_origin(const struct kk_door_head *h)
{
    static const char scheme[] = "http://";

    return h->origin && strncmp(h->origin, scheme, sizeof scheme - 1) == 0 &&
           strcmp(h->origin + sizeof scheme - 1, h->host) == 0;
}

static int check_method(const struct kk_door_head *h, enum kk_door_way way, struct kk_error *err)
{
    bool writes = h->method == KK_SERVE_POST || h->method == KK_SERVE_PUT;
    bool reads = h->method == KK_SERVE_GET || (h->method == KK_SERVE_HEAD && way == KK_DOOR_FILE);

    if (reads || (writes && way == KK_DOOR_API))
        return 0;
    return kk_error_set(err, KK_E_PAGE_METHOD, h->path, "%s", "");
}

static int check_session(const struct kk_door *d, const struct kk_door_head *h,
                         struct kk_error *err)
{
    if (!same(d->cookie, h->cookie))
        return kk_error_say(err, KK_E_PAGE_SESSION, "cookie", "no cookie of this session",
                            "このセッションの Cookie がありません");
    if (!same(d->key, h->key))
        return kk_error_say(err, KK_E_PAGE_SESSION, KK_DOOR_KEY_HEADER, "no key of this session",
                            "このセッションの鍵がありません");
    return 0;
}

/* Browsers name the origin of everything that may change something; some programs name none. */
static int check_origin(const struct kk_door_head *h, struct kk_error *err)
{
    bool writes = h->method == KK_SERVE_POST || h->method == KK_SERVE_PUT;

    if (h->site && strcmp(h->site, "same-origin") != 0)
        return kk_error_set(err, KK_E_PAGE_ORIGIN, "Sec-Fetch-Site", "%.60s", h->site);
    if ((writes || h->origin) && !our_origin(h))
        return kk_error_set(err, KK_E_PAGE_ORIGIN, "Origin", "%.60s", h->origin ? h->origin : "-");
    return 0;
}

int kk_door_check(const struct kk_door *d, const struct kk_door_head *head, enum kk_door_way *ret,
                  struct kk_error *err)
{
    enum kk_door_way way = KK_DOOR_FILE;
    int r;

    if (!our_place(d, head->host))
        return kk_error_set(err, KK_E_PAGE_HOST, "Host", "%.60s", head->host ? head->host : "-");
    if (strcmp(head->path, "/open") == 0)
        way = KK_DOOR_OPEN;
    else if (strncmp(head->path, API_PREFIX, sizeof API_PREFIX - 1) == 0)
        way = KK_DOOR_API;
    r = check_method(head, way, err);
    if (r == 0 && way == KK_DOOR_API)
        r = check_origin(head, err);
    if (r == 0 && way == KK_DOOR_API)
        r = check_session(d, head, err);
    if (r == 0)
        *ret = way;
    return r;
}

bool kk_door_open(struct kk_door *d, const char *token)
{
    if (!same(d->token, token))
        return false;
    kk_secret_wipe(d->token, sizeof d->token);
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool kk_door_decode(char *text)
{
    char *to = text;

    for (const char *at = text; *at; at++, to++) {
        int high, low;

        *to = *at;
        if (*at != '%')
            continue;
        high = hex_digit(at[1]);
        low = high < 0 ? -1 : hex_digit(at[2]);
        if (low < 0 || (high == 0 && low == 0))
            return false;
        *to = (char)(high << 4 | low);
        at += 2;
    }
    *to = '\0';
    return kk_utf8_valid(kk_slice_text(text));
}
