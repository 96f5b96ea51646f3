/* The head of a section: one entry for each group that it touches ([BN-11] of docs/protocol.md). */
#ifndef PROTO_BUNDLE_TOUCH_H
#define PROTO_BUNDLE_TOUCH_H

#include "values.h"

enum kk_touch_kind { KK_TOUCH_CHANGE, KK_TOUCH_NEW, KK_TOUCH_DROP, KK_TOUCH_KINDS };

struct kk_touch {
    uint64_t skip; /* old groups left as they are before this one */
    enum kk_touch_kind kind;
    struct kk_slice indicator; /* NEW */
    unsigned scale;
    uint64_t drops, edits, inserts, attrs; /* rows that go, change, come; attributes told */
    struct kk_lane_head edit, insert;
};
void kk_touch_write(struct kk_out *o, const struct kk_touch *e);
/* Checks all but what depends on the old group. Faults go to in->bad. */
void kk_touch_read(struct kk_in *in, struct kk_touch *ret);

#endif
