/* The index of lists (glance.h). */
#include "replica/glance.h"
#include "replica/ledger_in.h"
#include "replica/words.h"

#include "kukyoku/base/text.h"
#include "kukyoku/wire/cursor.h"

#define WARD_DIGITS 5

/* --- reading --- */

/* A ward stands for every area in it: then the kind is walked, else the area. */
static unsigned statement_for(const struct kk_glance_query *g)
{
    if (g->area.len == WARD_DIGITS)
        return REPLICA_GLANCE_OF_WARD;
    if (g->area.len)
        return REPLICA_GLANCE_OF_AREA;
    return g->kind ? REPLICA_GLANCE_OF_KIND : REPLICA_GLANCE_OF_ANY;
}

int kk_glance_find(const struct kk_ledger *l, const struct kk_glance_query *g,
                   struct kk_arena *arena, struct kk_ledger_ids *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes ids = { 0 };
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_GLANCE_BEHIND);
    int r = ledger_collect(q, &ids);

    kk_assert(g->kind != 0 || g->area.len == 0);
    if (r < 0)
        return r;
    q = kk_db_use(l->db, statement_for(g));
    kk_stmt_int(q, 1, g->kind);
    kk_stmt_int(q, 2, g->since_ms);
    kk_stmt_int(q, 3, !g->open);
    kk_stmt_int(q, 4, g->limit ? (int64_t)g->limit : -1);
    if (g->area.len)
        kk_stmt_text(q, 5, g->area);
    r = ledger_collect(q, &ids);
    return r == 0 ? ledger_keep(&ids, arena, ret) : r;
}

int kk_glance_behind(const struct kk_ledger *l, struct kk_arena *arena, struct kk_ledger_ids *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes ids = { 0 };
    int r = ledger_collect(kk_db_use(l->db, REPLICA_GLANCE_BEHIND), &ids);

    return r == 0 ? ledger_keep(&ids, arena, ret) : r;
}

struct kk_slice kk_glance_about(const struct kk_ledger_record *rec)
{
    const struct kk_body_field *f = kk_body_find(&rec->body, KK_FIELD_CASE);
    struct kk_cursor c = kk_cursor(f ? f->value : kk_slice("", 0));
    struct kk_slice id;
    size_t count;

    if (rec->kind != KK_KIND_MEMO || !f || kk_cursor_array(&c, &count) < 0 || count != 1 ||
        kk_cursor_bytes(&c, &id) < 0 || id.len != KK_ID_BYTES)
        return kk_slice("", 0);
    return id;
}

int kk_glance_of(const struct kk_ledger *l, unsigned kind, const uint8_t about[KK_ID_BYTES],
                 struct kk_arena *arena, struct kk_ledger_ids *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes ids = { 0 };
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_GLANCE_OF_AREA);
    char place[2 * KK_ID_BYTES + 1];
    int r;

    kk_hex_encode(kk_slice(about, KK_ID_BYTES), place);
    kk_stmt_int(q, 1, kind);
    kk_stmt_int(q, 2, 0);
    kk_stmt_int(q, 3, 1);
    kk_stmt_int(q, 4, -1);
    kk_stmt_text(q, 5, kk_slice_text(place));
    r = ledger_collect(q, &ids);
    return r == 0 ? ledger_keep(&ids, arena, ret) : r;
}

int kk_glance_lacks(const struct kk_ledger *l, uint64_t *ret)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_STALE_COUNT);
    int r = kk_stmt_step(q);

    *ret = r > 0 ? (uint64_t)kk_stmt_col_int(q, 0) : 0;
    kk_stmt_reset(q);
    return r < 0 ? r : 0;
}

static int count_behind(const struct kk_ledger *l, uint64_t *ret)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes ids = { 0 };
    int r = ledger_collect(kk_db_use(l->db, REPLICA_GLANCE_BEHIND), &ids);

    for (size_t i = 0; r >= 0 && i < ids.len; i += KK_ID_BYTES) {
        KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
        struct kk_ledger_record rec;

        kk_arena_init(&arena, LEDGER_RECORD_ARENA);
        r = kk_ledger_record(l, ids.data + i, &arena, &rec);
        if (r > 0)
            *ret += rec.merged.conflicts > 0;
    }
    return r < 0 ? r : 0;
}

int kk_glance_conflicts(const struct kk_ledger *l, uint64_t *ret)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_GLANCE_CONFLICTS);
    int r = kk_stmt_step(q);

    *ret = r > 0 ? (uint64_t)kk_stmt_col_int(q, 0) : 0;
    kk_stmt_reset(q);
    return r < 0 ? r : count_behind(l, ret);
}

/* --- bringing it on --- */

static int put_place(const struct kk_ledger *l, const struct kk_ledger_record *rec,
                     struct kk_slice place)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_PLACE_PUT);

    kk_stmt_text(q, 1, place);
    kk_stmt_int(q, 2, rec->kind);
    kk_stmt_blob(q, 3, kk_slice(rec->rec, KK_ID_BYTES));
    return kk_stmt_run(q);
}

