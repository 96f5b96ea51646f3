/*
 * What an act needs and is missing (記載不備). The author's program refuses to sign such an act; a
 * reader finds it by the same tables, whoever signed it, and shows it. No verdict depends on it.
 * [RL-15] [RL-20]
 */
#ifndef MODEL_LACK_H
#define MODEL_LACK_H

#include "model/record.h"

enum kk_lack_why {
    KK_LACK_NONE,
    KK_LACK_VALUE,  /* the field is missing, or its value is not what the field takes: fault */
    KK_LACK_WAY,    /* no way leads to that rung */
    KK_LACK_OTHERS, /* another act writes this field */
    KK_LACK_ENDED   /* an issue at the end of its road changes by its rung alone */
};
/* The first thing that one act lacks. */
struct kk_lack {
    enum kk_lack_why why;
    const struct kk_term *term; /* NULL for NONE */
    enum kk_item_fault fault;   /* of VALUE */
};
/* One for each operation of the record, in their order; count: how many lack something. */
struct kk_lacks {
    const struct kk_lack *items;
    size_t count;
};
/*
 * Each act is held against what its author had before him: what its ancestors wrote. Acts that
 * were refused, and those that this device can't open, lack nothing that could be told.
 */
KK_MUST_USE int kk_lacks_find(const struct kk_record *record, struct kk_arena *arena,
                              struct kk_lacks *ret);
/* Why, in words. */
const char *kk_lack_text(const struct kk_lack *lack, const char *lang);
/* The same as a word of the JSON: "missing", "value", "way", "others", "ended"; NULL for NONE. */
const char *kk_lack_name(const struct kk_lack *lack);

/* The record as it will stand: what it holds, with what this act writes on top. */
KK_MUST_USE int kk_lack_after(const struct kk_kind_info *kind, const struct kk_body *before,
                              const struct kk_body *own, struct kk_body *ret);
/* Does it write nothing but fields of which several values stand? */
bool kk_lack_settles(const struct kk_merged *before, const struct kk_body *own);
const struct kk_merge_field *kk_lack_field(const struct kk_merged *merged, uint32_t number);

#endif
