/* Logs, entries, chains, tracks and forks in SQLite. */
#include "store_sqlite.h"

int store_log_find(struct kk_store *s, struct kk_slice scope, struct kk_log_head *ret)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_LOG_FIND);
    struct kk_log_head found = { 0 };
    bool whole = true;
    int r;

    kk_stmt_text(q, 1, scope);
    r = kk_stmt_step(q);
    if (r > 0) {
        found.era = (uint64_t)kk_stmt_col_int(q, 0);
        found.gsn = (uint64_t)kk_stmt_col_int(q, 1);
        whole = kk_stmt_col_copy(q, 2, found.head, KK_HASH_BYTES);
        kk_stmt_reset(q);
    }
    if (r >= 0)
        *ret = found;
    return whole ? r : KK_E_STORE;
}

int store_log_each(struct kk_store *s, kk_store_log_fn *fn, void *user)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_LOG_EACH);
    int r = kk_stmt_step(q);

    while (r > 0) {
        struct kk_log_head head = { .era = (uint64_t)kk_stmt_col_int(q, 1),
                                    .gsn = (uint64_t)kk_stmt_col_int(q, 2) };

        r = kk_stmt_col_copy(q, 3, head.head, KK_HASH_BYTES)
                ? fn(user, kk_stmt_col_text(q, 0), &head)
                : KK_E_STORE;
        if (r != 0)
            break; /* a fault, or the caller has enough */
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

static int put_log(struct kk_store *s, struct kk_slice scope, const struct kk_log_head *head)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_LOG_PUT);

    kk_stmt_text(q, 1, scope);
    kk_stmt_int(q, 2, (int64_t)head->era);
    kk_stmt_int(q, 3, (int64_t)head->gsn);
    kk_stmt_lend(q, 4, kk_slice(head->head, KK_HASH_BYTES));
    return kk_stmt_run(q);
}

static int put_chain(struct kk_store *s, const struct kk_store_entry *e, const struct kk_op *op)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_CHAIN_PUT);

    kk_stmt_lend(q, 1, kk_slice(op->device, KK_ID_BYTES));
    kk_stmt_text(q, 2, e->scope);
    kk_stmt_int(q, 3, (int64_t)op->inc);
    kk_stmt_int(q, 4, (int64_t)op->seq);
    kk_stmt_lend(q, 5, kk_slice(e->what.op_id, KK_HASH_BYTES));
    return kk_stmt_run(q);
}

static int put_entry(struct kk_store *s, const struct kk_store_entry *e, const struct kk_op *op)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_ENTRY_ADD);

    kk_stmt_text(q, 1, e->scope);
    kk_stmt_int(q, 2, (int64_t)e->what.gsn);
    kk_stmt_lend(q, 3, kk_slice(e->what.op_id, KK_HASH_BYTES));
    kk_stmt_int(q, 4, (int64_t)e->what.recv_ms);
    kk_stmt_int(q, 5, (int64_t)e->what.rv.gen);
    kk_stmt_int(q, 6, (int64_t)e->what.rv.ver);
    kk_stmt_int(q, 7, (int64_t)e->what.tv);
    kk_stmt_int(q, 8, (int64_t)e->what.verdict);
    kk_stmt_lend(q, 9, kk_slice(e->head, KK_HASH_BYTES));
    kk_stmt_lend(q, 10, kk_slice(op->device, KK_ID_BYTES));
    kk_stmt_int(q, 11, (int64_t)op->inc);
    kk_stmt_int(q, 12, (int64_t)op->seq);
    kk_stmt_lend(q, 13, e->op);
    kk_stmt_lend(q, 14, kk_slice(e->sig, KK_SIG_BYTES));
    if (e->body.data)
        kk_stmt_lend(q, 15, e->body);
    return kk_stmt_run(q);
}

int store_entry_add(struct kk_store *s, const struct kk_store_entry *entry,
                    const struct kk_log_head *head, const struct kk_op *op)
{
    int r = put_entry(s, entry, op);

    if (r == 0)
        r = put_log(s, entry->scope, head);
    return r == 0 ? put_chain(s, entry, op) : r;
}

/* The seven columns that stand first wherever an entry is read. */
static bool read_what(struct kk_stmt *q, struct kk_pushed_op *ret)
{
    *ret = (struct kk_pushed_op){
        .gsn = (uint64_t)kk_stmt_col_int(q, 0),
        .recv_ms = (uint64_t)kk_stmt_col_int(q, 2),
        .rv = { .gen = (uint64_t)kk_stmt_col_int(q, 3), .ver = (uint64_t)kk_stmt_col_int(q, 4) },
        .tv = (uint64_t)kk_stmt_col_int(q, 5),
        .verdict = (uint64_t)kk_stmt_col_int(q, 6),
    };
    return kk_stmt_col_copy(q, 1, ret->op_id, KK_HASH_BYTES);
}

