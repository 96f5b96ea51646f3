/* Logs, chains and the outbox of a device in memory; every entry is verified. */
#include "ward_in.h"

#include "kukyoku/error.h"
#include "kukyoku/record/act.h"

/* --- what it holds --- */

static bool follows(const struct ward *w, size_t scope)
{
    const struct kk_device_span *span = ward_span(w);
    struct kk_slice name = kk_slice_text(bureau_scope(scope));
    struct kk_scope parsed;

    return span && kk_device_span_has(span, name) && kk_scope_parse(name, &parsed) &&
           kk_scope_info(parsed.kind)->records;
}

static int scope_at(void *self, size_t i, struct kk_slice *ret)
{
    for (size_t at = 0; at < BUREAU_SCOPES; at++) {
        if (!follows(self, at) || i-- > 0)
            continue;
        *ret = kk_slice_text(bureau_scope(at));
        return 1;
    }
    return 0;
}

static struct kk_chain *chain_of(struct ward *w, size_t scope, const uint8_t device[KK_ID_BYTES],
                                 uint64_t inc)
{
    for (size_t i = 0; i < w->chain_count; i++) {
        if (w->chains[i].scope == scope && w->chains[i].end.inc == inc &&
            memcmp(w->chains[i].device, device, KK_ID_BYTES) == 0)
            return &w->chains[i].end;
    }
    return NULL;
}

static int held(void *self, struct kk_arena *arena, struct kk_held *ret)
{
    struct ward *w = self;
    struct kk_head_held *logs = kk_arena_array(arena, BUREAU_SCOPES, sizeof(*logs));
    struct kk_chain *chains = kk_arena_array(arena, BUREAU_SCOPES, sizeof(*chains));

    if (!logs || !chains)
        return KK_E_MEMORY;
    *ret = (struct kk_held){ .logs = logs, .chains = chains };
    ret->root_ver = kk_trust_root(w->trust)->ver;
    if (kk_trust_roster(w->trust))
        ret->roster = kk_trust_roster(w->trust)->version;
    if (kk_trust_catalog(w->trust))
        ret->catalog = kk_trust_catalog(w->trust)->version;
    for (size_t i = 0; i < BUREAU_SCOPES; i++) {
        const struct kk_log_head *head = &w->logs[i].heads[w->logs[i].count];
        const struct kk_chain *own = chain_of(w, i, w->keys->id, 1);
        struct kk_head_held *log = &logs[ret->log_count];

        if (!follows(w, i))
            continue;
        if (own)
            chains[ret->chain_count++] = *own;
        if (!head->gsn)
            continue;
        *log = (struct kk_head_held){ .scope = kk_slice_text(bureau_scope(i)), .era = head->era,
                                      .gsn = head->gsn };
        memcpy(log->head, head->head, KK_HASH_BYTES);
        ret->log_count++;
    }
    return 0;
}

/* A head of the daemon's that this log contradicts is a fork of the hub. */
static int compare(void *self, const struct kk_msg_welcome *welcome)
{
    struct ward *w = self;

    for (size_t i = 0; i < welcome->heads.count; i++) {
        const struct kk_head *h = &welcome->heads.items[i];
        size_t scope = ward_scope(h->scope);

        if (kk_head_check(h, kk_trust_role(w->trust, KK_TRUST_DAEMON)) != 1)
            return KK_E_SIGNATURE;
        if (scope < BUREAU_SCOPES && h->gsn <= w->logs[scope].count &&
            memcmp(h->head, w->logs[scope].heads[h->gsn].head, KK_HASH_BYTES) != 0)
            return KK_E_FORK;
    }
    return 0;
}

static int log_from(void *self, struct kk_slice scope, struct kk_msg_log *log)
{
    log->from_gsn = ((const struct ward *)self)->logs[ward_scope(scope)].count + 1;
    return 0;
}

/* --- entries --- */

