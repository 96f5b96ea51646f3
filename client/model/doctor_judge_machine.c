/* Checks of the folder, the files in it, the program and the clock. */
#include "model/doctor_in.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define SPACE_WARN  (500ull << 20)
#define SPACE_FAIL  (50ull << 20)
#define CLOCK_WARN  (10 * 60 * 1000ll)
#define CLOCK_FAIL  KK_DAY_MS
#define MINUTE_MS   60000ll
#define PROBE_WARN  200 /* ms: a sync stores some hundred times */
#define VERIFY_DAYS 100

/* --- the folder --- */

void doctor_judge_FOLDER(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->folder_fault)
        doctor_say(ret, KK_FINDING_FAIL, "it can't be looked at (E%d)", "確認できません（E%d）",
                   -f->folder_fault);
    else if (!f->folder.there)
        doctor_say(ret, KK_FINDING_FAIL, "there is none%s", "ありません%s", "");
    else if (!f->folder.is_dir)
        doctor_say(ret, KK_FINDING_FAIL, "it is no folder%s", "フォルダーではありません%s", "");
    else if (f->home.fault == KK_E_HOME)
        doctor_say(ret, KK_FINDING_FAIL, "it holds no state.db%s", "state.db がありません%s", "");
}

void doctor_judge_OWNER(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (doctor_there(f, ret) && !f->folder.own)
        doctor_say(ret, KK_FINDING_FAIL, "it belongs to somebody else%s",
                   "ほかの利用者のものです%s", "");
}

void doctor_judge_MODE(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (doctor_there(f, ret) && (f->folder.mode & 077))
        doctor_say(ret, KK_FINDING_WARN, "mode %04o", "モード %04o", f->folder.mode);
}

void doctor_judge_SHARE(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (doctor_there(f, ret) && f->folder.network)
        doctor_say(ret, KK_FINDING_FAIL, "it is on a network share (%s)",
                   "共有フォルダー上にあります（%s）", f->folder.system);
}

void doctor_judge_SPACE(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    unsigned long long mib = f->folder.free_bytes >> 20;

    if (!doctor_there(f, ret))
        return;
    if (f->folder.read_only)
        doctor_say(ret, KK_FINDING_FAIL, "nothing can be written there%s",
                   "書き込めないディスクです%s", "");
    else if (f->folder.free_bytes < SPACE_FAIL)
        doctor_say(ret, KK_FINDING_FAIL, "%llu MiB are free", "空き %llu MiB", mib);
    else
        doctor_say(ret, f->folder.free_bytes < SPACE_WARN ? KK_FINDING_WARN : KK_FINDING_OK,
                   "%llu MiB are free", "空き %llu MiB", mib);
}

void doctor_judge_LEFTOVERS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (doctor_there(f, ret) && f->leftovers)
        doctor_say(ret, KK_FINDING_WARN, "%u of them", "%u 個あります", f->leftovers);
}

void doctor_judge_ENCRYPTION(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!doctor_there(f, ret) || f->encrypted == KK_OS_YES)
        return;
    if (f->encrypted == KK_OS_NO)
        doctor_say(ret, KK_FINDING_WARN, "it is not%s", "暗号化されていません%s", "");
    else if (f->hidden == KK_OS_HIDDEN_CONTAINER)
        doctor_say(ret, KK_FINDING_UNKNOWN, "in a container: the disk is the host's%s",
                   "コンテナー内のため分かりません（ディスクはホストのものです）%s", "");
    else
        doctor_say(ret, KK_FINDING_UNKNOWN, "the folder is on no disk that the system shows%s",
                   "どのディスク上にあるか、システムから分かりません%s", "");
}

void doctor_judge_LOCK(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->lock_fault)
        doctor_say(ret, KK_FINDING_UNKNOWN, "the lock can't be looked at (E%d)",
                   "ロックを確認できません（E%d）", -f->lock_fault);
    else if (f->lock.held && f->lock.halted)
        doctor_say(ret, KK_FINDING_FAIL, "process %d holds it, and is halted",
                   "停止したプロセス %d が占有しています", f->lock.process);
    else if (f->lock.held && f->lock.process)
        doctor_say(ret, KK_FINDING_WARN, "process %d is at work", "プロセス %d が処理中です",
                   f->lock.process);
    else if (f->lock.held)
        doctor_say(ret, KK_FINDING_WARN, "another process is at work%s",
                   "別のプロセスが処理中です%s", "");
}

void doctor_judge_SETTINGS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!f->settings.fault)
        return;
    doctor_say(ret, KK_FINDING_FAIL, "%s: %s", "%s: %s", f->settings.where, f->settings.detail);
    snprintf(ret->ja, sizeof ret->ja, "%.80s: %.150s", f->settings.where,
             kk_error_detail(&f->settings, "ja"));
    kk_utf8_mend(ret->ja);
}

void doctor_judge_SYNC_LOCK(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    const struct kk_os_holder *who = &f->sync_lock;

    if (f->sync_lock_fault)
        doctor_say(ret, KK_FINDING_UNKNOWN, "the lock can't be looked at (E%d)",
                   "ロックを確認できません（E%d）", -f->sync_lock_fault);
    else if (who->held && who->halted)
        doctor_say(ret, KK_FINDING_FAIL, "process %d holds it, and is halted",
                   "停止したプロセス %d が占有しています", who->process);
    else if (who->held)
        doctor_say(ret, KK_FINDING_OK, "process %d is at it", "プロセス %d が同期中です",
                   who->process);
}

