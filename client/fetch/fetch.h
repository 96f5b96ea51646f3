/*
 * Files from a web server, one after another over one connection: a piece at a time, with bounds on
 * bytes and time, http and https alone, and no way to another host. Nothing that comes is believed
 * here; who asked checks it. [MI-4]
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"

#define KK_FETCH_URL_MAX 512

struct kk_fetch_options {
    const char *base;  /* "https://example.jp/kukyoku", with or without a slash behind it */
    int silence_s;     /* how long next to nothing may come; 0: KK_MIRROR_SILENCE_S */
};
struct kk_fetch;
/* KK_E_USAGE for an address that is none (kk_fetch_address_fault says why), KK_E_MEMORY. */
KK_MUST_USE int kk_fetch_new(const struct kk_fetch_options *o, struct kk_fetch **ret,
                             struct kk_error *err);
void kk_fetch_free(struct kk_fetch *f);
KK_DEFINE_FREE(kk_fetch)

struct kk_fetch_want {
    const char *path; /* below the base: "root/1" */
    uint64_t offset, max; /* bytes from where, at most how many; max > 0 */
    uint64_t whole_max;   /* a whole file longer than that is refused */
};
struct kk_fetch_got {
    struct kk_slice bytes; /* until the next call */
    uint64_t total;        /* of the whole file, as the server says; at least offset + bytes.len */
};
/*
 * KK_E_NOT_FOUND where the server has no such file, or ends before offset; KK_E_MIRROR_UNREAD for
 * all that a server can do wrong, and when it is silent; err names the address and says what.
 */
KK_MUST_USE int kk_fetch_get(struct kk_fetch *f, const struct kk_fetch_want *want,
                             struct kk_fetch_got *ret, struct kk_error *err);
/* Bytes of files that came so far. */
uint64_t kk_fetch_received(const struct kk_fetch *f);

#endif
