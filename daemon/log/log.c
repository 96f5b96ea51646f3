/* The daemon's log: standard error, one line an event. */
#include "log/log.h"

#include <stdarg.h>
#include <stdio.h>

#define EVENT_ROW(NAME, name, level, text) { name, level },
static const struct {
    const char *name;
    int level;
} events[] = { KK_LOG_EVENTS(EVENT_ROW) };

#define LINE_MAX_BYTES 1024

void kk_log(enum kk_log_event event, const char *format, ...)
{
    char line[LINE_MAX_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    fprintf(stderr, "<%d>%s %s\n", events[event].level, events[event].name, line);
}

const char *kk_log_quote(const char *text, size_t len, char *ret, size_t size)
{
    size_t at = 0;

    kk_assert(size >= 8);
    ret[at++] = '"';
    for (size_t i = 0; i < len && at + 6 < size; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\')
            ret[at++] = (char)c;
        else
            at += (size_t)snprintf(ret + at, size - at, "\\x%02x", c);
    }
    ret[at++] = '"';
    ret[at] = '\0';
    return ret;
}
