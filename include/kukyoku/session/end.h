/* Why a session ended: R(NAME, fault, en, ja). The fault is what the owner passes on. */
#ifndef KUKYOKU_SESSION_END_H
#define KUKYOKU_SESSION_END_H

#include "kukyoku/error.h"

/* clang-format off */
#define KK_SESSION_ENDS(R) \
    R(DONE, 0, "the peer said goodbye", "相手が終了しました") \
    R(RECONNECT, 0, "the session has lived long enough: a new one may follow", \
      "接続の期限が来ました。接続し直せます") \
    R(STOPPING, KK_E_PEER_BUSY, "the peer is stopping", "相手が停止中です") \
    R(CUT, KK_E_CUT, "without a goodbye", "終了の合図がないまま切れました") \
    R(TIMEOUT, KK_E_TIMEOUT, "a deadline passed", "応答の期限を過ぎました") \
    R(HANDSHAKE, KK_E_HANDSHAKE, "the daemon did not prove its key", "デーモンが鍵を証明できませんでした") \
    R(UNKNOWN, KK_E_DEVICE_UNKNOWN, "the daemon knows neither device nor invitation", \
      "デーモンはこの端末も招待も知りません") \
    R(REVOKED, KK_E_REVOKED, "by the registrar desk", "登録担当が失効させました") \
    R(BUSY, KK_E_PEER_BUSY, "no room for another session", "接続数の上限です") \
    R(VERSION, KK_E_PEER_VERSION, "no common version", "共通の版がありません") \
    R(PROTOCOL, KK_E_PROTOCOL, "the peer broke the protocol", "相手が規約に反しました") \
    R(REFUSED, KK_E_PROTOCOL, "the peer ended the session with an error", "相手がエラーで終了しました") \
    R(MEMORY, KK_E_MEMORY, "out of memory", "メモリ不足です")
/* clang-format on */

#define KK_SESSION_END_ENUM(NAME, fault, en, ja) KK_END_##NAME,
enum kk_session_end { KK_SESSION_ENDS(KK_SESSION_END_ENUM) };
#undef KK_SESSION_END_ENUM

int kk_end_fault(enum kk_session_end end); /* 0 or a KK_E_* */
const char *kk_end_name(enum kk_session_end end);
const char *kk_end_text(enum kk_session_end end, const char *lang); /* "ja" or "en" */

#endif
