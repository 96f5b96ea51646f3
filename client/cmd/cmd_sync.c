/* `kukyoku sync`: brings this device in step, or from mirrors what is public. */
#include "cmd/mirror_view.h"
#include "cmd/purge_view.h"
#include "cmd/queue_view.h"
#include "cmd/record_view.h"
#include "cmd/sync_progress.h"
#include "cmd/sync_work.h"
#include "config/prefs.h"
#include "link/heed.h"
#include "model/keep.h"
#include "model/newcomers.h"
#include "model/state.h"
#include "model/sync.h"

#include "kukyoku/base/text.h"

/* Neither side had anything for the other. */
static bool unchanged(const struct kk_sync_report *s)
{
    return s->counts.same && s->counts.blobs == 0 && s->counts.pushed == 0 &&
           s->counts.refused == 0 && s->counts.returned == 0 && !s->counts.held;
}

/* A daemon that was restored: what went back, what was cut off, and that it takes nothing new. */
static void say_recovery(struct kk_command *c, const struct kk_sync_report *s)
{
    if (s->cut_off)
        kk_out_warn(c->out, KK_T(c, SYNC_CUT), (unsigned long long)s->cut_off);
    if (s->counts.returned)
        kk_out_say(c->out, KK_T(c, SYNC_RETURNED), (unsigned long long)s->counts.returned);
    if (s->counts.held)
        kk_out_fault(c->out, &(struct kk_error){ .fault = KK_E_RECOVERING });
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
    say_recovery(c, s);
    if (s->counts.refused)
        kk_out_warn(c->out, KK_T(c, SYNC_REFUSED), (unsigned long long)s->counts.refused);
    if (s->skew_ms > KK_SKEW_WARN_MS || s->skew_ms < -KK_SKEW_WARN_MS)
        kk_out_warn(c->out, KK_T(c, SYNC_SKEW), (long long)(s->skew_ms / 60000));
    kk_out_detail(c->out, KK_T(c, SYNC_LINE), (unsigned long long)s->line.sent,
                  (unsigned long long)s->line.received);
}

/* Said to a person, and listed. */
struct telling {
    struct kk_command *command;
    json_t *json;
};

/* --- what has become overdue --- */

static int on_overdue(void *user, const struct kk_queue_row *row)
{
    struct telling *t = user;
    struct kk_command *c = t->command;
    struct kk_slice title = kk_record_text(&row->record.is.body, KK_FIELD_TITLE);
    char id[KK_SHORT_ID], due[KK_WHEN_TEXT];

    kk_record_short(&row->record, id);
    kk_when_date(row->due_ms, c->lang, due);
    kk_out_warn(c->out, KK_T(c, SYNC_OVERDUE), id, (int)title.len, (const char *)title.data, due,
                kk_queue_waits(c, row->waits));
    return json_array_append_new(t->json, kk_json_hex(kk_slice(row->record.is.rec,
                                                               KK_ID_BYTES))) == 0
               ? 0
               : KK_E_MEMORY;
}

static int tell_overdue(struct kk_command *c, struct kk_home *home, json_t *ret)
{
    KK_AUTO_FINI(kk_records) struct kk_records records = { 0 };
    struct telling t = { .command = c, .json = ret };
    int r = kk_home_span(home) ? kk_records_open(&records, home, KK_REPLICA_READ, &c->err) : 1;

    if (r > 0) /* a home that only reads what is public has no cases */
        return 0;
    return r == 0 ? kk_queue_tell(&records, on_overdue, &t) : r;
}

