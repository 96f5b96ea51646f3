/* `kukyoku release …`: the desks of publisher and approver. [DK-2] [DK-3] */
#include "cmd/draft_work.h"
#include "cmd/guard_view.h"
#include "cmd/passphrase.h"
#include "cmd/who_view.h"
#include "desk/files.h"
#include "desk/recall.h"
#include "desk/release.h"
#include "os.h"
#include "view/json.h"
#include "view/table.h"
#include "view/when.h"

#include "kukyoku/base/alloc.h"
#include "kukyoku/base/text.h"

#include <string.h>

/* --- what a release says --- */
/* null: nobody says it, as of a draft in the making */
static json_t *hash_json(const uint8_t hash[KK_HASH_BYTES])
{
    static const uint8_t none[KK_HASH_BYTES];

    return memcmp(hash, none, KK_HASH_BYTES) == 0 ? json_null()
                                                  : kk_json_hex(kk_slice(hash, KK_HASH_BYTES));
}

static json_t *scope_json(const struct kk_release_scope_sum *s)
{
    return json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "scope", s->scope, "kept",
                     (int)s->kept, "rows", (json_int_t)s->rows, "added", (json_int_t)s->added,
                     "changed", (json_int_t)s->changed, "dropped", (json_int_t)s->dropped,
                     "reference", (json_int_t)s->reference, "bytes", (json_int_t)s->bytes,
                     "state", hash_json(s->state));
}

static json_t *sum_json(const struct kk_release_sum *s)
{
    json_t *scopes = json_array();

    for (size_t i = 0; i < s->scope_count; i++)
        kk_ignore(json_array_append_new(scopes, scope_json(&s->scopes[i])));
    return json_pack("{s:I, s:s, s:s, s:o, s:i, s:i, s:I, s:s, s:s, s:o, s:o}", "release",
                     (json_int_t)s->number, "title", s->title, "note", s->note, "issued",
                     kk_json_instant(s->issued_ms), "signatures", (int)s->signatures, "needed",
                     (int)s->needed, "recalled", (json_int_t)s->recalled, "history_incomplete",
                     s->excuse, "lacks", s->lacks, "report", hash_json(s->report), "scopes",
                     scopes);
}

static void number_cell(struct kk_table *t, uint64_t value)
{
    char text[KK_NUMBER_TEXT];

    kk_number_text((int64_t)value, 0, text);
    kk_table_cell(t, text);
}

static int show_scopes(struct kk_command *c, const struct kk_release_sum *s, bool changes)
{
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };

    kk_table_column(&t, KK_T(c, COL_SCOPE), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_ROWS), KK_ALIGN_RIGHT);
    if (changes) {
        kk_table_column(&t, KK_T(c, COL_ADDED), KK_ALIGN_RIGHT);
        kk_table_column(&t, KK_T(c, COL_CHANGED), KK_ALIGN_RIGHT);
        kk_table_column(&t, KK_T(c, COL_DROPPED), KK_ALIGN_RIGHT);
    }
    kk_table_column(&t, KK_T(c, COL_BYTES), KK_ALIGN_RIGHT);
    kk_table_column(&t, KK_T(c, COL_STANDING), KK_ALIGN_LEFT);
    for (size_t i = 0; i < s->scope_count; i++) {
        const struct kk_release_scope_sum *scope = &s->scopes[i];

        kk_table_cell(&t, scope->scope);
        if (changes && scope->kept && scope->rows == 0)
            kk_table_cell(&t, ""); /* not part of this draft: nobody counted */
        else
            number_cell(&t, scope->rows);
        if (changes) {
            number_cell(&t, scope->added);
            number_cell(&t, scope->changed);
            number_cell(&t, scope->dropped);
        }
        number_cell(&t, scope->bytes);
        kk_table_cell(&t, scope->kept ? KK_T(c, SCOPE_KEPT) : KK_T(c, SCOPE_NEW));
    }
    return kk_table_print(&t, c->out);
}

static void tell_history(struct kk_command *c, const struct kk_release_sum *s)
{
    if (!s->excuse[0])
        return;
    kk_out_warn(c->out, KK_T(c, RELEASE_INCOMPLETE), s->lacks[0] ? s->lacks : "–", s->excuse);
    kk_command_exit(c, KK_EXIT_WARNINGS);
}

