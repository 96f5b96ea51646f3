/*
 * The judgement of each check of checks.def: facts in, a finding out, nothing else is looked at. Of
 * machine and files: doctor_judge_machine.c; of keys, records and people: doctor_judge_office.c.
 */
#include "model/doctor_in.h"

#include "kukyoku/base/text.h"

#include <stdarg.h>
#include <stdio.h>

void doctor_say(struct kk_finding *f, enum kk_finding_result result, const char *en, const char *ja,
                ...)
{
    va_list args;

    f->result = result;
    va_start(args, ja);
    vsnprintf(f->en, sizeof f->en, en, args);
    va_end(args);
    va_start(args, ja);
    vsnprintf(f->ja, sizeof f->ja, ja, args);
    va_end(args);
    kk_utf8_mend(f->en);
    kk_utf8_mend(f->ja);
}

bool doctor_opened(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->home.fault == 0)
        return true;
    doctor_say(ret, KK_FINDING_UNKNOWN, "the data folder does not open (E%d)",
               "データフォルダーを開けません（E%d）", -f->home.fault);
    return false;
}

bool doctor_there(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->folder_fault == 0 && f->folder.there && f->folder.is_dir)
        return true;
    doctor_say(ret, KK_FINDING_UNKNOWN, "there is no data folder%s",
               "データフォルダーがありません%s", "");
    return false;
}

bool doctor_stated(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!doctor_opened(f, ret))
        return false;
    if (f->state_error.fault == 0)
        return true;
    doctor_say(ret, KK_FINDING_UNKNOWN, "the state can't be read (E%d)", "状態を読めません（E%d）",
               -f->state_error.fault);
    return false;
}

void kk_doctor_judge(const struct kk_doctor_facts *f, struct kk_finding ret[KK_CHECK_COUNT])
{
#define JUDGE_ROW(NAME, ...) doctor_judge_##NAME,
    static void (*const judges[])(const struct kk_doctor_facts *,
                                  struct kk_finding *) = { KK_CHECKS(JUDGE_ROW) };

    for (size_t i = 0; i < KK_CHECK_COUNT; i++) {
        ret[i] = (struct kk_finding){ .result = KK_FINDING_OK };
        judges[i](f, &ret[i]);
    }
}

const struct kk_check_row *kk_check_row(enum kk_check check)
{
#define FIX_SAFE true
#define FIX_NONE false
#define CHECK_ROW(NAME, code, name, FIX, en, ja, remedy_en, remedy_ja)                             \
    { code, name, FIX_##FIX, en, ja, remedy_en, remedy_ja },
    static const struct kk_check_row rows[] = { KK_CHECKS(CHECK_ROW) };

    return &rows[check];
}

const char *kk_finding_name(enum kk_finding_result result)
{
    static const char *const names[] = { "ok", "unknown", "warn", "fail" };

    return names[result];
}
