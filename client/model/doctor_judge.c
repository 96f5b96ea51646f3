/* The judgement of each check of checks.def: facts in, a finding out, nothing else is looked at. */
#include "model/doctor.h"

#include "kukyoku/base/date.h"
#include "kukyoku/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define SPACE_WARN (500ull << 20)
#define SPACE_FAIL (50ull << 20)
#define CLOCK_WARN (10 * 60 * 1000ll)
#define CLOCK_FAIL KK_DAY_MS
#define EXPIRY_WARN (30 * KK_DAY_MS)
#define MINUTE_MS 60000ll
#define PROBE_WARN 200 /* ms: a sync stores some hundred times */
#define BACKUP_DAYS 35
#define TEST_DAYS 100
#define VERIFY_DAYS 100

KK_PRINTF(3, 5)
KK_PRINTF(4, 5)
static void say(struct kk_finding *f, enum kk_finding_result result, const char *en,
                const char *ja, ...)
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

/* False where nothing can be said because the home does not open; then it is said. */
static bool opened(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->home.fault == 0)
        return true;
    say(ret, KK_FINDING_UNKNOWN, "the data folder does not open (E%d)",
        "データフォルダーを開けません（E%d）", -f->home.fault);
    return false;
}

static bool there(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->folder_fault == 0 && f->folder.there && f->folder.is_dir)
        return true;
    say(ret, KK_FINDING_UNKNOWN, "there is no data folder%s", "データフォルダーがありません%s", "");
    return false;
}

static bool stated(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!opened(f, ret))
        return false;
    if (f->state_error.fault == 0)
        return true;
    say(ret, KK_FINDING_UNKNOWN, "the state can't be read (E%d)", "状態を読めません（E%d）",
        -f->state_error.fault);
    return false;
}

/* --- the folder --- */

static void judge_FOLDER(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->folder_fault)
        say(ret, KK_FINDING_FAIL, "it can't be looked at (E%d)", "確認できません（E%d）",
            -f->folder_fault);
    else if (!f->folder.there)
        say(ret, KK_FINDING_FAIL, "there is none%s", "ありません%s", "");
    else if (!f->folder.is_dir)
        say(ret, KK_FINDING_FAIL, "it is no folder%s", "フォルダーではありません%s", "");
    else if (f->home.fault == KK_E_HOME)
        say(ret, KK_FINDING_FAIL, "it holds no state.db%s", "state.db がありません%s", "");
}

static void judge_OWNER(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (there(f, ret) && !f->folder.own)
        say(ret, KK_FINDING_FAIL, "it belongs to somebody else%s", "ほかの利用者のものです%s", "");
}

static void judge_MODE(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (there(f, ret) && (f->folder.mode & 077))
        say(ret, KK_FINDING_WARN, "mode %04o", "モード %04o", f->folder.mode);
}

static void judge_SHARE(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (there(f, ret) && f->folder.network)
        say(ret, KK_FINDING_FAIL, "it is on a network share (%s)", "共有フォルダー上にあります（%s）",
            f->folder.system);
}

static void judge_SPACE(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    unsigned long long mib = f->folder.free_bytes >> 20;

    if (!there(f, ret))
        return;
    if (f->folder.read_only)
        say(ret, KK_FINDING_FAIL, "nothing can be written there%s", "書き込めないディスクです%s", "");
    else if (f->folder.free_bytes < SPACE_FAIL)
        say(ret, KK_FINDING_FAIL, "%llu MiB are free", "空き %llu MiB", mib);
    else
        say(ret, f->folder.free_bytes < SPACE_WARN ? KK_FINDING_WARN : KK_FINDING_OK,
            "%llu MiB are free", "空き %llu MiB", mib);
}

static void judge_LEFTOVERS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (there(f, ret) && f->leftovers)
        say(ret, KK_FINDING_WARN, "%u of them", "%u 個あります", f->leftovers);
}

static void judge_ENCRYPTION(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!there(f, ret) || f->encrypted == KK_OS_YES)
        return;
    if (f->encrypted == KK_OS_NO)
        say(ret, KK_FINDING_WARN, "it is not%s", "暗号化されていません%s", "");
    else if (f->hidden == KK_OS_HIDDEN_CONTAINER)
        say(ret, KK_FINDING_UNKNOWN, "in a container: the disk is the host's%s",
            "コンテナー内のため分かりません（ディスクはホストのものです）%s", "");
    else
        say(ret, KK_FINDING_UNKNOWN, "the folder is on no disk that the system shows%s",
            "どのディスク上にあるか、システムから分かりません%s", "");
}

