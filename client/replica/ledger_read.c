/* Records as people see them: operations opened, merged, with what is pending on top. */
#include "replica/ledger_in.h"

#include "kukyoku/wire/cursor.h"

struct reading {
    const struct kk_ledger *ledger;
    struct kk_arena *arena;
    struct kk_ledger_op *ops;
    size_t count, cap;
};

static struct kk_ledger_op *next_op(struct reading *rd)
{
    if (rd->count == rd->cap) {
        size_t cap = rd->cap ? rd->cap * 2 : 1; /* most have one */
        struct kk_ledger_op *ops = kk_arena_array(rd->arena, cap, sizeof(*ops));

        if (!ops)
            return NULL;
        if (rd->count)
            memcpy(ops, rd->ops, rd->count * sizeof(*ops));
        rd->ops = ops;
        rd->cap = cap;
    }
    return &rd->ops[rd->count++];
}

/* A body that does not open is shown as such; it hides nothing else. */
static int open_body(struct reading *rd, struct kk_ledger_op *o, struct kk_slice sealed)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes plain = { 0 };
    struct kk_body_place place = {
        .device = o->op.device, .scope = rd->ledger->scope, .inc = o->op.inc, .seq = o->op.seq
    };
    const uint8_t *key =
        kk_keyring_find(rd->ledger->keys, rd->ledger->scope, (uint32_t)o->op.epoch);
    int r;

    if (!sealed.data || !key)
        return 0;
    r = kk_body_open(sealed, &place, key, rd->ledger->opener, &plain);
    if (r < 0)
        return r == KK_E_MEMORY ? r : 0;
    o->plain = kk_arena_dup(rd->arena, kk_bytes_slice(&plain));
    o->readable = o->plain.data != NULL;
    return o->readable ? 0 : KK_E_MEMORY;
}

static int read_op(struct reading *rd, struct kk_stmt *q, int op_column, struct kk_ledger_op *o)
{
    struct kk_slice header = kk_arena_dup(rd->arena, kk_stmt_col_blob(q, op_column));
    int r;

    if (!header.data)
        return KK_E_MEMORY;
    r = kk_shape_read(&kk_shape_op, header, rd->arena, &o->op, NULL);
    return r == 0 ? open_body(rd, o, kk_stmt_col_blob(q, op_column + 2)) : KK_E_STORE;
}

/* The row's first columns are those of REPLICA_ENTRY_OF_RECORD. */
static int read_entry(struct reading *rd, struct kk_stmt *q)
{
    struct kk_ledger_op *o = next_op(rd);
    int r;

    if (!o)
        return KK_E_MEMORY;
    r = ledger_what(q, 0, &o->what) ? read_op(rd, q, 7, o) : KK_E_STORE;
    memcpy(o->id, o->what.op_id, KK_HASH_BYTES);
    return r;
}

