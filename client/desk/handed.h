/* What the daemon handed to whom, as it wrote it down (`kukyokud --export served`). [DM-20] */
#ifndef DESK_HANDED_H
#define DESK_HANDED_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/error.h"
#include "kukyoku/limits.h"

#include <stdbool.h>

struct kk_handed {
    uint8_t device[KK_ID_BYTES];
    struct kk_slice scope;
    bool blobs;        /* else entries of its log */
    int64_t from, to;  /* entries by number; of blobs the releases in force */
    int64_t first_ms, last_ms;
};
/* Borrowed for the call; anything but 0 ends it. */
typedef int kk_handed_fn(void *user, const struct kk_handed *handed);
/* KK_E_CSV with the line for a file of another kind; KK_E_NOT_FOUND. */
KK_MUST_USE int kk_handed_each(const char *path, kk_handed_fn *fn, void *user,
                               struct kk_error *err);

#endif
