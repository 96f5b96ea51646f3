/* Seven days, four weeks, twelve months. */
#include "kukyoku/db/keep.h"

#include "kukyoku/base/date.h"

const struct kk_keep_rule kk_keep_default = { .daily = 7, .weekly = 4, .monthly = 12 };

static int64_t day_of(int64_t ms)
{
    int64_t local = ms + KK_JAPAN_OFFSET;

    return local / KK_DAY_MS - (local % KK_DAY_MS < 0);
}

/* The first day of 1970 was a Thursday. */
static int64_t week_of(int64_t ms)
{
    return (day_of(ms) + 3) / 7;
}

static int64_t month_of(int64_t ms)
{
    char date[KK_DATE_TEXT];
    int64_t month = 0;

    kk_date_of(ms, date);
    for (int i = 0; i < 7; i++) {
        if (date[i] != '-')
            month = month * 10 + (date[i] - '0');
    }
    return month;
}

typedef int64_t period_fn(int64_t ms);

static void keep_newest(period_fn *period, unsigned most, const int64_t *made_ms, size_t count,
                        bool *ret_keep)
{
    unsigned kept = 0;

    for (size_t i = count; i > 0 && kept < most; i--) {
        bool newest = i == count || period(made_ms[i]) != period(made_ms[i - 1]);

        if (newest) {
            ret_keep[i - 1] = true;
            kept++;
        }
    }
}

void kk_keep_choose(const struct kk_keep_rule *rule, int64_t now_ms, const int64_t *made_ms,
                    size_t count, bool *ret_keep)
{
    size_t past = count;

    while (past > 0 && made_ms[past - 1] > now_ms)
        past--;
    for (size_t i = 0; i < count; i++)
        ret_keep[i] = i >= past;
    keep_newest(day_of, rule->daily, made_ms, past, ret_keep);
    keep_newest(week_of, rule->weekly, made_ms, past, ret_keep);
    keep_newest(month_of, rule->monthly, made_ms, past, ret_keep);
}
