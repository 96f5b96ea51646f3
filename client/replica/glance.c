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
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_BEHIND_COUNT);
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

/* What the index holds of a record. */
struct held {
    bool there;
    unsigned kind;
    uint64_t seen;
    struct kk_words_doc doc;
};

static int find_held(const struct kk_ledger *l, const uint8_t rec[KK_ID_BYTES], struct held *ret)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_GLANCE_GET);
    int r;

    *ret = (struct held){ .doc = { .number = -1 } };
    kk_stmt_blob(q, 1, kk_slice(rec, KK_ID_BYTES));
    r = kk_stmt_step(q);
    if (r <= 0)
        return r;
    ret->there = true;
    ret->seen = (uint64_t)kk_stmt_col_int(q, 0);
    ret->kind = (unsigned)kk_stmt_col_int(q, 3);
    if (!kk_stmt_col_null(q, 1))
        ret->doc = (struct kk_words_doc){ kk_stmt_col_int(q, 1), kk_stmt_col_int(q, 2) };
    kk_stmt_reset(q);
    return 0;
}

static uint64_t newest_entry(const struct kk_ledger_record *rec)
{
    uint64_t newest = 0;

    for (size_t i = 0; i < rec->op_count; i++) {
        if (!rec->ops[i].pending && rec->ops[i].what.gsn > newest)
            newest = rec->ops[i].what.gsn;
    }
    return newest;
}

static bool is_closed(const struct kk_ledger *l, unsigned kind, const struct kk_track *track)
{
    struct kk_scope scope;

    return kk_scope_parse(l->scope, &scope) &&
           kk_track_settled(kk_machine_of(&scope, kind), track);
}

static int put_glance(const struct kk_ledger *l, const struct kk_ledger_record *rec,
                      const struct kk_words_doc *doc)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_GLANCE_PUT);

    kk_stmt_blob(q, 1, kk_slice(rec->rec, KK_ID_BYTES));
    kk_stmt_int(q, 2, rec->kind);
    kk_stmt_int(q, 3, is_closed(l, rec->kind, &rec->ahead));
    kk_stmt_int(q, 4, (int64_t)rec->merged.conflicts);
    kk_stmt_int(q, 5, kk_glance_touched_ms(rec));
    kk_stmt_int(q, 6, (int64_t)newest_entry(rec));
    if (doc->number >= 0)
        kk_stmt_int(q, 7, doc->number);
    kk_stmt_int(q, 8, doc->text);
    return kk_stmt_run(q);
}

/* Most records are not there yet, and then nothing of them has to go. */
static int put_record(struct kk_words_step *words, const struct kk_ledger_record *rec,
                      struct held *held)
{
    const struct kk_ledger *l = words->ledger;
    bool shown = rec->kind != 0 && !rec->ahead.erased;
    int r = kk_words_take(words, rec->rec, shown ? &rec->merged : NULL, &held->doc);

    if (r == 0 && held->there)
        r = drop(l, REPLICA_PLACE_DROP, rec->rec);
    if (r == 0)
        r = put_places(l, rec);
    return r == 0 ? put_glance(l, rec, &held->doc) : r;
}

/* An era has ended before its first entry: nothing is left to be listed. */
static int drop_record(struct kk_words_step *words, const uint8_t id[KK_ID_BYTES],
                       struct held *held)
{
    const struct kk_ledger *l = words->ledger;
    int r = kk_words_take(words, id, NULL, &held->doc);

    if (r == 0)
        r = drop(l, REPLICA_PLACE_DROP, id);
    return r == 0 ? drop(l, REPLICA_GLANCE_DROP, id) : r;
}

/* With all of its operations, wherever they are. */
static int refresh_whole(struct kk_words_step *words, const uint8_t id[KK_ID_BYTES],
                         struct held *held, struct kk_arena *arena)
{
    struct kk_ledger_record rec;
    int r = kk_ledger_record(words->ledger, id, arena, &rec);

    if (r < 0)
        return r;
    return r > 0 ? put_record(words, &rec, held) : drop_record(words, id, held);
}

/* What changed otherwise than by an entry, up to max; in *ret_done how many. */
static int refresh_stale(struct kk_words_step *words, struct kk_arena *arena, size_t max,
                         size_t *ret_done)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes ids = { 0 };
    struct kk_stmt *q = kk_db_use(words->ledger->db, REPLICA_STALE_NEXT);
    int r;

    kk_stmt_int(q, 1, (int64_t)max);
    r = ledger_collect(q, &ids);
    for (size_t i = 0; r == 0 && i < ids.len; i += KK_ID_BYTES) {
        struct held held;

        kk_arena_reset(arena);
        r = find_held(words->ledger, ids.data + i, &held);
        if (r == 0)
            r = refresh_whole(words, ids.data + i, &held, arena);
        if (r == 0)
            r = drop(words->ledger, REPLICA_STALE_DROP, ids.data + i);
    }
    *ret_done = ids.len / KK_ID_BYTES;
    return r;
}

/*
 * Is it the one operation of which the glance was made while it was pending? Then it says the same
 * now, and nobody stands against it.
 */
