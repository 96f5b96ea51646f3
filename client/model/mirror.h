/*
 * What is public, from a mirror: the machine that a line feeds asks a web server, and every check
 * holds. A home without a device takes all that it believes there; a device takes what is public
 * and leaves the rest to the daemon. What a mirror does wrong costs time and nothing else. [MI-5]
 */
#ifndef MODEL_MIRROR_H
#define MODEL_MIRROR_H

#include "fetch/fetch.h"
#include "model/sync_store.h"

#define KK_MIRRORS_MAX 16

/* Whom to ask, in this order. */
struct kk_mirrors {
    char urls[KK_MIRRORS_MAX][KK_FETCH_URL_MAX + 1];
    size_t count;
};
/* false where there is no room. */
bool kk_mirrors_add(struct kk_mirrors *m, struct kk_slice url);
/* Those that enrolment kept, then those of the roster. */
KK_MUST_USE int kk_mirrors_find(struct kk_home *h, struct kk_mirrors *ret);
/* Keeps them for the syncs to come. */
KK_MUST_USE int kk_mirrors_keep(struct kk_home *h, const struct kk_mirrors *m);

struct kk_mirror_report {
    struct kk_sync_counts counts;
    const char *url;   /* that was read to its end, or the last that was not */
    bool behind;       /* it has an older release, or word of the daemon, than is held */
    uint64_t offers;   /* the release that it names; 0: none */
    uint64_t catalog;  /* held afterwards */
    uint64_t received; /* bytes of files */
};
struct kk_mirror_options {
    const struct kk_mirrors *mirrors;
    int silence_s; /* 0: as it is usual */
    kk_sync_progress_fn *progress; /* may be NULL */
    /* One that did not serve, or is behind (fault 0), before the next is asked; may be NULL. */
    void (*passed_over)(void *user, const struct kk_mirror_report *report,
                        const struct kk_error *why);
    void *user;
};
/*
 * Asks one after another until one is in order and not behind. 0 also where all that were in order
 * are behind; otherwise the fault of the last: KK_E_MIRROR, KK_E_MIRROR_UNREAD, KK_E_EXPIRED, or
 * one of the machine's own. A home without a device remembers how it ended.
 */
KK_MUST_USE int kk_mirror_sync(struct kk_home *h, const struct kk_mirror_options *o,
                               struct kk_mirror_report *ret, struct kk_error *err);

/* Has the root that fingerprint: 12 letters as people compare, or all 64 hex digits? */
KK_MUST_USE bool kk_root_is(struct kk_slice root, const char *fingerprint);
bool kk_fingerprint_sound(const char *fingerprint);
/* The newest root of the mirror that has it, appended. KK_E_AUTHORITY, KK_E_MIRROR_UNREAD. */
KK_MUST_USE int kk_mirror_root(const struct kk_fetch_options *from, const char *fingerprint,
                               struct kk_bytes *ret_root, struct kk_error *err);

#endif
