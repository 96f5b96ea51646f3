/* What the readers of reference data share. */
#ifndef IMPORT_REFERENCE_IN_H
#define IMPORT_REFERENCE_IN_H

#include "import/reference_dir.h"

/* Borders in GeoJSON: a FeatureCollection with source, licence and vintage. */
KK_MUST_USE int kk_reference_borders(struct kk_slice file, struct kk_ref *into,
                                     struct kk_error *err);

#endif
