/* `kukyoku purge`: a device that was revoked gives up what it holds. [SY-13] */
#include "cmd/purge_view.h"

#include "home/home.h"
#include "view/json.h"

int cmd_purge(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct kk_purge_report report = { .scopes = 0 };
    int64_t fault;
    int r = kk_os_exists(c->home) ? 0 : kk_error_set(&c->err, KK_E_HOME, c->home, "%s", "");

    if (r == 0)
        r = kk_home_open(c->home, c->dry_run ? KK_HOME_READ : KK_HOME_WRITE, &home, &c->err);
    if (r == 0)
        r = kk_home_fact_get(&home, KK_FACT_SYNC_FAULT, &fault, NULL);
    if (r == 0)
        r = kk_purge(&home, fault == KK_E_REVOKED ? KK_PURGE_ALL : KK_PURGE_LOST, c->dry_run,
                     &report, &c->err);
    if (r < 0)
        return r;
    if (report.scopes == 0) {
        kk_command_unchanged(c);
        kk_out_say(c->out, "%s", KK_T(c, PURGE_NOTHING));
    } else if (c->dry_run) {
        kk_out_say(c->out, KK_T(c, PURGE_WOULD), (unsigned long long)report.scopes);
    }
    if (!c->dry_run)
        kk_purge_told(c, &report);
    return c->json ? kk_json_print(c->out, kk_purge_json(&report)) : 0;
}
