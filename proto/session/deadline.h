/* What a session waits for in time. Pure questions over struct kk_session; session.c acts. */
#ifndef SESSION_DEADLINE_H
#define SESSION_DEADLINE_H

#include "kukyoku/session/session.h"

enum kk_due {
    KK_DUE_NOTHING,
    KK_DUE_HANDSHAKE,
    KK_DUE_FRAME,
    KK_DUE_ANSWER,
    KK_DUE_IDLE,
    KK_DUE_LIFE,
    KK_DUE_PING
};

/* The earliest deadline; INT64_MAX when nothing is awaited. */
int64_t kk_deadline_next(const struct kk_session *s);
/* The most serious of those that have passed. */
enum kk_due kk_deadline_due(const struct kk_session *s, int64_t now_ms);
const char *kk_deadline_name(enum kk_due due);

#endif
