/* What the store knows of its own restoration; and marks inside a batch. */
#include "store_sqlite.h"

int store_recovery_put(struct kk_store *s, const struct kk_store_recovery *recovery)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_RECOVERY_PUT);
    int r;

    kk_stmt_blob(q, 1, kk_slice(recovery->id, KK_ID_BYTES));
    kk_stmt_int(q, 2, recovery->since_ms);
    r = kk_stmt_run(q);
    return r == 0 ? kk_stmt_run(kk_db_use(store_db(s), STORE_SHOWN_DROP)) : r;
}

int store_recovery_find(struct kk_store *s, struct kk_store_recovery *ret)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_RECOVERY_FIND);
    bool whole;
    int r = kk_stmt_step(q);

    if (r <= 0)
        return r;
    whole = kk_stmt_col_copy(q, 0, ret->id, KK_ID_BYTES);
    ret->since_ms = kk_stmt_col_int(q, 1);
    kk_stmt_reset(q);
    return whole ? 1 : KK_E_STORE;
}

int store_shown_put(struct kk_store *s, struct kk_slice scope, uint64_t era, uint64_t gsn)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_SHOWN_PUT);

    kk_stmt_text(q, 1, scope);
    kk_stmt_int(q, 2, (int64_t)era);
    kk_stmt_int(q, 3, (int64_t)gsn);
    return kk_stmt_run(q);
}

int store_shown_each(struct kk_store *s, kk_store_log_fn *fn, void *user)
{
    struct kk_stmt *q = kk_db_use(store_db(s), STORE_SHOWN_EACH);
    int r = kk_stmt_step(q);

    while (r > 0) {
        struct kk_log_head head = { .era = (uint64_t)kk_stmt_col_int(q, 1),
                                    .gsn = (uint64_t)kk_stmt_col_int(q, 2) };

        r = fn(user, kk_stmt_col_text(q, 0), &head);
        if (r != 0)
            break; /* a fault, or the caller has enough */
        r = kk_stmt_step(q);
    }
    kk_stmt_reset(q);
    return r;
}

int store_mark(struct kk_store *s, enum kk_store_mark what)
{
    int r = 0;

    if (what == KK_MARK_SET)
        return kk_stmt_run(kk_db_use(store_db(s), STORE_MARK_SET));
    if (what == KK_MARK_UNDO)
        r = kk_stmt_run(kk_db_use(store_db(s), STORE_MARK_UNDO));
    return r == 0 ? kk_stmt_run(kk_db_use(store_db(s), STORE_MARK_KEEP)) : r;
}