/* The whole header; its signature; its place in its author's chain. */
static int read_entry(struct ward *w, size_t scope, const struct kk_entry *e,
                      uint8_t id[KK_HASH_BYTES], struct kk_op *op)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes header = { 0 };
    const struct kk_device_row *row = kk_roster_row(kk_trust_view(w->trust), e->op.device);
    const struct kk_chain *end = chain_of(w, scope, e->op.device, e->op.inc);
    struct kk_op_context ctx = { .scope = kk_slice_text(bureau_scope(scope)), .body = e->body };
    int r;

    if (!row || e->op.seen.gsn > w->logs[scope].count)
        return KK_E_SIGNATURE;
    ctx.prev = end ? end->op_id : NULL;
    if (e->op.seen.gsn)
        ctx.seen_head = w->logs[scope].heads[e->op.seen.gsn].head;
    kk_op_from_wire(&e->op, &ctx, op);
    r = kk_op_encode(op, &header);
    if (r < 0)
        return r;
    kk_op_id(kk_bytes_slice(&header), id);
    r = kk_op_check(kk_bytes_slice(&header), e->sig, row->sign);
    if (r <= 0)
        return r < 0 ? r : KK_E_SIGNATURE;
    return kk_chain_check(end, op) == KK_CHAIN_NEXT ? 0 : KK_E_CHAIN;
}

static void note_chain(struct ward *w, size_t scope, const struct kk_op *op,
                       const uint8_t id[KK_HASH_BYTES])
{
    struct kk_chain *end = chain_of(w, scope, op->device, op->inc);
    struct ward_log *log = &w->logs[scope];

    if (!end) {
        kk_assert(w->chain_count < KK_COUNT(w->chains));
        w->chains[w->chain_count].scope = scope;
        memcpy(w->chains[w->chain_count].device, op->device, KK_ID_BYTES);
        end = &w->chains[w->chain_count++].end;
        end->scope = kk_slice_text(bureau_scope(scope));
        end->inc = op->inc;
    }
    end->seq = op->seq;
    memcpy(end->op_id, id, KK_HASH_BYTES);
    if (memcmp(op->device, w->keys->id, KK_ID_BYTES) == 0)
        log->sequenced = op->seq;
}

static int take_entry(struct ward *w, size_t scope, const struct kk_entry *e)
{
    struct ward_log *log = &w->logs[scope];
    const struct kk_era *era = kk_roster_era(kk_trust_roster(w->trust),
                                             kk_slice_text(bureau_scope(scope)), e->gsn);
    struct kk_log_head next = log->heads[log->count];
    struct kk_pushed_op what = { .gsn = e->gsn, .recv_ms = e->recv_ms, .rv = e->rv, .tv = e->tv,
                                 .verdict = e->verdict };
    struct kk_op op;
    int r;

    if (e->gsn != log->count + 1 || log->count == WARD_OPS_MAX)
        return KK_E_CHAIN;
    r = read_entry(w, scope, e, what.op_id, &op);
    if (r < 0)
        return r;
    next.era = era ? era->era : 0; /* the registrar says which, not the daemon [ER-8] */
    kk_log_advance(&next, &what);
    log->heads[++log->count] = next;
    log->what[log->count] = what;
    note_chain(w, scope, &op, what.op_id);
    return 0;
}

static int log_take(void *self, const struct kk_msg_entries *m)
{
    struct ward *w = self;
    size_t scope = ward_scope(m->scope);
    struct ward_log *log = &w->logs[scope];
    int r = kk_head_check(&m->head, kk_trust_role(w->trust, KK_TRUST_DAEMON));

    if (r <= 0)
        return r < 0 ? r : KK_E_SIGNATURE;
    for (size_t i = 0; i < m->entries.count; i++) {
        r = take_entry(w, scope, &m->entries.items[i]);
        if (r < 0)
            return r;
    }
    if (m->head.gsn != log->count ||
        memcmp(m->head.head, log->heads[log->count].head, KK_HASH_BYTES) != 0)
        return KK_E_VERDICT;
    return 0;
}

/* --- the outbox --- */

