/* `kukyoku status`: in step? how old? what waits? what failed, why, what to do? */
#include "cmd/command.h"

#include "model/state.h"
#include "view/age.h"
#include "view/fault.h"
#include "view/json.h"
#include "view/table.h"
#include "view/when.h"

#include "kukyoku/base/text.h"

static const char *standing(const struct kk_command *c, const struct kk_state *s)
{
    if (!s->enrolled)
        return KK_T(c, STATUS_NOT_ENROLLED);
    if (s->pending)
        return KK_T(c, STATUS_PENDING);
    if (s->revoked)
        return KK_T(c, STATUS_REVOKED);
    return s->draining ? KK_T(c, STATUS_DRAINING) : "";
}

static void say_device(struct kk_command *c, const struct kk_state *s)
{
    const char *role = kk_role_label((enum kk_role)s->role, kk_lang_name(c->lang));
    const char *ward = kk_ward_name(s->ward, kk_lang_name(c->lang));
    char print[KK_FINGERPRINT_TEXT];

    kk_fingerprint(kk_slice(s->device, KK_ID_BYTES), print);
    kk_out_line(c->out, "%s: %s %s %s %s %s", KK_T(c, STATUS_WHO), s->enrolled ? print : "-",
                ward ? ward : KK_T(c, BUREAU), role ? role : "", s->holder, standing(c, s));
}

static void say_age(struct kk_command *c, const struct kk_state *s)
{
    char when[KK_WHEN_TEXT] = "-", synced[KK_WHEN_TEXT] = "";

    if (s->since_ms)
        kk_when_instant(s->since_ms, c->lang, when);
    kk_out_line(c->out, "%s: %s (%s)", KK_T(c, STATUS_AGE), when, kk_age_text(s->grade, c->lang));
    if (s->sync_ms)
        kk_when_instant(s->sync_ms, c->lang, synced);
    kk_out_line(c->out, "%s: %s", KK_T(c, STATUS_SYNCED),
                s->sync_ms ? synced : KK_T(c, STATUS_NEVER));
    if (s->catalog.ver)
        kk_out_line(c->out, "%s: %llu %s", KK_T(c, STATUS_RELEASE),
                    (unsigned long long)s->catalog.ver, s->title);
}

static void say_failure(struct kk_command *c, const struct kk_state *s)
{
    char text[KK_FAULT_TEXT];

    if (s->sync_error.fault == 0)
        return;
    kk_out_line(c->out, "%s: %s", KK_T(c, STATUS_FAILED),
                kk_fault_text(&s->sync_error, c->lang, text));
    kk_out_line(c->out, "%s: %s", KK_T(c, REMEDY), kk_fault_remedy(s->sync_error.fault, c->lang));
}

static void say_documents(struct kk_command *c, const struct kk_state *s)
{
    if (s->flags.root_expired)
        kk_out_warn(c->out, KK_T(c, STATUS_EXPIRED), KK_T(c, DOC_ROOT));
    if (s->flags.roster_expired)
        kk_out_warn(c->out, KK_T(c, STATUS_EXPIRED), KK_T(c, DOC_ROSTER));
    if (s->flags.catalog_expired)
        kk_out_warn(c->out, KK_T(c, STATUS_EXPIRED), KK_T(c, DOC_CATALOG));
    if (s->flags.roster_replaced)
        kk_out_warn(c->out, KK_T(c, STATUS_REPLACED), KK_T(c, DOC_ROSTER));
    if (s->flags.catalog_replaced)
        kk_out_warn(c->out, KK_T(c, STATUS_REPLACED), KK_T(c, DOC_CATALOG));
}

static void say_warnings(struct kk_command *c, const struct kk_state *s)
{
    if (s->draining && !s->revoked)
        kk_out_warn(c->out, "%s", KK_T(c, STATUS_DRAINING_TOLD));
    say_documents(c, s);
    if (s->flags.fresh_ahead)
        kk_out_warn(c->out, "%s", KK_T(c, STATUS_AHEAD));
    if (s->clock_behind)
        kk_out_warn(c->out, "%s", KK_T(c, STATUS_BEHIND));
    if (s->skew_ms > KK_SKEW_WARN_MS || s->skew_ms < -KK_SKEW_WARN_MS)
        kk_out_warn(c->out, KK_T(c, SYNC_SKEW), (long long)(s->skew_ms / 60000));
}

