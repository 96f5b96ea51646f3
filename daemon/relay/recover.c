/*
 * A daemon whose store is older than what it once signed: it orders nothing new, takes back from
 * devices the entries that they hold under its own signed heads, and goes on where the registrar
 * says that a new era begins. [ER-3] … [ER-5], [ER-7], [ER-9]
 */
#include "relay/relay_in.h"

#include "kukyoku/base/hash.h"
#include "kukyoku/record/op.h"

static void tell(const struct kk_relay *r, const struct kk_relay_news *news)
{
    if (r->tell)
        r->tell(r->user, news);
}

/* --- whether it recovers --- */

int kk_relay_mark_restored(struct kk_store *store, int64_t now_ms, struct kk_slice what)
{
    struct kk_store_recovery recovery = { .since_ms = now_ms };
    uint8_t hash[KK_HASH_BYTES];
    struct kk_hash h;

    kk_hash_init(&h, "recovery");
    kk_hash_add_u64(&h, (uint64_t)now_ms);
    kk_hash_add(&h, what);
    kk_hash_done(&h, hash);
    memcpy(recovery.id, hash, KK_ID_BYTES);
    return store->engine->recovery_put(store, &recovery);
}

/* The era of the scope that ends this recovery. */
static const struct kk_era *end_of(const struct kk_relay *r, struct kk_slice scope,
                                   const struct kk_store_recovery *recovery)
{
    const struct kk_roster *roster = kk_trust_roster(r->trust);

    for (size_t i = 0; roster && i < roster->eras.count; i++) {
        const struct kk_era *e = &roster->eras.items[i];

        if (memcmp(e->recovery, recovery->id, KK_ID_BYTES) == 0 &&
            kk_slice_equal(e->scope, scope))
            return e;
    }
    return NULL;
}

int relay_recovering(struct kk_relay *r, struct kk_slice scope)
{
    struct kk_store_recovery recovery;
    int got = r->store->engine->recovery_find(r->store, &recovery);

    return got <= 0 ? got : end_of(r, scope, &recovery) == NULL;
}

static bool holds_records(struct kk_slice scope)
{
    struct kk_scope parsed;

    return kk_scope_parse(scope, &parsed) && kk_scope_info(parsed.kind)->records;
}

int kk_relay_recovering(struct kk_relay *r, unsigned *ret_logs)
{
    const struct kk_roster *roster = kk_trust_roster(r->trust);
    struct kk_store_recovery recovery;
    int got = r->store->engine->recovery_find(r->store, &recovery);

    *ret_logs = 0;
    for (size_t i = 0; got > 0 && roster && i < roster->scopes.count; i++) {
        struct kk_slice scope = roster->scopes.items[i].scope;

        *ret_logs += holds_records(scope) && !end_of(r, scope, &recovery);
    }
    return got < 0 ? got : 0;
}

/* --- what the registrar needs --- */

struct listing {
    struct kk_arena *arena;
    struct kk_head_held *items;
    size_t count;
};

static int list_shown(void *user, struct kk_slice scope, const struct kk_log_head *head)
{
    struct listing *l = user;
    struct kk_slice kept = kk_arena_dup(l->arena, scope);

    if (!kept.data)
        return KK_E_MEMORY;
    if (l->count < KK_SCOPES_MAX)
        l->items[l->count++] =
            (struct kk_head_held){ .scope = kept, .era = head->era, .gsn = head->gsn };
    return 0;
}

static int sign_heads(struct kk_relay *r, const struct kk_store_recovery *recovery,
                      struct kk_head *heads, size_t *count)
{
    const struct kk_roster *roster = kk_trust_roster(r->trust);
    int got = 0;

    for (size_t i = 0; got >= 0 && roster && i < roster->scopes.count; i++) {
        struct kk_slice scope = roster->scopes.items[i].scope;
        struct kk_log_head head;

        if (!holds_records(scope) || end_of(r, scope, recovery))
            continue;
        got = r->store->engine->log_find(r->store, scope, &head);
        if (got >= 0)
            got = kk_head_sign(scope, &head, kk_relay_now(r), r->keys.sign_secret,
                               &heads[(*count)++]);
    }
    return got < 0 ? got : 0;
}

