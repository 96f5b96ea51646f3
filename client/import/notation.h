/*
 * How people write figures and periods, turned into the one notation of a release: full-width
 * characters, thousands separators, triangles for minus; years of the eras, 年度, slashes. What is
 * not plainly one of these is left to the strict reader, which says what is wrong. [IM-2] [IM-3]
 */
#ifndef IMPORT_NOTATION_H
#define IMPORT_NOTATION_H

#include "kukyoku/attr.h"
#include "kukyoku/slice.h"

#define KK_NOTATION_TEXT 64

/* Full-width ASCII becomes ASCII, spaces at both ends go; false: too long. */
KK_MUST_USE bool kk_notation_fold(struct kk_slice text, char ret[KK_NOTATION_TEXT]);
/* false: not a number in any of these ways. */
KK_MUST_USE bool kk_notation_number(struct kk_slice text, char ret[KK_NOTATION_TEXT]);
/* 2020, FY2020, 2020-10 or 2020-10-01. false: not a period, or a day outside of its era. */
KK_MUST_USE bool kk_notation_period(struct kk_slice text, char ret[KK_NOTATION_TEXT]);

#endif
