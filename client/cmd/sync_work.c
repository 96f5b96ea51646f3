/* One sync of a home at a time (sync_work.h). [KS-1] */
#include "cmd/sync_work.h"

#include "config/prefs.h"
#include "model/sync_turn.h"

int kk_sync_work_turn(struct kk_command *c, struct kk_os_lock *ret)
{
    int64_t wait_ms = c->prefs->wait_s * 1000;
    int r = kk_sync_turn_take(ret, c->home, 0, &c->err);

    if (r != KK_E_SYNCING || wait_ms == 0)
        return r;
    kk_out_say(c->out, KK_T(c, SYNC_WAITS), kk_error_detail(&c->err, kk_lang_name(c->lang)));
    c->err = (struct kk_error){ .fault = 0 };
    return kk_sync_turn_take(ret, c->home, wait_ms, &c->err);
}