static bool was_pending(struct kk_stmt *row, const struct held *held)
{
    return held->there && held->seen == 0 && held->kind != 0 &&
           kk_stmt_col_int(row, LEDGER_BEHIND_VERDICT) == KK_WIRE_OK;
}

static int put_received(const struct kk_ledger *l, struct kk_stmt *row, const uint8_t *id,
                        unsigned kind)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_GLANCE_RECEIVED);
    struct kk_track track;

    if (!kk_track_load(kk_stmt_col_blob(row, LEDGER_BEHIND_TRACK), &track))
        return KK_E_STORE;
    kk_stmt_blob(q, 1, kk_slice(id, KK_ID_BYTES));
    kk_stmt_int(q, 2, is_closed(l, kind, &track));
    kk_stmt_int(q, 3, kk_stmt_col_int(row, LEDGER_BEHIND_RECV));
    kk_stmt_int(q, 4, kk_stmt_col_int(row, LEDGER_BEHIND_GSN));
    return kk_stmt_run(q);
}

/* One with others of its record brings the whole record on, and the others find that done. */
static int refresh_entry(struct kk_words_step *words, struct kk_stmt *row, struct kk_arena *arena)
{
    const struct kk_ledger *l = words->ledger;
    uint8_t id[KK_ID_BYTES];
    struct kk_ledger_record rec;
    struct held held;
    int r;

    if (!kk_stmt_col_copy(row, LEDGER_BEHIND_REC, id, KK_ID_BYTES))
        return KK_E_STORE;
    kk_arena_reset(arena);
    r = find_held(l, id, &held);
    if (r < 0 || held.seen >= (uint64_t)kk_stmt_col_int(row, LEDGER_BEHIND_GSN))
        return r;
    if (!kk_stmt_col_int(row, LEDGER_BEHIND_ALONE))
        return refresh_whole(words, id, &held, arena);
    if (was_pending(row, &held))
        return put_received(l, row, id, held.kind);
    r = ledger_record_at(l, row, arena, &rec);
    return r == 0 ? put_record(words, &rec, &held) : r;
}

/* The log from where the indexes are, once nothing else is behind: what `seen` says holds then. */
static int refresh_log(struct kk_words_step *words, struct kk_arena *arena, size_t max,
                       size_t *ret_done)
{
    struct kk_db *db = words->ledger->db;
    struct kk_stmt *q = kk_db_use(db, REPLICA_ENTRY_BEHIND);
    int64_t gsn = 0;
    size_t done = 0;
    int r;

    kk_stmt_int(q, 1, (int64_t)max);
    r = kk_stmt_step(q);
    for (; r > 0; done++) {
        gsn = kk_stmt_col_int(q, LEDGER_BEHIND_GSN);
        r = refresh_entry(words, q, arena);
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    *ret_done += done;
    if (r < 0 || done == 0)
        return r;
    q = kk_db_use(db, REPLICA_INDEXED_PUT);
    kk_stmt_int(q, 1, gsn);
    return kk_stmt_run(q);
}

static int refresh(struct kk_words_step *words, size_t max, size_t *ret_done)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    int r;

    kk_arena_init(&arena, LEDGER_RECORD_ARENA);
    r = refresh_stale(words, &arena, max, ret_done);
    if (r == 0 && *ret_done < max)
        r = refresh_log(words, &arena, max - *ret_done, ret_done);
    return r == 0 ? kk_words_put(words) : r;
}

/* 1: something is. */
static int is_behind(const struct kk_ledger *l)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_BEHIND_ANY);
    int r = kk_stmt_step(q);

    if (r > 0)
        r = kk_stmt_col_int(q, 0) != 0;
    kk_stmt_reset(q);
    return r;
}

int kk_glance_refresh(const struct kk_ledger *l, size_t max, bool inside)
{
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };
    KK_AUTO_FINI(kk_words_step) struct kk_words_step words = { .next = -1 };
    size_t done = 0;
    int r = is_behind(l);

    if (r <= 0)
        return r;
    kk_words_step_init(&words, l);
    r = inside ? 0 : kk_db_tx_begin(l->db, &tx);
    if (r == 0)
        r = refresh(&words, max, &done);
    if (r == 0 && !inside)
        r = kk_db_tx_commit(&tx);
    return r < 0 ? r : done == max;
}

/* Those that wait are the only ones that no entry stands for. */
static int forget(const struct kk_ledger *l)
{
    static const unsigned all[] = { REPLICA_GLANCE_CLEAR, REPLICA_PLACE_CLEAR,
                                    REPLICA_STALE_ALL };
    struct kk_stmt *q;
    int r = kk_words_clear(l);

    for (size_t i = 0; r == 0 && i < KK_COUNT(all); i++)
        r = kk_stmt_run(kk_db_use(l->db, all[i]));
    if (r < 0)
        return r;
    q = kk_db_use(l->db, REPLICA_INDEXED_PUT);
    kk_stmt_int(q, 1, 0);
    return kk_stmt_run(q);
}

int kk_glance_forget(const struct kk_ledger *l)
{
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };
    int r = kk_db_tx_begin(l->db, &tx);

    if (r == 0)
        r = forget(l);
    return r == 0 ? kk_db_tx_commit(&tx) : r;
}
