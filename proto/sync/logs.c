/* Logs of all scopes, then the outbox, then the logs of what was pushed. [SY-6] [SY-7] */
#include "sync_in.h"

#include "kukyoku/error.h"

#define PUSH_ARENA (256 * 1024)

static size_t logs_on_their_way(const struct kk_sync *s)
{
    size_t count = 0;

    for (size_t i = 0; i < KK_COUNT(s->logs); i++)
        count += s->logs[i].id != 0;
    return count;
}

static size_t slot(const struct kk_sync *s, uint32_t id)
{
    size_t i = 0;

    while (i < KK_COUNT(s->logs) && s->logs[i].id != id)
        i++;
    return i;
}

bool sync_log_waits(const struct kk_sync *s, uint32_t id)
{
    return id != 0 && slot(s, id) < KK_COUNT(s->logs);
}

static int ask(struct kk_sync *s, size_t i)
{
    return sync_send(s, KK_MSG_LOG, &s->logs[i].log, &s->logs[i].id);
}

/* The next scope's log: 1, or 0 when there is none. */
static int ask_next(struct kk_sync *s)
{
    size_t i = slot(s, 0);
    struct kk_msg_log *log = &s->logs[i].log;
    struct kk_slice scope;
    int r = s->store->scope(s->store->self, s->scope_at, &scope);

    if (r <= 0)
        return r;
    *log = (struct kk_msg_log){ .scope = scope, .max = s->careful ? KK_SYNC_CAREFUL_ENTRIES
                                                : KK_ENTRIES_PER_LOG_MAX };
    r = s->store->log_from(s->store->self, scope, log);
    if (r < 0)
        return r;
    s->logs[i].scope = s->scope_at++;
    return ask(s, i) < 0 ? KK_E_NETWORK : 1;
}

/* All scopes are asked for at once, as far as requests may be open beside others. [SY-6] [PL-7] */
int sync_logs(struct kk_sync *s)
{
    int r = 1;

    while (r > 0 && sync_open_count(s) < KK_SYNC_IN_FLIGHT)
        r = ask_next(s);
    if (r < 0)
        return r;
    return logs_on_their_way(s) > 0 || !s->stated;
}

/* 1: the next page is on its way already, while this one is looked at; 0: the log is at its end. */
int sync_entries(struct kk_sync *s, uint32_t id, const struct kk_msg_entries *m)
{
    size_t i = slot(s, id);
    struct kk_slice scope;
    int r = s->store->scope(s->store->self, s->logs[i].scope, &scope);

    if (r <= 0)
        return r < 0 ? r : KK_E_PROTOCOL;
    if (!kk_slice_equal(scope, m->scope) || !kk_slice_equal(m->head.scope, m->scope) ||
        (m->more && m->entries.count == 0))
        return KK_E_PROTOCOL;
    s->logs[i].id = 0;
    if (m->more) {
        s->logs[i].log.from_gsn = m->entries.items[m->entries.count - 1].gsn + 1;
        r = ask(s, i);
    }
    if (r >= 0)
        r = s->store->log_take(s->store->self, m);
    if (r < 0)
        return r;
    s->counts.entries += m->entries.count;
    return m->more;
}

static size_t ops_on_their_way(const struct kk_sync *s)
{
    size_t sum = 0;

    for (size_t i = 0; i < s->push_count; i++)
        sum += s->pushes[i].ops;
    return sum;
}

/* 1: sent, 0: nothing more waits in this scope. */
static int push_one(struct kk_sync *s, struct kk_slice scope)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_msg_push push = { .scope = scope };
    uint32_t id;
    int r;

    kk_arena_init(&arena, PUSH_ARENA);
    r = s->store->push_next(s->store->self, scope, ops_on_their_way(s), &arena, &push);
    if (r <= 0)
        return r;
    if (sync_send(s, KK_MSG_PUSH, &push, &id) < 0)
        return KK_E_NETWORK;
    s->pushes[s->push_count].id = id;
    s->pushes[s->push_count++].ops = push.ops.count;
    return 1;
}

static int fill_line(struct kk_sync *s, struct kk_slice scope)
{
    while (!s->push_broken && !s->push_dry && s->push_count < KK_SYNC_PUSHES) {
        int r = push_one(s, scope);

        if (r < 0)
            return r;
        s->push_dry = r == 0;
    }
    return 0;
}

/* What waits is handed in without waiting for each answer; answers come in order. [SY-7] */
int sync_push(struct kk_sync *s)
{
    struct kk_slice scope;
    int r = s->store->scope(s->store->self, s->scope_at, &scope);

    while (r > 0) {
        r = fill_line(s, scope);
        if (r < 0 || s->push_count > 0)
            return r < 0 ? r : 1;
        s->scope_at += !s->push_broken || s->push_given_up;
        s->push_dry = s->push_broken = s->push_given_up = false;
        r = s->store->scope(s->store->self, s->scope_at, &scope);
    }
    return r;
}

bool sync_push_waits(const struct kk_sync *s, uint32_t id)
{
    return s->state == KK_SYNC_PUSHING && s->push_count > 0 && s->pushes[0].id == id;
}

static size_t oldest_is_answered(struct kk_sync *s)
{
    size_t ops = s->pushes[0].ops;

    s->push_count--;
    memmove(s->pushes, s->pushes + 1, s->push_count * sizeof(s->pushes[0]));
    return ops;
}

int sync_pushed(struct kk_sync *s, const struct kk_msg_pushed *m)
{
    struct kk_slice scope;
    int r = s->store->scope(s->store->self, s->scope_at, &scope);

    if (r <= 0)
        return r < 0 ? r : KK_E_PROTOCOL;
    if (!kk_slice_equal(scope, m->scope))
        return KK_E_PROTOCOL;
    r = s->store->push_taken(s->store->self, m);
    if (r < 0)
        return r;
    s->push_broken = m->ops.count < oldest_is_answered(s) || s->push_broken;
    s->counts.pushed += m->ops.count;
    s->pushed_any = true;
    return 0;
}

/* One bad operation never blocks the rest: the store sets it aside, and the flow goes on. [SY-8] */
int sync_push_refused(struct kk_sync *s, const struct kk_msg_err *m)
{
    enum kk_sync_refusal what;
    struct kk_slice scope;
    int r = s->store->scope(s->store->self, s->scope_at, &scope);

    if (r <= 0)
        return r < 0 ? r : KK_E_PROTOCOL;
    if (m->code == KK_WIRE_BUSY || m->code == KK_WIRE_RATE || m->code == KK_WIRE_INTERNAL)
        return sync_refused(m);
    oldest_is_answered(s);
    if (m->code == KK_WIRE_RECOVERING) { /* it waits on, and the release is fetched all the same */
        s->counts.held = s->push_broken = s->push_given_up = true;
        return 0;
    }
    if (s->push_broken)
        return 0; /* it stood behind one that was not taken, and comes again */
    r = s->store->push_refused(s->store->self, scope, m, &what);
    if (r < 0)
        return r;
    s->counts.refused++;
    s->push_broken = true;
    s->push_given_up = what == KK_SYNC_GO_ON;
    return 0;
}
