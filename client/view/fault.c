/* What a fault says to a person (fault.h). */
#include "view/fault.h"

#include <stdio.h>

const char *kk_fault_name(int fault, enum kk_lang lang)
{
    const struct kk_error_info *info = kk_error_info(fault);

    return lang == KK_LANG_JA ? info->ja : info->en;
}

const char *kk_fault_remedy(int fault, enum kk_lang lang)
{
    const struct kk_error_info *info = kk_error_info(fault);

    return lang == KK_LANG_JA ? info->remedy_ja : info->remedy_en;
}

const char *kk_fault_text(const struct kk_error *err, enum kk_lang lang, char ret[KK_FAULT_TEXT])
{
    const char *detail = kk_error_detail(err, kk_lang_name(lang));
    bool ja = lang == KK_LANG_JA;
    const char *before = !detail[0] ? "" : ja ? "（" : " (";
    const char *after = !detail[0] ? "" : ja ? "）" : ")";

    snprintf(ret, KK_FAULT_TEXT, "[E%d] %s%s%s%s%s%s", -err->fault, err->where,
             err->where[0] ? ": " : "", kk_fault_name(err->fault, lang), before, detail, after);
    return ret;
}
