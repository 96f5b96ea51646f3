/* How old what a device holds is, in words (kk_trust_grade says which). */
#ifndef VIEW_AGE_H
#define VIEW_AGE_H

#include "view/text.h"

#include "kukyoku/trust/trust.h"

/* For JSON: "unknown", "fresh", "aging", "stale". */
const char *kk_age_name(enum kk_grade grade);
/* For people. */
const char *kk_age_text(enum kk_grade grade, enum kk_lang lang);

#endif
