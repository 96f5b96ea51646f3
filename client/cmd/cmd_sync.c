/* `kukyoku sync`: brings this device in step. */
#include "cmd/command.h"

#include "model/sync.h"
#include "view/json.h"
#include "view/progress.h"

#define SKEW_WARN_MS (5 * 60 * 1000)

/* Neither side had anything for the other. */
static bool unchanged(const struct kk_sync_report *s)
{
    return s->counts.same && s->counts.blobs == 0 && s->counts.pushed == 0 &&
           s->counts.refused == 0;
}

static void say_report(struct kk_command *c, const struct kk_sync_report *s)
{
    if (s->pending)
        kk_out_warn(c->out, "%s", KK_T(c, SYNC_PENDING));
    if (unchanged(s))
        kk_out_say(c->out, "%s", KK_T(c, SYNC_SAME));
    else
        kk_out_say(c->out, KK_T(c, SYNC_DONE), (unsigned long long)s->catalog,
                   (unsigned long long)s->counts.entries, (unsigned long long)s->counts.pushed);
    if (s->mended)
        kk_out_say(c->out, "%s", KK_T(c, SYNC_MENDED));
    if (s->counts.refused)
        kk_out_warn(c->out, KK_T(c, SYNC_REFUSED), (unsigned long long)s->counts.refused);
    if (s->skew_ms > SKEW_WARN_MS || s->skew_ms < -SKEW_WARN_MS)
        kk_out_warn(c->out, KK_T(c, SYNC_SKEW), (long long)(s->skew_ms / 60000));
    kk_out_detail(c->out, KK_T(c, SYNC_LINE), (unsigned long long)s->line.sent,
                  (unsigned long long)s->line.received);
}

static json_t *report_json(const struct kk_sync_report *s)
{
    return json_pack("{s:b, s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "unchanged",
                     unchanged(s), "pending", s->pending, "mended", s->mended, "release",
                     (json_int_t)s->catalog, "documents", (json_int_t)s->counts.documents,
                     "entries", (json_int_t)s->counts.entries, "sent",
                     (json_int_t)s->counts.pushed, "refused", (json_int_t)s->counts.refused,
                     "skew_ms", (json_int_t)s->skew_ms, "bytes_sent", (json_int_t)s->line.sent,
                     "bytes_received", (json_int_t)s->line.received);
}

static void on_progress(void *user, uint64_t done, uint64_t all)
{
    kk_progress_step(user, "sync", done, all, kk_os_monotonic_ms());
}

int cmd_sync(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct kk_progress progress;
    struct kk_sync_options o = { .progress = on_progress, .user = &progress };
    struct kk_sync_report report;
    int r = kk_home_open(c->home, c->dry_run ? KK_HOME_READ : KK_HOME_WRITE, &home, &c->err);

    if (r < 0 || c->dry_run)
        return r;
    kk_progress_init(&progress, c->out);
    r = kk_model_sync(&home, &o, &report, &c->err);
    kk_progress_done(&progress);
    if (r < 0)
        return r;
    say_report(c, &report);
    if (report.counts.refused || report.pending)
        kk_command_exit(c, KK_EXIT_WARNINGS);
    else if (unchanged(&report))
        kk_command_unchanged(c);
    return c->json ? kk_json_print(c->out, report_json(&report)) : 0;
}
