/*
 * A table through its mapping: the columns are found in its header, each cell with a figure becomes
 * one row of a release that knows the cell it came from. [IM-8]
 */
#ifndef IMPORT_LAYOUT_H
#define IMPORT_LAYOUT_H

#include "import/mapping.h"
#include "kukyoku/bundle/ref.h"

struct kk_layout;
KK_MUST_USE int kk_layout_new(const struct kk_mapping *mapping, struct kk_layout **ret);
/* Where the reference data name an area, a name beside its code must be that one. [RF-6] */
void kk_layout_names(struct kk_layout *l, const struct kk_ref *reference);
void kk_layout_free(struct kk_layout *l);
KK_DEFINE_FREE(kk_layout)
/* Finds all columns. KK_E_MAPPING with the one that is missing or stands twice, or is not named. */
KK_MUST_USE int kk_layout_bind(struct kk_layout *l, const struct kk_csv_record *header,
                               struct kk_error *err);
/* Does anything of a column, from 0, get into a release? */
bool kk_layout_reads(const struct kk_layout *l, size_t column);
/* One row into t (rows of figures, or what is wrong with it). *rewritten: cells whose notation was
 * changed are added. Faults as kk_tidy_take. */
KK_MUST_USE int kk_layout_take(struct kk_layout *l, const struct kk_csv_record *record,
                               struct kk_tidy *t, uint64_t *rewritten);

#endif