static void say_instant(struct kk_command *c, const char *what, int64_t ms)
{
    char when[KK_WHEN_TEXT] = "";

    if (ms)
        kk_when_instant(ms, c->lang, when);
    kk_out_line(c->out, "%s: %s", what, ms ? when : KK_T(c, STATUS_NEVER));
}

static void say_backups(struct kk_command *c, const struct kk_state *s)
{
    say_instant(c, KK_T(c, STATUS_BACKUP), s->backup_ms);
    say_instant(c, KK_T(c, STATUS_RESTORE_TEST), s->restore_test_ms);
    if (s->restored)
        kk_out_fault(c->out, &(struct kk_error){ .fault = KK_E_RESTORED });
}

/* The daemon was restored: what waits for its registrar, and what was cut off. [ER-7] */
static void say_recovery(struct kk_command *c, const struct kk_state *s)
{
    if (s->held)
        kk_out_fault(c->out, &(struct kk_error){ .fault = KK_E_RECOVERING });
    if (s->lost.cut == 0)
        return;
    say_instant(c, KK_T(c, STATUS_CUT_AT), s->lost.cut_ms);
    kk_out_line(c->out, KK_T(c, STATUS_CUT), (unsigned long long)s->lost.cut,
                (unsigned long long)s->lost.own, (unsigned long long)s->lost.missing);
}

static int say_scopes(struct kk_command *c, const struct kk_state *s)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };

    kk_table_column(&t, KK_T(c, COL_SCOPE), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_STEP), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_RELEASE), KK_ALIGN_RIGHT);
    kk_table_column(&t, KK_T(c, COL_ENTRIES), KK_ALIGN_RIGHT);
    kk_table_column(&t, KK_T(c, COL_WAITING), KK_ALIGN_RIGHT);
    for (size_t i = 0; i < s->scope_count; i++) {
        const struct kk_state_scope *at = &s->scopes[i];

        kk_table_cell(&t, at->scope);
        kk_table_cell(&t, at->in_step ? KK_T(c, YES) : KK_T(c, NO));
        kk_table_cellf(&t, "%u", at->release);
        kk_table_cellf(&t, "%llu", (unsigned long long)at->entries);
        kk_table_cellf(&t, "%llu", (unsigned long long)at->waiting);
    }
    return kk_table_print(&t, c->out);
}

static json_t *scopes_json(const struct kk_state *s)
{
    json_t *list = json_array();

    for (size_t i = 0; i < s->scope_count; i++) {
        const struct kk_state_scope *at = &s->scopes[i];

        json_array_append_new(
            list, json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I}", "scope", at->scope, "in_step",
                            at->in_step, "release", (json_int_t)at->release, "entries",
                            (json_int_t)at->entries, "waiting", (json_int_t)at->waiting,
                            "set_aside", (json_int_t)at->refused, "conflicts",
                            (json_int_t)at->conflicts));
    }
    return list;
}

/* What say_warnings says. */
static void add_warnings(json_t *j, const struct kk_state *s)
{
    const struct kk_trust_flags *f = &s->flags;

    json_object_set_new(j, "draining", json_boolean(s->draining));
    json_object_set_new(j, "as_of_ahead", json_boolean(f->fresh_ahead));
    json_object_set_new(j, "clock_behind", json_boolean(s->clock_behind));
    json_object_set_new(j, "clock_skew_ms", json_integer((json_int_t)s->skew_ms));
    json_object_set_new(j, "expired",
                        json_pack("{s:b, s:b, s:b}", "root", f->root_expired, "roster",
                                  f->roster_expired, "catalog", f->catalog_expired));
    json_object_set_new(j, "replaced",
                        json_pack("{s:b, s:b}", "roster", f->roster_replaced, "catalog",
                                  f->catalog_replaced));
}

