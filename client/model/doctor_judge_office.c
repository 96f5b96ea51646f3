/* Checks of keys and documents, of what a device is for, of page, terminal and desks. */
#include "model/doctor_in.h"

#include "kukyoku/base/date.h"

#define EXPIRY_WARN (30 * KK_DAY_MS)
#define MINUTE_MS   60000ll
#define BACKUP_DAYS 35
#define TEST_DAYS   100

/* --- keys and documents --- */

void doctor_judge_KEYS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!doctor_opened(f, ret))
        return;
    if (!f->state.enrolled)
        doctor_say(ret, KK_FINDING_WARN, "there is no device.key%s", "device.key がありません%s",
                   "");
    else if (!f->sign_key)
        doctor_say(ret, KK_FINDING_FAIL, "device.key has no sign.key beside it%s",
                   "device.key はありますが sign.key がありません%s", "");
    else if (f->state.revoked)
        doctor_say(ret, KK_FINDING_FAIL, "the device has been revoked%s", "端末は失効しています%s",
                   "");
}

void doctor_judge_KEY_MODE(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (doctor_there(f, ret) && f->loose_keys)
        doctor_say(ret, KK_FINDING_FAIL, "%s may be read by others", "%s をほかの利用者が読めます",
                   f->loose_key);
}

void doctor_judge_SCOPE_KEYS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (doctor_opened(f, ret) && f->broken_wraps)
        doctor_say(ret, KK_FINDING_FAIL, "scopes whose key does not open: %zu",
                   "鍵を開けない範囲: %zu", f->broken_wraps);
}

void doctor_judge_TRUST(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->home.fault == KK_E_SIGNATURE || f->home.fault == KK_E_HASH ||
        f->home.fault == KK_E_SHAPE)
        doctor_say(ret, KK_FINDING_FAIL, "E%d %s", "E%d %s", -f->home.fault, f->home.where);
    else if (doctor_opened(f, ret) && f->root_expires == 0)
        doctor_say(ret, KK_FINDING_UNKNOWN, "no root document is held yet%s",
                   "ルート文書をまだ受け取っていません%s", "");
}

static void expires(const struct kk_doctor_facts *f, int64_t expires_ms, struct kk_finding *ret)
{
    int64_t now = f->now_ms > f->signed_ms ? f->now_ms : f->signed_ms;
    long long days = (long long)((expires_ms - now) / KK_DAY_MS);

    if (!doctor_opened(f, ret))
        return;
    if (expires_ms == 0)
        doctor_say(ret, KK_FINDING_UNKNOWN, "none is held yet%s", "まだ受け取っていません%s", "");
    else if (expires_ms <= now)
        doctor_say(ret, KK_FINDING_FAIL, "it expired %lld days ago", "%lld 日前に期限が切れました",
                   -days);
    else
        doctor_say(ret, expires_ms - now < EXPIRY_WARN ? KK_FINDING_WARN : KK_FINDING_OK,
                   "it expires in %lld days", "あと %lld 日で期限が切れます", days);
}

void doctor_judge_ROOT(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    expires(f, f->root_expires, ret);
}

void doctor_judge_ROSTER(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    expires(f, f->roster_expires, ret);
}

void doctor_judge_CATALOG(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    expires(f, f->catalog_expires, ret);
}

void doctor_judge_SIGNED(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    unsigned long long release = f->release;

    if (!doctor_stated(f, ret))
        return;
    if (f->release == 0)
        doctor_say(ret, KK_FINDING_UNKNOWN, "no release is held yet%s",
                   "版をまだ受け取っていません%s", "");
    else if (f->signers < f->needed)
        doctor_say(ret, KK_FINDING_FAIL, "release %llu: %u of %u signatures",
                   "第%llu版: 署名 %u／%u", release, f->signers, f->needed);
    else if (f->at_odds[0])
        doctor_say(ret, KK_FINDING_FAIL,
                   "release %llu: the rows of %s are not those that were signed",
                   "第%llu版: %s の内容が署名されたものと違います", release, f->at_odds);
    else if (f->state.flags.catalog_replaced)
        doctor_say(ret, KK_FINDING_WARN, "release %llu: signed by keys that were replaced",
                   "第%llu版: 交換前の鍵で署名されています", release);
    else
        doctor_say(ret, KK_FINDING_OK, "release %llu: %u of %u signatures", "第%llu版: 署名 %u／%u",
                   release, f->signers, f->needed);
}

