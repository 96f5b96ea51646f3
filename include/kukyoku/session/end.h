/* Why a session ended: R(NAME, fault, text). The fault is what the owner passes on. */
#ifndef KUKYOKU_SESSION_END_H
#define KUKYOKU_SESSION_END_H

#include "kukyoku/error.h"

#define KK_SESSION_ENDS(R)                                                                         \
    R(DONE, 0, "the peer said goodbye")                                                            \
    R(RECONNECT, 0, "the session has lived long enough: a new one may follow")                     \
    R(STOPPING, KK_E_PEER_BUSY, "the peer is stopping")                                            \
    R(CUT, KK_E_CUT, "the connection ended without a goodbye")                                     \
    R(TIMEOUT, KK_E_TIMEOUT, "a deadline passed")                                                  \
    R(HANDSHAKE, KK_E_HANDSHAKE, "the handshake failed")                                           \
    R(UNKNOWN, KK_E_DEVICE_UNKNOWN, "the device or invitation is unknown")                         \
    R(REVOKED, KK_E_REVOKED, "the device is revoked")                                              \
    R(BUSY, KK_E_PEER_BUSY, "no room for another session")                                         \
    R(VERSION, KK_E_PEER_VERSION, "no common version")                                             \
    R(PROTOCOL, KK_E_PROTOCOL, "the peer broke the protocol")                                      \
    R(REFUSED, KK_E_PROTOCOL, "the peer ended the session with an error")                          \
    R(MEMORY, KK_E_MEMORY, "out of memory")

#define KK_SESSION_END_ENUM(NAME, fault, text) KK_END_##NAME,
enum kk_session_end { KK_SESSION_ENDS(KK_SESSION_END_ENUM) };
#undef KK_SESSION_END_ENUM

int kk_end_fault(enum kk_session_end end); /* 0 or a KK_E_* */
const char *kk_end_name(enum kk_session_end end);
const char *kk_end_text(enum kk_session_end end);

#endif
