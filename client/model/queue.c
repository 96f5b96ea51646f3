/* Deadlines of cases, and their order. [RL-23] */
#include "model/queue.h"

#include "model/memo.h"

#include "kukyoku/base/alloc.h"

#include <stdlib.h>

#define DAY_MS INT64_C(86400000)

static const struct {
    enum kk_case_state state;
    unsigned days;
    enum kk_side waits;
} deadlines[] = {
#define DEADLINE(STATE, days, WAITS) { KK_CASE_##STATE, days, KK_SIDE_##WAITS },
    KK_CASE_DAYS(DEADLINE)
};

int64_t kk_queue_now(const struct kk_records *r)
{
    const struct kk_fresh *fresh = kk_trust_fresh(r->home->trust);

    return fresh ? (int64_t)fresh->issued_ms : 0;
}

/* What the registrar has set, or otherwise. */
static unsigned days_for(const struct kk_records *r, unsigned state, unsigned otherwise)
{
    const struct kk_roster *roster = kk_trust_roster(r->home->trust);

    for (size_t i = 0; roster && i < roster->settings.days.count; i++) {
        if (roster->settings.days.items[i].state == state)
            return (unsigned)roster->settings.days.items[i].days;
    }
    return otherwise;
}

/* When the case came into its state: the last accepted act that moves. */
static int64_t moved_at(const struct kk_record *record)
{
    int64_t at = 0;

    for (size_t i = 0; i < record->is.op_count; i++) {
        const struct kk_ledger_op *op = &record->is.ops[i];
        const struct kk_transition *t =
            kk_transition_find(record->machine, KK_TV_NEWEST, (enum kk_act)op->op.act);

        if (op->pending || op->what.verdict != KK_WIRE_OK || !t)
            continue;
        if (t->effect == KK_EFFECT_MOVE || t->effect == KK_EFFECT_CONFIRM)
            at = (int64_t)op->what.recv_ms;
    }
    return at;
}

static int64_t proposed_at(const struct kk_record *record)
{
    for (size_t i = 0; i < record->is.op_count; i++) {
        if (memcmp(record->is.ops[i].id, record->is.track.proposal, KK_HASH_BYTES) == 0)
            return (int64_t)record->is.ops[i].what.recv_ms;
    }
    return 0;
}

static void set_due(const struct kk_records *r, struct kk_queue_row *row, unsigned days)
{
    row->due_ms = row->since_ms ? row->since_ms + days * DAY_MS : 0;
    row->overdue = row->due_ms && kk_queue_now(r) > row->due_ms;
}

static void derive(const struct kk_records *r, struct kk_queue_row *row)
{
    const struct kk_track *track = &row->record.is.track;

    row->since_ms = moved_at(&row->record);
    if (track->side != KK_SIDE_NONE) {
        row->since_ms = proposed_at(&row->record);
        row->waits = track->side == KK_SIDE_WARD ? KK_SIDE_BUREAU : KK_SIDE_WARD;
        set_due(r, row, days_for(r, KK_PROPOSAL_STATE, KK_PROPOSAL_DAYS));
        return;
    }
    for (size_t i = 0; i < KK_COUNT(deadlines); i++) {
        if (deadlines[i].state != track->state)
            continue;
        row->waits = deadlines[i].waits;
        set_due(r, row, days_for(r, track->state, deadlines[i].days));
    }
}

struct queue {
    struct kk_records *records;
    const struct kk_queue_filter *filter;
    struct kk_memos memos;
    const struct kk_queue_row **rows; /* each in the records' arena: they are put in order */
    size_t row_count, row_cap;
};

static int grow(struct queue *q)
{
    size_t more = q->row_cap ? 2 * q->row_cap : 32;
    void *bigger = kk_realloc(q->rows, more * sizeof(*q->rows));

    if (!bigger)
        return KK_E_MEMORY;
    q->rows = bigger;
    q->row_cap = more;
    return 0;
}

static int keep(struct queue *q, const struct kk_queue_row *row)
{
    struct kk_queue_row *kept = kk_arena_alloc(&q->records->arena, sizeof(*kept));

    if (!kept || (q->row_count == q->row_cap && grow(q) < 0))
        return KK_E_MEMORY;
    *kept = *row;
    q->rows[q->row_count++] = kept;
    return 0;
}