static int show_sum(struct kk_command *c, const struct kk_release_sum *s, bool changes)
{
    char when[KK_WHEN_TEXT];

    tell_history(c, s);
    if (c->json)
        return kk_json_print(c->out, sum_json(s));
    kk_out_line(c->out, KK_T(c, RELEASE_TITLE), (unsigned)s->number, s->title);
    if (s->issued_ms > 0) {
        kk_when_instant(s->issued_ms, c->lang, when);
        kk_out_line(c->out, KK_T(c, RELEASE_SIGNED), when, s->signatures, s->needed);
    }
    if (s->note[0])
        kk_out_line(c->out, "%s", s->note);
    if (s->recalled)
        kk_out_line(c->out, KK_T(c, RELEASE_RECALLED), s->recalled);
    return show_scopes(c, s, changes);
}

/* --- the publisher's and the approver's steps --- */
static int sign_draft(struct kk_command *c, struct kk_draft *d, const char *title,
                      const char *note)
{
    struct kk_home *home = d->press.home;
    struct kk_draft_words words = { .title = title,
                                    .note = note,
                                    .now_ms = kk_trust_now(home->trust, kk_os_now_ms()) };
    struct kk_bytes passphrase = { 0 };
    int r = kk_command_desk_passphrase(c, home->dir, &passphrase);

    if (r == 0)
        r = kk_draft_sign(d, &words, kk_bytes_slice(&passphrase), kk_command_option(c, "out"),
                          &c->err);
    kk_os_wipe(&passphrase);
    return r;
}

/* --- disclosure control --- */
static int judge_draft(struct kk_command *c, struct kk_draft *d)
{
    int r = kk_draft_work_settings(c, d), e;

    if (r == 0)
        r = kk_draft_judge(d, &c->err);
    if (r == 0)
        return kk_draft_work_loosened(c, &d->guard);
    if (r != KK_E_DISCLOSED)
        return r;
    e = kk_draft_work_findings(c, &d->guard);
    return e < 0 ? e : r;
}

int cmd_release_build(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_editions) struct kk_editions editions = { 0 };
    KK_AUTO_FINI(kk_editions) struct kk_editions practices = { 0 };
    KK_AUTO_FINI(kk_draft) struct kk_draft d = { 0 };
    struct kk_release_sum sum;
    int r = 0;

    kk_editions_init(&editions);
    kk_editions_init(&practices);
    if (!kk_command_option(c, "scope") && !kk_command_option(c, "reference") &&
        !kk_command_flag(c, "editions") && !kk_command_option(c, "practice"))
        r = kk_command_usage(c, "--scope", "%s", KK_T(c, BUILD_WHAT));
    if (r == 0)
        r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);
    if (r == 0)
        r = kk_draft_open(&home, &d, &c->err);
    if (r == 0)
        r = kk_draft_work_editions(c, &d, &editions);
    if (r == 0)
        r = kk_draft_work_practices(c, &d, &practices);
    if (r == 0)
        r = kk_draft_work_texts(c, &d);
    if (r == 0)
        r = kk_draft_work_scopes(c, &d);
    if (r < 0)
        return r;
    if (!d.changed) {
        kk_out_say(c->out, "%s", KK_T(c, RELEASE_UNCHANGED));
        kk_command_unchanged(c);
        return 0;
    }
    r = judge_draft(c, &d);
    if (r == 0 && !c->dry_run)
        r = sign_draft(c, &d, kk_command_option(c, "title"), kk_command_option(c, "note"));
    if (r < 0)
        return r;
    kk_draft_sum(&d, &sum);
    snprintf(sum.title, sizeof sum.title, "%.200s", kk_command_option(c, "title"));
    r = show_sum(c, &sum, true);
    if (!c->dry_run)
        kk_out_say(c->out, KK_T(c, DRAFT_WRITTEN), kk_command_option(c, "out"));
    return r;
}

/* --- 回収 --- */
static int recall_words(struct kk_command *c, struct kk_recall_rows *rows)
{
    static const char *const names[] = { [KK_RECALL_INDICATOR] = "indicator",
                                         [KK_RECALL_AREA] = "area",
                                         [KK_RECALL_PERIOD] = "period",
                                         [KK_RECALL_BREAKDOWN] = "breakdown" };
    size_t given = 0;

    for (size_t i = 0; i < KK_COUNT(names); i++) {
        rows->words[i] = kk_command_options(c, names[i], &rows->counts[i]);
        if (!rows->words[i])
            return KK_E_MEMORY;
        given += rows->counts[i];
    }
    rows->practices.words = kk_command_options(c, "practice", &rows->practices.count);
    if (!rows->practices.words)
        return KK_E_MEMORY;
    given += rows->practices.count;
    return given ? 0 : kk_command_usage(c, "", "%s", KK_T(c, RECALL_WHICH));
}

