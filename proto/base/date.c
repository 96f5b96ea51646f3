/* Proleptic Gregorian calendar in days since 1970, by the well-known 400-year cycle. */
#include "kukyoku/base/date.h"

#include <stdio.h>
#include <string.h>

#define CYCLE_DAYS 146097 /* days in 400 years */
#define EPOCH_DAYS 719468 /* from 0000-03-01 to 1970-01-01 */

struct day {
    int year, month, day;
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Years begin in March here, so that the leap day is the last of its year. */
static struct day day_of(int64_t ms)
{
    int64_t days = floor_div(ms + KK_JAPAN_OFFSET, KK_DAY_MS) + EPOCH_DAYS;
    int64_t cycle = floor_div(days, CYCLE_DAYS);
    int64_t in_cycle = days - cycle * CYCLE_DAYS;
    int64_t year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
    int64_t in_year = in_cycle - (365 * year + year / 4 - year / 100);
    int64_t march = (5 * in_year + 2) / 153; /* months since March */
    struct day d;

    d.day = (int)(in_year - (153 * march + 2) / 5 + 1);
    d.month = (int)(march < 10 ? march + 3 : march - 9);
    d.year = (int)(year + cycle * 400 + (d.month <= 2));
    return d;
}

static int64_t days_of(struct day d)
{
    int64_t year = d.month <= 2 ? d.year - 1 : d.year;
    int64_t cycle = floor_div(year, 400);
    int64_t in_cycle = year - cycle * 400;
    int64_t march = d.month > 2 ? d.month - 3 : d.month + 9;
    int64_t in_year = (153 * march + 2) / 5 + d.day - 1;

    return cycle * CYCLE_DAYS + in_cycle * 365 + in_cycle / 4 - in_cycle / 100 + in_year -
           EPOCH_DAYS;
}

void kk_date_of(int64_t ms, char ret[KK_DATE_TEXT])
{
    struct day d = day_of(ms);
    char text[48];

    snprintf(text, sizeof(text), "%04d-%02d-%02d", d.year, d.month, d.day);
    memcpy(ret, text, KK_DATE_TEXT - 1);
    ret[KK_DATE_TEXT - 1] = '\0';
}

void kk_instant_of(int64_t ms, char ret[KK_INSTANT_TEXT])
{
    int64_t local = ms + KK_JAPAN_OFFSET;
    int64_t second = floor_div(local - floor_div(local, KK_DAY_MS) * KK_DAY_MS, 1000);
    char date[KK_DATE_TEXT], text[64];

    kk_date_of(ms, date);
    snprintf(text, sizeof(text), "%sT%02d:%02d:%02d+09:00", date, (int)(second / 3600 % 24),
             (int)(second / 60 % 60), (int)(second % 60));
    memcpy(ret, text, KK_INSTANT_TEXT - 1);
    ret[KK_INSTANT_TEXT - 1] = '\0';
}

int kk_fiscal_year_of(int64_t ms)
{
    struct day d = day_of(ms);

    return d.month < 4 ? d.year - 1 : d.year;
}

static bool digits(const char *text, int count, int *ret)
{
    int value = 0;

    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *ret = value;
    return true;
}

bool kk_date_parse(const char *text, int64_t *ret_ms)
{
    char again[KK_DATE_TEXT];
    struct day d;
    int64_t ms;

    if (strlen(text) != KK_DATE_TEXT - 1 || text[4] != '-' || text[7] != '-')
        return false;
    if (!digits(text, 4, &d.year) || !digits(text + 5, 2, &d.month) ||
        !digits(text + 8, 2, &d.day))
        return false;
    if (d.month < 1 || d.month > 12 || d.day < 1)
        return false;
    ms = days_of(d) * KK_DAY_MS - KK_JAPAN_OFFSET;
    kk_date_of(ms, again); /* a day that does not exist comes back as another */
    if (strcmp(text, again) != 0)
        return false;
    *ret_ms = ms;
    return true;
}