static int read_entries(struct reading *rd, const uint8_t rec[KK_ID_BYTES])
{
    struct kk_stmt *q = kk_db_use(rd->ledger->db, REPLICA_ENTRY_OF_RECORD);
    int r;

    kk_stmt_blob(q, 1, kk_slice(rec, KK_ID_BYTES));
    r = kk_stmt_step(q);
    while (r > 0) {
        r = read_entry(rd, q);
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

static int read_outbox(struct reading *rd, const uint8_t rec[KK_ID_BYTES])
{
    struct kk_stmt *q = kk_db_use(rd->ledger->db, REPLICA_OUTBOX_OF_RECORD);
    int r;

    kk_stmt_blob(q, 1, kk_slice(rec, KK_ID_BYTES));
    r = kk_stmt_step(q);
    while (r > 0) {
        struct kk_ledger_op *o = next_op(rd);

        r = o ? 0 : KK_E_MEMORY;
        if (r == 0 && !kk_stmt_col_copy(q, 0, o->id, KK_HASH_BYTES))
            r = KK_E_STORE;
        if (r == 0)
            r = read_op(rd, q, 1, o);
        if (r < 0)
            break;
        o->pending = true;
        o->refused = kk_stmt_col_int(q, 4) > 0 ? (unsigned)kk_stmt_col_int(q, 4) : 0;
        o->made_ms = kk_stmt_col_int(q, 5);
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

bool kk_ledger_counts(const struct kk_ledger_op *o)
{
    return o->pending ? o->refused == 0 : o->what.verdict == KK_WIRE_OK;
}

struct kk_merge_op kk_ledger_merging(const struct kk_ledger_op *o)
{
    return (struct kk_merge_op){
        .id = o->id,
        .device = o->op.device,
        .hlc = o->pending ? o->op.hlc : kk_hlc_effective(o->op.hlc, (int64_t)o->what.recv_ms),
        .parents = o->op.parents.items,
        .parent_count = o->op.parents.count,
        .body = o->op.act == KK_ACT_ERASE ? kk_slice(NULL, 0) : o->plain, /* why it went [RL-28] */
    };
}

/* What the log would say if the pending operations came next, in order. */
static void look_ahead(const struct reading *rd, struct kk_ledger_record *ret)
{
    const struct kk_roster_view *view = kk_trust_view(rd->ledger->trust);

    ret->ahead = ret->track;
    for (size_t i = 0; i < rd->count; i++) {
        const struct kk_ledger_op *o = &rd->ops[i];
        const struct kk_device_row *row;

        ret->pending += o->pending;
        if (!o->pending || o->refused || !view)
            continue;
        row = kk_roster_row(view, o->op.device);
        if (kk_verdict(row ? kk_device_span_newest(row) : NULL, &o->op, o->id,
                       (unsigned)view->roster->settings.tv, &ret->ahead) != KK_WIRE_OK)
            continue; /* it will be refused; until then it shows as pending */
    }
}

static int merge(const struct reading *rd, struct kk_ledger_record *ret)
{
    struct kk_merge_op *ops = kk_arena_array(rd->arena, rd->count + 1, sizeof(*ops));
    size_t *from = kk_arena_array(rd->arena, rd->count + 1, sizeof(*from));
    size_t count = 0;
    int r;

    if (!ops || !from)
        return KK_E_MEMORY;
    for (size_t i = 0; i < rd->count; i++) {
        const struct kk_ledger_op *o = &rd->ops[i];

        if (!kk_ledger_counts(o))
            continue;
        from[count] = i;
        ops[count++] = kk_ledger_merging(o);
    }
    ret->merged_ops = from;
    r = kk_merge(ops, count, rd->arena, &ret->merged);
    return r == 0 ? kk_merged_body(&ret->merged, &ret->body) : r;
}

static unsigned kind_told(const struct kk_body *body)
{
    const struct kk_body_field *f = kk_body_find(body, KK_BODY_KIND);
    struct kk_cursor c = kk_cursor(f ? f->value : kk_slice("", 0));
    int64_t kind;

    return f && kk_cursor_int(&c, &kind) == 0 && kind > 0 && kind < 256 ? (unsigned)kind : 0;
}

/* In w:W the clear header says nothing of the kind; the body does, that of an erase too. */
static void find_kind(struct kk_ledger_record *ret)
{
    unsigned told = kind_told(&ret->body);

    for (size_t i = 0; told == 0 && i < ret->op_count; i++) {
        struct kk_body body;

        if (ret->ops[i].op.act == KK_ACT_ERASE && ret->ops[i].readable &&
            kk_body_read(ret->ops[i].plain, &body) == 0)
            told = kind_told(&body);
    }
    ret->kind = told ? told : ret->ahead.kind;
}

/* From what was read, and the track that is there. */
static int make_record(const struct reading *rd, const uint8_t rec[KK_ID_BYTES],
                       struct kk_ledger_record *ret)
{
    int r;

    memcpy(ret->rec, rec, KK_ID_BYTES);
    ret->ops = rd->ops;
    ret->op_count = rd->count;
    look_ahead(rd, ret);
    r = merge(rd, ret);
    find_kind(ret);
    return r;
}

int kk_ledger_record(const struct kk_ledger *l, const uint8_t rec[KK_ID_BYTES],
                     struct kk_arena *arena, struct kk_ledger_record *ret)
{
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx moment = { 0 };
    struct reading rd = { .ledger = l, .arena = arena };
    int r = kk_db_tx_read(l->db, &moment);

    *ret = (struct kk_ledger_record){ .pending = 0 };
    if (r == 0)
        r = read_entries(&rd, rec);
    if (r == 0)
        r = read_outbox(&rd, rec);
    if (r < 0 || rd.count == 0)
        return r;
    r = ledger_track_get(l, rec, &ret->track);
    if (r >= 0)
        r = make_record(&rd, rec, ret);
    return r < 0 ? r : 1;
}

int ledger_record_at(const struct kk_ledger *l, struct kk_stmt *row, struct kk_arena *arena,
                     struct kk_ledger_record *ret)
{
    struct reading rd = { .ledger = l, .arena = arena };
    uint8_t rec[KK_ID_BYTES];
    int r = read_entry(&rd, row);

    *ret = (struct kk_ledger_record){ .pending = 0 };
    if (r < 0)
        return r;
    if (!kk_stmt_col_copy(row, LEDGER_BEHIND_REC, rec, KK_ID_BYTES) ||
        (!kk_stmt_col_null(row, LEDGER_BEHIND_TRACK) &&
         !kk_track_load(kk_stmt_col_blob(row, LEDGER_BEHIND_TRACK), &ret->track)))
        return KK_E_STORE;
    return make_record(&rd, rec, ret);
}

/* --- ids --- */

int ledger_collect(struct kk_stmt *q, struct kk_bytes *ids)
{
    int r = kk_stmt_step(q);

    while (r > 0) {
        r = kk_bytes_append_slice(ids, kk_stmt_col_blob(q, 0));
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

int ledger_keep(const struct kk_bytes *ids, struct kk_arena *arena, struct kk_ledger_ids *ret)
{
    struct kk_slice kept = kk_arena_dup(arena, kk_bytes_slice(ids));

    if (!kept.data)
        return KK_E_MEMORY;
    ret->ids = (const uint8_t(*)[KK_ID_BYTES])(const void *)kept.data;
    ret->count = kept.len / KK_ID_BYTES;
    return 0;
}

int kk_ledger_between(const struct kk_ledger *l, const uint8_t low[KK_ID_BYTES],
                      const uint8_t high[KK_ID_BYTES], struct kk_arena *arena,
                      struct kk_ledger_ids *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes ids = { 0 };
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_RECORD_BETWEEN);
    int r;

    kk_stmt_blob(q, 1, kk_slice(low, KK_ID_BYTES));
    kk_stmt_blob(q, 2, kk_slice(high, KK_ID_BYTES));
    r = ledger_collect(q, &ids);
    return r == 0 ? ledger_keep(&ids, arena, ret) : r;
}
