/* A KKYB file in the making: items are gathered first, because its head says how many there are. */
#ifndef MODEL_PARCEL_H
#define MODEL_PARCEL_H

#include "os.h"

#include "kukyoku/bundle/kkyb.h"
#include "kukyoku/wire/shape.h"

struct kk_parcel {
    struct kk_bytes items; /* tag and length before each */
    uint32_t count;
};
void kk_parcel_fini(struct kk_parcel *p);
KK_DEFINE_FINI(kk_parcel)
KK_MUST_USE int kk_parcel_add(struct kk_parcel *p, enum kk_kkyb_tag tag, struct kk_slice bytes);
/* The value in its shape. */
KK_MUST_USE int kk_parcel_add_shape(struct kk_parcel *p, enum kk_kkyb_tag tag,
                                    const struct kk_shape *shape, const void *value);
/* A blob with its label. */
KK_MUST_USE int kk_parcel_add_blob(struct kk_parcel *p, struct kk_slice label,
                                   struct kk_slice blob);
KK_MUST_USE int kk_parcel_build(const struct kk_parcel *p, enum kk_kkyb_type type,
                                struct kk_bytes *out);

#endif
