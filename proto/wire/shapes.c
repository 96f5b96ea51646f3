/* The tables behind shapes.h: every field list, expanded once more. */
#include "kukyoku/wire/shapes.h"

/* clang-format off */
KK_SHAPES_COMMON(KK_SHAPE_TABLE)
KK_SHAPES_DOCUMENTS(KK_SHAPE_TABLE)
KK_SHAPES_OPERATIONS(KK_SHAPE_TABLE)
KK_SHAPES_BUNDLES(KK_SHAPE_TABLE)
KK_SHAPES_MESSAGES(KK_SHAPE_TABLE)

#define KK_SHAPE_POINTER(form, name, FIELDS, text) &kk_shape_##name,
static const struct kk_shape *const common[] = { KK_SHAPES_COMMON(KK_SHAPE_POINTER) };
static const struct kk_shape *const documents[] = { KK_SHAPES_DOCUMENTS(KK_SHAPE_POINTER) };
static const struct kk_shape *const operations[] = { KK_SHAPES_OPERATIONS(KK_SHAPE_POINTER) };
static const struct kk_shape *const bundles[] = { KK_SHAPES_BUNDLES(KK_SHAPE_POINTER) };
static const struct kk_shape *const messages[] = { KK_SHAPES_MESSAGES(KK_SHAPE_POINTER) };

static const struct kk_shape_group groups[] = {
    { "Common", common, KK_COUNT(common) },
    { "Signed documents", documents, KK_COUNT(documents) },
    { "Operations and the log", operations, KK_COUNT(operations) },
    { "Bundles", bundles, KK_COUNT(bundles) },
    { "Messages", messages, KK_COUNT(messages) },
};
/* clang-format on */

const struct kk_shape_group *kk_shape_directory(size_t *ret_count)
{
    *ret_count = KK_COUNT(groups);
    return groups;
}
