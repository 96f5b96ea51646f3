/* Own operations (ledger_own.h). */
#include "replica/ledger_own.h"

#include "replica/ledger_in.h"

#define PAIR_BYTES (KK_HASH_BYTES + KK_ID_BYTES)

/* Operation and record, one pair after another. The ids are read whole first: fn may write. */
static int collect(struct kk_stmt *q, struct kk_bytes *pairs)
{
    int r = kk_stmt_step(q);

    while (r > 0) {
        struct kk_slice op = kk_stmt_col_blob(q, 0), rec = kk_stmt_col_blob(q, 1);

        r = op.len == KK_HASH_BYTES && rec.len == KK_ID_BYTES ? 0 : KK_E_STORE;
        if (r == 0)
            r = kk_bytes_append_slice(pairs, op);
        if (r == 0)
            r = kk_bytes_append_slice(pairs, rec);
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

static int show(const struct kk_ledger *l, const uint8_t *pair, struct kk_arena *arena,
                kk_ledger_own_fn *fn, void *user)
{
    struct kk_ledger_record record;
    int r = kk_ledger_record(l, pair + KK_HASH_BYTES, arena, &record);

    if (r <= 0)
        return r;
    for (size_t i = 0; i < record.op_count; i++) {
        const struct kk_ledger_op *op = &record.ops[i];
        bool own = memcmp(op->op.device, l->device->id, KK_ID_BYTES) == 0;

        if (own && memcmp(op->id, pair, KK_HASH_BYTES) == 0)
            return fn(user, &record, op);
    }
    return 0;
}

int kk_ledger_own(const struct kk_ledger *l, struct kk_arena *arena, kk_ledger_own_fn *fn,
                  void *user)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes pairs = { 0 };
    int r = collect(kk_db_use(l->db, REPLICA_OUTBOX_ALL), &pairs);

    if (r == 0)
        r = collect(kk_db_use(l->db, REPLICA_ENTRY_REFUSED), &pairs);
    for (size_t at = 0; r == 0 && at < pairs.len; at += PAIR_BYTES)
        r = show(l, pairs.data + at, arena, fn, user);
    return r;
}

int kk_ledger_sent(const struct kk_ledger *l, struct kk_arena *arena,
                   const struct kk_ledger_span *which, kk_ledger_own_fn *fn, void *user)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes pairs = { 0 };
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_ENTRY_SENT);
    int r;

    kk_stmt_int(q, 1, which->since_ms);
    kk_stmt_int(q, 2, (int64_t)which->limit);
    r = collect(q, &pairs);
    for (size_t at = 0; r == 0 && at < pairs.len; at += PAIR_BYTES)
        r = show(l, pairs.data + at, arena, fn, user);
    return r;
}

int kk_ledger_numbered(const struct kk_ledger *l, struct kk_chain *ret)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_OUTBOX_NUMBERED_LAST);
    int r = kk_stmt_step(q);

    *ret = (struct kk_chain){ .inc = 0 };
    if (r <= 0)
        return r;
    *ret = (struct kk_chain){ .scope = l->scope,
                              .inc = (uint64_t)kk_stmt_col_int(q, 0),
                              .seq = (uint64_t)kk_stmt_col_int(q, 1) };
    r = kk_stmt_col_copy(q, 2, ret->op_id, KK_HASH_BYTES) ? 0 : KK_E_STORE;
    kk_stmt_reset(q);
    return r;
}

int kk_ledger_forget(const struct kk_ledger *l, const uint8_t op_id[KK_HASH_BYTES])
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_OUTBOX_FORGET);

    kk_stmt_blob(q, 1, kk_slice(op_id, KK_HASH_BYTES));
    return kk_stmt_run(q);
}
