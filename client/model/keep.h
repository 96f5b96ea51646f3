/*
 * Keeping a home in step for as long as it is wanted: sync, listen for news, sync. The owner does
 * the syncs; when they come is decided here and in link/pace.h. [KS-3]
 */
#ifndef MODEL_KEEP_H
#define MODEL_KEEP_H

#include "link/pace.h"
#include "model/hold.h"

/* What a sync was, to the one who paces them. */
struct kk_kept {
    bool brought;     /* something went either way */
    unsigned retry_s; /* that the daemon named; 0: nothing */
};
struct kk_keep {
    const char *home;
    struct kk_pace pace;
    struct kk_link_stop *stop; /* may be NULL: then a signal ends it */
    /* One sync: 0 or its fault. Whatever it says to a person it has said. */
    int (*sync)(void *self, struct kk_kept *ret);
    /* How listening ended; may be NULL. */
    void (*listened)(void *self, const struct kk_held_report *how);
    void *self;
    struct kk_stirred before; /* inside: what the sync under way began with */
};
/*
 * KK_E_CANCELLED when it is ended; else a fault that time does not mend (KK_E_REVOKED, KK_E_HOME,
 * KK_E_STORE_NEWER, KK_E_MEMORY), or one of opening the home to listen.
 */
KK_MUST_USE int kk_model_keep(struct kk_keep *k, struct kk_error *err);

#endif