static void judge_LOCK(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->lock_fault)
        say(ret, KK_FINDING_UNKNOWN, "the lock can't be looked at (E%d)",
            "ロックを確認できません（E%d）", -f->lock_fault);
    else if (f->lock.held && f->lock.halted)
        say(ret, KK_FINDING_FAIL, "process %d holds it, and is halted",
            "停止したプロセス %d が占有しています", f->lock.process);
    else if (f->lock.held && f->lock.process)
        say(ret, KK_FINDING_WARN, "process %d is at work", "プロセス %d が処理中です",
            f->lock.process);
    else if (f->lock.held)
        say(ret, KK_FINDING_WARN, "another process is at work%s", "別のプロセスが処理中です%s", "");
}

static void judge_SETTINGS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!f->settings.fault)
        return;
    say(ret, KK_FINDING_FAIL, "%s: %s", "%s: %s", f->settings.where, f->settings.detail);
    snprintf(ret->ja, sizeof ret->ja, "%.80s: %.150s", f->settings.where,
             kk_error_detail(&f->settings, "ja"));
    kk_utf8_mend(ret->ja);
}

static void judge_SYNC_LOCK(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    const struct kk_os_holder *who = &f->sync_lock;

    if (f->sync_lock_fault)
        say(ret, KK_FINDING_UNKNOWN, "the lock can't be looked at (E%d)",
            "ロックを確認できません（E%d）", -f->sync_lock_fault);
    else if (who->held && who->halted)
        say(ret, KK_FINDING_FAIL, "process %d holds it, and is halted",
            "停止したプロセス %d が占有しています", who->process);
    else if (who->held)
        say(ret, KK_FINDING_OK, "process %d is at it", "プロセス %d が同期中です", who->process);
}

static void judge_FSYNC(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    long long ms = (long long)f->probe_ms;

    if (!there(f, ret))
        return;
    if (f->probe_fault)
        say(ret, KK_FINDING_UNKNOWN, "nothing can be stored there on trial (E%d)",
            "試しの保存ができません（E%d）", -f->probe_fault);
    else
        say(ret, ms >= PROBE_WARN ? KK_FINDING_WARN : KK_FINDING_OK, "%lld ms for a small file",
            "小さなファイルに %lld ミリ秒", ms);
}

/* --- the files --- */

static void judge_INTEGRITY(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!there(f, ret))
        return;
    for (size_t i = 0; i < f->file_count; i++) {
        const struct kk_doctor_file *at = &f->files[i];

        if (at->fault == 0 && !at->is.whole) {
            say(ret, KK_FINDING_FAIL, "%s: %s", "%s: %s", at->name, at->is.why);
            return;
        }
        if (at->fault)
            say(ret, KK_FINDING_UNKNOWN, "%s can't be looked at (E%d)", "%s を確認できません（E%d）",
                at->name, -at->fault);
    }
    if (ret->result == KK_FINDING_OK)
        say(ret, KK_FINDING_OK, "files: %zu", "%zu ファイル", f->file_count);
}

static void judge_SCHEMA(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!there(f, ret))
        return;
    for (size_t i = 0; i < f->file_count; i++) {
        const struct kk_doctor_file *at = &f->files[i];

        if (at->fault || !at->is.whole)
            continue; /* told by integrity */
        if (!at->own || at->is.version > at->known) {
            say(ret, KK_FINDING_FAIL, "%s has version %d; this program knows %d",
                "%s は版 %d です（このプログラムが扱えるのは %d まで）", at->name, at->is.version,
                at->own ? at->known : 0);
            return;
        }
        if (at->is.version < at->known)
            say(ret, KK_FINDING_WARN, "%s has version %d, to become %d",
                "%s は版 %d です（%d に移行します）", at->name, at->is.version, at->known);
    }
}

