/* Logs scope by scope, then the outbox, then the logs of what was pushed. [SY-6] [SY-7] */
#include "sync_in.h"

#include "kukyoku/error.h"

#define PUSH_ARENA (256 * 1024)

static int ask(struct kk_sync *s, struct kk_slice scope, uint64_t from_gsn)
{
    struct kk_msg_log log = { .scope = scope, .from_gsn = from_gsn,
                              .max = KK_ENTRIES_PER_LOG_MAX };

    return sync_send(s, KK_MSG_LOG, &log, &s->scope_id);
}

int sync_logs(struct kk_sync *s)
{
    struct kk_slice scope;
    uint64_t from;
    int r = s->store->scope(s->store->self, s->scope_at, &scope);

    if (r <= 0)
        return r;
    r = s->store->log_from(s->store->self, scope, &from);
    if (r == 0)
        r = ask(s, scope, from);
    return r < 0 ? r : 1;
}

/* 1: the next page is on its way already, while this one is looked at; 0: the log is at its end. */
int sync_entries(struct kk_sync *s, const struct kk_msg_entries *m)
{
    struct kk_slice scope;
    int r = s->store->scope(s->store->self, s->scope_at, &scope);

    if (r <= 0)
        return r < 0 ? r : KK_E_PROTOCOL;
    if (!kk_slice_equal(scope, m->scope) || !kk_slice_equal(m->head.scope, m->scope) ||
        (m->more && m->entries.count == 0))
        return KK_E_PROTOCOL;
    if (m->more)
        r = ask(s, scope, m->entries.items[m->entries.count - 1].gsn + 1);
    else
        s->scope_at++;
    if (r >= 0)
        r = s->store->log_take(s->store->self, m);
    if (r < 0)
        return r;
    s->counts.entries += m->entries.count;
    return m->more;
}

int sync_push(struct kk_sync *s)
{
    for (;;) {
        KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
        struct kk_msg_push push = { 0 };
        struct kk_slice scope;
        int r = s->store->scope(s->store->self, s->scope_at, &scope);

        if (r <= 0)
            return r;
        kk_arena_init(&arena, PUSH_ARENA);
        push.scope = scope;
        r = s->store->push_next(s->store->self, scope, &arena, &push);
        if (r > 0)
            r = sync_send(s, KK_MSG_PUSH, &push, &s->scope_id) < 0 ? KK_E_NETWORK : 1;
        if (r != 0)
            return r;
        s->scope_at++;
    }
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
    r = s->store->push_refused(s->store->self, scope, m, &what);
    if (r < 0)
        return r;
    s->counts.refused++;
    if (what == KK_SYNC_GO_ON)
        s->scope_at++;
    return 0;
}
