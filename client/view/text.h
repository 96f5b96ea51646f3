/*
 * The words of the client in two languages (text.def). KK_T(out, ID) gives a format that the
 * compiler checks against its arguments in both languages:
 *
 *     kk_out_say(out, KK_T(out, SYNC_DONE), count);
 */
#ifndef VIEW_TEXT_H
#define VIEW_TEXT_H

#include "kukyoku/attr.h"
#include "text.def"

#include <stdbool.h>

enum kk_lang { KK_LANG_JA, KK_LANG_EN };
/* "ja", "en"; false for anything else. */
KK_MUST_USE bool kk_lang_parse(const char *text, enum kk_lang *ret);
const char *kk_lang_name(enum kk_lang lang);

#define KK_TEXT_ARRAYS(ID, en, ja)                                                                \
    static const char kk_text_en_##ID[] KK_UNUSED = en;                                           \
    static const char kk_text_ja_##ID[] KK_UNUSED = ja;
KK_TEXTS(KK_TEXT_ARRAYS)
#undef KK_TEXT_ARRAYS

#define KK_TEXT(lang, ID) ((lang) == KK_LANG_JA ? kk_text_ja_##ID : kk_text_en_##ID)
#define KK_T(holder, ID)  KK_TEXT((holder)->lang, ID)

/* The whole list, for tests and the manual. */
struct kk_text_row {
    const char *id, *en, *ja;
};
const struct kk_text_row *kk_text_list(size_t *ret_count);

#endif
