/*
 * A line to the daemon that is held until there is news for this home (proto/sync/watch.h). The
 * home is open only while it is begun; nothing is stored and no lock is taken.
 */
#ifndef MODEL_HOLD_H
#define MODEL_HOLD_H

#include "link/link.h"
#include "model/stirred.h"

enum kk_held_end {
    KK_HELD_NOTE, /* there is news: sync */
    KK_HELD_OVER, /* listen_ms have passed without any */
    KK_HELD_STIRRED, /* another process has written something that can be sent */
    KK_HELD_LOST, /* the line could not be had or kept: *ret_why */
    KK_HELD_DEAF  /* this daemon knows no WATCH: wait, and sync now and then */
};
struct kk_held_report {
    enum kk_held_end end;
    struct kk_error why; /* LOST */
    unsigned retry_s;    /* that the daemon named; 0: none */
};
struct kk_hold {
    const char *home;
    int64_t listen_ms;
    struct kk_link_stop *stop; /* may be NULL */
    struct kk_stirred before;  /* what the last sync began with */
};
/* A fault is the home's, KK_E_CANCELLED (a signal, or stop), KK_E_MEMORY. */
KK_MUST_USE int kk_model_hold(const struct kk_hold *what, struct kk_held_report *ret,
                              struct kk_error *err);

#endif
