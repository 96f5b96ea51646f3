/*
 * What the codes of figures mean, as of a release: names, definitions and the rest of the reference
 * data, from the file of pub, which every device has. [RF-1]
 */
#ifndef MODEL_REFERENCE_H
#define MODEL_REFERENCE_H

#include "kukyoku/bundle/ref.h"
#include "model/data.h"

/* ret: after kk_ref_init. It stays empty where pub is not here, was not then, or had none. */
KK_MUST_USE int kk_reference_load(struct kk_home *h, uint32_t as_of, struct kk_ref *ret,
                                  struct kk_error *err);
/* It tells of areas within that one's ward, and not of it. */
bool kk_reference_lacks_area(const struct kk_ref *r, struct kk_slice area);
/* The name in that language ("ja", "en"; Japanese where there is no other); absent: none. */
struct kk_slice kk_reference_name(const struct kk_ref *r, enum kk_ref_table table,
                                  struct kk_slice code, const char *lang);

#endif
