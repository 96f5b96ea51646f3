/*
 * Bodies that an erase took away, and bodies that are missing without one. [RL-28] [RL-30]
 */
#include "replica/ledger_erase.h"

#include "replica/ledger_in.h"

static int drop_all(const struct kk_ledger *l, const struct ledger_entry *e)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_ENTRY_ERASE_RECORD);

    kk_stmt_blob(q, 1, kk_slice(e->op.rec, KK_ID_BYTES));
    kk_stmt_int(q, 2, (int64_t)e->what.gsn);
    return kk_stmt_run(q);
}

static int drop_named(const struct kk_ledger *l, const struct ledger_entry *e)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < e->op.refs.count; i++) {
        struct kk_stmt *q = kk_db_use(l->db, REPLICA_ENTRY_ERASE_ONE);

        kk_stmt_blob(q, 1, kk_slice(e->op.rec, KK_ID_BYTES));
        kk_stmt_int(q, 2, (int64_t)e->what.gsn);
        kk_stmt_blob(q, 3, e->op.refs.items[i].id);
        r = kk_stmt_run(q);
    }
    return r;
}

int ledger_erase(const struct kk_ledger *l, const struct ledger_entry *e)
{
    bool erases = e->what.verdict == KK_WIRE_OK && e->op.act == KK_ACT_ERASE;
    int r;

    if (!erases && !e->erased)
        return 0;
    if (!erases) /* what came too late is refused; its text goes like the rest */
        return kk_stmt_run(ledger_bare(l, e->what.gsn));
    r = kk_op_erases_all(&e->op, (unsigned)e->what.tv) ? drop_all(l, e) : drop_named(l, e);
    return r == 0 ? kk_stmt_run(kk_db_use(l->db, REPLICA_CUT_ERASE)) : r;
}

struct kk_stmt *ledger_bare(const struct kk_ledger *l, uint64_t gsn)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_ENTRY_BARE);

    kk_stmt_int(q, 1, (int64_t)gsn);
    return q;
}

/* --- what is missing --- */

const struct kk_ledger_op *kk_ledger_erased_by(const struct kk_ledger_record *rec,
                                               const struct kk_ledger_op *op)
{
    for (size_t i = 0; i < rec->op_count; i++) {
        const struct kk_ledger_op *e = &rec->ops[i];
        bool late = op && !op->pending && op->what.gsn > e->what.gsn;

        if (e == op || e->op.act != KK_ACT_ERASE || !kk_ledger_counts(e))
            continue;
        if (kk_op_erases_all(&e->op, e->pending ? KK_TV_NEWEST : (unsigned)e->what.tv))
            return e;
        if (op && !late && kk_op_erases(&e->op, KK_TV_NEWEST, op->id))
            return e;
    }
    return NULL;
}

static bool covered(const struct kk_ledger_record *rec, uint64_t gsn)
{
    for (size_t i = 0; i < rec->op_count; i++) {
        const struct kk_ledger_op *op = &rec->ops[i];
        const struct kk_ledger_op *by;

        if (op->pending || op->what.gsn != gsn)
            continue;
        by = op->op.body_len > 0 ? kk_ledger_erased_by(rec, op) : op;
        return by && !by->pending;
    }
    return false;
}

/* An auditor is given no body at all. */
static bool given_bodies(const struct kk_ledger *l)
{
    const struct kk_roster_view *view = kk_trust_view(l->trust);
    const struct kk_device_row *row =
        view && l->device ? kk_roster_row(view, l->device->id) : NULL;

    return row && kk_device_span_newest(row)->role != KK_ROLE_AUDITOR;
}

static int look(const struct kk_ledger *l, const uint8_t rec[KK_ID_BYTES], uint64_t gsn,
                bool *ret_covered)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct kk_ledger_record record;
    int r;

    kk_arena_init(&arena, LEDGER_RECORD_ARENA);
    r = kk_ledger_record(l, rec, &arena, &record);
    *ret_covered = r > 0 && covered(&record, gsn);
    return r < 0 ? r : 0;
}

int kk_ledger_bodies(const struct kk_ledger *l, struct kk_ledger_missing *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes rows = { 0 };
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_ENTRY_BARE_EACH);
    struct { uint64_t gsn; uint8_t rec[KK_ID_BYTES]; } row;
    int r = given_bodies(l) ? kk_stmt_step(q) : 0;

    *ret = (struct kk_ledger_missing){ .count = 0 };
    while (r > 0) {
        row.gsn = (uint64_t)kk_stmt_col_int(q, 0);
        r = kk_stmt_col_copy(q, 1, row.rec, KK_ID_BYTES) ? kk_bytes_append(&rows, &row, sizeof(row))
                                                         : KK_E_STORE;
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    for (size_t at = 0; r == 0 && at < rows.len; at += sizeof(row)) {
        bool is_covered = false;

        memcpy(&row, rows.data + at, sizeof(row));
        r = look(l, row.rec, row.gsn, &is_covered);
        if (r == 0 && !is_covered && ret->count++ == 0)
            ret->first = row.gsn;
    }
    return r;
}
