/* The outbox: what waits, in the order of its chain; what became of it. [SY-7] [SY-8] */
#include "replica/ledger_era.h"

#include "replica/ledger_in.h"

/* Room in one frame for operations; each costs its header, its body and a little more. */
#define PUSH_ROOM     (KK_FRAME_PLAIN_MAX - 512)
#define PUSH_OVERHEAD 160

static struct kk_stmt *waiting_from(const struct kk_ledger *l, size_t skip)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_OUTBOX_WAITING);

    kk_stmt_int(q, 1, (int64_t)skip);
    return q;
}

struct packing {
    const struct kk_ledger *ledger;
    struct kk_arena *arena;
    struct kk_push_op *ops;
    size_t count, room;
};

/* 1: taken, 0: it is full. */
static int pack(struct packing *p, struct kk_stmt *q)
{
    struct kk_slice header = kk_stmt_col_blob(q, 3), body = kk_stmt_col_blob(q, 5);
    struct kk_push_op *out = &p->ops[p->count];
    struct kk_op_context ctx = { .scope = p->ledger->scope };
    uint8_t own = 1;
    struct kk_op op;
    int r;

    if (header.len + body.len + PUSH_OVERHEAD > p->room || p->count == KK_ENTRIES_PER_LOG_MAX)
        return 0;
    p->room -= header.len + body.len + PUSH_OVERHEAD;
    header = kk_arena_dup(p->arena, header);
    if (body.data)
        body = kk_arena_dup(p->arena, body);
    if (!header.data)
        return KK_E_MEMORY;
    r = kk_shape_read(&kk_shape_op, header, p->arena, &op, NULL);
    if (r < 0)
        return r;
    ctx.device = &own; /* the session says who; any pointer leaves it out */
    ctx.body = body;
    if (op.seen.era == ledger_era(p->ledger, op.seen.gsn))
        ctx.seen_head = op.seen.head; /* else of an entry that is in no log any more [ER-6] */
    kk_op_to_wire(&op, &ctx, &out->op);
    out->body = body;
    if (!kk_stmt_col_copy(q, 4, out->sig, KK_SIG_BYTES))
        return KK_E_STORE;
    p->count++;
    return 1;
}

int kk_ledger_push(const struct kk_ledger *l, size_t skip, struct kk_arena *arena,
                   struct kk_msg_push *ret)
{
    struct packing p = { .ledger = l, .arena = arena, .room = PUSH_ROOM };
    struct kk_stmt *q;
    int r;

    p.ops = kk_arena_array(arena, KK_ENTRIES_PER_LOG_MAX, sizeof(*p.ops));
    if (!p.ops)
        return KK_E_MEMORY;
    q = waiting_from(l, skip);
    r = kk_stmt_step(q);
    while (r > 0) {
        r = pack(&p, q);
        if (r <= 0)
            break;
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    if (r < 0)
        return r;
    *ret = (struct kk_msg_push){ .scope = l->scope, .ops = { p.ops, p.count } };
    return p.count > 0;
}

static int carry(const struct kk_ledger *l, struct kk_stmt *q, kk_carried_fn *fn, void *user)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_carried out = { .scope = l->scope, .body = kk_stmt_col_blob(q, 5) };
    struct kk_op_context ctx = { .scope = l->scope, .body = out.body };
    struct kk_op op;
    int r;

    kk_arena_init(&arena, 64 * 1024);
    r = kk_shape_read(&kk_shape_op, kk_stmt_col_blob(q, 3), &arena, &op, NULL);
    if (r == 0 && !kk_stmt_col_copy(q, 4, out.sig, KK_SIG_BYTES))
        r = KK_E_STORE;
    if (r < 0)
        return r;
    kk_op_to_wire(&op, &ctx, &out.op);
    return fn(user, &out);
}

static int carry_all(const struct kk_ledger *l, struct kk_stmt *q, kk_carried_fn *fn, void *user)
{
    int r = kk_stmt_step(q);

    while (r > 0) {
        r = carry(l, q, fn, user);
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

int kk_ledger_carry(const struct kk_ledger *l, kk_carried_fn *fn, void *user)
{
    return carry_all(l, waiting_from(l, 0), fn, user);
}

int kk_ledger_carry_cut(const struct kk_ledger *l, kk_carried_fn *fn, void *user)
{
    return carry_all(l, kk_db_use(l->db, REPLICA_CUT_CARRIED), fn, user);
}

/* The receipt is the whole answer: the tuples up to the signed head. It is kept once for all. */
static int keep_answer(const struct kk_ledger *l, struct kk_slice pushed, int64_t *ret_id)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_PUSHED_PUT);
    int r;

    kk_stmt_blob(q, 1, pushed);
    r = kk_stmt_run(q);
    *ret_id = kk_db_last_rowid(l->db);
    return r;
}

static int keep_receipt(const struct kk_ledger *l, const struct kk_pushed_op *op, int64_t answer)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_RECEIPT_PUT);
    int r;

    kk_stmt_lend(q, 1, kk_slice(op->op_id, KK_HASH_BYTES));
    kk_stmt_int(q, 2, answer);
    r = kk_stmt_run(q);
    if (r < 0)
        return r;
    /* it stays in the outbox, as the end of its chain, until the log brings its entry */
    q = kk_db_use(l->db, REPLICA_OUTBOX_NUMBERED);
    kk_stmt_lend(q, 1, kk_slice(op->op_id, KK_HASH_BYTES));
    return kk_stmt_run(q);
}

int kk_ledger_pushed(const struct kk_ledger *l, const struct kk_msg_pushed *m)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };
    int64_t answer = 0;
    int r = kk_head_check(&m->head, kk_trust_role(l->trust, KK_TRUST_DAEMON));

    if (r <= 0)
        return r < 0 ? r : KK_E_SIGNATURE;
    r = kk_shape_encode_checked(&kk_shape_msg_pushed, m, &bytes, NULL);
    if (r == 0)
        r = kk_db_tx_begin(l->db, &tx);
    if (r == 0)
        r = keep_answer(l, kk_bytes_slice(&bytes), &answer);
    for (size_t i = 0; r == 0 && i < m->ops.count; i++)
        r = keep_receipt(l, &m->ops.items[i], answer);
    return r == 0 ? kk_db_tx_commit(&tx) : r;
}

/* The operation of the row, and what follows it in its chain: 1, or 0 where there is no row. */
static int set_aside(const struct kk_ledger *l, struct kk_stmt *q, unsigned code)
{
    int64_t inc, seq;
    int r = kk_stmt_step(q);

    if (r <= 0)
        return r;
    inc = kk_stmt_col_int(q, 0);
    seq = kk_stmt_col_int(q, 1);
    kk_stmt_reset(q);
    q = kk_db_use(l->db, REPLICA_OUTBOX_REFUSE);
    kk_stmt_int(q, 1, inc);
    kk_stmt_int(q, 2, seq);
    kk_stmt_int(q, 3, code);
    r = kk_stmt_run(q);
    return r < 0 ? r : 1;
}

int kk_ledger_refused(const struct kk_ledger *l, unsigned code)
{
    int r = set_aside(l, waiting_from(l, 0), code);

    return r < 0 ? r : 0;
}

int kk_ledger_overtaken(const struct kk_ledger *l)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_OUTBOX_OVERTAKEN);

    kk_stmt_blob(q, 1, kk_slice(l->device->id, KK_ID_BYTES));
    return set_aside(l, q, KK_WIRE_FORK);
}
