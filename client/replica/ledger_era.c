/*
 * Eras: the registrar lets a log begin anew behind an entry, because the daemon was restored and
 * nobody gave back what came after it. What stands there is taken off and kept. [ER-7] [ER-8]
 */
#include "replica/ledger_era.h"

#include "replica/ledger_in.h"

#include <stdio.h>

#define SCRATCH_BYTES (1024 * 1024)

uint64_t ledger_era(const struct kk_ledger *l, uint64_t gsn)
{
    const struct kk_era *era = kk_roster_era(kk_trust_roster(l->trust), l->scope, gsn);

    return era ? era->era : 0;
}

int ledger_eras(const struct kk_ledger *l, struct kk_arena *arena, const struct kk_era_step **ret,
                size_t *ret_count)
{
    const struct kk_roster *roster = kk_trust_roster(l->trust);
    size_t all = roster ? roster->eras.count : 0, count = 0;
    struct kk_era_step *steps = kk_arena_array(arena, all + 1, sizeof(*steps));

    if (!steps)
        return KK_E_MEMORY;
    for (size_t i = 0; i < all; i++) {
        const struct kk_era *e = &roster->eras.items[i];

        if (kk_slice_equal(e->scope, l->scope))
            steps[count++] = (struct kk_era_step){ .after_gsn = e->after_gsn, .era = e->era };
    }
    *ret = steps;
    *ret_count = count;
    return 0;
}

/* Of the eras that are newer than the log, the one that leaves least of it; NULL: all fit. */
static const struct kk_era *cutting(const struct kk_ledger *l, const struct kk_log_head *head)
{
    const struct kk_roster *roster = kk_trust_roster(l->trust);
    const struct kk_era *found = NULL;

    for (size_t i = 0; roster && i < roster->eras.count; i++) {
        const struct kk_era *e = &roster->eras.items[i];

        if (kk_slice_equal(e->scope, l->scope) && e->era > head->era &&
            e->after_gsn < head->gsn && (!found || e->after_gsn < found->after_gsn))
            found = e;
    }
    return found;
}

static int blame(const struct kk_ledger *l, const struct kk_era *e, struct kk_error *err)
{
    char where[KK_ERROR_WHERE_MAX];

    snprintf(where, sizeof(where), "%.*s #%llu", (int)l->scope.len, (const char *)l->scope.data,
             (unsigned long long)e->after_gsn);
    return kk_error_say(err, KK_E_ERA, where,
                        "era %llu begins behind an entry that this device has otherwise",
                        "代 %llu は、この端末にあるものとは別の記録のあとから始まります",
                        (unsigned long long)e->era);
}

/* One entry aside; an own operation waits again as it was signed. */
static int put_aside(const struct kk_ledger *l, const struct kk_era *e,
                     const struct ledger_entry *entry, int64_t now_ms, struct kk_ledger_cut *sum)
{
    bool own = memcmp(entry->op.device, l->device->id, KK_ID_BYTES) == 0;
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_CUT_PUT);
    int r;

    kk_stmt_int(q, 1, (int64_t)e->era);
    kk_stmt_int(q, 2, (int64_t)e->after_gsn);
    kk_stmt_int(q, 3, now_ms);
    kk_stmt_int(q, 4, own);
    kk_stmt_int(q, 5, (int64_t)entry->what.gsn);
    r = kk_stmt_run(q);
    sum->entries++;
    sum->own += own;
    if (r < 0 || !own)
        return r;
    q = kk_db_use(l->db, REPLICA_CUT_TO_OUTBOX);
    kk_stmt_int(q, 1, (int64_t)entry->op.inc);
    kk_stmt_int(q, 2, (int64_t)entry->op.seq);
    kk_stmt_int(q, 3, (int64_t)entry->what.gsn);
    return kk_stmt_run(q);
}

static int put_all_aside(const struct kk_ledger *l, const struct kk_era *e, int64_t now_ms,
                         struct kk_ledger_cut *sum)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct ledger_entry entry = { .header = { 0 } };
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_ENTRY_EACH);
    int r;

    kk_arena_init(&arena, SCRATCH_BYTES);
    kk_stmt_int(q, 1, (int64_t)e->after_gsn + 1);
    r = kk_stmt_step(q);
    while (r > 0) {
        kk_arena_reset(&arena);
        r = ledger_read_stored(q, &arena, &entry);
        if (r == 0)
            r = put_aside(l, e, &entry, now_ms, sum);
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    kk_bytes_fini(&entry.header);
    return r;
}

static int run_at(const struct kk_ledger *l, unsigned statement, uint64_t gsn)
{
    struct kk_stmt *q = kk_db_use(l->db, statement);

    kk_stmt_int(q, 1, (int64_t)gsn);
    return kk_stmt_run(q);
}