static void judge_VERIFIED(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    long long days = (long long)((f->now_ms - f->state.verify_ms) / KK_DAY_MS);

    if (!stated(f, ret))
        return;
    if (f->state.verify_ms == 0)
        say(ret, KK_FINDING_UNKNOWN, "`kukyoku verify` was never run here%s",
            "ここでは `kukyoku verify` をまだ実行していません%s", "");
    else if (f->state.verify_faults > 0)
        say(ret, KK_FINDING_FAIL, "faults found %lld days ago: %lld", "%lld 日前に見つかった誤り: %lld",
            days, (long long)f->state.verify_faults);
    else
        say(ret, days > VERIFY_DAYS ? KK_FINDING_WARN : KK_FINDING_OK, "done %lld days ago",
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

static void judge_PROGRAM(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->home.fault == KK_E_STORE_NEWER)
        say(ret, KK_FINDING_FAIL, "the data was written by a newer program than %s",
            "%s より新しい版のプログラムで書かれています", KUKYOKU_VERSION);
    else if (!stated(f, ret))
        return;
    else if (f->state.sync_error.fault == KK_E_PEER_VERSION)
        say(ret, KK_FINDING_FAIL, "%s and the daemon speak no common version of the protocol",
            "%s とサーバーに共通の通信規約の版がありません", KUKYOKU_VERSION);
    else if (is_newer(f->state.program, KUKYOKU_VERSION))
        say(ret, KK_FINDING_WARN, "%s is at work; %s did the last sync",
            "%s が動作中です。直前の同期は %s によるものです", KUKYOKU_VERSION, f->state.program);
    else
        say(ret, KK_FINDING_OK, "%s", "%s", KUKYOKU_VERSION);
}

/* --- the clock --- */

static void judge_CLOCK(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    int64_t behind = f->signed_ms - f->now_ms;

    if (!opened(f, ret))
        return;
    if (f->signed_ms == 0)
        say(ret, KK_FINDING_UNKNOWN, "no signed document is held yet%s",
            "署名された文書をまだ受け取っていません%s", "");
    else if (behind > CLOCK_WARN)
        say(ret, behind > CLOCK_FAIL ? KK_FINDING_FAIL : KK_FINDING_WARN,
            "%lld minutes behind what was signed", "署名の日時より %lld 分遅れています",
            (long long)(behind / MINUTE_MS));
}

static void judge_SKEW(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    int64_t skew = f->state.skew_ms < 0 ? -f->state.skew_ms : f->state.skew_ms;

    if (!stated(f, ret))
        return;
    if (f->state.sync_ms == 0)
        say(ret, KK_FINDING_UNKNOWN, "there was no sync yet%s", "まだ同期していません%s", "");
    else if (skew > CLOCK_WARN)
        say(ret, skew > CLOCK_FAIL ? KK_FINDING_FAIL : KK_FINDING_WARN,
            "%lld minutes apart at the last sync", "直前の同期で %lld 分ずれていました",
            (long long)(skew / MINUTE_MS));
}

/* --- keys and documents --- */

static void judge_KEYS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!opened(f, ret))
        return;
    if (!f->state.enrolled)
        say(ret, KK_FINDING_WARN, "there is no device.key%s", "device.key がありません%s", "");
    else if (!f->sign_key)
        say(ret, KK_FINDING_FAIL, "device.key has no sign.key beside it%s",
            "device.key はありますが sign.key がありません%s", "");
    else if (f->state.revoked)
        say(ret, KK_FINDING_FAIL, "the device has been revoked%s", "端末は失効しています%s", "");
}

static void judge_KEY_MODE(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (there(f, ret) && f->loose_keys)
        say(ret, KK_FINDING_FAIL, "%s may be read by others", "%s をほかの利用者が読めます",
            f->loose_key);
}

static void judge_SCOPE_KEYS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (opened(f, ret) && f->broken_wraps)
        say(ret, KK_FINDING_FAIL, "scopes whose key does not open: %zu",
            "鍵を開けない範囲: %zu", f->broken_wraps);
}

static void judge_TRUST(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->home.fault == KK_E_SIGNATURE || f->home.fault == KK_E_HASH ||
        f->home.fault == KK_E_SHAPE)
        say(ret, KK_FINDING_FAIL, "E%d %s", "E%d %s", -f->home.fault, f->home.where);
    else if (opened(f, ret) && f->root_expires == 0)
        say(ret, KK_FINDING_UNKNOWN, "no root document is held yet%s",
            "ルート文書をまだ受け取っていません%s", "");
}

static void expires(const struct kk_doctor_facts *f, int64_t expires_ms, struct kk_finding *ret)
{
    int64_t now = f->now_ms > f->signed_ms ? f->now_ms : f->signed_ms;
    long long days = (long long)((expires_ms - now) / KK_DAY_MS);

    if (!opened(f, ret))
        return;
    if (expires_ms == 0)
        say(ret, KK_FINDING_UNKNOWN, "none is held yet%s", "まだ受け取っていません%s", "");
    else if (expires_ms <= now)
        say(ret, KK_FINDING_FAIL, "it expired %lld days ago", "%lld 日前に期限が切れました", -days);
    else
        say(ret, expires_ms - now < EXPIRY_WARN ? KK_FINDING_WARN : KK_FINDING_OK,
            "it expires in %lld days", "あと %lld 日で期限が切れます", days);
}

