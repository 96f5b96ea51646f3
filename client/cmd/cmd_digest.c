/*
 * `kukyoku digest --since DAY`: what a person should know, short enough for the office's own mail.
 * It names nothing that the device may not read, and reads nothing but what is here.
 */
#include "cmd/fresh_view.h"
#include "cmd/queue_view.h"
#include "cmd/record_work.h"
#include "model/state.h"
#include "view/json.h"

#include "kukyoku/base/date.h"

/* Records with what was done to them since then. */
struct group {
    struct kk_table table;
    json_t *json;
    size_t count;
};
struct digest {
    struct kk_command *command;
    const struct kk_records *records;
    int64_t since_ms;
    struct group shared, again, programs;
};

static bool since(const struct digest *d, const struct kk_ledger_op *op)
{
    return !op->pending && op->what.verdict == KK_WIRE_OK &&
           (int64_t)op->what.recv_ms >= d->since_ms;
}

/* The acts of that time, as the timeline has them: what was said stands in them. */
static int add_acts(const struct digest *d, const struct kk_record *record, json_t *j)
{
    json_t *acts = json_array();

    for (size_t i = 0; i < record->is.op_count; i++) {
        struct kk_op_shown shown = { .op = &record->is.ops[i] };

        if (since(d, shown.op) &&
            json_array_append_new(acts, kk_record_op_json(d->records, &shown)) < 0) {
            json_decref(acts);
            return KK_E_MEMORY;
        }
    }
    return json_object_set_new(j, "acts", acts) == 0 ? 0 : KK_E_MEMORY;
}

static int add(struct digest *d, struct group *g, const struct kk_record *record)
{
    json_t *j = kk_record_json(record);
    int r = j ? add_acts(d, record, j) : KK_E_MEMORY;

    if (r < 0) {
        json_decref(j);
        return r;
    }
    g->count++;
    kk_record_row(d->command, &g->table, record);
    return json_array_append_new(g->json, j) == 0 ? 0 : KK_E_MEMORY;
}

/* Of int: programs and what was done with them; what was shared then, and what was shared again. */
static int on_shared(void *user, const struct kk_record *record)
{
    struct digest *d = user;
    bool any = false;

    if (!kk_slice_is(record->scope, "int") || record->is.op_count == 0)
        return 0;
    for (size_t i = 0; i < record->is.op_count; i++)
        any = any || since(d, &record->is.ops[i]);
    if (!any)
        return 0;
    if (record->machine == KK_MACHINE_PROGRAM)
        return add(d, &d->programs, record);
    if (kk_track_over(record->machine, &record->is.ahead))
        return 0; /* taken back */
    return add(d, since(d, &record->is.ops[0]) ? &d->shared : &d->again, record);
}

/* --- cases --- */

struct moved {
    struct kk_queue_view view;
    struct digest *digest;
    struct kk_bytes said; /* lines under the table: the acts of each case */
};

static int say_act(struct moved *m, const struct kk_record *record, const struct kk_ledger_op *op)
{
    struct kk_command *c = m->digest->command;
    struct kk_op_words words;
    char id[KK_SHORT_ID];
    int r;

    kk_record_short(record, id);
    kk_record_op_words(c, m->digest->records, &(struct kk_op_shown){ .op = op }, &words);
    r = kk_bytes_format(&m->said, "  %s  %s  %s: %s\n", id, words.when, words.who,
                        words.act ? words.act : "?");
    for (size_t i = 0; r == 0 && i < words.note_count; i++)
        r = kk_bytes_format(&m->said, "      %.*s\n", (int)words.notes[i].len,
                            (const char *)words.notes[i].data);
    return r;
}

static int on_moved(void *user, const struct kk_queue_row *row)
{
    struct moved *m = user;
    const struct kk_record *record = &row->record;
    int r = kk_queue_view_row(&m->view, row);

    if (r == 0 && m->digest->command->json)
        return add_acts(m->digest, record,
                        json_array_get(m->view.json, json_array_size(m->view.json) - 1));
    for (size_t i = 0; r == 0 && i < record->is.op_count; i++) {
        if (since(m->digest, &record->is.ops[i]))
            r = say_act(m, record, &record->is.ops[i]);
    }
    return r;
}

static int print_part(struct kk_command *c, const char *head, struct kk_table *table, size_t count)
{
    kk_out_line(c->out, "%s", head);
    if (count)
        return kk_table_print(table, c->out);
    kk_out_line(c->out, "%s", KK_T(c, DIGEST_NONE));
    return 0;
}

