/* What session.c and handshake.c share. */
#ifndef SESSION_MACHINE_H
#define SESSION_MACHINE_H

#include "kukyoku/session/session.h"

#define KK_MESSAGE2_PAYLOAD 16

/* Ends the session: keeps the first reason. detail is static text or NULL. */
void kk_machine_end(struct kk_session *s, enum kk_session_end end, const char *detail);
/* Both sides have the keys: from here on only frames. frame_max bounds the next frame. */
void kk_machine_keyed(struct kk_session *s, size_t frame_max);

/* Client: queues preamble and message 1. */
KK_MUST_USE int kk_handshake_start(struct kk_session *s, const struct kk_session_options *o);
/* Takes bytes in the states before the first frame. */
void kk_handshake_feed(struct kk_session *s, struct kk_slice in, struct kk_session_event *ret);
size_t kk_handshake_wants(const struct kk_session *s);
/* Server: goes on from IDENTIFYING. */
void kk_handshake_admit(struct kk_session *s, const struct kk_admission *a);

#endif
