/* One sync of a home over the line. */
#ifndef MODEL_SYNC_H
#define MODEL_SYNC_H

#include "link/link.h"
#include "model/sync_store.h"

struct kk_sync_report {
    struct kk_sync_counts counts;
    bool pending;        /* the device is not approved yet */
    bool withheld;       /* the daemon keeps back a roster or catalog that an act has seen */
    bool behind;         /* its word of today names an older roster or release than is held */
    bool mended; /* a damaged part of a replica was fetched again */
    int64_t skew_ms;     /* the daemon's clock minus this one */
    struct kk_link_counts line;
    uint64_t catalog;    /* release held afterwards; 0: none */
    struct kk_purge_report purge;
    uint64_t cut_off;    /* entries that a new era ended before [ER-7] */
};
struct kk_sync_options {
    kk_sync_progress_fn *progress; /* may be NULL */
    void *user;
    struct kk_link_stop *stop; /* may be NULL */
};
/*
 * Brings the home in step. What became of it is kept in the home's facts, also when it failed; the
 * report is filled as far as it got.
 */
KK_MUST_USE int kk_model_sync(struct kk_home *h, const struct kk_sync_options *o,
                              struct kk_sync_report *ret, struct kk_error *err);

/* Where the daemon is and which keys it has: from the roster and root, else the invitation. */
struct kk_daemon_place {
    char endpoints[8][256];
    const char *list[8];
    size_t count;
    struct kk_hash_item keys[2];
    size_t key_count;
};
KK_MUST_USE int kk_daemon_place_find(struct kk_home *h, struct kk_daemon_place *ret,
                                     struct kk_error *err);

#endif
