/*
 * Figures of the releases that a desk keeps: any scope, any number, row by row, in the order in
 * which a table gives them. What a draft is compared with, and what an export is made of.
 */
#ifndef DESK_EDITION_H
#define DESK_EDITION_H

#include "desk/press.h"
#include "desk/tidy.h"
#include "kukyoku/bundle/ref.h"

/* A catalog of this desk. */
struct kk_edition {
    struct kk_bytes document;
    struct kk_arena arena;
    struct kk_doc doc;
    struct kk_catalog catalog;
};
/* KK_E_NOT_FOUND. */
KK_MUST_USE int kk_edition_open(struct kk_press *press, uint32_t number, struct kk_edition *ret,
                                struct kk_error *err);
void kk_edition_fini(struct kk_edition *e);
KK_DEFINE_FINI(kk_edition)
/* NULL: the release did not have this scope. */
const struct kk_catalog_scope *kk_catalog_scope_of(const struct kk_catalog *catalog,
                                                   struct kk_slice scope);

/* A segment, opened at the release that names it. kk_segment_close also after a fault. */
KK_MUST_USE int kk_press_segment(struct kk_press_source *source, const struct kk_segment_ref *ref,
                                 struct kk_segment *ret, size_t *ret_depth);
/* The manifest of a scope; its texts point into plain. */
KK_MUST_USE int kk_press_manifest(struct kk_press_source *source,
                                  const struct kk_catalog_scope *row, struct kk_bytes *plain,
                                  struct kk_arena *arena, struct kk_manifest *ret);
/* All observations of a scope. A fault of fn ends the reading. */
KK_MUST_USE int kk_press_each(struct kk_press *press, const struct kk_catalog_scope *row,
                              kk_tidy_fn *fn, void *user);

/* All rows of any dataset of the scope, in the same way. */
KK_MUST_USE int kk_press_dataset(struct kk_press *press, const struct kk_catalog_scope *row,
                                 const char *name, kk_tidy_fn *fn, void *user);

/* How many they are. */
KK_MUST_USE int kk_press_rows(struct kk_press_source *source, const struct kk_catalog_scope *row,
                              uint64_t *ret);
/* The reference data of a release, which is empty where it has none; ret: after kk_ref_init.
 * KK_E_BUNDLE. [RF-1] [RF-3] */
KK_MUST_USE int kk_press_reference(struct kk_press *press, const struct kk_catalog *catalog,
                                   struct kk_ref *ret);

#endif
