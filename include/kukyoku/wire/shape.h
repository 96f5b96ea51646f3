/*
 * A shape says what a structured value looks like on the wire and in C: one list of fields, from
 * which come the C struct, the table that the codec walks, validation and docs/messages.md.
 *
 *   #define KK_FIELDS_PING(F, S)                                                         \
 *       F(S, 1, ms, UINT, _, 0, KK_MS_MAX, OPT, "the sender's clock")
 *   S(MAP, msg_ping, KK_FIELDS_PING, "are you there?")
 *
 * F(S, key, name, kind, arg, lo, hi, rule, text)
 *   kind   C member                       lo … hi bound
 *   UINT   uint64_t                       the value (at most 2^63 - 1)
 *   INT    int64_t                        the value
 *   BOOL   bool                           –
 *   TEXT   struct kk_slice (UTF-8)        its bytes
 *   BYTES  struct kk_slice                its bytes
 *   ID     uint8_t[arg]                   –            (exactly arg bytes)
 *   OBJ    struct kk_<arg>                –            (another shape)
 *   LIST   { const struct kk_<arg> *items; size_t count; }   the count
 *   rule MUST: always there. OPT: left out (nil in a TUPLE) when empty, that is 0, false, no
 *   bytes, all-zero ID, no items, an OBJ of empty fields. A present empty value is refused, so that
 *   one value has one encoding.
 *
 * Forms: MAP (keys ascending; unknown keys from KK_EXTENSION_KEY_FIRST on are passed over), CLOSED
 * (a MAP that takes no unknown key at all: what is rebuilt before a signature is checked), TUPLE
 * (an array, one item a field in order), BARE (exactly one field, encoded as itself).
 */
#ifndef KUKYOKU_WIRE_SHAPE_H
#define KUKYOKU_WIRE_SHAPE_H

#include "kukyoku/base/arena.h"
#include "kukyoku/base/bytes.h"

enum kk_shape_form { KK_SHAPE_MAP, KK_SHAPE_CLOSED, KK_SHAPE_TUPLE, KK_SHAPE_BARE };

enum kk_field_kind {
    KK_FIELD_UINT,
    KK_FIELD_INT,
    KK_FIELD_BOOL,
    KK_FIELD_TEXT,
    KK_FIELD_BYTES,
    KK_FIELD_ID,
    KK_FIELD_OBJ,
    KK_FIELD_LIST
};

enum kk_field_rule { KK_RULE_MUST, KK_RULE_OPT };

struct kk_shape;

struct kk_field {
    uint8_t key;
    enum kk_field_kind kind;
    enum kk_field_rule rule;
    size_t offset, size; /* of the member */
    int64_t lo, hi;
    const struct kk_shape *sub; /* OBJ and LIST */
    const char *name, *text;
};

struct kk_shape {
    const char *name;
    enum kk_shape_form form;
    size_t size; /* of the struct */
    const struct kk_field *fields;
    size_t count;
    const char *text;
};

/* What every LIST member looks like to the codec. */
struct kk_list {
    const void *items;
    size_t count;
};

/* Which field was refused and why, for a person; text is static. */
struct kk_shape_fault {
    const char *shape, *field, *reason;
};

/*
 * bytes must have passed the form gate. Slices in *ret point into bytes, lists stand in the arena.
 * KK_E_SHAPE fills *fault (may be NULL); KK_E_MEMORY past the arena's bound. *ret is written on
 * success only.
 */
KK_MUST_USE int kk_shape_decode(const struct kk_shape *shape, struct kk_slice bytes,
                                struct kk_arena *arena, void *ret, struct kk_shape_fault *fault);
/* Form gate and decoding in one step, for bytes that nobody has looked at yet. */
KK_MUST_USE int kk_shape_read(const struct kk_shape *shape, struct kk_slice bytes,
                              struct kk_arena *arena, void *ret, struct kk_shape_fault *fault);
/* Appends. A value outside its bounds is our own bug (kk_assert). 0 or KK_E_MEMORY. */
KK_MUST_USE int kk_shape_encode(const struct kk_shape *shape, const void *value,
                                struct kk_bytes *out);
/* The same with the checks of decoding, for what a person or a file gave: KK_E_SHAPE. */
KK_MUST_USE int kk_shape_encode_checked(const struct kk_shape *shape, const void *value,
                                        struct kk_bytes *out, struct kk_shape_fault *fault);
/*
 * A copy in the arena of all that a value borrows, which may be gone then; *ret may be the value.
 * Nothing is checked. 0 or KK_E_MEMORY; *ret is written on success only.
 */
KK_MUST_USE int kk_shape_dup(const struct kk_shape *shape, const void *value,
                             struct kk_arena *arena, void *ret);

/* --- from a list to a struct and its table; used by shapes.h and shapes.c only --- */
#define KK_MEMBER_UINT(name, arg)  uint64_t name;
#define KK_MEMBER_INT(name, arg)   int64_t name;
#define KK_MEMBER_BOOL(name, arg)  bool name;
#define KK_MEMBER_TEXT(name, arg)  struct kk_slice name;
#define KK_MEMBER_BYTES(name, arg) struct kk_slice name;
#define KK_MEMBER_ID(name, arg)    uint8_t name[arg];
#define KK_MEMBER_OBJ(name, arg)   struct kk_##arg name;
#define KK_MEMBER_LIST(name, arg)                                                                 \
    struct {                                                                                      \
        const struct kk_##arg *items;                                                             \
        size_t count;                                                                             \
    } name;
#define KK_MEMBER(S, key, name, kind, arg, lo, hi, rule, text) KK_MEMBER_##kind(name, arg)

#define KK_SHAPE_STRUCT(form, name, FIELDS, text)                                                 \
    struct kk_##name {                                                                            \
        FIELDS(KK_MEMBER, kk_##name)                                                              \
    };                                                                                            \
    extern const struct kk_shape kk_shape_##name;

#define KK_SUB_UINT(arg)  NULL
#define KK_SUB_INT(arg)   NULL
#define KK_SUB_BOOL(arg)  NULL
#define KK_SUB_TEXT(arg)  NULL
#define KK_SUB_BYTES(arg) NULL
#define KK_SUB_ID(arg)    NULL
#define KK_SUB_OBJ(arg)   &kk_shape_##arg
#define KK_SUB_LIST(arg)  &kk_shape_##arg
#define KK_ROW(S, key, name, kind, arg, lo, hi, rule, text)                                       \
    { key,                                                                                        \
      KK_FIELD_##kind,                                                                            \
      KK_RULE_##rule,                                                                             \
      offsetof(struct S, name),                                                                   \
      sizeof(((struct S *)0)->name),                                                              \
      lo,                                                                                         \
      hi,                                                                                         \
      KK_SUB_##kind(arg),                                                                         \
      #name,                                                                                      \
      text },

#define KK_SHAPE_TABLE(form, name, FIELDS, text)                                                  \
    static const struct kk_field fields_##name[] = { FIELDS(KK_ROW, kk_##name) };                 \
    const struct kk_shape kk_shape_##name = { #name,         KK_SHAPE_##form,                     \
                                              sizeof(struct kk_##name), fields_##name,            \
                                              KK_COUNT(fields_##name),  text };

#endif