int kk_relay_recovery(struct kk_relay *r, struct kk_arena *arena, struct kk_recovery *ret)
{
    struct kk_head *heads = kk_arena_array(arena, KK_SCOPES_MAX, sizeof(*heads));
    struct listing shown = { .arena = arena };
    struct kk_store_recovery recovery;
    int got;

    shown.items = kk_arena_array(arena, KK_SCOPES_MAX, sizeof(*shown.items));
    if (!heads || !shown.items)
        return KK_E_MEMORY;
    got = r->store->engine->recovery_find(r->store, &recovery);
    if (got <= 0)
        return got < 0 ? got : KK_E_NOT_FOUND;
    *ret = (struct kk_recovery){ .since_ms = (uint64_t)recovery.since_ms };
    memcpy(ret->id, recovery.id, KK_ID_BYTES);
    got = sign_heads(r, &recovery, heads, &ret->heads.count);
    if (got == 0)
        got = r->store->engine->shown_each(r->store, list_shown, &shown);
    ret->heads.items = heads;
    ret->shown.items = shown.items;
    ret->shown.count = shown.count;
    return got < 0 ? got : ret->heads.count == 0 ? KK_E_NOT_FOUND : 0;
}

/* --- STATE: what a device has beyond this store --- */

/* A member, with bodies: an auditor's entries have none. */
static bool may_return(const struct kk_relay *r, const struct kk_relay_caller *caller,
                       struct kk_slice scope)
{
    const struct kk_device_span *span = relay_span(r, caller->device);

    return relay_reads_log(span, scope) && span->role != KK_ROLE_AUDITOR;
}

/* 1 where the device has more of this log than the store. What it says proves nothing yet. */
static int wants(struct kk_relay *r, const struct kk_relay_caller *caller,
                 const struct kk_head_held *held, struct kk_log_want *ret)
{
    struct kk_log_head own;
    int got;

    if (!may_return(r, caller, held->scope))
        return 0;
    got = r->store->engine->log_find(r->store, held->scope, &own);
    if (got < 0 || held->gsn <= own.gsn)
        return got < 0 ? got : 0;
    *ret = (struct kk_log_want){ .scope = held->scope, .from_gsn = own.gsn + 1 };
    got = relay_recovering(r, held->scope);
    if (got > 0)
        got = r->store->engine->shown_put(r->store, held->scope, held->era, held->gsn);
    return got < 0 ? got : 1;
}

int relay_state(struct kk_relay *r, const struct kk_relay_caller *caller,
                const struct kk_message *m, struct kk_bytes *answer)
{
    const struct kk_msg_state *state = m->body;
    struct kk_log_want list[KK_SCOPES_MAX];
    struct kk_msg_stated out = { .server_ms = (uint64_t)kk_relay_now(r),
                                 .wants = { list, 0 } };
    int got = 0;

    for (size_t i = 0; got >= 0 && i < state->heads.count; i++) {
        got = wants(r, caller, &state->heads.items[i], &list[out.wants.count]);
        out.wants.count += got > 0;
    }
    return got < 0 ? got : kk_message_encode(KK_MSG_STATED, m->id, &out, answer);
}

/* --- RECOVER --- */

struct returning {
    struct kk_relay *relay;
    const struct kk_relay_caller *caller;
    const struct kk_msg_recover *in;
    struct kk_log_head own; /* the end of the log */
    uint64_t taken;
    bool lacking; /* a roster that this daemon does not have judged an entry */
};

/* What it was once judged by must be here, or come first: the registrar's newest file. */
static int check_roster(struct returning *x, const struct kk_entry *e)
{
    const struct kk_roster_view *view = kk_trust_view(x->relay->trust);

    if (view && kk_roster_row(view, e->op.device) &&
        kk_ver_compare(e->rv, view->roster->version) <= 0)
        return 0;
    x->lacking = true;
    return KK_E_RECOVERING;
}

/* The verdict is computed once more: not even this daemon's own signature replaces the tables. */
static int judge_again(struct returning *x, struct relay_ordering *o,
                       const struct kk_entry *e)
{
    struct kk_store *s = x->relay->store;
    const struct kk_device_row *row = kk_roster_row(kk_trust_view(x->relay->trust), o->device);
    struct kk_track track = { 0 };
    enum kk_wire_code own;
    int got = s->engine->track_find(s, o->scope, o->op.rec, &track);

    if (got < 0)
        return got;
    if (!kk_tv_known((unsigned)e->tv))
        return KK_E_RECOVERING;
    own = kk_verdict(kk_device_span_at(row, e->rv), &o->op, o->op_id, (unsigned)e->tv, &track);
    if ((uint64_t)own != e->verdict)
        return KK_E_CHAIN;
    o->erased = track.erased;
    return own == KK_WIRE_OK ? s->engine->track_put(s, o->scope, o->op.rec, &track) : 0;
}