void doctor_judge_FSYNC(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    long long ms = (long long)f->probe_ms;

    if (!doctor_there(f, ret))
        return;
    if (f->probe_fault)
        doctor_say(ret, KK_FINDING_UNKNOWN, "nothing can be stored there on trial (E%d)",
                   "試しの保存ができません（E%d）", -f->probe_fault);
    else
        doctor_say(ret, ms >= PROBE_WARN ? KK_FINDING_WARN : KK_FINDING_OK,
                   "%lld ms for a small file", "小さなファイルに %lld ミリ秒", ms);
}

/* --- the files --- */

void doctor_judge_INTEGRITY(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!doctor_there(f, ret))
        return;
    for (size_t i = 0; i < f->file_count; i++) {
        const struct kk_doctor_file *at = &f->files[i];

        if (at->fault == 0 && !at->is.whole) {
            doctor_say(ret, KK_FINDING_FAIL, "%s: %s", "%s: %s", at->name, at->is.why);
            return;
        }
        if (at->fault)
            doctor_say(ret, KK_FINDING_UNKNOWN, "%s can't be looked at (E%d)",
                       "%s を確認できません（E%d）", at->name, -at->fault);
    }
    if (ret->result == KK_FINDING_OK)
        doctor_say(ret, KK_FINDING_OK, "files: %zu", "%zu ファイル", f->file_count);
}

void doctor_judge_SCHEMA(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!doctor_there(f, ret))
        return;
    for (size_t i = 0; i < f->file_count; i++) {
        const struct kk_doctor_file *at = &f->files[i];

        if (at->fault || !at->is.whole)
            continue; /* told by integrity */
        if (!at->own || at->is.version > at->known) {
            doctor_say(ret, KK_FINDING_FAIL, "%s has version %d; this program knows %d",
                       "%s は版 %d です（このプログラムが扱えるのは %d まで）", at->name,
                       at->is.version, at->own ? at->known : 0);
            return;
        }
        if (at->is.version < at->known)
            doctor_say(ret, KK_FINDING_WARN, "%s has version %d, to become %d",
                       "%s は版 %d です（%d に移行します）", at->name, at->is.version, at->known);
    }
}

void doctor_judge_VERIFIED(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    long long days = (long long)((f->now_ms - f->state.verify_ms) / KK_DAY_MS);

    if (!doctor_stated(f, ret))
        return;
    if (f->state.verify_ms == 0)
        doctor_say(ret, KK_FINDING_UNKNOWN, "`kukyoku verify` was never run here%s",
                   "ここでは `kukyoku verify` をまだ実行していません%s", "");
    else if (f->state.verify_faults > 0)
        doctor_say(ret, KK_FINDING_FAIL, "faults found %lld days ago: %lld",
                   "%lld 日前に見つかった誤り: %lld", days, (long long)f->state.verify_faults);
    else
        doctor_say(ret, days > VERIFY_DAYS ? KK_FINDING_WARN : KK_FINDING_OK, "done %lld days ago",
                   "%lld 日前に検証しました", days);
}

/* "0.10.2" is newer than "0.9": number by number. */
static bool is_newer(const char *a, const char *b)
{
    while (*a || *b) {
        char *next_a, *next_b;
        unsigned long x = strtoul(a, &next_a, 10), y = strtoul(b, &next_b, 10);

        if (x != y)
            return x > y;
        if (next_a == a && next_b == b)
            return false; /* no more numbers */
        a = next_a + (*next_a == '.');
        b = next_b + (*next_b == '.');
    }
    return false;
}

void doctor_judge_PROGRAM(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->home.fault == KK_E_STORE_NEWER)
        doctor_say(ret, KK_FINDING_FAIL, "the data was written by a newer program than %s",
                   "%s より新しい版のプログラムで書かれています", KUKYOKU_VERSION);
    else if (!doctor_stated(f, ret))
        return;
    else if (f->state.sync_error.fault == KK_E_PEER_VERSION)
        doctor_say(ret, KK_FINDING_FAIL,
                   "%s and the daemon speak no common version of the protocol",
                   "%s とサーバーに共通の通信規約の版がありません", KUKYOKU_VERSION);
    else if (is_newer(f->state.program, KUKYOKU_VERSION))
        doctor_say(ret, KK_FINDING_WARN, "%s is at work; %s did the last sync",
                   "%s が動作中です。直前の同期は %s によるものです", KUKYOKU_VERSION,
                   f->state.program);
    else
        doctor_say(ret, KK_FINDING_OK, "%s", "%s", KUKYOKU_VERSION);
}

/* --- the clock --- */

void doctor_judge_CLOCK(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    int64_t behind = f->signed_ms - f->now_ms;

    if (!doctor_opened(f, ret))
        return;
    if (f->signed_ms == 0)
        doctor_say(ret, KK_FINDING_UNKNOWN, "no signed document is held yet%s",
                   "署名された文書をまだ受け取っていません%s", "");
    else if (behind > CLOCK_WARN)
        doctor_say(ret, behind > CLOCK_FAIL ? KK_FINDING_FAIL : KK_FINDING_WARN,
                   "%lld minutes behind what was signed", "署名の日時より %lld 分遅れています",
                   (long long)(behind / MINUTE_MS));
}

void doctor_judge_SKEW(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    int64_t skew = f->state.skew_ms < 0 ? -f->state.skew_ms : f->state.skew_ms;

    if (!doctor_stated(f, ret))
        return;
    if (f->state.sync_ms == 0)
        doctor_say(ret, KK_FINDING_UNKNOWN, "there was no sync yet%s", "まだ同期していません%s",
                   "");
    else if (skew > CLOCK_WARN)
        doctor_say(ret, skew > CLOCK_FAIL ? KK_FINDING_FAIL : KK_FINDING_WARN,
                   "%lld minutes apart at the last sync", "直前の同期で %lld 分ずれていました",
                   (long long)(skew / MINUTE_MS));
}
