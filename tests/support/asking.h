/* A device that asks whether an act is allowed: what a verdict looks at, in one place. */
#ifndef TESTS_ASKING_H
#define TESTS_ASKING_H

#include "kukyoku/record/act.h"

static const uint8_t pending_id[KK_HASH_BYTES] = { 7 }, own_id[KK_HASH_BYTES] = { 8 };

struct ask {
    struct kk_scope_item scopes[3];
    struct kk_device_span span;
    struct kk_op_ref ref;
    struct kk_op op;
    struct kk_track track;
};

/* An active device of one scope, and an act in it; nothing was done to the record yet. */
static inline void ask_init(struct ask *a, const char *scope, unsigned role, unsigned kind,
                            unsigned act)
{
    *a = (struct ask){ .scopes = { { kk_slice_text(scope) } } };
    a->span = (struct kk_device_span){ .role = role,
                                       .scopes = { a->scopes, 1 },
                                       .status = KK_STATUS_ACTIVE };
    a->op = (struct kk_op){ .scope = kk_slice_text(scope), .kind = kind, .act = act };
}

#endif
