/* The list that embed.py wrote, as a table (asset.h). */
#include "serve/asset.h"

#include "asset_list.h"

#include "kukyoku/attr.h"

#define ASSET_EXTERN(symbol, path, type, etag, size) extern const uint8_t symbol[];
#define ASSET_ROW(symbol, path, type, etag, size) { path, type, etag, { symbol, size } },
KK_ASSETS(ASSET_EXTERN)

/* The last row ends the table, which may hold nothing else. */
static const struct kk_asset assets[] = { KK_ASSETS(ASSET_ROW){ .path = NULL } };

const struct kk_asset *kk_asset_list(size_t *ret_count)
{
    *ret_count = KK_COUNT(assets) - 1;
    return assets;
}

const struct kk_asset *kk_asset_find(const char *path)
{
    for (const struct kk_asset *a = assets; a->path; a++) {
        if (strcmp(a->path, path) == 0)
            return a;
    }
    return NULL;
}