static void judge_ROOT(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    expires(f, f->root_expires, ret);
}

static void judge_ROSTER(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    expires(f, f->roster_expires, ret);
}

static void judge_CATALOG(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    expires(f, f->catalog_expires, ret);
}

static void judge_SIGNED(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    unsigned long long release = f->release;

    if (!stated(f, ret))
        return;
    if (f->release == 0)
        say(ret, KK_FINDING_UNKNOWN, "no release is held yet%s", "版をまだ受け取っていません%s", "");
    else if (f->signers < f->needed)
        say(ret, KK_FINDING_FAIL, "release %llu: %u of %u signatures", "第%llu版: 署名 %u／%u",
            release, f->signers, f->needed);
    else if (f->at_odds[0])
        say(ret, KK_FINDING_FAIL, "release %llu: the rows of %s are not those that were signed",
            "第%llu版: %s の内容が署名されたものと違います", release, f->at_odds);
    else if (f->state.flags.catalog_replaced)
        say(ret, KK_FINDING_WARN, "release %llu: signed by keys that were replaced",
            "第%llu版: 交換前の鍵で署名されています", release);
    else
        say(ret, KK_FINDING_OK, "release %llu: %u of %u signatures", "第%llu版: 署名 %u／%u",
            release, f->signers, f->needed);
}

/* --- what a device is for --- */

static void judge_AGE(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    long long hours = (long long)((f->now_ms - f->state.since_ms) / (60 * MINUTE_MS));

    if (!stated(f, ret))
        return;
    if (f->state.grade == KK_GRADE_UNKNOWN)
        say(ret, KK_FINDING_UNKNOWN, "nothing tells how old it is%s", "古さの分かるものがありません%s",
            "");
    else
        say(ret, f->state.grade == KK_GRADE_FRESH ? KK_FINDING_OK : KK_FINDING_WARN,
            "%lld hours old", "%lld 時間前のもの", hours);
}

static void judge_SYNC(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!stated(f, ret))
        return;
    if (f->state.sync_error.fault)
        say(ret, KK_FINDING_WARN, "it ended with E%d", "E%d で終わりました",
            -f->state.sync_error.fault);
    else if (f->state.sync_tried_ms == 0 && f->state.sync_ms == 0)
        say(ret, KK_FINDING_UNKNOWN, "there was none yet%s", "まだ同期していません%s", "");
}

static void judge_OUTBOX(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    unsigned long long waiting = f->state.waiting, refused = f->state.refused;

    if (!stated(f, ret))
        return;
    if (refused)
        say(ret, KK_FINDING_WARN, "set aside: %llu, waiting: %llu", "受け取られず: %llu、未送信: %llu",
            refused, waiting);
    else if (waiting && f->now_ms - f->state.sync_ms > KK_DAY_MS)
        say(ret, KK_FINDING_WARN, "waiting: %llu, with no sync for a day",
            "未送信: %llu（一日以上同期していません）", waiting);
    else
        say(ret, KK_FINDING_OK, "waiting: %llu", "未送信: %llu", waiting);
}

static void judge_CONFLICTS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (stated(f, ret) && f->state.conflicts)
        say(ret, KK_FINDING_WARN, "records: %llu", "%llu 件",
            (unsigned long long)f->state.conflicts);
}

/* Never: it may be the machine that is copied. It is said to be unknown, and what that means. */
static void judge_BACKUP(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    long long days = (long long)((f->now_ms - f->state.backup_ms) / KK_DAY_MS);

    if (!stated(f, ret))
        return;
    if (f->state.backup_ms == 0)
        say(ret, KK_FINDING_UNKNOWN, "`kukyoku backup` has made none here%s",
            "ここでは `kukyoku backup` をまだ実行していません%s", "");
    else
        say(ret, days > BACKUP_DAYS ? KK_FINDING_WARN : KK_FINDING_OK, "made %lld days ago",
            "%lld 日前に作成しました", days);
}

static void judge_RESTORE_TEST(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    long long days = (long long)((f->now_ms - f->state.restore_test_ms) / KK_DAY_MS);

    if (!stated(f, ret))
        return;
    if (f->state.restore_test_ms == 0 && f->state.backup_ms == 0)
        say(ret, KK_FINDING_UNKNOWN, "there is no backup to try%s", "試すバックアップがありません%s", "");
    else if (f->state.restore_test_ms == 0)
        say(ret, KK_FINDING_WARN, "never: a backup that nobody restored may be none%s",
            "一度も試していません。復元できるとは限りません%s", "");
    else
        say(ret, days > TEST_DAYS ? KK_FINDING_WARN : KK_FINDING_OK, "done %lld days ago",
            "%lld 日前に試しました", days);
}