static json_t *state_json(const struct kk_command *c, const struct kk_state *s)
{
    const char *role = kk_role_name((enum kk_role)s->role);
    int fault = s->sync_error.fault;
    char root[KK_FINGERPRINT_TEXT];
    json_t *j = json_pack(
        "{s:b, s:b, s:b, s:b, s:o, s:s?, s:s, s:s, s:I, s:[I,I], s:[I,I], s:s}", "well",
        kk_state_well(s), "enrolled", s->enrolled, "pending", s->pending, "revoked", s->revoked,
        "device", kk_json_hex(kk_slice(s->device, KK_ID_BYTES)), "role", role, "ward", s->ward,
        "holder", s->holder, "root", (json_int_t)s->root_ver, "roster", (json_int_t)s->roster.gen,
        (json_int_t)s->roster.ver, "catalog", (json_int_t)s->catalog.gen,
        (json_int_t)s->catalog.ver, "freshness", kk_age_name(s->grade));

    if (!j)
        return NULL;
    kk_fingerprint(kk_slice(s->root_id, KK_HASH_BYTES), root);
    json_object_set_new(j, "root_fingerprint", s->root_ver ? json_string(root) : json_null());
    json_object_set_new(j, "as_of", kk_json_instant(s->since_ms));
    json_object_set_new(j, "synced", kk_json_instant(s->sync_ms));
    json_object_set_new(j, "backup", kk_json_instant(s->backup_ms));
    json_object_set_new(j, "restore_test", kk_json_instant(s->restore_test_ms));
    json_object_set_new(j, "restored", json_boolean(s->restored));
    json_object_set_new(j, "daemon_recovering", json_boolean(s->held));
    json_object_set_new(j, "cut_off",
                        json_pack("{s:I, s:I, s:I, s:o}", "entries", (json_int_t)s->lost.cut,
                                  "own", (json_int_t)s->lost.own, "missing",
                                  (json_int_t)s->lost.missing, "at",
                                  kk_json_instant(s->lost.cut_ms)));
    json_object_set_new(j, "waiting", json_integer((json_int_t)s->waiting));
    json_object_set_new(j, "set_aside", json_integer((json_int_t)s->refused));
    json_object_set_new(j, "conflicts", json_integer((json_int_t)s->conflicts));
    json_object_set_new(j, "failure",
                        fault ? json_sprintf("E%d", -fault) : json_null());
    json_object_set_new(j, "failure_message",
                        fault ? json_string(kk_fault_name(fault, c->lang)) : json_null());
    json_object_set_new(j, "failure_remedy",
                        fault ? json_string(kk_fault_remedy(fault, c->lang)) : json_null());
    json_object_set_new(j, "title", json_string(s->title));
    json_object_set_new(j, "failure_reason",
                        json_string(kk_error_detail(&s->sync_error, kk_lang_name(c->lang))));
    add_warnings(j, s);
    json_object_set_new(j, "scopes", scopes_json(s));
    return j;
}

/* For a log-in: a person who did nothing hears of what was tried for them, or hears nothing. */
static int notice(struct kk_command *c, const struct kk_state *s)
{
    char when[KK_WHEN_TEXT] = "";

    if (!s->sync_error.fault)
        return 0;
    kk_command_exit(c, KK_EXIT_WARNINGS);
    if (c->json)
        return kk_json_print(c->out, state_json(c, s));
    kk_when_instant(s->sync_tried_ms, c->lang, when);
    kk_out_line(c->out, KK_T(c, STATUS_NOTICE), when);
    say_failure(c, s);
    return 0;
}

int cmd_status(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    struct kk_state s;
    int r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);

    if (r == 0)
        r = kk_model_state(&home, &s, &c->err);
    if (r < 0)
        return r;
    if (kk_command_flag(c, "notice"))
        return notice(c, &s);
    if (s.conflicts)
        kk_command_exit(c, KK_EXIT_CONFLICT);
    else if (!kk_state_well(&s))
        kk_command_exit(c, KK_EXIT_WARNINGS);
    if (c->json)
        return kk_json_print(c->out, state_json(c, &s));
    kk_out_line(c->out, "%s", kk_state_well(&s) ? KK_T(c, STATUS_WELL) : KK_T(c, STATUS_ILL));
    say_device(c, &s);
    say_age(c, &s);
    kk_out_line(c->out, "%s: %llu  %s: %llu  %s: %llu", KK_T(c, STATUS_WAITING),
                (unsigned long long)s.waiting, KK_T(c, STATUS_SET_ASIDE),
                (unsigned long long)s.refused, KK_T(c, STATUS_CONFLICTS),
                (unsigned long long)s.conflicts);
    say_failure(c, &s);
    say_warnings(c, &s);
    say_backups(c, &s);
    say_recovery(c, &s);
    return say_scopes(c, &s);
}
