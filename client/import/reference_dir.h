/*
 * A folder of reference data, as a desk keeps it: areas.csv, indicators.csv, codes.csv, funds.csv,
 * rubrics.csv, each with a header, and borders.geojson. [RF-5]
 */
#ifndef IMPORT_REFERENCE_DIR_H
#define IMPORT_REFERENCE_DIR_H

#include "kukyoku/bundle/ref.h"
#include "kukyoku/error.h"

#define KK_REFERENCE_FILE_MAX ((size_t)32 * 1024 * 1024)

/* Adds what the folder has; ret_there: its tables, a bit each. KK_E_REFERENCE with file, line. */
KK_MUST_USE int kk_reference_dir_read(const char *dir, struct kk_ref *into, unsigned *ret_there,
                                      struct kk_error *err);
/* One file of it, by the name of its table. */
KK_MUST_USE int kk_reference_dir_table(struct kk_slice file, enum kk_ref_table table,
                                       struct kk_ref *into, struct kk_error *err);

#endif
