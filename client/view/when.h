/* Dates for people: 西暦（和暦） in Japanese, ISO 8601 in English; ages in words. */
#ifndef VIEW_WHEN_H
#define VIEW_WHEN_H

#include "kukyoku/slice.h"
#include "view/text.h"

#include <stdint.h>

#define KK_WHEN_TEXT 96
/* 2025年（令和7年）4月1日 · 2025-04-01: the day in Japan. */
void kk_when_date(int64_t ms, enum kk_lang lang, char ret[KK_WHEN_TEXT]);
/* The same with hours and minutes of Japan. */
void kk_when_instant(int64_t ms, enum kk_lang lang, char ret[KK_WHEN_TEXT]);
/* A period of statistics: 2020 · FY2020 · 2020-10 · 2020-10-01 · A/B; others as they are. */
void kk_when_period(struct kk_slice text, enum kk_lang lang, char ret[KK_WHEN_TEXT]);
/* 3日前 · 3 days ago. */
void kk_when_age(int64_t age_ms, enum kk_lang lang, char ret[KK_WHEN_TEXT]);

#endif