/* One entry as it once was: the same header, signature, body, number, time and verdict. [ER-4] */
static int take_back(struct returning *x, const struct kk_entry *e)
{
    struct kk_push_op in = { .op = e->op, .body = e->body };
    struct relay_ordering o = { .relay = x->relay, .scope = x->in->scope, .in = &in,
                                .device = e->op.device };
    struct kk_pushed_op what = { .gsn = e->gsn, .recv_ms = e->recv_ms, .rv = e->rv, .tv = e->tv,
                                 .verdict = e->verdict };
    int got = check_roster(x, e);

    memcpy(in.sig, e->sig, KK_SIG_BYTES);
    if (got == 0)
        got = relay_rebuild(&o);
    /* a body may be missing: which ones were erased is known when all entries are back [RL-28] */
    if (got == 0 && kk_chain_check(o.has_end ? &o.end : NULL, &o.op) != KK_CHAIN_NEXT)
        got = KK_E_CHAIN;
    if (got == 0)
        got = relay_check_author(&o);
    memcpy(what.op_id, o.op_id, KK_HASH_BYTES);
    if (got == 0)
        got = judge_again(x, &o, e);
    if (got == 0)
        got = relay_append(&o, &what, &x->own);
    x->taken += got == 0;
    kk_bytes_fini(&o.header);
    return got;
}

/* From the end of the log on, without a gap, to exactly the head that this daemon once signed. */
static int take_page(struct returning *x)
{
    const struct kk_msg_recover *m = x->in;
    uint64_t next = x->own.gsn + 1;
    int got = 0;

    for (size_t i = 0; got == 0 && i < m->entries.count; i++) {
        if (m->entries.items[i].gsn < next)
            continue; /* here already */
        got = m->entries.items[i].gsn == next++ ? take_back(x, &m->entries.items[i]) : KK_E_CHAIN;
    }
    if (got < 0)
        return got;
    return x->own.gsn == m->head.gsn && x->own.era == m->head.era &&
                   memcmp(x->own.head, m->head.head, KK_HASH_BYTES) == 0
               ? 0
               : KK_E_CHAIN;
}

/* A signed head beyond this store, where nobody restored it: somebody did. */
static int begin_recovery(struct returning *x)
{
    struct kk_relay *r = x->relay;
    int got = relay_recovering(r, x->in->scope);

    if (got != 0)
        return got < 0 ? got : 0;
    tell(r, &(struct kk_relay_news){ .what = KK_NEWS_FOUND, .scope = x->in->scope,
                                     .from = x->own.gsn, .to = x->in->head.gsn,
                                     .device = x->caller->device });
    got = kk_relay_mark_restored(r->store, kk_relay_now(r),
                                 kk_slice(x->in->head.sig, KK_SIG_BYTES));
    return got == 0 ? r->store->engine->shown_put(r->store, x->in->scope, x->in->head.era,
                                                  x->in->head.gsn)
                    : got;
}

/* The keys of the newest root alone: what a stolen key signs is no history. [ER-4] */
static int check_head(const struct returning *x)
{
    const struct kk_root_role *role = kk_trust_role(x->relay->trust, KK_TRUST_DAEMON);
    int got = role ? kk_head_check(&x->in->head, role) : 0;

    if (got <= 0)
        return got < 0 ? got : KK_E_SIGNATURE;
    return kk_slice_equal(x->in->head.scope, x->in->scope) ? 0 : KK_E_SIGNATURE;
}

/* All of the page, or nothing of it. */
static int take_whole(struct returning *x)
{
    struct kk_store *s = x->relay->store;
    uint64_t before = x->own.gsn;
    int got = s->engine->mark(s, KK_MARK_SET), undone;

    if (got < 0)
        return got;
    got = take_page(x);
    if (got == 0)
        got = begin_recovery(x);
    undone = s->engine->mark(s, got == 0 ? KK_MARK_KEEP : KK_MARK_UNDO);
    if (undone < 0)
        return undone;
    if (got == 0)
        tell(x->relay, &(struct kk_relay_news){ .what = KK_NEWS_BACK, .scope = x->in->scope,
                                                .from = before + 1, .to = x->own.gsn,
                                                .device = x->caller->device });
    else if (x->lacking)
        tell(x->relay, &(struct kk_relay_news){ .what = KK_NEWS_ROSTER, .scope = x->in->scope });
    return got;
}

