/*
 * The whole log once more: every entry is admitted anew into an empty ledger in memory, with every
 * check that it passed when it came. What that ledger says in the end, chains, tracks and head,
 * must be what the file says; the head must be the one that the daemon signed. [RL-16] [RL-17]
 */
#include "replica/ledger_checks.h"
#include "replica/ledger_erase.h"
#include "replica/ledger_in.h"
#include "replica_inside.h"

#include <stdio.h>

#define SCRATCH_BYTES (1024 * 1024)

struct verifying {
    const struct kk_ledger *held;
    struct kk_ledger anew; /* in memory */
    struct ledger_checks *checks; /* NULL: each signature is checked where it stands */
    struct ledger_end end;
    struct kk_arena arena;
    struct kk_error *err;
};

int ledger_read_stored(struct kk_stmt *q, struct kk_arena *arena, struct ledger_entry *e)
{
    int r;

    if (!ledger_what(q, 0, &e->what) || !kk_stmt_col_copy(q, 8, e->sig, KK_SIG_BYTES))
        return KK_E_STORE;
    kk_bytes_clear(&e->header);
    r = kk_bytes_append_slice(&e->header, kk_stmt_col_blob(q, 7));
    if (r == 0)
        r = kk_shape_read(&kk_shape_op, kk_bytes_slice(&e->header), arena, &e->op, NULL);
    e->body = kk_stmt_col_blob(q, 9);
    return r;
}

/* The columns beside the header say what the header says, and the body is the one it names. */
static int check_columns(struct kk_stmt *q, const struct ledger_entry *e)
{
    uint8_t id[KK_HASH_BYTES], rec[KK_ID_BYTES], body[KK_HASH_BYTES];

    kk_op_id(kk_bytes_slice(&e->header), id);
    if (memcmp(id, e->what.op_id, KK_HASH_BYTES) != 0)
        return KK_E_HASH;
    if (!kk_stmt_col_copy(q, 10, rec, KK_ID_BYTES) || memcmp(rec, e->op.rec, KK_ID_BYTES) != 0)
        return KK_E_HASH;
    if (!e->body.data)
        return 0;
    kk_op_body_hash(e->body, body);
    return memcmp(body, e->op.body_hash, KK_HASH_BYTES) == 0 ? 0 : KK_E_HASH;
}

static int check_entry(struct verifying *v, struct kk_stmt *q, struct ledger_entry *e)
{
    uint8_t head[KK_HASH_BYTES];
    int r;

    kk_arena_reset(&v->arena);
    r = ledger_read_stored(q, &v->arena, e);
    if (r == 0)
        r = check_columns(q, e);
    if (r == 0)
        r = ledger_admit(&v->anew, e, &v->end, v->err);
    if (r == 0 && (!kk_stmt_col_copy(q, 11, head, KK_HASH_BYTES) ||
                   memcmp(head, v->end.head.head, KK_HASH_BYTES) != 0))
        r = KK_E_HASH;
    if (r == 0 && v->checks)
        r = ledger_checks_add(v->checks, &e->header, e->sig, e->key);
    return r;
}