static void judge_RECOVERY(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    const struct kk_ledger_lost *lost = &f->state.lost;

    if (!stated(f, ret))
        return;
    if (f->state.held)
        say(ret, KK_FINDING_WARN, "the daemon takes nothing new yet; waiting: %llu",
            "サーバーがまだ新しい記録を受け取りません。未送信: %llu", (unsigned long long)f->state.waiting);
    else if (lost->missing)
        say(ret, KK_FINDING_WARN, "entries cut off: %llu, not in a log again: %llu",
            "外れた記録: %llu、まだ戻っていないもの: %llu", (unsigned long long)lost->cut,
            (unsigned long long)lost->missing);
    else if (lost->cut)
        say(ret, KK_FINDING_OK, "entries cut off: %llu, all in a log again",
            "外れた記録: %llu（すべて戻りました）", (unsigned long long)lost->cut);
}

static void judge_RETENTION(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (opened(f, ret) && f->past_years)
        say(ret, KK_FINDING_WARN, "records: %llu, over for more than %u fiscal years",
            "%llu 件（終わってから %u 年度を過ぎています）", (unsigned long long)f->past_years, f->years);
}

/* --- the page and the terminal --- */

static void judge_PORT(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!f->port)
        say(ret, KK_FINDING_FAIL, "no port of 127.0.0.1 can be opened%s",
            "127.0.0.1 のポートを開けません%s", "");
}

static void judge_FONT(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->font[0])
        say(ret, KK_FINDING_OK, "%s", "%s", f->font);
    else
        say(ret, KK_FINDING_WARN, "none was found in the font folders%s",
            "フォントのフォルダーに見つかりません%s", "");
}

static void judge_PROXY(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->proxied)
        say(ret, KK_FINDING_WARN, "a proxy is set, and not ruled out for 127.0.0.1 and localhost%s",
            "プロキシが設定され、127.0.0.1 と localhost が除かれていません%s", "");
}

static void judge_LOCALE(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!f->codeset[0])
        say(ret, KK_FINDING_WARN, "the locale that is set is not installed%s",
            "設定されたロケールが入っていません%s", "");
    else if (strcmp(f->codeset, "UTF-8") != 0)
        say(ret, KK_FINDING_WARN, "%s", "%s", f->codeset);
}

static void judge_DESKS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->desks < 2)
        return;
    say(ret, f->demo ? KK_FINDING_OK : KK_FINDING_WARN, "%s and %s stand together (%u in all)",
        "%s と %s が同じ端末にあります（計 %u）", f->desk[0], f->desk[1], f->desks);
}

static void judge_LEADS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!opened(f, ret))
        return;
    if (f->ward_count == 0)
        say(ret, KK_FINDING_UNKNOWN, "no roster with wards is held yet%s",
            "区の載った名簿をまだ受け取っていません%s", "");
    for (size_t i = 0; i < f->ward_count; i++) {
        if (f->wards[i].leads > 1)
            continue;
        say(ret, KK_FINDING_WARN, "%s has %u: while that person is away nothing is proposed",
            "%s は %u 人です。不在の間は提案ができません", f->wards[i].ward, f->wards[i].leads);
        return;
    }
}

void kk_doctor_judge(const struct kk_doctor_facts *f, struct kk_finding ret[KK_CHECK_COUNT])
{
#define JUDGE_ROW(NAME, ...) judge_##NAME,
    static void (*const judges[])(const struct kk_doctor_facts *, struct kk_finding *) = {
        KK_CHECKS(JUDGE_ROW)
    };

    for (size_t i = 0; i < KK_CHECK_COUNT; i++) {
        ret[i] = (struct kk_finding){ .result = KK_FINDING_OK };
        judges[i](f, &ret[i]);
    }
}

const struct kk_check_row *kk_check_row(enum kk_check check)
{
#define FIX_SAFE true
#define FIX_NONE false
#define CHECK_ROW(NAME, code, name, FIX, en, ja, remedy_en, remedy_ja)                            \
    { code, name, FIX_##FIX, en, ja, remedy_en, remedy_ja },
    static const struct kk_check_row rows[] = { KK_CHECKS(CHECK_ROW) };

    return &rows[check];
}

const char *kk_finding_name(enum kk_finding_result result)
{
    static const char *const names[] = { "ok", "unknown", "warn", "fail" };

    return names[result];
}
