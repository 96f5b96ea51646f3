/* `kukyoku sync`: brings this device in step. */
#include "cmd/queue_view.h"
#include "cmd/record_view.h"
#include "cmd/sync_progress.h"
#include "model/state.h"
#include "model/sync.h"

/* Neither side had anything for the other. */
static bool unchanged(const struct kk_sync_report *s)
{
    return s->counts.same && s->counts.blobs == 0 && s->counts.pushed == 0 &&
           s->counts.refused == 0 && s->counts.returned == 0 && !s->counts.held;
}

/* A daemon that was restored: what went back, what was cut off, and that it takes nothing new. */
static void say_recovery(struct kk_command *c, const struct kk_sync_report *s)
{
    const struct kk_error_info *info = kk_error_info(KK_E_RECOVERING);
    bool ja = c->lang == KK_LANG_JA;

    if (s->cut_off)
        kk_out_warn(c->out, KK_T(c, SYNC_CUT), (unsigned long long)s->cut_off);
    if (s->counts.returned)
        kk_out_say(c->out, KK_T(c, SYNC_RETURNED), (unsigned long long)s->counts.returned);
    if (s->counts.held)
        kk_out_warn(c->out, KK_T(c, SYNC_HELD), -info->fault, ja ? info->ja : info->en,
                    ja ? info->remedy_ja : info->remedy_en);
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

/* --- what has become overdue --- */

struct overdue {
    struct kk_command *command;
    json_t *json;
};

static int on_overdue(void *user, const struct kk_queue_row *row)
{
    struct overdue *o = user;
    struct kk_command *c = o->command;
    struct kk_slice title = kk_record_text(&row->record.is.body, KK_FIELD_TITLE);
    char id[KK_SHORT_ID], due[KK_WHEN_TEXT];

    kk_record_short(&row->record, id);
    kk_when_date(row->due_ms, c->lang, due);
    kk_out_warn(c->out, KK_T(c, SYNC_OVERDUE), id, (int)title.len, (const char *)title.data, due,
                kk_queue_waits(c, row->waits));
    return json_array_append_new(o->json, kk_json_hex(kk_slice(row->record.is.rec,
                                                               KK_ID_BYTES))) == 0
               ? 0
               : KK_E_MEMORY;
}

static int tell_overdue(struct kk_command *c, struct kk_home *home, json_t *ret)
{
    KK_AUTO_FINI(kk_records) struct kk_records records = { 0 };
    struct overdue o = { .command = c, .json = ret };
    int r = kk_home_span(home) ? kk_records_open(&records, home, KK_REPLICA_READ, &c->err) : 1;

    if (r > 0) /* a home that only reads what is public has no cases */
        return 0;
    return r == 0 ? kk_queue_tell(&records, on_overdue, &o) : r;
}

static json_t *report_json(const struct kk_sync_report *s, json_t *overdue)
{
    return json_pack("{s:O, s:b, s:I, s:I, s:b, s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
                     "overdue", overdue, "recovering", s->counts.held, "returned",
                     (json_int_t)s->counts.returned, "cut_off", (json_int_t)s->cut_off,
                     "unchanged", unchanged(s), "pending", s->pending, "mended", s->mended,
                     "release", (json_int_t)s->catalog, "documents",
                     (json_int_t)s->counts.documents, "entries", (json_int_t)s->counts.entries,
                     "sent", (json_int_t)s->counts.pushed, "refused",
                     (json_int_t)s->counts.refused, "skew_ms", (json_int_t)s->skew_ms,
                     "bytes_sent", (json_int_t)s->line.sent, "bytes_received",
                     (json_int_t)s->line.received);
}

int cmd_sync(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct kk_sync_progress progress;
    struct kk_sync_options o = { .progress = kk_sync_progress_step, .user = &progress };
    struct kk_sync_report report;
    json_t *overdue;
    int r = kk_home_open(c->home, c->dry_run ? KK_HOME_READ : KK_HOME_WRITE, &home, &c->err);

    if (r < 0 || c->dry_run)
        return r;
    kk_sync_progress_init(&progress, c);
    r = kk_model_sync(&home, &o, &report, &c->err);
    kk_progress_done(&progress.progress);
    if (r < 0)
        return r;
    say_report(c, &report);
    if (report.counts.refused || report.pending || report.counts.held || report.cut_off)
        kk_command_exit(c, KK_EXIT_WARNINGS);
    else if (unchanged(&report))
        kk_command_unchanged(c);
    overdue = json_array();
    r = tell_overdue(c, &home, overdue);
    if (r == 0 && c->json)
        r = kk_json_print(c->out, report_json(&report, overdue));
    json_decref(overdue);
    return r;
}
