/*
 * The page's files, inside the program: what `client/page/dist` held when it was built (embed.py
 * writes the list, the assembler takes the bytes in). Found by their exact path, so no path leads
 * anywhere else.
 */
#ifndef SERVE_ASSET_H
#define SERVE_ASSET_H

#include "kukyoku/slice.h"

struct kk_asset {
    const char *path; /* "/", "/page.js" */
    const char *type; /* for Content-Type */
    const char *etag; /* in quotation marks: of the bytes' SHA-256 */
    struct kk_slice bytes;
};
/* NULL: no such file. */
const struct kk_asset *kk_asset_find(const char *path);
const struct kk_asset *kk_asset_list(size_t *ret_count);

#endif
