/*
 * What a device may no longer read goes: the replicas of scopes that the roster took from it, all
 * of them where it was revoked. Before that, what it wrote there and no log holds, and its drafts,
 * are given back as a file in words that its person keeps. [SY-13]
 */
#ifndef MODEL_PURGE_H
#define MODEL_PURGE_H

#include "model/replicas.h"

enum kk_purge_what {
    KK_PURGE_LOST, /* what the roster that is held no longer gives: the registrar has signed it */
    KK_PURGE_ALL   /* everything but what is public: a person has decided it */
};
struct kk_purge_report {
    uint64_t returned; /* acts and drafts in the file */
    char file[KK_OS_PATH_MAX];
    uint64_t scopes;   /* replicas that went, or would go */
};
/*
 * Gives back what was not sent; to be called while the keys of the scopes are still here. Once for
 * a report; the same twice makes one file.
 */
KK_MUST_USE int kk_purge_return(struct kk_home *h, enum kk_purge_what what,
                                struct kk_purge_report *ret, struct kk_error *err);
/* Gives back, then removes. check_only: counts the replicas alone. Under the home's lock. */
KK_MUST_USE int kk_purge(struct kk_home *h, enum kk_purge_what what, bool check_only,
                         struct kk_purge_report *ret, struct kk_error *err);

#endif
