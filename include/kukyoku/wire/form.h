/*
 * The form gate: is this one value of the canonical msgpack profile (docs/protocol.md, [EN-1] …)?
 * One pass, no allocation, an explicit stack of KK_FORM_DEPTH_MAX entries. Nothing decodes bytes,
 * and msgpack-c never unpacks them, before this has said KK_FORM_OK.
 */
#ifndef KUKYOKU_WIRE_FORM_H
#define KUKYOKU_WIRE_FORM_H

#include "kukyoku/attr.h"
#include "kukyoku/slice.h"

enum kk_form {
    KK_FORM_OK,
    KK_FORM_SHORT,     /* the value needs more bytes than there are */
    KK_FORM_TRAILING,  /* bytes after the value */
    KK_FORM_NONCANON,  /* a longer form than needed, or a number past int64 */
    KK_FORM_FORBIDDEN, /* float, ext, 0xc1 */
    KK_FORM_DEPTH,
    KK_FORM_COUNT, /* a container that claims more items than bytes are left */
    KK_FORM_KEY,   /* a map key that is no unsigned integer, or not strictly ascending */
    KK_FORM_UTF8   /* a text that is no strict UTF-8, or holds U+0000 */
};

/* ret_at (may be NULL): offset of the first byte that was refused. */
KK_MUST_USE enum kk_form kk_form_check(struct kk_slice bytes, size_t *ret_at);
const char *kk_form_name(enum kk_form form);

#endif