static json_t *report_json(const struct kk_sync_report *s, json_t *overdue)
{
    const struct {
        const char *name;
        uint64_t count;
    } counts[] = {
        { "release", s->catalog },          { "documents", s->counts.documents },
        { "entries", s->counts.entries },   { "sent", s->counts.pushed },
        { "refused", s->counts.refused },   { "returned", s->counts.returned },
        { "cut_off", s->cut_off },          { "bytes_sent", s->line.sent },
        { "bytes_received", s->line.received },
    };
    json_t *j = json_pack("{s:O, s:b, s:b, s:b, s:b, s:b, s:b, s:I}", "overdue", overdue,
                          "unchanged", unchanged(s), "pending", s->pending, "mended", s->mended,
                          "withheld", s->withheld, "behind", s->behind, "recovering",
                          s->counts.held, "skew_ms", (json_int_t)s->skew_ms);

    for (size_t i = 0; i < KK_COUNT(counts); i++)
        json_object_set_new(j, counts[i].name, json_integer((json_int_t)counts[i].count));
    return j;
}

/* --- who is new here --- */

static int on_newcomer(void *user, const uint8_t id[KK_ID_BYTES], const struct kk_device_row *row)
{
    struct telling *t = user;
    struct kk_command *c = t->command;
    const struct kk_device_span *span = kk_device_span_newest(row);
    char print[KK_FINGERPRINT_TEXT];

    kk_fingerprint(kk_slice(id, KK_ID_BYTES), print);
    kk_out_say(c->out, KK_T(c, SYNC_NEWCOMER), (int)span->holder.len,
               (const char *)span->holder.data, kk_role_label((enum kk_role)span->role,
                                                             kk_lang_name(c->lang)),
               (int)row->label.len, (const char *)row->label.data, print);
    return json_array_append_new(t->json, kk_json_hex(kk_slice(id, KK_ID_BYTES))) == 0
               ? 0
               : KK_E_MEMORY;
}

/* --- one of them --- */

/* What was brought, said and as JSON; *ret for the program that follows and the pace. */
static int tell(struct kk_command *c, struct kk_home *home, const struct kk_sync_report *report,
                json_t **ret)
{
    json_t *overdue = json_array(), *newcomers = json_array();
    int r;

    say_report(c, report);
    kk_purge_told(c, &report->purge);
    if (report->withheld)
        kk_out_warn(c->out, "%s", KK_T(c, SYNC_WITHHELD));
    if (report->behind)
        kk_out_warn(c->out, "%s", KK_T(c, SYNC_BEHIND));
    if (report->counts.refused || report->pending || report->withheld || report->behind ||
        report->counts.held || report->cut_off)
        kk_command_exit(c, KK_EXIT_WARNINGS);
    else if (unchanged(report))
        kk_command_unchanged(c);
    r = tell_overdue(c, home, overdue);
    if (r == 0)
        r = kk_newcomers_tell(home, on_newcomer, &(struct telling){ c, newcomers }, &c->err);
    *ret = report_json(report, overdue);
    if (*ret)
        json_object_set(*ret, "newcomers", newcomers);
    json_decref(newcomers);
    json_decref(overdue);
    if (r == 0 && !*ret)
        r = KK_E_MEMORY;
    return r;
}

static int bring(struct kk_command *c, struct kk_home *home, struct kk_sync_report *report,
                 json_t **ret)
{
    struct kk_sync_progress progress;
    struct kk_sync_options o = { .progress = kk_sync_progress_step,
                                 .user = &progress,
                                 .stop = c->stop };
    int r;

    kk_sync_progress_init(&progress, c);
    r = kk_model_sync(home, &o, report, &c->err);
    kk_progress_done(&progress.progress);
    if (r == KK_E_REVOKED)
        kk_purge_offer(c, home);
    return r == 0 ? tell(c, home, report, ret) : r;
}

/* The home is closed, and another one's turn, before anything else is run. */
static int bring_home(struct kk_command *c, struct kk_sync_report *report, json_t **ret)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock turn = { 0 };
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    int r = kk_sync_work_turn(c, &turn);

    if (r == 0)
        r = kk_home_open(c->home, KK_HOME_WRITE, &home, &c->err);
    if (r == 0 && kk_mirror_wanted(c, &home))
        return kk_mirror_run(c, &home, ret);
    return r == 0 ? bring(c, &home, report, ret) : r;
}