/* The areas that it names; of a memo, its case. */
static int put_places(const struct kk_ledger *l, const struct kk_ledger_record *rec)
{
    const struct kk_body_field *f = kk_body_find(&rec->body, KK_FIELD_AREAS);
    struct kk_cursor c = kk_cursor(f ? f->value : kk_slice("", 0));
    struct kk_slice area, about = kk_glance_about(rec);
    char place[2 * KK_ID_BYTES + 1];
    size_t count = 0;
    int r = 0;

    if (about.len) {
        kk_hex_encode(about, place);
        return put_place(l, rec, kk_slice_text(place));
    }
    if (f && kk_cursor_array(&c, &count) < 0)
        return 0; /* of a later program: no list of areas */
    for (size_t i = 0; r == 0 && i < count && kk_cursor_text(&c, &area) == 0; i++)
        r = put_place(l, rec, area);
    return r;
}

int64_t kk_glance_touched_ms(const struct kk_ledger_record *rec)
{
    int64_t at = 0;

    for (size_t i = 0; i < rec->op_count; i++) {
        const struct kk_ledger_op *op = &rec->ops[i];
        int64_t own = op->pending ? op->made_ms : (int64_t)op->what.recv_ms;

        at = own > at ? own : at;
    }
    return at;
}

static int drop(const struct kk_ledger *l, unsigned statement, const uint8_t id[KK_ID_BYTES])
{
    struct kk_stmt *q = kk_db_use(l->db, statement);

    kk_stmt_blob(q, 1, kk_slice(id, KK_ID_BYTES));
    return kk_stmt_run(q);
}

static int put_glance(const struct kk_ledger *l, const struct kk_ledger_record *rec)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_GLANCE_PUT);
    struct kk_scope scope;

    kk_stmt_blob(q, 1, kk_slice(rec->rec, KK_ID_BYTES));
    kk_stmt_int(q, 2, rec->kind);
    kk_stmt_int(q, 3, kk_scope_parse(l->scope, &scope) &&
                          kk_track_settled(kk_machine_of(&scope, rec->kind), &rec->ahead));
    kk_stmt_int(q, 4, (int64_t)rec->merged.conflicts);
    kk_stmt_int(q, 5, kk_glance_touched_ms(rec));
    return kk_stmt_run(q);
}

static int refresh_one(struct kk_words_step *words, const uint8_t id[KK_ID_BYTES],
                       struct kk_arena *arena)
{
    const struct kk_ledger *l = words->ledger;
    struct kk_ledger_record rec;
    int r;

    kk_arena_reset(arena);
    r = kk_ledger_record(l, id, arena, &rec);
    if (r > 0) {
        bool shown = rec.kind != 0 && !rec.ahead.erased;

        r = kk_words_take(words, id, shown ? &rec.merged : NULL);
        if (r == 0)
            r = drop(l, REPLICA_PLACE_DROP, id);
        if (r == 0)
            r = put_places(l, &rec);
        if (r == 0)
            r = put_glance(l, &rec);
        return r == 0 ? drop(l, REPLICA_STALE_DROP, id) : r;
    }
    /* an era has ended before its first entry: nothing is left to be listed */
    if (r == 0)
        r = kk_words_take(words, id, NULL);
    if (r == 0)
        r = drop(l, REPLICA_PLACE_DROP, id);
    if (r == 0)
        r = drop(l, REPLICA_GLANCE_DROP, id);
    return r == 0 ? drop(l, REPLICA_STALE_DROP, id) : r;
}

int kk_glance_refresh(const struct kk_ledger *l, size_t max, bool inside)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    KK_AUTO_FINI(kk_bytes) struct kk_bytes ids = { 0 };
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };
    KK_AUTO_FINI(kk_words_step) struct kk_words_step words = { .next = -1 };
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_STALE_NEXT);
    int r;

    kk_words_step_init(&words, l);
    kk_stmt_int(q, 1, (int64_t)max);
    r = ledger_collect(q, &ids);
    if (r < 0 || ids.len == 0)
        return r;
    kk_arena_init(&arena, LEDGER_RECORD_ARENA);
    if (!inside)
        r = kk_db_tx_begin(l->db, &tx);
    for (size_t i = 0; r == 0 && i < ids.len; i += KK_ID_BYTES)
        r = refresh_one(&words, ids.data + i, &arena);
    if (r == 0)
        r = kk_words_put(&words);
    if (r == 0 && !inside)
        r = kk_db_tx_commit(&tx);
    return r < 0 ? r : ids.len == max * KK_ID_BYTES;
}

int kk_glance_forget(const struct kk_ledger *l)
{
    int r = kk_words_clear(l);

    return r == 0 ? kk_stmt_run(kk_db_use(l->db, REPLICA_STALE_ALL)) : r;
}