/* The head that ends the log now; its signature comes with the next page where it is not here. */
static int put_end(const struct kk_ledger *l, const struct kk_log_head *head)
{
    KK_AUTO_FINI(kk_bytes) struct kk_bytes kept = { 0 };
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_LOG_HEAD_CLEAR);
    int r = kk_stmt_run(q);

    if (r < 0 || head->gsn == 0)
        return r;
    q = kk_db_use(l->db, REPLICA_HEAD_AT);
    kk_stmt_int(q, 1, (int64_t)head->gsn);
    r = kk_stmt_fetch(q, &kept);
    if (r < 0)
        return r;
    q = kk_db_use(l->db, REPLICA_LOG_HEAD_PUT);
    kk_stmt_int(q, 1, (int64_t)head->era);
    kk_stmt_int(q, 2, (int64_t)head->gsn);
    kk_stmt_blob(q, 3, kk_slice(head->head, KK_HASH_BYTES));
    kk_stmt_blob(q, 4, kept.len ? kk_bytes_slice(&kept) : kk_slice("", 0));
    return kk_stmt_run(q);
}

/* Chains and tracks follow from the entries that stay: all are admitted once more. */
static int derive(const struct kk_ledger *l, struct ledger_end *ret, struct kk_error *err)
{
    KK_AUTO_FINI(kk_arena) struct kk_arena arena = { 0 };
    struct ledger_entry entry = { .header = { 0 } };
    struct kk_stmt *q;
    int r = kk_stmt_run(kk_db_use(l->db, REPLICA_CHAIN_CLEAR));

    if (r == 0)
        r = kk_stmt_run(kk_db_use(l->db, REPLICA_TRACK_CLEAR));
    if (r < 0)
        return r;
    kk_arena_init(&arena, SCRATCH_BYTES);
    q = kk_db_use(l->db, REPLICA_ENTRY_EACH);
    kk_stmt_int(q, 1, 1);
    r = kk_stmt_step(q);
    while (r > 0) {
        kk_arena_reset(&arena);
        r = ledger_read_stored(q, &arena, &entry);
        if (r == 0)
            r = ledger_admit(l, &entry, ret, err);
        if (r == 0)
            r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    kk_bytes_fini(&entry.header);
    return r;
}

static int cut(const struct kk_ledger *l, const struct kk_era *e, int64_t now_ms,
               struct kk_ledger_cut *sum, struct kk_error *err)
{
    static const unsigned gone[] = { REPLICA_CUT_STALE, REPLICA_CUT_RECEIPTS, REPLICA_ENTRY_CUT,
                                     REPLICA_HEAD_CUT };
    struct ledger_end end = { .tv = 0 };
    int r = put_all_aside(l, e, now_ms, sum);

    for (size_t i = 0; r == 0 && i < KK_COUNT(gone); i++)
        r = run_at(l, gone[i], e->after_gsn);
    if (r == 0)
        r = derive(l, &end, err);
    return r == 0 ? put_end(l, &end.head) : r;
}

int kk_ledger_cut(const struct kk_ledger *l, int64_t now_ms, struct kk_ledger_cut *ret,
                  struct kk_error *err)
{
    KK_AUTO_FINI(kk_db_tx) struct kk_db_tx tx = { 0 };
    uint8_t own[KK_HASH_BYTES] = { 0 };
    const struct kk_era *e;
    struct kk_log_head head;
    int r = kk_ledger_head(l, &head);

    *ret = (struct kk_ledger_cut){ 0 };
    e = r == 0 ? cutting(l, &head) : NULL;
    if (!e)
        return r;
    r = e->after_gsn > 0 ? ledger_entry_head(l, e->after_gsn, own) : 0;
    if (r < 0)
        return r;
    if (memcmp(own, e->head, KK_HASH_BYTES) != 0)
        return blame(l, e, err);
    ret->after_gsn = e->after_gsn;
    r = kk_db_tx_begin(l->db, &tx);
    if (r == 0)
        r = cut(l, e, now_ms, ret, err);
    return r == 0 ? kk_db_tx_commit(&tx) : r;
}

int kk_ledger_lost(const struct kk_ledger *l, struct kk_ledger_lost *ret)
{
    struct kk_stmt *q = kk_db_use(l->db, REPLICA_CUT_SUM);
    int r = kk_stmt_step(q);

    *ret = (struct kk_ledger_lost){ 0 };
    if (r > 0) {
        ret->cut = (uint64_t)kk_stmt_col_int(q, 0);
        ret->own = (uint64_t)kk_stmt_col_int(q, 1);
        ret->missing = (uint64_t)kk_stmt_col_int(q, 2);
        ret->cut_ms = kk_stmt_col_int(q, 3);
        kk_stmt_reset(q);
    }
    return r < 0 ? r : 0;
}
