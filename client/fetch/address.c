/* Parsed by the library that will connect there, so that both read an address alike. [MI-4] */
#include "fetch/address.h"
#include "fetch/fetch.h"
#include "fetch/lib_curl.h"

#include <string.h>

struct address {
    char scheme[8], host[256], port[8];
    bool plain; /* neither user nor query nor fragment */
};

static bool take(CURLU *u, CURLUPart part, char *ret, size_t size)
{
    char *text = NULL;
    bool fits = kk_curl->curl_url_get(u, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK &&
                strlen(text) < size;

    if (fits)
        memcpy(ret, text, strlen(text) + 1);
    kk_curl->curl_free(text);
    return fits;
}

static bool has(CURLU *u, CURLUPart part)
{
    char *text = NULL;
    bool there = kk_curl->curl_url_get(u, part, &text, 0) == CURLUE_OK;

    kk_curl->curl_free(text);
    return there;
}

static bool parse(const char *url, struct address *ret)
{
    CURLU *u = kk_curl->curl_url();
    bool sound = u && strlen(url) <= KK_FETCH_URL_MAX &&
                 kk_curl->curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
                 take(u, CURLUPART_SCHEME, ret->scheme, sizeof(ret->scheme)) &&
                 take(u, CURLUPART_HOST, ret->host, sizeof(ret->host)) &&
                 take(u, CURLUPART_PORT, ret->port, sizeof(ret->port)) &&
                 (strcmp(ret->scheme, "http") == 0 || strcmp(ret->scheme, "https") == 0);

    if (sound)
        ret->plain = !has(u, CURLUPART_USER) && !has(u, CURLUPART_PASSWORD) &&
                     !has(u, CURLUPART_QUERY) && !has(u, CURLUPART_FRAGMENT);
    kk_curl->curl_url_cleanup(u);
    return sound;
}

bool kk_address_sound(const char *url)
{
    struct address a;

    /* where the library is missing, who fetches says so */
    return kk_curl_load(NULL) < 0 || (parse(url, &a) && a.plain);
}

bool kk_address_stays(const char *from, const char *to)
{
    struct address a, b;

    if (kk_curl_load(NULL) < 0 || !parse(from, &a) || !parse(to, &b) || !b.plain)
        return false;
    if (strcmp(a.host, b.host) != 0)
        return false;
    if (strcmp(a.scheme, b.scheme) == 0)
        return strcmp(a.port, b.port) == 0;
    return strcmp(a.scheme, "http") == 0 && strcmp(a.port, "80") == 0 &&
           strcmp(b.port, "443") == 0;
}