/*
 * Entries of an era that has ended: the operations in them are ordered anew, whoever wrote them.
 * One that does not fit is left out; those of its author that follow it then do not fit either.
 */
static int order_late(struct returning *x)
{
    int got = relay_recovering(x->relay, x->in->scope);

    if (got != 0)
        return got < 0 ? got : KK_E_RECOVERING;
    for (size_t i = 0; i < x->in->entries.count; i++) {
        const struct kk_entry *e = &x->in->entries.items[i];
        struct kk_push_op op = { .op = e->op, .body = e->body };
        struct kk_relay_handed handed = { .device = e->op.device, .scope = x->in->scope,
                                          .op = &op, .bare = true };
        struct kk_pushed_op what;
        uint64_t detail;

        memcpy(op.sig, e->sig, KK_SIG_BYTES);
        got = kk_relay_order(x->relay, &handed, &what, &detail);
        if (got == KK_E_MEMORY || got == KK_E_DISK_FULL || got == KK_E_IO || got == KK_E_STORE)
            return got;
        x->taken += got == 0;
    }
    return 0;
}

static int give_back(struct returning *x)
{
    const struct kk_msg_recover *m = x->in;
    int got;

    if (m->head.scope.len == 0)
        return order_late(x);
    got = check_head(x);
    if (got < 0)
        return got;
    if (m->head.gsn <= x->own.gsn || m->entries.items[0].gsn > x->own.gsn + 1)
        return 0; /* another was faster, or it must begin earlier: it is told where */
    return take_whole(x);
}

int relay_recover(struct kk_relay *r, const struct kk_relay_caller *caller,
                  const struct kk_message *m, struct kk_bytes *answer)
{
    struct returning x = { .relay = r, .caller = caller, .in = m->body };
    struct kk_msg_recovered out = { .scope = x.in->scope };
    int got;

    if (!may_return(r, caller, x.in->scope))
        return KK_E_NOT_FOUND;
    got = r->store->engine->log_find(r->store, x.in->scope, &x.own);
    if (got >= 0)
        got = give_back(&x);
    if (got >= 0)
        got = r->store->engine->log_find(r->store, x.in->scope, &x.own);
    if (got < 0)
        return got;
    out.gsn = x.own.gsn;
    out.taken = x.taken;
    return kk_message_encode(KK_MSG_RECOVERED, m->id, &out, answer);
}

/* --- eras --- */

static int find_shown(void *user, struct kk_slice scope, const struct kk_log_head *head)
{
    struct kk_relay_news *news = user;

    if (kk_slice_equal(scope, news->scope))
        news->shown = head->gsn;
    return 0;
}

/* The era begins where this log ends, or where it went on into that era long ago. */
static int fits(struct kk_relay *r, const struct kk_era *e)
{
    uint8_t head[KK_HASH_BYTES] = { 0 };
    struct kk_log_head own;
    int got = r->store->engine->log_find(r->store, e->scope, &own);

    if (got < 0 || e->after_gsn > own.gsn)
        return got < 0 ? got : 0; /* restored to a time before it: it is on its way there again */
    if (e->after_gsn > 0)
        got = r->store->engine->entry_head(r->store, e->scope, e->after_gsn, head);
    if (got < 0)
        return got;
    if (memcmp(head, e->head, KK_HASH_BYTES) != 0)
        return KK_E_ERA;
    return own.gsn > e->after_gsn && own.era < e->era ? KK_E_ERA_LATE : 0;
}

int relay_take_eras(struct kk_relay *r, unsigned before)
{
    const struct kk_roster *roster = kk_trust_roster(r->trust);
    struct kk_store_recovery recovery;
    int found = r->store->engine->recovery_find(r->store, &recovery), got = found < 0 ? found : 0;
    unsigned now = before;

    for (size_t i = 0; got == 0 && i < roster->eras.count; i++)
        got = fits(r, &roster->eras.items[i]);
    if (got == 0)
        got = kk_relay_recovering(r, &now);
    for (size_t i = 0; got == 0 && now < before && i < roster->eras.count; i++) {
        const struct kk_era *e = &roster->eras.items[i];
        struct kk_relay_news news = { .what = KK_NEWS_ERA, .scope = e->scope, .from = e->era,
                                      .to = e->after_gsn };

        if (found == 0 || memcmp(e->recovery, recovery.id, KK_ID_BYTES) != 0)
            continue;
        got = r->store->engine->shown_each(r->store, find_shown, &news);
        if (got == 0)
            tell(r, &news);
    }
    return got;
}
