/*
 * Merging: a register per field over the record's operations ([RL-9]). A write falls when a
 * descendant writes the same field; where several different values remain, the highest (effective
 * hlc, device, id) is shown with a conflict mark and all values stay. A field that was emptied is
 * none of the outcome, unless another value stands beside. The result depends on the set of
 * operations alone.
 */
#ifndef KUKYOKU_RECORD_MERGE_H
#define KUKYOKU_RECORD_MERGE_H

#include "kukyoku/record/body.h"

/* One accepted (or still pending) operation of a record. All borrowed. */
struct kk_merge_op {
    const uint8_t *id;     /* 32 bytes */
    const uint8_t *device; /* 16 bytes */
    uint64_t hlc;          /* effective */
    const struct kk_hash_item *parents;
    size_t parent_count;
    struct kk_slice body; /* the plain map; absent where erased or not to be opened */
};
struct kk_merge_value {
    struct kk_slice value;
    size_t op; /* index into the operations */
};
struct kk_merge_field {
    uint32_t number;
    const struct kk_merge_value *values; /* the shown one first; more than one: a conflict */
    size_t count;
};
struct kk_merged {
    const struct kk_merge_field *fields; /* ascending by number */
    size_t field_count;
    const size_t *heads; /* operations that are nobody's parent, ascending by id */
    size_t head_count;
    size_t conflicts;
};
/* All in the arena. 0, KK_E_MEMORY, or KK_E_FORM / KK_E_SHAPE for a body that is no map. */
KK_MUST_USE int kk_merge(const struct kk_merge_op *ops, size_t count, struct kk_arena *arena,
                         struct kk_merged *ret);
/* The shown values as a body. */
KK_MUST_USE int kk_merged_body(const struct kk_merged *merged, struct kk_body *ret);

#endif
