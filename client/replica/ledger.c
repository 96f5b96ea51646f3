/* Heads, chains and tracks of a ledger. */
#include "replica/ledger_in.h"

int kk_ledger_head(const struct kk_ledger *l, struct kk_log_head *ret)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_LOG_HEAD_GET);
    struct kk_log_head head = { 0 };
    bool whole = true;
    int r = kk_stmt_step(q);

    if (r > 0) {
        head.era = (uint64_t)kk_stmt_col_int(q, 0);
        head.gsn = (uint64_t)kk_stmt_col_int(q, 1);
        whole = kk_stmt_col_copy(q, 2, head.head, KK_HASH_BYTES);
        kk_stmt_reset(q);
    }
    if (r < 0 || !whole)
        return r < 0 ? r : KK_E_STORE;
    *ret = head;
    return 0;
}

int ledger_end_get(const struct kk_ledger *l, struct ledger_end *ret)
{
    struct ledger_end end = { .tv = 0 };
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_ENTRY_RULES);
    int r = kk_ledger_head(l, &end.head);

    if (r < 0)
        return r;
    kk_stmt_int(q, 1, (int64_t)end.head.gsn);
    r = kk_stmt_step(q);
    if (r > 0) {
        end.rv.gen = (uint64_t)kk_stmt_col_int(q, 0);
        end.rv.ver = (uint64_t)kk_stmt_col_int(q, 1);
        end.tv = (uint64_t)kk_stmt_col_int(q, 2);
        kk_stmt_reset(q);
    }
    if (r >= 0)
        *ret = end;
    return r < 0 ? r : 0;
}

int kk_ledger_chains(const struct kk_ledger *l, struct kk_chain *ret, size_t max, size_t *ret_count)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_CHAIN_EACH);
    size_t count = 0;
    int r;

    kk_stmt_blob(q, 1, kk_slice(l->device->id, KK_ID_BYTES));
    r = kk_stmt_step(q);
    while (r > 0 && count < max) {
        struct kk_chain *c = &ret[count++];

        *c = (struct kk_chain){ .scope = l->scope,
                                .inc = (uint64_t)kk_stmt_col_int(q, 0),
                                .seq = (uint64_t)kk_stmt_col_int(q, 1) };
        r = kk_stmt_col_copy(q, 2, c->op_id, KK_HASH_BYTES) ? kk_stmt_step(q) : KK_E_STORE;
    }
    kk_stmt_reset(q);
    if (r < 0)
        return r;
    *ret_count = count;
    return 0;
}

int ledger_chain_get(const struct kk_ledger *l, const uint8_t device[KK_ID_BYTES], uint64_t inc,
                     struct kk_chain *ret)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_CHAIN_GET);
    bool whole;
    int r;

    kk_stmt_lend(q, 1, kk_slice(device, KK_ID_BYTES));
    kk_stmt_int(q, 2, (int64_t)inc);
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    *ret =
        (struct kk_chain){ .scope = l->scope, .inc = inc, .seq = (uint64_t)kk_stmt_col_int(q, 0) };
    whole = kk_stmt_col_copy(q, 1, ret->op_id, KK_HASH_BYTES);
    kk_stmt_reset(q);
    return whole ? 1 : KK_E_STORE;
}

int ledger_chain_put(const struct kk_ledger *l, const uint8_t device[KK_ID_BYTES],
                     const struct kk_chain *end)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_CHAIN_PUT);

    kk_stmt_lend(q, 1, kk_slice(device, KK_ID_BYTES));
    kk_stmt_int(q, 2, (int64_t)end->inc);
    kk_stmt_int(q, 3, (int64_t)end->seq);
    kk_stmt_lend(q, 4, kk_slice(end->op_id, KK_HASH_BYTES));
    return kk_stmt_run(q);
}

int ledger_track_get(const struct kk_ledger *l, const uint8_t rec[KK_ID_BYTES],
                     struct kk_track *ret)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_TRACK_GET);
    bool whole;
    int r;

    *ret = (struct kk_track){ 0 };
    kk_stmt_lend(q, 1, kk_slice(rec, KK_ID_BYTES));
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    whole = kk_track_load(kk_stmt_col_blob(q, 0), ret);
    kk_stmt_reset(q);
    return whole ? 1 : KK_E_STORE;
}

int ledger_track_put(const struct kk_ledger *l, const uint8_t rec[KK_ID_BYTES],
                     const struct kk_track *track)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_TRACK_PUT);
    uint8_t bytes[KK_TRACK_BYTES];

    kk_track_save(track, bytes);
    kk_stmt_lend(q, 1, kk_slice(rec, KK_ID_BYTES));
    kk_stmt_lend(q, 2, kk_slice(bytes, sizeof(bytes)));
    return kk_stmt_run(q);
}

int ledger_entry_head(const struct kk_ledger *l, uint64_t gsn, uint8_t ret[KK_HASH_BYTES])
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_ENTRY_HEAD);
    bool whole;
    int r;

    kk_stmt_int(q, 1, (int64_t)gsn);
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    whole = kk_stmt_col_copy(q, 0, ret, KK_HASH_BYTES);
    kk_stmt_reset(q);
    return whole ? 1 : KK_E_STORE;
}

bool ledger_what(struct kk_stmt *q, int first, struct kk_pushed_op *ret)
{
    *ret = (struct kk_pushed_op){
        .gsn = (uint64_t)kk_stmt_col_int(q, first),
        .recv_ms = (uint64_t)kk_stmt_col_int(q, first + 2),
        .rv = { .gen = (uint64_t)kk_stmt_col_int(q, first + 3),
                .ver = (uint64_t)kk_stmt_col_int(q, first + 4) },
        .tv = (uint64_t)kk_stmt_col_int(q, first + 5),
        .verdict = (uint64_t)kk_stmt_col_int(q, first + 6),
    };
    return kk_stmt_col_copy(q, first + 1, ret->op_id, KK_HASH_BYTES);
}

int kk_ledger_waiting(const struct kk_ledger *l, uint64_t *ret_all, uint64_t *ret_refused)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_OUTBOX_COUNT);
    int r = kk_stmt_step(q);

    if (r > 0) {
        *ret_all = (uint64_t)kk_stmt_col_int(q, 0);
        *ret_refused = (uint64_t)kk_stmt_col_int(q, 1);
        kk_stmt_reset(q);
    }
    return r < 0 ? r : 0;
}

int kk_ledger_receipt(const struct kk_ledger *l, const uint8_t op_id[KK_HASH_BYTES],
                      struct kk_bytes *out)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_RECEIPT_GET);

    kk_stmt_blob(q, 1, kk_slice(op_id, KK_HASH_BYTES));
    return kk_stmt_fetch(q, out);
}
