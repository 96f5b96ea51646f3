/*
 * A saved answer of the API of e-Stat (getStatsData, JSON) as rows of cells: a column for
 * each class (tab, cat01 …, area, time) and for its name (tab_name …), then unit and value. What
 * they mean for a release says a mapping. Times become periods where they are plain. [IM-9]
 */
#ifndef IMPORT_ESTAT_H
#define IMPORT_ESTAT_H

#include "import/xlsx.h"

#define KK_ESTAT_BYTES_MAX (128u * 1024 * 1024)
#define KK_ESTAT_CLASSES   32

/* Does a text begin like JSON? */
bool kk_estat_looks(struct kk_slice text);

struct kk_estat;
/* KK_E_ESTAT with the reason: no such answer, one that is an error, or a part of one. */
KK_MUST_USE int kk_estat_open(struct kk_slice text, const char *path, struct kk_estat **ret,
                              struct kk_error *err);
void kk_estat_free(struct kk_estat *e);
KK_DEFINE_FREE(kk_estat)
/* Line 1 is the header, line n + 2 is VALUE[n]. */
KK_MUST_USE int kk_estat_each(const struct kk_estat *e, const struct kk_xlsx_reader *reader);
/* "2020000000" is 2020, "2020100000" FY2020, "2020000505" 2020-05. false: kept as it is. */
#define KK_ESTAT_PERIOD 16
KK_MUST_USE bool kk_estat_period(struct kk_slice time, char ret[KK_ESTAT_PERIOD]);

#endif
