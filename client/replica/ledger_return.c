/*
 * Entries on their way back to a restored daemon: as it once signed them, up to a head of its own;
 * or, where an era has ended before them, for a number in the new one. [ER-4] [ER-7]
 */
#include "replica/ledger_era.h"
#include "replica/ledger_prove.h"

#include "replica/ledger_in.h"

#define ROOM     (KK_FRAME_PLAIN_MAX - 512)
#define OVERHEAD 192 /* beside header and body, as the daemon counts it */

struct filling {
    const struct kk_ledger *ledger;
    struct kk_arena *arena;
    struct kk_entry *entries;
    size_t count, room;
};

static int begin(struct filling *f, const struct kk_ledger *l, struct kk_arena *arena)
{
    *f = (struct filling){ .ledger = l, .arena = arena, .room = ROOM };
    f->entries = kk_arena_array(arena, KK_ENTRIES_PER_LOG_MAX, sizeof(*f->entries));
    return f->entries ? 0 : KK_E_MEMORY;
}

/* The row has the columns of REPLICA_ENTRY_EACH up to its body. 1: taken, 0: it is full. */
static int add(struct filling *f, struct kk_stmt *q)
{
    struct kk_slice header = kk_stmt_col_blob(q, 7), body = kk_stmt_col_blob(q, 9);
    struct kk_entry *at = &f->entries[f->count];
    struct kk_op_context ctx = { .scope = f->ledger->scope };
    size_t cost = header.len + body.len + OVERHEAD;
    struct kk_pushed_op what;
    struct kk_op op;
    int r;

    if (cost > f->room || f->count == KK_ENTRIES_PER_LOG_MAX)
        return 0;
    header = kk_arena_dup(f->arena, header);
    if (body.data)
        body = kk_arena_dup(f->arena, body);
    if (!header.data)
        return KK_E_MEMORY;
    r = kk_shape_read(&kk_shape_op, header, f->arena, &op, NULL);
    if (r == 0 && !ledger_what(q, 0, &what))
        r = KK_E_STORE;
    if (r < 0)
        return r;
    *at = (struct kk_entry){ .gsn = what.gsn, .recv_ms = what.recv_ms, .rv = what.rv,
                             .tv = what.tv, .verdict = what.verdict, .body = body };
    ctx.body = body;
    if (op.seen.era == ledger_era(f->ledger, op.seen.gsn))
        ctx.seen_head = op.seen.head;
    kk_op_to_wire(&op, &ctx, &at->op);
    if (!kk_stmt_col_copy(q, 8, at->sig, KK_SIG_BYTES))
        return KK_E_STORE;
    f->room -= cost;
    f->count++;
    return 1;
}

/* The first head at or behind that entry that the daemon signed: 1, or 0. */
static int signed_head(const struct kk_ledger *l, uint64_t from, struct kk_arena *arena,
                       struct kk_head *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_HEAD_NEXT);
    struct kk_slice kept;
    int r;

    kk_stmt_int(q, 1, (int64_t)from);
    r = kk_stmt_fetch(q, &bytes);
    if (r == 0) /* a replica of an older version kept the newest alone */
        return kk_ledger_signed_head(l, arena, ret);
    if (r < 0)
        return r;
    kept = kk_arena_dup(arena, kk_bytes_slice(&bytes));
    if (!kept.data)
        return KK_E_MEMORY;
    r = kk_shape_read(&kk_shape_head, kept, arena, ret, NULL);
    return r < 0 ? r : 1;
}

int kk_ledger_return(const struct kk_ledger *l, uint64_t from, struct kk_arena *arena,
                     struct kk_msg_recover *ret)
{
    struct kk_msg_recover m = { .scope = l->scope };
    struct filling f;
    struct kk_stmt *q;
    int r = signed_head(l, from, arena, &m.head);

    if (r <= 0 || m.head.gsn < from)
        return r < 0 ? r : 0;
    r = begin(&f, l, arena);
    if (r < 0)
        return r;
    q = kk_db_use(l->db, REPLICA_ENTRY_EACH);
    kk_stmt_int(q, 1, (int64_t)from);
    r = kk_stmt_step(q);
    while (r > 0 && kk_stmt_col_int(q, 0) <= (int64_t)m.head.gsn) {
        r = add(&f, q);
        if (r > 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    if (r < 0)
        return r;
    m.entries.items = f.entries;
    m.entries.count = f.count;
    *ret = m;
    /* as many as the daemon itself once put into one frame; fewer would lead to no signed head */
    return f.count == m.head.gsn - from + 1;
}

int kk_ledger_return_cut(const struct kk_ledger *l, struct kk_arena *arena,
                         struct kk_msg_recover *ret, int64_t *ret_last)
{
    struct filling f;
    struct kk_stmt *q;
    int r = begin(&f, l, arena);

    if (r < 0)
        return r;
    q = kk_db_use(l->db, REPLICA_CUT_NEXT);
    r = kk_stmt_step(q);
    while (r > 0) {
        r = add(&f, q);
        if (r <= 0)
            break;
        *ret_last = kk_stmt_col_int(q, 10);
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    if (r < 0)
        return r;
    *ret = (struct kk_msg_recover){ .scope = l->scope, .entries = { f.entries, f.count } };
    return f.count > 0;
}

int kk_ledger_cut_returned(const struct kk_ledger *l, int64_t last)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_CUT_RETURNED);

    kk_stmt_int(q, 1, last);
    return kk_stmt_run(q);
}
