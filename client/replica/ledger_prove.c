/* Receipts and stretches from what a device holds (ledger_prove.h). */
#include "replica/ledger_prove.h"

#include "replica/ledger_in.h"

#define SCRATCH_BYTES (16 * 1024)

int kk_evidence_roots(const struct kk_trust *trust, struct kk_arena *arena,
                      struct kk_root_item **ret, size_t *ret_count)
{
    size_t count = kk_trust_root_count(trust);
    struct kk_root_item *items = kk_arena_array(arena, count + 1, sizeof(*items));

    if (!items)
        return KK_E_MEMORY;
    for (size_t i = 0; i < count; i++)
        items[i].doc = kk_trust_root_bytes(trust, i);
    *ret = items;
    *ret_count = count;
    return 0;
}

int kk_ledger_signed_head(const struct kk_ledger *l, struct kk_arena *arena, struct kk_head *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    struct kk_slice kept;
    int r = kk_stmt_fetch(kk_db_use(l->db, REPLICA_LOG_HEAD_SIGNED), &bytes);

    if (r <= 0 || bytes.len == 0)
        return r < 0 ? r : 0;
    kept = kk_arena_dup(arena, kk_bytes_slice(&bytes));
    if (!kept.data)
        return KK_E_MEMORY;
    r = kk_shape_read(&kk_shape_head, kept, arena, ret, NULL);
    return r < 0 ? r : 1;
}

static int read_tuples(const struct kk_ledger *l, uint64_t from, struct kk_pushed_op *tuples,
                       size_t count)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_ENTRY_EACH);
    size_t n = 0;
    int r;

    kk_stmt_int(q, 1, (int64_t)from);
    r = kk_stmt_step(q);
    while (r > 0 && n < count) {
        r = ledger_what(q, 0, &tuples[n++]) ? 0 : KK_E_STORE;
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r < 0 ? r : n == count ? 0 : KK_E_STORE;
}

int kk_ledger_strand(const struct kk_ledger *l, uint64_t from, struct kk_arena *arena,
                     struct kk_strand *ret)
{
    struct kk_strand s = { .tuples = { NULL, 0 } };
    struct kk_pushed_op *tuples;
    int r = kk_ledger_signed_head(l, arena, &s.head);

    if (r <= 0)
        return r < 0 ? r : KK_E_NOT_FOUND;
    r = ledger_eras(l, arena, &s.eras.items, &s.eras.count);
    if (r < 0)
        return r;
    if (from > s.head.gsn) {
        *ret = s;
        return 0;
    }
    s.tuples.count = s.head.gsn - from + 1;
    tuples = kk_arena_array(arena, s.tuples.count, sizeof(*tuples));
    if (!tuples)
        return KK_E_MEMORY;
    s.tuples.items = tuples;
    r = read_tuples(l, from, tuples, s.tuples.count);
    if (r == 0 && from > 1)
        r = ledger_entry_head(l, from - 1, s.before);
    *ret = s;
    return r < 0 ? r : 0;
}

/* Header and signature of an entry, and its author's keys from the roster. */
static int fill_entry(const struct kk_ledger *l, uint64_t gsn, struct kk_arena *arena,
                      struct kk_receipt *ret, uint8_t ret_id[KK_HASH_BYTES])
{
    const struct kk_roster_view *view = kk_trust_view(l->trust);
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_ENTRY_EACH);
    const struct kk_device_row *row;
    struct kk_op op;
    bool whole;
    int r;

    kk_stmt_int(q, 1, (int64_t)gsn);
    r = kk_stmt_step(q);
    if (r <= 0 || kk_stmt_col_int(q, 0) != (int64_t)gsn) {
        kk_stmt_reset(q);
        return r < 0 ? r : KK_E_NOT_FOUND;
    }
    ret->op = kk_arena_dup(arena, kk_stmt_col_blob(q, 7));
    whole = kk_stmt_col_copy(q, 8, ret->sig, KK_SIG_BYTES) &&
            kk_stmt_col_copy(q, 1, ret_id, KK_HASH_BYTES);
    kk_stmt_reset(q);
    if (!whole || !ret->op.data)
        return whole ? KK_E_MEMORY : KK_E_STORE;
    r = kk_shape_read(&kk_shape_op, ret->op, arena, &op, NULL);
    row = r == 0 && view ? kk_roster_row(view, op.device) : NULL;
    if (!row)
        return r < 0 ? r : KK_E_STORE;
    memcpy(ret->author, row->sign, KK_KEY_BYTES);
    memcpy(ret->noise, row->noise, KK_KEY_BYTES);
    memcpy(ret->wrap, row->wrap, KK_KEY_BYTES);
    return 0;
}