/* --- filtering and order --- */

static bool coded(const struct kk_record *record, enum kk_field_number field, unsigned code)
{
    return code == 0 || kk_record_int(&record->is.body, field) == (int64_t)code;
}

static bool wanted(const struct kk_queue_filter *f, const struct kk_queue_row *row)
{
    const struct kk_record *record = &row->record;

    if (f->state >= 0 && record->is.ahead.state != f->state)
        return false;
    if (f->overdue && !row->overdue)
        return false;
    if (row->days < f->days || (f->due_ms && (!row->due_ms || row->due_ms >= f->due_ms)))
        return false;
    if ((f->waits != KK_SIDE_NONE && row->waits != f->waits) || row->since_ms < f->since_ms)
        return false;
    return coded(record, KK_FIELD_FIELD, f->field) && coded(record, KK_FIELD_FUND, f->fund);
}

static void count_days(const struct kk_records *r, struct kk_queue_row *row)
{
    int64_t now = kk_queue_now(r);

    if (row->since_ms && now > row->since_ms)
        row->days = (unsigned)((now - row->since_ms) / DAY_MS);
}

static int on_case(void *user, const struct kk_record *record)
{
    struct queue *q = user;
    struct kk_queue_row row = { .record = *record };
    int e;

    derive(q->records, &row);
    count_days(q->records, &row);
    if (!wanted(q->filter, &row))
        return 0;
    e = kk_memos_priority(&q->memos, record->is.rec, &row.priority);
    if (e < 0 || (q->filter->priority && row.priority != q->filter->priority))
        return e;
    return keep(q, &row);
}

static int by_urgency(const void *a, const void *b)
{
    const struct kk_queue_row *const *at[] = { a, b };
    const struct kk_queue_row *x = *at[0], *y = *at[1];

    if (x->overdue != y->overdue)
        return x->overdue ? -1 : 1;
    if (!x->due_ms != !y->due_ms)
        return x->due_ms ? -1 : 1;
    if (x->due_ms != y->due_ms)
        return x->due_ms < y->due_ms ? -1 : 1;
    if (x->since_ms != y->since_ms)
        return x->since_ms < y->since_ms ? -1 : 1;
    return memcmp(x->record.is.rec, y->record.is.rec, KK_ID_BYTES);
}

int kk_queue_each(struct kk_records *r, const struct kk_queue_filter *filter, kk_queue_fn *fn,
                  void *user)
{
    struct queue q = { .records = r, .filter = filter };
    struct kk_record_query cases = { .kind = KK_KIND_CASE,
                                     .ward = filter->ward,
                                     .since_ms = filter->touched_ms ? filter->touched_ms
                                                                    : filter->since_ms,
                                     .open = filter->open || filter->overdue ||
                                             filter->waits != KK_SIDE_NONE,
                                     .gathers = true };
    int e = kk_memos_open(&q.memos, r);

    if (e == 0)
        e = kk_record_each(r, &cases, on_case, &q);
    if (e == 0 && q.row_count)
        qsort(q.rows, q.row_count, sizeof(*q.rows), by_urgency);
    for (size_t i = 0; e == 0 && i < q.row_count; i++)
        e = fn(user, q.rows[i]);
    kk_memos_fini(&q.memos);
    kk_free(q.rows);
    return e;
}

struct telling {
    struct kk_records *records;
    kk_queue_fn *fn;
    void *user;
};

static int tell(void *user, const struct kk_queue_row *row)
{
    struct telling *t = user;
    int e = kk_home_tell_once(t->records->home, row->record.is.rec, row->due_ms);

    return e > 0 ? t->fn(t->user, row) : e;
}

int kk_queue_tell(struct kk_records *r, kk_queue_fn *fn, void *user)
{
    KK_AUTO_FINI(kk_os_lock) struct kk_os_lock lock = { 0 };
    struct kk_queue_filter f = { .state = -1, .overdue = true, .open = true };
    struct telling t = { .records = r, .fn = fn, .user = user };
    int e = kk_home_lock(r->home, &lock, r->err);

    return e == 0 ? kk_queue_each(r, &f, tell, &t) : e;
}
