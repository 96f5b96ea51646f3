/*
 * A ward's record for all wards: a copy in int with an id of its own and a reference, of the fields
 * that go along and no others. [RL-22]
 */
#ifndef MODEL_SHARE_H
#define MODEL_SHARE_H

#include "model/record.h"

/*
 * Fills *body with what the copy is to hold and *ret with the act that makes or renews it, to be
 * given to kk_record_act. KK_E_SCOPE for a kind that is never shared; KK_E_ROLE.
 */
KK_MUST_USE int kk_share_prepare(struct kk_records *r, const struct kk_record *own,
                                 struct kk_body *body, struct kk_act_request *ret);
/* The act that takes the copy back. KK_E_NOT_FOUND where the record is not shared. */
KK_MUST_USE int kk_unshare_prepare(struct kk_records *r, const struct kk_record *own,
                                   struct kk_body *body, struct kk_act_request *ret);

/* Is it such a copy, of whatever ward? */
bool kk_share_copied(const struct kk_record *record);
/* The ward's own record that the copy is of, where this device holds it: 1, else 0. */
KK_MUST_USE int kk_share_origin(struct kk_records *r, const struct kk_record *copy,
                                struct kk_record *ret);

#endif
