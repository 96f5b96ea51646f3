/* The daemon's log: one event, one line, whatever a peer or a file supplied. */
#include "log/log.h"

#include "kukyoku/base/text.h"
#include "kukyoku/error.h"
#include "kukyoku/slice.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

#define EVENT_ROW(NAME, name, level, text) { name, level },
static const struct {
    const char *name;
    int level;
} events[] = { KK_LOG_EVENTS(EVENT_ROW) };

#define LINE_MAX_BYTES 2048

struct line {
    char text[LINE_MAX_BYTES];
    size_t len;
    bool full;
};

KK_PRINTF(2, 3) static void add(struct line *l, const char *format, ...)
{
    size_t room = sizeof(l->text) - l->len;
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(l->text + l->len, room, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= room)
        l->full = true;
    else
        l->len += (size_t)n;
}

/* Needs no quotes: printable ASCII without blanks and what would be read as more than a value. */
static bool is_plain(const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at <= ' ' || *at > '~' || *at == '"' || *at == '\\' || *at == '=')
            return false;
    }
    return text[0] != '\0';
}

/* Anything but printable ASCII as \xNN: a terminal and a journal show it as it is. */
static void add_quoted(struct line *l, const char *text)
{
    add(l, "\"");
    for (const char *at = text; *at; at++) {
        unsigned char c = (unsigned char)*at;

        if (c >= ' ' && c <= '~' && c != '"' && c != '\\')
            add(l, "%c", c);
        else
            add(l, "\\x%02x", c);
    }
    add(l, "\"");
}

static void add_json_rune(struct line *l, uint32_t rune)
{
    if (rune >= 0x10000)
        add(l, "\\u%04x\\u%04x", 0xd800 + ((rune - 0x10000) >> 10),
            0xdc00 + ((rune - 0x10000) & 0x3ff));
    else if (rune < ' ' || rune > '~' || rune == '"' || rune == '\\')
        add(l, "\\u%04x", rune);
    else
        add(l, "%c", (int)rune);
}

/* Pure ASCII. Bytes that are no UTF-8 become U+FFFD. */
static void add_json_text(struct line *l, const char *text)
{
    struct kk_slice rest = kk_slice(text, strlen(text));
    bool valid = kk_utf8_valid(rest);

    add(l, "\"");
    while (rest.len > 0) {
        uint8_t first = rest.data[0];

        if (valid) {
            add_json_rune(l, kk_utf8_take(&rest));
            continue;
        }
        add_json_rune(l, first < 0x80 ? first : 0xfffd);
        rest = kk_slice(rest.data + 1, rest.len - 1);
    }
    add(l, "\"");
}

static void add_time(struct line *l)
{
    struct timespec now = { 0 };
    char text[32] = "";
    struct tm parts;

    clock_gettime(CLOCK_REALTIME, &now);
    if (gmtime_r(&now.tv_sec, &parts))
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
    add(l, "{\"time\":\"%s.%03ldZ\",", text, now.tv_nsec / 1000000);
}

static void add_pair(struct line *l, enum kk_log_format format, const struct kk_log_pair *p)
{
    bool json = format == KK_LOG_JSON;

    add(l, json ? ",\"%s\":" : " %s=", p->key);
    if (!p->text)
        add(l, "%lld", (long long)p->number);
    else if (json)
        add_json_text(l, p->text);
    else if (is_plain(p->text))
        add(l, "%s", p->text);
    else
        add_quoted(l, p->text);
}

void kk_log_pairs(const struct kk_log *log, enum kk_log_event event,
                  const struct kk_log_pair *pairs, size_t count)
{
    bool json = log->format == KK_LOG_JSON;
    struct line l = { .len = 0 };

    if (json)
        add_time(&l);
    add(&l, json ? "\"level\":%d,\"event\":\"%s\"" : "<%d>%s", events[event].level,
        events[event].name);
    for (size_t i = 0; i < count; i++) {
        size_t whole = l.len;

        add_pair(&l, log->format, &pairs[i]);
        if (l.full || l.len + 3 > sizeof(l.text)) {
            l.len = whole; /* no half of a pair, and room for the end */
            break;
        }
    }
    /* written at once: the store thread has lines of its own */
    fprintf(log->to, "%.*s%s\n", (int)l.len, l.text, json ? "}" : "");
    fflush(log->to);
}

bool kk_log_format_parse(const char *text, enum kk_log_format *ret)
{
    if (strcmp(text, "text") != 0 && strcmp(text, "json") != 0)
        return false;
    *ret = strcmp(text, "json") == 0 ? KK_LOG_JSON : KK_LOG_PLAIN;
    return true;
}
