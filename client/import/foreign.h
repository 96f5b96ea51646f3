/*
 * Files that hold no table that could be read, told by how they begin or by what they pack: their
 * kind is named, since what a reader of tables says of a PDF helps nobody. [IM-1]
 */
#ifndef IMPORT_FOREIGN_H
#define IMPORT_FOREIGN_H

#include "kukyoku/attr.h"
#include "kukyoku/error.h"
#include "kukyoku/slice.h"

struct kk_foreign {
    const char *en, *ja; /* what it is */
};
/* NULL: nothing says that it is no table. */
const struct kk_foreign *kk_foreign_find(struct kk_slice file);
/* 0, or KK_E_FILE_KIND with its kind. */
KK_MUST_USE int kk_foreign_refuse(struct kk_slice file, const char *path, struct kk_error *err);

/* A ZIP that is no workbook: has it this part? */
typedef bool kk_foreign_has(void *user, const char *part);
const struct kk_foreign *kk_foreign_package(kk_foreign_has *has, void *user);
/* An OLE container: files of before 2007, or an encrypted workbook. */
const struct kk_foreign *kk_foreign_container(struct kk_slice file);

#endif
