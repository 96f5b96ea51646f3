/*
 * A change of the person in charge: initiatives, open issues and reflections go over with a line
 * that says from whom to whom and why, so that the purpose outlives the person (L1058–1083 of the
 * guide).
 */
#ifndef MODEL_HANDOVER_H
#define MODEL_HANDOVER_H

#include "model/record.h"

struct kk_handover {
    const char *from, *to; /* display names in the roster */
    const char *note;      /* may be NULL */
    const char *date;      /* YYYY-MM-DD */
    bool check_only;
};
/*
 * Writes one edit into each record of the ward that `from` is in charge of; calls back with each as
 * it was before. KK_E_NOT_FOUND where `to` has no active device in this ward.
 */
KK_MUST_USE int kk_handover(struct kk_records *r, const struct kk_handover *h, kk_record_fn *fn,
                            void *user);

#endif