int store_entry_each(struct kk_store *s, const struct kk_store_range *range,
                     kk_store_entry_fn *fn, void *user)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_ENTRY_EACH);
    int r;

    kk_stmt_text(q, 1, range->scope);
    kk_stmt_int(q, 2, (int64_t)range->from);
    kk_stmt_int(q, 3, (int64_t)range->count);
    r = kk_stmt_step(q);
    while (r > 0) {
        struct kk_store_entry e = { .scope = range->scope };

        r = KK_E_STORE;
        if (read_what(q, &e.what) && kk_stmt_col_copy(q, 7, e.head, KK_HASH_BYTES) &&
            kk_stmt_col_copy(q, 9, e.sig, KK_SIG_BYTES)) {
            e.op = kk_stmt_col_blob(q, 8);
            e.body = kk_stmt_col_blob(q, 10);
            r = fn(user, &e);
        }
        if (r != 0)
            break; /* a fault, or the caller has enough */
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

int store_entry_head(struct kk_store *s, struct kk_slice scope, uint64_t gsn,
                     uint8_t ret[KK_HASH_BYTES])
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_ENTRY_HEAD);
    bool whole;
    int r;

    kk_stmt_text(q, 1, scope);
    kk_stmt_int(q, 2, (int64_t)gsn);
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    whole = kk_stmt_col_copy(q, 0, ret, KK_HASH_BYTES);
    kk_stmt_reset(q);
    return whole ? 1 : KK_E_STORE;
}

int store_body_drop(struct kk_store *s, struct kk_slice scope, uint64_t gsn)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_BODY_DROP);

    kk_stmt_text(q, 1, scope);
    kk_stmt_int(q, 2, (int64_t)gsn);
    return kk_stmt_run(q);
}

int store_entry_bare(struct kk_store *s, struct kk_slice scope, const struct kk_op *op)
{
    struct kk_stmt *q =
        kk_db_use(store_db(s), op ? STORE_ENTRY_BARE : STORE_ENTRY_BARE_ANY);
    int r;

    if (op) {
        kk_stmt_lend(q, 1, kk_slice(op->device, KK_ID_BYTES));
        kk_stmt_text(q, 2, scope);
        kk_stmt_int(q, 3, (int64_t)op->inc);
        kk_stmt_int(q, 4, (int64_t)op->seq);
    }
    r = kk_stmt_step(q);
    kk_stmt_reset(q);
    return r;
}

int store_entry_of(struct kk_store *s, struct kk_slice scope, const struct kk_op *op,
                   struct kk_pushed_op *ret)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_ENTRY_OF);
    bool whole;
    int r;

    kk_stmt_lend(q, 1, kk_slice(op->device, KK_ID_BYTES));
    kk_stmt_text(q, 2, scope);
    kk_stmt_int(q, 3, (int64_t)op->inc);
    kk_stmt_int(q, 4, (int64_t)op->seq);
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    whole = read_what(q, ret);
    kk_stmt_reset(q);
    return whole ? 1 : KK_E_STORE;
}

int store_chain_find(struct kk_store *s, struct kk_slice scope, const uint8_t device[KK_ID_BYTES],
                     uint64_t inc, struct kk_chain *ret)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_CHAIN_FIND);
    bool whole;
    int r;

    kk_stmt_lend(q, 1, kk_slice(device, KK_ID_BYTES));
    kk_stmt_text(q, 2, scope);
    kk_stmt_int(q, 3, (int64_t)inc);
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    *ret = (struct kk_chain){ .scope = scope, .inc = inc, .seq = (uint64_t)kk_stmt_col_int(q, 0) };
    whole = kk_stmt_col_copy(q, 1, ret->op_id, KK_HASH_BYTES);
    kk_stmt_reset(q);
    return whole ? 1 : KK_E_STORE;
}

int store_chain_each(struct kk_store *s, const uint8_t device[KK_ID_BYTES], kk_store_chain_fn *fn,
                     void *user)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_CHAIN_EACH);
    int r;

    kk_stmt_lend(q, 1, kk_slice(device, KK_ID_BYTES));
    r = kk_stmt_step(q);
    while (r > 0) {
        struct kk_chain c = { .scope = kk_stmt_col_text(q, 0),
                              .inc = (uint64_t)kk_stmt_col_int(q, 1),
                              .seq = (uint64_t)kk_stmt_col_int(q, 2) };

        r = kk_stmt_col_copy(q, 3, c.op_id, KK_HASH_BYTES) ? fn(user, &c) : KK_E_STORE;
        if (r != 0)
            break; /* a fault, or the caller has enough */
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

int store_track_find(struct kk_store *s, struct kk_slice scope, const uint8_t rec[KK_ID_BYTES],
                     struct kk_track *ret)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_TRACK_FIND);
    bool whole;
    int r;

    kk_stmt_text(q, 1, scope);
    kk_stmt_lend(q, 2, kk_slice(rec, KK_ID_BYTES));
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    whole = kk_track_load(kk_stmt_col_blob(q, 0), ret);
    kk_stmt_reset(q);
    return whole ? 1 : KK_E_STORE;
}

int store_track_put(struct kk_store *s, struct kk_slice scope, const uint8_t rec[KK_ID_BYTES],
                    const struct kk_track *track)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_TRACK_PUT);
    uint8_t bytes[KK_TRACK_BYTES];

    kk_track_save(track, bytes);
    kk_stmt_text(q, 1, scope);
    kk_stmt_lend(q, 2, kk_slice(rec, KK_ID_BYTES));
    kk_stmt_lend(q, 3, kk_slice(bytes, sizeof(bytes)));
    return kk_stmt_run(q);
}

int store_fork_put(struct kk_store *s, const struct kk_op *op, struct kk_slice header,
                   const uint8_t sig[KK_SIG_BYTES])
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_FORK_PUT);

    kk_stmt_lend(q, 1, kk_slice(op->device, KK_ID_BYTES));
    kk_stmt_text(q, 2, op->scope);
    kk_stmt_int(q, 3, (int64_t)op->inc);
    kk_stmt_int(q, 4, (int64_t)op->seq);
    kk_stmt_lend(q, 5, header);
    kk_stmt_lend(q, 6, kk_slice(sig, KK_SIG_BYTES));
    return kk_stmt_run(q);
}
