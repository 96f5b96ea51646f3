/* One sync of a home at a time, and what follows it (sync_work.h). [KS-1] [KS-4] */
#include "cmd/sync_work.h"

#include "config/prefs.h"
#include "model/state.h"
#include "model/sync_turn.h"
#include "os_run.h"
#include "view/gauges.h"
#include "view/json.h"

#include <stdlib.h>

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

/* --- afterwards --- */

static void warn(struct kk_command *c, const struct kk_error *why)
{
    kk_out_fault(c->out, why);
    kk_command_exit(c, KK_EXIT_WARNINGS);
}

static int write_gauges(struct kk_command *c, struct kk_error *err)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes text = { 0 };
    struct kk_state s;
    int r = kk_home_open(c->home, KK_HOME_READ, &home, err);

    if (r == 0)
        r = kk_model_state(&home, &s, err);
    if (r == 0)
        r = kk_gauges_print(&s, &text);
    return r == 0 ? kk_os_file_write(c->prefs->metrics, kk_bytes_slice(&text), KK_OS_SHARED, err)
                  : r;
}

static int run_hook(struct kk_command *c, int fault, const json_t *told, struct kk_error *err)
{
    json_t *say = json_pack("{s:s, s:b, s:o, s:o}", "event", "sync", "ok", fault == 0, "failure",
                            fault ? json_sprintf("E%d", -fault) : json_null(), "at",
                            kk_json_instant(kk_os_now_ms()));
    char *text = say && (!told || json_object_update_missing(say, (json_t *)(uintptr_t)told) == 0)
                     ? json_dumps(say, JSON_COMPACT)
                     : NULL;
    int r = text ? kk_os_run(c->prefs->hook, kk_slice_text(text), c->prefs->hook_s * 1000, err)
                 : KK_E_MEMORY;

    (free)(text); /* jansson's memory, not kk_alloc's */
    json_decref(say);
    return r;
}

void kk_sync_work_after(struct kk_command *c, int fault, const json_t *told)
{
    struct kk_error err = { .fault = 0 };

    if (c->prefs->metrics && write_gauges(c, &err) < 0)
        warn(c, &err);
    err = (struct kk_error){ .fault = 0 };
    if (c->prefs->hook && run_hook(c, fault, told, &err) < 0)
        warn(c, &err);
}