/* --- what a device is for --- */

void doctor_judge_AGE(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    long long hours = (long long)((f->now_ms - f->state.since_ms) / (60 * MINUTE_MS));

    if (!doctor_stated(f, ret))
        return;
    if (f->state.grade == KK_GRADE_UNKNOWN)
        doctor_say(ret, KK_FINDING_UNKNOWN, "nothing tells how old it is%s",
                   "古さの分かるものがありません%s", "");
    else
        doctor_say(ret, f->state.grade == KK_GRADE_FRESH ? KK_FINDING_OK : KK_FINDING_WARN,
                   "%lld hours old", "%lld 時間前のもの", hours);
}

void doctor_judge_SYNC(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!doctor_stated(f, ret))
        return;
    if (f->state.sync_error.fault)
        doctor_say(ret, KK_FINDING_WARN, "it ended with E%d", "E%d で終わりました",
                   -f->state.sync_error.fault);
    else if (f->state.sync_tried_ms == 0 && f->state.sync_ms == 0)
        doctor_say(ret, KK_FINDING_UNKNOWN, "there was none yet%s", "まだ同期していません%s", "");
}

void doctor_judge_OUTBOX(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    unsigned long long waiting = f->state.waiting, refused = f->state.refused;

    if (!doctor_stated(f, ret))
        return;
    if (refused)
        doctor_say(ret, KK_FINDING_WARN, "set aside: %llu, waiting: %llu",
                   "受け取られず: %llu、未送信: %llu", refused, waiting);
    else if (waiting && f->now_ms - f->state.sync_ms > KK_DAY_MS)
        doctor_say(ret, KK_FINDING_WARN, "waiting: %llu, with no sync for a day",
                   "未送信: %llu（一日以上同期していません）", waiting);
    else
        doctor_say(ret, KK_FINDING_OK, "waiting: %llu", "未送信: %llu", waiting);
}

void doctor_judge_CONFLICTS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (doctor_stated(f, ret) && f->state.conflicts)
        doctor_say(ret, KK_FINDING_WARN, "records: %llu", "%llu 件",
                   (unsigned long long)f->state.conflicts);
}

/* Never: it may be the machine that is copied. It is said to be unknown, and what that means. */
void doctor_judge_BACKUP(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    long long days = (long long)((f->now_ms - f->state.backup_ms) / KK_DAY_MS);

    if (!doctor_stated(f, ret))
        return;
    if (f->state.backup_ms == 0)
        doctor_say(ret, KK_FINDING_UNKNOWN, "`kukyoku backup` has made none here%s",
                   "ここでは `kukyoku backup` をまだ実行していません%s", "");
    else
        doctor_say(ret, days > BACKUP_DAYS ? KK_FINDING_WARN : KK_FINDING_OK, "made %lld days ago",
                   "%lld 日前に作成しました", days);
}

void doctor_judge_RESTORE_TEST(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    long long days = (long long)((f->now_ms - f->state.restore_test_ms) / KK_DAY_MS);

    if (!doctor_stated(f, ret))
        return;
    if (f->state.restore_test_ms == 0 && f->state.backup_ms == 0)
        doctor_say(ret, KK_FINDING_UNKNOWN, "there is no backup to try%s",
                   "試すバックアップがありません%s", "");
    else if (f->state.restore_test_ms == 0)
        doctor_say(ret, KK_FINDING_WARN, "never: a backup that nobody restored may be none%s",
                   "一度も試していません。復元できるとは限りません%s", "");
    else
        doctor_say(ret, days > TEST_DAYS ? KK_FINDING_WARN : KK_FINDING_OK, "done %lld days ago",
                   "%lld 日前に試しました", days);
}