static int check_entries(struct verifying *v)
{
    struct kk_stmt *q = kk_db_use(v->held->db, REPLICA_ENTRY_EACH);
    struct ledger_entry e = { .unchecked = v->checks != NULL };
    int r;

    kk_stmt_int(q, 1, 1);
    r = kk_stmt_step(q);
    while (r > 0) {
        r = check_entry(v, q, &e);
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    kk_bytes_fini(&e.header);
    return r;
}

/* Where an era begins the registrar has signed the head. */
static bool vouched(const struct verifying *v, const struct kk_log_head *held)
{
    const struct kk_roster *roster = kk_trust_roster(v->held->trust);
    const struct kk_era *era = kk_roster_era(roster, v->held->scope, held->gsn + 1);

    return era && era->after_gsn == held->gsn &&
           memcmp(era->head, held->head, KK_HASH_BYTES) == 0;
}

/* Both give the same rows in the same order. */
static int compare_rows(struct verifying *v, unsigned query, int columns)
{
    struct kk_stmt *a = kk_db_use(v->held->db, query), *b = kk_db_use(v->anew.db, query);
    int r = kk_stmt_step(a), s = kk_stmt_step(b);

    while (r > 0 && s > 0) {
        for (int i = 0; i < columns; i++) {
            if (!kk_slice_equal(kk_stmt_col_blob(a, i), kk_stmt_col_blob(b, i)))
                r = KK_E_HASH;
        }
        if (r > 0)
            r = kk_stmt_step(a);
        s = kk_stmt_step(b);
    }
    kk_stmt_reset(a);
    kk_stmt_reset(b);
    if (r < 0 || s < 0)
        return r < 0 ? r : s;
    return r == s ? 0 : KK_E_HASH;
}

static int check_head(struct verifying *v)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes bytes = { 0 };
    struct kk_log_head held;
    struct kk_head signed_head;
    int r = kk_ledger_head(v->held, &held);

    if (r < 0)
        return r;
    if (held.gsn != v->end.head.gsn || held.era != v->end.head.era ||
        memcmp(held.head, v->end.head.head, KK_HASH_BYTES) != 0)
        return KK_E_HASH;
    if (held.gsn == 0)
        return 0;
    r = kk_stmt_fetch(kk_db_use(v->held->db, REPLICA_LOG_HEAD_SIGNED), &bytes);
    if (r <= 0)
        return r < 0 ? r : KK_E_HASH;
    if (bytes.len == 0) /* cut off there, and not in step since */
        return vouched(v, &held) ? 0 : KK_E_HASH;
    r = kk_shape_read(&kk_shape_head, kk_bytes_slice(&bytes), &v->arena, &signed_head, NULL);
    if (r < 0)
        return r;
    if (signed_head.gsn != held.gsn || memcmp(signed_head.head, held.head, KK_HASH_BYTES) != 0)
        return KK_E_HASH;
    r = kk_head_check(&signed_head, kk_trust_role(v->held->trust, KK_TRUST_DAEMON));
    return r > 0 ? 0 : r < 0 ? r : KK_E_SIGNATURE;
}

/* A body that is not here was erased by somebody who signed for it. [RL-30] */
static int check_bodies(struct verifying *v)
{
    struct kk_ledger_missing missing;
    char where[KK_ERROR_WHERE_MAX];
    int r = kk_ledger_bodies(v->held, &missing);

    if (r < 0 || missing.count == 0)
        return r;
    snprintf(where, sizeof(where), "%.*s #%llu", (int)v->held->scope.len,
             (const char *)v->held->scope.data, (unsigned long long)missing.first);
    return kk_error_set(v->err, KK_E_BODY_MISSING, where, "%llu",
                        (unsigned long long)missing.count);
}

static int check_all(struct verifying *v)
{
    int r = check_entries(v);

    if (r == 0)
        r = compare_rows(v, REPLICA_TRACK_EACH, 2);
    if (r == 0)
        r = compare_rows(v, REPLICA_CHAIN_OF_ALL, 4);
    if (r == 0)
        r = check_bodies(v);
    return r == 0 ? check_head(v) : r;
}

static int blame(const struct verifying *v, int fault)
{
    char where[KK_ERROR_WHERE_MAX];

    if (v->err && v->err->fault == fault)
        return fault; /* the check that failed has told it */
    snprintf(where, sizeof(where), "%.*s #%llu", (int)v->held->scope.len,
             (const char *)v->held->scope.data, (unsigned long long)v->end.head.gsn + 1);
    return kk_error_set(v->err, fault, where, "%s", "");
}

static int verify(const struct kk_ledger *l, struct ledger_checks *checks, uint64_t *ret_entries,
                  struct kk_error *err)
{
    KK_AUTO_FREE(kk_db) struct kk_db *memory = NULL;
    struct verifying v = { .held = l, .anew = *l, .checks = checks, .err = err };
    int r = replica_in_memory(&memory, err);

    *ret_entries = 0;
    if (r < 0)
        return r;
    v.anew.db = memory;
    kk_arena_init(&v.arena, SCRATCH_BYTES);
    r = kk_db_begin(memory); /* one for all entries; nobody needs it committed */
    if (r == 0)
        r = check_all(&v);
    kk_arena_fini(&v.arena);
    *ret_entries = v.end.head.gsn;
    return r < 0 ? blame(&v, r) : 0;
}

/* What is wrong is found one by one. */
int kk_ledger_verify(const struct kk_ledger *l, uint64_t *ret_entries, struct kk_error *err)
{
    struct ledger_checks checks = { .crew = NULL };
    int r = verify(l, &checks, ret_entries, NULL);

    return ledger_checks_end(&checks) && r == 0 ? 0 : verify(l, NULL, ret_entries, err);
}
