/* Numbers and dates as a workbook stores them (xlsx_in.h). [IM-7] */
#include "import/xlsx_in.h"

#include "kukyoku/base/date.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LAST_DAY    2958465 /* 9999-12-31 */
#define DAYS_BEFORE 25569   /* of 1970, in the system of 1900 */
#define DAYS_1904   1462    /* between the two systems */
#define MINUTES     (24 * 60)

static bool read_double(const char *raw, double *ret)
{
    char *end;

    *ret = strtod(raw, &end);
    return end != raw && *end == 0 && isfinite(*ret);
}

bool kk_xlsx_number(const char *raw, char ret[KK_XLSX_NUMBER])
{
    double value;

    if (!read_double(raw, &value) || fabs(value) >= 1e30)
        return false;
    snprintf(ret, KK_XLSX_NUMBER, "%.15g", value);
    if (strchr(ret, 'e'))
        snprintf(ret, KK_XLSX_NUMBER, fabs(value) < 1 ? "%.25f" : "%.0f", value);
    if (strchr(ret, '.')) {
        size_t len = strlen(ret);

        while (ret[len - 1] == '0')
            len--;
        ret[ret[len - 1] == '.' ? len - 1 : len] = 0;
    }
    if (strcmp(ret, "-0") == 0)
        memcpy(ret, "0", 2);
    return true;
}

bool kk_xlsx_date(const char *serial, bool from_1904, char ret[KK_XLSX_NUMBER])
{
    char day[KK_DATE_TEXT];
    double value;

    if (!read_double(serial, &value))
        return false;
    value += from_1904 ? DAYS_1904 : 0;
    /* Day 60 is a 29 February 1900 that never was; days before it are one off. */
    if (value < 1 || value >= LAST_DAY + 1 || (value >= 60 && value < 61))
        return false;
    int64_t minutes = (int64_t)llround(value * MINUTES);
    int64_t days = minutes / MINUTES + (value < 60), time = minutes % MINUTES;
    kk_date_of((days - DAYS_BEFORE) * KK_DAY_MS - KK_JAPAN_OFFSET, day);
    if (time == 0)
        snprintf(ret, KK_XLSX_NUMBER, "%s", day);
    else
        snprintf(ret, KK_XLSX_NUMBER, "%sT%02d:%02d", day, (int)(time / 60), (int)(time % 60));
    return true;
}

bool kk_xlsx_builtin_dates(unsigned id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
           (id >= 50 && id <= 58);
}

/* Letters of dates outside of quotes, brackets and escapes: "General" and "[Red]0" have none. */
bool kk_xlsx_format_dates(const char *code)
{
    char closing = 0;

    if (strncmp(code, "General", 7) == 0)
        return false;
    for (; *code; code++) {
        if (closing) {
            closing = *code == closing ? 0 : closing;
            continue;
        }
        if (*code == '"' || *code == '[')
            closing = *code == '"' ? '"' : ']';
        else if ((*code == '\\' || *code == '_' || *code == '*') && code[1])
            code++;
        else if (strchr("ymdhsgYMDHSG", *code))
            return true;
    }
    return false;
}
