/* The notation of fields: areas, periods, breakdowns, numbers (tidy.h). */
#include "desk/tidy.h"

#include "kukyoku/base/date.h"

#include <string.h>

static bool digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* 9 stands for a digit, all else for itself. */
static bool looks(struct kk_slice text, const char *pattern)
{
    if (text.len != strlen(pattern))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (pattern[i] == '9' ? !digit(text.data[i]) : text.data[i] != (uint8_t)pattern[i])
            return false;
    }
    return true;
}

static bool starts(struct kk_slice text, const char *with)
{
    size_t len = strlen(with);

    return text.len >= len && memcmp(text.data, with, len) == 0;
}

bool kk_area_valid(struct kk_slice text)
{
    return looks(text, "99999") || looks(text, "99999-99") || looks(text, "99999-9999999") ||
           looks(text, "M9999");
}

static bool simple_period(struct kk_slice text)
{
    char day[KK_DATE_TEXT] = "2000-01-01";
    int64_t ms;

    if (looks(text, "9999") || looks(text, "FY9999"))
        return true;
    if (!looks(text, "9999-99") && !looks(text, "9999-99-99"))
        return false;
    memcpy(day, text.data, text.len);
    return kk_date_parse(day, &ms);
}

bool kk_period_valid(struct kk_slice text)
{
    const uint8_t *slash = text.len ? memchr(text.data, '/', text.len) : NULL;

    if (!slash)
        return simple_period(text);
    struct kk_slice first = kk_slice(text.data, (size_t)(slash - text.data));
    struct kk_slice last = kk_slice(slash + 1, text.len - first.len - 1);
    return first.len == last.len && simple_period(first) && simple_period(last) &&
           kk_slice_compare(first, last) < 0;
}

bool kk_period_start(struct kk_slice text, int64_t *ret_ms)
{
    char day[KK_DATE_TEXT] = "2000-01-01";
    bool fiscal = text.len > 2 && text.data[0] == 'F';
    const uint8_t *slash = text.len ? memchr(text.data, '/', text.len) : NULL;
    size_t len = slash ? (size_t)(slash - text.data) : text.len;

    if (!kk_period_valid(text))
        return false;
    if (fiscal)
        memcpy(day + 4, "-04", 3);
    memcpy(day, text.data + 2 * fiscal, len - 2 * fiscal);
    return strcmp(day, "1868") >= 0 && kk_date_parse(day, ret_ms);
}

/* Spreadsheets count days from 1899-12-30; those from 1954 to 2064 are taken for days. */
#define SERIAL_FIRST 20000
#define SERIAL_LAST  60000
static bool serial_day(struct kk_slice text, char ret[KK_DATE_TEXT])
{
    int64_t start, serial = 0;

    if (!looks(text, "99999") || !kk_date_parse("1899-12-30", &start))
        return false;
    for (size_t i = 0; i < text.len; i++)
        serial = serial * 10 + (text.data[i] - '0');
    if (serial < SERIAL_FIRST || serial > SERIAL_LAST)
        return false;
    kk_date_of(start + serial * KK_DAY_MS, ret);
    return true;
}

enum kk_tidy_reason kk_period_why_not(struct kk_slice text, char ret_hint[KK_DATE_TEXT])
{
    static const char *const eras[] = { "令和", "平成", "昭和", "大正", "明治",
                                        "R",    "H",    "S",    "T",    "M" };

    ret_hint[0] = 0;
    if (serial_day(text, ret_hint))
        return KK_TIDY_BAD_SERIAL;
    for (size_t i = 0; i < KK_COUNT(eras); i++) {
        size_t len = strlen(eras[i]);

        if (starts(text, eras[i]) && text.len > len && (digit(text.data[len]) || len > 1))
            return KK_TIDY_BAD_ERA;
    }
    return looks(text, "9999-99-99") || looks(text, "99999999") ? KK_TIDY_BAD_ERA
                                                                : KK_TIDY_BAD_PERIOD;
}

static bool name_char(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || digit(c) || c == '_';
}

/* One name=value; the name is given back. */
static bool breakdown_part(struct kk_slice part, struct kk_slice *ret_name)
{
    const uint8_t *equals = part.len ? memchr(part.data, '=', part.len) : NULL;

    if (!equals || equals == part.data || equals + 1 == part.data + part.len)
        return false;
    *ret_name = kk_slice(part.data, (size_t)(equals - part.data));
    for (size_t i = 0; i < ret_name->len; i++) {
        if (!name_char(ret_name->data[i]))
            return false;
    }
    return !memchr(equals + 1, '=', part.len - ret_name->len - 1);
}