/* Such rows in scopes that were not named stay: perhaps on purpose, perhaps forgotten. */
static int tell_left(struct kk_command *c, struct kk_draft *d, const struct kk_recall_rows *rows)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < d->count; i++) {
        uint64_t left = 0;

        if (!d->sums[i].kept)
            continue;
        r = kk_recall_count(&d->press, &d->rows[i], rows, &left);
        if (left)
            kk_out_warn(c->out, KK_T(c, RECALL_LEFT), d->sums[i].scope, (unsigned long long)left);
    }
    return r < 0 ? kk_error_set(&c->err, r, "release", "%s", "") : 0;
}

static int recall_scopes(struct kk_command *c, struct kk_draft *d,
                         const struct kk_recall_rows *rows)
{
    struct kk_recall_sum sum = { 0 };
    const char *scope;
    int r = 0;

    for (size_t i = 0; r == 0 && (scope = kk_command_option_at(c, "scope", i)); i++) {
        r = kk_draft_recall(d, scope, rows, &sum, &c->err);
        if (r == 0)
            kk_out_say(c->out, KK_T(c, RECALL_SCOPE), scope, (unsigned long long)sum.now,
                       (unsigned long long)sum.releases);
        if (r == 0 && sum.editions)
            kk_out_say(c->out, KK_T(c, RECALL_EDITIONS), scope, sum.editions);
        if (r == 0 && sum.practices)
            kk_out_say(c->out, KK_T(c, RECALL_PRACTICES), scope, sum.practices);
    }
    if (r == 0)
        r = kk_recall_name(d, &c->err);
    return r == 0 ? tell_left(c, d, rows) : r;
}

static int recall(struct kk_command *c, const struct kk_recall_rows *rows)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_draft) struct kk_draft d = { 0 };
    const char *given = kk_command_option(c, "title"), *note = kk_command_option(c, "note");
    const char *title = given ? given : "回収";
    struct kk_release_sum sum;
    int r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);

    if (r == 0)
        r = kk_draft_open(&home, &d, &c->err);
    if (r == 0)
        r = recall_scopes(c, &d, rows);
    if (r == 0)
        r = judge_draft(c, &d);
    if (r == 0 && !c->dry_run)
        r = sign_draft(c, &d, title, note);
    if (r < 0)
        return r;
    kk_draft_sum(&d, &sum);
    snprintf(sum.title, sizeof sum.title, "%.200s", title);
    snprintf(sum.note, sizeof sum.note, "%.1000s", note);
    sum.recalled = d.recalled_count;
    r = show_sum(c, &sum, true);
    if (!c->dry_run)
        kk_out_say(c->out, KK_T(c, DRAFT_WRITTEN), kk_command_option(c, "out"));
    return r;
}

int cmd_release_recall(struct kk_command *c)
{
    struct kk_recall_rows rows = { .counts = { 0 } };
    int r = recall_words(c, &rows);

    if (r == 0)
        r = recall(c, &rows);
    for (size_t i = 0; i < KK_RECALL_KEYS; i++)
        kk_free(rows.words[i]);
    kk_free(rows.practices.words);
    return r;
}

/* The same figures, a later date, the keys of today. */
int cmd_release_renew(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_draft) struct kk_draft d = { 0 };
    struct kk_release_sum sum;
    int r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);

    if (r == 0)
        r = kk_draft_open(&home, &d, &c->err);
    if (r == 0)
        r = kk_release_show(&home, kk_release_newest(&d.press), &sum, &c->err);
    if (r == 0)
        r = judge_draft(c, &d);
    if (r == 0 && !c->dry_run)
        r = sign_draft(c, &d, sum.title, sum.note[0] ? sum.note : NULL);
    if (r < 0)
        return r;
    sum.number = d.number;
    sum.issued_ms = 0;
    kk_release_sum_history(&sum, &d.guard);
    r = show_sum(c, &sum, false);
    if (!c->dry_run)
        kk_out_say(c->out, KK_T(c, DRAFT_WRITTEN), kk_command_option(c, "out"));
    return r;
}

/* All that the second person answers for, before the signature. */
static int show_ground(struct kk_command *c, const struct kk_release_sum *sum,
                       const struct kk_guard *guard)
{
    char hash[2 * KK_HASH_BYTES + 1];
    json_t *answer;
    int r;

    if (c->json) {
        tell_history(c, sum);
        answer = sum_json(sum);
        json_object_set_new(answer, "disclosure", sum->again ? json_null()
                                                             : kk_guard_view_json(guard));
        return kk_json_print(c->out, answer);
    }
    r = show_sum(c, sum, false);
    if (r < 0 || sum->again) /* it is out: it was judged then */
        return r;
    kk_hex_encode(kk_slice(sum->report, KK_HASH_BYTES), hash);
    kk_out_line(c->out, KK_T(c, GUARD_REPORT), hash);
    return kk_guard_view_show(c, guard);
}

