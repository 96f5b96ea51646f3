/* One event, one line on standard error, with the level in front as the journal wants it. */
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include "log/events.def"

#include "kukyoku/attr.h"

#define KK_LOG_ENUM(NAME, name, level, text) KK_LOG_##NAME,
enum kk_log_event { KK_LOG_EVENTS(KK_LOG_ENUM) };
#undef KK_LOG_ENUM

/* format: "key=%s key=%d …". Values that a peer supplied go through kk_log_quote first. */
KK_PRINTF(2, 3) void kk_log(enum kk_log_event event, const char *format, ...);
/* Printable ASCII in quotes, anything else as \xNN, cut at what fits. */
const char *kk_log_quote(const char *text, size_t len, char *ret, size_t size);

#endif