/* The daemon's answer to the PUSH is a short stretch around an own operation: 1, or 0 for none. */
static int own_strand(const struct kk_ledger *l, const uint8_t op_id[KK_HASH_BYTES],
                      struct kk_arena *arena, struct kk_strand *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    struct kk_msg_pushed pushed;
    struct kk_slice kept;
    int r = kk_ledger_receipt(l, op_id, &bytes);

    if (r <= 0)
        return r;
    kept = kk_arena_dup(arena, kk_bytes_slice(&bytes));
    if (!kept.data)
        return KK_E_MEMORY;
    r = kk_shape_read(&kk_shape_msg_pushed, kept, arena, &pushed, NULL);
    if (r < 0)
        return r;
    *ret = (struct kk_strand){ .tuples = { pushed.ops.items, pushed.ops.count },
                               .head = pushed.head };
    memcpy(ret->before, pushed.before, KK_HASH_BYTES);
    return kk_strand_sound(ret); /* of an operation sent twice the answer holds no stretch */
}

int kk_ledger_prove(const struct kk_ledger *l, uint64_t gsn, struct kk_arena *arena,
                    struct kk_receipt *ret)
{
    struct kk_receipt receipt = { .tuples = { NULL, 0 } };
    uint8_t op_id[KK_HASH_BYTES];
    struct kk_root_item *roots;
    struct kk_strand strand;
    int r = fill_entry(l, gsn, arena, &receipt, op_id);

    if (r == 0)
        r = kk_evidence_roots(l->trust, arena, &roots, &receipt.roots.count);
    if (r < 0)
        return r;
    receipt.roots.items = roots;
    r = own_strand(l, op_id, arena, &strand);
    /* who believes no older root than the newest must be able to check it as well [RL-7] */
    if (r > 0)
        r = kk_head_check(&strand.head, kk_trust_role(l->trust, KK_TRUST_DAEMON));
    if (r == 0)
        r = kk_ledger_strand(l, gsn, arena, &strand);
    if (r < 0)
        return r;
    receipt.tuples.items = strand.tuples.items;
    receipt.tuples.count = strand.tuples.count;
    receipt.eras.items = strand.eras.items;
    receipt.eras.count = strand.eras.count;
    memcpy(receipt.before, strand.before, KK_HASH_BYTES);
    receipt.head = strand.head;
    *ret = receipt;
    return 0;
}

int kk_ledger_each_entry(const struct kk_ledger *l, uint64_t from, kk_audit_entry_fn *fn,
                         void *user)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_ENTRY_EACH);
    int r;

    kk_stmt_int(q, 1, (int64_t)from);
    r = kk_stmt_step(q);
    while (r > 0) {
        struct kk_audit_entry e = { .op = kk_stmt_col_blob(q, 7) };
        struct kk_pushed_op what;

        r = ledger_what(q, 0, &what) && kk_stmt_col_copy(q, 8, e.sig, KK_SIG_BYTES) ? 0
                                                                                    : KK_E_STORE;
        e.gsn = what.gsn;
        e.recv_ms = what.recv_ms;
        e.rv = what.rv;
        e.tv = what.tv;
        e.verdict = what.verdict;
        if (r == 0)
            r = fn(user, &e);
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

/* --- what authors had seen --- */

struct looking {
    const struct kk_ledger *ledger;
    struct kk_bytes header; /* of the first operation that had seen another head */
    uint64_t seen;
};

static int look(void *user, const struct kk_audit_entry *e)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct looking *k = user;
    uint8_t head[KK_HASH_BYTES];
    struct kk_op op;
    int r;

    kk_arena_init(&arena, SCRATCH_BYTES);
    r = kk_shape_read(&kk_shape_op, e->op, &arena, &op, NULL);
    if (r < 0 || op.seen.gsn == 0 || op.seen.gsn >= e->gsn ||
        op.seen.era != ledger_era(k->ledger, op.seen.gsn))
        return r;
    r = ledger_entry_head(k->ledger, op.seen.gsn, head);
    if (r <= 0 || memcmp(head, op.seen.head, KK_HASH_BYTES) == 0)
        return r < 0 ? r : 0;
    k->seen = op.seen.gsn;
    r = kk_bytes_append_slice(&k->header, e->op);
    return r < 0 ? r : 1;
}

static int prove_seen(const struct looking *k, struct kk_arena *arena, struct kk_fork *ret)
{
    struct kk_strand *strand = kk_arena_alloc(arena, sizeof(*strand));
    struct kk_root_item *roots;
    int r = strand ? kk_ledger_strand(k->ledger, k->seen, arena, strand) : KK_E_MEMORY;

    *ret = (struct kk_fork){ .strands = { strand, 1 } };
    if (r == 0)
        r = kk_evidence_roots(k->ledger->trust, arena, &roots, &ret->roots.count);
    if (r < 0)
        return r;
    ret->roots.items = roots;
    ret->op = kk_arena_dup(arena, kk_bytes_slice(&k->header));
    return ret->op.data ? 1 : KK_E_MEMORY;
}

int kk_ledger_seen_otherwise(const struct kk_ledger *l, uint64_t from, struct kk_arena *arena,
                             struct kk_fork *ret)
{
    struct looking k = { .ledger = l };
    int r = kk_ledger_each_entry(l, from, look, &k);

    if (r > 0)
        r = prove_seen(&k, arena, ret);
    kk_bytes_fini(&k.header);
    return r;
}