static int look_at_draft(struct kk_command *c, struct kk_home *home, const char *path)
{
    KK_AUTO_FINI(kk_guard) struct kk_guard guard = { 0 };
    struct kk_release_sum sum;
    int r = kk_guard_open(&guard);

    if (r == 0)
        r = kk_release_inspect(home, path, &sum, &guard, &c->err);
    if (r == KK_E_DISCLOSED)
        kk_ignore(kk_draft_work_findings(c, &guard)); /* the refusal itself is in c->err */
    if (r == 0)
        r = show_ground(c, &sum, &guard);
    return r == 0 && !sum.again ? kk_guard_agrees(&guard, home, &c->err) : r;
}

int cmd_release_approve(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    const char *path = kk_command_arg(c, 0), *out = kk_command_option(c, "out");
    struct kk_bytes passphrase = { 0 };
    int r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);

    if (r == 0)
        r = look_at_draft(c, &home, path);
    if (r < 0 || c->dry_run)
        return r;
    r = kk_home_lock(&home, &lock, &c->err);
    if (r == 0)
        r = kk_command_desk_passphrase(c, home.dir, &passphrase);
    if (r == 0)
        r = kk_release_approve(&home, kk_bytes_slice(&passphrase), path, out ? out : path,
                               &c->err);
    kk_os_wipe(&passphrase);
    if (r == 0)
        kk_out_say(c->out, KK_T(c, RELEASE_APPROVED), out ? out : path);
    return r;
}

/* The very file that was checked goes out, byte for byte. */
static int deliver(struct kk_command *c, const char *path)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes file = { 0 };
    int r = kk_os_file_read(path, KK_DESK_FILE_MAX, &file, &c->err);

    return r < 0 ? r : kk_desk_deliver(kk_command_option(c, "spool"), kk_command_option(c, "out"),
                                       "release", kk_bytes_slice(&file), &c->err);
}

int cmd_release_publish(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    KK_AUTO_FINI(kk_guard) struct kk_guard guard = { 0 };
    const char *path = kk_command_arg(c, 0);
    struct kk_release_sum sum;
    int r;

    if (!kk_command_option(c, "spool") && !kk_command_option(c, "out"))
        return kk_command_usage(c, "", "%s", KK_T(c, PUBLISH_WHERE));
    r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);
    if (r == 0 && !c->dry_run)
        r = kk_home_lock(&home, &lock, &c->err);
    if (r == 0)
        r = kk_guard_open(&guard);
    if (r == 0 && c->dry_run)
        r = kk_release_inspect(&home, path, &sum, &guard, &c->err);
    else if (r == 0)
        r = kk_release_publish(&home, path, &sum, &guard, &c->err);
    if (r == KK_E_DISCLOSED)
        kk_ignore(kk_draft_work_findings(c, &guard)); /* the refusal itself is in c->err */
    if (r == 0 && !c->dry_run)
        r = deliver(c, path);
    if (r < 0)
        return r;
    if (sum.again)
        kk_out_say(c->out, "%s", KK_T(c, RELEASE_AGAIN));
    return show_sum(c, &sum, false);
}

/* --- looking back --- */
static int list_row(struct kk_command *c, struct kk_home *home, uint32_t number,
                    struct kk_table *t, json_t *list)
{
    struct kk_release_sum sum;
    char when[KK_WHEN_TEXT];
    uint64_t rows = 0;
    int r = kk_release_show(home, number, &sum, &c->err);

    if (r == KK_E_NOT_FOUND)
        return 0; /* an approver's desk may begin later than the first release */
    if (r < 0)
        return r;
    if (c->json)
        return json_array_append_new(list, sum_json(&sum)) < 0 ? KK_E_MEMORY : 0;
    for (size_t i = 0; i < sum.scope_count; i++)
        rows += sum.scopes[i].rows;
    kk_when_date(sum.issued_ms, c->lang, when);
    kk_table_cellf(t, "%u", (unsigned)number);
    kk_table_cell(t, when);
    number_cell(t, rows);
    kk_table_cell(t, sum.title);
    kk_table_cell(t, sum.note);
    return 0;
}

