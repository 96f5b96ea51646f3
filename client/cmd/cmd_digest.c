/*
 * `kukyoku digest --since DAY`: what a person should know, short enough for the office's own mail.
 * It names nothing that the device may not read, and reads nothing but what is here.
 */
#include "cmd/queue_view.h"
#include "cmd/record_work.h"
#include "model/state.h"
#include "view/json.h"

#include "kukyoku/base/date.h"

struct digest {
    struct kk_command *command;
    int64_t since_ms;
    struct kk_table shared;
    json_t *json;
    size_t count;
};

/* Records of int whose first accepted operation came in since then. */
static int on_shared(void *user, const struct kk_record *record)
{
    struct digest *d = user;
    const struct kk_ledger_op *first = record->is.op_count ? &record->is.ops[0] : NULL;

    if (!kk_slice_is(record->scope, "int") || !first || first->pending ||
        (int64_t)first->what.recv_ms < d->since_ms)
        return 0;
    d->count++;
    kk_record_row(d->command, &d->shared, record);
    return json_array_append_new(d->json, kk_record_json(record)) == 0 ? 0 : KK_E_MEMORY;
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
    struct kk_queue_view moved, mine;
    struct digest shared;
    struct kk_state state;
};

static int gather(struct kk_record_work *w, struct parts *p, int64_t since_ms)
{
    enum kk_role role = (enum kk_role)kk_home_span(&w->home)->role;
    struct kk_queue_filter moved = { .state = -1, .since_ms = since_ms };
    struct kk_queue_filter mine = { .state = -1, .waits = kk_side_of(role) };
    struct kk_record_query shared = { .open = true, .since_ms = since_ms, .passing = true };
    int r = kk_queue_each(&w->records, &moved, kk_queue_view_row, &p->moved);

    if (r == 0 && mine.waits != KK_SIDE_NONE)
        r = kk_queue_each(&w->records, &mine, kk_queue_view_row, &p->mine);
    if (r == 0)
        r = kk_record_each(&w->records, &shared, on_shared, &p->shared);
    return r == 0 ? kk_model_state(&w->home, &p->state, w->records.err) : r;
}

static int print_parts(struct kk_command *c, struct parts *p)
{
    int r = print_part(c, KK_T(c, DIGEST_MINE), &p->mine.table, p->mine.count);

    if (r == 0)
        r = print_part(c, KK_T(c, DIGEST_CASES), &p->moved.table, p->moved.count);
    if (r == 0)
        r = print_part(c, KK_T(c, DIGEST_SHARED), &p->shared.shared, p->shared.count);
    kk_out_line(c->out, KK_T(c, DIGEST_OWN), (unsigned long long)p->state.waiting,
                (unsigned long long)p->state.refused, (unsigned long long)p->state.conflicts);
    return r;
}

static int print_json(struct kk_command *c, const struct parts *p)
{
    return kk_json_print(
        c->out, json_pack("{s:O, s:O, s:O, s:I, s:I, s:I}", "mine", p->mine.json, "moved",
                          p->moved.json, "shared", p->shared.json, "waiting",
                          (json_int_t)p->state.waiting, "set_aside", (json_int_t)p->state.refused,
                          "conflicts", (json_int_t)p->state.conflicts));
}

int cmd_digest(struct kk_command *c)
{
    KK_AUTO_FINI(kk_record_work) struct kk_record_work w = { .body = { .count = 0 } };
    const char *since = kk_command_option(c, "since");
    struct parts p = { .shared = { .command = c, .json = json_array() } };
    int r = kk_date_parse(since, &p.shared.since_ms)
                ? 0
                : kk_command_usage(c, "--since", "YYYY-MM-DD: %s", since);

    kk_queue_view_init(&p.moved, c);
    kk_queue_view_init(&p.mine, c);
    kk_record_columns(c, &p.shared.shared);
    if (r == 0)
        r = kk_record_work_open(c, KK_HOME_READ, &w);
    if (r == 0)
        r = gather(&w, &p, p.shared.since_ms);
    if (r == 0)
        r = c->json ? print_json(c, &p) : print_parts(c, &p);
    kk_queue_view_fini(&p.moved);
    kk_queue_view_fini(&p.mine);
    kk_table_fini(&p.shared.shared);
    json_decref(p.shared.json);
    return r;
}