void doctor_judge_RECOVERY(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    const struct kk_ledger_lost *lost = &f->state.lost;

    if (!doctor_stated(f, ret))
        return;
    if (f->state.held)
        doctor_say(ret, KK_FINDING_WARN, "the daemon takes nothing new yet; waiting: %llu",
                   "サーバーがまだ新しい記録を受け取りません。未送信: %llu",
                   (unsigned long long)f->state.waiting);
    else if (lost->missing)
        doctor_say(ret, KK_FINDING_WARN, "entries cut off: %llu, not in a log again: %llu",
                   "外れた記録: %llu、まだ戻っていないもの: %llu", (unsigned long long)lost->cut,
                   (unsigned long long)lost->missing);
    else if (lost->cut)
        doctor_say(ret, KK_FINDING_OK, "entries cut off: %llu, all in a log again",
                   "外れた記録: %llu（すべて戻りました）", (unsigned long long)lost->cut);
}

void doctor_judge_RETENTION(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (doctor_opened(f, ret) && f->past_years)
        doctor_say(ret, KK_FINDING_WARN, "records: %llu, over for more than %u fiscal years",
                   "%llu 件（終わってから %u 年度を過ぎています）",
                   (unsigned long long)f->past_years, f->years);
}

/* --- the page and the terminal --- */

void doctor_judge_PORT(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!f->port)
        doctor_say(ret, KK_FINDING_FAIL, "no port of 127.0.0.1 can be opened%s",
                   "127.0.0.1 のポートを開けません%s", "");
}

void doctor_judge_FONT(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->font[0])
        doctor_say(ret, KK_FINDING_OK, "%s", "%s", f->font);
    else
        doctor_say(ret, KK_FINDING_WARN, "none was found in the font folders%s",
                   "フォントのフォルダーに見つかりません%s", "");
}

void doctor_judge_PROXY(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->proxied)
        doctor_say(ret, KK_FINDING_WARN,
                   "a proxy is set, and not ruled out for 127.0.0.1 and localhost%s",
                   "プロキシが設定され、127.0.0.1 と localhost が除かれていません%s", "");
}

void doctor_judge_LOCALE(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!f->codeset[0])
        doctor_say(ret, KK_FINDING_WARN, "the locale that is set is not installed%s",
                   "設定されたロケールが入っていません%s", "");
    else if (strcmp(f->codeset, "UTF-8") != 0)
        doctor_say(ret, KK_FINDING_WARN, "%s", "%s", f->codeset);
}

void doctor_judge_DESKS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (f->desks < 2)
        return;
    doctor_say(ret, f->demo ? KK_FINDING_OK : KK_FINDING_WARN,
               "%s and %s stand together (%u in all)", "%s と %s が同じ端末にあります（計 %u）",
               f->desk[0], f->desk[1], f->desks);
}

void doctor_judge_LEADS(const struct kk_doctor_facts *f, struct kk_finding *ret)
{
    if (!doctor_opened(f, ret))
        return;
    if (f->ward_count == 0)
        doctor_say(ret, KK_FINDING_UNKNOWN, "no roster with wards is held yet%s",
                   "区の載った名簿をまだ受け取っていません%s", "");
    for (size_t i = 0; i < f->ward_count; i++) {
        if (f->wards[i].leads > 1)
            continue;
        doctor_say(ret, KK_FINDING_WARN, "%s has %u: while that person is away nothing is proposed",
                   "%s は %u 人です。不在の間は提案ができません", f->wards[i].ward,
                   f->wards[i].leads);
        return;
    }
}
