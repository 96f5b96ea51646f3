/* Periods as people write them (notation.h). [IM-3] */
#include "desk/tidy.h"
#include "import/notation.h"

#include <stdio.h>

/* first, last: the days on which an era began and ended, as numbers YYYYMMDD. */
static const struct {
    const char *name, *letter;
    unsigned first, last;
} eras[] = {
    { "令和", "R", 20190501, 99991231 },
    { "平成", "H", 19890108, 20190430 },
    { "昭和", "S", 19261225, 19890107 },
    { "大正", "T", 19120730, 19261224 },
    { "明治", "M", 18681023, 19120729 },
};

struct reader {
    const char *at;
    unsigned era; /* KK_COUNT(eras): none */
    unsigned year, month, day;
    bool fiscal;
};

static bool skip(struct reader *r, const char *text)
{
    size_t len = strlen(text);

    if (strncmp(r->at, text, len) != 0)
        return false;
    r->at += len;
    return true;
}

static bool number(struct reader *r, unsigned most, unsigned *ret)
{
    unsigned digits = 0, value = 0;

    for (; *r->at >= '0' && *r->at <= '9' && digits <= most; digits++)
        value = value * 10 + (unsigned)(*r->at++ - '0');
    *ret = value;
    return digits > 0 && digits <= most;
}

static void read_era(struct reader *r)
{
    for (r->era = 0; r->era < KK_COUNT(eras); r->era++) {
        if (skip(r, eras[r->era].name) || skip(r, eras[r->era].letter))
            return;
    }
}

/* The year; an era's year is counted from its first, 元 is 1. */
static bool read_year(struct reader *r)
{
    bool era = r->era < KK_COUNT(eras);

    if (era && skip(r, "元")) {
        r->year = 1;
    } else {
        const char *from = r->at;

        if (!number(r, era ? 2 : 4, &r->year) || r->year == 0 || (!era && r->at - from != 4))
            return false;
    }
    if (era)
        r->year += eras[r->era].first / 10000 - 1;
    return true;
}

/* The last day of the month that was read. */
static unsigned last_day(const struct reader *r)
{
    static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (r->year % 4 == 0 && r->year % 100 != 0) || r->year % 400 == 0;

    if (r->month == 0 || r->month > KK_COUNT(days))
        return 0;
    return days[r->month - 1] + (leap && r->month == 2);
}

/* Month and day behind 年: a day may be the last one (末), and the one a count was taken on. */
static bool read_words(struct reader *r)
{
    if (*r->at == 0)
        return true;
    if (!number(r, 2, &r->month) || !skip(r, "月"))
        return false;
    if (*r->at == 0)
        return true;
    if (skip(r, "末"))
        r->day = last_day(r);
    else if (!number(r, 2, &r->day) || !skip(r, "日"))
        return false;
    if (!skip(r, "現在"))
        kk_ignore(skip(r, "時点"));
    return r->day > 0 && *r->at == 0;
}

/* 202604 and 20260401, as systems write them. */
static bool read_digits(const char *text, struct reader *r)
{
    size_t len = strlen(text);

    return (len == 6 || len == 8) && strspn(text, "0123456789") == len &&
           sscanf(text, "%4u%2u%2u", &r->year, &r->month, &r->day) == (int)len / 2 - 1 &&
           r->month > 0 && (len == 6 || r->day > 0);
}

/* Month and day with 月 and 日, or with one separator all through. */
static bool read_rest(struct reader *r)
{
    static const char *const separators[] = { ".", "/", "-" };
    const char *separator = NULL;

    if (skip(r, "年度") || (r->fiscal && *r->at == 0)) {
        r->fiscal = true;
        return *r->at == 0;
    }
    if (r->fiscal)
        return false;
    if (skip(r, "年"))
        return read_words(r);
    if (*r->at == 0)
        return true;
    for (size_t i = 0; i < KK_COUNT(separators) && !separator; i++)
        separator = skip(r, separators[i]) ? separators[i] : NULL;
    if (!separator || !number(r, 2, &r->month) || r->month == 0)
        return false;
    return *r->at == 0 ||
           (skip(r, separator) && number(r, 2, &r->day) && r->day > 0 && *r->at == 0);
}

/* A day must lie in its era; of a month or year some day must. */
static bool in_era(const struct reader *r)
{
    if (r->era == KK_COUNT(eras))
        return true;
    unsigned last = r->year * 10000 + (r->month ? r->month : 12) * 100 + (r->day ? r->day : 31);
    unsigned first = r->year * 10000 + (r->month ? r->month : 1) * 100 + (r->day ? r->day : 1);
    return last >= eras[r->era].first && (first <= eras[r->era].last);
}

/* A reporting year of SDMX, "2020-A1", is how our exports write a 年度. */
static void read_reporting_year(char *text)
{
    size_t len = strlen(text);

    if (len == 7 && strcmp(text + 4, "-A1") == 0) {
        memmove(text + 2, text, 4);
        memcpy(text, "FY", 2);
        text[6] = 0;
    }
}

/* Spaces and breaks that only set the text apart, as in "R 7. 4. 1". */
static void close_up(char *text)
{
    char *to = text;

    for (; *text; text++) {
        if ((unsigned char)*text > ' ')
            *to++ = *text;
    }
    *to = 0;
}

bool kk_notation_period(struct kk_slice text, char ret[KK_NOTATION_TEXT])
{
    char folded[KK_NOTATION_TEXT];
    struct reader r = { .at = folded, .era = KK_COUNT(eras) };

    if (!kk_notation_fold(text, folded))
        return false;
    close_up(folded);
    read_reporting_year(folded);
    r.fiscal = skip(&r, "FY");
    if (!r.fiscal)
        read_era(&r);
    if (!read_digits(folded, &r) && (!read_year(&r) || !read_rest(&r) || !in_era(&r)))
        return false;
    if (r.day)
        snprintf(ret, KK_NOTATION_TEXT, "%04u-%02u-%02u", r.year, r.month, r.day);
    else if (r.month)
        snprintf(ret, KK_NOTATION_TEXT, "%04u-%02u", r.year, r.month);
    else
        snprintf(ret, KK_NOTATION_TEXT, "%s%04u", r.fiscal ? "FY" : "", r.year);
    return kk_period_valid(kk_slice_text(ret));
}
