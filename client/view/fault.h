/* What a fault says to a person, from the list of errors (errors.def). */
#ifndef VIEW_FAULT_H
#define VIEW_FAULT_H

#include "kukyoku/error.h"
#include "view/text.h"

#define KK_FAULT_TEXT 768

/* "the content differs from its signed hash", and what to do about it. Static. */
const char *kk_fault_name(int fault, enum kk_lang lang);
const char *kk_fault_remedy(int fault, enum kk_lang lang);
/*
 * "[E3004] pub/ref/areas: the content differs from its signed hash (page 3)" in one line; a place
 * or a reason that is not known is left out. Gives ret back.
 */
const char *kk_fault_text(const struct kk_error *err, enum kk_lang lang, char ret[KK_FAULT_TEXT]);

#endif
