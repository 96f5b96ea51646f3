/*
 * Dates as text: pure conversions of "milliseconds since 1970, UTC" to ISO 8601 and to the fiscal
 * year (年度, April to March, Japan time). No clock is read here.
 */
#ifndef KUKYOKU_BASE_DATE_H
#define KUKYOKU_BASE_DATE_H

#include "kukyoku/attr.h"

#include <stdbool.h>
#include <stdint.h>

#define KK_DAY_MS       (24ll * 60 * 60 * 1000)
#define KK_JAPAN_OFFSET (9ll * 60 * 60 * 1000) /* Japan keeps no summer time */
#define KK_DATE_TEXT    11 /* 2026-11-23 */
#define KK_INSTANT_TEXT 26 /* 2026-11-23T09:05:07+09:00 */

void kk_date_of(int64_t ms, char ret[KK_DATE_TEXT]);       /* the day in Japan */
void kk_instant_of(int64_t ms, char ret[KK_INSTANT_TEXT]); /* in Japan time, to the second */
int kk_fiscal_year_of(int64_t ms);                         /* the 年度 that holds this instant */
/* A day "YYYY-MM-DD" that exists, as the first instant of that day in Japan. */
KK_MUST_USE bool kk_date_parse(const char *text, int64_t *ret_ms);

#endif
