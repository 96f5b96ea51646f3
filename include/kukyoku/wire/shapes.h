/* Every struct that travels, made from the lists beside this file. */
#ifndef KUKYOKU_WIRE_SHAPES_H
#define KUKYOKU_WIRE_SHAPES_H

#include "kukyoku/limits.h"
#include "kukyoku/wire/shape.h"

/* clang-format off */
#include "kukyoku/wire/common.def"
#include "kukyoku/wire/documents.def"
#include "kukyoku/wire/operations.def"
#include "kukyoku/wire/bundles.def"
#include "kukyoku/wire/messages.def"
/* clang-format on */

KK_SHAPES_COMMON(KK_SHAPE_STRUCT)
KK_SHAPES_DOCUMENTS(KK_SHAPE_STRUCT)
KK_SHAPES_OPERATIONS(KK_SHAPE_STRUCT)
KK_SHAPES_BUNDLES(KK_SHAPE_STRUCT)
KK_SHAPES_MESSAGES(KK_SHAPE_STRUCT)

/* All shapes by group, for docs/messages.md, fuzzing and tests. */
struct kk_shape_group {
    const char *title;
    const struct kk_shape *const *shapes;
    size_t count;
};
const struct kk_shape_group *kk_shape_directory(size_t *ret_count);

#endif