void ward_write(struct ward *w, size_t scope, unsigned kind, unsigned act,
                const uint8_t rec[KK_ID_BYTES])
{
    struct ward_log *log = &w->logs[scope];
    struct ward_op *o = &log->out[log->out_count];
    const struct kk_log_head *head = &log->heads[log->count];

    kk_assert(log->out_count < WARD_OPS_MAX);
    o->op = (struct kk_op){ .scope = kk_slice_text(bureau_scope(scope)), .inc = 1,
                            .seq = log->out_count + 1, .hlc = (uint64_t)w->now_ms << 16,
                            .kind = kind, .act = act, .epoch = w->bureau->epochs[scope] };
    memcpy(o->op.device, w->keys->id, KK_ID_BYTES);
    memcpy(o->op.rec, rec, KK_ID_BYTES);
    if (log->out_count)
        memcpy(o->op.prev, o[-1].id, KK_HASH_BYTES);
    o->op.seen = (struct kk_op_seen){ .era = head->era, .gsn = head->gsn };
    memcpy(o->op.seen.head, head->head, KK_HASH_BYTES);
    if (kk_trust_roster(w->trust))
        o->op.seen.roster = kk_trust_roster(w->trust)->version;
    /* nobody but its readers opens a body: any bytes will do for ordering it */
    kk_assert(kk_bytes_append_text(&o->body, "sealed under a key that the daemon lacks") == 0);
    kk_op_body_hash(kk_bytes_slice(&o->body), o->op.body_hash);
    o->op.body_len = o->body.len;
    kk_assert(kk_op_encode(&o->op, &o->header) == 0);
    kk_op_id(kk_bytes_slice(&o->header), o->id);
    kk_assert(kk_op_sign(kk_bytes_slice(&o->header), w->keys->sign_secret, o->sig) == 0);
    log->out_count++;
}

static int push_next(void *self, struct kk_slice scope, size_t skip, struct kk_arena *arena,
                     struct kk_msg_push *ret)
{
    struct ward *w = self;
    struct ward_log *log = &w->logs[ward_scope(scope)];
    size_t first = log->sequenced + skip, count = log->out_count - first;
    struct kk_push_op *ops = kk_arena_array(arena, count + 1, sizeof(*ops));

    if (!ops)
        return KK_E_MEMORY;
    for (size_t i = 0; i < count && !log->out[first + i].refused; i++) {
        const struct ward_op *o = &log->out[first + i];
        struct kk_op_context ctx = { .device = o->op.device, .body = kk_bytes_slice(&o->body) };

        kk_op_to_wire(&o->op, &ctx, &ops[i].op);
        memcpy(ops[i].sig, o->sig, KK_SIG_BYTES);
        ops[i].body = ctx.body;
        ret->ops.count++;
    }
    ret->ops.items = ops;
    return ret->ops.count > 0;
}

static int push_taken(void *self, const struct kk_msg_pushed *m)
{
    struct ward *w = self;
    struct ward_log *log = &w->logs[ward_scope(m->scope)];

    for (size_t i = 0; i < m->ops.count; i++) {
        if (log->sequenced == log->out_count ||
            memcmp(log->out[log->sequenced].id, m->ops.items[i].op_id, KK_HASH_BYTES) != 0)
            return KK_E_PROTOCOL;
        log->sequenced++;
    }
    return 0;
}

static int push_refused(void *self, struct kk_slice scope, const struct kk_msg_err *why,
                        enum kk_sync_refusal *ret)
{
    struct ward *w = self;
    struct ward_log *log = &w->logs[ward_scope(scope)];

    for (size_t i = log->sequenced; i < log->out_count; i++)
        log->out[i].refused = (unsigned)why->code;
    *ret = KK_SYNC_GO_ON;
    return 0;
}

void ward_log_calls(struct kk_sync_store *s)
{
    s->held = held;
    s->compare = compare;
    s->scope = scope_at;
    s->log_from = log_from;
    s->log_take = log_take;
    s->push_next = push_next;
    s->push_taken = push_taken;
    s->push_refused = push_refused;
}

void ward_assert_equal(const struct ward *a, const struct ward *b)
{
    for (enum kk_doc_kind kind = KK_DOC_ROOT; kind <= KK_DOC_CATALOG; kind++)
        unit_assert_slice(kk_trust_bytes(a->trust, kind), kk_trust_bytes(b->trust, kind));
    for (size_t i = 0; i < BUREAU_SCOPES; i++) {
        const struct ward_log *x = &a->logs[i], *y = &b->logs[i];

        if (!follows(a, i) || !follows(b, i))
            continue;
        ck_assert_uint_eq(x->count, y->count);
        ck_assert_mem_eq(x->heads[x->count].head, y->heads[y->count].head, KK_HASH_BYTES);
    }
    ck_assert_mem_eq(a->states, b->states, sizeof(a->states));
}
