/*
 * The local server of the page: libmicrohttpd on a libuv loop, for one person on 127.0.0.1. It
 * knows HTTP, the door (door.h) and the page's files (asset.h); what /api answers is its owner's,
 * who is called on a thread of the pool, so that slow work never stops the loop. Who writes (POST,
 * PUT) is called one by one, and so leaves the other threads to those who read.
 *
 * Bounds: 64 connections, 32 KiB of headers, 20 s without a byte, a body only where the owner
 * admits one and never longer than it says, 32 answers under way. Every reply has the security
 * headers; answers of /api are never stored. No form is ever parsed.
 */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "serve/door.h"

#include "kukyoku/base/bytes.h"

#include <stdint.h>

#define KK_SERVE_PAIRS_MAX 64

struct kk_serve_pair {
    const char *name, *value; /* UTF-8, decoded; "" for a name alone */
};
struct kk_serve_request {
    enum kk_serve_method method; /* GET, POST, PUT */
    const char *path;            /* behind "/api/", decoded */
    struct kk_serve_pair query[KK_SERVE_PAIRS_MAX];
    size_t query_count;
    const char *language, *content_type; /* as sent, NULL without one */
    struct kk_slice body;
};
struct kk_serve_answer {
    int status;
    const char *type;     /* Content-Type; static */
    const char *download; /* name of a file to be kept; NULL: shown. Static */
    const char *allow;    /* methods of this path, with 405. Static */
    struct kk_bytes body;
    void (*after)(void *self); /* done on the pool once this is on its way; may be NULL */
    bool last;                 /* the server ends with this answer */
};

/* self stands first in each call. Strings of a request are borrowed for the call. */
struct kk_serve_owner {
    void *self;
    /* On the loop, before a body is read: how long one may be. A fault refuses the request. */
    int (*admit)(void *self, const struct kk_serve_request *head, size_t *ret_body_max,
                 struct kk_error *err);
    /* On the pool; several at once, of which one may write. */
    void (*answer)(void *self, const struct kk_serve_request *request,
                   struct kk_serve_answer *ret);
    /* On the loop: how a fault is told. Sets allow where another method would do. */
    void (*refuse)(void *self, const struct kk_serve_request *request, const struct kk_error *why,
                   struct kk_serve_answer *ret);
};

struct kk_serve;
/* port 0: any free one. KK_E_PAGE_PORT. */
KK_MUST_USE int kk_serve_open(const struct kk_serve_owner *owner, unsigned port,
                              struct kk_serve **ret, struct kk_error *err);
/* The address that opens the page once: http://127.0.0.1:PORT/open?token=… */
#define KK_SERVE_ADDRESS 128
void kk_serve_address(const struct kk_serve *s, char ret[KK_SERVE_ADDRESS]);
/* Until SIGINT, SIGTERM or a last answer; then what is under way is finished. */
void kk_serve_run(struct kk_serve *s);
void kk_serve_free(struct kk_serve *s); /* NULL is fine */
KK_DEFINE_FREE(kk_serve)

#endif
