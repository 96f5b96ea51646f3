/* The grades of age in words; the words themselves stand in text.def. */
#include "view/age.h"

const char *kk_age_name(enum kk_grade grade)
{
    static const char *const names[] = { "unknown", "fresh", "aging", "stale" };

    return names[grade];
}

const char *kk_age_text(enum kk_grade grade, enum kk_lang lang)
{
    switch (grade) {
    case KK_GRADE_FRESH:
        return KK_TEXT(lang, GRADE_FRESH);
    case KK_GRADE_AGING:
        return KK_TEXT(lang, GRADE_AGING);
    case KK_GRADE_STALE:
        return KK_TEXT(lang, GRADE_STALE);
    case KK_GRADE_UNKNOWN:
        break;
    }
    return KK_TEXT(lang, GRADE_UNKNOWN);
}
