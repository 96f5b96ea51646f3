/* Text that looks personal, by the rules of personal.def. */
#ifndef MODEL_PERSONAL_H
#define MODEL_PERSONAL_H

#include "kukyoku/slice.h"
#include "model/personal.def"

#define KK_PERSONAL_ENUM(NAME, sure, en, ja) KK_PERSONAL_##NAME,
enum kk_personal { KK_PERSONAL_RULES(KK_PERSONAL_ENUM) KK_PERSONAL_NOTHING };
#undef KK_PERSONAL_ENUM

struct kk_personal_rule {
    bool sure;
    const char *en, *ja;
};
const struct kk_personal_rule *kk_personal_rule(enum kk_personal rule);
/* The first rule of the list that the text meets; it is valid UTF-8. A text is looked at as far as
 * KK_PERSONAL_CHARS, more than any field holds. */
#define KK_PERSONAL_CHARS 4096
enum kk_personal kk_personal_find(struct kk_slice text);

#endif