static int sync_once(struct kk_command *c, struct kk_sync_report *report)
{
    json_t *told = NULL;
    int r = bring_home(c, report, &told);

    if (r != KK_E_SYNCING && r != KK_E_HOME)
        kk_sync_work_after(c, r, told);
    if (r == 0 && c->json && kk_command_flag(c, "watch"))
        return kk_json_line(c->out, told);
    if (r == 0 && c->json)
        return kk_json_print(c->out, told);
    json_decref(told);
    return r;
}

/* --- again and again --- */

static int on_sync(void *self, struct kk_kept *ret)
{
    struct kk_command *c = self;
    struct kk_sync_report report = { .pending = false };
    int r;

    c->err = (struct kk_error){ .fault = 0 };
    r = sync_once(c, &report);
    ret->brought = !unchanged(&report);
    ret->retry_s = report.line.retry_s;
    if (r < 0 && r != KK_E_CANCELLED)
        kk_out_error(c->out, r, &c->err);
    return r == 0 ? kk_out_flush(c->out, &c->err) : r;
}

static void on_listened(void *self, const struct kk_held_report *how)
{
    struct kk_command *c = self;

    if (how->end == KK_HELD_NOTE)
        kk_out_detail(c->out, "%s", KK_T(c, WATCH_NOTE));
    else if (how->end == KK_HELD_STIRRED)
        kk_out_detail(c->out, "%s", KK_T(c, WATCH_STIRRED));
    else if (how->end == KK_HELD_LOST)
        kk_out_detail(c->out, KK_T(c, WATCH_LOST), how->why.where,
                      kk_error_detail(&how->why, kk_lang_name(c->lang)));
    else if (how->end == KK_HELD_DEAF)
        kk_out_say(c->out, "%s", KK_T(c, WATCH_DEAF));
}

/* What was warned of on the way is not its end. */
static int keep(struct kk_command *c)
{
    struct kk_keep keep = { .home = c->home,
                            .pace = { .interval_ms = c->prefs->interval_min * 60000,
                                      .entropy = kk_os_entropy() },
                            .stop = c->stop,
                            .sync = on_sync,
                            .listened = on_listened,
                            .self = c };
    int r;

    kk_out_say(c->out, KK_T(c, WATCH_BEGINS), (long long)c->prefs->interval_min);
    r = kk_model_keep(&keep, &c->err);
    c->exit = KK_EXIT_OK;
    return r == KK_E_CANCELLED ? 0 : r;
}

/* It is ended by a signal, whenever that comes: that is no failure. */
static int watch(struct kk_command *c)
{
    struct kk_heed *heed = NULL;
    int r;

    c->stop = kk_link_stop_new();
    r = c->stop ? kk_heed_start(c->stop, &heed) : KK_E_MEMORY;
    if (r == 0)
        r = keep(c);
    kk_heed_close(heed);
    kk_link_stop_free(c->stop);
    c->stop = NULL;
    return r;
}

/* From mirrors nothing can be watched; and what a dry run would ask. */
static int look(struct kk_command *c, bool watched)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    int r = kk_home_open(c->home, watched ? KK_HOME_WRITE : KK_HOME_READ, &home, &c->err);

    if (r < 0 || !kk_mirror_wanted(c, &home))
        return r;
    return watched ? kk_command_usage(c, "--watch", KK_T(c, MIRROR_WATCH))
                   : kk_mirrors_dry(c, &home);
}

int cmd_sync(struct kk_command *c)
{
    struct kk_sync_report report = { .pending = false };
    bool watched = kk_command_flag(c, "watch");
    int r = watched || c->dry_run ? look(c, watched) : 0;

    if (r < 0 || c->dry_run)
        return r;
    return watched ? watch(c) : sync_once(c, &report);
}