struct parts {
    struct kk_queue_view mine;
    struct moved moved;
    struct digest digest;
    struct kk_state state;
};

static void init(struct parts *p, struct kk_command *c)
{
    struct group *groups[] = { &p->digest.shared, &p->digest.again, &p->digest.programs };

    *p = (struct parts){ .digest.command = c };
    p->moved.digest = &p->digest;
    kk_queue_view_init(&p->moved.view, c);
    kk_queue_view_init(&p->mine, c);
    for (size_t i = 0; i < KK_COUNT(groups); i++) {
        groups[i]->json = json_array();
        kk_record_columns(c, &groups[i]->table);
    }
}

static void fini(struct parts *p)
{
    struct group *groups[] = { &p->digest.shared, &p->digest.again, &p->digest.programs };

    kk_queue_view_fini(&p->moved.view);
    kk_queue_view_fini(&p->mine);
    kk_bytes_fini(&p->moved.said);
    for (size_t i = 0; i < KK_COUNT(groups); i++) {
        json_decref(groups[i]->json);
        kk_table_fini(&groups[i]->table);
    }
}

static int gather(struct kk_record_work *w, struct parts *p)
{
    enum kk_role role = (enum kk_role)kk_home_span(&w->home)->role;
    struct kk_queue_filter moved = { .state = -1, .touched_ms = p->digest.since_ms };
    struct kk_queue_filter mine = { .state = -1, .waits = kk_side_of(role) };
    struct kk_record_query shared = { .since_ms = p->digest.since_ms, .passing = true };
    int r;

    p->digest.records = &w->records;
    r = kk_queue_each(&w->records, &moved, on_moved, &p->moved);
    if (r == 0 && mine.waits != KK_SIDE_NONE)
        r = kk_queue_each(&w->records, &mine, kk_queue_view_row, &p->mine);
    if (r == 0)
        r = kk_record_each(&w->records, &shared, on_shared, &p->digest);
    return r == 0 ? kk_model_state(&w->home, &p->state, w->records.err) : r;
}

static int print_group(struct kk_command *c, const char *head, struct group *g)
{
    return print_part(c, head, &g->table, g->count);
}

static int print_parts(struct kk_command *c, struct kk_home *h, struct parts *p)
{
    int r = print_part(c, KK_T(c, DIGEST_MINE), &p->mine.table, p->mine.count);

    if (r == 0)
        r = print_part(c, KK_T(c, DIGEST_CASES), &p->moved.view.table, p->moved.view.count);
    if (r == 0 && p->moved.said.len)
        kk_out_line(c->out, "%.*s", (int)p->moved.said.len - 1, (const char *)p->moved.said.data);
    if (r == 0)
        r = print_group(c, KK_T(c, DIGEST_PROGRAMS), &p->digest.programs);
    if (r == 0)
        r = print_group(c, KK_T(c, DIGEST_SHARED), &p->digest.shared);
    if (r == 0)
        r = print_group(c, KK_T(c, DIGEST_AGAIN), &p->digest.again);
    kk_out_line(c->out, KK_T(c, DIGEST_OWN), (unsigned long long)p->state.waiting,
                (unsigned long long)p->state.refused, (unsigned long long)p->state.conflicts);
    return r == 0 ? kk_fresh_view(c, h) : r;
}

static int print_json(struct kk_command *c, struct kk_home *h, const struct parts *p)
{
    return kk_fresh_json(
        c, h,
        json_pack("{s:O, s:O, s:O, s:O, s:O, s:I, s:I, s:I}", "mine", p->mine.json, "moved",
                  p->moved.view.json, "programs", p->digest.programs.json, "shared",
                  p->digest.shared.json, "shared_again", p->digest.again.json, "waiting",
                  (json_int_t)p->state.waiting, "set_aside", (json_int_t)p->state.refused,
                  "conflicts", (json_int_t)p->state.conflicts));
}

int cmd_digest(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    const char *day = kk_command_option(c, "since");
    struct parts p;
    int r;

    init(&p, c);
    r = kk_date_parse(day, &p.digest.since_ms)
            ? 0
            : kk_command_usage(c, "--since", "YYYY-MM-DD: %s", day);
    if (r == 0)
        r = kk_record_work_open(c, KK_HOME_READ, &w);
    if (r == 0)
        r = gather(&w, &p);
    if (r == 0)
        r = c->json ? print_json(c, &w.home, &p) : print_parts(c, &w.home, &p);
    fini(&p);
    return r;
}
