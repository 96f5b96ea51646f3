/* Writing: one signed operation into the outbox, judged beforehand as the daemon will. [RL-18] */
#include "replica/ledger_in.h"

struct writing {
    const struct kk_ledger *ledger;
    const struct kk_ledger_draft *draft;
    struct kk_ledger_clock *clock;
    struct kk_arena *arena;
    struct kk_op op;
    struct kk_bytes sealed, header;
    uint8_t id[KK_HASH_BYTES], sig[KK_SIG_BYTES];
};

/* The end of the own chain: the outbox if it holds any, else the log. */
static int chain_end(struct writing *w)
{
    struct kk_stmt *q = kk_db_use(w->ledger->db, REPLICA_OUTBOX_END);
    struct kk_chain end;
    bool whole;
    int r;

    kk_stmt_int(q, 1, (int64_t)w->clock->inc);
    r = kk_stmt_step(q);
    if (r > 0) {
        w->op.seq = (uint64_t)kk_stmt_col_int(q, 0) + 1;
        whole = kk_stmt_col_copy(q, 1, w->op.prev, KK_HASH_BYTES);
        kk_stmt_reset(q);
        return whole ? 0 : KK_E_STORE;
    }
    if (r == 0)
        r = ledger_chain_get(w->ledger, w->ledger->device->id, w->clock->inc, &end);
    if (r < 0)
        return r;
    w->op.seq = r > 0 ? end.seq + 1 : 1;
    if (r > 0)
        memcpy(w->op.prev, end.op_id, KK_HASH_BYTES);
    return 0;
}

static int fill_seen(struct writing *w)
{
    const struct kk_roster *roster = kk_trust_roster(w->ledger->trust);
    const struct kk_catalog *catalog = kk_trust_catalog(w->ledger->trust);
    struct kk_log_head head;
    int r = kk_ledger_head(w->ledger, &head);

    if (r < 0)
        return r;
    w->op.seen.era = head.era;
    w->op.seen.gsn = head.gsn;
    memcpy(w->op.seen.head, head.head, KK_HASH_BYTES);
    w->op.seen.roster = roster->version;
    if (catalog)
        w->op.seen.catalog = catalog->version;
    return 0;
}

static int by_bytes(struct kk_hash_item *list, size_t count, const uint8_t id[KK_HASH_BYTES])
{
    size_t at = count;

    while (at > 0 && memcmp(list[at - 1].id, id, KK_HASH_BYTES) > 0) {
        list[at] = list[at - 1];
        at--;
    }
    memcpy(list[at].id, id, KK_HASH_BYTES);
    return 0;
}

/* The heads this device knows; with more than fit, the newest in the order of the log. */
static int fill_parents(struct writing *w, const struct kk_ledger_record *rec)
{
    size_t count = rec->merged.head_count;
    size_t take = count < KK_OP_PARENTS_MAX ? count : KK_OP_PARENTS_MAX;
    struct kk_hash_item *items = kk_arena_array(w->arena, take + 1, sizeof(*items));

    if (!items)
        return KK_E_MEMORY;
    for (size_t i = 0; i < take; i++) {
        size_t op = rec->merged_ops[rec->merged.heads[count - take + i]];

        by_bytes(items, i, rec->ops[op].id);
    }
    w->op.parents.items = items;
    w->op.parents.count = take;
    return 0;
}

static int fill_refs(struct writing *w)
{
    struct kk_op_ref *refs = kk_arena_array(w->arena, w->draft->ref_count + 1, sizeof(*refs));

    if (!refs)
        return KK_E_MEMORY;
    for (size_t i = 0; i < w->draft->ref_count; i++)
        refs[i].id = kk_slice(w->draft->refs[i], KK_HASH_BYTES);
    w->op.refs.items = refs;
    w->op.refs.count = w->draft->ref_count;
    return 0;
}

static int seal(struct writing *w)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    const struct kk_ledger *l = w->ledger;
    struct kk_body_place place = {
        .device = l->device->id, .scope = l->scope, .inc = w->op.inc, .seq = w->op.seq
    };
    uint32_t epoch;
    const uint8_t *key = kk_keyring_newest(l->keys, l->scope, &epoch);
    int r;

    if (!key)
        return KK_E_KEY_UNKNOWN;
    w->op.epoch = epoch;
    r = kk_body_write(w->draft->body, &plain);
    if (r == 0)
        r = kk_body_seal(kk_bytes_slice(&plain), &place, key, &w->clock->entropy, &w->sealed);
    if (r < 0)
        return r;
    kk_op_body_hash(kk_bytes_slice(&w->sealed), w->op.body_hash);
    w->op.body_len = w->sealed.len;
    return 0;
}

static int sign(struct writing *w)
{
    int r = kk_op_encode(&w->op, &w->header);

    if (r < 0)
        return r;
    kk_op_id(kk_bytes_slice(&w->header), w->id);
    return kk_op_sign(kk_bytes_slice(&w->header), w->ledger->device->sign_secret, w->sig);
}

