/* The list of texts as data, and the names of the languages. */
#include "view/text.h"

#include <string.h>

#define TEXT_ROW(ID, en, ja) { #ID, en, ja },
static const struct kk_text_row rows[] = { KK_TEXTS(TEXT_ROW) };

const struct kk_text_row *kk_text_list(size_t *ret_count)
{
    *ret_count = KK_COUNT(rows);
    return rows;
}

bool kk_lang_parse(const char *text, enum kk_lang *ret)
{
    if (strcmp(text, "ja") == 0)
        *ret = KK_LANG_JA;
    else if (strcmp(text, "en") == 0)
        *ret = KK_LANG_EN;
    else
        return false;
    return true;
}

const char *kk_lang_name(enum kk_lang lang)
{
    return lang == KK_LANG_JA ? "ja" : "en";
}
