/* A message is [type, id, map] in one frame. The list of messages is messages.def. */
#ifndef KUKYOKU_WIRE_MESSAGE_H
#define KUKYOKU_WIRE_MESSAGE_H

#include "kukyoku/wire/shapes.h"

enum kk_message_from { KK_FROM_CLIENT = 1, KK_FROM_SERVER = 2, KK_FROM_BOTH = 3 };

#define KK_MESSAGE_ENUM(NAME, name, type, from, text) KK_MSG_##NAME = (type),
enum kk_message_type { KK_MESSAGES(KK_MESSAGE_ENUM) };
#undef KK_MESSAGE_ENUM

struct kk_message_info {
    enum kk_message_type type;
    enum kk_message_from from;
    const char *name; /* "HELLO" */
    const struct kk_shape *shape;
    const char *text;
};

/* NULL for a number outside the list. */
const struct kk_message_info *kk_message_info(unsigned type);
const struct kk_message_info *kk_message_list(size_t *ret_count);

struct kk_message {
    enum kk_message_type type;
    uint32_t id;      /* chosen by the requester, echoed in replies */
    const void *body; /* the struct of the type (kk_msg_hello …), in the arena */
};

/*
 * The form and shape gates over one plaintext. Slices point into bytes, the rest stands in the
 * arena. KK_E_FORM, KK_E_SHAPE (fault filled, may be NULL) or KK_E_MEMORY. The place gate (is this
 * message allowed here?) is the session's.
 */
KK_MUST_USE int kk_message_decode(struct kk_slice bytes, struct kk_arena *arena,
                                  struct kk_message *ret, struct kk_shape_fault *fault);
/* Type and id alone, of what need not be looked into. KK_E_SHAPE. */
KK_MUST_USE int kk_message_type(struct kk_slice bytes, enum kk_message_type *ret,
                                uint32_t *ret_id);
/* Appends [type, id, body]. body is the struct of the type. 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_message_encode(enum kk_message_type type, uint32_t id, const void *body,
                                  struct kk_bytes *out);

#endif
