/* A KKYB file that leaves the daemon: gathered in memory, written whole or not at all. */
#ifndef SPOOL_OUTGOING_H
#define SPOOL_OUTGOING_H

#include "kukyoku/base/bytes.h"
#include "kukyoku/bundle/kkyb.h"
#include "kukyoku/error.h"

struct outgoing_item {
    enum kk_kkyb_tag tag;
    char scope[KK_SCOPE_NAME_MAX + 1]; /* of a blob */
    size_t len;
};
struct outgoing {
    struct kk_bytes items; /* each behind its outgoing_item */
    uint32_t count;
};
KK_MUST_USE int outgoing_add(struct outgoing *o, enum kk_kkyb_tag tag, struct kk_slice bytes);
KK_MUST_USE int outgoing_add_blob(struct outgoing *o, struct kk_slice scope, struct kk_slice blob);
KK_MUST_USE int outgoing_write(const struct outgoing *o, enum kk_kkyb_type type, const char *path,
                               struct kk_error *err);
/* Beside the target first, so that nobody reads half a file. */
KK_MUST_USE int outgoing_write_bytes(const char *path, struct kk_slice bytes);
void outgoing_fini(struct outgoing *o);
KK_DEFINE_FINI(outgoing)

#endif
