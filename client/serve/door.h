/*
 * Who may speak to the page's server. 127.0.0.1 is shared by every person on the machine and can be
 * reached by every page that a browser shows, so each request is asked for:
 *   Host    exactly our address (a name that somebody else's DNS points here is refused: 421)
 *   cookie  given once for the token in the address that `kukyoku ui` opens; HttpOnly, SameSite
 *   key     a header of the page's own script. Cookies are sent to every port of 127.0.0.1, so that
 *           another person's program there could learn ours; what a page stores belongs to its port
 *   Origin  of what changes something
 * Files of the page hold nothing of anybody and are asked for the Host alone.
 * Pure: no socket, no clock. Secrets are compared in constant time.
 */
#ifndef SERVE_DOOR_H
#define SERVE_DOOR_H

#include "kukyoku/base/secret.h"
#include "kukyoku/error.h"

#define KK_DOOR_SECRET 65 /* 32 random bytes in hexadecimal, NUL included */
#define KK_DOOR_NAME   24 /* of the cookie: "kukyoku-54321" */
#define KK_DOOR_KEY_HEADER "X-Kukyoku"

enum kk_serve_method {
    KK_SERVE_GET,
    KK_SERVE_HEAD,
    KK_SERVE_POST,
    KK_SERVE_PUT,
    KK_SERVE_OTHER
};

struct kk_door {
    unsigned port;
    char token[KK_DOOR_SECRET]; /* empty once it was used */
    char cookie[KK_DOOR_SECRET], key[KK_DOOR_SECRET];
};
void kk_door_init(struct kk_door *d, const struct kk_entropy *entropy);
void kk_door_fini(struct kk_door *d); /* wipes */
KK_DEFINE_FINI(kk_door)
/* The cookie carries the port: two homes of one person do not take each other's away. */
void kk_door_cookie_name(const struct kk_door *d, char ret[KK_DOOR_NAME]);

/* What is asked for; a header that was not sent is NULL. */
struct kk_door_head {
    enum kk_serve_method method;
    const char *path;
    const char *host, *origin, *cookie, *key;
    const char *site; /* Sec-Fetch-Site: who asks, as the browser says */
};
enum kk_door_way {
    KK_DOOR_FILE, /* a file of the page */
    KK_DOOR_OPEN, /* "/open": the token for a session */
    KK_DOOR_API
};
/* KK_E_PAGE_HOST, KK_E_PAGE_METHOD, KK_E_PAGE_SESSION, KK_E_PAGE_ORIGIN. */
KK_MUST_USE int kk_door_check(const struct kk_door *d, const struct kk_door_head *head,
                              enum kk_door_way *ret, struct kk_error *err);
/* Takes the token (NULL: none was sent), once: false for a wrong one and for the second time. */
KK_MUST_USE bool kk_door_open(struct kk_door *d, const char *token);

/* %XX in place. False for what is not UTF-8 afterwards, a NUL, or a percent sign alone. */
KK_MUST_USE bool kk_door_decode(char *text);

#endif
