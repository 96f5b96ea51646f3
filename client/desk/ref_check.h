/* What reference data must keep to before a release takes them. [RF-4] */
#ifndef DESK_REF_CHECK_H
#define DESK_REF_CHECK_H

#include "kukyoku/bundle/ref.h"
#include "kukyoku/error.h"

/* Sorted entries. KK_E_REFERENCE: the first that is wrong, with its line, code and reason. */
KK_MUST_USE int kk_ref_check(const struct kk_ref *r, struct kk_error *err);

/* What differs between a table of two releases, entry by entry; both sorted. */
struct kk_ref_changes {
    uint64_t made, changed, same, gone;
};
void kk_ref_check_changes(const struct kk_ref_list *older, const struct kk_ref_list *newer,
                          struct kk_ref_changes *ret);

#endif
