/*
 * One event, one line, made of pairs: "<5>start listen=0.0.0.0:4730 port=4730" with the level in
 * front as the journal wants it, or an object of JSON a line.
 *
 *     kk_log(log, KK_LOG_START, KK_LOG_TEXT("listen", address), KK_LOG_INT("port", port));
 */
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include "log/events.def"

#include "kukyoku/attr.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define KK_LOG_ENUM(NAME, name, level, text) KK_LOG_##NAME,
enum kk_log_event { KK_LOG_EVENTS(KK_LOG_ENUM) };
#undef KK_LOG_ENUM

enum kk_log_format { KK_LOG_PLAIN, KK_LOG_JSON };
/* "text", "json"; false for anything else. */
KK_MUST_USE bool kk_log_format_parse(const char *text, enum kk_log_format *ret);

struct kk_log {
    FILE *to;
    enum kk_log_format format;
};
struct kk_log_pair {
    const char *key;
    const char *text; /* NULL: the number */
    int64_t number;
};
#define KK_LOG_TEXT(key, text)   ((struct kk_log_pair){ (key), (text), 0 })
#define KK_LOG_INT(key, number)  ((struct kk_log_pair){ (key), NULL, (int64_t)(number) })
/* Borrowed for the call; a line that is too long for a journal loses its last pairs. */
#define kk_log(log, event, ...)                                                                   \
    kk_log_pairs((log), (event), (const struct kk_log_pair[]){ __VA_ARGS__ },                     \
                 sizeof((const struct kk_log_pair[]){ __VA_ARGS__ }) /                            \
                     sizeof(struct kk_log_pair))
void kk_log_pairs(const struct kk_log *log, enum kk_log_event event,
                  const struct kk_log_pair *pairs, size_t count);

#endif
