/* Inside client/model: editions that a release carries. [KE-1] */
#ifndef MODEL_KARTE_PUBLIC_H
#define MODEL_KARTE_PUBLIC_H

#include "model/karte.h"

#define KK_KARTES_MAX 256 /* of one area */
struct kk_kartes {
    const char *area;
    struct kk_karte *items[KK_KARTES_MAX]; /* in the records' arena, the newest first */
    size_t count;
};
/* Those of pub, of the area named; none where pub is not here. Nothing else is opened. */
KK_MUST_USE int kk_kartes_read(struct kk_records *r, struct kk_kartes *ret);

#endif
