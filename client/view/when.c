/* Dates for people (when.h). Periods are kept in ISO 8601; 和暦 never stands alone. */
#include "view/when.h"

#include "kukyoku/base/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *first; /* day on which it began */
    int year;
    const char *name;
} eras[] = {
    { "2019-05-01", 2019, "令和" }, { "1989-01-08", 1989, "平成" }, { "1926-12-25", 1926, "昭和" },
    { "1912-07-30", 1912, "大正" }, { "1868-01-25", 1868, "明治" },
};

/* 令和7年 for a day "YYYY-MM-DD"; "" before the first era. */
static void era_year(const char *day, char ret[32])
{
    ret[0] = 0;
    for (size_t i = 0; i < KK_COUNT(eras); i++) {
        if (strcmp(day, eras[i].first) < 0)
            continue;
        int n = (int)strtol(day, NULL, 10) - eras[i].year + 1;
        if (n == 1)
            snprintf(ret, 32, "%s元年", eras[i].name);
        else
            snprintf(ret, 32, "%s%d年", eras[i].name, n);
        return;
    }
}

/* 2025年（令和7年）; of a year alone: the era at its end, as offices write it. */
static void year_ja(const char *day, int year, const char *word, char ret[KK_WHEN_TEXT])
{
    char era[32];

    era_year(day, era);
    if (era[0])
        snprintf(ret, KK_WHEN_TEXT, "%d%s（%s%s）", year, word, era,
                 strcmp(word, "年度") == 0 ? "度" : "");
    else
        snprintf(ret, KK_WHEN_TEXT, "%d%s", year, word);
}

static void day_ja(const char *day, char ret[KK_WHEN_TEXT])
{
    char year[KK_WHEN_TEXT];

    year_ja(day, (int)strtol(day, NULL, 10), "年", year);
    snprintf(ret, KK_WHEN_TEXT, "%.64s%d月%d日", year, (int)strtol(day + 5, NULL, 10),
             (int)strtol(day + 8, NULL, 10));
}

void kk_when_date(int64_t ms, enum kk_lang lang, char ret[KK_WHEN_TEXT])
{
    char day[KK_DATE_TEXT];

    kk_date_of(ms, day);
    if (lang == KK_LANG_JA)
        day_ja(day, ret);
    else
        snprintf(ret, KK_WHEN_TEXT, "%s", day);
}

void kk_when_instant(int64_t ms, enum kk_lang lang, char ret[KK_WHEN_TEXT])
{
    char instant[KK_INSTANT_TEXT], day[KK_WHEN_TEXT];

    kk_instant_of(ms, instant);
    kk_when_date(ms, lang, day);
    snprintf(ret, KK_WHEN_TEXT, "%.80s %.5s", day, instant + 11);
}

/* Digits where the pattern has 9, else the same character. */
static bool looks(const char *text, const char *pattern)
{
    for (; *pattern; text++, pattern++) {
        bool digit = *text >= '0' && *text <= '9';

        if (*pattern == '9' ? !digit : *text != *pattern)
            return false;
    }
    return *text == 0;
}

static void simple_period_ja(const char *period, char ret[KK_WHEN_TEXT])
{
    char day[KK_DATE_TEXT], year[KK_WHEN_TEXT];

    if (looks(period, "9999-99-99")) {
        day_ja(period, ret);
    } else if (looks(period, "9999-99")) {
        snprintf(day, sizeof day, "%.7s-01", period);
        year_ja(day, (int)strtol(period, NULL, 10), "年", year);
        snprintf(ret, KK_WHEN_TEXT, "%.64s%d月", year, (int)strtol(period + 5, NULL, 10));
    } else if (looks(period, "9999")) {
        snprintf(day, sizeof day, "%.4s-12-31", period);
        year_ja(day, (int)strtol(period, NULL, 10), "年", ret);
    } else if (looks(period, "FY9999")) {
        /* A fiscal year is named by the era of the year in which it began: 令和元年度. */
        snprintf(day, sizeof day, "%.4s-12-31", period + 2);
        year_ja(day, (int)strtol(period + 2, NULL, 10), "年度", ret);
    } else {
        snprintf(ret, KK_WHEN_TEXT, "%.80s", period);
    }
}

void kk_when_period(struct kk_slice text, enum kk_lang lang, char ret[KK_WHEN_TEXT])
{
    char period[81];
    const char *slash;
    char first[KK_WHEN_TEXT], last[KK_WHEN_TEXT], part[32];

    snprintf(period, sizeof period, "%.*s", (int)text.len, (const char *)text.data);
    if (lang == KK_LANG_EN) {
        snprintf(ret, KK_WHEN_TEXT, "%s", period);
        return;
    }
    slash = strchr(period, '/');
    if (!slash) {
        simple_period_ja(period, ret);
        return;
    }
    snprintf(part, sizeof part, "%.*s", (int)(slash - period), period);
    simple_period_ja(part, first);
    simple_period_ja(slash + 1, last);
    snprintf(ret, KK_WHEN_TEXT, "%.44s〜%.44s", first, last);
}

void kk_when_age(int64_t age_ms, enum kk_lang lang, char ret[KK_WHEN_TEXT])
{
    int64_t minutes = age_ms / 60000;

    if (minutes < 1)
        snprintf(ret, KK_WHEN_TEXT, "%s", KK_TEXT(lang, AGE_NOW));
    else if (minutes < 60)
        snprintf(ret, KK_WHEN_TEXT, KK_TEXT(lang, AGE_MINUTES), (int)minutes);
    else if (minutes < 48 * 60)
        snprintf(ret, KK_WHEN_TEXT, KK_TEXT(lang, AGE_HOURS), (int)(minutes / 60));
    else
        snprintf(ret, KK_WHEN_TEXT, KK_TEXT(lang, AGE_DAYS), (int)(minutes / 60 / 24));
}