int cmd_release_list(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    KK_AUTO_FINI(kk_press) struct kk_press press = { 0 };
    KK_AUTO_FINI(kk_table) struct kk_table t = { 0 };
    json_t *list = json_array();
    int r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);

    kk_table_column(&t, KK_T(c, COL_RELEASE), KK_ALIGN_RIGHT);
    kk_table_column(&t, KK_T(c, COL_DATE), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_ROWS), KK_ALIGN_RIGHT);
    kk_table_column(&t, KK_T(c, COL_TITLE), KK_ALIGN_LEFT);
    kk_table_column(&t, KK_T(c, COL_NOTE), KK_ALIGN_LEFT);
    if (r == 0)
        r = kk_press_open(&home, &press, &c->err);
    if (r == 0 && kk_command_option(c, "who")) {
        json_decref(list);
        return kk_who_view(c, &home, kk_command_option(c, "who"), kk_release_newest(&press));
    }
    for (uint32_t n = 1; r == 0 && n <= kk_release_newest(&press); n++)
        r = list_row(c, &home, n, &t, list);
    if (r == 0 && c->json)
        return kk_json_print(c->out, list);
    json_decref(list);
    return r < 0 ? r : kk_table_print(&t, c->out);
}

/* --- one release: of this desk by its number, or on its way, in a file --- */
static const char *state_text(const struct kk_command *c, enum kk_release_state state)
{
    switch (state) {
    case KK_RELEASE_DRAFT:
        return KK_T(c, STATE_DRAFT);
    case KK_RELEASE_CHECKED:
        return KK_T(c, STATE_CHECKED);
    case KK_RELEASE_APPROVED:
        return KK_T(c, STATE_APPROVED);
    case KK_RELEASE_PUBLISHED:
        return KK_T(c, STATE_PUBLISHED);
    }
    return "";
}

#define STATE_NAME(NAME, name) name,
static int show_state(struct kk_command *c, const struct kk_release_sum *sum,
                      enum kk_release_state state)
{
    static const char *const names[] = { KK_RELEASE_STATES(STATE_NAME) };
    json_t *answer;

    if (!c->json) {
        kk_out_line(c->out, "%s", state_text(c, state));
        return show_sum(c, sum, false);
    }
    answer = sum_json(sum);
    json_object_set_new(answer, "state", json_string(names[state]));
    return kk_json_print(c->out, answer);
}
#undef STATE_NAME

/* A draft that the checks refuse is shown with what they found. */
static int show_draft(struct kk_command *c, struct kk_home *home, const char *path)
{
    KK_AUTO_FINI(kk_guard) struct kk_guard guard = { 0 };
    enum kk_release_state state = KK_RELEASE_CHECKED;
    struct kk_release_sum sum;
    int r = kk_guard_open(&guard);

    if (r == 0)
        r = kk_release_inspect(home, path, &sum, &guard, &c->err);
    if (r == KK_E_DISCLOSED) {
        state = KK_RELEASE_DRAFT;
        kk_ignore(kk_draft_work_findings(c, &guard));
        c->err = (struct kk_error){ 0 };
        kk_command_exit(c, KK_EXIT_WARNINGS);
        r = 0;
    } else if (r == 0 && sum.again) {
        state = KK_RELEASE_PUBLISHED;
    } else if (r == 0 && sum.signatures >= sum.needed) {
        state = KK_RELEASE_APPROVED;
    }
    return r < 0 ? r : show_state(c, &sum, state);
}

int cmd_release_show(struct kk_command *c)
{
    KK_AUTO_FINI(kk_home) struct kk_home home = { 0 };
    const char *which = kk_command_arg(c, 0);
    struct kk_range range = { 1, UINT32_MAX, 0 };
    bool file = strspn(which, "0123456789") < strlen(which) && kk_os_exists(which);
    struct kk_release_sum sum;
    int64_t number = 0;
    int r = file ? 0 : kk_command_whole(c, "release", which, range, &number);

    if (r == 0)
        r = kk_home_open(c->home, KK_HOME_READ, &home, &c->err);
    if (r == 0 && file)
        return show_draft(c, &home, which);
    if (r == 0)
        r = kk_release_show(&home, (uint32_t)number, &sum, &c->err);
    if (r == KK_E_NOT_FOUND) {
        c->err = (struct kk_error){ 0 };
        r = kk_error_set(&c->err, KK_E_RELEASE_ABSENT, c->home, "%s", which);
    }
    return r < 0 ? r : show_state(c, &sum, KK_RELEASE_PUBLISHED);
}