static int verdict_fault(enum kk_wire_code verdict)
{
    if (verdict == KK_WIRE_ROLE)
        return KK_E_ROLE;
    return verdict == KK_WIRE_SCOPE ? KK_E_SCOPE : KK_E_STATE;
}

/* The id of the operation, which is not known yet, has no part in it. */
static int judge(const struct kk_ledger *l, const struct kk_op *op,
                 const struct kk_ledger_record *rec)
{
    const struct kk_roster_view *view = kk_trust_view(l->trust);
    const struct kk_device_row *row = kk_roster_row(view, l->device->id);
    const uint8_t no_id[KK_HASH_BYTES] = { 0 };
    struct kk_track track = rec->ahead;
    enum kk_wire_code verdict = kk_verdict(row ? kk_device_span_newest(row) : NULL, op, no_id,
                                           (unsigned)view->roster->settings.tv, &track);

    return verdict == KK_WIRE_OK ? 0 : verdict_fault(verdict);
}

static int put(struct writing *w)
{
    struct kk_stmt *q = kk_db_use(w->ledger->db, REPLICA_OUTBOX_PUT);

    kk_stmt_int(q, 1, (int64_t)w->op.inc);
    kk_stmt_int(q, 2, (int64_t)w->op.seq);
    kk_stmt_blob(q, 3, kk_slice(w->id, KK_HASH_BYTES));
    kk_stmt_blob(q, 4, kk_slice(w->op.rec, KK_ID_BYTES));
    kk_stmt_int(q, 5, w->clock->now_ms);
    kk_stmt_blob(q, 6, kk_bytes_slice(&w->header));
    kk_stmt_blob(q, 7, kk_slice(w->sig, KK_SIG_BYTES));
    kk_stmt_blob(q, 8, kk_bytes_slice(&w->sealed));
    return kk_stmt_run(q);
}

/* What the verdict looks at, but for the operations named. */
static void fill_head(const struct kk_ledger *l, const struct kk_ledger_draft *draft,
                      struct kk_op *op)
{
    struct kk_scope scope;

    op->scope = l->scope;
    op->act = draft->act;
    op->kind = draft->kind;
    if (kk_scope_parse(l->scope, &scope) && scope.kind == KK_SCOPE_W)
        op->kind = 0;
}

int kk_ledger_judge(const struct kk_ledger *l, const struct kk_ledger_draft *draft,
                    const struct kk_ledger_record *rec)
{
    struct kk_op_ref refs[KK_OP_REFS_MAX] = { 0 };
    struct kk_op op = { .refs = { .items = refs, .count = draft->ref_count } };

    kk_assert(draft->ref_count <= KK_OP_REFS_MAX);
    for (size_t i = 0; i < draft->ref_count; i++)
        refs[i].id = kk_slice(draft->refs[i], KK_HASH_BYTES);
    fill_head(l, draft, &op);
    return judge(l, &op, rec);
}

static int fill(struct writing *w, const struct kk_ledger_record *rec)
{
    int r = chain_end(w);

    fill_head(w->ledger, w->draft, &w->op);
    memcpy(w->op.device, w->ledger->device->id, KK_ID_BYTES);
    memcpy(w->op.rec, w->draft->rec, KK_ID_BYTES);
    w->op.inc = w->clock->inc;
    w->op.hlc = kk_hlc_local(w->clock->hlc, w->clock->now_ms);
    if (r == 0)
        r = fill_seen(w);
    if (r == 0)
        r = fill_parents(w, rec);
    if (r == 0)
        r = fill_refs(w);
    return r;
}

static int write_op(struct writing *w)
{
    struct kk_ledger_record rec;
    int r = kk_ledger_record(w->ledger, w->draft->rec, w->arena, &rec);

    if (r < 0)
        return r;
    r = fill(w, &rec);
    if (r == 0)
        r = judge(w->ledger, &w->op, &rec); /* before sealing: a refusal needs no key */
    if (r == 0)
        r = seal(w);
    if (r == 0)
        r = sign(w);
    return r == 0 ? put(w) : r;
}

int kk_ledger_write(const struct kk_ledger *l, const struct kk_ledger_draft *draft,
                    struct kk_ledger_clock *clock, uint8_t *ret_id)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct writing w = { .ledger = l, .draft = draft, .clock = clock, .arena = &arena };
    int r;

    if (!kk_trust_roster(l->trust))
        return KK_E_PENDING;
    kk_assert(l->device->can_sign);
    kk_arena_init(&arena, 64 * 1024 * 1024);
    r = write_op(&w);
    if (r == 0) {
        clock->hlc = w.op.hlc;
        if (ret_id)
            memcpy(ret_id, w.id, KK_HASH_BYTES);
    }
    kk_bytes_fini(&w.sealed);
    kk_bytes_fini(&w.header);
    return r;
}