bool kk_breakdown_valid(struct kk_slice text)
{
    struct kk_slice before = kk_slice(NULL, 0), name;

    while (text.len > 0) {
        const uint8_t *end = memchr(text.data, ';', text.len);
        struct kk_slice part = kk_slice(text.data, end ? (size_t)(end - text.data) : text.len);

        if (!breakdown_part(part, &name) || (before.data && kk_slice_compare(before, name) >= 0))
            return false;
        before = name;
        if (end && part.len + 1 == text.len)
            return false; /* nothing after the last ';' */
        text = kk_slice(text.data + part.len + (end != NULL), text.len - part.len - (end != NULL));
    }
    return true;
}

/* U+FF10 … U+FF19 */
static bool full_width_at(struct kk_slice text, size_t i)
{
    return i + 2 < text.len && text.data[i] == 0xef && text.data[i + 1] == 0xbc &&
           text.data[i + 2] >= 0x90 && text.data[i + 2] <= 0x99;
}

static bool contains_full_width(struct kk_slice text)
{
    for (size_t i = 0; i + 2 < text.len; i++) {
        if (full_width_at(text, i))
            return true;
    }
    return false;
}

/* The last character is a digit of either width. */
static bool ends_in_digit(struct kk_slice text)
{
    return digit(text.data[text.len - 1]) || (text.len >= 3 && full_width_at(text, text.len - 3));
}

/* What tables print where there is no figure. */
static bool stands_alone(struct kk_slice text)
{
    static const char *const marks[] = { "-", "−", "－", "‐", "―", "—", "–", "ー", "…", "･･･", "・・・",
                                         "...", "X", "x", "Ｘ", "ｘ", "χ", "*", "**", "***", "＊", "/",
                                         "／", "#", "?", "？", "△", "▲", "※", "N/A", "NA" };

    for (size_t i = 0; i < KK_COUNT(marks); i++) {
        if (kk_slice_is(text, marks[i]))
            return true;
    }
    return false;
}

/* Why a text that is no number is none, as precisely as its writer can use. */
static enum kk_tidy_reason why_not(struct kk_slice text)
{
    if (stands_alone(text))
        return KK_TIDY_BAD_MARK;
    if (contains_full_width(text))
        return ends_in_digit(text) ? KK_TIDY_BAD_FULL_WIDTH : KK_TIDY_BAD_SUFFIX;
    if (starts(text, "△") || starts(text, "▲") || starts(text, "−"))
        return KK_TIDY_BAD_TRIANGLE;
    if (!text.len || !(digit(text.data[0]) || text.data[0] == '-'))
        return KK_TIDY_BAD_NUMBER;
    size_t i = 1;
    while (i < text.len && (digit(text.data[i]) || text.data[i] == '.'))
        i++;
    if (i < text.len && text.data[i] == ',')
        return KK_TIDY_BAD_THOUSANDS;
    bool word = i < text.len && (text.data[i] >= 0x80 || text.data[i] == '%');
    return word ? KK_TIDY_BAD_SUFFIX : KK_TIDY_BAD_NUMBER;
}

bool kk_number_parse(struct kk_slice text, int64_t *ret, enum kk_tidy_reason *reason)
{
    bool minus = text.len > 0 && text.data[0] == '-', dot = false;
    unsigned digits = 0, decimals = 0;
    int64_t value = 0;

    *reason = why_not(text);
    for (size_t i = minus; i < text.len; i++) {
        if (text.data[i] == '.' && !dot && digits > 0) {
            dot = true;
            continue;
        }
        if (!digit(text.data[i])) {
            *reason = why_not(text);
            return false;
        }
        decimals += dot;
        digits++;
        if (decimals > KK_OBS_DECIMALS) {
            *reason = KK_TIDY_BAD_DECIMALS;
            continue; /* something worse may follow */
        }
        if (value > KK_OBS_VALUE_MAX / 10) {
            *reason = KK_TIDY_BAD_NUMBER_RANGE;
            return false;
        }
        value = value * 10 + (text.data[i] - '0');
    }
    bool padded = text.len > (size_t)minus + 1 && text.data[minus] == '0' &&
                  text.data[minus + 1] != '.';
    if (digits == 0 || (dot && decimals == 0) || padded || decimals > KK_OBS_DECIMALS)
        return false;
    for (unsigned i = decimals; i < KK_OBS_DECIMALS && value <= KK_OBS_VALUE_MAX; i++)
        value *= 10;
    *reason = KK_TIDY_BAD_NUMBER_RANGE;
    if (value > KK_OBS_VALUE_MAX)
        return false;
    if (minus && value == 0) {
        *reason = KK_TIDY_BAD_NUMBER;
        return false;
    }
    *ret = minus ? -value : value;
    return true;
}
